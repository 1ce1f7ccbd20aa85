"""Who is told what in the morning, as a pure function of what presses."""

from datetime import date

from services.contracts.actor import Role
from services.contracts.deadlines import Level, Obligation
from services.deadlines.digesting import ITEMS, Bundle, Pressing, bundles, item_of
from tests.unit.deadlines.made import ACCEPTED, clocks, referral

DAY = date(2026, 8, 3)


def pressing(
    clock_id: str,
    level: Level | None,
    *,
    owner: str = "jtj",
    due_on: date = DAY,
    restricted: tuple[str, ...] | None = None,
) -> Pressing:
    return Pressing(clock_id, owner, level, due_on, restricted)


def told(found: list[Bundle]) -> dict[tuple[str, Role], list[str]]:
    return {(each.tenant, each.role): [clock.clock_id for clock in each.clocks] for each in found}


def test_with_each_level_one_more_is_told() -> None:
    every = [pressing(str(level), level) for level in Level]
    found = told(bundles(every, office="xfj"))
    assert set(found["jtj", Role.CLERK]) == {str(level) for level in Level} - {"LAPSED"}
    assert set(found["jtj", Role.HEAD]) == {"TO_HEAD", "TO_COUNTY"}
    assert set(found["xfj", Role.SUPERVISOR]) == {"TO_COUNTY"}
    assert len(found) == 3


def test_the_most_urgent_stands_first() -> None:
    given = [
        pressing("b", Level.FIRST_WARNING),
        pressing("d", Level.OVERDUE, due_on=date(2026, 8, 2)),
        pressing("c", Level.OVERDUE, due_on=date(2026, 8, 1)),
        pressing("a", Level.FIRST_WARNING),
        pressing("e", Level.TO_COUNTY),
    ]
    assert told(bundles(given, office="xfj"))["jtj", Role.CLERK] == ["e", "c", "d", "a", "b"]


def test_the_county_office_gets_all_tenants_in_one() -> None:
    given = [pressing("a", Level.TO_COUNTY, owner="jtj"), pressing("b", Level.TO_COUNTY, owner="czj")]
    assert told(bundles(given, office="xfj"))["xfj", Role.SUPERVISOR] == ["a", "b"]


def test_the_offices_own_overdue_clocks_go_to_its_own_head_too() -> None:
    found = told(bundles([pressing("a", Level.TO_COUNTY, owner="xfj")], office="xfj"))
    assert set(found) == {("xfj", Role.CLERK), ("xfj", Role.HEAD), ("xfj", Role.SUPERVISOR)}


def test_restricted_clocks_never_share_a_reminder_with_others() -> None:
    given = [
        pressing("open", Level.OVERDUE),
        pressing("secret", Level.OVERDUE, restricted=("liu",)),
        pressing("other", Level.OVERDUE, restricted=("wang",)),
    ]
    found = bundles(given, office="xfj")
    assert {(each.restricted, tuple(clock.clock_id for clock in each.clocks)) for each in found} == {
        (None, ("open",)),
        (("liu",), ("secret",)),
        (("wang",), ("other",)),
    }


def test_a_long_list_is_cut_and_counted() -> None:
    given = [pressing(f"{number:05}", Level.OVERDUE) for number in range(ITEMS + 7)]
    (bundle,) = bundles(given, office=None)
    assert (len(bundle.clocks), bundle.more) == (ITEMS, 7)


def test_a_day_that_was_expected_and_has_passed_is_the_clerks_and_stands_last() -> None:
    found = told(bundles([pressing("missed", None), pressing("a", Level.FIRST_WARNING)], office="xfj"))
    assert found == {("jtj", Role.CLERK): ["a", "missed"]}


def test_a_reminder_names_the_expected_day_only_once_it_has_passed() -> None:
    accepted = referral(**ACCEPTED, expected_on=date(2026, 8, 20))
    handling = clocks(accepted)[Obligation.HANDLING]
    assert item_of(handling, None, date(2026, 8, 20)).expected_on is None
    assert item_of(handling, None, date(2026, 8, 21)).expected_on == date(2026, 8, 20)


def test_nothing_pressing_makes_no_reminder() -> None:
    assert bundles([], office="xfj") == []
    assert bundles([pressing("a", Level.LAPSED)], office="xfj") == []


def test_without_a_known_office_the_tenants_are_told_all_the_same() -> None:
    found = told(bundles([pressing("a", Level.TO_COUNTY)], office=None))
    assert set(found) == {("jtj", Role.CLERK), ("jtj", Role.HEAD)}
