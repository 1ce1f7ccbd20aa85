"""What the commands about receptions read and write: appointments under their locks, and what follows from whom a
visitor's matter is about.

Locks are taken in one order: the visitor, the case, the reception, the row.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec
import sqlalchemy as sa

from services.common.database import Transaction, Versioned
from services.common.errors import Forbidden, NotFound, WrongState
from services.common.following import FOLLOWED
from services.common.ids import is_id
from services.common.receiving import receivers
from services.common.redacting import redactor
from services.common.vault import Vault
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.receptions import Appointment
from services.contracts.roster_people import Interests, Member
from services.contracts.roster_rules import ServiceKind
from services.contracts.shifts import Shift
from services.roster import visitors
from services.roster.acting import OFFICE, is_own
from services.roster.appointing import STILL_TO_COME, check_shift
from services.roster.confining import seen_by
from services.roster.recusing import Visit, answers_for_accused, found_recusals, is_accused
from services.roster.seating import candidates, place_of
from services.roster.seating_store import table_of
from services.roster.stored import of_shifts, of_tenant, shifts_between
from services.roster.visiting import numbers_of

RECEIVERS_CHANGED = "接访人员变更，知悉人员随之更新"


def shift_of(tx: Transaction, shift_id: str) -> Shift:
    """Raises ``NotFound``."""
    row = tx.read(Shift, shift_id) if is_id(shift_id) else None
    if row is None:
        raise NotFound("没有这次接访，请在接访安排中重新选择")
    return row.state


def shift_now(tx: Transaction, before: Shift) -> Shift:
    """The reception as it is under its lock: what was read before may be cancelled since. Raises ``WrongState``."""
    shift = shift_of(tx, before.id)
    check_shift(shift, now=tx.now)
    if shift.day != before.day:
        raise WrongState()
    return shift


def check_office(tx: Transaction, tenant: str) -> None:
    """Raises ``Forbidden``: a tenant's receptions are arranged by its own office."""
    if tx.actor.tenant != tenant or not tx.actor.roles & OFFICE:
        raise Forbidden("接访预约由接访单位的经办人、负责人办理")


def check_receives(tx: Transaction, shift: Shift, appointment: Appointment | None = None) -> None:
    """Raises ``Forbidden`` for who is neither of the office nor receives there."""
    if tx.actor.tenant == shift.tenant and tx.actor.roles & OFFICE:
        return
    there = receivers(shift, appointment.recused if appointment else ())
    members = tx.several(Member, there).values()
    if not any((row.state.tenant, row.state.login) == (tx.actor.tenant, tx.actor.user) for row in members):
        raise Forbidden("接访由接访单位的经办人、负责人或接访人员本人办理")


def check_did_not_step_aside(tx: Transaction, shift: Shift, appointment: Appointment) -> None:
    """Raises ``Forbidden``: who steps aside for a visitor enters nothing of his visit, whatever else he is (RO-30)."""
    aside = {each.member for each in appointment.recused} - set(receivers(shift, appointment.recused))
    if any(is_own(row.state, tx.actor) for row in tx.several(Member, aside).values()):
        raise Forbidden("您已对这位来访人回避，接访结果由接替的人员或其他经办人登记")


def appointments_of(tx: Transaction, shift_id: str) -> list[Versioned[Appointment]]:
    """All of a reception, those too that the actor does not see: for slots and numbers. The caller holds its lock."""
    with tx.whole_county():
        return of_shifts(tx, Appointment, [shift_id])


def held(
    tx: Transaction, appointment_id: str, *, cases: Sequence[str | None] = (), shifts: Sequence[str] = ()
) -> Versioned[Appointment]:
    """An appointment that the actor sees, with its case and its reception locked. ``cases`` and ``shifts``: others that
    the command touches. Raises ``NotFound``, and ``WrongState`` where it was moved meanwhile.

    A case that is not known here yet is locked, too: then the handler of its fact, which takes the same lock, finds the
    appointment, or the command finds the case; never neither.
    """
    row = tx.read(Appointment, appointment_id) if is_id(appointment_id) else None
    if row is None:
        raise NotFound()
    lock_all(tx, cases=[row.state.petition_id, *cases], shifts=[row.state.shift, *shifts])
    found = tx.find(Appointment, appointment_id)
    if found is None:
        raise NotFound()
    if (found.state.shift, found.state.petition_id) != (row.state.shift, row.state.petition_id):
        raise WrongState()
    return found


def numbers_given(tx: Transaction, shift: Shift) -> list[int]:
    """Every number of the reception's queue, also of those who were moved to another day. The caller holds its lock."""
    table = tx.aggregates
    query = sa.select(table.c.state).where(
        table.c.county_id == tx.actor.county,
        table.c.type == Appointment.fact_type,
        sa.column("of_tenant") == shift.tenant,
        # Nobody is moved to a day that is past.
        sa.column("of_day") >= shift.day.isoformat(),
    )
    with tx.whole_county():
        return numbers_of(shift.id, [msgspec.convert(row.state, Appointment) for row in tx.connection.execute(query)])


def lock_all(tx: Transaction, *, cases: Sequence[str | None], shifts: Sequence[str]) -> None:
    for case in sorted({each for each in cases if each is not None}):
        tx.lock(case)
    for shift in sorted(set(shifts)):
        tx.lock(shift)


def petition_of(tx: Transaction, petition_id: str | None) -> Petition | None:
    """As the service knows it; None also where it has not heard of it yet."""
    if petition_id is None:
        return None
    with tx.whole_county():
        kept = tx.kept(Petition, petition_id)
    return None if kept is None else kept.state


def visit_of(tx: Transaction, appointment: Appointment, *, name: str, matter: str | None = None) -> Visit:
    """What decides who may receive him; ``name``: in clear; ``matter``: as he told it, where it is at hand."""
    units = [tx.kept(Organisation, code) for code in appointment.concerns]
    return Visit(
        tenant=appointment.tenant,
        name=name,
        matter=matter or appointment.matter,
        concerns=[row.state for row in units if row is not None],
        accusation=appointment.accusation,
        petition=petition_of(tx, appointment.petition_id),
    )


def judged(tx: Transaction, appointment: Appointment, *, shift: Shift, visit: Visit) -> Appointment:
    """The appointment with the recusals that are found (RO-30), and for those people who may see it."""
    with tx.whole_county():
        members = {row.state.id: row.state for row in of_tenant(tx, Member, shift.tenant)}
        members |= {id: row.state for id, row in tx.several(Member, shift.members).items()}
        interests = {id: row.state for id, row in tx.several(Interests, list(members)).items()}
        recused = found_recusals(
            shift=shift,
            visit=visit,
            recused=appointment.recused,
            unbiased=appointment.unbiased,
            members=members,
            interests=interests,
            free=lambda member: in_line(tx, shift, member),
        )
    found = {each.member for each in recused if not each.declared}
    unbiased = {members[id].login for id in appointment.unbiased if id in members}
    restricted_to = seen_by(
        accusation=appointment.accusation,
        booked_by=appointment.booked_by.user if appointment.booked_by else None,
        concerns=appointment.concerns,
        receivers=[members[id] for id in receivers(shift, recused) if id in members],
        concerned=[
            each
            for each in members.values()
            if each.id in found
            or (each.id not in appointment.unbiased and (is_accused(visit, each) or answers_for_accused(visit, each)))
        ],
        accused_users=[each for each in appointment.accused_users if each not in unbiased],
        petition=visit.petition,
    )
    return msgspec.structs.replace(appointment, recused=recused, restricted_to=restricted_to)


def in_line(tx: Transaction, shift: Shift, member: str) -> list[Member]:
    """Who is free and could take the seat of this member, whose turn it would be first. The transaction must see the
    whole county."""
    place = place_of(shift, member)
    if place is None:
        return []
    return candidates(table_of(tx, shift.tenant, first=shift.day, last=shift.day), shift, place)


def put(tx: Transaction, appointment: Appointment, *, act: Act, base: int, remark: str | None = None) -> Appointment:
    """Records it, and lets the same people see the visitor: also where the actor himself is not among them any more."""
    with tx.whole_county():
        tx.record(appointment, act=act, base=base, remark=remark)
        visitors.follow(tx, appointment)
    return appointment


def masker(tx: Transaction, vault: Vault, appointment_id: str) -> Callable[[str], str]:
    """What masks texts about a visitor: identity and mobile numbers, and himself."""
    with tx.whole_county():
        person = visitors.opened(tx, vault, appointment_id)
    return redactor([] if person is None else [person])


def follow_petition(tx: Transaction, vault: Vault, petition: Petition) -> None:
    """After a change of who may see a case, or when it becomes known: its appointments are for the same people. The
    transaction sees the whole county."""
    tx.lock(petition.id)
    for found in tx.of_petition(Appointment, petition.id):
        # Who is called at this moment holds his reception's lock, and not this one.
        row = tx.find(Appointment, found.state.id)
        if row is None:
            continue
        shift = tx.read(Shift, row.state.shift)
        person = visitors.opened(tx, vault, row.state.id)
        if shift is None or person is None:
            continue
        visit = visit_of(tx, row.state, name=person.name)
        after = judged(tx, row.state, shift=shift.state, visit=visit)
        # Who received him is past; only who sees it follows.
        after = msgspec.structs.replace(row.state, restricted_to=after.restricted_to)
        if after != row.state:
            put(tx, after, act=Act.READERS_NAMED, base=row.version, remark=FOLLOWED)


def judge_again(tx: Transaction, tenant: str) -> int:
    """Who receives at the tenant's coming receptions may have changed since an accusation was booked: the new ones see
    it, and who receives no more does not. How many were changed; a second time none. The transaction sees the whole
    county, and holds no other lock.

    Of the visitor only what is masked is known here: who is close to him is found when he comes.
    """
    coming = shifts_between(tx, first=tx.today, last=date.max, tenant=tenant)
    shifts = {row.state.id: row.state for row in coming if row.state.kind is ServiceKind.RECEPTION}
    stale = [row.state for row in of_shifts(tx, Appointment, list(shifts)) if _judged_again(tx, row.state, shifts)]
    if not stale:
        return 0
    lock_all(tx, cases=[each.petition_id for each in stale], shifts=[each.shift for each in stale])
    changed = 0
    for each in sorted(stale, key=lambda each: each.id):
        row, shift = tx.find(Appointment, each.id), shift_of(tx, each.shift)
        if row is None or (row.state.shift, row.state.petition_id) != (each.shift, each.petition_id):
            continue  # Whoever changed it meanwhile has judged it.
        after = _judged_again(tx, row.state, {shift.id: shift})
        if after is not None:
            put(tx, after, act=Act.READERS_NAMED, base=row.version, remark=RECEIVERS_CHANGED)
            changed += 1
    return changed


def _judged_again(tx: Transaction, row: Appointment, shifts: Mapping[str, Shift]) -> Appointment | None:
    """None where it stays as it is."""
    shift = shifts[row.shift]
    if not row.accusation or row.state not in STILL_TO_COME or shift.cancelled is not None:
        return None
    after = judged(tx, row, shift=shift, visit=visit_of(tx, row, name=row.name))
    return None if after == row else after
