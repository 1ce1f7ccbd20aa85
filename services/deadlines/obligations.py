"""Who owes what by when: the clocks of one case, as a pure function of its facts, the rules and the calendar.

Every rule that holds is held against the petition, or against each referral, review, supervision and promise of
it. The law and what a county has set for the same obligation make one clock: it ends with the tightest limit, and
keeps both. What happens first ends it: an event that meets it, or one that cancels it.
"""

import uuid
from collections.abc import Iterable

from services.common.workdays import Calendar, with_holidays
from services.contracts.deadlines import Clock, Obligation
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.intake import Petition, Route
from services.contracts.rules import LocalHoliday, Owner, Regime, Rule, RuleSet, Warnings
from services.deadlines.bounds import Limit, limit_of
from services.deadlines.clocks import clock_of
from services.deadlines.events import CaseFacts, Subject, subjects
from services.deadlines.rules import Rules

__all__ = ["CaseFacts", "clock_id", "obligations"]

CLOCK_IDS = uuid.UUID("5f0b1f0a-3f1b-5c57-9a53-0d7c4b8a6e21")
"""Namespace of clock ids. Never change it: stored clocks would not be found again."""


def obligations(*, case: CaseFacts, rules: Rules, regime: Regime | None, calendar: Calendar) -> list[Clock]:
    """The clocks of the case, ordered by their first day; the same facts give the same list.

    ``calendar`` is the national one: the days off that the county has set are laid over it here, for each owner
    his own. A historical item was finished before it came here, and an item older than the oldest regulation has no
    rule to count by: neither has clocks. Raises ``OutsideCalendar`` where a period leaves the calendar.
    """
    petition = case.petition
    law = rules.for_item(petition.received_on)
    if petition.historical or law is None:
        return []
    beside = (*rules.special, *(regime.rule_sets if regime else ()))
    sets = [law, *(each for each in beside if each.holds_on(petition.received_on))]
    approved = _approved(case.extensions)
    calendars = _Calendars(calendar, regime.holidays if regime else [])
    clocks: list[Clock] = []
    for subject in subjects(case):
        for obligation, limits in _limits(sets, petition, subject, calendars).items():
            found = clock_id(petition_id=petition.id, subject_id=subject.id, obligation=obligation)
            owner = _owner(limits[0].rule, petition, subject)
            clock = clock_of(
                id=found,
                owner=owner,
                limits=limits,
                case=case,
                subject=subject,
                extension=approved.get(found),
                warnings=_warnings(regime, owner),
                calendar=calendars.of(owner),
            )
            clocks.append(clock)
    return sorted(clocks, key=lambda clock: (clock.starts_on, clock.id))


def clock_id(*, petition_id: str, subject_id: str | None, obligation: Obligation) -> str:
    """The same clock has the same id, however often and by whatever rule it is computed.

    ``subject_id`` is the id of the referral, review, supervision or promise; None for the petition itself.
    """
    return str(uuid.uuid5(CLOCK_IDS, f"{petition_id}/{subject_id or ''}/{obligation}"))


class _Calendars:
    """The calendar of each owner, made once."""

    def __init__(self, national: Calendar, holidays: list[LocalHoliday]) -> None:
        self._national = national
        self._holidays = holidays
        self._made: dict[str, Calendar] = {}

    def of(self, owner: str) -> Calendar:
        if owner not in self._made:
            own = [each for each in self._holidays if each.tenants is None or owner in each.tenants]
            self._made[owner] = with_holidays(self._national, own)
        return self._made[owner]


def _limits(
    sets: Iterable[RuleSet], petition: Petition, subject: Subject, calendars: _Calendars
) -> dict[Obligation, list[Limit]]:
    """By obligation what the rules that apply set for the thing. Rules of one obligation name one owner."""
    found: dict[Obligation, list[Limit]] = {}
    for rule_set in sets:
        for rule in rule_set.rules:
            if rule.per is not subject.per or not _applies(rule, petition, subject):
                continue
            owner = _owner(rule, petition, subject)
            if rule.tenants is not None and owner not in rule.tenants:
                continue
            limit = limit_of(rule=rule, rule_set=rule_set, subject=subject, calendar=calendars.of(owner))
            if limit is not None:
                found.setdefault(rule.obligation, []).append(limit)
    return found


def _applies(rule: Rule, petition: Petition, subject: Subject) -> bool:
    """What the subject has none of (a review has no role) no rule for its kind asks for: loading sees to it."""
    return (
        petition.nature in rule.natures
        and petition.channel in rule.channels
        and petition.source in rule.sources
        and (petition.route or Route.PETITION) in rule.routes
        and petition.procedure in rule.procedures
        and petition.urgency in rule.urgencies
        and petition.registered_kind in rule.registrars
        and (rule.anonymous or not petition.anonymous)
        and (subject.kind is None or subject.kind in rule.kinds)
        and (subject.role is None or subject.role in rule.roles)
        and (subject.grade is None or subject.grade in rule.grades)
        and (subject.stage is None or subject.stage in rule.stages)
    )


def _owner(rule: Rule, petition: Petition, subject: Subject) -> str:
    if rule.owner is Owner.REGISTRAR or subject.tenant is None:
        return petition.registered_by
    return subject.tenant


def _approved(extensions: Iterable[Extension]) -> dict[str, Extension]:
    """By clock the extension that was granted; the first, should there ever be two."""
    granted = [each for each in extensions if each.state is ExtensionState.APPROVED]
    first_last = sorted(granted, key=lambda each: (each.decided_on or each.requested_on, each.id), reverse=True)
    return {each.clock_id: each for each in first_last}


def _warnings(regime: Regime | None, owner: str) -> Warnings:
    """The county's for the owner; the contract's defaults where it has set none."""
    found = (each for each in (regime.warnings if regime else []) if each.tenants is None or owner in each.tenants)
    return next(found, Warnings())
