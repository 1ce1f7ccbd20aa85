"""What is told at once: an item that is urgent, and a visit of many people (集体访). Pure.

To the head and the leaders of the county office, and to the head of each body that holds the item; each once. Nobody
is told of an item that accuses his own body (Art. 30).
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec

from services.contracts.actor import Role
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.reminders import AtOnce, AtOnceReason, Reminder
from services.contracts.routing import ReferralState
from services.deadlines.digesting import reminder_id
from services.deadlines.events import CaseFacts

IN_HAND = frozenset(
    {
        *(ReferralState.SENT, ReferralState.RECEIVED, ReferralState.OBJECTED, ReferralState.DISPUTED),
        *(ReferralState.ACCEPTED, ReferralState.IN_PROGRESS, ReferralState.REWORK),
    }
)
"""States in which whoever was handed the item has still to do something about it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of whom, and by which regulation."""

    basis: str
    office: str
    receiver: str


WORDS = msgspec.convert(
    tomllib.loads((Path(__file__).parent / "at_once.toml").read_text("utf-8")), dict[AtOnceReason, Asked]
)


def reasons(petition: Petition, *, group_visit_size: int) -> list[AtOnceReason]:
    """Why the item is told at once; none for most."""
    found = []
    if petition.urgency is Urgency.URGENT:
        found.append(AtOnceReason.URGENT)
    if petition.urgency is Urgency.CRITICAL:
        found.append(AtOnceReason.CRITICAL)
    if petition.channel is Channel.VISIT and (petition.visitors or 0) >= group_visit_size:
        found.append(AtOnceReason.GROUP_VISIT)
    return found


def at_once(
    case: CaseFacts, *, group_visit_size: int, county: str, office: str | None, now: datetime, today: date
) -> list[Reminder]:
    """All reminders of the case that there should be by now; the same one has the same id. None of a closed case.

    ``office``: the county office's code, None while it is not known.
    """
    if case.closure is not None:
        return []
    petition = case.petition
    return [
        Reminder(
            id=reminder_id(county, tenant, role, petition.id, reason),
            tenant=tenant,
            role=role,
            on=today,
            at=now,
            urgent=True,
            text=text,
            sent_by=None,
            items=[],
            at_once=AtOnce(
                petition_id=petition.id,
                petition_number=petition.number,
                reason=reason,
                basis=WORDS[reason].basis,
                # Of an accusation the number alone.
                visitors=None if petition.nature is Nature.ACCUSATION else petition.visitors,
            ),
            restricted_to=None if petition.named is None else sorted(petition.named),
        )
        for reason in reasons(petition, group_visit_size=group_visit_size)
        for (tenant, role), text in dict(_readers(case, WORDS[reason], office)).items()
    ]


def _readers(case: CaseFacts, asked: Asked, office: str | None) -> Iterator[tuple[tuple[str, Role], str]]:
    """Who is told, with the words for him; of two for the same reader the last ones count: those for the office."""
    accused = set(case.petition.accused).union(*(each.accused for each in case.referrals))
    for each in case.referrals:
        if each.state in IN_HAND and each.to_tenant not in accused:
            yield (each.to_tenant, Role.HEAD), asked.receiver
    if office is not None and office not in accused:
        yield (office, Role.HEAD), asked.office
        yield (office, Role.LEADER), asked.office
