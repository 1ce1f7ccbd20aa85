"""Tokens: what a session gives out. They say which session they are of, and nothing that a session may lose."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, TypeVar

import jwt
import msgspec
from msgspec import field

from services.common.errors import Refusal

ALGORITHM = "HS256"
ISSUER = "xinqiao"
ACCESS, REFRESH = "access", "refresh"
"""The audience of a token: neither does for the other."""


class Unauthenticated(Refusal):
    code = "UNAUTHENTICATED"
    default = "请先登录：令牌缺失、已过期或无效"


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of an access token."""

    county: str
    session: str = field(name="sid")
    username: str = field(name="sub")


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of a refresh token."""

    county: str
    session: str = field(name="sid")
    generation: int = field(name="gen")
    """The how manieth of its session it is."""


C = TypeVar("C", Access, Renewal)


def issue_access(access: Access, *, key: str, now: datetime, until: datetime) -> str:
    """``key``: in hexadecimal, the setting ``token_key``."""
    return _signed(msgspec.to_builtins(access), ACCESS, key=key, now=now, until=until)


def issue_renewal(renewal: Renewal, *, key: str, now: datetime, until: datetime) -> str:
    claims = {**msgspec.to_builtins(renewal), "jti": secrets.token_hex(16)}
    return _signed(claims, REFRESH, key=key, now=now, until=until)


def read_access(token: str, *, key: str) -> Access:
    """Raises ``Unauthenticated``."""
    return _read(token, Access, ACCESS, key=key)


def read_renewal(token: str, *, key: str) -> Renewal:
    """Raises ``Unauthenticated``."""
    return _read(token, Renewal, REFRESH, key=key)


def is_ours(token: str) -> bool:
    """Whether it says that it is one of these; whether that is true, ``read_access`` finds out."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return False
    return claims.get("iss") == ISSUER


def digest(token: str) -> bytes:
    """What is kept of a refresh token."""
    return hashlib.sha256(token.encode()).digest()


def _signed(claims: dict[str, Any], audience: str, *, key: str, now: datetime, until: datetime) -> str:
    more = {"iss": ISSUER, "aud": audience, "iat": now, "exp": until}
    return jwt.encode({**more, **claims}, bytes.fromhex(key), algorithm=ALGORITHM)


def _read(token: str, kind: type[C], audience: str, *, key: str) -> C:
    try:
        claims = jwt.decode(
            token,
            bytes.fromhex(key),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=audience,
            options={"require": ["exp", "iat"]},
        )
        return msgspec.convert(claims, kind)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError) as error:
        raise Unauthenticated() from error
