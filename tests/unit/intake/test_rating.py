"""Ratings: what is rated, when, and with what reason."""

from typing import Any

import pytest

from services.common.errors import HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.intake import Nature
from services.contracts.ratings import RatingSide, RatingValue, RecordRating
from services.contracts.routing import ReferralRole, ReferralState
from services.intake.rating import check_ratable, rating, remark
from tests.unit.intake.made import TODAY, petition, referral

OFFICE, BODY = RatingSide.OFFICE, RatingSide.BODY
LEAD, SUPPORT = ReferralRole.LEAD, ReferralRole.SUPPORT


@pytest.mark.parametrize("side", list(RatingSide), ids=str)
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"anonymous": True}, WrongState),
        ({"nature": Nature.ACCUSATION}, WrongState),
        ({"historical": True}, HistoricalPetition),
    ],
)
def test_what_is_not_rated_at_all(changes: dict[str, Any], refusal: type[Refusal], side: RatingSide) -> None:
    with pytest.raises(refusal, match="不参加满意度评价"):
        check_ratable(petition=petition(**changes), side=side, referrals=[referral(LEAD, ReferralState.DELIVERED)])


@pytest.mark.parametrize("role", list(ReferralRole), ids=str)
@pytest.mark.parametrize("state", list(ReferralState), ids=str)
def test_a_body_is_rated_after_the_leads_answer_was_delivered(role: ReferralRole, state: ReferralState) -> None:
    held = [referral(role, state)]
    check_ratable(petition=petition(), side=OFFICE, referrals=held)
    if role is LEAD and state in {ReferralState.DELIVERED, ReferralState.CLOSED}:
        check_ratable(petition=petition(), side=BODY, referrals=held)
    else:
        with pytest.raises(WrongState, match="尚未送达"):
            check_ratable(petition=petition(), side=BODY, referrals=held)


@pytest.mark.parametrize("reason", [None, " "])
def test_dissatisfaction_has_a_reason(reason: str | None) -> None:
    unhappy = RecordRating(petition_id="p", side=BODY, value=RatingValue.DISSATISFIED, reason=reason)
    with pytest.raises(InvalidInput) as refused:
        rating(command=unhappy, tenant="xfj", today=TODAY)
    assert refused.value.field == "reason"


def test_a_rating_is_one_for_each_side_and_reads_as_people_say_it() -> None:
    given = rating(
        command=RecordRating(petition_id="p", side=BODY, value=RatingValue.DISSATISFIED, reason=" 拖得太久 "),
        tenant="xfj",
        today=TODAY,
    )
    assert (given.id, given.rated_on, given.recorded_by) == ("p.BODY", TODAY, "xfj")
    assert remark(given) == "对责任单位：不满意（拖得太久）"
    happy = rating(
        command=RecordRating(petition_id="p", side=OFFICE, value=RatingValue.SATISFIED), tenant="xfj", today=TODAY
    )
    assert (happy.id, remark(happy)) == ("p.OFFICE", "对信访部门：满意")
