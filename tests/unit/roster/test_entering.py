"""Single shifts by hand: entered, filled, cancelled, and what is refused."""

from datetime import date, datetime, time

import msgspec
import pytest

from services.common.errors import InvalidInput, Refusal, WrongState
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_commands import CancelShift, EnterShift, NameSeat, SeatInput
from services.contracts.roster_people import Absence
from services.contracts.roster_rules import ReceptionMode, SeatRole, ServiceKind
from services.contracts.shifts import SeatOrigin, Shift
from services.roster.entering import cancelled, entered, named
from services.roster.seating import Table
from services.roster.substituting import NotFree, ShiftBegun
from tests.unit.roster.years import absence, member

DAY, LAST = date(2026, 11, 24), date(2027, 12, 31)
NOW = datetime(2026, 11, 22, 10, tzinfo=LEGAL_ZONE)
VISIT = EnterShift(
    name="下访",
    kind=ServiceKind.RECEPTION,
    mode=ReceptionMode.GOING_DOWN,
    day=DAY,
    start=time(9),
    end=time(11),
    place="孤山村",
    seats=[SeatInput(role=SeatRole.LEAD, member="m00"), SeatInput(role=SeatRole.RECORDER)],
)
WATCH = msgspec.structs.replace(
    VISIT,
    kind=ServiceKind.ON_CALL,
    mode=None,
    start=time(17, 30),
    end=time(8, 30),
    seats=[SeatInput(role=SeatRole.LEAD)],
)


def table(*shifts: Shift, away: tuple[Absence, ...] = ()) -> Table:
    return Table(
        members={each.id: each for each in (member(0), member(1), member(2, until=DAY))},
        absences=list(away),
        rules=[],
        shifts={shift.id: shift for shift in shifts},
    )


def enter(command: EnterShift = VISIT, *, known: Table | None = None, id: str = "s1") -> Shift:
    return entered(command, id=id, table=known or table(), tenant="xfj", now=NOW, last=LAST)


def refusal(command: EnterShift, *, known: Table | None = None) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused:
        enter(command, known=known)
    return refused.value.code, refused.value.field


def test_it_is_entered_by_hand_and_may_have_an_empty_post() -> None:
    shift = enter()
    assert (shift.by_hand, shift.rule, shift.members, shift.empty) == (True, "", ["m00"], [SeatRole.RECORDER])
    assert shift.seats[0].origin is SeatOrigin.NAMED
    assert shift.seats[0].instead_of is None


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"mode": None}, "INVALID_INPUT", "mode"),
        ({"kind": ServiceKind.DUTY}, "INVALID_INPUT", "mode"),
        ({"name": " "}, "INVALID_INPUT", "name"),
        ({"place": " "}, "INVALID_INPUT", "place"),
        ({"seats": []}, "INVALID_INPUT", "seats"),
        ({"day": date(2028, 1, 1)}, "INVALID_INPUT", "day"),
        ({"day": date(2026, 11, 22), "start": time(10)}, "SHIFT_BEGUN", "day"),
        ({"seats": [SeatInput(role=SeatRole.LEAD, member="nobody")]}, "INVALID_INPUT", "seats.0.member"),
        ({"seats": [SeatInput(role=SeatRole.LEAD, member="m00")] * 2}, "MEMBER_NOT_FREE", "seats.1.member"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(change: dict[str, object], code: str, field: str) -> None:
    assert refusal(msgspec.structs.replace(VISIT, **change)) == (code, field)


def test_nobody_is_put_where_he_cannot_be() -> None:
    away = absence("m00", DAY, DAY)
    assert refusal(VISIT, known=table(away=(away,)))[0] == "MEMBER_NOT_FREE"
    busy = enter(id="other")
    assert (
        refusal(msgspec.structs.replace(VISIT, start=time(10), end=time(12)), known=table(busy))[0] == "MEMBER_NOT_FREE"
    )
    assert enter(msgspec.structs.replace(VISIT, start=time(11), end=time(12)), known=table(busy)).members == ["m00"]


def test_who_is_away_or_gone_on_the_second_day_does_not_take_a_nights_watch() -> None:
    watch = enter(WATCH)
    next_day = absence("m01", date(2026, 11, 25), date(2026, 11, 25))
    for who, known in (("m01", table(watch, away=(next_day,))), ("m02", table(watch))):
        with pytest.raises(NotFree, match=r"请假或外出|不在任"):
            named(NameSeat(shift_id="s1", role=SeatRole.LEAD, member=who), shift=watch, table=known, now=NOW)


def test_an_empty_post_is_filled_and_anothers_only_with_a_reason() -> None:
    shift = enter()
    filled = named(
        NameSeat(shift_id="s1", role=SeatRole.RECORDER, member="m01"), shift=shift, table=table(shift), now=NOW
    )
    assert (filled.members, filled.seats[1].instead_of) == (["m00", "m01"], None)
    other = NameSeat(shift_id="s1", role=SeatRole.LEAD, member="m02")
    with pytest.raises(InvalidInput, match="请填写理由"):
        named(other, shift=shift, table=table(shift), now=NOW)
    after = named(msgspec.structs.replace(other, reason="演示0 开会"), shift=shift, table=table(shift), now=NOW)
    assert (after.seats[0].member, after.seats[0].instead_of) == ("m02", "m00")
    assert named(msgspec.structs.replace(other, member="m00"), shift=shift, table=table(shift), now=NOW) == shift
    with pytest.raises(InvalidInput, match="没有这个"):
        named(msgspec.structs.replace(other, place=1), shift=shift, table=table(shift), now=NOW)


def test_a_shift_is_cancelled_once_with_a_reason_and_before_it_begins() -> None:
    shift = enter()
    with pytest.raises(InvalidInput):
        cancelled(CancelShift(shift_id="s1", reason=" "), shift=shift, now=NOW)
    gone = cancelled(CancelShift(shift_id="s1", reason="道路中断"), shift=shift, now=NOW)
    assert (gone.cancelled, gone.dropped) == ("道路中断", False)
    told = cancelled(CancelShift(shift_id="s1", reason="来访人 13912345678 已另约"), shift=shift, now=NOW)
    assert "13912345678" not in (told.cancelled or "")
    with pytest.raises(WrongState, match="道路中断"):
        cancelled(CancelShift(shift_id="s1", reason="再次"), shift=gone, now=NOW)
    with pytest.raises(ShiftBegun):
        cancelled(CancelShift(shift_id="s1", reason="晚了"), shift=shift, now=shift.begins)
