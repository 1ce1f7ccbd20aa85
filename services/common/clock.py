"""Now and today. Instants are UTC; legal days are dates in Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta

from services.contracts.base import LEGAL_ZONE

A_YEAR = timedelta(days=366)
"""Beyond it a day that somebody named is a slip of the pen, not a period."""


def now() -> datetime:
    return datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """The date on which ``instant`` falls in China; at the ends of the calendar, where there is none, its own."""
    try:
        return instant.astimezone(LEGAL_ZONE).date()
    except OverflowError:
        return instant.date()
