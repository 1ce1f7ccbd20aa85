"""Each fact leaves a row of history, and a row says all that a timeline shows."""

import pytest

from gateway.model import timeline
from gateway.rebuilding.filling import replayed
from gateway.view import TIMELINE_ONLY
from services.common.history import row_of
from services.common.ids import new_id
from services.common.tables import floor_tables
from services.contracts import replay
from services.contracts.actor import ActorRef
from services.contracts.acts import Act
from services.contracts.base import State
from services.contracts.fact import Fact
from services.contracts.topology import SERVICES, STATES
from tests.unit.gateway.made import NOW, petition
from tests.unit.gateway.reception_cases import shift, visit


def test_a_row_fills_every_column_and_those_of_the_timeline_are_among_them() -> None:
    table = floor_tables("intake").history
    state = petition()
    fact = Fact(
        id=new_id(), county="611021", type=state.fact_type, subject=state.id, version=1, time=NOW, act=Act.REGISTERED,
        actor=ActorRef(tenant="xfj", user="clerk", name="甲"), petition=state.case_id, remark="r", trace="t",
        state=state,
    )  # fmt: skip
    row = row_of(fact)
    assert set(row) == {column.name for column in table.c}
    assert {column.name for column in timeline.c} <= set(row)
    assert "state" not in row


def test_what_accuses_stands_in_the_history_and_on_no_timeline() -> None:
    reception = shift(2)
    for accusing in (False, True):
        state = visit(reception, petition_id="p1", accusation=accusing, concerns=["slj"] if accusing else [])
        assert (state.case_id, state.on_timeline) == ("p1", not accusing)


def test_what_belongs_to_no_case_stands_on_no_timeline() -> None:
    assert not shift(2).on_timeline


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_asked_by_a_command_of_its_own(service: str) -> None:
    states = replay.states_of(service, type="a.b.v1", after="x")
    history = replay.history_of(service, after="y")
    assert (states.service, states.method, states.type, states.after) == (service, "replay_states", "a.b.v1", "x")
    assert (history.service, history.method, history.after) == (service, "replay_history", "y")


def test_every_state_that_the_view_holds_is_told_again_by_who_has_it() -> None:
    told = {state: service for service, state in replayed()}
    held: set[type[State]] = {state for state in STATES if state not in TIMELINE_ONLY}
    assert set(told) == held
    assert all(state.fact_type.startswith(f"{service}.") for state, service in told.items())
