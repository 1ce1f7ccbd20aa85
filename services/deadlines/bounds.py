"""The limits of one clock: what each rule gives for a thing, which one binds, and what an extension makes of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import msgspec

from services.common.clock import legal_day
from services.common.workdays import Calendar, Due, due, due_on, extended
from services.contracts.base import LEGAL_ZONE
from services.contracts.deadlines import Bound, DaySpan, Event, Unit
from services.contracts.extensions import Extension
from services.contracts.rules import Rule, RuleKind, RuleSet
from services.deadlines.events import Events, Moment, Subject

HEARING = Event.REVIEW_HEARING.label


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule sets for one thing, once it has started."""

    rule: Rule
    rule_set: RuleSet
    start: Moment
    due: Due
    due_at: datetime
    """The instant at which it is overdue."""

    @property
    def legal(self) -> bool:
        return self.rule_set.kind is RuleKind.LAW

    @property
    def basis(self) -> str:
        return f"{self.rule_set.name}{self.rule.article}"

    @property
    def starts_at(self) -> datetime | None:
        """Of a limit in hours or minutes."""
        return self.start.at if of_instants(self.rule) else None

    @property
    def bound(self) -> Bound:
        return Bound(
            rule=self.rule.id,
            basis=self.basis,
            starts=self.rule.starts,
            starts_on=self.start.on,
            length=self.rule.length,
            unit=self.rule.unit,
            due_on=self.due.nominal,
            effective_due_on=self.due.effective,
            provisional=self.due.provisional,
            skipped=list(self.due.skipped),
            special=self.rule_set.kind is RuleKind.SPECIAL,
        )


def limit_of(*, rule: Rule, rule_set: RuleSet, subject: Subject, calendar: Calendar) -> Limit | None:
    """None while what starts the period has not happened, and where the thing was to name the day and names none.

    Raises ``OutsideCalendar`` where the period leaves the calendar.
    """
    start = first(rule.starts, subject.events)
    if start is None:
        return None
    roll = rule_set.roll_forward or rule.petitioner_side
    if rule.length is None or rule.unit is None:
        if subject.named_day is None:
            return None
        counted = due_on(start=start.on, day=subject.named_day, calendar=calendar, roll_forward=roll)
    elif rule.unit.of_instants:
        if start.at is None:
            return None
        due_at = start.at + (timedelta(hours=1) if rule.unit is Unit.HOURS else timedelta(minutes=1)) * rule.length
        day = legal_day(due_at)
        instant = Due(nominal=day, effective=day, provisional=False)
        return Limit(rule=rule, rule_set=rule_set, start=start, due=instant, due_at=due_at)
    else:
        counted = due(
            start=start.on,
            length=rule.length,
            unit=rule.unit,
            calendar=calendar,
            roll_forward=roll,
            excluded=hearing_days(rule, subject),
        )
    return Limit(rule=rule, rule_set=rule_set, start=start, due=counted, due_at=end_of(counted.effective))


def longer(limit: Limit, extension: Extension, calendar: Calendar) -> Limit:
    """The limit as an approved extension moves it, by what its rule allows at most."""
    allowed = limit.rule.extension.length if limit.rule.extension else 0
    moved = extended(
        base=limit.due,
        days=min(extension.days, allowed),
        calendar=calendar,
        roll_forward=limit.rule_set.roll_forward,
    )
    return msgspec.structs.replace(limit, due=moved, due_at=end_of(moved.effective))


def tightest(limits: Iterable[Limit]) -> Limit | None:
    """The one that ends first; of those that end together by the rule's id."""
    return min(limits, key=lambda limit: (limit.due_at, limit.rule.id), default=None)


def opening(rule: Rule, start: Moment, calendar: Calendar) -> date | None:
    """The day from which what is done meets the rule; None where any day does."""
    if rule.opens is None:
        return None
    counted = due(start=start.on, length=rule.opens.length, unit=rule.opens.unit, calendar=calendar, roll_forward=False)
    return counted.nominal


def hearing_days(rule: Rule, subject: Subject) -> list[DaySpan]:
    """The days of closed hearings, which a rule that is paused by them does not count."""
    if Event.REVIEW_HEARING not in rule.paused_by:
        return []
    closed = (each for each in subject.hearings if each.closed_on is not None)
    spans = (DaySpan(first=each.opened_on, last=each.closed_on or each.opened_on, reason=HEARING) for each in closed)
    return sorted(spans, key=lambda span: (span.first, span.last))


def hearing_since(rule: Rule, subject: Subject) -> date | None:
    """The day since which an open hearing has the period stand still."""
    if Event.REVIEW_HEARING not in rule.paused_by:
        return None
    return min((each.opened_on for each in subject.hearings if each.closed_on is None), default=None)


def first(event: Event, events: Events) -> Moment | None:
    return next(iter(events.get(event, ())), None)


def first_of(wanted: Iterable[Event], events: Events, *, since: date | None = None) -> Moment | None:
    """The first moment of any of the events, on ``since`` or later."""
    moments = chain.from_iterable(events.get(event, ()) for event in wanted)
    fitting = (moment for moment in moments if since is None or moment.on >= since)
    return min(fitting, key=lambda moment: moment.order, default=None)


def of_instants(rule: Rule) -> bool:
    return rule.unit is not None and rule.unit.of_instants


def start_of(day: date) -> datetime:
    """The midnight with which a legal day begins."""
    return datetime.combine(day, time(), LEGAL_ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The midnight with which a legal day ends."""
    return start_of(day + timedelta(days=1))
