"""Whom a clerk may name by login: readers of an accusation, the leader to whom a letter is addressed."""

import asyncio
from datetime import date
from typing import Any, cast

import pytest

from gateway.named_people import check_addressee, check_readers
from gateway.reading import User, ViewReader
from services.common.errors import AccusedUnit, InvalidInput, Refusal
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Channel, Nature
from services.contracts.register_commands import RegisterPetition

CLERK = Actor(
    county="611021", tenant="611021001", kind=TenantKind.TOWNSHIP, user="u", name="张三", roles=frozenset({Role.CLERK})
)
USERS = {
    each.login: each
    for each in (
        User("leader", "xfj", TenantKind.COUNTY, "王县长", frozenset({Role.LEADER})),
        User("own", "611021001", TenantKind.TOWNSHIP, "李书记", frozenset({Role.HEAD})),
        User("other", "jtj", TenantKind.BUREAU, "赵局长", frozenset({Role.HEAD})),
        User("clerk", "xfj", TenantKind.COUNTY, "窗口", frozenset({Role.CLERK})),
        User("cleared", "xfj", TenantKind.COUNTY, "专班", frozenset({Role.HEAD, Role.ACCUSATIONS})),
    )
}


class Reader:
    async def users(self, logins: list[str]) -> dict[str, User]:
        return {login: USERS[login] for login in logins if login in USERS}


def item(**changes: Any) -> RegisterPetition:
    given: dict[str, Any] = {"nature": Nature.APPEAL, **changes}
    return RegisterPetition(channel=Channel.LETTER, received_on=date(2026, 8, 3), title="t", body="b", **given)


def test_a_leader_who_sees_the_case_may_be_addressed() -> None:
    for login in ("leader", "own", "cleared"):
        check_addressee(login, USERS, actor=CLERK, item=item())
    check_addressee("cleared", USERS, actor=CLERK, item=item(nature=Nature.ACCUSATION))
    check_addressee("leader", USERS, actor=CLERK, item=item(nature=Nature.ACCUSATION, readers=["leader"]))


@pytest.mark.parametrize(
    ("login", "given", "refusal", "words"),
    [
        ("nobody", {}, InvalidInput, "不是本县的领导"),
        ("clerk", {}, InvalidInput, "不是本县的领导"),
        ("other", {}, InvalidInput, "登记后转送其所在单位"),
        ("other", {"accused": ["jtj"]}, AccusedUnit, "第三十条"),
        ("leader", {"accused_users": ["leader"]}, AccusedUnit, "第三十条"),
        ("leader", {"accused_people": ["王 县长"]}, AccusedUnit, "第三十条"),
        ("leader", {"nature": Nature.ACCUSATION}, InvalidInput, "列为知悉人员"),
    ],
)
def test_who_would_not_see_the_letter_is_refused(
    login: str, given: dict[str, Any], refusal: type[Refusal], words: str
) -> None:
    with pytest.raises(refusal, match=words) as found:
        check_addressee(login, USERS, actor=CLERK, item=item(**given))
    assert found.value.field == "letter.addressee"


@pytest.mark.parametrize(
    ("login", "refusal"),
    [("nobody", InvalidInput), ("other", AccusedUnit), ("leader", AccusedUnit), ("cleared", AccusedUnit)],
)
def test_readers_are_users_of_the_county_and_nobody_accused(login: str, refusal: type[Refusal]) -> None:
    def check(*readers: str) -> None:
        reader = cast(ViewReader, Reader())
        accusing = item(accused=["jtj"], accused_users=["leader"], accused_people=["专班"])
        asyncio.run(check_readers(reader, readers, item=accusing))

    check("own", "clerk")
    with pytest.raises(refusal):
        check("own", login)
