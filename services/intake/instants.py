"""When something happened, as a person enters it."""

from datetime import date, datetime

from services.common.clock import A_YEAR, legal_day
from services.common.errors import InvalidInput


def check_happened(*, at: datetime, now: datetime, field: str, since: date | None = None) -> date:
    """The legal day of ``at``, which must not lie in the future, nor before the legal day ``since``; without one, not
    more than a year back.

    Raises ``InvalidInput``.
    """
    day, today = legal_day(at), legal_day(now)
    if at > now:
        raise InvalidInput("时间晚于现在，请核对", field=field)
    first = since or today - A_YEAR
    if day < first:
        raise InvalidInput(f"日期 {day} 早于 {first}，请核对", field=field)
    return day
