"""Who changes a member of his roster is told which turns moved."""

from datetime import date
from typing import Any

import graphene
import msgspec

from gateway.schema.mutations import roster_setup
from services.common.errors import InvalidInput
from services.contracts.fact import Reply
from services.contracts.roster_commands import MemberSaved, Moved, PlanReport
from tests.unit.roster.setup_made import member

PLAN = PlanReport(
    tenant="slj", first=date(2026, 11, 23), last=date(2027, 2, 20), planned=60, added=0, removed=0,
    moved=[Moved(shift="s", day=date(2026, 11, 24), name="领导接访", what="带班（接访）领导 由 甲 改为 乙")],
    empty=[], fairness={"ORDINARY": 1, "HOLIDAY": 0, "SPRING_FESTIVAL": 0}, coverage_percent=100,
)  # fmt: skip


def answered(reply: Reply) -> dict[str, Any]:
    """The payload as a person reads it."""
    saved = graphene.Field(roster_setup.MemberPayload, resolver=lambda root, info: roster_setup.member_saved(reply))
    query = type("Query", (graphene.ObjectType,), {"saved": saved})
    asked = "{ saved { member { name } plan { moved { day what } coveragePercent } errors { code field } } }"
    found = graphene.Schema(query=query).execute(asked)
    assert found.errors is None
    return dict(found.data["saved"])


def test_what_moved_stands_in_the_answer() -> None:
    saved = MemberSaved(member=member("a"), plan=PLAN)
    found = answered(Reply(value=msgspec.to_builtins(saved)))
    assert found == {
        "member": {"name": "演示·a"},
        "plan": {"moved": [{"day": "2026-11-24", "what": "带班（接访）领导 由 甲 改为 乙"}], "coveragePercent": 100},
        "errors": [],
    }


def test_a_refusal_has_neither_member_nor_plan() -> None:
    refused = Reply(problems=[InvalidInput("登录名已在另一人名下", field="login").problem])
    assert answered(refused) == {
        "member": None,
        "plan": None,
        "errors": [{"code": "INVALID_INPUT", "field": "login"}],
    }
