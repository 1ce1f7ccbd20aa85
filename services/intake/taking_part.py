"""Who may do what a tenant does for a case that intake keeps: talk with its people, tell them in writing. Pure."""

from collections.abc import Iterable

from services.common.errors import Forbidden, NotFound
from services.contracts.actor import Actor, TenantKind
from services.contracts.base import ANYBODY, BARRED, BARRED_TENANT
from services.contracts.intake import Petition
from services.contracts.routing import Referral


def check_takes_part(*, actor: Actor, petition: Petition, holding: Iterable[Referral], doing: str) -> None:
    """The county office, the tenant that registered the case, and each to which one of ``holding`` went.

    Raises ``NotFound`` to whom the case is closed (Art. 30), ``Forbidden`` to everybody else who has no part in it.
    """
    if not _sees(petition, actor):
        raise NotFound()
    holds = any(each.to_tenant == actor.tenant for each in holding)
    if actor.kind is not TenantKind.COUNTY and actor.tenant != petition.registered_by and not holds:
        raise Forbidden(f"只有县信访局、登记单位和承办单位可以{doing}；刚刚转来的，请稍后重试")


def _sees(petition: Petition, actor: Actor) -> bool:
    """What the policy says of named and barred people, for who reads the register as the service itself does."""
    named = petition.named
    if named is None:
        return True
    if named & {f"{BARRED}{actor.user}", f"{BARRED_TENANT}{actor.tenant}"}:
        return False
    return actor.cleared or bool(named & {actor.user, ANYBODY})
