"""What the petitioner thinks of the work (满意度评价): what may be rated, and what is rated. Pure.

When a side may be rated is said in ``services.contracts.rating_windows``.
"""

from datetime import date

from services.common.errors import HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.intake import Nature, Petition
from services.contracts.ratings import Rating, RatingSide, RatingState, RatingValue, RatingWay, RatingWindow


class RatingGiven(Refusal):
    code = "RATING_GIVEN"
    default = "该评价已记录，每件对信访部门和责任单位各评价一次，不能重复或更改"


class RatingOver(Refusal):
    code = "RATING_OVER"
    default = "评价期已满，按超期未评价计，不能再评价；对办理结果仍有意见的，请依法申请复查、复核"


def check_ratable(*, petition: Petition, window: RatingWindow) -> None:
    """Raises a refusal for what is not rated at all, not yet, already, or not any more."""
    if window.state is RatingState.NOT_RATED_AT_ALL:
        raise _not_at_all(petition)
    if window.state is RatingState.NOT_OPEN:
        raise WrongState(_not_yet(window))
    if window.state is RatingState.RATED:
        raise RatingGiven(field="side")
    if window.state is RatingState.EXPIRED:
        message = f"{window.side.label}的评价期已于 {window.ends_on} 届满，按超期未评价计，不能再评价"
        raise RatingOver(message, field="side")


def _not_at_all(petition: Petition) -> Refusal:
    if petition.historical:
        return HistoricalPetition("历史件不参加满意度评价")
    if petition.nature is Nature.ACCUSATION:
        return WrongState("检举控告不参加满意度评价")
    if petition.anonymous:
        return WrongState("匿名件或无法联系信访人的事项不参加满意度评价")
    return WrongState("不予受理的事项不参加满意度评价")


def _not_yet(window: RatingWindow) -> str:
    if window.opens_on is not None:
        return f"自 {window.opens_on} 起方可评价"
    if window.side is RatingSide.BODY:
        return "主办单位的答复尚未送达，送达后方可评价责任单位"
    return "该件尚未转送、交办，也未书面告知信访人，此后方可评价信访部门"


def rating(
    *,
    petition: Petition,
    side: RatingSide,
    value: RatingValue,
    reason: str | None,
    way: RatingWay,
    recorded_by: str,
    today: date,
) -> Rating:
    """The rating. ``reason``: already without what is masked in texts.

    Raises ``InvalidInput`` where dissatisfaction has no reason.
    """
    reason = (reason or "").strip() or None
    if value is RatingValue.DISSATISFIED and reason is None:
        raise InvalidInput("评价为不满意的，请填写不满意的原因", field="reason")
    return Rating(
        id=rating_id(petition.id, side),
        petition_id=petition.id,
        restricted_to=None if petition.named is None else sorted(petition.named),
        side=side,
        value=value,
        reason=reason,
        rated_on=today,
        recorded_by=recorded_by,
        way=way,
    )


def rating_id(petition_id: str, side: RatingSide) -> str:
    return f"{petition_id}.{side}"


def remark(given: Rating) -> str:
    return f"{given.side.label}：{given.value.label}" + (f"（{given.reason}）" if given.reason else "")
