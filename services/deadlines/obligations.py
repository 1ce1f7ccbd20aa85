"""Who owes what by when: the clocks of one case, as a pure function of its facts, the law and the calendar.

Each rule of the law that governs the item is held against the petition, or against each of its referrals. What
happens first ends a clock: an event that meets it, or one that cancels it.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from services.common.workdays import Calendar, Due, due, due_on
from services.contracts.deadlines import Clock, Obligation
from services.contracts.intake import Petition
from services.contracts.routing import Closure, Referral
from services.deadlines.rules import Event, Owner, Rule, Rules, RuleSet

CLOCK_IDS = uuid.UUID("5f0b1f0a-3f1b-5c57-9a53-0d7c4b8a6e21")
"""Namespace of clock ids. Never change it: stored clocks would not be found again."""


class CaseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The newest state of everything that is known of one case."""

    petition: Petition
    referrals: tuple[Referral, ...] = ()
    """Of each referral its newest state, in any order."""
    closure: Closure | None = None


def obligations(*, case: CaseFacts, rules: Rules, calendar: Calendar) -> list[Clock]:
    """The clocks of the case, ordered by their first day; the same facts give the same list.

    A historical item was finished before it came here, and an item older than the oldest regulation has no rule
    to count by: neither has clocks. Raises ``OutsideCalendar`` where a period leaves the calendar.
    """
    rule_set = rules.for_item(case.petition.received_on)
    if case.petition.historical or rule_set is None:
        return []
    clocks = (
        _clock(rule=rule, rule_set=rule_set, case=case, referral=referral, calendar=calendar)
        for rule in rule_set.rules
        for referral in ((None,) if rule.starts.of_petition else case.referrals)
        if _applies(rule, case.petition, referral)
    )
    return sorted((clock for clock in clocks if clock), key=lambda clock: (clock.starts_on, clock.id))


def clock_id(*, petition_id: str, referral_id: str | None, obligation: Obligation) -> str:
    """The same clock has the same id, however often and by whatever rule set it is computed."""
    return str(uuid.uuid5(CLOCK_IDS, f"{petition_id}/{referral_id or ''}/{obligation}"))


def _applies(rule: Rule, petition: Petition, referral: Referral | None) -> bool:
    if petition.nature not in rule.natures or (petition.anonymous and not rule.anonymous):
        return False
    return referral is None or referral.role in rule.roles


def _clock(
    *, rule: Rule, rule_set: RuleSet, case: CaseFacts, referral: Referral | None, calendar: Calendar
) -> Clock | None:
    """The clock of a rule, or None while what starts it has not happened."""
    days = _days(case, referral)
    period = _period(rule, rule_set.roll_forward, days.get(rule.starts), referral, calendar)
    if period is None:
        return None
    met_on = _first(rule.met_by, days)
    ended_on = _first(rule.cancelled_by, days)
    if met_on and ended_on and ended_on < met_on:
        met_on = None
    referral_id = referral.id if referral else None
    return Clock(
        id=clock_id(petition_id=case.petition.id, referral_id=referral_id, obligation=rule.obligation),
        petition_id=case.petition.id,
        referral_id=referral_id,
        owner=referral.to_tenant if referral and rule.owner is Owner.RECEIVER else case.petition.registered_by,
        obligation=rule.obligation,
        rule=rule.id,
        basis=f"{rule_set.name}{rule.article}",
        starts_on=days[rule.starts],
        due_on=period.nominal,
        effective_due_on=period.effective,
        provisional=period.provisional,
        lapses=rule.lapses,
        met_on=met_on,
        cancelled=met_on is None and ended_on is not None,
    )


def _period(
    rule: Rule, roll_forward: bool, start: date | None, referral: Referral | None, calendar: Calendar
) -> Due | None:
    """When the period ends; None before its start, and where the referral was to name the day and names none."""
    if start is None:
        return None
    if rule.length is not None and rule.unit is not None:
        return due(start=start, length=rule.length, unit=rule.unit, calendar=calendar, roll_forward=roll_forward)
    if referral is None or referral.due_on is None:
        return None
    return due_on(start=start, day=referral.due_on, calendar=calendar, roll_forward=roll_forward)


def _first(events: Iterable[Event], days: Mapping[Event, date]) -> date | None:
    return min((days[event] for event in events if event in days), default=None)


def _days(case: CaseFacts, referral: Referral | None) -> dict[Event, date]:
    """The legal day of each event that has happened, to the petition and to this referral."""
    days = {
        Event.PETITION_RECEIVED: case.petition.received_on,
        Event.PETITION_REFERRED: min((each.sent_on for each in case.referrals if each.stands), default=None),
        Event.PETITION_CLOSED: case.closure.closed_on if case.closure else None,
    }
    if referral is not None:
        days |= {
            Event.REFERRAL_SENT: referral.sent_on,
            Event.REFERRAL_RECEIVED: referral.received_on,
            Event.REFERRAL_OBJECTED: referral.objection.raised_on if referral.objection else None,
            Event.REFERRAL_ACCEPTED: referral.accepted_on,
            Event.REFERRAL_ANSWERED: referral.answer.answered_on if referral.answer else None,
            Event.REFERRAL_ENDED: None if referral.stands else referral.ended_on,
        }
    return {event: day for event, day in days.items() if day is not None}
