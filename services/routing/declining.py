"""Not accepting what one has registered oneself (IN-15). Pure.

It is two acts that exist, in one: keeping the item (自办) and refusing it (不予受理). So the notice to the
petitioner, the clocks and what may follow (纠正不予受理, 办结) are those of any refusal, and each act is checked by its
own rules besides.
"""

from services.common import accused
from services.common.errors import Forbidden, WrongState
from services.contracts.actor import Actor
from services.contracts.intake import Petition
from services.contracts.referral_commands import Addressee, DeclinePetition, ReferPetition, RefuseReferral
from services.contracts.routing import Referral, ReferralKind


def check_declinable(*, actor: Actor, petition: Petition, standing: list[Referral]) -> None:
    """Only who registered it, and as long as nobody has it. Raises a refusal; ``AccusedUnit`` for who is accused."""
    if actor.tenant != petition.registered_by:
        raise Forbidden("登记时不予受理应由登记单位办理；已转送交办的，由承办单位办理“不予受理”")
    accused.check_actor(petition=petition, actor=actor, doing="决定对该件不予受理")
    if standing:
        raise WrongState("该件已有承办单位，请由主办单位在该次转送、交办或自办上办理“不予受理”；误转的请先撤回")


def kept(*, command: DeclinePetition, actor: Actor) -> ReferPetition:
    """The first act: the tenant keeps the item for itself."""
    return ReferPetition(
        petition=command.petition,
        petition_version=command.petition_version,
        kind=ReferralKind.OWN,
        to=[Addressee(tenant=actor.tenant)],
        against_reason=f"登记时不予受理：{command.reason.label}",
    )


def refused(*, command: DeclinePetition, referral_id: str) -> RefuseReferral:
    """The second act, on the referral that the first one made."""
    return RefuseReferral(
        referral_id=referral_id, reason=command.reason, way=command.way, explanation=command.explanation
    )
