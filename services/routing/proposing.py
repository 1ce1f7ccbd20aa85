"""Who should answer a petition, and why: a pure function of petition, rules, directory, calendar and what a model says.

It never decides. Whoever the petition accuses is named nowhere in it: neither as lead or support nor as a runner-up or
by the model (Art. 30); neither is a body that can be given nothing on that day (Art. 24).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from services.common.workdays import Calendar, due
from services.contracts.actor import TenantKind
from services.contracts.deadlines import Unit
from services.contracts.directory import Organisation, OrgLevel
from services.contracts.intake import Petition, Urgency
from services.contracts.proposals import (
    Candidate,
    Diversion,
    LimitUnit,
    Proposal,
    RoutingRule,
    RoutingRules,
    Suggestion,
)
from services.contracts.routing import ReferralKind, ReferralRole
from services.routing.diversions import Order, diversion, ordered, orders, organ_of, outside
from services.routing.proposal_wording import BARRED, UNCOVERED, URGENT, cited, of_level
from services.routing.receiving import heirs
from services.routing.rules import OUTSIDE, PLACE, categories_in, fitting, matter_of, named_by, organs

MOST_RUNNERS_UP = 5
UNITS = {LimitUnit.CALENDAR_DAYS: Unit.CALENDAR_DAYS, LimitUnit.WORKING_DAYS: Unit.WORKING_DAYS}


@dataclass
class _Draft:
    """What is found on the way."""

    petition: Petition
    directory: Mapping[str, Organisation]
    day: date
    lead: Candidate | None = None
    supports: list[Candidate] = field(default_factory=list)
    runners_up: list[Candidate] = field(default_factory=list)
    barred: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    def bodies(self, reference: str) -> list[str]:
        """Whom a reference means, without those who are accused; of those who are gone, who took over."""
        named = named_by(reference, petition=self.petition, directory=self.directory)
        found = dict.fromkeys(heir for code in named for heir in [code, *heirs(code, self.directory, self.day)])
        self.barred += [code for code in found if code in self.petition.accused and code not in self.barred]
        standing = [code for code in found if self.directory[code].takes(self.day)]
        return [code for code in standing if code not in self.petition.accused]

    def runner_up(self, candidate: Candidate) -> None:
        taken = {one.tenant for one in [*self.runners_up, *([self.lead] if self.lead else [])]}
        if candidate.tenant not in taken and len(self.runners_up) < MOST_RUNNERS_UP:
            self.runners_up.append(candidate)


def propose(
    *,
    petition: Petition,
    rules: RoutingRules | None,
    directory: Mapping[str, Organisation],
    day: date,
    calendar: Calendar,
    suggestion: Suggestion | None,
) -> Proposal:
    """The proposal on this legal day, undecided. ``due_on`` is counted from it.

    Raises ``OutsideCalendar`` where a rule's limit leaves the calendar.
    """
    draft = _Draft(petition, directory, day)
    order = ordered(petition)
    by_rules = [] if rules is None else fitting(matter_of(petition, rules.categories), rules.rules, day)
    fired = None if order is not None and _by_law(draft, order) else _by_rules(draft, by_rules)
    for rule in by_rules:
        if rule is not fired and rule.lead != OUTSIDE:
            _as_runners_up(draft, rule)
    if rules is not None:
        _by_words(draft, rules)
    heard = _heard(draft, suggestion)
    diverted = _diversion(draft, order, fired)
    return Proposal(
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        restricted_to=None if petition.named is None else sorted(petition.named),
        rules=rules.version if rules else None,
        rule=fired.id if fired else draft.lead.rule if draft.lead else None,
        lead=draft.lead,
        supports=draft.supports,
        kind=_kind(draft, fired),
        due_on=_due_on(draft, fired, calendar),
        why=_why(draft),
        runners_up=draft.runners_up,
        barred=sorted(draft.barred),
        diversion=diverted,
        suggestion=heard,
    )


def same(one: Proposal, other: Proposal) -> bool:
    """Whether they propose the same. A later day alone, from which a limit is counted, makes no new proposal."""
    return msgspec.structs.replace(one, due_on=other.due_on, decision=other.decision) == other


def _by_law(draft: _Draft, order: Order) -> bool:
    """Names the organ to which the law diverts; tells whether the law leaves nothing to the county's rules."""
    if order.organ is None:
        return False
    code = organ_of(order.organ, petition=draft.petition, directory=draft.directory, day=draft.day)
    known = organs(order.organ, draft.directory)
    draft.barred += [one for one in known if one in draft.petition.accused]
    if code is None:
        return bool(draft.barred)
    why = f"{order.why}（{order.article}）"
    draft.lead = Candidate(tenant=code, role=ReferralRole.LEAD, rule=order.id, why=why)
    draft.why.append(why)
    if order.inform is not None and order.inform_why is not None:
        told = organ_of(order.inform, petition=draft.petition, directory=draft.directory, day=draft.day)
        draft.why.append(order.inform_why.format(body=draft.directory[told].name if told else order.inform.label))
    return True


def _by_rules(draft: _Draft, rules: Sequence[RoutingRule]) -> RoutingRule | None:
    """The first rule that names one body that can answer, or nobody of the county; it becomes the lead."""
    for rule in rules:
        if rule.lead == OUTSIDE:
            draft.why.append(f"{orders().outside.why}（{orders().outside.article}），依据{cited(rule)}")
            return rule
        bodies = draft.bodies(rule.lead)
        if len(bodies) == 1:
            draft.lead = _candidate(draft, bodies[0], rule)
            draft.why.append(draft.lead.why)
            _supports(draft, rule)
            return rule
    return None


def _candidate(draft: _Draft, code: str, rule: RoutingRule) -> Candidate:
    organisation = draft.directory[code]
    named = named_by(rule.lead, petition=draft.petition, directory=draft.directory)
    why = f"依据{cited(rule)}，由{organisation.name}办理"
    if code not in named:
        before = "、".join(draft.directory[one].name for one in named)
        why = f"{why}：{before}已撤并，由继续行使其职权的单位受理（《信访工作条例》第二十四条第二款）"
    return Candidate(tenant=code, role=ReferralRole.LEAD, unit=_unit(draft, organisation, rule), rule=rule.id, why=why)


def _unit(draft: _Draft, organisation: Organisation, rule: RoutingRule) -> str | None:
    """The rule's own, or of a township the village where the matter lies."""
    wanted = rule.unit or (draft.petition.place if rule.lead == PLACE else None)
    return wanted if wanted is not None and organisation.unit_name(wanted) is not None else None


def _supports(draft: _Draft, rule: RoutingRule) -> None:
    lead = draft.lead
    assert lead is not None
    named = [(code, f"依据{cited(rule)}，协助办理") for reference in rule.supports for code in draft.bodies(reference)]
    superior = draft.directory[lead.tenant].superior
    if draft.directory[lead.tenant].level is OrgLevel.UNIT and superior is not None:
        above = [code for code in draft.bodies(superior) if draft.directory[code].kind is not TenantKind.COUNTY]
        named += [(code, "承办单位是其下属单位，由其协调并跟踪督办") for code in above]
    for code, why in named:
        if code not in {lead.tenant, *(support.tenant for support in draft.supports)}:
            draft.supports.append(Candidate(tenant=code, role=ReferralRole.SUPPORT, rule=rule.id, why=why))


def _as_runners_up(draft: _Draft, rule: RoutingRule) -> None:
    for code in draft.bodies(rule.lead):
        draft.runner_up(_candidate(draft, code, rule))


def _by_words(draft: _Draft, rules: RoutingRules) -> None:
    """Without a category, the title tells what may be meant: no reason to decide, but one to look."""
    matter = matter_of(draft.petition, rules.categories)
    if matter.category is not None:
        return
    for path in categories_in(draft.petition.title, rules.categories):
        meant = msgspec.structs.replace(draft.petition, category=path)
        for rule in fitting(matter_of(meant, rules.categories), rules.rules, draft.day):
            if rule.categories and rule.lead != OUTSIDE:
                for code in draft.bodies(rule.lead):
                    candidate = _candidate(draft, code, rule)
                    why = f"标题中的用语多属于“{path}”；{candidate.why}"
                    draft.runner_up(msgspec.structs.replace(candidate, why=why))


def _heard(draft: _Draft, suggestion: Suggestion | None) -> Suggestion | None:
    """What the model says, without a body that is accused; for one that is gone, who took over; a sure one is a
    runner-up. It learned from the past, when there was another directory."""
    if suggestion is None or suggestion.body is None:
        return suggestion
    bodies = draft.bodies(suggestion.body)
    if len(bodies) != 1:
        return msgspec.structs.replace(suggestion, body=None, body_confidence=0.0)
    if not suggestion.unsure:
        why = f"与以往办结件相似，把握程度 {suggestion.body_confidence:.0%}（仅供参考）"
        draft.runner_up(Candidate(tenant=bodies[0], role=ReferralRole.LEAD, rule=None, why=why))
    return msgspec.structs.replace(suggestion, body=bodies[0])


def _diversion(draft: _Draft, order: Order | None, fired: RoutingRule | None) -> Diversion | None:
    if order is None:
        return outside() if fired is not None and fired.lead == OUTSIDE else None
    tenant = draft.directory[draft.lead.tenant] if draft.lead else None
    if order.organ is not None and fired is not None:
        tenant = None  # The county's rules took the place of an organ that its directory does not have.
    if order.organ is None:
        draft.why.append(f"{order.why}（{order.article}）")
    return diversion(order=order, route=draft.petition.route, tenant=tenant)


def _kind(draft: _Draft, fired: RoutingRule | None) -> ReferralKind | None:
    if draft.lead is None:
        return None
    if draft.lead.tenant == draft.petition.registered_by:
        return ReferralKind.OWN
    return ReferralKind.TRANSFER if fired is None or fired.kind is ReferralKind.OWN else fired.kind


def _due_on(draft: _Draft, fired: RoutingRule | None, calendar: Calendar) -> date | None:
    if draft.lead is None or fired is None or fired.limit is None:
        return None
    counted = due(
        start=draft.day, length=fired.limit, unit=UNITS[fired.limit_unit], calendar=calendar, roll_forward=True
    )
    return counted.effective


def _why(draft: _Draft) -> list[str]:
    """The deciding sentence first, what follows from the level next, and at last what to be careful of."""
    lead = draft.directory[draft.lead.tenant] if draft.lead else None
    said = list(draft.why)
    if lead is not None:
        own = lead.code == draft.petition.registered_by
        superior = draft.directory.get(lead.superior or "")
        said += of_level(lead=lead, superior=superior, own=own, joint=bool(draft.supports))
    if draft.barred:
        said.append(BARRED)
    if not said:
        said.append(UNCOVERED)
    if draft.petition.urgency is Urgency.CRITICAL:
        said.append(URGENT)
    return said
