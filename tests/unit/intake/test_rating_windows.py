"""When each side may be rated: opened by what is told, for as long as the county has set."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.actor import ActorRef
from services.contracts.desk import Notice, NoticeDelivery, NoticeKind
from services.contracts.intake import Nature
from services.contracts.rating_windows import rating_window
from services.contracts.ratings import Rating, RatingSide, RatingState, RatingValue, RatingWindow
from services.contracts.routing import (
    Delivery,
    DeliveryMode,
    NonAcceptance,
    Referral,
    ReferralRole,
    ReferralState,
    RefusalReason,
)
from tests.unit.intake.made import TODAY, petition, referral

OFFICE, BODY = RatingSide.OFFICE, RatingSide.BODY
LEAD, SUPPORT, UNIT = ReferralRole.LEAD, ReferralRole.SUPPORT, ReferralRole.UNIT
SENT, DELIVERED = ReferralState.SENT, ReferralState.DELIVERED
A_DAY = timedelta(days=1)


def held(role: ReferralRole = LEAD, state: ReferralState = SENT, **changes: Any) -> Referral:
    return msgspec.structs.replace(referral(role, state), **changes)


def delivered(on: date = TODAY) -> Referral:
    return held(state=DELIVERED, delivery=Delivery(mode=DeliveryMode.IN_PERSON, on=on, signed=True))


def notice(told: date | None, **changes: Any) -> Notice:
    delivery = NoticeDelivery(mode=DeliveryMode.IN_PERSON, on=told, signed=True) if told else None
    made = Notice(
        id="n", petition_id="p", kind=NoticeKind.RECEIVED, number="信告〔2026〕1号", tenant="xfj", issued_on=TODAY,
        by=ActorRef(tenant="xfj", user="u", name="甲"), text="", body=None, delivery=delivery,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def given_rating(side: RatingSide) -> Rating:
    return Rating(
        id=f"p.{side}", petition_id="p", side=side, value=RatingValue.SATISFIED, reason=None, rated_on=TODAY,
        recorded_by="xfj",
    )  # fmt: skip


def window(side: RatingSide, *referrals: Referral, **changes: Any) -> RatingWindow:
    said: dict[str, Any] = {"petition": petition(), "notices": (), "rating": None, "days": 30, "today": TODAY}
    return rating_window(side=side, referrals=referrals, **{**said, **changes})


@pytest.mark.parametrize("side", list(RatingSide), ids=str)
@pytest.mark.parametrize(
    "changes",
    [{"anonymous": True}, {"nature": Nature.ACCUSATION}, {"historical": True}],
    ids=lambda one: next(iter(one)),
)
def test_what_is_not_rated_at_all(changes: dict[str, Any], side: RatingSide) -> None:
    found = window(side, delivered(), petition=petition(**changes))
    assert found == RatingWindow(side=side, state=RatingState.NOT_RATED_AT_ALL)


@pytest.mark.parametrize("side", list(RatingSide), ids=str)
@pytest.mark.parametrize("state", [ReferralState.REFUSED, ReferralState.CLOSED], ids=str)
def test_what_was_not_accepted_is_not_rated(state: ReferralState, side: RatingSide) -> None:
    refusal = NonAcceptance(reason=RefusalReason.IN_HAND, way="", explanation="", on=TODAY)
    assert window(side, held(state=state, refusal=refusal)).state is RatingState.NOT_RATED_AT_ALL
    # Of a support's refusal, or one that was returned before, nothing follows.
    gone = held(state=ReferralState.RETURNED, refusal=refusal)
    assert window(OFFICE, gone, held()).state is RatingState.OPEN


def test_the_office_is_rated_once_the_item_is_handed_over_or_its_petitioner_told() -> None:
    assert window(OFFICE).state is RatingState.NOT_OPEN
    assert window(OFFICE, held(state=ReferralState.RETURNED), held(UNIT)).state is RatingState.NOT_OPEN
    assert window(OFFICE, notices=[notice(None)]).state is RatingState.NOT_OPEN
    assert window(OFFICE, notices=[notice(TODAY, taken_back="误发")]).state is RatingState.NOT_OPEN
    for found in (window(OFFICE, held()), window(OFFICE, notices=[notice(TODAY)]), window(OFFICE, held(SUPPORT))):
        assert found == RatingWindow(
            side=OFFICE, state=RatingState.OPEN, opens_on=TODAY, ends_on=TODAY + timedelta(days=30)
        )
    # The earlier of both.
    told = notice(TODAY - 3 * A_DAY)
    assert window(OFFICE, held(), notices=[told]).opens_on == TODAY - 3 * A_DAY


def test_the_body_is_rated_once_the_leads_answer_is_delivered() -> None:
    supports = msgspec.structs.replace(delivered(), role=SUPPORT)
    for referrals in ((), (held(),), (held(state=ReferralState.ANSWERED),), (supports,)):
        assert window(BODY, *referrals, notices=[notice(TODAY)]).state is RatingState.NOT_OPEN
    assert window(BODY, delivered()).state is RatingState.OPEN
    assert window(BODY, msgspec.structs.replace(delivered(), state=ReferralState.CLOSED)).state is RatingState.OPEN


@given(days=st.integers(1, 366), since=st.integers(-5, 400))
def test_a_window_holds_its_first_and_its_last_day_and_none_beyond(days: int, since: int) -> None:
    found = window(BODY, delivered(TODAY - since * A_DAY), days=days)
    expected = RatingState.NOT_OPEN if since < 0 else RatingState.OPEN if since <= days else RatingState.EXPIRED
    assert found.state is expected
    assert found.ends_on is not None
    assert found.opens_on is not None
    assert (found.ends_on - found.opens_on).days == days


@pytest.mark.parametrize("days_ago", [0, 31, 400])
def test_what_was_rated_stays_rated_whatever_the_day(days_ago: int) -> None:
    found = window(BODY, delivered(TODAY - days_ago * A_DAY), rating=given_rating(BODY))
    assert found.state is RatingState.RATED
