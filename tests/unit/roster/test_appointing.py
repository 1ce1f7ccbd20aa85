"""Appointments before the day: who may book how, what a decision says, what moving changes."""

from datetime import UTC, datetime, time
from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.public import public_actor
from services.contracts.receptions import (
    AppointmentState,
    BookAppointment,
    BookingWay,
    DecideAppointment,
    Recused,
)
from services.contracts.roster_rules import ServiceKind
from services.roster.appointing import (
    NotAnnounced,
    cancelled,
    check_movable,
    check_shift,
    check_way,
    decided,
    move_remark,
    moved,
)
from tests.unit.roster.receptions_made import BEFORE, DAY, SHIFT, appointment

OFFICE = Actor(
    county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="clerk", name="甲", roles=frozenset({Role.CLERK})
)
PUBLIC = public_actor("611021", tenant="xfj")
TODAY = BEFORE.date()


def book(**changes: Any) -> BookAppointment:
    base = BookAppointment(shift_id=SHIFT.id, way=BookingWay.CLERK, name="赵明", phone="13800001234", matter="征地补偿")
    return msgspec.structs.replace(base, **changes)


def check(command: BookAppointment, *, actor: Actor = OFFICE, announced: bool = True, today: Any = TODAY) -> None:
    check_way(command=command, shift=SHIFT, actor=actor, today=today, announced=announced)


def test_the_public_books_online_only_and_only_what_was_announced() -> None:
    check(book(way=BookingWay.ONLINE), actor=PUBLIC)
    with pytest.raises(Forbidden):
        check(book(way=BookingWay.PHONE), actor=PUBLIC)
    with pytest.raises(NotAnnounced):
        check(book(way=BookingWay.ONLINE), actor=PUBLIC, announced=False)
    with pytest.raises(InvalidInput, match="联系电话"):
        check(book(way=BookingWay.ONLINE, phone=" "), actor=PUBLIC)
    with pytest.raises(InvalidInput, match="信访件"):
        check(book(way=BookingWay.ONLINE, petition_id="x"), actor=PUBLIC)
    with pytest.raises(InvalidInput, match="自行办理"):
        check(book(way=BookingWay.ONLINE))


def test_who_walks_in_comes_on_the_day_and_chooses_no_slot() -> None:
    check(book(way=BookingWay.WALK_IN), today=DAY)
    with pytest.raises(InvalidInput, match="当日"):
        check(book(way=BookingWay.WALK_IN))
    with pytest.raises(InvalidInput, match="不选时段"):
        check(book(way=BookingWay.WALK_IN, slot=time(9)), today=DAY)


def test_who_came_while_the_leader_was_away_gets_a_later_day() -> None:
    check(book(way=BookingWay.DEFERRED))
    with pytest.raises(InvalidInput, match="今天以后"):
        check(book(way=BookingWay.DEFERRED), today=DAY)


def test_no_appointment_without_name_and_matter() -> None:
    with pytest.raises(InvalidInput, match="姓名"):
        check(book(name="  "))
    with pytest.raises(InvalidInput, match="事由"):
        check(book(matter="  "))


def test_a_reception_that_is_over_cancelled_or_none_takes_nobody() -> None:
    check_shift(SHIFT, now=BEFORE)
    with pytest.raises(WrongState, match="停电"):
        check_shift(msgspec.structs.replace(SHIFT, cancelled="停电"), now=BEFORE)
    with pytest.raises(WrongState, match="已经结束"):
        check_shift(SHIFT, now=datetime(2026, 12, 4, 3, tzinfo=UTC))
    with pytest.raises(InvalidInput, match="不是接访"):
        check_shift(msgspec.structs.replace(SHIFT, kind=ServiceKind.DUTY), now=BEFORE)


def test_a_decline_says_why_and_what_to_do() -> None:
    asked = appointment(state=AppointmentState.REQUESTED)
    accepted = decided(asked, DecideAppointment(appointment_id="a1", accept=True))
    assert (accepted.state, accepted.reason) == (AppointmentState.ACCEPTED, None)
    no = DecideAppointment(appointment_id="a1", accept=False, reason="请向法院提出")
    assert (decided(asked, no).state, decided(asked, no).reason) == (AppointmentState.DECLINED, "请向法院提出")
    with pytest.raises(InvalidInput, match="可以怎样办理"):
        decided(asked, DecideAppointment(appointment_id="a1", accept=False, reason=" "))
    with pytest.raises(WrongState):
        decided(accepted, no)


def test_moved_he_is_expected_anew_by_the_other_receivers() -> None:
    other = msgspec.structs.replace(SHIFT, id="other", day=DAY.replace(day=11))
    recused = [Recused(member="m1", reason="亲属", declared=False, by_member=None)]
    here = appointment(state=AppointmentState.WAITING, number=4, came_at=BEFORE, recused=recused)
    after = moved(here, to=other, slot=time(10), slots=1)
    assert (after.state, after.shift, after.day, after.slot) == (
        AppointmentState.ACCEPTED,
        "other",
        other.day,
        time(10),
    )
    assert (after.number, after.came_at, after.recused) == (None, None, [])
    assert moved(here, to=SHIFT, slot=time(10), slots=1).recused == recused
    asked = appointment(state=AppointmentState.REQUESTED)
    assert moved(asked, to=other, slot=time(9), slots=1).state is AppointmentState.REQUESTED
    assert move_remark(here, after, "领导外出") == "由 2026-12-04 09:00 改约到 2026-12-11 10:00。原因：领导外出"


@pytest.mark.parametrize("state", [AppointmentState.DONE, AppointmentState.CANCELLED, AppointmentState.CALLED])
def test_what_is_over_is_neither_moved_nor_cancelled(state: AppointmentState) -> None:
    with pytest.raises(WrongState):
        check_movable(appointment(state=state))
    with pytest.raises(WrongState):
        cancelled(appointment(state=state), "不来了")
