"""The conflict log: a township lists its own places, every (state, next state, who) tried."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.conflicts import Conflict, ConflictState, EndConflict, RecordConflict
from services.contracts.directory import PlaceRef
from services.routing import conflicts
from tests.unit.routing.made import DIRECTORY, TODAY, actor

OFFICE = actor("xfj", TenantKind.COUNTY, Role.CLERK)
TOWNSHIP = actor("611021001", TenantKind.TOWNSHIP)
OTHER = actor("611021002", TenantKind.TOWNSHIP)
BUREAU = actor("slj")
VILLAGE = PlaceRef(code="611021001201", name="东村")
FOUND = TODAY - timedelta(days=20)
RAISED = TODAY - timedelta(days=10)
S = ConflictState


def _with_places(code: str, *places: PlaceRef) -> Any:
    return msgspec.structs.replace(DIRECTORY["611021001"], code=code, places=list(places))


PLACES = {
    **DIRECTORY,
    "611021001": _with_places("611021001", PlaceRef(code="611021001", name="城关街道"), VILLAGE),
    "611021002": _with_places("611021002", PlaceRef(code="611021002", name="西镇")),
}


def conflict(state: ConflictState = S.OPEN, tenant: str = "611021001") -> Conflict:
    return Conflict(
        id="c", tenant=tenant, place=VILLAGE.code, place_name=VILLAGE.name, category=None, found_on=FOUND, people=6,
        title="地界之争", description="两户", handler="村主任", state=state,
        raised_on=RAISED if state is S.RAISED else None,
    )  # fmt: skip


def end(who: Actor, before: Conflict, state: ConflictState, on: date = TODAY, outcome: str = "已调解") -> Conflict:
    command = EndConflict(conflict_id="c", state=state, on=on, outcome=outcome)
    return conflicts.ended(conflict=before, command=command, actor=who, today=TODAY)


@pytest.mark.parametrize(
    ("who", "code", "there"),
    [
        (TOWNSHIP, VILLAGE.code, True),
        (TOWNSHIP, "611021001", True),
        (TOWNSHIP, "611021002", False),
        (OTHER, VILLAGE.code, False),
        (actor("611021009", TenantKind.TOWNSHIP), VILLAGE.code, False),
        (BUREAU, VILLAGE.code, True),
        (OFFICE, "611021002", True),
        (OFFICE, "990001001", False),
    ],
)
def test_a_township_lists_what_lies_in_its_own_places_and_others_in_the_county(
    who: Actor, code: str, there: bool
) -> None:
    if there:
        assert conflicts.place_of(actor=who, code=code, directory=PLACES).code == code
    else:
        with pytest.raises(InvalidInput) as refused:
            conflicts.place_of(actor=who, code=code, directory=PLACES)
        assert refused.value.field == "place"


def record(**changes: Any) -> Conflict:
    fields: dict[str, Any] = {
        "place": VILLAGE.code, "category": " ", "found_on": FOUND, "people": 6, "title": " 地界之争 ",
        "description": "两户", "handler": "村主任",
    }  # fmt: skip
    command = RecordConflict(**{**fields, **changes})
    return conflicts.recorded(command=command, actor=TOWNSHIP, place=VILLAGE, today=TODAY)


def test_it_is_open_and_its_tenants_own() -> None:
    made = record()
    assert (made.tenant, made.place_name, made.title, made.category) == ("611021001", "东村", "地界之争", None)
    assert (made.state, made.audience, made.case_id) == (S.OPEN, frozenset({"611021001"}), None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"found_on": TODAY + timedelta(days=1)}, "found_on"),
        ({"found_on": TODAY - timedelta(days=367)}, "found_on"),
        ({"title": " "}, "title"),
        ({"description": " "}, "description"),
        ({"handler": " "}, "handler"),
    ],
)
def test_a_slip_of_the_pen_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(**changes)
    assert refused.value.field == field


def expected(who: Actor, before: ConflictState, after: ConflictState) -> type[Refusal] | None:
    solves_what_was_raised = who is OFFICE and before is S.RAISED and after is S.SOLVED
    if who is not TOWNSHIP and not solves_what_was_raised:
        return Forbidden
    if after is S.OPEN:
        return InvalidInput
    allowed = {(S.OPEN, S.SOLVED), (S.OPEN, S.RAISED), (S.OPEN, S.TAKEN_BACK), (S.RAISED, S.SOLVED)}
    return None if (before, after) in {*allowed, (S.RAISED, S.TAKEN_BACK)} else WrongState


@pytest.mark.parametrize("after", S)
@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("who", [TOWNSHIP, OTHER, BUREAU, OFFICE], ids=lambda who: who.tenant)
def test_every_end_from_every_state_by_everybody(who: Actor, before: ConflictState, after: ConflictState) -> None:
    refusal = expected(who, before, after)
    if refusal is None:
        assert end(who, conflict(before), after).state is after
    else:
        with pytest.raises(refusal):
            end(who, conflict(before), after)


def test_what_was_tried_before_it_was_raised_stays_beside_how_it_was_solved() -> None:
    raised = end(TOWNSHIP, conflict(), S.RAISED, RAISED, " 三次调解未果 ")
    assert (raised.raised_on, raised.tried, raised.ended_on, raised.outcome) == (RAISED, "三次调解未果", None, None)
    solved = end(OFFICE, raised, S.SOLVED, TODAY, "联合调处")
    assert (solved.raised_on, solved.tried) == (RAISED, "三次调解未果")
    assert (solved.ended_on, solved.outcome) == (TODAY, "联合调处")


def test_the_county_office_raises_nothing_to_itself() -> None:
    with pytest.raises(InvalidInput):
        end(OFFICE, conflict(tenant="xfj"), S.RAISED)
    assert end(OFFICE, conflict(tenant="xfj"), S.SOLVED).state is S.SOLVED


@pytest.mark.parametrize(
    ("before", "on"),
    [
        (S.OPEN, FOUND - timedelta(days=1)),
        (S.OPEN, TODAY + timedelta(days=1)),
        (S.RAISED, RAISED - timedelta(days=1)),
    ],
)
def test_nothing_ends_before_it_was_found_or_raised_or_in_the_future(before: ConflictState, on: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        end(TOWNSHIP, conflict(before), S.SOLVED, on)
    assert refused.value.field == "on"


@pytest.mark.parametrize("state", [S.SOLVED, S.RAISED, S.TAKEN_BACK])
def test_an_end_says_how_or_why(state: ConflictState) -> None:
    with pytest.raises(InvalidInput) as refused:
        end(TOWNSHIP, conflict(), state, outcome=" ")
    assert refused.value.field == "outcome"
