"""Numbers, circulars and what offices owe: whose are shown to whom, and who makes them."""

from typing import Any

import pytest

from services.common.ids import new_id
from services.contracts.actor import Role, TenantKind
from tests.isolation import reading
from tests.isolation.rule import HANDLES_CASES, READS_CASES, expected
from tests.isolation.scene import Scene
from tests.isolation.table import HERE, OBSERVERS, Observer
from tests.journey.story import today

each_observer = pytest.mark.parametrize("observer", OBSERVERS, ids=str)

LISTS = """query($period: PeriodInput!) { indicators(period: $period) { items { code buckets { name
  cases(first: 100) { nodes { subjectId petition { id } } } } } } }"""
DRAFT = "query($period: PeriodInput!) { circular(period: $period) { title } }"
DUTIES = "{ officeDuties { duty tenant { code } } circulars { id number } }"


def this_month() -> dict[str, Any]:
    return {"kind": "MONTH", "year": today().year, "number": today().month}


def codes_of(body: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in body.get("errors", [])]


@each_observer
def test_the_lists_behind_numbers_hold_cases_that_one_sees(scene: Scene, observer: Observer) -> None:
    body = reading.post(scene.client(observer), LISTS, {"period": this_month()}).json()
    if not observer.actor.roles & READS_CASES:
        assert codes_of(body) == ["FORBIDDEN"]
        return
    nodes = [
        node
        for item in body["data"]["indicators"]["items"]
        for bucket in item["buckets"]
        for node in bucket["cases"]["nodes"]
    ]
    assert all(node["petition"] for node in nodes)
    listed = {node["petition"]["id"] for node in nodes} & {case.id for case in scene.cases}
    visible = {case.id for case in scene.cases if expected(observer.actor, case.standing).case}
    assert listed <= visible
    assert listed or not visible


REPORTS = """query($from: Date!, $to: Date!) {
  returnReport(from: $from, to: $to) { bodies { tenant { code } } pingPong(first: 100) { nodes { id } } }
  proposalReport(from: $from, to: $to) { rule against againstCases(first: 100) { nodes { petition { id } } } } }"""


@each_observer
def test_the_reports_of_returns_and_proposals_hold_cases_that_one_sees(scene: Scene, observer: Observer) -> None:
    day = str(today())
    body = reading.post(scene.client(observer), REPORTS, {"from": day, "to": day}).json()
    if not observer.actor.roles & READS_CASES:
        assert set(codes_of(body)) == {"FORBIDDEN"}
        return
    visible = {case.id for case in scene.cases if expected(observer.actor, case.standing).case}
    proposals = [node for rule in body["data"]["proposalReport"] for node in rule["againstCases"]["nodes"]]
    named = {node["petition"]["id"] for node in proposals}
    named |= {node["id"] for node in body["data"]["returnReport"]["pingPong"]["nodes"]}
    assert named & {case.id for case in scene.cases} <= visible


@each_observer
def test_circulars_are_drafted_by_the_county_office_and_read_by_all(scene: Scene, observer: Observer) -> None:
    client = scene.client(observer)
    body = reading.post(client, DRAFT, {"period": this_month()}).json()
    assert codes_of(body) == ([] if in_office(observer) else ["FORBIDDEN"])
    mine, its = (reading.answer(reading.post(one, DUTIES))["data"] for one in (client, scene.reference_of(observer)))
    assert mine["circulars"] == its["circulars"]
    tenants = {duty["tenant"]["code"] for duty in mine["officeDuties"]}
    assert in_office(observer) or tenants <= {observer.actor.tenant}


CONFLICT = {
    "place": "611021102",
    "people": 6,
    "title": "隔离样件：地界之争",
    "description": "两户因地界争执",
    "handler": "村主任",
}


def test_a_conflict_is_known_to_who_listed_it_and_to_the_county_office(scene: Scene) -> None:
    query = "mutation($input: RecordConflictInput!) { recordConflict(input: $input) { conflict { id } } }"
    given = {**CONFLICT, "foundOn": str(today())}
    answer = scene.platform.gql(scene.platform.login("611021102", "CLERK"), query, {"input": given})
    conflict = answer["recordConflict"]["conflict"]["id"]
    summary = f'{{ conflictSummary(from: "{today()}", to: "{today()}") {{ tenant {{ code }} found }} }}'
    for observer in OBSERVERS:
        actor, client = observer.actor, scene.client(observer)
        here = actor.county == HERE and bool(actor.roles & READS_CASES)
        knows = here and (actor.kind is TenantKind.COUNTY or actor.tenant == "611021102")
        listed = {one["id"] for one in reading.all_nodes(client, "conflicts", "{ id }")}
        (found,) = reading.each_by_id(client, "conflict", "{ id title }", [conflict])
        assert ((conflict in listed), found is not None) == (knows, knows), observer
        body = reading.post(client, summary).json()
        if not actor.roles & READS_CASES:
            assert codes_of(body) == ["FORBIDDEN"]
            continue
        counted = {one["tenant"]["code"]: one["found"] for one in body["data"]["conflictSummary"]}
        assert (counted.get("611021102", 0) > 0) == knows, observer
        assert actor.kind is TenantKind.COUNTY or counted.keys() <= {actor.tenant}, observer


@each_observer
def test_what_offices_do_is_theirs_alone(scene: Scene, observer: Observer) -> None:
    roles = observer.actor.roles
    issues = in_office(observer) and bool(roles & {Role.HEAD, Role.SUPERVISOR})
    records = bool(roles & {Role.CLERK, Role.HEAD, Role.SUPERVISOR})
    lists = bool(roles & {*HANDLES_CASES, Role.SUPERVISOR})
    period = {"kind": "YEAR", "year": 2100}
    # Each is such that even who may do it changes nothing: not begun, not there, not owed.
    inputs = {
        "issueCircular": ({"period": period}, "INVALID_INPUT" if issues else "FORBIDDEN"),
        "withdrawCircular": ({"circularId": new_id(), "reason": "有误"}, "NOT_FOUND" if issues else "FORBIDDEN"),
        "recordOfficeDuty": (
            {"duty": "nothing", "period": period, "on": str(today()), "note": "已召开"},
            "NOT_FOUND" if records else "FORBIDDEN",
        ),
        "takeBackOfficeDuty": (
            {"duty": "nothing", "period": period, "reason": "有误"},
            "NOT_FOUND" if records else "FORBIDDEN",
        ),
        "recordConflict": (
            {**CONFLICT, "foundOn": str(today()), "place": "nowhere"},
            "INVALID_INPUT" if lists else "FORBIDDEN",
        ),
        "endConflict": (
            {"conflictId": new_id(), "state": "SOLVED", "on": str(today()), "outcome": "已调解"},
            "NOT_FOUND" if lists else "FORBIDDEN",
        ),
    }
    declared = ", ".join(f"${act}: {reading.input_type(act)}!" for act in inputs)
    fields = " ".join(f"{act}(input: ${act}) {{ errors {{ code }} }}" for act in inputs)
    given = {act: value for act, (value, _) in inputs.items()}
    data = reading.answer(reading.post(scene.client(observer), f"mutation({declared}) {{ {fields} }}", given))["data"]
    found = {act: [error["code"] for error in payload["errors"]] for act, payload in data.items()}
    assert found == {act: [code] for act, (_, code) in inputs.items()}


def in_office(observer: Observer) -> bool:
    """Of the county office, and one who reads cases."""
    return observer.actor.kind is TenantKind.COUNTY and bool(observer.actor.roles & READS_CASES)
