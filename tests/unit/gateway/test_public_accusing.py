"""Whom a citizen accuses by name, and whether anybody is left to see an accusation."""

import pytest

from gateway.public.accusing import called, named_in, reaches_somebody, receives_accusations
from gateway.reading import User
from services.contracts.actor import Role, TenantKind


def user(login: str, tenant: str, name: str, *roles: Role) -> User:
    return User(login, tenant, TenantKind.BUREAU, name, frozenset(roles))


CLERK, CLEARED = Role.CLERK, Role.ACCUSATIONS
USERS = [
    user("xfj.special", "xfj", "王 建国", CLERK, CLEARED),
    user("xfj.clerk", "xfj", "李芳", CLERK),
    user("cg.special", "611021001", "演示·王建国", CLERK, CLEARED),
    user("slj.clerk", "slj", "赵建国（科长）", CLERK, CLEARED),
    user("jtj.office", "jtj", "孙海", CLEARED),
    user("jtj.one", "jtj", "国", CLERK),
]


@pytest.mark.parametrize(
    ("names", "logins"),
    [
        (["王建国"], ["cg.special", "xfj.special"]),
        ([" 李 芳 "], ["xfj.clerk"]),
        (["建国"], ["cg.special", "slj.clerk", "xfj.special"]),
        (["国", " ", ""], ["jtj.one"]),
        (["赵建国"], ["slj.clerk"]),
        (["王建国同志"], []),
        ([], []),
    ],
)
def test_who_is_accused_by_name_is_found_among_the_users(names: list[str], logins: list[str]) -> None:
    assert called(USERS, names) == logins


@pytest.mark.parametrize(
    ("offices", "barred", "reaches"),
    [
        ({"xfj"}, [], True),
        ({"xfj"}, ["xfj.special"], False),
        ({"xfj", "611021001"}, ["xfj.special"], True),
        # Cleared for accusations, but reading no cases.
        ({"jtj"}, [], False),
        ({"elsewhere"}, [], False),
        (set(), [], False),
    ],
)
def test_an_accusation_reaches_who_may_see_it_and_is_not_accused(
    offices: set[str], barred: list[str], reaches: bool
) -> None:
    assert reaches_somebody(USERS, offices=offices, barred=barred) is reaches


@pytest.mark.parametrize(
    ("matter", "logins"),
    [
        ("举报王建国收受礼金", ["cg.special", "xfj.special"]),
        ("举报 赵建 国", ["slj.clerk"]),
        ("国有资产流失", []),
        ("演示", []),
    ],
)
def test_who_is_named_in_a_matter_is_found_among_the_users(matter: str, logins: list[str]) -> None:
    assert named_in(USERS, matter) == logins


def test_an_office_takes_an_accusation_where_somebody_may_read_and_decide_it() -> None:
    assert receives_accusations(USERS, office="xfj", barred=[])
    assert not receives_accusations(USERS, office="xfj", barred=["xfj.special"])
    # Neither who is cleared and decides nothing, nor who decides and is not cleared.
    assert not receives_accusations(USERS, office="jtj", barred=[])
    assert not receives_accusations([user("a", "xfj", "甲", Role.HANDLER, CLEARED)], office="xfj", barred=[])
