"""When a tenant's window is open (IN-28; Art. 18 has the time and place of reception published). Pure.

Closed on days off; on a Saturday or Sunday that is worked in exchange, open as on a Monday where it has no hours of its
own. What comes in online is taken in at any time.
"""

from collections.abc import Iterable
from datetime import datetime, time
from itertools import pairwise

from services.common.workdays import DayKind
from services.contracts.base import LEGAL_ZONE
from services.contracts.intake_rules import OpenHours

MONDAY = 1
OFF = frozenset({DayKind.HOLIDAY, DayKind.SWAPPED})


def spans(hours: str) -> list[tuple[time, time]]:
    """From when to when, of ``08:30-12:00,14:00-18:00``. Raises ``ValueError`` for other texts and another order."""
    pairs = [span.split("-") for span in hours.split(",")]
    found = [(time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in pairs]
    if any(later <= earlier for earlier, later in pairwise(moment for span in found for moment in span)):
        raise ValueError(hours)
    return found


def is_open(hours: Iterable[OpenHours], *, at: datetime, day: DayKind) -> bool:
    """``at``: an instant. ``day``: what the calendar says of the legal day on which it falls."""
    here = at.astimezone(LEGAL_ZONE)
    by_weekday = {each.weekday: each.hours for each in hours}
    of_day = by_weekday.get(here.isoweekday())
    if of_day is None and day is DayKind.MAKEUP:
        of_day = by_weekday.get(MONDAY)
    if of_day is None or day in OFF:
        return False
    return any(begins <= here.time() < ends for begins, ends in spans(of_day))
