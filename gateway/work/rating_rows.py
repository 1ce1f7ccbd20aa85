"""What the view holds of each rating: with the tenant whose work it is about. Pure."""

from typing import Any

from gateway.work.scene import Scene
from services.contracts.ratings import Rating, RatingSide
from services.contracts.routing import ReferralRole

RATED = ("petition_id", "tenant", "value", "rated_on", "counts", "visible_to", "named")
"""The columns of ``gateway.work.model.rated`` but its key."""


def rated_rows(scene: Scene) -> list[dict[str, Any]]:
    """One for each rating of the case: of the office the registrar's, of the body that of the newest lead that stands.
    Where nobody has the lead any more it is nobody's, and counts for nobody."""
    petition = scene.petition
    leads = [each for each in scene.referrals if each.stands and each.role is ReferralRole.LEAD]
    lead = max(leads, key=lambda each: (each.sent_at, each.id), default=None)
    tenants = {RatingSide.OFFICE: petition.registered_by, RatingSide.BODY: lead.to_tenant if lead else None}
    return [_row(scene, rating, tenants[rating.side]) for rating in scene.ratings]


def _row(scene: Scene, rating: Rating, tenant: str | None) -> dict[str, Any]:
    named = scene.petition.named
    return {
        "id": rating.id,
        "petition_id": rating.petition_id,
        "tenant": tenant or "",
        "value": str(rating.value),
        "rated_on": rating.rated_on,
        "counts": rating.counts and tenant is not None,
        "visible_to": [tenant] if tenant else [],
        "named": None if named is None else sorted(named),
    }
