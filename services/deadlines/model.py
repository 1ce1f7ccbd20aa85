"""The tables of deadlines beside the floor's: the calendar, what is watched, and what is to be counted anew."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.common.workdays import Calendar, CalendarDay, DayKind, calendar_of

NATIONAL = "CN"
"""The region of the calendar that the State Council's notices make."""

metadata = sa.MetaData(schema="deadlines")

calendar_day = sa.Table(
    "calendar_day",
    metadata,
    sa.Column("region", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in DayKind)})", name="calendar_day_kind"),
)
"""A row for every day, so that a day without one is known to be unknown."""

watch_metadata = sa.MetaData(schema="deadlines")

watch = sa.Table(
    "watch",
    watch_metadata,
    sa.Column("county_id", sa.Text, primary_key=True),
    sa.Column("clock_id", sa.Text, primary_key=True),
    sa.Column("petition_id", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("obligation", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("restricted", ARRAY(sa.Text)),
    # Every day that the clock's limits and levels rest on lies between them, both included.
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    # The effective last day.
    sa.Column("due_on", sa.Date, nullable=False),
    # When its owner expects to be done.
    sa.Column("expected_on", sa.Date),
    # Neither met nor cancelled; a paused clock is open and has nothing to come.
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    # Names of ``Level`` and the instants from which they hold, ascending.
    sa.Column("levels", ARRAY(sa.Text), nullable=False),
    sa.Column("level_at", ARRAY(sa.DateTime(timezone=True)), nullable=False),
    sa.Column("told", sa.SmallInteger, nullable=False),
    # The instant of the first level that is not told; none where nothing is to come.
    sa.Column("next_at", sa.DateTime(timezone=True)),
    sa.Column("alert_version", sa.Integer, nullable=False),
    sa.Index("watch_next", "county_id", "next_at", postgresql_where=sa.text("next_at IS NOT NULL")),
)
"""One row for each clock, for ever: what the sweep needs of it, and how many of its levels have been told; it is the
state of the clock's ``Alert`` too. Each level told writes every index anew: it has none that the sweep could spare."""

cause = sa.Table(
    "cause",
    watch_metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    # As people read it in the remark of each clock that it changes.
    sa.Column("text", sa.Text, nullable=False),
    # Of the law files, by which it is known that they changed.
    sa.Column("digest", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint("kind IN ('notice', 'law')", name="cause_kind"),
)
"""Why clocks of every county must be counted anew: a notice that was loaded, or law files that changed. Its newest
id tells whether a calendar that was read before still holds, so whoever changes ``calendar_day`` enters a row."""

county = sa.Table("county", watch_metadata, sa.Column("code", sa.Text, primary_key=True))
"""The counties that have clocks: the sweeper asks here for whom it works."""

county_state = sa.Table(
    "county_state",
    watch_metadata,
    sa.Column("county_id", sa.Text, primary_key=True),
    # The newest ``cause`` whose clocks are entered in ``recount``.
    sa.Column("cause_done", sa.BigInteger, nullable=False),
    # The newest ``cause`` of whose calendar the county was told.
    sa.Column("calendar_told", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    # The last day whose morning's reminders are made.
    sa.Column("digest_on", sa.Date),
)

recount_run = sa.Table(
    "recount_run",
    watch_metadata,
    sa.Column("county_id", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("petitions", sa.Integer, nullable=False),
    sa.Column("clocks", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("changed", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
)
"""The record of each time that many cases were counted anew: why, how many, how many clocks that changed."""

recount = sa.Table(
    "recount",
    watch_metadata,
    sa.Column("county_id", sa.Text, primary_key=True),
    sa.Column("petition_id", sa.Text, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False),
    # Counted anew, a row stays and is no longer wanted: services delete nothing.
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Index("recount_wanted", "county_id", "run_id", "petition_id", postgresql_where=sa.text("wanted")),
)
"""The queue of cases that are to be counted anew."""


def load_calendar(connection: sa.Connection, *, since: date) -> Calendar:
    """The national calendar from ``since`` to its end."""
    columns = calendar_day.c
    query = sa.select(columns.day, columns.kind, columns.name, columns.source, columns.provisional).where(
        columns.region == NATIONAL, columns.day >= since
    )
    return calendar_of(
        CalendarDay(day=day, kind=DayKind[kind], name=name, source=source, provisional=provisional)
        for day, kind, name, source, provisional in connection.execute(query)
    )
