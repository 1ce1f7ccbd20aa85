"""Tokens of an outside issuer: whether one is what it says. No I/O: keys and instants are arguments."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from services.common.wording import UNDECODABLE

LEEWAY_SECONDS = 60
"""By how much the clocks of two houses may differ."""
LONGEST_TOKEN = 16_384
KEY_TYPES = frozenset({"RSA", "EC", "OKP"})
"""A symmetric key in a public list is a mistake, or a trap."""


class BadToken(Exception):
    """Why it is not believed: for the log, not for who sent it. Nothing of the token is in it."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says of itself, before anybody has looked whether it is true."""

    issuer: str
    audiences: list[str]
    key_id: str | None


def said(token: str) -> Said | None:
    """None for what is no signed JWT."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3:
        return None
    header, claims = _object(parts[0]), _object(parts[1])
    if header is None or claims is None or not isinstance(claims.get("iss"), str):
        return None
    given = claims.get("aud")
    audiences = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    key_id = header.get("kid")
    return Said(
        issuer=claims["iss"],
        audiences=[each for each in audiences if isinstance(each, str)],
        key_id=key_id if isinstance(key_id, str) else None,
    )


def public_keys(jwks: Any) -> KeySet:
    """The signing keys of a JWKS document; others are left out. Raises ``ValueError`` where there is none."""
    listed = jwks.get("keys") if isinstance(jwks, Mapping) else None
    usable = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and each.get("kty") in KEY_TYPES and each.get("use", "sig") == "sig"
    ]
    if not usable:
        raise ValueError("no signing key")
    return KeySet.import_key_set({"keys": usable})


def verified(
    token: str,
    keys: KeySet,
    *,
    algorithms: Sequence[str],
    issuer: str,
    audiences: Sequence[str],
    now: int,
    nonce: str | None = None,
) -> dict[str, Any]:
    """The claims of a token that is signed by one of the keys, of this issuer, for one of the audiences, and of now.

    ``now``: seconds since 1970; ``nonce``: what an id token must repeat. Raises ``BadToken``.
    """
    named = said(token)
    if named is None:
        raise BadToken("no signed token")
    claims = _signed(token, list(_candidates(keys, named.key_id)), algorithms)
    more: dict[str, Any] = {"nonce": {"essential": True, "value": nonce}} if nonce is not None else {}
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "values": list(audiences)},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        **more,
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise BadToken(f"{error.error}: {getattr(error, 'claim', '')}") from error
    return claims


def check_party(claims: Mapping[str, Any], *, client_id: str) -> None:
    """Of an id token: that it was made for us and for nobody else. Raises ``BadToken``."""
    given = claims.get("aud")
    several = isinstance(given, list) and len(given) > 1
    party = claims.get("azp")
    if party != client_id and (several or party is not None):
        raise BadToken("azp")


def _signed(token: str, candidates: list[Key], algorithms: Sequence[str]) -> dict[str, Any]:
    reason = "unknown key"
    for key in candidates:
        try:
            return dict(jwt.decode(token, key, algorithms=list(algorithms)).claims)
        except (JoseError, ValueError) as error:
            reason = getattr(error, "error", type(error).__name__)
    raise BadToken(reason)


def _candidates(keys: KeySet, key_id: str | None) -> Iterator[Key]:
    """The key that the token names; where it names none, each of them."""
    for key in keys.keys:
        if key_id is None or key.kid == key_id:
            yield key


def _object(part: str) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (*UNDECODABLE, ValueError):
        return None
    return found if isinstance(found, dict) else None
