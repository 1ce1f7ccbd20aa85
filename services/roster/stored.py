"""What the roster holds, looked up by tenant, day and shift; each by an index (migration 0003)."""

from collections.abc import Collection
from datetime import date
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.common.database import Transaction, Versioned, any_of
from services.common.told_calendar import told_calendar
from services.common.workdays import Calendar
from services.contracts.announcements import Announcement
from services.contracts.base import State
from services.contracts.calendar import CalendarYear
from services.contracts.presence import PostAlert
from services.contracts.roster_base import OnRoster
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.rules import Regime
from services.contracts.shifts import Shift
from services.roster.ledgers import Served

_tenant, _day, _shift = (sa.column(name, sa.Text) for name in ("of_tenant", "of_day", "of_shift"))
"""Columns of the roster's own aggregates, made of their states (migration 0003)."""

S = TypeVar("S", bound=State)
R = TypeVar("R", bound=OnRoster)


def of_tenant(tx: Transaction, state: type[R], tenant: str) -> list[Versioned[R]]:
    """All of one kind of a tenant, by id: for tens or hundreds."""
    return _those(tx, state, _tenant == tenant)


def shifts_between(
    tx: Transaction, *, first: date, last: date, tenant: str | None = None, lock: bool = False
) -> list[Versioned[Shift]]:
    """Shifts of these days, both included, cancelled ones too, by day and begin; of one tenant, or of all."""
    where = [_day >= first.isoformat(), _day <= last.isoformat()]
    if tenant is not None:
        where.append(_tenant == tenant)
    found = _those(tx, Shift, *where, lock=lock)
    return sorted(found, key=lambda row: (row.state.day, row.state.start, row.state.id))


def served_before(tx: Transaction, tenant: str, day: date) -> list[Served]:
    """Every turn of the tenant on the days before ``day``, in no order; years of them, so no whole shifts."""
    table, state = tx.aggregates, tx.aggregates.c.state
    seats = sa.func.jsonb_array_elements(state["seats"]).table_valued(sa.column("value", JSONB), name="seat").lateral()
    seat = seats.c.value
    query = (
        sa.select(state["kind"].astext, seat["role"].astext, state["day"].astext, seat["member"].astext)
        .select_from(table.join(seats, sa.true()))
        .where(
            table.c.county_id == tx.actor.county,
            table.c.type == Shift.fact_type,
            _tenant == tenant,
            _day < day.isoformat(),
            _field(tx, "cancelled").is_(None),
            seat["member"].astext.is_not(None),
        )
    )
    rows = tx.connection.execute(query)
    kinds, roles = {each.value: each for each in ServiceKind}, {each.value: each for each in SeatRole}
    return [Served(kinds[kind], roles[role], date.fromisoformat(on), who) for kind, role, on, who in rows]


def of_shifts(tx: Transaction, state: type[R], shifts: Collection[str]) -> list[Versioned[R]]:
    """One kind of what belongs to shifts (appointments, substitutions, alerts), by id."""
    return _those(tx, state, _shift == any_of(shifts))


def announced_from(tx: Transaction, tenant: str, first: date) -> list[Announcement]:
    """The tenant's announcements that are about ``first`` or a later day, every version, by id."""
    where = (_tenant == tenant, _field(tx, "last") >= first.isoformat())
    return [row.state for row in _those(tx, Announcement, *where)]


def open_alerts(tx: Transaction, tenant: str) -> list[Versioned[PostAlert]]:
    """The tenant's alerts that are not cleared, by id."""
    return _those(tx, PostAlert, _tenant == tenant, _field(tx, "cleared_at").is_(None))


def calendar_for(tx: Transaction, tenant: str | None) -> Calendar:
    """By which the tenant's shifts fall: libraries, imported notices, and the days off that the county has set."""
    years = [row.state for row in tx.kept_all(CalendarYear)]
    regime = tx.kept(Regime, tx.actor.county)
    return told_calendar(years=years, regime=regime.state if regime else None, tenant=tenant)


def _field(tx: Transaction, name: str) -> sa.ColumnElement[str]:
    field: sa.ColumnElement[str] = tx.aggregates.c.state[name].astext
    return field


def _those(tx: Transaction, state: type[S], *where: sa.ColumnElement[bool], lock: bool = False) -> list[Versioned[S]]:
    table = tx.aggregates
    query = (
        sa.select(table.c.state, table.c.version)
        .where(table.c.county_id == tx.actor.county, table.c.type == state.fact_type, *where)
        .order_by(table.c.id)
    )
    rows = tx.connection.execute(query.with_for_update() if lock else query)
    return [Versioned(msgspec.convert(row.state, state), row.version) for row in rows]
