"""Follow-ups: on a day that can be, with what was said, taken back by who made them."""

from datetime import timedelta
from typing import Any

import pytest

from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.ratings import FollowUp, FollowUpWay, RecordFollowUp
from services.intake import following_up
from tests.unit.intake.made import NOW, TODAY, petition

CLERK = Actor(county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="u", name="甲", roles=frozenset({Role.CLERK}))


def recorded(*, of: dict[str, Any] | None = None, **changes: Any) -> FollowUp:
    said: dict[str, Any] = {
        "petition_id": "p",
        "on": TODAY,
        "way": FollowUpWay.PHONE,
        "reached": True,
        "content": " 满意 ",
    }
    return following_up.followed_up(
        follow_up_id="f",
        command=RecordFollowUp(**{**said, **changes}),
        petition=petition(**of or {}),
        actor=CLERK,
        today=TODAY,
        now=NOW,
    )


def test_a_follow_up_says_whether_somebody_was_reached_and_what_he_said() -> None:
    found = recorded(recording=" 2026-31 ")
    assert (found.content, found.recording, found.tenant, found.by.name) == ("满意", "2026-31", "xfj", "甲")
    assert following_up.remark(found) == "电话回访：满意"
    assert following_up.remark(recorded(reached=False, content="无人接听")) == "电话回访，未能回访：无人接听"


@pytest.mark.parametrize("changes", [{"content": " "}, {"reached": False, "content": ""}])
def test_something_is_said_of_it(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        recorded(**changes)
    assert refused.value.field == "content"


@pytest.mark.parametrize("days", [-1, 1])
def test_it_was_after_the_item_came_and_not_after_today(days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        recorded(on=TODAY + timedelta(days=days))
    assert refused.value.field == "on"


def test_history_is_not_followed_up() -> None:
    with pytest.raises(HistoricalPetition):
        recorded(of={"historical": True})


def test_it_is_hidden_from_whom_its_petition_is() -> None:
    assert recorded().named is None
    assert recorded(of={"accused_users": ["li"]}).named == petition(accused_users=["li"]).named


def test_who_made_it_takes_it_back_once_and_says_why() -> None:
    made = recorded()
    gone = following_up.taken_back(follow_up=made, actor=CLERK, reason=" 误记 ")
    assert gone.taken_back == "误记"
    other = Actor(county="611021", tenant="611021001", kind=TenantKind.TOWNSHIP, user="w", name="乙", roles=CLERK.roles)
    for item, who, reason, refusal in (
        (made, other, "误记", Forbidden),
        (gone, CLERK, "误记", WrongState),
        (made, CLERK, " ", InvalidInput),
    ):
        with pytest.raises(refusal):
            following_up.taken_back(follow_up=item, actor=who, reason=reason)
