"""API keys: by which a machine acts for a tenant. What is told of a key; its secret never travels on the bus."""

import hashlib
import re
from datetime import datetime
from typing import ClassVar, NamedTuple

from services.contracts.actor import Actor, ActorRef, Role, TenantKind
from services.contracts.base import State

PREFIX = "xqk_"
"""By which a key is told from every other bearer token, by us and by programs that look for leaked secrets."""
KEY = re.compile(rf"{PREFIX}(?P<id>(?P<county>\d{{6}})[0-9a-z]{{10}})_(?P<secret>[A-Za-z0-9_-]{{43}})")
"""The county's code says where to look; the secret is 32 bytes in base64url."""


class KeyParts(NamedTuple):
    county: str
    id: str
    secret: str


class ApiKey(State, frozen=True, kw_only=True):
    """A machine's key, as the ledger has its creation and its end. Its secret, and what is made of it, is not in it."""

    fact_type: ClassVar[str] = "gateway.api_key.v1"

    id: str
    """Sixteen signs; the first six are the county's code."""
    tenant: str
    kind: TenantKind
    label: str
    """Which machine, as people say it, e.g. ``12345 热线平台``."""
    roles: list[Role]
    networks: list[str]
    """From where alone it is taken, e.g. ``10.1.2.0/24``; empty: from anywhere."""
    created_at: datetime
    created_by: ActorRef
    expires_at: datetime | None
    """It is refused from this instant on; None: it never ends by itself."""
    revoked_at: datetime | None = None
    revoked_by: ActorRef | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def login(self) -> str:
        """By which the timeline and the ledger name the machine."""
        return login_of(self.id)

    def actor(self, county: str) -> Actor:
        return Actor(
            county=county,
            tenant=self.tenant,
            kind=self.kind,
            user=self.login,
            name=self.label,
            roles=frozenset(self.roles),
        )


def login_of(key_id: str) -> str:
    return f"key:{key_id}"


def key_text(key_id: str, secret: str) -> str:
    """The key as it is shown once, and sent as a bearer token."""
    return f"{PREFIX}{key_id}_{secret}"


def key_parts(text: str) -> KeyParts | None:
    """None for what is no key of ours."""
    match = KEY.fullmatch(text)
    return KeyParts(match["county"], match["id"], match["secret"]) if match else None


def key_digest(secret: str) -> bytes:
    """What is kept of it: SHA-256. The secret is random throughout, so nothing slower is needed against guessing."""
    return hashlib.sha256(secret.encode()).digest()
