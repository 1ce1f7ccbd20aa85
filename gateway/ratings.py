"""How the sides of a petition stand as to their rating (满意度评价), from what the view holds of the case. Pure."""

from datetime import date

from gateway.reading import CaseParts
from services.contracts.intake import Petition
from services.contracts.rating_windows import rating_window
from services.contracts.ratings import Rating, RatingSide, RatingWindow
from services.contracts.rules import Regime


def windows_of(*, petition: Petition, parts: CaseParts, regime: Regime, today: date) -> list[RatingWindow]:
    """Both sides' windows on a day."""
    given: dict[RatingSide, Rating] = {one.side: one for one in parts.ratings}
    return [
        rating_window(
            petition=petition,
            side=side,
            referrals=parts.referrals,
            notices=parts.notices,
            rating=given.get(side),
            days=regime.rating_window_days,
            today=today,
        )
        for side in RatingSide
    ]
