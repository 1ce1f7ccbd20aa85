"""Reviews: every act from every state by every side, who reviews whom, and what may be asked for when (Art. 35, 36)."""

from datetime import date
from typing import Any

import pytest

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, TenantKind
from services.contracts.acts import Act
from services.contracts.reviews import Hearing, RequestReview, ReviewStage, ReviewState
from services.contracts.routing import ReferralRole, ReferralState
from services.routing import reviewing
from tests.unit.routing.made import DIRECTORY, TODAY, actor, delivered, organisation, referral, review

REVIEWER, HANDLER, STRANGER = actor("zrzy"), actor("station"), actor("slj")
REGISTRAR, COUNTY = actor("611021001", TenantKind.TOWNSHIP), actor("xfj", TenantKind.COUNTY)
# The road of a review, written down a second time by hand.
ALLOWED = {
    (Act.HEARING_OPENED, ReviewState.UNDER_REVIEW),
    (Act.HEARING_CLOSED, ReviewState.HEARING),
    (Act.REVIEW_DECIDED, ReviewState.UNDER_REVIEW),
    (Act.REVIEW_DELIVERED, ReviewState.DECIDED),
}
LEAD, FIRST, FINAL = ReferralRole.LEAD, ReviewStage.FIRST, ReviewStage.FINAL
ANSWERED = referral("zrzy", LEAD, ReferralState.DELIVERED, delivery=delivered(date(2026, 10, 30)))


@pytest.mark.parametrize("stage", list(ReviewStage), ids=str)
@pytest.mark.parametrize(
    "who",
    [REVIEWER, HANDLER, REGISTRAR, COUNTY, STRANGER],
    ids=["reviewer", "handler", "registrar", "county", "stranger"],
)
@pytest.mark.parametrize("state", list(ReviewState), ids=str)
@pytest.mark.parametrize("act", list(reviewing.TURNS), ids=str)
def test_each_cell_of_the_table(act: Act, state: ReviewState, who: Actor, stage: ReviewStage) -> None:
    found = review(state, stage=stage, body="zrzy", handling_body="station")
    assert found.state is state
    if who not in (REVIEWER, COUNTY):
        with pytest.raises(Forbidden, match=f"{stage.label}单位或县信访局"):
            reviewing.check_turn(review=found, act=act, actor=who)
    elif (act, state) in ALLOWED:
        reviewing.check_turn(review=found, act=act, actor=who)
    else:
        with pytest.raises(WrongState, match=state.label):
            reviewing.check_turn(review=found, act=act, actor=who)


@pytest.mark.parametrize(
    ("handling", "first", "expected"),
    [
        ("zrzy", None, "xfj"),
        ("station", None, "zrzy"),
        ("station", "zrzy", "xfj"),
        # The organ above the county office is not in the directory: the office enters what it decides.
        ("zrzy", "xfj", "xfj"),
    ],
)
def test_the_superior_of_who_answered_reviews(handling: str, first: str | None, expected: str) -> None:
    reviewed_first = review(ReviewState.DELIVERED, body=first) if first else None
    answered = referral(handling, LEAD, ReferralState.DELIVERED)
    found = reviewing.reviewing_body(referral=answered, first=reviewed_first, directory=DIRECTORY)
    assert found.code == expected


@pytest.mark.parametrize("handling", ["xfj", "orphan"])
def test_without_a_superior_in_the_directory_it_is_said_what_to_do(handling: str) -> None:
    answered = referral(handling, LEAD, ReferralState.DELIVERED)
    with pytest.raises(reviewing.NoSuperior, match=f"{handling}单位.*上一级机关"):
        reviewing.reviewing_body(referral=answered, first=None, directory=DIRECTORY)


@pytest.mark.parametrize("first", [None, "zrzy"])
def test_an_accused_unit_never_reviews(first: str | None) -> None:
    directory = {**DIRECTORY, "zrzy": organisation("zrzy", superior="gongan")}
    reviewed_first = review(ReviewState.DELIVERED, body=first) if first else None
    answered = referral("zrzy" if first is None else "station", LEAD, ReferralState.DELIVERED, accused=["gongan"])
    with pytest.raises(AccusedUnit, match="gongan单位"):
        reviewing.reviewing_body(referral=answered, first=reviewed_first, directory=directory)


@pytest.mark.parametrize(("who", "may"), [(COUNTY, True), (HANDLER, True), (REVIEWER, True), (REGISTRAR, False)])
def test_requests_are_entered_by_the_county_office_and_the_two_bodies(who: Actor, may: bool) -> None:
    answered = referral("station", LEAD, ReferralState.DELIVERED)
    if may:
        reviewing.check_entering(actor=who, referral=answered, body=DIRECTORY["zrzy"])
    else:
        with pytest.raises(Forbidden):
            reviewing.check_entering(actor=who, referral=answered, body=DIRECTORY["zrzy"])


def test_the_first_review_is_of_the_delivered_answer_even_of_a_closed_case() -> None:
    closed = referral("zrzy", LEAD, ReferralState.CLOSED, delivery=ANSWERED.delivery)
    for answered in (ANSWERED, closed):
        assert reviewing.reviewed(referral=answered, stage=FIRST, reviews=[]) == (ANSWERED.delivery, None)


def test_the_final_review_is_of_the_delivered_first_one() -> None:
    first = review(ReviewState.DELIVERED)
    found = reviewing.reviewed(referral=ANSWERED, stage=FINAL, reviews=[first])
    assert found == (delivered(date(2026, 11, 12)), first)


@pytest.mark.parametrize(
    ("answered", "stage", "reviews", "refusal"),
    [
        (referral("zrzy", LEAD, ReferralState.ANSWERED), FIRST, [], WrongState),
        (referral("zrzy", ReferralRole.SUPPORT, ReferralState.CLOSED), FIRST, [], WrongState),
        (ANSWERED, FINAL, [], WrongState),
        (ANSWERED, FIRST, [review(ReviewState.UNDER_REVIEW)], reviewing.ReviewExists),
        (ANSWERED, FIRST, [review(ReviewState.DELIVERED)], reviewing.ReviewExists),
        (ANSWERED, FINAL, [review(ReviewState.UNDER_REVIEW)], WrongState),
        (ANSWERED, FINAL, [review(ReviewState.HEARING)], WrongState),
        (ANSWERED, FINAL, [review(ReviewState.DECIDED)], WrongState),
        (
            ANSWERED,
            FINAL,
            [review(ReviewState.DELIVERED), review(ReviewState.DECIDED, stage=FINAL)],
            reviewing.ReviewExists,
        ),
        *(
            (
                ANSWERED,
                stage,
                [review(ReviewState.DELIVERED), review(ReviewState.DELIVERED, stage=FINAL)],
                reviewing.ReviewExhausted,
            )
            for stage in ReviewStage
        ),
    ],
)
def test_what_cannot_be_asked_for_yet_or_any_more(
    answered: Any, stage: ReviewStage, reviews: list[Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        reviewing.reviewed(referral=answered, stage=stage, reviews=reviews)


def request(requested_on: date, received_on: date) -> RequestReview:
    return RequestReview(
        referral_id="zrzy", stage=FIRST, requested_on=requested_on, received_on=received_on, reason=" 不服 "
    )


def test_a_request_that_came_late_is_entered_all_the_same() -> None:
    late = request(date(2026, 11, 20), TODAY)
    reviewing.check_days(command=late, delivered_on=date(2026, 1, 5), today=TODAY)
    reviewing.check_days(command=request(TODAY, TODAY), delivered_on=TODAY, today=TODAY)


@pytest.mark.parametrize(
    ("requested_on", "received_on", "field"),
    [
        (date(2026, 11, 9), TODAY, "requestedOn"),
        (date(2026, 11, 20), date(2026, 11, 19), "receivedOn"),
        (date(2026, 11, 20), date(2026, 11, 23), "receivedOn"),
        (date(2026, 11, 23), date(2026, 11, 23), "receivedOn"),
    ],
)
def test_days_that_cannot_be_are_refused(requested_on: date, received_on: date, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reviewing.check_days(command=request(requested_on, received_on), delivered_on=date(2026, 11, 10), today=TODAY)
    assert refused.value.field == field


def test_a_review_of_an_accusation_is_for_the_same_named_people() -> None:
    answered = referral("zrzy", LEAD, ReferralState.DELIVERED, restricted_to=["clerk"])
    first = review(ReviewState.DELIVERED)
    made = reviewing.new_review(command=request(TODAY, TODAY), referral=answered, body="xfj", first=first)
    assert (made.named, made.first_review_id, made.reason) == (frozenset({"clerk"}), "v", "不服")
    assert made.audience == {"xfj", "zrzy", "611021001"}


def days(first: int, last: int | None) -> Hearing:
    return Hearing(opened_on=date(2026, 11, first), closed_on=date(2026, 11, last) if last else None)


def test_hearings_follow_one_another() -> None:
    found = review(ReviewState.UNDER_REVIEW, hearings=[days(3, 5)])
    opened = reviewing.opened_hearing(review=found, opened_on=date(2026, 11, 6), today=TODAY)
    assert opened == [days(3, 5), days(6, None)]
    lasting = review(ReviewState.UNDER_REVIEW, hearings=opened)
    closed = reviewing.closed_hearing(review=lasting, closed_on=date(2026, 11, 6), today=TODAY)
    assert closed == [days(3, 5), days(6, 6)]


@pytest.mark.parametrize("opened_on", [date(2026, 10, 31), date(2026, 11, 4), date(2026, 11, 5), date(2026, 11, 23)])
def test_a_hearing_that_overlaps_or_lies_outside_the_review_is_refused(opened_on: date) -> None:
    found = review(ReviewState.UNDER_REVIEW, hearings=[days(3, 5)])
    with pytest.raises(InvalidInput) as refused:
        reviewing.opened_hearing(review=found, opened_on=opened_on, today=TODAY)
    assert refused.value.field == "openedOn"


@pytest.mark.parametrize("closed_on", [date(2026, 11, 2), date(2026, 11, 23)])
def test_a_hearing_does_not_end_before_it_begins_nor_in_the_future(closed_on: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        reviewing.closed_hearing(review=review(ReviewState.HEARING), closed_on=closed_on, today=TODAY)
    assert refused.value.field == "closedOn"


@pytest.mark.parametrize(
    ("on", "fits"),
    [(date(2026, 11, 9), False), (date(2026, 11, 10), True), (TODAY, True), (date(2026, 11, 23), False)],
)
def test_it_is_delivered_between_the_decision_and_today(on: date, fits: bool) -> None:
    decided = review(ReviewState.DECIDED)
    if fits:
        reviewing.check_review_delivery(review=decided, on=on, today=TODAY)
    else:
        with pytest.raises(InvalidInput):
            reviewing.check_review_delivery(review=decided, on=on, today=TODAY)
