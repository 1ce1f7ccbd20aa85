"""The public is told in time, a public day is not changed at its door, and what was public on any day stays proved."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import InvalidInput
from services.common.ids import is_id
from services.common.public_table import digest_of, id_of, public_table
from services.contracts.actor import ActorRef
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank, ReceptionMode, SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift
from services.roster.announcing import (
    AnnouncedTooLate,
    ChangedTooLate,
    LeaderMissing,
    NothingToPublish,
    check_span,
    public_reason,
    publication,
    turns_of,
)

BY = ActorRef(tenant="xfj", user="xfj.clerk@luonan", name="窗口演示")
TODAY, DAY = date(2026, 11, 10), date(2026, 11, 25)
FIRST, LAST = date(2026, 11, 17), date(2026, 11, 30)


def turn(day: date, leader: str = "孙演示", shift: str = "", start: time = time(8, 30)) -> AnnouncedTurn:
    return AnnouncedTurn(
        shift=shift or f"s{day}",
        day=day,
        start=start,
        end=time(11, 30),
        leader=leader,
        post="副县长",
        portfolio=["农业农村"],
        place="接待大厅",
        mode="定点接访",
        phone=None,
    )


def publish(
    *turns: AnnouncedTurn, today: date = TODAY, known: Sequence[Announcement] = (), **more: Any
) -> Announcement:
    given: dict[str, Any] = {"first": FIRST, "last": LAST, "reason": "", "urgent": False, **more}
    now = datetime.combine(today, time(2, 0), UTC)
    return publication(tenant="xfj", known=known, turns=turns, by=BY, now=now, today=today, **given)


def shown(known: Sequence[Announcement], at: datetime) -> list[str]:
    return [row.turn.leader for row in public_table(known, at=at, first=FIRST, last=LAST)]


def shift(day: date = DAY, *, leader: str | None = "m1", **changes: Any) -> Shift:
    seats = [SeatTaken(role=SeatRole.LEAD, member=leader, name=None, post=None)]
    base = Shift(
        id=f"s{day}",
        tenant="xfj",
        rule="monday",
        name="领导接访日",
        kind=ServiceKind.RECEPTION,
        mode=ReceptionMode.FIXED_POINT,
        day=day,
        start=time(8, 30),
        end=time(11, 30),
        place="接待大厅",
        phone=None,
        slot_minutes=15,
        seats=seats,
    )
    return msgspec.structs.replace(base, **changes)


MEMBER = Member(
    id="m1",
    tenant="xfj",
    login=None,
    name="孙演示",
    rank=Rank.LEADER,
    post="副县长",
    portfolio=["农业农村"],
    phone="0914-7000000",
    since=date(2020, 1, 1),
)


def test_a_reception_is_first_published_a_week_ahead_and_no_head_can_shorten_that() -> None:
    near = turn(FIRST)
    assert publish(near, today=TODAY).changed is None
    late = TODAY + timedelta(days=1)
    for urgent in (False, True):
        with pytest.raises(AnnouncedTooLate, match=r"2026-11-18.*2026-11-17"):
            publish(near, today=late, urgent=urgent, reason="忘记公示")


def test_a_change_is_told_in_words_two_days_ahead() -> None:
    first = publish(turn(DAY))
    changed = publish(turn(DAY, "周演示"), known=[first], today=date(2026, 11, 23), reason="孙演示出差")
    assert changed.changed == "2026-11-25 领导由 孙演示 改为 周演示。原因：孙演示出差"
    assert not changed.urgent
    with pytest.raises(ChangedTooLate, match=r"2026-11-26 及以后.*2026-11-25"):
        publish(turn(DAY, "周演示"), known=[first], today=date(2026, 11, 24))


def test_a_turn_that_is_dropped_or_moved_late_is_a_late_change() -> None:
    today, moved = date(2026, 11, 24), turn(date(2026, 11, 30), shift="s")
    published = ([turn(DAY)], [turn(DAY, shift="s")], [turn(LAST)])
    wanted: tuple[list[AnnouncedTurn], ...] = ([], [moved], [turn(DAY)])
    for before, after in zip(published, wanted, strict=True):
        with pytest.raises(ChangedTooLate):
            publish(*after, known=[publish(*before)], today=today)


def test_a_table_with_hardly_anything_in_it_does_not_shorten_the_week_of_what_is_added_later() -> None:
    nearly_empty = publish(turn(LAST))
    added, today = [turn(DAY), turn(LAST)], date(2026, 11, 19)
    with pytest.raises(AnnouncedTooLate, match=r"2026-11-25.*由负责人"):
        publish(*added, known=[nearly_empty], today=today)
    in_time = publish(*added, known=[nearly_empty], today=today - timedelta(days=1))
    assert (in_time.changed, in_time.urgent) == ("2026-11-25 增加 孙演示", False)


def test_the_head_adds_to_a_public_day_what_cannot_wait_and_it_is_marked() -> None:
    today = date(2026, 11, 20)
    told = publish(turn(DAY), turn(LAST), known=[publish(turn(LAST))], today=today, urgent=True, reason="群体访")
    assert (told.changed, told.urgent) == ("2026-11-25 增加 孙演示。原因：群体访", True)


def test_a_reception_that_is_moved_is_a_change_and_two_for_one_is_not() -> None:
    first, today = publish(turn(DAY), last=date(2026, 11, 28)), date(2026, 11, 23)
    moved = publish(turn(date(2026, 11, 27)), known=[first], today=today)
    assert (moved.changed, moved.urgent) == ("2026-11-25 取消 孙演示；2026-11-27 增加 孙演示", False)
    # To a day of which the public knows nothing yet, too; that it is new there is told.
    assert "2026-11-29 增加" in (publish(turn(date(2026, 11, 29)), known=[first], today=today).changed or "")
    two = [turn(date(2026, 11, 27)), turn(date(2026, 11, 28))]
    with pytest.raises(AnnouncedTooLate, match=r"2026-11-27、2026-11-28"):
        publish(*two, known=[first], today=today)


def test_a_late_change_is_told_by_the_head_and_marked_urgent() -> None:
    first = publish(turn(DAY))
    changed = publish(turn(DAY, "周演示"), known=[first], today=DAY, urgent=True, reason="孙演示急病")
    assert changed.urgent
    assert "急病" in (changed.changed or "")
    # What is in time is no urgent change, whatever it was called.
    in_time = publish(turn(DAY, "周演示"), known=[first], today=date(2026, 11, 20), urgent=True, reason="调整")
    assert not in_time.urgent


def test_the_reason_that_everybody_reads_holds_nobodys_number() -> None:
    reason = public_reason(" 应来访人 13912345678 请求 ")
    assert reason.startswith("应来访人 ")
    assert "13912345678" not in reason


def test_what_is_public_already_is_not_published_again() -> None:
    first = publish(turn(DAY))
    with pytest.raises(NothingToPublish, match="相同"):
        publish(turn(DAY), known=[first], today=DAY)


def test_two_leaders_of_one_reception_are_told_one_by_one() -> None:
    first = publish(turn(DAY, "孙演示", "s"), turn(DAY, "李演示", "s"))
    changed = publish(turn(DAY, "孙演示", "s"), turn(DAY, "周演示", "s"), known=[first], today=date(2026, 11, 20))
    assert changed.changed == "2026-11-25 领导由 李演示 改为 周演示"


def test_days_that_are_past_stay_as_they_were() -> None:
    assert check_span(first=date(2026, 11, 1), last=LAST, today=TODAY) == TODAY
    for first, last in (
        (FIRST, date(2026, 11, 16)),
        (date(2026, 11, 1), date(2026, 11, 9)),
        (FIRST, date(2027, 12, 1)),
    ):
        with pytest.raises(InvalidInput):
            check_span(first=first, last=last, today=TODAY)


def test_rows_come_from_the_leaders_of_receptions_that_take_place() -> None:
    other = shift(date(2026, 11, 26), cancelled="停电")
    (row,) = turns_of([shift(), other, shift(date(2026, 11, 27), kind=ServiceKind.DUTY)], {"m1": MEMBER})
    assert (row.leader, row.post, row.portfolio) == ("孙演示", "副县长", ["农业农村"])
    assert (row.mode, row.phone, row.day) == ("定点接访", "0914-7000000", DAY)


def test_a_reception_without_its_leader_is_not_published_and_the_message_names_the_days() -> None:
    with pytest.raises(LeaderMissing, match=r"2026-11-25“领导接访日”、2026-11-27“领导接访日”"):
        turns_of(
            [shift(leader=None), shift(date(2026, 11, 26)), shift(date(2026, 11, 27), leader=None)], {"m1": MEMBER}
        )


def test_what_was_public_on_a_past_day_follows_from_what_was_published_before_it() -> None:
    first = publish(turn(DAY), turn(date(2026, 11, 26)))
    # The second one is about one day only; of the other the first one stands.
    second = publish(turn(DAY, "周演示"), known=[first], today=date(2026, 11, 20), first=DAY, last=DAY)
    known = [second, first]
    assert shown(known, datetime(2026, 11, 10, 1, tzinfo=UTC)) == []
    assert shown(known, datetime(2026, 11, 19, 23, tzinfo=UTC)) == ["孙演示", "孙演示"]
    assert shown(known, datetime(2026, 11, 20, 2, tzinfo=UTC)) == ["周演示", "孙演示"]


def test_publications_that_were_begun_in_the_wrong_order_still_follow_each_other() -> None:
    first = publish(turn(DAY), today=date(2026, 11, 12))
    second = publish(turn(DAY, "周演示"), known=[first], today=date(2026, 11, 11))
    assert second.published_at > first.published_at
    assert shown([first, second], second.published_at) == ["周演示"]


def test_the_id_of_a_publication_is_proof_of_all_that_it_says() -> None:
    made = publish(turn(DAY))
    stored = msgspec.json.decode(msgspec.json.encode(made), type=Announcement)
    assert is_id(made.id)
    assert id_of(stored) == made.id
    assert digest_of(stored) == digest_of(made)
    for changes in (
        {"turns": [turn(DAY, "周演示")]},
        {"turns": [turn(DAY, start=time(9, 0))]},
        {"published_at": made.published_at - timedelta(seconds=1)},
        {"last": date(2026, 12, 1)},
        {"urgent": True},
    ):
        assert id_of(msgspec.structs.replace(made, **changes)) != made.id, changes
