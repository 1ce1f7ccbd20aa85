"""When a petitioner may rate the work (满意度评价): one definition for the register, the view and the indicators. Pure.

The office (信访部门) may be rated once the item was handed over or its petitioner told in writing, the body (责任单位)
once its answer was delivered; each for the days that the county has set (``Regime.rating_window_days``).
"""

from collections.abc import Iterable
from datetime import date, timedelta

from services.contracts.desk import Notice
from services.contracts.intake import Nature, Petition
from services.contracts.ratings import Rating, RatingSide, RatingState, RatingWindow
from services.contracts.routing import Referral, ReferralRole


def takes_part(*, nature: Nature, anonymous: bool, historical: bool, refused: bool) -> bool:
    """列入评价: neither accusations, nor items whose petitioner cannot be reached, that are history or not accepted."""
    return nature is not Nature.ACCUSATION and not (anonymous or historical or refused)


def opened_on(
    side: RatingSide, *, handed_over: Iterable[date], told: Iterable[date], delivered: date | None
) -> date | None:
    """The first day on which a side may be rated; None where it is not there yet.

    ``handed_over``: when the hand-overs that stand were sent, but what a body forwarded within; an acceptance, which
    tells the petitioner too, is never before its hand-over. ``told``: when notices were delivered. ``delivered``: when
    the lead's answer was.
    """
    return delivered if side is RatingSide.BODY else min([*handed_over, *told], default=None)


def last_day(opened: date, *, days: int) -> date:
    """The last day of the window, included."""
    return opened + timedelta(days=days)


def rating_window(
    *,
    petition: Petition,
    side: RatingSide,
    referrals: Iterable[Referral],
    notices: Iterable[Notice],
    rating: Rating | None,
    days: int,
    today: date,
) -> RatingWindow:
    """How one side of a petition stands on a day. ``rating``: the one that was given of this side; ``days``: the
    length of the window."""
    held = [each for each in referrals if each.stands and each.role is not ReferralRole.UNIT]
    lead = next((each for each in held if each.role is ReferralRole.LEAD), None)
    if not takes_part(
        nature=petition.nature,
        anonymous=petition.anonymous,
        historical=petition.historical,
        refused=lead is not None and lead.refusal is not None,
    ):
        return RatingWindow(side=side, state=RatingState.NOT_RATED_AT_ALL)
    opens = opened_on(
        side,
        handed_over=(each.sent_on for each in held),
        told=(each.told_on for each in notices if each.told_on is not None),
        delivered=lead.delivery.on if lead is not None and lead.delivery is not None else None,
    )
    ends = None if opens is None else last_day(opens, days=days)
    return RatingWindow(side=side, state=_state(rating, opens, ends, today), opens_on=opens, ends_on=ends)


def _state(rating: Rating | None, opens: date | None, ends: date | None, today: date) -> RatingState:
    if rating is not None:
        return RatingState.RATED
    if opens is None or ends is None or opens > today:
        return RatingState.NOT_OPEN
    return RatingState.OPEN if today <= ends else RatingState.EXPIRED
