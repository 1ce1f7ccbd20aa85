"""Now and today. Instants are UTC; legal days are dates in Asia/Shanghai."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """The date on which ``instant`` falls in China."""
    return instant.astimezone(LEGAL_ZONE).date()
