"""The log goes from shift to shift: what is open is handed on, what is closed never changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.handovers import DutyLog, LogEntryKind, LogState
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank, SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift
from services.roster import logging_duty as logs

DAY = date(2026, 12, 7)
NOON = datetime(2026, 12, 7, 4, 0, tzinfo=UTC)
"""Of China."""
K = LogEntryKind


def shift(id: str, start: int, end: int, **changes: Any) -> Shift:
    base = Shift(
        id=id, tenant="xfj", rule="duty", name="值班", kind=ServiceKind.DUTY, mode=None, day=DAY, start=time(start),
        end=time(end), place="值班室", phone=None, slot_minutes=None,
        seats=[SeatTaken(role=SeatRole.STAFF, member=f"m-{id}", name="甲", post="科员")],
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


DAYTIME = shift("day", 8, 18)
NIGHT = shift("night", 18, 8)
MEMBERS = {
    f"m-{one}": Member(
        id=f"m-{one}", tenant="xfj", login=one, name=one, rank=Rank.STAFF, post="科员", portfolio=[], phone=None,
        since=date(2026, 1, 1),
    )
    for one in ("day", "night")
}  # fmt: skip


def actor(user: str, *roles: Role, tenant: str = "xfj") -> Actor:
    return Actor(
        county="611021", tenant=tenant, kind=TenantKind.COUNTY, user=user, name=user,
        roles=frozenset(roles or {Role.HANDLER}),
    )  # fmt: skip


def petition(nature: Nature) -> Petition:
    return Petition(
        id="p", number="n", query_code="q", channel=Channel.LETTER, received_on=DAY, registered_at=NOON,
        registered_on=DAY, registered_by="xfj", registrar="u", petitioners=[], anonymous=True, place=None,
        place_name=None, title="t", body="b", nature=nature, category=None, urgency=Urgency.NORMAL,
        confidential=False, accused=[], aliases=[], historical=False, past_answer=None,
    )  # fmt: skip


def write(
    log: DutyLog | None = None, kind: LogEntryKind = K.OPEN_MATTER, text: str = "等待回电", **changes: Any
) -> DutyLog:
    given: dict[str, Any] = {
        "shift": DAYTIME, "corrects": None, "petition": None, "actor": actor("day"), "now": NOON, **changes,
    }  # fmt: skip
    return logs.written(log=log, kind=kind, text=text, **given)


def hand(log: DutyLog, next_shift: Shift | None = NIGHT, next_log: DutyLog | None = None) -> tuple[DutyLog, Any]:
    return logs.handed_over(
        log=log, shift=DAYTIME, next_shift=next_shift, next_log=next_log, actor=actor("day"), now=NOON
    )


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (actor("day"), True),
        (actor("night"), False),
        (actor("day", Role.LEADER), True),
        (actor("office", Role.CLERK), True),
        (actor("office", Role.HEAD), True),
        (actor("office", Role.HANDLER), False),
        (actor("day", tenant="other"), False),
        (actor("office", Role.CLERK, tenant="other"), False),
    ],
)
def test_the_log_is_kept_by_who_sits_there_and_by_the_office(who: Actor, may: bool) -> None:
    if may:
        logs.check_keeper(actor=who, shift=DAYTIME, members=MEMBERS)
    else:
        with pytest.raises(Forbidden):
            logs.check_keeper(actor=who, shift=DAYTIME, members=MEMBERS)


def test_a_member_without_a_login_lets_nobody_in() -> None:
    nobody = {"m-day": msgspec.structs.replace(MEMBERS["m-day"], login=None)}
    with pytest.raises(Forbidden):
        logs.check_keeper(actor=actor("day"), shift=DAYTIME, members=nobody)


def test_nothing_is_written_before_the_shift_begins_or_of_a_cancelled_one() -> None:
    with pytest.raises(WrongState, match="还没有开始"):
        write(now=DAYTIME.begins - timedelta(seconds=1))
    with pytest.raises(WrongState, match="已取消"):
        write(shift=msgspec.structs.replace(DAYTIME, cancelled="停电"))
    assert write(now=DAYTIME.begins).entries[0].at == DAYTIME.begins


def test_an_accusation_is_not_named_in_a_log_that_the_whole_house_reads() -> None:
    with pytest.raises(InvalidInput, match="检举控告"):
        write(petition=petition(Nature.ACCUSATION))
    assert write(petition=petition(Nature.APPEAL)).entries[0].petition_id == "p"


def test_only_open_matters_go_to_the_next_log_and_remember_where_they_were_written() -> None:
    log = write(write(write(), K.CALL, "来电"), K.KEYS, "钥匙两把")
    log = write(log, K.OPEN_MATTER, "已办好的")
    log = logs.settled(log=log, place=3, done=True)
    closed, opened = hand(log)
    assert closed.state is LogState.HANDED_OVER
    assert closed.handed_to == "night"
    assert [(entry.text, entry.carried_from) for entry in opened.entries] == [("等待回电", "day")]
    assert (opened.shift, opened.day, opened.state) == ("night", DAY, LogState.OPEN)
    # And on from there: it is still known where it comes from.
    third = shift("third", 8, 18, day=DAY + timedelta(days=1))
    _, beyond = logs.handed_over(
        log=opened, shift=NIGHT, next_shift=third, next_log=None, actor=actor("night"), now=NIGHT.begins
    )
    assert beyond is not None
    assert beyond.entries[0].carried_from == "day"


def test_what_the_next_shift_has_written_already_stays_in_front() -> None:
    began = write(None, K.CALL, "刚接的电话", shift=NIGHT, actor=actor("night"), now=NIGHT.begins)
    _, opened = hand(write(), next_log=began)
    assert [entry.text for entry in opened.entries] == ["刚接的电话", "等待回电"]


def test_a_mistaken_entry_is_put_right_by_a_further_one_and_not_handed_on() -> None:
    log = write(write(), K.OPEN_MATTER, "等待的是县水利局回电", corrects=0)
    assert [entry.text for entry in log.entries] == ["等待回电", "等待的是县水利局回电"]
    assert [entry.text for entry in log.open_matters] == ["等待的是县水利局回电"]
    _, opened = hand(log)
    assert [(entry.text, entry.corrects) for entry in opened.entries] == [("等待的是县水利局回电", None)]
    with pytest.raises(InvalidInput):
        write(log, corrects=2)


def test_a_closed_log_never_changes() -> None:
    closed, _ = hand(write())
    with pytest.raises(logs.LogClosed):
        write(closed)
    with pytest.raises(logs.LogClosed):
        logs.settled(log=closed, place=0, done=True)
    with pytest.raises(logs.LogClosed):
        hand(closed)


def test_settling_is_for_open_matters_and_can_be_undone() -> None:
    log = write(write(), K.CALL, "来电")
    assert logs.settled(log=logs.settled(log=log, place=0, done=True), place=0, done=False) == log
    for place in (1, 2):
        with pytest.raises(InvalidInput):
            logs.settled(log=log, place=place, done=True)


def test_open_matters_without_a_next_shift_are_not_lost() -> None:
    with pytest.raises(WrongState, match="1 件未了事项"):
        hand(write(), next_shift=None)
    closed, opened = hand(write(None, K.CALL), next_shift=None)
    assert closed.state is LogState.HANDED_OVER
    assert closed.handed_to is None
    assert opened is None


def test_nobody_hands_over_before_his_shift_begins_but_a_cancelled_one_is_cleared_at_any_time() -> None:
    def early(from_shift: Shift) -> DutyLog | None:
        return logs.handed_over(
            log=write(),
            shift=from_shift,
            next_shift=NIGHT,
            next_log=None,
            actor=actor("day"),
            now=DAYTIME.begins - timedelta(days=1),
        )[1]

    with pytest.raises(WrongState, match="还没有开始"):
        early(DAYTIME)
    opened = early(msgspec.structs.replace(DAYTIME, cancelled="停电"))
    assert opened is not None
    assert opened.entries


def test_the_next_shift_is_the_next_of_the_kind_at_the_same_place_first() -> None:
    window = shift("a-window", 18, 8, place="东门")
    reception = shift("reception", 14, 16, kind=ServiceKind.RECEPTION)
    cancelled = shift("gone", 18, 20, cancelled="停电")
    tomorrow = shift("tomorrow", 8, 18, day=DAY + timedelta(days=1))
    elsewhere = shift("elsewhere", 18, 8, tenant="slj")
    at_once = shift("beside", 8, 18)
    shifts = [tomorrow, window, NIGHT, reception, cancelled, elsewhere, at_once, DAYTIME]

    def after(closed: set[str]) -> Shift | None:
        return logs.following(shift=DAYTIME, shifts=shifts, closed=closed)

    assert after(set()) == NIGHT
    assert after({"night"}) == window
    assert after({"night", "a-window"}) == tomorrow
    assert after({"night", "a-window", "tomorrow"}) is None


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (actor("night"), True),
        (actor("office", Role.CLERK), True),
        (actor("day"), False),
        (actor("day", Role.HEAD), False),
        (actor("passer-by"), False),
    ],
)
def test_who_hands_over_does_not_acknowledge_himself(who: Actor, may: bool) -> None:
    closed, _ = hand(write())
    given: dict[str, Any] = {"log": closed, "next_shift": NIGHT, "members": MEMBERS, "actor": who, "now": NOON}
    if not may:
        with pytest.raises(Forbidden):
            logs.acknowledged(**given)
        return
    known = logs.acknowledged(**given)
    assert known.state is LogState.ACKNOWLEDGED
    assert known.acknowledged_by == who.reference
    with pytest.raises(WrongState, match="已经接班"):
        logs.acknowledged(**{**given, "log": known})


def test_who_sits_in_both_shifts_needs_somebody_else() -> None:
    both = shift("night", 18, 8, seats=[*NIGHT.seats, *DAYTIME.seats])
    closed, _ = hand(write(), next_shift=both)
    with pytest.raises(Forbidden, match="不能自己接班"):
        logs.acknowledged(log=closed, next_shift=both, members=MEMBERS, actor=actor("day"), now=NOON)
    assert logs.acknowledged(log=closed, next_shift=both, members=MEMBERS, actor=actor("night"), now=NOON)


def test_nothing_is_acknowledged_that_was_not_handed_over() -> None:
    with pytest.raises(WrongState, match="尚未交班"):
        logs.acknowledged(log=write(), next_shift=NIGHT, members=MEMBERS, actor=actor("night"), now=NOON)
