"""The life of a referral as one table: which act leads from which state to which, and whose act it is.

Pure. The articles are those of 《信访工作条例》 (2022).
"""

from dataclasses import dataclass
from enum import Enum

import msgspec

from services.common.errors import Forbidden, WrongState
from services.contracts.actor import Actor, TenantKind
from services.contracts.acts import Act
from services.contracts.routing import Referral, ReferralKind, ReferralState


class Side(Enum):
    """Who may act: the tenant that sent (the county office stands beside every sender), or the one that received."""

    SENDER = "转送（交办）单位"
    RECEIVER = "承办单位"
    EITHER = "转送单位或承办单位"


@dataclass(frozen=True)
class Transition:
    sources: frozenset[ReferralState]
    target: ReferralState
    side: Side


def _from(*sources: ReferralState) -> frozenset[ReferralState]:
    return frozenset(sources)


TRANSITIONS: dict[Act, Transition] = {
    Act.WITHDRAWN: Transition(_from(ReferralState.SENT), ReferralState.WITHDRAWN, Side.SENDER),
    Act.RECEIVED: Transition(_from(ReferralState.SENT), ReferralState.RECEIVED, Side.RECEIVER),
    # Art. 23 ¶3: objection with reasons; returned only after the sender has verified and agreed.
    Act.OBJECTED: Transition(_from(ReferralState.RECEIVED), ReferralState.OBJECTED, Side.RECEIVER),
    Act.OBJECTION_UPHELD: Transition(_from(ReferralState.OBJECTED), ReferralState.RETURNED, Side.SENDER),
    Act.OBJECTION_DISMISSED: Transition(_from(ReferralState.OBJECTED), ReferralState.RECEIVED, Side.SENDER),
    Act.ACCEPTED: Transition(_from(ReferralState.RECEIVED), ReferralState.ACCEPTED, Side.RECEIVER),
    Act.ANSWERED: Transition(_from(ReferralState.ACCEPTED), ReferralState.ANSWERED, Side.RECEIVER),
    Act.DELIVERED: Transition(_from(ReferralState.ANSWERED), ReferralState.DELIVERED, Side.EITHER),
    # A supporting body's part goes into the lead's answer and is not delivered by itself.
    Act.PART_CLOSED: Transition(
        _from(ReferralState.ANSWERED, ReferralState.DELIVERED), ReferralState.CLOSED, Side.SENDER
    ),
}


# What a tenant handles itself (自办) was received when it was made: its tenant withdraws a mistake before accepting,
# and has nobody to object to.
OF_OWN: dict[Act, frozenset[ReferralState]] = {Act.WITHDRAWN: _from(ReferralState.RECEIVED), Act.OBJECTED: _from()}


def advance(*, referral: Referral, act: Act, actor: Actor, **changes: object) -> Referral:
    """The referral after the act. Raises ``Forbidden`` for the wrong side, ``WrongState`` for the wrong time."""
    transition = TRANSITIONS[act]
    if not _is_on(transition.side, referral, actor):
        raise Forbidden(f"“{act.label}”应由{transition.side.value}办理")
    own = OF_OWN.get(act) if referral.kind is ReferralKind.OWN else None
    sources = transition.sources if own is None else own
    if not sources:
        raise WrongState(f"自办件没有转送单位，不能{act.label}；不属于本单位职责的，请撤回后转送、交办")
    if referral.state not in sources:
        needed = "、".join(sorted(state.label for state in sources))
        raise WrongState(f"该件目前{referral.state.label}，不能{act.label}；须在“{needed}”状态下进行")
    return msgspec.structs.replace(referral, state=transition.target, **changes)


def _is_on(side: Side, referral: Referral, actor: Actor) -> bool:
    sender = actor.tenant == referral.from_tenant or actor.kind is TenantKind.COUNTY
    receiver = actor.tenant == referral.to_tenant
    return {Side.SENDER: sender, Side.RECEIVER: receiver, Side.EITHER: sender or receiver}[side]
