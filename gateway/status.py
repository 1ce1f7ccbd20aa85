"""The status that people read on a petition, from its referrals and its closure. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.contracts.base import Labelled
from services.contracts.deadlines import Clock
from services.contracts.intake import Petition
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral, ReferralKind, ReferralRole, ReferralState

NOTHING_DUE = date(9999, 12, 31)


class PetitionStatus(Labelled):
    REGISTERED = "REGISTERED", "已登记，待转送交办"
    REFERRED = "REFERRED", "已转送交办，待签收"
    RECEIVED = "RECEIVED", "已签收，待受理"
    OBJECTED = "OBJECTED", "提出异议，待核实"
    DISPUTED = "DISPUTED", "职责有争议，待协调"
    RETURNED = "RETURNED", "已退回，待重新转送交办"
    REFUSED = "REFUSED", "不予受理，待核实办结"
    ACCEPTED = "ACCEPTED", "已受理，办理中"
    REWORK = "REWORK", "退回重办"
    ANSWERED = "ANSWERED", "已答复，待送达"
    DELIVERED = "DELIVERED", "答复已送达，待办结"
    CLOSED = "CLOSED", "已办结"
    HISTORICAL = "HISTORICAL", "历史件"


BY_REFERRAL: dict[ReferralState, PetitionStatus] = {
    ReferralState.SENT: PetitionStatus.REFERRED,
    ReferralState.RECEIVED: PetitionStatus.RECEIVED,
    ReferralState.OBJECTED: PetitionStatus.OBJECTED,
    ReferralState.DISPUTED: PetitionStatus.DISPUTED,
    ReferralState.ACCEPTED: PetitionStatus.ACCEPTED,
    ReferralState.REFUSED: PetitionStatus.REFUSED,
    ReferralState.IN_PROGRESS: PetitionStatus.ACCEPTED,
    ReferralState.REWORK: PetitionStatus.REWORK,
    ReferralState.ANSWERED: PetitionStatus.ANSWERED,
    ReferralState.DELIVERED: PetitionStatus.DELIVERED,
    ReferralState.CLOSED: PetitionStatus.CLOSED,
}


def petition_status(*, petition: Petition, referrals: list[Referral], closure: Closure | None) -> PetitionStatus:
    """Follows the lead body; without one, says whether the case came back or never left.

    What a body forwarded within (``ReferralRole.UNIT``) is its own affair and says nothing of the case.
    """
    if petition.historical:
        return PetitionStatus.HISTORICAL
    if closure is not None:
        return PetitionStatus.CLOSED
    for referral in referrals:
        if referral.stands and referral.role is ReferralRole.LEAD:
            return BY_REFERRAL[referral.state]
    if any(each.state is ReferralState.RETURNED and each.role is not ReferralRole.UNIT for each in referrals):
        return PetitionStatus.RETURNED
    return PetitionStatus.REGISTERED


def disposition(referrals: Iterable[Referral]) -> ReferralKind | None:
    """What was decided to do with the item (IN-13): keep it, transfer it or assign it; None while nobody has decided.

    Of several lead hand-overs that stand the newest counts. What is put aside before it is registered is a draft.
    """
    leads = [each for each in referrals if each.stands and each.role is ReferralRole.LEAD]
    newest = max(leads, key=lambda each: (each.sent_at, each.id), default=None)
    return newest.kind if newest else None


def parties(*, petition: Petition, referrals: list[Referral], reviews: list[Review]) -> set[str]:
    """The tenants that see the case, besides the county office: who registered it, who holds it or has a branch of
    what another holds, who decides an open dispute about it, and who reviews it. Of these never one that it accuses
    (Art. 30).
    """
    by_id = {each.id: each for each in referrals}
    held = [each for each in referrals if is_held(each, by_id)]
    deciders = {each.dispute.decider for each in held if each.dispute and each.dispute.decided_on is None}
    concerned = {each.to_tenant for each in held} | deciders | {review.body for review in reviews}
    return {petition.registered_by} | (concerned - set(petition.accused))


def is_held(referral: Referral, by_id: Mapping[str, Referral]) -> bool:
    """A branch falls with what it branches from, whatever its own state says."""
    if not referral.stands or referral.parent_id is None:
        return referral.stands
    parent = by_id.get(referral.parent_id)
    return parent is not None and is_held(parent, by_id)


def owed(clock: Clock) -> bool:
    """Whether its last day counts for the next due day of its petition: an office's duty that runs."""
    return clock.open and clock.paused_since is None and not clock.lapses and not clock.petitioner_side
