"""Lists as XLSX: every column of every list, and that a cell is what it was and never a formula."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from graphql import GraphQLInputObjectType

from gateway.exports.columns import CUT, LONGEST_CELL, Beside, Column, shown
from gateway.exports.filters import decoded
from gateway.exports.lists import LISTS
from gateway.exports.sheets import ABOUT, Sheets
from gateway.reading import CaseParts
from gateway.reading_lists import PetitionRow
from gateway.schema.root import build_schema
from gateway.status import PetitionStatus
from services.common.errors import InvalidInput
from services.contracts.actor import ActorRef, Role
from services.contracts.base import State
from services.contracts.conflicts import Conflict, ConflictState
from services.contracts.desk import Triage, TriageOutcome
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.flows import Approval, ApprovalState
from services.contracts.handovers import DutyLog, LogEntry, LogEntryKind
from services.contracts.intake import Channel, Nature, Petition
from services.contracts.people import MaskedPetitioner
from services.contracts.ratings import Rating, RatingSide, RatingValue
from services.contracts.reminders import Reminder
from services.contracts.reviews import CaseOwner, Review, ReviewStage
from services.contracts.routing import Closure, Referral
from services.contracts.supervision import Supervision, SupervisionReason, SupervisionState
from services.contracts.urgent_reports import ReportKind, UrgentReport
from tests.unit.gateway.made import NOW, TODAY, clock, petition, referral

SCHEMA = build_schema()
BY = ActorRef(tenant="xfj", user="u", name="窗口甲")
CASE = petition(number="XFL202611220001", title="反映路灯", registered_by="xfj", nature=Nature.APPEAL)
OF_CASE: dict[str, Any] = {"id": "1", "petition_id": CASE.id, "petition_number": CASE.number}
PERSON = MaskedPetitioner(
    id="1", name="赵**", identity_number=None, phone="138****1234", address=None, representative=True
)


def rows() -> dict[str, Any]:
    """One row of every list."""
    of_case: dict[str, Any] = {"id": "1", "petition_id": CASE.id}
    return {
        "petitions": PetitionRow(CASE, 1, PetitionStatus.REGISTERED, None),
        "clocks": clock(petition_id=CASE.id),
        "supervisions": Supervision(
            **OF_CASE, clock_id=None, obligation=None, reason=SupervisionReason.SHIRKING, opened_by="xfj",
            addressee="slj", state=SupervisionState.OPEN, opened_on=TODAY, answer_by=TODAY, answered_on=None,
            ended_on=None, first_receiver="窗口甲", case_owner=None, entries=[],
        ),
        "reminders": Reminder(
            id="1", tenant="slj", role=Role.CLERK, on=TODAY, at=NOW, urgent=False, text=None, sent_by=None, items=[]
        ),
        "conflicts": Conflict(
            id="1", tenant="slj", place="611021001", place_name="城关街道", category=None, found_on=TODAY, people=3,
            title="地界", description="两户相争", handler="村干部", state=ConflictState.OPEN,
        ),
        "referrals": referral(CASE, "slj"),
        "extensions": Extension(
            **of_case, clock_id="c", tenant="slj", days=30, reason="复杂", state=ExtensionState.REQUESTED,
            requested_on=TODAY, requested_by=BY,
        ),
        "approvals": Approval(
            **OF_CASE, registered_by="xfj", flow="f", flow_name="审批", gate=None, tenant="xfj", handling=None,
            referral_id=None, subject="呈批", steps=[], entries=[], state=ApprovalState.DONE, step=0, started_on=TODAY,
        ),
        "case-owners": CaseOwner(
            petition_id=CASE.id, tenant="xfj", leader="李某", post="副县长", since=TODAY, reason="重大",
            assigned_by="xfj",
        ),
        "reviews": Review(
            **OF_CASE, referral_id="r", first_review_id=None, stage=ReviewStage.FIRST, body="xfj", handling_body="slj",
            registered_by="xfj", requested_on=TODAY, received_on=TODAY, reason="不服",
        ),
        "ratings": Rating(
            **of_case, side=RatingSide.BODY, value=RatingValue.SATISFIED, reason=None, rated_on=TODAY, recorded_by="xfj"
        ),
        "triages": Triage(
            id="1", number="XFJ202611220001", tenant="xfj", at=NOW, on=TODAY, channel=Channel.VISIT, people=1,
            subject="办证", outcome=TriageOutcome.BUSINESS, directed_to=None, answer_kind=None, answer=None, by=BY,
        ),
        "urgent-reports": UrgentReport(
            **OF_CASE, kind=ReportKind.URGENT, registered_by="xfj", tenant="xfj", by=BY, occurred_at=None,
            learned_at=NOW, reported_at=NOW, content="聚集", measures="劝导", told=[],
        ),
        "duty-logs": DutyLog(
            tenant="xfj", shift="s", shift_name="夜班", day=TODAY, handed_over_at=NOW, handed_over_by=BY,
            entries=[
                LogEntry(kind=LogEntryKind.CALL, text="来电咨询", at=NOW, by=BY),
                LogEntry(kind=LogEntryKind.OPEN_MATTER, text="等待回电", at=NOW, by=BY, carried_from="r", corrects=0),
            ],
        ),
    }  # fmt: skip


def beside(**changes: Any) -> Beside:
    given: dict[str, Any] = {
        "now": NOW,
        "names": {"xfj": "县信访局", "slj": "水利局"},
        "petitions": {CASE.id: rows()["petitions"]},
        "people": {CASE.id: [PERSON]},
        "parts": {CASE.id: CaseParts()},
    }
    return Beside(**{**given, **changes})


def cells(name: str, row: Any, near: Beside) -> dict[str, Any]:
    return {column.heading: shown(column.value(row, near)) for column in LISTS[name].columns}


def test_every_list_has_a_row_here() -> None:
    assert rows().keys() == LISTS.keys()


@pytest.mark.parametrize("name", list(LISTS))
def test_every_column_reads_its_row_and_has_a_heading_of_its_own(name: str) -> None:
    headings = [column.heading for column in LISTS[name].columns]
    assert len(headings) == len(set(headings))
    found = cells(name, rows()[name], beside())
    assert all(value is None or isinstance(value, str | int | date) for value in found.values())
    # Also where the case is not seen, or its parts have not come.
    assert cells(name, rows()[name], beside(petitions={}, people={CASE.id: None})).keys() == found.keys()


def test_the_register_tells_who_holds_the_case_and_masks_who_wrote() -> None:
    parts = CaseParts()
    lead = referral(CASE, "slj")
    parts.found[Referral] = [lead]
    parts.found[Closure] = [Closure(petition_id=CASE.id, closed_on=TODAY, closed_by="slj")]
    row = rows()["petitions"]
    found = cells("petitions", row, beside(parts={CASE.id: parts}))
    told = (found["登记单位"], found["主办单位"], found["协办单位"], found["办结日期"])
    assert told == ("县信访局", "水利局", "", TODAY)
    assert (found["信访人（脱敏）"], found["联系电话（脱敏）"]) == ("赵**", "138****1234")
    assert found["登记时间"] == datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001
    hidden = cells("petitions", row, beside(people={CASE.id: None}))
    assert hidden["信访人（脱敏）"] == hidden["联系电话（脱敏）"] == "（保密）"


def test_a_log_is_told_line_by_line_and_nothing_of_it_is_left_out() -> None:
    found = cells("duty-logs", rows()["duty-logs"], beside())
    assert found["记录"] == (
        "1. 11-22 12:00 窗口甲 来电记录（已更正）：来电咨询\n2. 11-22 12:00 窗口甲 未了事项（上一班移交）：等待回电"
    )
    assert (found["状态"], found["未了事项数"], found["接班人"]) == ("已交班，待接班", 1, None)


def test_no_column_tells_the_query_code_or_whom_it_accuses() -> None:
    secret = petition(
        query_code="QRYCODE", accused=["ACCUSED1"], accused_users=["ACCUSED2"], accused_people=["ACCUSED3"]
    )
    row = PetitionRow(secret, 1, PetitionStatus.REGISTERED, None)
    near = beside(people={secret.id: [PERSON]}, parts={secret.id: CaseParts()})
    assert not any(mark in str(cells("petitions", row, near)) for mark in ("QRYCODE", "ACCUSED"))


@pytest.mark.parametrize("name", list(LISTS))
def test_a_list_reads_its_filter_as_graphql_does(name: str) -> None:
    kind = LISTS[name]
    assert kind.filter({}, NOW, SCHEMA) == []
    with pytest.raises(InvalidInput) as refused:
        kind.filter({"nonsense": 1}, NOW, SCHEMA)
    assert refused.value.field == "filter"


def test_the_filters_are_those_of_the_lists() -> None:
    assert len(LISTS["petitions"].filter({"nature": ["APPEAL"], "receivedFrom": "2026-01-01"}, NOW, SCHEMA)) == 2
    assert len(LISTS["clocks"].filter({"state": ["OVERDUE"], "owner": "slj"}, NOW, SCHEMA)) == 2
    assert len(LISTS["supervisions"].filter({"overdueAnswer": True}, NOW, SCHEMA)) == 1
    assert len(LISTS["referrals"].filter({"from": "2026-01-01", "to": "2026-03-31"}, NOW, SCHEMA)) == 2
    given: Any
    for given in ({"nature": ["NOTHING"]}, {"receivedFrom": "gestern"}, [], "x"):
        with pytest.raises(InvalidInput):
            LISTS["petitions"].filter(given, NOW, SCHEMA)
    with pytest.raises(InvalidInput):
        decoded("{")
    assert decoded(None) == decoded("") == {}
    assert isinstance(SCHEMA.type_map["PetitionFilter"], GraphQLInputObjectType)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_what_people_wrote_is_text_and_never_a_formula(tmp_path: Path, start: str) -> None:
    texts = [f'{start}HYPERLINK("http://x","点")', "http://x.cn", "00123", "{=1+1}", "路\x07灯"]
    columns: list[Column[Any]] = [Column(f"列{n}", lambda row, near, n=n: row[n]) for n in range(len(texts))]  # type: ignore[misc]
    book = written(tmp_path, columns, [texts])
    sheet = book["表"]
    found = list(next(sheet.iter_rows(min_row=2)))
    assert [cell.data_type for cell in found] == ["s"] * len(texts)
    assert found[0].value.replace("_x000D_", "\r").replace("\n", "\r") == texts[0]
    assert [cell.value for cell in found[1:4]] == texts[1:4]
    assert found[0].quotePrefix
    assert not any(cell.hyperlink for cell in found)


def written(folder: Path, columns: list[Column[Any]], given: list[Any]) -> Any:
    path = folder / "x.xlsx"
    sheets = Sheets(path, title="表", columns=columns)
    sheets.write(given, beside())
    sheets.explain([("列表", "表"), ("筛选条件", "=1")])
    sheets.close()
    assert sheets.rows == len(given)
    assert {each.name for each in folder.iterdir()} == {"x.xlsx"}
    return openpyxl.load_workbook(path)


def test_days_are_days_instants_chinese_time_and_nothing_is_empty(tmp_path: Path) -> None:
    instant = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    given = [[TODAY, instant, 7, True, False, None, "", "字" * 40_000]]
    columns: list[Column[Any]] = [Column(f"列{n}", lambda row, near, n=n: row[n]) for n in range(8)]  # type: ignore[misc]
    book = written(tmp_path, columns, given)
    day, at, number, yes, no, none, empty, long = (cell.value for cell in next(book["表"].iter_rows(min_row=2)))
    assert (day.date(), at) == (TODAY, datetime(2026, 11, 23, 0, 30))  # noqa: DTZ001
    assert (number, yes, no, none, empty) == (7, "是", None, None, None)
    assert len(long) == LONGEST_CELL
    assert long.endswith(CUT)
    assert [cell.value for cell in next(book["表"].iter_rows())] == [column.heading for column in columns]
    assert [[cell.value for cell in row] for row in book[ABOUT].iter_rows()] == [["列表", "表"], ["筛选条件", "=1"]]


def test_lists_that_tell_of_cases_can_leave_accusations_out() -> None:
    states: dict[str, type[State]] = {"conflicts": Conflict, "triages": Triage, "duty-logs": DutyLog}
    assert {name for name, kind in LISTS.items() if kind.open is None} == states.keys()
    assert not any(hasattr(state, "petition_id") for state in states.values())
    assert Petition not in states.values()
