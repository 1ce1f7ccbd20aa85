"""Who sees a reminder of accusations, after other people were named for one of them."""

from typing import Any

import msgspec
import pytest

from services.contracts.actor import Role
from services.contracts.deadlines import Obligation
from services.contracts.intake import Nature, Petition
from services.contracts.reminders import AtOnce, AtOnceReason, Reminder, ReminderItem
from services.deadlines.readers import readers_of
from tests.unit.deadlines.made import MOMENT, MONDAY, petition


def accusation(*readers: str, **changes: Any) -> Petition:
    return petition(nature=Nature.ACCUSATION, readers=list(readers), **changes)


def reminder(**changes: Any) -> Reminder:
    item = ReminderItem(
        clock_id="c", petition_id="p1", petition_number="2026-1", obligation=Obligation.TRANSFER, owner="xfj",
        level=None, effective_due_on=MONDAY, first_receiver="张三", case_owner=None,
    )  # fmt: skip
    base = Reminder(
        id="m", tenant="xfj", role=Role.CLERK, on=MONDAY, at=MOMENT, urgent=False, text=None, sent_by=None,
        items=[item], restricted_to=["clerk"],
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


def at_once(reason: AtOnceReason) -> Reminder:
    told = AtOnce(petition_id="p1", petition_number="2026-1", reason=reason, basis="《条例》", visitors=None)
    return reminder(items=[], at_once=told)


def test_a_reminder_of_one_case_follows_it() -> None:
    case = accusation("a", accused=["jtj"])
    assert readers_of(reminder(), petitions=[case], told=["leader"]) == ["!@jtj", "a", "clerk"]
    assert readers_of(reminder(), petitions=[accusation()], told=[]) == ["clerk"]


def test_one_of_several_cases_is_for_whoever_sees_them_all_and_nobody_whom_one_accuses() -> None:
    first, second = accusation("a", "b", accused=["jtj"]), accusation("b", "c", accused_users=["d"])
    assert readers_of(reminder(), petitions=[first, second], told=[]) == ["!@jtj", "!d", "b", "clerk"]


@pytest.mark.parametrize("reason", AtOnceReason)
def test_a_leader_whom_a_report_told_by_name_goes_on_seeing_its_reminder(reason: AtOnceReason) -> None:
    sees = "leader" in readers_of(at_once(reason), petitions=[accusation()], told=["leader"])
    assert sees == (reason in (AtOnceReason.REPORTED, AtOnceReason.HEALTH))
