"""What a key may be, and whether it is good for a request. Pure: instants are arguments."""

import hmac
import ipaddress
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from gateway.identity.managing_rules import tidy
from gateway.identity.roles import BY_COUNTY_OFFICE, misfits
from gateway.public.limiting import IPV6_NETWORK, Network
from services.common.errors import Forbidden, Gathered, InvalidInput
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.api_keys import ApiKey, key_digest
from services.contracts.base import Labelled

PEOPLE_ONLY = frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.PUBLIC, Role.SYSTEM})
"""Roles that no machine has: a key that leaked could make accounts and further keys by them."""
KEYS_OF_A_TENANT = 50
"""In use at once."""


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator asks for."""

    label: Annotated[str, Meta(max_length=60)]
    roles: Annotated[list[Role], Meta(min_length=1, max_length=10)]
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None
    networks: Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=20)] = []


class KeyRefusal(Labelled):
    """Why a key was not taken; who shows it is told no more than that it is not valid."""

    WRONG = "WRONG", "密钥内容不符"
    REVOKED = "REVOKED", "密钥已作废"
    EXPIRED = "EXPIRED", "密钥已过期"
    NETWORK = "NETWORK", "不在允许的网段"


def check_administrator(actor: Actor) -> None:
    """Raises ``Forbidden``."""
    if not actor.administers:
        raise Forbidden("接口密钥由本单位管理员管理，请联系本单位管理员")


def check_new(actor: Actor, new: NewKey, *, now: datetime) -> list[str]:
    """The networks, as they are kept. Raises ``Forbidden``, or ``InvalidInput`` with all that does not fit."""
    check_administrator(actor)
    gathered = Gathered()
    networks: list[str] = []
    with gathered:
        label_of(new)
    with gathered:
        _check_roles(set(new.roles), kind=actor.kind)
    with gathered:
        if new.expires_at is not None and new.expires_at <= now:
            raise InvalidInput("有效期已过，请填写将来的时间，或不填", field="expiresAt")
    with gathered:
        networks = [_network(each) for each in new.networks]
    gathered.refuse()
    return list(dict.fromkeys(networks))


def label_of(new: NewKey) -> str:
    """As it is kept. Raises ``InvalidInput``."""
    return tidy(new.label, field="label", what="使用该密钥的系统")


def _check_roles(roles: set[Role], *, kind: TenantKind) -> None:
    for role in sorted(roles):
        if role in PEOPLE_ONLY:
            raise InvalidInput(f"岗位 {role.label} 不能给接口密钥，只能由工作人员担任", field="roles")
        if role in BY_COUNTY_OFFICE and kind is not TenantKind.COUNTY:
            raise InvalidInput(f"岗位 {role.label} 只能由县信访局管理员授予", field="roles")
    if found := misfits(roles, kind):
        raise InvalidInput("；".join(found), field="roles")


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise InvalidInput(f"“{text}”不是 IP 地址或网段，应写作 10.1.2.3 或 10.1.2.0/24", field="networks") from error
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen > IPV6_NETWORK:
        raise InvalidInput(f"IPv6 网段“{text}”过窄，应为 /{IPV6_NETWORK} 或更宽", field="networks")
    return str(network)


def refusal(key: ApiKey, *, digest: bytes, secret: str, address: str, now: datetime) -> KeyRefusal | None:
    """Why the key is not taken; None where it is good. ``digest``: what is kept; ``secret``, ``address``: what came."""
    # The secret first: who has not got it learns nothing of the key, by no difference in time.
    if not hmac.compare_digest(key_digest(secret), digest):
        return KeyRefusal.WRONG
    if key.revoked_at is not None:
        return KeyRefusal.REVOKED
    if key.expires_at is not None and key.expires_at <= now:
        return KeyRefusal.EXPIRED
    return None if _is_from(address, key.networks) else KeyRefusal.NETWORK


def _is_from(address: str, networks: list[str]) -> bool:
    """``address`` as ``client_address`` has it: one of IPv4, or the network of 64 bits of IPv6."""
    if not networks:
        return True
    try:
        here = ipaddress.ip_network(address)
    except ValueError:
        return False
    return any(_within(here, ipaddress.ip_network(network)) for network in networks)


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False
