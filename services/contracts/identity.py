"""Identity: the user accounts that the operator gives to the gateway. They never travel on the bus."""

from services.contracts.actor import Role, TenantKind
from services.contracts.base import Part


class UserAccount(Part, frozen=True, kw_only=True):
    """A user of one tenant, as the county's profile lists him."""

    username: str
    """Login name, ``<user>@<county slug>``, so that two counties never collide."""
    tenant: str
    """Code of the tenant, unique within the county."""
    kind: TenantKind
    name: str
    roles: list[Role]
    """In the order of the profile; the first is what the user mainly is."""
    label: str
    """What the user does, as people say it, e.g. ``县信访局窗口经办人``."""
    password_hash: str | None = None
    """Argon2 hash; None keeps what is stored (an account that never had one cannot log in)."""
