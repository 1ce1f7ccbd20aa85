"""The view has a place for whatever is told."""

import pytest

from gateway import view
from gateway.access import BY_AUDIENCE, BY_CASE, BY_COUNTY
from gateway.model import metadata
from services.contracts.base import State
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock
from services.contracts.desk import Triage
from services.contracts.intake import Petition
from services.contracts.reminders import Reminder
from services.contracts.roster_base import OnRoster
from services.contracts.supervision import Supervision
from services.contracts.topology import STATES
from services.contracts.urgent_reports import UrgentReport

WITH_A_TABLE = (Petition, Clock, Supervision, Reminder, Conflict, Triage, UrgentReport)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.fact_type)
def test_every_state_of_the_bus_has_one_place(state: type[State]) -> None:
    places = [state in kinds for kinds in (WITH_A_TABLE, view.PARTS, view.SHARED, view.TIMELINE_ONLY)]
    places.append(issubclass(state, OnRoster))
    assert places.count(True) == 1


def test_every_table_of_the_view_stands_behind_one_policy() -> None:
    # The list of counties is read before an actor is known.
    tables = sorted(table.fullname for table in metadata.sorted_tables if table.name != "county")
    assert sorted([*BY_AUDIENCE, *BY_CASE, *BY_COUNTY]) == tables
