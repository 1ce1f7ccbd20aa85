"""Evaluations of receivers (RO-38): who says it of whom, once a month, and takes it back."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.evaluations import EvaluateMember, Evaluation, Verdict
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank
from services.roster.evaluating import evaluated, taken_back

TODAY = date(2026, 11, 22)
MEMBER = Member(
    id="m1", tenant="zrzy", login="leader", name="甲某", rank=Rank.LEADER, post="副局长", portfolio=[], phone=None,
    since=date(2026, 3, 15),
)  # fmt: skip
COMMAND = EvaluateMember(
    member="m1", month=date(2026, 10, 9), verdict=Verdict.PRAISED, reason=" 接访 6 批，全部按期答复 "
)


def actor(*roles: Role, tenant: str = "zrzy", kind: TenantKind = TenantKind.BUREAU, user: str = "head") -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user=user, name="n", roles=frozenset(roles))


HEAD = actor(Role.HEAD)
COUNTY = actor(Role.SUPERVISOR, tenant="xfj", kind=TenantKind.COUNTY)


def say(by: Actor = HEAD, known: Evaluation | None = None, **changes: Any) -> Evaluation:
    command = msgspec.structs.replace(COMMAND, **changes)
    return evaluated(member=MEMBER, known=known, command=command, actor=by, today=TODAY)


@pytest.mark.parametrize("by", [HEAD, COUNTY, actor(Role.HEAD, tenant="xfj", kind=TenantKind.COUNTY)])
def test_his_head_or_the_county_office_says_it_of_a_month(by: Actor) -> None:
    made = say(by)
    assert (made.id, made.tenant, made.month) == ("m1.2026-10", "zrzy", date(2026, 10, 1))
    assert (made.reason, made.by, made.on) == ("接访 6 批，全部按期答复", by.reference, TODAY)
    assert made.audience == {"zrzy"}


@pytest.mark.parametrize(
    "by",
    [
        actor(Role.HEAD, tenant="slj"),
        actor(Role.SUPERVISOR),
        actor(Role.CLERK, tenant="xfj", kind=TenantKind.COUNTY),
        actor(Role.HEAD, user="leader"),
    ],
    ids=["head of another tenant", "supervisor of a bureau", "clerk of the county office", "himself"],
)
def test_nobody_else_does_and_nobody_of_himself(by: Actor) -> None:
    with pytest.raises(Forbidden):
        say(by)
    with pytest.raises(Forbidden):
        taken_back(evaluation=say(), member=MEMBER, reason="误", actor=by)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"month": date(2026, 12, 1)}, "month"),
        ({"month": date(2026, 2, 1)}, "month"),
    ],
)
def test_it_has_a_reason_and_a_month_in_which_he_served(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        say(**changes)
    assert refused.value.field == field


def test_the_months_of_a_service_are_those_that_it_touches() -> None:
    left = msgspec.structs.replace(MEMBER, until=date(2026, 10, 2))
    assert evaluated(member=left, known=None, command=COMMAND, actor=HEAD, today=TODAY).month == date(2026, 10, 1)
    later = msgspec.structs.replace(COMMAND, month=date(2026, 11, 1))
    with pytest.raises(InvalidInput):
        evaluated(member=left, known=None, command=later, actor=HEAD, today=TODAY)
    assert say(month=date(2026, 3, 31)).month == date(2026, 3, 1)


def test_one_stands_for_a_month_until_it_is_taken_back() -> None:
    first = say()
    with pytest.raises(WrongState, match="已有评价"):
        say(known=first)
    gone = taken_back(evaluation=first, member=MEMBER, reason=" 认定有误 ", actor=HEAD)
    assert gone.taken_back == "认定有误"
    with pytest.raises(WrongState):
        taken_back(evaluation=gone, member=MEMBER, reason="再撤", actor=HEAD)
    assert say(known=gone, verdict=Verdict.CRITICISED).taken_back is None


def test_what_the_county_office_said_a_bureau_does_not_take_back() -> None:
    with pytest.raises(Forbidden, match="县信访局"):
        taken_back(evaluation=say(COUNTY), member=MEMBER, reason="误", actor=HEAD)
    assert taken_back(evaluation=say(), member=MEMBER, reason="误", actor=COUNTY).taken_back == "误"
    with pytest.raises(InvalidInput):
        taken_back(evaluation=say(), member=MEMBER, reason=" ", actor=HEAD)
