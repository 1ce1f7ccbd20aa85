"""The tables of deadlines beside the floor's: the working-day calendar, the same for every county."""

from datetime import date

import sqlalchemy as sa

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
