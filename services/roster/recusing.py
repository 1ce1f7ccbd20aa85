"""Who must not receive a visitor, because he has an interest in the matter or in the person, and who takes his place
(RO-30). Pure.

Found are: the visitor bears the name of the receiver or of somebody close to him; the matter is about a unit in whose
matters he has an interest, or about the unit from which he was sent to this reception; an accusation is about a unit in
his portfolio, names him, or belongs to a petition that accuses him or his unit.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from services.common.accused import is_called
from services.common.errors import InvalidInput, WrongState
from services.common.receiving import receivers
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.receptions import Appointment, Recused
from services.contracts.roster_people import Interests, Member
from services.contracts.shifts import Shift

OF_PERSON = "来访人是其本人，或与其有亲属等利害关系"
OF_UNIT = "与来访事项反映的单位有利害关系"
OF_OWN_UNIT = "来访事项反映的是其所在单位"
OF_PORTFOLIO = "检举控告反映的是其分管的单位"
OF_ACCUSED = "来访事项检举控告的是其本人或其所在单位"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a visitor when it is asked who may receive him."""

    tenant: str
    """At which he is received."""
    name: str
    """In clear: compared here, told nobody."""
    matter: str
    concerns: list[Organisation]
    accusation: bool
    petition: Petition | None


def interest(visit: Visit, member: Member, interests: Interests | None) -> str | None:
    """Why this member must not receive him, in words that name nobody; None where there is no reason."""
    if is_accused(visit, member):
        return OF_ACCUSED
    if any(is_called(name, visit.name) for name in (member.name, *(interests.kin if interests else ()))):
        return OF_PERSON
    codes = {each.code for each in visit.concerns}
    if interests is not None and codes & set(interests.units):
        return OF_UNIT
    # At his own unit's reception everybody belongs to it: that is what people come there for.
    if member.tenant in codes and member.tenant != visit.tenant:
        return OF_OWN_UNIT
    if answers_for_accused(visit, member):
        return OF_PORTFOLIO
    return None


def is_accused(visit: Visit, member: Member) -> bool:
    """Whether the visitor accuses him, by his name, or by a petition that accuses him or his unit."""
    named = visit.accusation and is_called(member.name, visit.matter)
    return named or is_accused_by_petition(visit, member)


def is_accused_by_petition(visit: Visit, member: Member) -> bool:
    """Which no name that somebody else bears explains."""
    petition = visit.petition
    return petition is not None and (
        member.login in petition.accused_users
        or member.tenant in petition.accused
        or any(is_called(person, member.name) for person in petition.accused_people)
    )


def answers_for_accused(visit: Visit, member: Member) -> bool:
    """Whether an accusation is about a unit in his portfolio."""
    return visit.accusation and any(_answers_for(member, each) for each in visit.concerns)


def _answers_for(member: Member, unit: Organisation) -> bool:
    names = (unit.name, unit.short_name, *unit.aliases)
    return any(is_called(name, field) or is_called(field, name) for field in member.portfolio for name in names)


def found_recusals(
    *,
    shift: Shift,
    visit: Visit,
    recused: Sequence[Recused],
    unbiased: Collection[str],
    members: Mapping[str, Member],
    interests: Mapping[str, Interests],
    free: Callable[[str], Sequence[Member]],
) -> list[Recused]:
    """All recusals: those that there are, and for each receiver with an interest a new one with the next in line.

    ``unbiased``: ids of members who were found by mistake before. ``free``: who could take the seat of this member,
    whose turn it would be first.
    """
    known = list(recused)
    for seated in shift.members:
        # Who takes the place may have an interest himself.
        while (who := _standing(seated, known)) is not None:
            if who in unbiased or who not in members:
                break
            why = interest(visit, members[who], interests.get(who))
            if why is None:
                break
            known.append(
                Recused(
                    member=who,
                    reason=why,
                    declared=False,
                    by_member=next_in_line(
                        visit=visit,
                        candidates=free(seated),
                        taken={*receivers(shift, known), *(each.member for each in known)} | {who},
                        unbiased=unbiased,
                        interests=interests,
                    ),
                )
            )
    return known


def _standing(seated: str, recused: Sequence[Recused]) -> str | None:
    instead = {each.member: each.by_member for each in recused}
    who: str | None = seated
    while who is not None and who in instead:
        who = instead[who]
    return who


def next_in_line(
    *,
    visit: Visit,
    candidates: Iterable[Member],
    taken: Collection[str],
    unbiased: Collection[str],
    interests: Mapping[str, Interests],
) -> str | None:
    """Id of the first who is free, receives him not yet, and has no interest himself; None where there is nobody."""
    for each in candidates:
        if each.id not in taken and (each.id in unbiased or interest(visit, each, interests.get(each.id)) is None):
            return each.id
    return None


def declared_recusal(
    *, appointment: Appointment, shift: Shift, member: Member, reason: str, declared: bool, by_member: str | None
) -> list[Recused]:
    """All recusals, with this one. Raises ``InvalidInput`` for who does not receive the visitor."""
    if member.id not in receivers(shift, appointment.recused):
        raise InvalidInput(f"{member.name}不接待这位来访人，无须回避；请核对接访人员", field="member")
    new = Recused(member=member.id, reason=reason, declared=declared, by_member=by_member)
    return [*appointment.recused, new]


def without(appointment: Appointment, member: str) -> list[Recused]:
    """The recusals but this one, and but that of who took the place only because of it. Raises ``WrongState``."""
    taken_back = next((each for each in appointment.recused if each.member == member), None)
    if taken_back is None:
        raise WrongState("该人员没有对这位来访人回避，无须撤销")
    gone = {member}
    follower = taken_back.by_member
    by_id = {each.member: each for each in appointment.recused}
    while follower is not None and follower in by_id and follower not in gone:
        gone.add(follower)
        follower = by_id[follower].by_member
    return [each for each in appointment.recused if each.member not in gone]
