"""Who is on duty at a moment, and who of them is called with an urgent report. Pure.

Nobody whom the petition accuses is called, nor anybody of an accused tenant (Art. 30 of 《信访工作条例》).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from services.common.accused import is_called
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.duty_calls import DutyCall, OnCall
from services.contracts.intake import Petition
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift
from services.contracts.urgent_reports import UrgentReport


def tenants_called(
    report: UrgentReport, petition: Petition, directory: Iterable[Organisation], *, known: DutyCall | None
) -> list[str]:
    """Codes of the tenants that are to be called and were not yet: who reports, the county office, who is told."""
    offices = [each.code for each in directory if each.kind is TenantKind.COUNTY]
    wanted = [report.tenant, *sorted(offices), *(each.tenant for each in report.told if each.tenant)]
    done = frozenset(known.tenants) if known else frozenset()
    return [code for code in dict.fromkeys(wanted) if code not in petition.accused and code not in done]


def on_duty(shifts: Iterable[Shift], members: Mapping[str, Member], *, at: datetime) -> list[OnCall]:
    """Those of the shifts that go on at that instant, each once, in the order of tenants, begins and seats."""
    found: dict[str, OnCall] = {}
    for shift in sorted(shifts, key=lambda each: (each.tenant, each.begins, each.id)):
        for seat in shift.seats if shift.holds(at) else ():
            if seat.member is None or seat.member in found:
                continue
            member = members.get(seat.member)
            found[seat.member] = OnCall(
                tenant=shift.tenant,
                shift=shift.id,
                role=seat.role,
                member=seat.member,
                name=seat.name or "",
                post=seat.post or "",
                phone=(member.phone if member else None) or shift.phone,
            )
    return list(found.values())


def called(
    *,
    report: UrgentReport,
    petition: Petition,
    tenants: Iterable[str],
    present: Iterable[OnCall],
    members: Mapping[str, Member],
    known: DutyCall | None,
    now: datetime,
) -> DutyCall:
    """The call with these tenants in it. ``present``: who is on duty there. ``restricted_to`` is the petition's own:
    an accusation is not made known to whoever happens to be on duty."""
    codes = list(tenants)
    new = [each for each in present if each.tenant in codes and not _accused(petition, each, members.get(each.member))]
    names = petition.named
    if known is not None:
        return msgspec.structs.replace(known, tenants=[*known.tenants, *codes], called=[*known.called, *new])
    return DutyCall(
        petition_id=petition.id,
        restricted_to=None if names is None else sorted(names),
        report_id=report.id,
        at=now,
        tenants=codes,
        called=new,
    )


def _accused(petition: Petition, one: OnCall, member: Member | None) -> bool:
    if member is not None and member.login is not None and member.login in petition.accused_users:
        return True
    return any(is_called(person, one.name) for person in petition.accused_people)


def call_words(call: DutyCall) -> str:
    """As the timeline tells it."""
    return "、".join(f"{each.name}（{each.role.label}）" for each in call.called) or "当时无人值班"
