"""A reception with a leader and a recorder, its people, and appointments, as tests of receptions use them."""

from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from services.contracts.actor import ActorRef, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.receptions import Appointment, AppointmentState, BookingWay
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank, ReceptionMode, SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift

DAY = date(2026, 12, 4)
BEFORE = datetime(2026, 12, 1, 1, tzinfo=UTC)
"""Three days before, 09:00 in China."""
CLERK = ActorRef(tenant="xfj", user="clerk", name="窗口接待员")


def member(id: str, name: str, **more: Any) -> Member:
    base = Member(
        id=id,
        tenant="xfj",
        login=f"login-{id}",
        name=name,
        rank=Rank.LEADER,
        post="副局长",
        portfolio=[],
        phone=None,
        since=date(2020, 1, 1),
    )
    return msgspec.structs.replace(base, **more)


CHIEF, DEPUTY, NEXT, LAST = (
    member("m1", "张为民"),
    member("m2", "李建国"),
    member("m3", "王立新"),
    member("m4", "赵守信"),
)
MEMBERS = {each.id: each for each in (CHIEF, DEPUTY, NEXT, LAST)}


def seat(role: SeatRole, member: Member | None) -> SeatTaken:
    return SeatTaken(
        role=role,
        member=member.id if member else None,
        name=member.name if member else None,
        post=member.post if member else None,
    )


SHIFT = Shift(
    id="0191d1b0-0000-7000-8000-000000000001",
    tenant="xfj",
    rule="first-friday",
    name="领导接访日",
    kind=ServiceKind.RECEPTION,
    mode=ReceptionMode.FIXED_POINT,
    day=DAY,
    start=time(9),
    end=time(11),
    place="接待大厅",
    phone=None,
    slot_minutes=15,
    seats=[seat(SeatRole.LEAD, CHIEF), seat(SeatRole.RECORDER, DEPUTY)],
)


def appointment(**changes: Any) -> Appointment:
    base = Appointment(
        id="a1",
        tenant="xfj",
        shift=SHIFT.id,
        day=DAY,
        slot=time(9),
        slots=1,
        way=BookingWay.CLERK,
        number=None,
        code="ABCDEF2345",
        name="赵**",
        people=1,
        matter="征地补偿",
        petition_id=None,
        booked_at=BEFORE,
        booked_by=CLERK,
        state=AppointmentState.ACCEPTED,
    )
    return msgspec.structs.replace(base, **changes)


def organisation(code: str, name: str, short_name: str) -> Organisation:
    return Organisation(
        code=code,
        kind=TenantKind.BUREAU,
        name=name,
        short_name=short_name,
        number_prefix=code.upper(),
        superior=None,
        responsibilities=[],
        places=[],
        phone=None,
        active=True,
    )


def petition(**changes: Any) -> Petition:
    base = Petition(
        id="0191d1b0-0000-7000-8000-000000000009",
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.VISIT,
        received_on=DAY,
        registered_at=BEFORE,
        registered_on=DAY,
        registered_by="xfj",
        registrar="registrar",
        petitioners=[],
        anonymous=False,
        place=None,
        place_name=None,
        title="某村道路",
        body="请求修路",
        nature=Nature.APPEAL,
        category=None,
        urgency=Urgency.NORMAL,
        confidential=False,
        accused=[],
        aliases=[],
        historical=False,
        past_answer=None,
    )
    return msgspec.structs.replace(base, **changes)
