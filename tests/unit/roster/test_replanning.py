"""What a new plan changes in the table that stands: in words, and so that nothing is lost."""

from datetime import date, time, timedelta

import msgspec

from services.common.known_calendar import library_calendar
from services.common.workdays import Calendar, DayKind
from services.contracts.acts import Act
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_rules import HolidayPolicy, ServiceRule
from services.contracts.shifts import SeatOrigin, Shift
from services.roster.ledgers import turn_class
from services.roster.planning import plan
from services.roster.replanning import Change, changes, empty_posts, kept_seats, moved, not_again
from tests.unit.roster.years import absence, member, service

CALENDAR = library_calendar()
PEOPLE = [member(0), member(1), member(2)]
MORNING = service("morning", "FREQ=DAILY", start=time(8, 30), end=time(12), holiday=HolidayPolicy.SKIP)
FIRST, LAST = date(2026, 9, 21), date(2026, 9, 30)
NOBODY: list[Absence] = []


def replanned(
    before: list[Shift],
    *,
    rules: list[ServiceRule] | None = None,
    people: list[Member] | None = None,
    away: list[Absence] = NOBODY,
    calendar: Calendar = CALENDAR,
    public: frozenset[str] = frozenset(),
    anew: bool = False,
) -> list[Change]:
    rules = [MORNING] if rules is None else rules
    people = PEOPLE if people is None else people
    after = plan(
        tenant="xfj",
        rules=rules,
        members=people,
        absences=away,
        past=[],
        kept=kept_seats([each for each in before if each.cancelled is None], public=public, anew=anew),
        calendar=calendar,
        first=FIRST,
        last=LAST,
    )
    return changes(
        tenant="xfj",
        before=before,
        after=after,
        rules={rule.id: rule for rule in rules},
        members={each.id: each for each in people},
        calendar=calendar,
    )


def table() -> list[Shift]:
    return [change.shift for change in replanned([])]


def off(day: date, name: str) -> Calendar:
    known = CALENDAR.days[day]
    return Calendar(days={**CALENDAR.days, day: msgspec.structs.replace(known, kind=DayKind.HOLIDAY, name=name)})


def test_a_first_plan_adds_and_the_same_again_changes_nothing() -> None:
    added = replanned([])
    assert {change.act for change in added} == {Act.SHIFT_PLANNED}
    assert added[0].words == "带班（接访）领导 演示0"
    assert replanned([change.shift for change in added]) == []


def test_who_is_away_is_replaced_and_it_is_said() -> None:
    before = table()
    (first, *_) = before
    (seat,) = first.seats
    (change,) = replanned(before, away=[absence(str(seat.member), first.day, first.day)])
    assert change.act is Act.SHIFT_MOVED
    assert change.words.startswith(f"带班（接访）领导 由 {seat.name} 改为 ")
    (line,) = moved([change], limit=5)
    assert (line.shift, line.day, line.what) == (first.id, first.day, change.words)


def test_the_substitute_he_named_sits_in_his_place() -> None:
    before = table()
    (seat,) = before[0].seats
    other = next(each.id for each in PEOPLE if each.id != seat.member)
    (change,) = replanned(before, away=[absence(str(seat.member), before[0].day, before[0].day, substitute=other)])
    (now,) = change.shift.seats
    assert (now.member, now.origin, now.instead_of) == (other, SeatOrigin.SUBSTITUTE, seat.member)
    # Back again, the arrangement of people stands: whoever makes it undoes it.
    assert replanned([change.shift, *before[1:]]) == []


def test_what_people_arranged_stands_though_no_rule_says_it_and_a_new_deal_leaves_it() -> None:
    guest = msgspec.structs.replace(member(9), rank=PEOPLE[0].rank.__class__.STAFF)
    before = table()
    (seat,) = before[3].seats
    named = msgspec.structs.replace(seat, member=guest.id, name=guest.name, origin=SeatOrigin.NAMED)
    before[3] = msgspec.structs.replace(before[3], seats=[named])
    news = replanned(before, people=[*PEOPLE, guest], anew=True)
    assert before[3].id not in {change.shift.id for change in news}


def test_a_new_deal_leaves_what_is_public() -> None:
    before = table()
    # All by one, as no plan would make it.
    before = [msgspec.structs.replace(each, seats=before[0].seats) for each in before]
    public = frozenset(each.id for each in before[:4])
    moved_ones = {change.shift.id for change in replanned(before, public=public, anew=True)}
    assert moved_ones
    assert not moved_ones & public
    assert replanned(before) == []


def test_an_ended_rule_cancels_its_shifts_and_they_come_back_with_it() -> None:
    before = table()
    ended = msgspec.structs.replace(MORNING, until=date(2026, 9, 23))
    news = replanned(before, rules=[ended])
    assert {(change.act, change.words) for change in news} == {(Act.SHIFT_CANCELLED, "该项安排已经结束")}
    assert {change.shift.day for change in news} == {each.day for each in before if each.day > date(2026, 9, 23)}
    gone = {change.shift.id: change.shift for change in news}
    assert all(shift.dropped and shift.cancelled for shift in gone.values())
    back = replanned([gone.get(each.id, each) for each in before])
    assert {change.act for change in back} == {Act.SHIFT_PLANNED}
    assert {change.shift.id for change in back} == gone.keys()
    assert not any(change.shift.cancelled or change.shift.dropped for change in back)


def test_a_new_holiday_moves_the_shift_with_its_people_and_the_old_day_says_why() -> None:
    weekly = service("weekly", "FREQ=WEEKLY;BYDAY=WE", start=time(9), end=time(11), holiday=HolidayPolicy.NEXT)
    before = [change.shift for change in replanned([], rules=[weekly])]
    day = before[0].day
    added, dropped = replanned(before, rules=[weekly], calendar=off(day, "县庆日"))
    assert (added.act, added.shift.day, added.shift.moved_from) == (Act.SHIFT_PLANNED, day + timedelta(days=1), day)
    assert [seat.member for seat in added.shift.seats] == [seat.member for seat in before[0].seats]
    assert (dropped.shift.id, dropped.words) == (before[0].id, f"因县庆日改在 {day + timedelta(days=1)}")
    skipped = replanned(
        before, rules=[msgspec.structs.replace(weekly, recurrence=MORNING.recurrence)], calendar=off(day, "县庆日")
    )
    assert "县庆日放假，停止一次" in {change.words for change in skipped}


def test_what_was_served_or_cancelled_by_hand_is_not_planned_again_on_the_day_to_which_a_new_holiday_moves_it() -> None:
    weekly = service("weekly", "FREQ=WEEKLY;BYDAY=WE", start=time(9), end=time(11), holiday=HolidayPolicy.NEXT)
    (one, other) = (change.shift for change in replanned([], rules=[weekly]))

    def days(**given: list[Shift]) -> list[date]:
        after = plan(
            tenant="xfj", rules=[weekly], members=PEOPLE, absences=[], past=[], kept={}, last=LAST,
            calendar=off(one.day, "县庆日"), first=one.day, without=not_again(**{"begun": [], "coming": [], **given}),
        )  # fmt: skip
        return [each.day for each in after]

    moved_day = one.day + timedelta(days=1)
    assert days() == [moved_day, other.day]
    assert days(begun=[one]) == [other.day]
    by_hand, dropped = (msgspec.structs.replace(one, cancelled="停电", dropped=each) for each in (False, True))
    assert days(coming=[by_hand, other]) == [other.day]
    for gone in ({"begun": [dropped]}, {"coming": [dropped]}):
        assert days(**gone) == [moved_day, other.day]


def test_place_and_posts_follow_rule_and_people_and_a_presence_stays() -> None:
    before = table()
    (seat,) = before[0].seats
    came = msgspec.structs.replace(seat, in_at=before[0].begins - timedelta(minutes=5))
    before[0] = msgspec.structs.replace(before[0], seats=[came])
    promoted = [msgspec.structs.replace(each, post="局长") for each in PEOPLE]
    news = replanned(before, rules=[msgspec.structs.replace(MORNING, place="新大厅")], people=promoted)
    assert {change.words for change in news} == {"地点 由 值班室 改为 新大厅"}
    changed = next(change.shift for change in news if change.shift.id == before[0].id)
    assert (changed.seats[0].post, changed.seats[0].in_at) == ("局长", came.in_at)


def test_empty_posts_are_named() -> None:
    weeks = [absence(each.id, FIRST, FIRST) for each in PEOPLE]
    after = plan(
        tenant="xfj", rules=[MORNING], members=PEOPLE, absences=weeks, past=[], kept={}, calendar=CALENDAR,
        first=FIRST, last=LAST,
    )  # fmt: skip
    (line,) = empty_posts(after, {"morning": MORNING}, limit=5)
    assert (line.day, line.what) == (FIRST, "带班（接访）领导 无人可排")


def test_spring_festival_has_a_ledger_of_its_own() -> None:
    days = {turn_class(CALENDAR, date(2026, 2, day)).value for day in (13, 17)}
    assert days == {"ORDINARY", "SPRING_FESTIVAL"}
    assert turn_class(CALENDAR, date(2026, 10, 1)).value == "HOLIDAY"
