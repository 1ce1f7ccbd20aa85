"""A visitor answers what he thinks of a reception, and an office publicises its rules, over the real platform."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import httpx
import msgspec
import pytest

from gateway.rows import appointment_number
from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.receptions import Appointment, AppointmentState
from services.contracts.shifts import Shift
from tests.harness.platform import NO_TLS, Platform
from tests.journey.story import done, letter, today
from tests.service.test_evaluation import KNOWN, Office
from tests.service.test_public import Citizen, codes
from tests.unit.gateway.reception_cases import seat
from tests.unit.gateway.reception_cases import shift as shift_of
from tests.unit.gateway.reception_cases import visit as visit_of

TENANT = "slj"
"""A bureau at which no other test receives."""
DEPUTY = f"{TENANT}-yi"
STATUS = """query($number: String!, $code: String!) { appointmentStatus(number: $number, code: $code) {
  questionnaire { until answered suggestion questions { id score } } } }"""
ANSWER = """mutation($input: AnswerQuestionnaireInput!) { answerQuestionnaire(input: $input) {
  answered errors { code } } }"""
RECORD = "appointment { id } errors { code }"
ANSWERS = """query($day: Date!, $tenant: ID) { visitAnswers(from: $day, to: $day, tenant: $tenant) {
  tenant { code } receivers { id } scores { question score } suggestion online } }"""
FIGURES = """query($day: Date!, $tenant: ID) {
  receiverFigures(month: $day, tenant: $tenant) {
    member { id } visitorAnswers { answered questions { question average } } }
  receptionSummary(month: $day, tenant: $tenant) { visitorAnswers { answered } } }"""


@pytest.fixture(scope="module")
def visits(platform: Platform) -> Iterator[list[Appointment]]:
    """Two visitors who were received today, without a petition."""
    roster = Database(service="roster", url=platform.settings.roster_database_url)
    shift: Shift = shift_of(
        1, seat(DEPUTY), id=new_id(), tenant=TENANT, rule="", by_hand=True, start=time(0), end=time(23, 59)
    )
    shift = msgspec.structs.replace(shift, day=today())
    made = [
        visit_of(
            shift, id=new_id(), code=code, state=AppointmentState.DONE, done_at=datetime.now(UTC), petition_id=None
        )
        for code in ("ABCDE23456", "FGHJK23456")
    ]
    with roster.begin(system_actor("611021", "roster"), trace="test") as tx:
        tx.record(shift, act=Act.SHIFT_ENTERED)
        for each in made:
            tx.record(each, act=Act.VISITOR_RECEIVED)
    yield made
    roster.engine.dispose()


def scores(waiting: int, courtesy: int, solved: int) -> list[dict[str, Any]]:
    given = {"waiting": waiting, "courtesy": courtesy, "solved": solved}
    return [{"question": key, "score": value} for key, value in given.items()]


def test_a_visitor_answers_and_corrects_and_those_who_lead_read_it(
    platform: Platform, visits: list[Appointment]
) -> None:
    first, second = visits
    clerk, day = Office(platform, TENANT, "CLERK"), first.day
    platform.eventually(lambda: clerk.asks(KNOWN, day=day, shift=first.shift)["appointments"]["totalCount"] == 2)
    citizen, asking = Citizen(platform), {"number": appointment_number(first.id), "code": first.code}

    def asked() -> dict[str, Any]:
        found: dict[str, Any] = citizen.post(STATUS, asking).json()["data"]["appointmentStatus"]["questionnaire"]
        return found

    assert asked()["answered"] is False
    assert [one["id"] for one in asked()["questions"]] == ["waiting", "courtesy", "solved"]
    wrong = {**asking, "code": second.code, "scores": scores(1, 1, 1)}
    assert codes(citizen.act(ANSWER, wrong)) == ["WRONG_QUERY_CODE"]
    assert codes(citizen.act(ANSWER, {**asking, "scores": scores(1, 1, 1)[:2]})) == ["INVALID_INPUT"]
    for given in (scores(1, 1, 1), scores(2, 5, 4)):
        said = {**asking, "scores": given, "suggestion": "早些叫号，电话13812345678"}
        assert citizen.act(ANSWER, said) == {"answered": True, "errors": []}
    assert (asked()["answered"], asked()["questions"][0]["score"]) == (True, 2)
    assert "13812345678" not in asked()["suggestion"]

    entered = {"appointmentId": second.id, "scores": scores(4, 5, 4)}
    assert done(clerk.does("recordQuestionnaire", RECORD, entered))["appointment"]["id"] == second.id
    own = {**entered, "appointmentId": first.id}
    assert clerk.does("recordQuestionnaire", RECORD, own)["errors"][0]["code"] == "WRONG_STATE"
    elsewhere = Office(platform, "jtys", "CLERK").does("recordQuestionnaire", RECORD, entered)
    assert elsewhere["errors"][0]["code"] == "NOT_FOUND"

    head, county = Office(platform, TENANT, "HEAD"), Office(platform, "xfj", "SUPERVISOR")
    for reader in (head, county):
        found = reader.asks(ANSWERS, day=day, tenant=TENANT)["visitAnswers"]
        assert sorted(one["online"] for one in found) == [False, True]
        assert {receiver["id"] for one in found for receiver in one["receivers"]} == {DEPUTY}
        figures = reader.asks(FIGURES, day=day, tenant=TENANT)
        (of_deputy,) = [one for one in figures["receiverFigures"] if one["member"]["id"] == DEPUTY]
        averages = {one["question"]: one["average"] for one in of_deputy["visitorAnswers"]["questions"]}
        assert averages == {"waiting": 3.0, "courtesy": 5.0, "solved": 4.0}
        assert figures["receptionSummary"]["visitorAnswers"]["answered"] == 2
    assert clerk.refused(ANSWERS, day=day) == {"FORBIDDEN"}
    assert Office(platform, "jtys", "HEAD").refused(ANSWERS, day=day, tenant=TENANT) == {"FORBIDDEN"}


def test_what_rises_is_told_to_whoever_sees_it_with_the_way_to_the_list(platform: Platform) -> None:
    clerk, day = Office(platform, "zrzy", "CLERK"), today()
    category = f"苗头{new_id()}"
    for _ in range(3):
        clerk.register(letter(category=category))
    asked = """query($day: Date!) { trends(from: $day, to: $day, first: 100) {
      kind label count mean percent filter { category receivedFrom } } }"""

    def risen(by: Office) -> list[dict[str, Any]]:
        return [one for one in by.asks(asked, day=day)["trends"] if one["label"] == category]

    (found,) = platform.eventually(lambda: risen(clerk))
    assert (found["kind"], found["count"], found["mean"], found["percent"]) == ("CATEGORY", 3, 0.0, None)
    listed = """query($day: Date!, $category: String!) {
      petitions(filter: {category: $category, receivedFrom: $day}) { totalCount } }"""
    assert clerk.asks(listed, day=day, category=found["filter"]["category"])["petitions"]["totalCount"] == 3
    assert risen(Office(platform, "xfj", "SUPERVISOR")) == [found]
    assert risen(Office(platform, "jtys", "HEAD")) == []
    refused = 'query($day: Date!) { trends(from: $day, to: "2020-01-01") { label } }'
    assert clerk.refused(refused, day=day) == {"INVALID_INPUT"}


def test_what_an_office_publicises_has_an_address_of_its_own(platform: Platform) -> None:
    pages = Citizen(platform).post("{ pages { path title tenantName } }").json()["data"]["pages"]
    assert "来访须知" in [page["title"] for page in pages]
    for page in pages:
        answer = httpx.get(platform.url + page["path"], trust_env=False, verify=NO_TLS)
        assert answer.status_code == 200
        assert page["title"] in answer.text
        assert "script-src ;" in answer.headers["content-security-policy"]
    missing = httpx.get(f"{platform.url}/public/luonan/pages/none", trust_env=False, verify=NO_TLS)
    assert missing.status_code == 404
