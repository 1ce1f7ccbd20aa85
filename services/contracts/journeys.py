"""How a case went to and fro between bodies (乒乓件): pure, over its hand-overs."""

from collections.abc import Iterable

import msgspec

from services.contracts.routing import Referral, ReferralRole, ReferralState


class LostAt(msgspec.Struct, frozen=True, kw_only=True):
    """What one body's returns cost."""

    tenant: str
    returns: int
    days_lost: int


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    hops: int
    """How often the case was given to a lead body; withdrawn by mistake does not count."""
    returns: int
    days_lost: int
    """Calendar days between sending and return, of every return together."""
    by_body: list[LostAt]
    """Of each body that returned it, the most days first."""


def journey_of(referrals: Iterable[Referral]) -> Journey:
    """The journey of one case. What was forwarded within a body is no hop."""
    leads = [each for each in referrals if each.role is ReferralRole.LEAD]
    returned = [each for each in leads if each.state is ReferralState.RETURNED]
    days = {each.id: (each.ended_on - each.sent_on).days for each in returned if each.ended_on}
    bodies = sorted({each.to_tenant for each in returned})
    lost = [
        LostAt(
            tenant=body,
            returns=sum(each.to_tenant == body for each in returned),
            days_lost=sum(days.get(each.id, 0) for each in returned if each.to_tenant == body),
        )
        for body in bodies
    ]
    return Journey(
        hops=sum(each.state is not ReferralState.WITHDRAWN for each in leads),
        returns=len(returned),
        days_lost=sum(days.values()),
        by_body=sorted(lost, key=lambda each: (-each.days_lost, each.tenant)),
    )
