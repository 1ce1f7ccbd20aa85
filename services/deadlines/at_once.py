"""What is told at once: an item that is urgent, a visit of many people (集体访), an urgent report (紧急报告), and that
the same people come again about what is in hand (重复信访). Pure.

The first two to the head and the leaders of the county office, and to the head of each body that holds the item; a
report to the head of each tenant and the leaders of each office that it names; of who comes again the head of each body
that holds the earlier item. Each once. Nobody is told of an item
that accuses his own body (Art. 30).
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from services.contracts.actor import Role
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.reminders import AtOnce, AtOnceReason, Reminder
from services.contracts.routing import ReferralState
from services.contracts.urgent_reports import ReportKind, UrgentReport
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
    receiver: str
    office: str | None = None
    """None: as of any other receiver."""


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


def repeats_of(petition: Petition) -> str | None:
    """Id of the item about whose matter the same people come again; None for most. Whoever asks to stay unknown is not
    told of: whoever holds the earlier item would learn who wrote this one."""
    link = petition.matter
    return link.first_id if link and link.same_people and not petition.hides_petitioners else None


def at_once(
    case: CaseFacts,
    *,
    earlier: CaseFacts | None = None,
    group_visit_size: int,
    county: str,
    office: str | None,
    now: datetime,
    today: date,
) -> list[Reminder]:
    """All reminders of the case that there should be by now; the same one has the same id. None of a closed case.

    ``office``: the county office's code, None while it is not known. ``earlier``: the case of ``repeats_of``.
    """
    if case.closure is not None:
        return []
    told = [
        _Told(reason, tenant, role, text, case.petition.id, case.petition.named)
        for reason in reasons(case.petition, group_visit_size=group_visit_size)
        for (tenant, role), text in dict(_readers(case, WORDS[reason], office)).items()
    ]
    told += [each for report in case.urgent_reports for each in _of_report(case, report, office)]
    made = [_reminder(each, case.petition, county=county, now=now, today=today) for each in told]
    if earlier is not None and earlier.closure is None:
        # What is to be urged is the earlier item; the body that holds it need not see the later one.
        again = _of_repeat(case, earlier, office)
        made += [_reminder(each, earlier.petition, county=county, now=now, today=today) for each in again]
    return made


class _Told(NamedTuple):
    reason: AtOnceReason
    tenant: str
    role: Role
    text: str
    about: str
    """Id of what is told: each reader is told once of it."""
    named: frozenset[str] | None


def _reminder(told: _Told, petition: Petition, *, county: str, now: datetime, today: date) -> Reminder:
    return Reminder(
        id=reminder_id(county, told.tenant, told.role, told.about, told.reason),
        tenant=told.tenant,
        role=told.role,
        on=today,
        at=now,
        urgent=True,
        text=told.text,
        sent_by=None,
        items=[],
        at_once=AtOnce(
            petition_id=petition.id,
            petition_number=petition.number,
            reason=told.reason,
            basis=WORDS[told.reason].basis,
            # Of an accusation the number alone.
            visitors=None if petition.nature is Nature.ACCUSATION else petition.visitors,
        ),
        restricted_to=None if told.named is None else sorted(told.named),
    )


def _of_report(case: CaseFacts, report: UrgentReport, office: str | None) -> Iterator[_Told]:
    """Whom the report names, as far as they are the county's: leaders by name as leaders of their tenant."""
    reason = AtOnceReason.REPORTED if report.kind is ReportKind.URGENT else AtOnceReason.HEALTH
    asked, accused = WORDS[reason], _accused(case)
    readers: dict[tuple[str, Role], str] = {}
    for each in report.told:
        if each.tenant is None or each.tenant in accused:
            continue
        if each.tenant == office:
            readers |= dict.fromkeys(_of_office(each.tenant), asked.office or asked.receiver)
        else:
            role = Role.HEAD if each.login is None else Role.LEADER
            readers.setdefault((each.tenant, role), asked.receiver)
    for (tenant, role), text in readers.items():
        yield _Told(reason, tenant, role, text, report.id, report.named)


def _of_repeat(case: CaseFacts, earlier: CaseFacts, office: str | None) -> Iterator[_Told]:
    reason = AtOnceReason.REPEATED
    asked, accused = WORDS[reason], _accused(case) | _accused(earlier)
    holding = dict.fromkeys(each.to_tenant for each in earlier.referrals if each.state in IN_HAND)
    for tenant in holding:
        if tenant not in accused:
            text = asked.office if asked.office and tenant == office else asked.receiver
            yield _Told(reason, tenant, Role.HEAD, text, case.petition.id, earlier.petition.named)


def _of_office(office: str) -> tuple[tuple[str, Role], ...]:
    return (office, Role.HEAD), (office, Role.LEADER)


def _accused(case: CaseFacts) -> set[str]:
    return set(case.petition.accused).union(*(each.accused for each in case.referrals))


def _readers(case: CaseFacts, asked: Asked, office: str | None) -> Iterator[tuple[tuple[str, Role], str]]:
    """Who is told, with the words for him; of two for the same reader the last ones count: those for the office."""
    accused = _accused(case)
    for each in case.referrals:
        if each.state in IN_HAND and each.to_tenant not in accused:
            yield (each.to_tenant, Role.HEAD), asked.receiver
    if office is not None and office not in accused:
        yield from dict.fromkeys(_of_office(office), asked.office or asked.receiver).items()
