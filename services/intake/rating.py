"""What the petitioner thinks of the work (满意度评价): who may be rated when. Pure."""

from datetime import date

from services.common.errors import HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.intake import Nature, Petition
from services.contracts.ratings import Rating, RatingSide, RatingValue, RecordRating
from services.contracts.routing import Referral, ReferralRole, ReferralState

DELIVERED = frozenset({ReferralState.DELIVERED, ReferralState.CLOSED})


class RatingGiven(Refusal):
    code = "RATING_GIVEN"
    default = "该评价已记录，每件对信访部门和责任单位各评价一次，不能重复或更改"


def check_ratable(*, petition: Petition, side: RatingSide, referrals: list[Referral]) -> None:
    """Raises a refusal for what is not rated at all, and for a body that has not delivered its answer."""
    if petition.historical:
        raise HistoricalPetition("历史件不参加满意度评价")
    if petition.nature is Nature.ACCUSATION:
        raise WrongState("检举控告不参加满意度评价")
    if petition.anonymous:
        raise WrongState("匿名件或无法联系信访人的事项不参加满意度评价")
    answered = any(referral.role is ReferralRole.LEAD and referral.state in DELIVERED for referral in referrals)
    if side is RatingSide.BODY and not answered:
        raise WrongState("主办单位的答复尚未送达，送达后方可评价责任单位")


def rating(*, command: RecordRating, tenant: str, today: date) -> Rating:
    """Raises ``InvalidInput`` where dissatisfaction has no reason."""
    reason = (command.reason or "").strip() or None
    if command.value is RatingValue.DISSATISFIED and reason is None:
        raise InvalidInput("评价为不满意的，请填写信访人所说的原因", field="reason")
    return Rating(
        id=f"{command.petition_id}.{command.side}",
        petition_id=command.petition_id,
        side=command.side,
        value=command.value,
        reason=reason,
        rated_on=today,
        recorded_by=tenant,
    )


def remark(given: Rating) -> str:
    return f"{given.side.label}：{given.value.label}" + (f"（{given.reason}）" if given.reason else "")
