"""The view has a place for whatever is told."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import view
from gateway.access import BY_AUDIENCE, BY_CASE, BY_COUNTY, BY_PLATFORM, BY_SCOPE, KEPT_BY_AUDIENCE
from gateway.model import VIEW, metadata, view_metadata
from services.contracts.base import State
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock
from services.contracts.desk import Triage
from services.contracts.intake import Petition
from services.contracts.proposals import RoutingRules
from services.contracts.reminders import Reminder
from services.contracts.roster_base import OnRoster
from services.contracts.supervision import Supervision
from services.contracts.topology import STATES
from services.contracts.urgent_reports import UrgentReport
from tests.unit.gateway.made import TODAY, fact, petition
from tests.unit.gateway.reception_cases import shift, visit

WITH_A_TABLE = (Petition, Clock, Supervision, Reminder, Conflict, Triage, UrgentReport)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.fact_type)
def test_every_state_of_the_bus_has_one_place(state: type[State]) -> None:
    places = [state in kinds for kinds in (WITH_A_TABLE, view.PARTS, view.SHARED, view.TIMELINE_ONLY)]
    places.append(issubclass(state, OnRoster))
    assert places.count(True) == 1


def test_every_table_of_the_view_stands_behind_one_policy() -> None:
    # The list of counties is read before an actor is known.
    tables = [table.fullname for table in metadata.sorted_tables if table.name != "county"]
    assert sorted((*BY_COUNTY, *KEPT_BY_AUDIENCE, *BY_PLATFORM)) == sorted(tables)
    assert sorted(f"{VIEW}.{name}" for name in (*BY_AUDIENCE, *BY_CASE, *BY_SCOPE)) == sorted(
        table.fullname for table in view_metadata.sorted_tables
    )


class Timeline:
    """Stands for the connection: every fact that is to be entered stood there before."""

    def __init__(self) -> None:
        self.entered: list[str] = []

    async def execute(self, statement: Any, rows: list[dict[str, Any]]) -> "Timeline":
        self.entered += [row["fact_id"] for row in rows]
        return self

    def scalars(self) -> list[str]:
        return []


def test_a_case_tells_nothing_of_an_appointment_that_accuses_whom_it_was_handed_to() -> None:
    reception = shift(2)
    told = fact(visit(reception, petition_id="p1"))
    accusing = fact(visit(reception, petition_id="p1", accusation=True, concerns=["slj"], restricted_to=["clerk"]))
    assert (told.petition, accusing.petition) == ("p1", "p1")
    timeline = Timeline()
    connection = cast(AsyncConnection, timeline)
    left = asyncio.run(view._enter_in_timeline(connection, [told, accusing]))
    assert timeline.entered == [told.id]
    # It stands on no timeline that could tell whether it was applied before: its version does.
    assert left == [accusing]


class Cases:
    """Stands for the connection: these cases wait for what the county's rules say, and nothing else is there."""

    def __init__(self, *waiting: str) -> None:
        self.rows = [SimpleNamespace(petition_id=case) for case in waiting]
        self.locked: list[list[str]] = []

    async def execute(self, statement: Any, given: Any = None) -> Any:
        if statement is view.LOCK_CASES:
            self.locked.append(given["keys"])
        asked = isinstance(statement, Select) and statement.selected_columns.keys() == ["petition_id"]
        return Rows(self.rows if asked else [])


class Rows(list[Any]):
    def first(self) -> None:
        return None

    def scalars(self) -> list[Any]:
        return []


def test_new_rules_lock_the_cases_that_wait_for_them_with_all_others_and_in_order() -> None:
    rules = RoutingRules(
        version="v", loaded_on=TODAY, categories=[], rules=[], findings=[], county_decides_from_return=2
    )
    cases = Cases("p3", "p1")
    asyncio.run(view.apply(cast(AsyncConnection, cases), [fact(petition(), petition="p2"), fact(rules)]))
    assert cases.locked == [[f"611021|{case}" for case in ("p1", "p2", "p3")]]
