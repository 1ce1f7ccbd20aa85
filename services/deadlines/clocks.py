"""One clock from the limits that rules set for one obligation of one thing."""

import msgspec

from services.common.workdays import Calendar
from services.contracts.deadlines import Binding, Clock, Event, GrantedExtension
from services.contracts.extensions import Extension
from services.contracts.intake import Petition, Urgency
from services.contracts.reviews import CaseOwner
from services.contracts.rules import RuleKind, Warnings
from services.deadlines.bounds import (
    Limit,
    first_of,
    hearing_days,
    hearing_since,
    longer,
    of_instants,
    opening,
    tightest,
)
from services.deadlines.events import CaseFacts, Subject
from services.deadlines.marks import marks_of


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What binds, and what there is beside it."""

    legal: Limit | None
    internal: Limit | None
    binding: Limit
    extended: bool = False
    """What binds is what an extension has made of one of the two."""
    extension: GrantedExtension | None = None
    extendable_days: int = 0
    """Of what may be extended, before anything is known of how the clock ended."""
    extendable_by: str | None = None


def clock_of(
    *,
    id: str,
    owner: str,
    limits: list[Limit],
    case: CaseFacts,
    subject: Subject,
    extension: Extension | None,
    warnings: Warnings,
    calendar: Calendar,
) -> Clock:
    """The clock: it ends with the tightest limit; what meets, cancels and pauses it is what the law says of it."""
    found = _bound(limits, extension, calendar)
    binding = found.binding
    # A regime that was loaded beside an older law file may differ in more than its length: the law's word counts.
    rule = (found.legal or binding).rule
    opens_on = opening(rule, binding.start, calendar)
    met = first_of(rule.met_by, subject.events, since=opens_on)
    ended = first_of(rule.cancelled_by, subject.events)
    if met and ended and ended.on < met.on:
        met = None
    running = met is None and ended is None
    extendable = running and not rule.lapses
    paused_since = hearing_since(rule, subject)
    if not running or (paused_since and paused_since > binding.due.effective):
        # It had ended before the hearing began: there was nothing left to stand still.
        paused_since = None
    return Clock(
        id=id,
        petition_id=case.petition.id,
        petition_number=case.petition.number,
        referral_id=subject.referral_id,
        subject_id=subject.id if subject.id != subject.referral_id else None,
        owner=owner,
        obligation=rule.obligation,
        rule=binding.rule.id,
        basis=binding.basis,
        binding=_binding(found),
        legal=found.legal.bound if found.legal else None,
        internal=found.internal.bound if found.internal else None,
        extension=found.extension,
        pauses=[span for span in hearing_days(rule, subject) if span.first <= binding.due.effective],
        paused_since=paused_since,
        starts_on=binding.start.on,
        starts_at=binding.starts_at,
        opens_on=opens_on,
        due_on=binding.due.nominal,
        effective_due_on=binding.due.effective,
        due_at=binding.due_at,
        provisional=binding.due.provisional,
        lapses=rule.lapses,
        petitioner_side=rule.petitioner_side,
        extendable_days=found.extendable_days if extendable else 0,
        extendable_by=found.extendable_by if extendable else None,
        marks=[] if paused_since else marks_of(binding, warnings=warnings, lapses=rule.lapses),
        met_on=met.on if met else None,
        met_at=met.at if met and of_instants(binding.rule) else None,
        cancelled=met is None and ended is not None,
        first_receiver=case.petition.registrar_name or case.petition.registrar,
        case_owner=leader_named(case.owner),
        urgent=of_instants(binding.rule) or _pressing(case.petition),
        expected_on=subject.expected_on if Event.REFERRAL_ANSWERED in rule.met_by else None,
        restricted_to=None if case.petition.named is None else sorted(case.petition.named),
    )


def _bound(limits: list[Limit], extension: Extension | None, calendar: Calendar) -> Limits:
    """Which limit binds.

    An extension moves the limit that binds where its own rule allows one, and never past the law's; otherwise the
    law's, and what is granted by the law puts the internal limit aside. It is used once.
    """
    legal = tightest(each for each in limits if each.legal)
    internal = tightest(each for each in limits if not each.legal)
    binding = min((each for each in (legal, internal) if each), key=lambda each: each.due_at)
    base = next((each for each in (binding, legal) if each and each.rule.extension), None)
    if base is None or base.rule.extension is None:
        return Limits(legal=legal, internal=internal, binding=binding)
    allowed = base.rule.extension
    basis = f"{base.rule_set.name}{allowed.article}"
    if extension is None:
        return Limits(
            legal=legal, internal=internal, binding=binding, extendable_days=allowed.length, extendable_by=basis
        )
    moved = longer(base, extension, calendar)
    by_law = legal if legal and base is not legal and legal.due_at < moved.due_at else None
    granted = GrantedExtension(
        id=extension.id,
        days=min(extension.days, allowed.length),
        basis=basis,
        granted_on=extension.decided_on or extension.requested_on,
        reason=extension.reason,
    )
    return Limits(legal=legal, internal=internal, binding=by_law or moved, extended=by_law is None, extension=granted)


def _binding(found: Limits) -> Binding:
    if found.extended:
        return Binding.EXTENDED
    if found.binding.rule.named_day:
        return Binding.NAMED
    if found.binding.rule_set.kind is RuleKind.SPECIAL:
        return Binding.SPECIAL
    return Binding.LEGAL if found.binding.legal else Binding.INTERNAL


def leader_named(owner: CaseOwner | None) -> str | None:
    if owner is None:
        return None
    return f"{owner.leader}（{owner.post}）" if owner.post else owner.leader


def _pressing(petition: Petition) -> bool:
    return petition.urgency in (Urgency.URGENT, Urgency.CRITICAL)
