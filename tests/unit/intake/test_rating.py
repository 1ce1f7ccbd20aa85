"""Ratings: what is rated, when, and with what reason."""

from datetime import date
from typing import Any

import pytest

from services.common.errors import HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.intake import Nature
from services.contracts.ratings import Rating, RatingSide, RatingState, RatingValue, RatingWay, RatingWindow
from services.intake.rating import RatingGiven, RatingOver, check_ratable, rating, remark
from tests.unit.intake.made import TODAY, petition

OFFICE, BODY = RatingSide.OFFICE, RatingSide.BODY


def rated(side: RatingSide, value: RatingValue, reason: str | None = None, **changes: Any) -> Rating:
    return rating(
        petition=petition(**changes),
        side=side,
        value=value,
        reason=reason,
        way=RatingWay.FOLLOW_UP,
        recorded_by="xfj",
        today=TODAY,
    )


@pytest.mark.parametrize("side", list(RatingSide), ids=str)
@pytest.mark.parametrize(
    ("changes", "refusal", "why"),
    [
        ({"anonymous": True}, WrongState, "匿名件"),
        ({"nature": Nature.ACCUSATION}, WrongState, "检举控告"),
        ({"historical": True}, HistoricalPetition, "历史件"),
        ({}, WrongState, "不予受理"),
    ],
)
def test_what_is_not_rated_at_all_is_told_why(
    changes: dict[str, Any], refusal: type[Refusal], why: str, side: RatingSide
) -> None:
    window = RatingWindow(side=side, state=RatingState.NOT_RATED_AT_ALL)
    with pytest.raises(refusal, match=f"{why}.*不参加满意度评价"):
        check_ratable(petition=petition(**changes), window=window)


@pytest.mark.parametrize(
    ("window", "refusal", "why"),
    [
        (RatingWindow(side=BODY, state=RatingState.NOT_OPEN), WrongState, "答复尚未送达"),
        (RatingWindow(side=OFFICE, state=RatingState.NOT_OPEN), WrongState, "尚未转送"),
        (RatingWindow(side=BODY, state=RatingState.NOT_OPEN, opens_on=date(2026, 12, 1)), WrongState, "2026-12-01"),
        (RatingWindow(side=BODY, state=RatingState.RATED), RatingGiven, "已记录"),
        # The last day is named.
        (RatingWindow(side=BODY, state=RatingState.EXPIRED, ends_on=date(2026, 11, 21)), RatingOver, "2026-11-21"),
    ],
)
def test_outside_of_its_window_a_side_is_not_rated(window: RatingWindow, refusal: type[Refusal], why: str) -> None:
    with pytest.raises(refusal, match=why):
        check_ratable(petition=petition(), window=window)


def test_within_its_window_a_side_is_rated() -> None:
    check_ratable(petition=petition(), window=RatingWindow(side=BODY, state=RatingState.OPEN, ends_on=TODAY))


@pytest.mark.parametrize("reason", [None, " "])
def test_dissatisfaction_has_a_reason(reason: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        rated(BODY, RatingValue.DISSATISFIED, reason)
    assert refused.value.field == "reason"


def test_a_rating_is_one_for_each_side_and_reads_as_people_say_it() -> None:
    given = rated(BODY, RatingValue.DISSATISFIED, " 拖得太久 ")
    assert (given.id, given.rated_on, given.recorded_by) == ("p.BODY", TODAY, "xfj")
    assert remark(given) == "对责任单位：不满意（拖得太久）"
    happy = rated(OFFICE, RatingValue.SATISFIED)
    assert (happy.id, remark(happy)) == ("p.OFFICE", "对信访部门：满意")


def test_a_rating_is_hidden_from_whom_its_petition_is() -> None:
    assert rated(OFFICE, RatingValue.SATISFIED).named is None
    barred = rated(OFFICE, RatingValue.SATISFIED, accused_users=["li"])
    assert barred.named == petition(accused_users=["li"]).named != frozenset()
