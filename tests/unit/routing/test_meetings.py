"""Meetings about a case: who records them, what stands in the record, and whom the wall of Art. 30 keeps out."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from services.contracts.meetings import Attendance, CaseMeeting, MeetingKind, MeetingTask, RecordCaseMeeting
from services.contracts.routing import ReferralRole, ReferralState
from services.routing import meetings
from tests.unit.routing.made import DIRECTORY, TODAY, actor, petition, referral

COUNTY, TOWNSHIP = TenantKind.COUNTY, TenantKind.TOWNSHIP
OFFICE = actor("xfj", COUNTY, Role.SUPERVISOR)
RECEIVED = TODAY - timedelta(days=40)
HELD = TODAY - timedelta(days=5)


def meeting(who: Actor = OFFICE, /, **changes: Any) -> CaseMeeting:
    fields: dict[str, Any] = {
        "petition": petition(received_on=RECEIVED), "kind": MeetingKind.COORDINATION, "held_on": HELD,
        "chair": " 孙副县长 ", "place": "一号会议室", "decision": "限期兑付",
        "attendance": [Attendance(tenant="zrzy", people="钱局长", report="已核实面积")],
        "tasks": [MeetingTask(tenant="zrzy", task="兑付补偿款", due_on=TODAY + timedelta(days=9))],
    }  # fmt: skip
    command = RecordCaseMeeting(**{**fields, **changes})
    return meetings.recorded(command=command, actor=who, directory=DIRECTORY, today=TODAY)


def test_a_meeting_is_kept_as_it_was_with_who_recorded_it_and_when() -> None:
    made = meeting()
    assert (made.tenant, made.registered_by, made.chair) == ("xfj", "611021001", "孙副县长")
    assert (made.held_on, made.entered_on, made.taken_back) == (HELD, TODAY, None)
    assert made.attendance[0].report == "已核实面积"
    assert (made.named, made.audience) == (None, frozenset({"xfj", "611021001"}))


def test_a_meeting_about_an_accusation_is_for_the_same_named_people() -> None:
    secret = petition(received_on=RECEIVED, nature=Nature.ACCUSATION, registrar="clerk")
    assert meeting(petition=secret).named == secret.named


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (OFFICE, None),
        (actor("611021001", TOWNSHIP), None),
        (actor("zrzy"), None),
        (actor("gongan"), Forbidden),
        (actor("slj"), Forbidden),
    ],
)
def test_the_county_office_the_registrar_and_holders_record(who: Actor, refusal: type[Refusal] | None) -> None:
    held = [referral("zrzy", ReferralRole.LEAD, ReferralState.ACCEPTED)]
    if refusal is None:
        meetings.check_recorder(actor=who, petition=petition(), standing=held)
    else:
        with pytest.raises(refusal):
            meetings.check_recorder(actor=who, petition=petition(), standing=held)


def test_an_accused_tenant_convenes_nothing_even_where_it_sees_the_case() -> None:
    with pytest.raises(AccusedUnit):
        meetings.check_recorder(actor=OFFICE, petition=petition(accused=["xfj"]), standing=[])


@pytest.mark.parametrize("day", [RECEIVED - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_meeting_is_neither_before_the_petition_nor_in_the_future(day: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        meeting(held_on=day)
    assert refused.value.field == "held_on"
    assert {meeting(held_on=edge, tasks=[]).held_on for edge in (RECEIVED, TODAY)} == {RECEIVED, TODAY}


ACCUSING = petition(received_on=RECEIVED, accused=["slj"], accused_people=["王大山"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chair", "局长王大山"),
        ("attendance", [Attendance(tenant="slj", people="某科长")]),
        ("attendance", [Attendance(tenant="zrzy", people="钱局长、王大山")]),
        ("tasks", [MeetingTask(tenant="slj", task="自查")]),
    ],
)
def test_nobody_accused_chairs_attends_or_gets_a_task(field: str, value: Any) -> None:
    with pytest.raises(AccusedUnit) as refused:
        meeting(**{"petition": ACCUSING, field: value})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chair", " "),
        ("decision", ""),
        ("attendance", [Attendance(tenant="nowhere", people="某人")]),
        ("attendance", [Attendance(tenant="zrzy", people=" ")]),
        ("tasks", [MeetingTask(tenant="nowhere", task="办")]),
        ("tasks", [MeetingTask(tenant="old", task="办")]),
        ("tasks", [MeetingTask(tenant="zrzy", task="")]),
        ("tasks", [MeetingTask(tenant="zrzy", task="办", due_on=HELD - timedelta(days=1))]),
        ("tasks", [MeetingTask(tenant="zrzy", task="办", due_on=HELD + timedelta(days=400))]),
    ],
)
def test_a_record_that_says_nothing_or_names_nobody_is_refused(field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        meeting(**{field: value})
    assert refused.value.field == field


def test_a_unit_that_was_merged_since_stays_in_the_record_of_who_came() -> None:
    assert meeting(attendance=[Attendance(tenant="old", people="某股长")]).attendance[0].tenant == "old"


def test_an_item_of_an_old_register_has_no_meetings() -> None:
    with pytest.raises(HistoricalPetition):
        meeting(petition=petition(historical=True))


def test_who_recorded_a_meeting_takes_it_back_once_with_a_reason() -> None:
    made = meeting()
    with pytest.raises(Forbidden):
        meetings.taken_back(meeting=made, actor=actor("611021001", TOWNSHIP), reason="误记")
    with pytest.raises(InvalidInput):
        meetings.taken_back(meeting=made, actor=OFFICE, reason=" ")
    back = meetings.taken_back(meeting=made, actor=OFFICE, reason=" 误记 ")
    assert back.taken_back == "误记"
    with pytest.raises(WrongState, match="误记"):
        meetings.taken_back(meeting=back, actor=OFFICE, reason="再撤")
