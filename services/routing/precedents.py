"""The cases from which a model may learn: decided ones, none of them an accusation or confidential. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.contracts.intake import Petition
from services.contracts.routing import Referral, ReferralRole, ReferralState

DECIDED = frozenset(
    {
        ReferralState.ACCEPTED,
        ReferralState.IN_PROGRESS,
        ReferralState.REWORK,
        ReferralState.ANSWERED,
        ReferralState.DELIVERED,
        ReferralState.CLOSED,
    }
)
"""States in which the receiver has taken the case as its own: only then it was rightly sent."""

LEAST_CASES = 50
LEAST_PER_ANSWER = 10


class Case(NamedTuple):
    """One decided case, as far as a model may learn from it. ``""`` where an answer is not known."""

    title: str
    body: str
    category: str
    tenant: str


def decided_cases(petitions: Iterable[Petition], referrals: Iterable[Referral]) -> list[Case]:
    """What may be learned from: no accusation, nothing confidential, nothing that accuses anybody (Art. 30).

    The tenant is the one that leads; a historical item has none here, but its category counts.
    """
    leads = {
        referral.petition_id: referral.to_tenant
        for referral in referrals
        if referral.role is ReferralRole.LEAD and referral.state in DECIDED
    }
    return [
        Case(petition.title, petition.body, petition.category or "", leads.get(petition.id, ""))
        for petition in petitions
        if (petition.historical or petition.id in leads) and _is_open_to_learning(petition)
    ]


def _is_open_to_learning(petition: Petition) -> bool:
    accuses = petition.accused or petition.accused_users or petition.accused_people
    return not petition.hides_petitioners and not accuses


def answerable_cases(answers: Sequence[str]) -> tuple[list[int], list[str]] | None:
    """Places and answers of the cases that one question can learn from; None where they are too few.

    What has too few cases is one answer of its own, ``""``, that is never suggested: so the model learns that there is
    more than it knows.
    """
    known = [place for place, answer in enumerate(answers) if answer]
    settled = settle([answers[place] for place in known])
    rest_counts = settled.count("") >= LEAST_PER_ANSWER
    kept = [(place, answer) for place, answer in zip(known, settled, strict=True) if answer or rest_counts]
    if len(kept) < LEAST_CASES or len({answer for _, answer in kept if answer}) < 2:
        return None
    return [place for place, _ in kept], [answer for _, answer in kept]


def settle(paths: Sequence[str]) -> list[str]:
    """Each path, cut to the length at which it has enough cases; ``""`` where it has none."""
    settled = list(paths)
    while rare := {path for path, count in Counter(settled).items() if path and count < LEAST_PER_ANSWER}:
        longest = max(path.count("/") for path in rare)
        settled = [path.rpartition("/")[0] if path in rare and path.count("/") == longest else path for path in settled]
    return settled
