"""What the roster holds, looked up by tenant, day and shift; each by an index (migration 0003)."""

from collections.abc import Collection
from datetime import date
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from services.common.database import Transaction, Versioned, any_of
from services.common.told_calendar import told_calendar
from services.common.workdays import Calendar
from services.contracts.base import State
from services.contracts.calendar import CalendarYear
from services.contracts.roster_base import OnRoster
from services.contracts.rules import Regime
from services.contracts.shifts import Shift

S = TypeVar("S", bound=State)
R = TypeVar("R", bound=OnRoster)


def of_tenant(tx: Transaction, state: type[R], tenant: str) -> list[Versioned[R]]:
    """All of one kind of a tenant, by id: for tens or hundreds."""
    return _those(tx, state, _field(tx, "tenant") == tenant)


def shifts_between(
    tx: Transaction, *, first: date, last: date, tenant: str | None = None, lock: bool = False
) -> list[Versioned[Shift]]:
    """Shifts of these days, both included, cancelled ones too, by day and begin; of one tenant, or of all."""
    where = [_field(tx, "day") >= first.isoformat(), _field(tx, "day") <= last.isoformat()]
    if tenant is not None:
        where.append(_field(tx, "tenant") == tenant)
    found = _those(tx, Shift, *where, lock=lock)
    return sorted(found, key=lambda row: (row.state.day, row.state.start, row.state.id))


def of_shifts(tx: Transaction, state: type[R], shifts: Collection[str]) -> list[Versioned[R]]:
    """One kind of what belongs to shifts (appointments, substitutions, alerts), by id."""
    return _those(tx, state, _field(tx, "shift") == any_of(shifts))


def calendar_for(tx: Transaction, tenant: str | None) -> Calendar:
    """By which the tenant's shifts fall: libraries, imported notices, and the days off that the county has set."""
    years = [row.state for row in tx.kept_all(CalendarYear)]
    regime = tx.kept(Regime, tx.actor.county)
    return told_calendar(years=years, regime=regime.state if regime else None, tenant=tenant)


def _field(tx: Transaction, name: str) -> sa.ColumnElement[str]:
    return tx.aggregates.c.state[name].astext


def _those(tx: Transaction, state: type[S], *where: sa.ColumnElement[bool], lock: bool = False) -> list[Versioned[S]]:
    table = tx.aggregates
    query = (
        sa.select(table.c.state, table.c.version)
        .where(table.c.county_id == tx.actor.county, table.c.type == state.fact_type, *where)
        .order_by(table.c.id)
    )
    rows = tx.connection.execute(query.with_for_update() if lock else query)
    return [Versioned(msgspec.convert(row.state, state), row.version) for row in rows]
