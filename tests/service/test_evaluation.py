"""Receptions counted, told to leaders and put on paper, and receivers evaluated, over the real platform."""

import io
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import docx
import httpx
import msgspec
import pytest

from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.receptions import Appointment, AppointmentState
from services.contracts.roster_rules import Qualification, ReceptionMode, SeatRole
from services.contracts.shifts import Shift
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, today
from tests.unit.gateway.reception_cases import seat
from tests.unit.gateway.reception_cases import shift as shift_of
from tests.unit.gateway.reception_cases import visit as visit_of

TENANT = "wlj"
"""A bureau at which no other test receives."""
CHIEF, DEPUTY = f"{TENANT}-jia", f"{TENANT}-yi"
MONTHLY = timedelta(days=30)
ERRORS = "errors { code message field }"
APPOINTMENT = f"appointment {{ id state receptionPapers {{ kind documentPath }} }} {ERRORS}"
EVALUATION = f"evaluation {{ id verdictLabel takenBack member {{ name }} by {{ name }} }} {ERRORS}"
EVALUATIONS = "query($day: Date!) { evaluations(from: $day, to: $day) { id member { id } verdict takenBack } }"
KNOWN = "query($shift: UUID!) { appointments(filter: {shift: $shift}) { totalCount } }"
MONTH = """query($day: Date!, $tenant: ID) {
  receptionQuotas(month: $day, tenant: $tenant) { member { id } quota { name } received planned state }
  receiverFigures(month: $day, tenant: $tenant) { member { id } batches people outcomes { code batches } }
  compositionGaps(from: $day, to: $day, tenant: $tenant) {
    shift missingRoles { role qualifications appointments candidates { id } } }
  receptionSummary(month: $day, tenant: $tenant) { title batches people promises { state } gaps { shift }
    documentPath }
  responsibilityMap(tenant: $tenant) { chiefs { id } leaders { leader { id } } } }"""


class Office(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str) -> None:
        super().__init__(platform, platform.login(tenant, role))

    def does(self, mutation: str, what: str, given: dict[str, Any], input_type: str | None = None) -> dict[str, Any]:
        kind = input_type or f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {what} }} }}"
        return self.request(query, mutation, given, patient=False)

    def asks(self, query: str, *, day: date, **given: Any) -> dict[str, Any]:
        return self.platform.gql(self.client, query, {"day": str(day), **given})

    def refused(self, query: str, *, day: date, **given: Any) -> set[str]:
        answer = self.client.post("/graphql", json={"query": query, "variables": {"day": str(day), **given}})
        return {error["extensions"]["code"] for error in answer.json()["errors"]}

    def paper(self, path: str) -> str:
        answer: httpx.Response = self.client.get(path)
        assert answer.status_code == 200, answer.text
        read = docx.Document(io.BytesIO(answer.content))
        cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


@pytest.fixture(scope="module")
def roster(platform: Platform) -> Iterator[Database]:
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    yield opened
    opened.engine.dispose()


def planted(roster: Database) -> tuple[Shift, Appointment]:
    """A reception of this day, at which somebody is just being received."""
    shift = shift_of(
        1, seat(DEPUTY), seat(None, SeatRole.RECORDER), id=new_id(), tenant=TENANT, rule="", by_hand=True,
        mode=ReceptionMode.RANDOM, name="随机接访", start=time(0), end=time(23, 59),
    )  # fmt: skip
    shift = msgspec.structs.replace(shift, day=today())
    visit = visit_of(
        shift, id=new_id(), people=3, concerns=["scjg"], needs=frozenset({Qualification.LEGAL_ADVISER}),
        state=AppointmentState.CALLED, done_at=None, outcome=None,
    )  # fmt: skip
    with roster.begin(system_actor("611021", "roster"), trace="test") as tx:
        tx.record(shift, act=Act.SHIFT_ENTERED)
        tx.record(visit, act=Act.VISITOR_CALLED)
    return shift, visit


def test_a_reception_is_counted_told_to_leaders_and_put_on_paper(platform: Platform, roster: Database) -> None:
    turn, called = planted(roster)
    shift, visit, day = turn.id, called.id, turn.day
    clerk = Office(platform, TENANT, "CLERK")
    platform.eventually(lambda: clerk.asks(KNOWN, day=day, shift=shift)["appointments"]["totalCount"])
    (gap,) = [each for each in clerk.asks(MONTH, day=day)["compositionGaps"] if each["shift"] == shift]
    assert [(one["role"], one["qualifications"]) for one in gap["missingRoles"]] == [
        ("RECORDER", []),
        (None, ["LEGAL_ADVISER"]),
    ]
    assert gap["missingRoles"][1]["appointments"] == [visit]

    promise = {"appointmentId": visit, "kind": "PROMISED", "text": "责成执法大队核查", "promisedOn": str(day + MONTHLY)}
    finished = done(clerk.does("finishAppointment", APPOINTMENT, promise))["appointment"]
    papers = {each["kind"]: each["documentPath"] for each in finished["receptionPapers"]}
    assert [kind for kind, path in papers.items() if path] == ["REGISTRATION"]
    sheet = clerk.paper(papers["REGISTRATION"])
    for wanted in ("领导干部接待群众来访登记单", "赵**", "随机接访", "3 人", "责成执法大队核查", "承诺期限办理"):
        assert wanted in sheet

    county = Office(platform, "xfj", "SUPERVISOR")
    for asking in (clerk, county):
        found = asking.asks(MONTH, day=day, tenant=TENANT)
        (figures,) = [each for each in found["receiverFigures"] if each["member"]["id"] == DEPUTY]
        assert (figures["batches"], figures["people"]) == (1, 3)
        assert figures["outcomes"] == [{"code": "PROMISED", "batches": 1}]
        summary = found["receptionSummary"]
        assert (summary["batches"], summary["people"]) == (1, 3)
        assert [each["state"] for each in summary["promises"]] == ["OPEN"]
        assert shift in [each["shift"] for each in summary["gaps"]]
        (quota,) = [each for each in found["receptionQuotas"] if each["member"]["id"] == DEPUTY]
        assert quota["received"] + quota["planned"] >= 1
        assert quota["state"] in ("PLANNED", "MET")
        assert [each["id"] for each in found["responsibilityMap"]["chiefs"]] == [CHIEF]
        report = asking.paper(summary["documentPath"])
        assert summary["title"] in report
        assert "1 批 3 人" in report
        assert "洛南县市场监督管理局" in report

    whole = county.asks(MONTH, day=day)
    assert whole["receptionSummary"]["title"].startswith("全县")
    assert DEPUTY in [each["member"]["id"] for each in whole["receptionQuotas"]]
    assert "全县" in county.paper(whole["receptionSummary"]["documentPath"])

    other = Office(platform, "jtys", "CLERK")
    assert other.refused(MONTH, day=day, tenant=TENANT) == {"FORBIDDEN"}
    assert other.client.get(papers["REGISTRATION"]).status_code == 404
    assert other.client.get(summary["documentPath"]).status_code == 403
    assert other.client.get(whole["receptionSummary"]["documentPath"]).status_code == 403


def test_a_head_evaluates_his_people_and_the_county_office_everybody(platform: Platform) -> None:
    head, day = Office(platform, TENANT, "HEAD"), today()
    said = {"member": DEPUTY, "month": str(day), "verdict": "PRAISED", "reason": "接访及时，答复清楚"}
    first = done(head.does("evaluateMember", EVALUATION, said))["evaluation"]
    assert (first["verdictLabel"], first["id"]) == ("表扬", f"{DEPUTY}.{day:%Y-%m}")

    def code(by: Office, **given: Any) -> str:
        found: str = by.does("evaluateMember", EVALUATION, {**said, **given})["errors"][0]["code"]
        return found

    assert code(head) == "WRONG_STATE"
    assert code(head, member=CHIEF) == "FORBIDDEN", "of himself"
    assert code(Office(platform, "jtys", "HEAD")) == "FORBIDDEN"
    assert code(Office(platform, TENANT, "CLERK")) == "FORBIDDEN"
    assert code(head, member=f"{TENANT}-nobody") == "NOT_FOUND"

    taken = {"evaluationId": first["id"], "reason": "认定有误"}
    assert done(head.does("takeBackEvaluation", EVALUATION, taken))["evaluation"]["takenBack"] == "认定有误"
    county = Office(platform, "xfj", "SUPERVISOR")
    again = done(county.does("evaluateMember", EVALUATION, {**said, "verdict": "CRITICISED"}))["evaluation"]
    assert again["id"] == first["id"]
    assert head.does("takeBackEvaluation", EVALUATION, taken)["errors"][0]["code"] == "FORBIDDEN"
    about = {"member": CHIEF, "month": str(day), "verdict": "PRAISED", "reason": "带头接访"}
    done(county.does("evaluateMember", EVALUATION, about))

    def seen(by: Office) -> list[str]:
        return [each["member"]["id"] for each in by.asks(EVALUATIONS, day=day)["evaluations"]]

    assert sorted(seen(head)) == sorted([CHIEF, DEPUTY])
    assert {CHIEF, DEPUTY} <= set(seen(county))
    assert seen(Office(platform, TENANT, "CLERK")) == []
    assert seen(Office(platform, "jtys", "HEAD")) == []
