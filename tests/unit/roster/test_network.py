"""Who may hold which post of the network: CC-08 to CC-10, each number at its edge."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.common.errors import Forbidden, InvalidInput
from services.contracts.actor import Actor, Role
from services.contracts.network import NetworkPost
from services.contracts.network_commands import PostInput, PostLine
from services.contracts.network_rules import RULES
from services.roster import network
from services.roster.network import PostTaken
from tests.unit.roster.network_made import (
    BUREAU,
    DIRECTORY,
    EAST,
    OFFICE,
    OTHER,
    ROLE,
    TODAY,
    TOWNSHIP,
    WEST,
    actor,
    given,
    post,
)

SINCE = date(2026, 3, 1)


def make(
    it: PostInput, *, who: Actor = OFFICE, before: NetworkPost | None = None, others: list[NetworkPost] | None = None
) -> NetworkPost:
    return network.post_of(given=it, before=before, others=others or [], actor=who, directory=DIRECTORY, today=TODAY)


@pytest.mark.parametrize(
    ("who", "role", "may"),
    [
        (TOWNSHIP, ROLE.LIAISON, True),
        (actor("cg", Role.HEAD), ROLE.HANDLER, True),
        (actor("cg", Role.HANDLER), ROLE.LIAISON, False),
        (actor("cg", Role.SUPERVISOR), ROLE.LIAISON, False),
        (OTHER, ROLE.LIAISON, False),
        (OFFICE, ROLE.LIAISON, True),
        (actor("xfj", Role.SUPERVISOR), ROLE.INFORMANT, True),
        (actor("xfj", Role.HANDLER), ROLE.INFORMANT, False),
        (OFFICE, ROLE.INSPECTOR, True),
        (TOWNSHIP, ROLE.INSPECTOR, False),
        (BUREAU, ROLE.OFFICER, True),
        (TOWNSHIP, ROLE.OFFICER, False),
    ],
)
def test_managed_twice_by_the_own_office_and_the_countys(who: Actor, role: Any, may: bool) -> None:
    if may:
        assert make(given(role), who=who).role is role
    else:
        with pytest.raises(Forbidden):
            make(given(role), who=who)


@pytest.mark.parametrize(
    ("it", "field"),
    [
        (given(ROLE.INSPECTOR, tenant="cg"), "tenant"),
        (given(ROLE.LIAISON, tenant="slj"), "tenant"),
        (given(ROLE.LIAISON, tenant="nobody"), "tenant"),
        (given(ROLE.INSPECTOR, group=None), "group"),
        (given(ROLE.LIAISON, group="一组"), "group"),
        (given(ROLE.LIAISON, covers=[EAST, WEST]), "covers"),
        (given(ROLE.LIAISON, covers=[]), "covers"),
        (given(ROLE.LIAISON, covers=["611021001"]), "covers"),
        (given(ROLE.LIAISON, covers=["611021002201"]), "covers"),
        (given(ROLE.LIAISON, covers=[f"{EAST}#3"]), "covers"),
        (given(ROLE.INFORMANT, covers=[EAST]), "covers"),
        (given(ROLE.INFORMANT, covers=[f"{EAST}#"]), "covers"),
        (given(ROLE.INFORMANT, covers=["611021002201#1"]), "covers"),
        (given(ROLE.OFFICER, covers=[EAST]), "covers"),
        (given(ROLE.INSPECTOR, covers=[EAST]), "covers"),
        (given(ROLE.INSPECTOR, covers=[f"61102100{n}" for n in range(1, 6)]), "covers"),
        (given(ROLE.LIAISON, until=SINCE - timedelta(days=1)), "until"),
        (given(ROLE.LIAISON, name="  "), "name"),
        (given(ROLE.LIAISON, trained_on=TODAY + timedelta(days=1)), "trained_on"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(it: PostInput, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(it)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("born", "fits"),
    [(date(1990, 3, 2), True), (date(1990, 3, 1), False), (None, False), (SINCE, False)],
)
def test_an_inspector_is_at_most_35_when_appointed_and_his_birthday_is_not_kept(born: date | None, fits: bool) -> None:
    if fits:
        made = make(given(ROLE.INSPECTOR, born_on=born))
        assert "1990" not in repr(made)
    else:
        with pytest.raises(InvalidInput) as refused:
            make(given(ROLE.INSPECTOR, born_on=born))
        assert refused.value.field == "born_on"


def test_an_inspector_is_seconded_for_a_year_and_who_stays_is_not_asked_his_age_again() -> None:
    made = make(given(ROLE.INSPECTOR))
    assert made.until == date(2027, 3, 1)
    with pytest.raises(InvalidInput, match="12 个月"):
        make(given(ROLE.INSPECTOR, until=date(2027, 3, 2)))
    sooner = make(given(ROLE.INSPECTOR, born_on=None, until=TODAY), before=made)
    assert (sooner.id, sooner.until) == (made.id, TODAY)
    with pytest.raises(InvalidInput):
        make(given(ROLE.INSPECTOR, born_on=None, since=TODAY), before=made)


def test_no_two_liaisons_of_a_village_at_once_but_a_successor_from_the_next_day() -> None:
    holder = post(ROLE.LIAISON)
    with pytest.raises(PostTaken, match="王建国"):
        make(given(ROLE.LIAISON, name="李秀英"), others=[holder])
    assert make(given(ROLE.LIAISON, covers=[WEST]), others=[holder])
    last = date(2026, 8, 31)
    left = post(ROLE.LIAISON, until=last)
    assert make(given(ROLE.LIAISON, name="李秀英", since=last + timedelta(days=1)), others=[left])
    with pytest.raises(PostTaken):
        make(given(ROLE.LIAISON, name="李秀英", since=last), others=[left])
    assert make(given(ROLE.LIAISON, until=last), before=holder, others=[holder]).until == last


def test_one_informant_a_group_and_any_number_of_handlers_a_village() -> None:
    with pytest.raises(PostTaken):
        make(given(ROLE.INFORMANT, name="李秀英"), others=[post(ROLE.INFORMANT)])
    assert make(given(ROLE.INFORMANT, covers=[f"{EAST}#4"]), others=[post(ROLE.INFORMANT)])
    assert make(given(ROLE.HANDLER, name="李秀英"), others=[post(ROLE.HANDLER)])


@pytest.mark.parametrize(("role", "most"), [(ROLE.INSPECTOR, RULES.inspectors.group_size), (ROLE.OFFICER, 3)])
def test_a_group_and_a_unit_have_no_more_than_the_regulation_says(role: Any, most: int) -> None:
    there = [post(role, id=str(n), name=f"人{n}") for n in range(most)]
    assert make(given(role), others=there[1:])
    with pytest.raises(PostTaken):
        make(given(role), others=there)
    gone = [post(role, id="0", until=SINCE - timedelta(days=1), since=date(2025, 3, 2)), *there[1:]]
    assert make(given(role), others=gone)


def test_who_comes_later_counts_too() -> None:
    later = [post(ROLE.OFFICER, id=str(n), since=date(2026, 9, 1)) for n in range(3)]
    with pytest.raises(PostTaken):
        make(given(ROLE.OFFICER), others=later)
    assert make(given(ROLE.OFFICER, until=date(2026, 8, 31)), others=later)


def test_a_post_keeps_its_tenant_and_role() -> None:
    with pytest.raises(InvalidInput, match="不能更改"):
        make(given(ROLE.HANDLER, covers=[EAST]), before=post(ROLE.LIAISON))


def lines(*posts: PostInput) -> list[PostLine]:
    return [PostLine(line=number, post=each) for number, each in enumerate(posts, start=2)]


def load(rows: list[PostLine], stored: list[NetworkPost], who: Actor = OFFICE) -> Any:
    return network.imported(lines=rows, stored=stored, actor=who, directory=DIRECTORY, today=TODAY)


def test_a_table_is_taken_whole_and_a_second_time_changes_nothing() -> None:
    rows = lines(given(ROLE.LIAISON), given(ROLE.LIAISON, covers=[WEST]), given(ROLE.INSPECTOR))
    posts, report = load(rows, [])
    assert (report.added, report.changed, report.unchanged, report.mistakes) == (3, 0, 0, [])
    again, second = load(rows, posts)
    assert (again, second.added, second.changed, second.unchanged) == ([], 0, 0, 3)
    ended = lines(given(ROLE.LIAISON, until=TODAY))
    changed, third = load(ended, posts)
    assert [each.id for each in changed] == [posts[0].id]
    assert (third.added, third.changed) == (0, 1)


def test_one_mistake_keeps_the_whole_table_out_and_every_mistake_is_told_with_its_line() -> None:
    rows = lines(
        given(ROLE.LIAISON),
        given(ROLE.LIAISON, name="李秀英"),
        given(ROLE.LIAISON),
        given(ROLE.HANDLER, covers=["990001001201"]),
    )
    posts, report = load(rows, [])
    assert posts == []
    assert [each.line for each in report.mistakes] == [3, 4, 5]
    assert "一处只设一人" in report.mistakes[0].message


def test_a_township_imports_its_own_lines_alone() -> None:
    _, report = load(lines(given(ROLE.LIAISON), given(ROLE.INSPECTOR)), [], who=TOWNSHIP)
    assert [each.line for each in report.mistakes] == [3]


def test_a_successor_may_stand_in_the_same_table_as_the_end_of_who_was_there() -> None:
    holder = make(given(ROLE.LIAISON))
    rows = lines(given(ROLE.LIAISON, until=TODAY - timedelta(days=1)), given(ROLE.LIAISON, name="李秀英", since=TODAY))
    posts, report = load(rows, [holder])
    assert report.mistakes == []
    assert [each.name for each in posts] == ["王建国", "李秀英"]
