"""The life of a referral as one table: whose act it is, and from which state it leads to which.

Pure. A hand-over takes one of four forms: to a lead, to a support, kept by its sender (自办), and forwarded down. What
a form does otherwise than a lead's stands in the table beside it. ``docs/referrals.md`` is drawn from here. The
articles are those of 《信访工作条例》 (2022).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

import msgspec

from services.common.errors import Forbidden, Refusal, WrongState
from services.contracts.actor import HANDLES_CASES, Actor, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.base import Labelled
from services.contracts.routing import Referral, ReferralKind, ReferralRole
from services.contracts.routing import ReferralState as S

Moves = Mapping[S, S]
"""From which state to which; a state that leads to itself stays."""


class Side(Enum):
    """Who may act. The county office stands beside every sender, decider and registrar."""

    SENDER = "转送（交办）单位"
    RECEIVER = "承办单位"
    EITHER = "转送单位或承办单位"
    DECIDER = "协调决定单位"
    REGISTRAR = "登记单位或县信访局"


class Form(Labelled):
    LEAD = "LEAD", "主办"
    SUPPORT = "SUPPORT", "协办"
    OWN = "OWN", "自办"
    UNIT = "UNIT", "下转"


@dataclass(frozen=True)
class Rule:
    """One act. ``support``, ``own`` and ``unit`` are None where they move as a lead's does; empty: they know it not."""

    side: Side
    roles: frozenset[Role]
    lead: Moves
    support: Moves | None = None
    own: Moves | None = None
    unit: Moves | None = None

    def moves(self, form: Form) -> Moves:
        other = {Form.LEAD: None, Form.SUPPORT: self.support, Form.OWN: self.own, Form.UNIT: self.unit}[form]
        return self.lead if other is None else other


def _to(target: S, *sources: S) -> Moves:
    return dict.fromkeys(sources, target)


def _stays(*sources: S) -> Moves:
    return {source: source for source in sources}


NEVER: Moves = {}
DECIDE = frozenset({Role.CLERK, Role.HEAD})
"""Who decides for the tenant: a case worker (承办员) receives, notes, answers and delivers."""
COORDINATE = DECIDE | {Role.LEADER}

HELD = (S.RECEIVED, S.ACCEPTED, S.IN_PROGRESS, S.REWORK)
BEING_HANDLED = (S.ACCEPTED, S.IN_PROGRESS, S.REWORK)
WITH_THE_UNIT = (S.RECEIVED, S.IN_PROGRESS, S.REWORK)
"""A unit owes the petitioner no notice of acceptance: what it received it handles."""

RULES: dict[Act, Rule] = {
    # A mistake: before receipt. Own handling was received when it was made, and is withdrawn before it is accepted.
    Act.WITHDRAWN: Rule(
        *(Side.SENDER, HANDLES_CASES),
        lead=_to(S.WITHDRAWN, S.SENT),
        own=_to(S.WITHDRAWN, S.RECEIVED),
        unit=_to(S.WITHDRAWN, S.SENT, S.OBJECTED, *WITH_THE_UNIT, S.ANSWERED),
    ),
    Act.RECEIVED: Rule(Side.RECEIVER, HANDLES_CASES, lead=_to(S.RECEIVED, S.SENT), own=NEVER),
    Act.FORWARDED: Rule(Side.RECEIVER, DECIDE, lead=_stays(*HELD), unit=_stays(*WITH_THE_UNIT)),
    # Art. 23 ¶3: objection with reasons; returned only after the sender has verified and agreed.
    Act.OBJECTED: Rule(Side.RECEIVER, HANDLES_CASES, lead=_to(S.OBJECTED, S.RECEIVED), own=NEVER),
    Act.OBJECTION_UPHELD: Rule(Side.SENDER, DECIDE, lead=_to(S.RETURNED, S.OBJECTED), own=NEVER),
    Act.OBJECTION_DISMISSED: Rule(Side.SENDER, DECIDE, lead=_to(S.RECEIVED, S.OBJECTED), own=NEVER),
    # Art. 24: the common superior decides. Within one body its own order does.
    Act.DISPUTE_RAISED: Rule(Side.RECEIVER, DECIDE, lead=_to(S.DISPUTED, S.RECEIVED), own=NEVER, unit=NEVER),
    Act.DISPUTE_STAYS: Rule(Side.DECIDER, COORDINATE, lead=_to(S.RECEIVED, S.DISPUTED), own=NEVER, unit=NEVER),
    Act.DISPUTE_MOVES: Rule(Side.DECIDER, COORDINATE, lead=_to(S.RETURNED, S.DISPUTED), own=NEVER, unit=NEVER),
    Act.ACCEPTED: Rule(Side.RECEIVER, HANDLES_CASES, lead=_to(S.ACCEPTED, S.RECEIVED), unit=NEVER),
    # Art. 19, 23: one notice to the petitioner, the lead's.
    Act.REFUSED: Rule(Side.RECEIVER, DECIDE, lead=_to(S.REFUSED, S.RECEIVED), support=NEVER, unit=NEVER),
    Act.REFUSAL_OVERRULED: Rule(Side.SENDER, DECIDE, lead=_to(S.RECEIVED, S.REFUSED), support=NEVER, unit=NEVER),
    Act.PROGRESS_NOTED: Rule(
        *(Side.RECEIVER, HANDLES_CASES),
        lead={**_to(S.IN_PROGRESS, S.ACCEPTED, S.IN_PROGRESS), **_stays(S.REWORK)},
        unit={**_to(S.IN_PROGRESS, S.RECEIVED, S.IN_PROGRESS), **_stays(S.REWORK)},
    ),
    Act.ANSWERED: Rule(
        *(Side.RECEIVER, HANDLES_CASES),
        lead=_to(S.ANSWERED, *BEING_HANDLED),
        unit=_to(S.ANSWERED, *WITH_THE_UNIT),
    ),
    Act.SENT_BACK: Rule(Side.SENDER, DECIDE, lead=_to(S.REWORK, S.ANSWERED)),
    # The part of a support or a unit goes into the lead's answer and is not delivered by itself.
    Act.DELIVERED: Rule(
        *(Side.EITHER, HANDLES_CASES), lead=_to(S.DELIVERED, S.ANSWERED), support=NEVER, unit=NEVER
    ),
    # Follows when the case is closed. Where the lead refused, nothing is left for a support to do.
    Act.PART_CLOSED: Rule(
        *(Side.REGISTRAR, HANDLES_CASES),
        lead=_to(S.CLOSED, S.DELIVERED, S.REFUSED),
        support=_to(S.CLOSED, S.SENT, S.OBJECTED, S.DISPUTED, *HELD, S.ANSWERED),
        unit=_to(S.CLOSED, S.ANSWERED),
    ),
}  # fmt: skip

WHY_NEVER = {
    Form.LEAD: "主办件不能{act}",
    Form.SUPPORT: "协办件由主办单位对信访人统一告知、送达，不能{act}；不属于本单位职责的，请提出异议",
    Form.OWN: "自办件没有转送单位，不能{act}；不属于本单位职责的，请撤回后转送、交办",
    Form.UNIT: "下转件由下转单位对信访人受理、告知和送达，不能{act}；承办中的问题请报下转单位决定",
}


def form_of(referral: Referral) -> Form:
    if referral.kind is ReferralKind.OWN:
        return Form.OWN
    return {
        ReferralRole.LEAD: Form.LEAD,
        ReferralRole.SUPPORT: Form.SUPPORT,
        ReferralRole.UNIT: Form.UNIT,
    }[referral.role]


def refusal_of(*, referral: Referral, act: Act, actor: Actor) -> Refusal | None:
    """Why the actor may not do this now: ``Forbidden`` for side and role, ``WrongState`` for form and time."""
    rule = RULES[act]
    if not _is_on(rule.side, referral, actor):
        return Forbidden(f"“{act.label}”应由{rule.side.value}办理")
    if not actor.roles & rule.roles:
        roles = "、".join(role.label for role in Role if role in rule.roles)
        return Forbidden(f"“{act.label}”须由本单位的{roles}办理，请转告")
    form = form_of(referral)
    moves = rule.moves(form)
    if not moves:
        return WrongState(WHY_NEVER[form].format(act=act.label))
    if referral.state not in moves:
        needed = "、".join(sorted(state.label for state in moves))
        return WrongState(f"该件目前{referral.state.label}，不能{act.label}；须在“{needed}”状态下进行")
    return None


def check(*, referral: Referral, act: Act, actor: Actor) -> None:
    """Raises what ``refusal_of`` gives."""
    refusal = refusal_of(referral=referral, act=act, actor=actor)
    if refusal is not None:
        raise refusal


def advance(*, referral: Referral, act: Act, actor: Actor, **changes: object) -> Referral:
    """The referral after the act. Raises what ``check`` raises."""
    check(referral=referral, act=act, actor=actor)
    target = RULES[act].moves(form_of(referral))[referral.state]
    return msgspec.structs.replace(referral, state=target, **changes)


def withdrawn_with_parent(*, branch: Referral, today: date) -> Referral | None:
    """A branch that stands, after what it branches from has ended; None where it has ended itself.

    It follows by itself from an act on the parent, so nobody's side is asked for.
    """
    target = RULES[Act.WITHDRAWN].moves(Form.UNIT).get(branch.state)
    return None if target is None else msgspec.structs.replace(branch, state=target, ended_on=today)


def _is_on(side: Side, referral: Referral, actor: Actor) -> bool:
    county = actor.kind is TenantKind.COUNTY
    sender = county or actor.tenant == referral.from_tenant
    receiver = actor.tenant == referral.to_tenant
    if side is Side.DECIDER:
        return county or (referral.dispute is not None and actor.tenant == referral.dispute.decider)
    return {
        Side.SENDER: sender,
        Side.RECEIVER: receiver,
        Side.EITHER: sender or receiver,
        Side.REGISTRAR: county or actor.tenant == referral.registered_by,
    }[side]
