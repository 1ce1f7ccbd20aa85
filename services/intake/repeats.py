"""What an earlier item has to do with the one at hand, how far it has come, and what the law says then. Pure.

IN-15, IN-16, IN-24. Whether two items are one matter is for the clerk to say, who links them; here is what he should
see.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.contracts.directory import township_code
from services.contracts.intake import Petition
from services.contracts.repeats import Advice, Match, MatchReason, Standing
from services.contracts.reviews import Review, ReviewStage
from services.contracts.routing import Closure, Referral, ReferralRole, ReferralState
from services.intake.likeness import SAME_TEXT, Found
from services.intake.people_vault import By

NEARBY = 0.05
"""What the same township adds to the rank: it decides among items that are alike, and finds none by itself."""
BY_PEOPLE: dict[By, float] = {By.IDENTITY: 1.0, By.NAME_AND_PHONE: 1.0, By.NAME: 0.1}
"""What the same people add to the rank: who surely is the same comes before any text, who is only called the same after
any."""

HAS_ANSWER = frozenset({ReferralState.ANSWERED, ReferralState.DELIVERED})

ADVICE: dict[Standing, Advice | None] = {
    Standing.REGISTERED: Advice.URGE,
    Standing.IN_HAND: Advice.URGE,
    # The notice of the refusal has told the petitioner where to go (Art. 23).
    Standing.REFUSED: None,
    Standing.ANSWERED: Advice.REQUEST_REVIEW,
    # The opinion is being given: Art. 19 ¶3.
    Standing.IN_REVIEW: Advice.URGE,
    Standing.REVIEWED: Advice.URGE_IMPLEMENTATION,
    Standing.FINAL: Advice.NO_LONGER,
    Standing.CLOSED: Advice.NEW_FACTS,
    Standing.HISTORICAL: Advice.NEW_FACTS,
}


class Earlier(NamedTuple):
    """What is known of an earlier item, of whichever tenant."""

    petition: Petition
    referrals: tuple[Referral, ...] = ()
    closure: Closure | None = None
    reviews: tuple[Review, ...] = ()

    @property
    def holding(self) -> list[Referral]:
        """The hand-overs that stand and that the law's clocks speak of."""
        return [each for each in self.referrals if each.stands and each.role is not ReferralRole.UNIT]


def standing(item: Earlier) -> Standing:
    """How far it has come; a review goes before the closing of the case that is reviewed."""
    if item.petition.historical:
        return Standing.HISTORICAL
    if any(each.decision is None for each in item.reviews):
        return Standing.IN_REVIEW
    if item.reviews:
        final = any(each.stage is ReviewStage.FINAL for each in item.reviews)
        return Standing.FINAL if final else Standing.REVIEWED
    if item.closure is not None:
        return Standing.CLOSED
    states = {each.state for each in item.holding if each.role is ReferralRole.LEAD}
    if not states:
        return Standing.REGISTERED
    if states <= {ReferralState.CLOSED}:
        return Standing.CLOSED
    if states <= {ReferralState.REFUSED, ReferralState.CLOSED}:
        return Standing.REFUSED
    done = HAS_ANSWER | {ReferralState.REFUSED, ReferralState.CLOSED}
    return Standing.ANSWERED if states <= done else Standing.IN_HAND


def reasons(found: Found, by: By | None) -> list[MatchReason]:
    """Why the clerk should look at it; none where nothing is near enough."""
    people = {None: [], By.NAME: [MatchReason.SAME_NAME]}.get(by, [MatchReason.SAME_PERSON])
    if found.resemblance >= SAME_TEXT:
        return [*people, MatchReason.SAME_TEXT]
    return [*people, MatchReason.SAME_MATTER] if found.near else people


def ranked(found: Iterable[Found], people: Mapping[str, By], *, place: str | None) -> list[Found]:
    """Those with a reason, the most telling ones first: the same people with the same matter, then the same people,
    then the same text and matter; of equals the newest."""
    worth = [each for each in found if reasons(each, people.get(each.petition_id))]
    worth.sort(key=lambda each: each.petition_id, reverse=True)
    return sorted(worth, key=lambda each: _rank(each, people.get(each.petition_id), place), reverse=True)


def match(item: Earlier, found: Found, by: By | None, *, visible: bool, names: Mapping[str, str], size: int) -> Match:
    """What the clerk sees. ``visible``: whether he sees the case itself; if not, no word of it and no way to it.
    ``names``: of the tenants, by code."""
    petition, why, how_far = item.petition, reasons(found, by), standing(item)
    return Match(
        petition_id=petition.id if visible else None,
        number=petition.number,
        matter_number=petition.matter.first_number if petition.matter else petition.number,
        matter_size=size,
        visible=visible,
        registered_by=petition.registered_by,
        registered_by_name=names.get(petition.registered_by, petition.registered_by),
        received_on=petition.received_on,
        channel=petition.channel,
        title=petition.title if visible else None,
        reasons=why,
        likeness=round(max(found.likeness, found.resemblance), 3),
        standing=how_far,
        handled_by=list(dict.fromkeys(each.to_name or each.to_tenant for each in item.holding)),
        advice=ADVICE[how_far] if MatchReason.SAME_PERSON in why else None,
    )


def _rank(found: Found, by: By | None, place: str | None) -> float:
    near = max(found.likeness, found.resemblance)
    nearby = place is not None and found.place is not None and township_code(place) == township_code(found.place)
    return near + (BY_PEOPLE[by] if by is not None else 0.0) + (NEARBY if nearby and near else 0.0)
