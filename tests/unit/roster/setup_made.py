"""Members and rules of a small roster."""

from datetime import date, time
from typing import Any

import msgspec

from services.contracts.roster_people import Member
from services.contracts.roster_rules import Hours, Rank, Recurrence, Seat, SeatRole, ServiceKind, ServiceRule


def member(id: str, **changes: Any) -> Member:
    base = Member(
        tenant="slj",
        id=id,
        login=None,
        name=f"演示·{id}",
        rank=Rank.LEADER,
        post="副局长",
        portfolio=[],
        phone=None,
        since=date(2024, 1, 1),
    )
    return msgspec.structs.replace(base, **changes)


def rule(id: str, **changes: Any) -> ServiceRule:
    base = ServiceRule(
        id=id,
        name="领导接访",
        basis="《领导信访接待值班制度》",
        kind=ServiceKind.DUTY,
        since=date(2024, 1, 1),
        recurrence=Recurrence(rrule="FREQ=DAILY"),
        hours=[Hours(start=time(8, 30), end=time(12))],
        seats=[Seat(role=SeatRole.LEAD, ranks=frozenset({Rank.CHIEF, Rank.LEADER}))],
        place="信访接待室",
    )
    return msgspec.structs.replace(base, **changes)
