"""When an open clock passes each level: warnings by the share of its period that is used, then its end."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from services.contracts.deadlines import Level, Mark
from services.contracts.rules import Warnings
from services.deadlines.bounds import Limit, start_of

WARNING_LEVELS = (Level.FIRST_WARNING, Level.SECOND_WARNING, Level.LAST_WARNING)
WHOLE = 100
"""Shares are percents."""


def marks_of(limit: Limit, *, warnings: Warnings, lapses: bool) -> list[Mark]:
    """The levels in ascending order, at instants that never descend; none before the period starts.

    A warning that would come with the next level or after it is left out, as is each before the start; a short
    period has fewer warnings. A right that lapses is nobody's duty: no warning, no report.
    """
    begin = limit.starts_at or start_of(limit.start.on)
    ahead = [*(() if lapses else _warned(limit, warnings)), *_last_day(limit)]
    marks: list[Mark] = []
    following = limit.due_at
    for mark in reversed(ahead):
        if begin <= mark.at < following:
            marks.insert(0, mark)
            following = mark.at
    end = max(limit.due_at, begin)
    if lapses:
        return [*marks, Mark(level=Level.LAPSED, at=end)]
    return [
        *marks,
        Mark(level=Level.OVERDUE, at=end),
        Mark(level=Level.TO_HEAD, at=end + timedelta(days=warnings.head_after_days)),
        Mark(level=Level.TO_COUNTY, at=end + timedelta(days=warnings.county_after_days)),
    ]


def _warned(limit: Limit, warnings: Warnings) -> Iterator[Mark]:
    for level, share in zip(WARNING_LEVELS, warnings.shares, strict=True):
        if limit.starts_at is not None:
            yield Mark(level=level, at=_part(limit.starts_at, limit.due_at, share))
        else:
            yield Mark(level=level, at=start_of(_day(limit.start.on, limit.due.effective, share)))


def _part(begin: datetime, end: datetime, share: int) -> datetime:
    return begin + (end - begin) * share / WHOLE


def _day(begin: date, end: date, share: int) -> date:
    """The first day with which at least ``share`` percent of the days after ``begin`` are used."""
    used = -(-(end - begin).days * share // WHOLE)
    return begin + timedelta(days=used)


def _last_day(limit: Limit) -> Iterator[Mark]:
    """A period of minutes has no last day."""
    if limit.starts_at is None:
        yield Mark(level=Level.DUE_TODAY, at=start_of(limit.due.effective))
