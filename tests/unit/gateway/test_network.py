"""Holes of the network, quotas and praise, and the table from which it is read."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from gateway.information_counts import for_praise, information_counts
from gateway.network_coverage import inspector_groups, township_coverage
from gateway.network_rows import COLUMNS, read_table, wrong_logins
from gateway.reading import User
from services.common.errors import InvalidInput
from services.contracts.actor import ActorRef, Role, TenantKind
from services.contracts.directory import Organisation, PlaceRef
from services.contracts.network import (
    InformationItem,
    InformationWay,
    ItemLevel,
    ItemState,
    NetworkPost,
    NetworkRole,
    Step,
)

R, S = NetworkRole, ItemState
DAY = date(2026, 11, 22)
EAST, WEST = "611021001201", "611021001202"
TOWNSHIP = Organisation(
    code="cg", kind=TenantKind.TOWNSHIP, name="城关镇", short_name="城关", number_prefix="CG", superior=None,
    responsibilities=[], phone=None, active=True,
    places=[PlaceRef(code=code, name=name) for code, name in (("611021001", "城关"), (EAST, "东村"), (WEST, "西村"))],
)  # fmt: skip


def post(role: NetworkRole, *covers: str, id: str = "p", **changes: Any) -> NetworkPost:
    base = NetworkPost(
        id=id, tenant="cg", role=role, name="王", phone=None, login=None, group=None, covers=list(covers),
        since=date(2026, 1, 1), until=None,
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


def item(sender: str, sent: date, state: ItemState = S.SENT) -> InformationItem:
    at = datetime(sent.year, sent.month, sent.day, 4, tzinfo=UTC)
    step = Step(at=at, by=ActorRef(tenant="cg", user="u", name="n"), level=ItemLevel.VILLAGE, text="t")
    return InformationItem(
        id="i", tenant="cg", post=sender, place=EAST, place_name="东村", found_on=sent, sent_at=at,
        way=InformationWay.SMS, text="t", level=ItemLevel.VILLAGE, due_at=at, state=state, steps=[step],
    )  # fmt: skip


def test_a_village_without_its_people_is_named() -> None:
    posts = [
        post(R.HANDLER, EAST, WEST),
        post(R.LIAISON, EAST),
        post(R.LIAISON, WEST, until=DAY - timedelta(days=1)),
        post(R.INFORMANT, f"{EAST}#1"),
        post(R.INFORMANT, f"{EAST}#2", until=DAY - timedelta(days=1)),
        post(R.INFORMANT, f"{WEST}#1", since=DAY + timedelta(days=1)),
        post(R.LIAISON, WEST, tenant="elsewhere"),
    ]
    found = township_coverage(township=TOWNSHIP, posts=posts, day=DAY)
    assert found.villages == 2
    assert found.without_handler == []
    assert [each.name for each in found.without_liaison] == ["西村"]
    assert [each.name for each in found.without_informant] == ["西村"]
    assert found.vacant_groups == [f"{EAST}#2"]


def test_on_its_last_day_a_post_is_still_there() -> None:
    found = township_coverage(township=TOWNSHIP, posts=[post(R.LIAISON, WEST, until=DAY)], day=DAY)
    assert [each.name for each in found.without_liaison] == ["东村"]


def test_a_group_of_inspectors_fits_with_five_people_and_four_townships() -> None:
    four = [f"61102100{n}" for n in range(1, 5)]

    def group(name: str, people: int, townships: list[str], **changes: Any) -> list[NetworkPost]:
        return [post(R.INSPECTOR, *townships, id=f"{name}{n}", group=name, **changes) for n in range(people)]

    posts = [
        *group("一组", 5, four, trained_on=date(2025, 12, 30)),
        *group("二组", 5, four[:3]),
        *group("三组", 4, four),
        *group("四组", 5, four, until=DAY - timedelta(days=1)),
    ]
    found = inspector_groups(posts=posts, day=DAY)
    assert [(each.name, each.fits, len(each.untrained)) for each in found] == [
        *(("一组", True, 0), ("三组", False, 4), ("二组", False, 5)),
    ]


def test_a_township_should_be_covered_by_one_group_of_inspectors() -> None:
    def covering(*groups: tuple[str, str]) -> tuple[list[str] | None, str | None]:
        inspectors = [post(R.INSPECTOR, code, tenant="xfj", group=name) for name, code in groups]
        known = inspector_groups(posts=inspectors, day=DAY)
        found = township_coverage(township=TOWNSHIP, posts=inspectors, day=DAY, groups=known)
        return found.inspector_groups, found.inspection_gap

    assert covering(("一组", "611021001"), ("二组", "611021002")) == (["一组"], None)
    assert covering(("二组", "611021002")) == ([], "没有督查组包联")
    assert covering(("一组", "611021001"), ("二组", "611021001")) == (["一组", "二组"], "由一组、二组重复包联")
    unseen = township_coverage(township=TOWNSHIP, posts=[], day=DAY)
    assert (unseen.inspector_groups, unseen.inspection_gap) == (None, None)


def counts(posts: list[NetworkPost], items: list[InformationItem]) -> dict[str, tuple[int, int, bool]]:
    found = information_counts(posts=posts, items=items, first=date(2026, 11, 1), last=date(2026, 11, 30))
    return {each.post.id: (each.sent, each.taken, each.quota_met) for each in found}


def test_two_items_a_month_are_wanted_and_what_is_of_no_use_does_not_count() -> None:
    posts = [post(R.INFORMANT, f"{EAST}#{n}", id=str(n)) for n in range(1, 5)]
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    items = [
        *(item("1", first), item("1", last, S.REGISTERED)),
        *(item("2", first, S.TAKEN), item("2", last, S.NOT_TAKEN)),
        *(item("3", first), item("3", last, S.TAKEN_BACK)),
        *(item("4", first - timedelta(days=1)), item("4", last + timedelta(days=1))),
    ]
    assert counts(posts, items) == {
        "1": (2, 1, True), "2": (2, 1, False), "3": (1, 0, False), "4": (0, 0, False),
    }  # fmt: skip


def test_the_quota_is_for_informants_and_units_officers_who_serve_in_the_month() -> None:
    posts = [
        post(R.HANDLER, EAST, id="handler"),
        post(R.OFFICER, id="officer", tenant="slj"),
        post(R.INFORMANT, f"{EAST}#1", id="gone", until=date(2026, 10, 31)),
        post(R.INFORMANT, f"{EAST}#1", id="new", since=date(2026, 11, 30)),
    ]
    assert counts(posts, []).keys() == {"officer", "new"}


def test_praise_is_proposed_for_the_two_of_whom_most_was_recognised() -> None:
    posts = [post(R.INFORMANT, f"{EAST}#{n}", id=str(n)) for n in range(4)]
    items = [
        *(item("1", DAY, S.TAKEN), item("1", DAY, S.TAKEN), item("2", DAY, S.LISTED), item("2", DAY, S.NOT_TAKEN)),
        *(item("3", DAY, S.TAKEN), item("0", DAY)),
    ]
    found = for_praise(information_counts(posts=posts, items=items, first=DAY, last=DAY))
    assert [(each.post.id, each.taken, each.proposed) for each in found] == [
        *(("1", 2, True), ("2", 1, True), ("3", 1, False)),
    ]


HEADER = ",".join(COLUMNS)
LINE = "cg,联络员,王建国,0914-1234567,,,,611021001201,2026-03-01,,"


def test_a_table_is_read_as_people_write_it() -> None:
    other = "xfj,督查员, 李四 ,,lisi,1996/1/2,一组,611021001；611021002,2026年3月1日,,2026.2.9"
    text = f"\ufeff{HEADER}\r\n{LINE}\r\n\r\n{other}\r\n"
    lines, mistakes = read_table(text)
    assert mistakes == []
    first, second = lines
    assert (first.line, first.post.role, first.post.covers, first.post.login) == (2, R.LIAISON, [EAST], None)
    assert (second.line, second.post.name, second.post.covers) == (4, "李四", ["611021001", "611021002"])
    days = (second.post.born_on, second.post.since, second.post.until, second.post.trained_on)
    assert days == (date(1996, 1, 2), date(2026, 3, 1), None, date(2026, 2, 9))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cg,村长,王建国,,,,,611021001201,2026-03-01,,", "“岗位”"),
        ("cg,联络员,,,,,,611021001201,2026-03-01,,", "缺少字段 name"),
        ("cg,联络员,王建国,,,,,611021001201,2026-02-30,,", "“开始日期”"),
        ("cg,联络员,王建国", "应有 11 列，实为 3 列"),
    ],
)
def test_each_mistake_is_told_with_its_line(line: str, said: str) -> None:
    lines, mistakes = read_table(f"{HEADER}\n{LINE}\n{line}\n")
    assert [each.line for each in lines] == [2]
    assert [each.line for each in mistakes] == [3]
    assert said in mistakes[0].message


@pytest.mark.parametrize(
    "text", ["", "姓名,岗位\n", f"{HEADER},行踪\n", f'{HEADER}\n"', f"{HEADER}\n" + LINE + "x" * 10**6]
)
def test_what_is_no_such_table_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_table(text)
    assert refused.value.field == "table"


def test_quotes_that_do_not_match_are_told_in_chinese() -> None:
    with pytest.raises(InvalidInput, match="引号不成对") as refused:
        read_table(f'{HEADER}\n"cg')
    assert not re.search("[a-z]", refused.value.message)


def test_a_login_is_one_of_the_posts_own_tenant() -> None:
    lines, _ = read_table(
        f"{HEADER}\n" + "\n".join(LINE.replace(",,,,611", f",{one},,,611") for one in ("a", "b", "c", ""))
    )
    users = {
        "a": User("a", "cg", TenantKind.TOWNSHIP, "甲", frozenset({Role.HANDLER})),
        "b": User("b", "elsewhere", TenantKind.TOWNSHIP, "乙", frozenset({Role.HANDLER})),
    }
    assert [each.line for each in wrong_logins(lines, users)] == [3, 4]
