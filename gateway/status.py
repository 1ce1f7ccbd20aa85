"""The status that people read on a petition, from its referrals and its closure. Pure."""

from datetime import date

from services.contracts.base import Labelled
from services.contracts.deadlines import Clock
from services.contracts.intake import Petition
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral, ReferralRole, ReferralState

NOTHING_DUE = date(9999, 12, 31)


class PetitionStatus(Labelled):
    REGISTERED = "REGISTERED", "已登记，待转送交办"
    REFERRED = "REFERRED", "已转送交办，待签收"
    RECEIVED = "RECEIVED", "已签收，待受理"
    OBJECTED = "OBJECTED", "提出异议，待核实"
    RETURNED = "RETURNED", "已退回，待重新转送交办"
    ACCEPTED = "ACCEPTED", "已受理，办理中"
    ANSWERED = "ANSWERED", "已答复，待送达"
    DELIVERED = "DELIVERED", "答复已送达，待办结"
    CLOSED = "CLOSED", "已办结"
    HISTORICAL = "HISTORICAL", "历史件"


BY_REFERRAL: dict[ReferralState, PetitionStatus] = {
    ReferralState.SENT: PetitionStatus.REFERRED,
    ReferralState.RECEIVED: PetitionStatus.RECEIVED,
    ReferralState.OBJECTED: PetitionStatus.OBJECTED,
    ReferralState.ACCEPTED: PetitionStatus.ACCEPTED,
    ReferralState.ANSWERED: PetitionStatus.ANSWERED,
    ReferralState.DELIVERED: PetitionStatus.DELIVERED,
    ReferralState.CLOSED: PetitionStatus.CLOSED,
}


def petition_status(*, petition: Petition, referrals: list[Referral], closure: Closure | None) -> PetitionStatus:
    """Follows the lead body; without one, says whether the case came back or never left."""
    if petition.historical:
        return PetitionStatus.HISTORICAL
    if closure is not None:
        return PetitionStatus.CLOSED
    for referral in referrals:
        if referral.stands and referral.role is ReferralRole.LEAD:
            return BY_REFERRAL[referral.state]
    if any(referral.state is ReferralState.RETURNED for referral in referrals):
        return PetitionStatus.RETURNED
    return PetitionStatus.REGISTERED


def parties(*, petition: Petition, referrals: list[Referral], reviews: list[Review]) -> set[str]:
    """The tenants that see the case, besides the county office: who registered it, who holds it, who reviews it."""
    holders = {referral.to_tenant for referral in referrals if referral.stands}
    return {petition.registered_by} | holders | {review.body for review in reviews}


def owed(clock: Clock) -> bool:
    """Whether its last day counts for the next due day of its petition: an office's duty that runs."""
    return clock.open and clock.paused_since is None and not clock.lapses and not clock.petitioner_side
