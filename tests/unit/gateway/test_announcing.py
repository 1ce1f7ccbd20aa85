"""An office is told in time which days the public must be told of, or told anew: RO-24, RO-25."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from gateway.announcing import DayDue, announcement_due, days_due, reminded_until, whose_announcements
from gateway.reading import ViewReader
from gateway.reading_lists import MEMBERS, SHIFTS
from services.common.errors import Forbidden, NotFound, Refusal
from services.common.notices import PERIODS
from services.common.public_table import turn_of
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import Shift
from tests.unit.gateway.test_papers import DIRECTORY
from tests.unit.gateway.test_reception_asking import actor
from tests.unit.roster.table_made import BY, WEDNESDAY, A, B, shift, taken

PEOPLE = {each.id: each for each in (A, B)}
PUBLISH, CHANGE = timedelta(days=PERIODS.publish_days), timedelta(days=PERIODS.change_days)
EARLY = WEDNESDAY - timedelta(days=20)
RECEPTION = shift("1", WEDNESDAY, taken(A), taken(B, SeatRole.STAFF))


def published(*turns: AnnouncedTurn, first: date = WEDNESDAY, last: date = WEDNESDAY) -> Announcement:
    return Announcement(
        id="one",
        tenant="xfj",
        first=first,
        last=last,
        turns=list(turns),
        published_at=datetime(2026, 11, 1, tzinfo=UTC),
        published_by=BY,
    )


TOLD = published(turn_of(RECEPTION, A))


def due(*shifts: Shift, known: Sequence[Announcement] = (TOLD,), today: date = EARLY, **more: Any) -> list[DayDue]:
    first, last = WEDNESDAY - timedelta(days=3), WEDNESDAY + timedelta(days=30)
    given: dict[str, Any] = {"members": PEOPLE, **more}
    return days_due(tenant="xfj", shifts=shifts, known=known, first=first, last=last, today=today, **given)


def test_a_day_that_is_not_public_is_due_a_week_before() -> None:
    (day,) = due(RECEPTION, known=())
    assert (day.day, day.published, day.by) == (WEDNESDAY, False, WEDNESDAY - PUBLISH)
    assert ([turn.leader for turn in day.turns], day.told, day.leader_missing) == ([A.name], [], False)


def test_what_is_public_as_it_stands_is_not_due_and_what_is_no_reception_never() -> None:
    assert due(RECEPTION) == []
    assert due(shift("2", WEDNESDAY, taken(A), kind=ServiceKind.DUTY), known=()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"place": "二楼接待室"},
        {"start": time(9)},
        {"end": time(12)},
        {"phone": "0914-7654321"},
        {"seats": [taken(B)]},
        {"seats": [taken(A), taken(B)]},
    ],
    ids=["place", "begin", "end", "telephone", "leader", "one leader more"],
)
def test_whatever_the_public_was_told_otherwise_is_due(changes: dict[str, Any]) -> None:
    (day,) = due(msgspec.structs.replace(RECEPTION, **changes))
    assert (day.published, day.leader_missing) == (True, False)
    assert day.turns != day.told == TOLD.turns


def test_a_change_is_due_two_days_before_and_an_addition_a_week() -> None:
    (changed,) = due(msgspec.structs.replace(RECEPTION, place="二楼接待室"))
    (dropped,) = due()
    (added,) = due(RECEPTION, shift("2", WEDNESDAY, taken(B), start=time(14), end=time(17)))
    assert (changed.by, dropped.by) == (WEDNESDAY - CHANGE, WEDNESDAY - CHANGE)
    assert added.by == WEDNESDAY - PUBLISH
    # Close by, what is moved is a change, as a publication judges it.
    (moved,) = due(shift("2", WEDNESDAY, taken(A), start=time(14), end=time(17)), today=WEDNESDAY - CHANGE)
    assert moved.by == WEDNESDAY - CHANGE


def test_a_reception_that_moves_to_another_day_makes_both_due() -> None:
    told = published(*TOLD.turns, last=WEDNESDAY + timedelta(days=9))
    later = msgspec.structs.replace(RECEPTION, day=WEDNESDAY + timedelta(days=1))
    assert [(day.day, len(day.told), len(day.turns)) for day in due(later, known=(told,))] == [
        (WEDNESDAY, 1, 0), (WEDNESDAY + timedelta(days=1), 0, 1),
    ]  # fmt: skip


def test_a_reception_without_its_leader_is_due_and_says_so() -> None:
    empty = msgspec.structs.replace(RECEPTION, seats=[taken(None)])
    (unknown,), (changed,) = due(empty, known=()), due(empty)
    assert (unknown.leader_missing, unknown.by) == (True, WEDNESDAY - PUBLISH)
    assert (changed.leader_missing, changed.by) == (True, WEDNESDAY - CHANGE)


def test_the_reminder_reaches_beyond_the_week_of_the_notice() -> None:
    assert reminded_until(EARLY) > EARLY + timedelta(days=14) > EARLY + PUBLISH


def test_who_changes_the_table_is_told_of_place_time_and_telephone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stands = [RECEPTION]

    class Reader:
        now = datetime(2026, 11, 20, tzinfo=UTC)

        async def of_days(self, listed: Any, **_: Any) -> list[Any]:
            return {id(SHIFTS): list[Any](stands), id(MEMBERS): [A, B]}[id(listed)]

    async def told(*_: Any, **__: Any) -> list[Announcement]:
        return [TOLD]

    monkeypatch.setattr("gateway.announcing.announcements", told)
    reader: ViewReader = Reader()  # type: ignore[assignment]

    async def asked() -> bool:
        return await announcement_due(reader, tenant="xfj", first=WEDNESDAY, last=WEDNESDAY)

    assert not asyncio.run(asked())
    for changes in ({"place": "二楼接待室"}, {"start": time(9)}, {"phone": "0914-7654321"}):
        stands[:] = [msgspec.structs.replace(RECEPTION, **changes)]
        assert asyncio.run(asked()), changes


@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD, Role.LEADER])
def test_who_publishes_asks_for_his_own_tenant_and_the_county_office_for_any(role: Role) -> None:
    own, office = actor(role=role), actor("xfj", TenantKind.COUNTY, role)
    assert whose_announcements(own, None, DIRECTORY) == whose_announcements(own, "zrzy", DIRECTORY) == ["zrzy"]
    assert (whose_announcements(office, None, DIRECTORY), whose_announcements(office, "slj", DIRECTORY)) == (
        None, ["slj"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("by", "wanted", "refusal"),
    [
        (actor(), "slj", Forbidden),
        (actor(), "nobody", Forbidden),
        (actor(role=Role.HANDLER), None, Forbidden),
        (actor(role=Role.SUPERVISOR), "zrzy", Forbidden),
        (actor("xfj", TenantKind.COUNTY, Role.AUDITOR), "slj", Forbidden),
        (actor("xfj", TenantKind.COUNTY), "nobody", NotFound),
    ],
)
def test_nobody_else_does(by: Actor, wanted: str | None, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        whose_announcements(by, wanted, DIRECTORY)
