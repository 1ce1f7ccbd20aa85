"""Members, shifts and appointments as the tests of quotas, composition, figures and summaries want them."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import msgspec

from services.contracts.actor import ActorRef
from services.contracts.base import LEGAL_ZONE
from services.contracts.circulars import PeriodKind, ReportingPeriod
from services.contracts.receptions import Appointment, AppointmentState, BookingWay, Outcome, VisitOutcome
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank, ReceptionMode, SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift

CLERK = ActorRef(tenant="zrzy", user="u", name="记录人丁")
MONTH = ReportingPeriod(kind=PeriodKind.MONTH, year=2026, number=11)
NUMBERS = count(1)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """In November 2026, legal time."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LEGAL_ZONE)


def member(id: str, **changes: Any) -> Member:
    made = Member(
        id=id, tenant="zrzy", login=id, name=f"{id}某", rank=Rank.LEADER, post="副局长", portfolio=["土地"], phone=None,
        since=date(2020, 1, 1),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def seat(who: str | None, role: SeatRole = SeatRole.LEAD, **changes: Any) -> SeatTaken:
    made = SeatTaken(role=role, member=who, name=who and f"{who}某", post=who and "副局长")
    return msgspec.structs.replace(made, **changes)


def shift(day: int, *seats: SeatTaken, **changes: Any) -> Shift:
    """A reception from 9:00 to 11:00."""
    made = Shift(
        id=f"s{next(NUMBERS):04}", tenant="zrzy", rule="weekly", name="领导接访日", kind=ServiceKind.RECEPTION,
        mode=ReceptionMode.FIXED_POINT, day=date(2026, 11, day), start=time(9), end=time(11), place="接访大厅",
        phone=None, slot_minutes=15, seats=list(seats),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def visit(of: Shift, **changes: Any) -> Appointment:
    """Somebody who was received: came at 9:00, was called ten minutes later, and left after twenty more."""
    came = datetime.combine(of.day, time(9), LEGAL_ZONE)
    made = Appointment(
        id=f"a{next(NUMBERS):04}", tenant=of.tenant, shift=of.id, day=of.day, slot=None, slots=1,
        way=BookingWay.CLERK, number=1, code="ABCDEF2345", name="赵**", people=1, matter="征地补偿未发放",
        petition_id=None, booked_at=came, booked_by=CLERK, state=AppointmentState.DONE, came_at=came,
        called_at=came + timedelta(minutes=10), done_at=came + timedelta(minutes=30), outcome=outcome(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def outcome(kind: VisitOutcome = VisitOutcome.ANSWERED, **changes: Any) -> Outcome:
    made = Outcome(kind=kind, text="当场说明", promised_on=None, petition_id=None, by=CLERK)
    return msgspec.structs.replace(made, **changes)


def expected(of: Shift, **changes: Any) -> Appointment:
    """Somebody who has a place and did not come yet."""
    given: dict[str, Any] = {
        "state": AppointmentState.ACCEPTED, "number": None, "came_at": None, "called_at": None, "done_at": None,
        "outcome": None,
    }  # fmt: skip
    return visit(of, **given | changes)
