"""From the claims of a verified token to who stands there. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.identity.roles import USERNAME
from gateway.oidc.configuration import SENSITIVE, Provider
from services.common.errors import Refusal
from services.contracts.actor import Role


class NotAdmitted(Refusal):
    """The issuer vouches for him, and yet he has no place here: told plainly, for only he himself is told."""

    code = "NOT_ADMITTED"
    default = "统一身份认证已通过，但您在本平台没有可用的账号，请联系本单位管理员"


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says of somebody, in the platform's own terms."""

    username: str
    """With the county's ending."""
    name: str | None
    tenant: str | None
    """None: the token does not tell; the account does."""
    roles: frozenset[Role] | None
    """As with ``tenant``."""


def mapped(provider: Provider, claims: Mapping[str, Any], *, slug: str) -> Mapped:
    """``slug``: the county's, with which its login names end. Raises ``NotAdmitted``."""
    return Mapped(
        username=_username(provider, claims, slug=slug),
        name=_text(claim(claims, provider.claims.name)),
        tenant=_tenant(provider, claims),
        roles=_roles(provider, claims),
    )


def claim(claims: Mapping[str, Any], path: str) -> Any:
    """What stands under the name; where none does, under the names of the path, one within the other."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def check_sensitive(provider: Provider, roles: frozenset[Role]) -> None:
    """Raises ``NotAdmitted`` for an account with a role that does not come in by this provider."""
    if kept_out := sorted((roles & SENSITIVE) - provider.granted):
        labels = "、".join(role.label for role in kept_out)
        raise NotAdmitted(f"您的账号有“{labels}”岗位，不能由统一身份认证登录，请用本平台的用户名和密码登录")


def _username(provider: Provider, claims: Mapping[str, Any], *, slug: str) -> str:
    given = _text(claim(claims, provider.claims.login)) or ""
    # An address of another house is not a login of ours: zhang@elsewhere is not zhang@here.
    login = given.lower().removesuffix(f"@{slug}")
    # Of ASCII before it is made small: the Kelvin sign would become a k, and its bearer somebody else.
    if not given.isascii() or not USERNAME.fullmatch(login):
        raise NotAdmitted(f"统一身份认证没有给出可用的用户名（{provider.claims.login}），请联系系统管理员核对配置")
    return f"{login}@{slug}"


def _tenant(provider: Provider, claims: Mapping[str, Any]) -> str | None:
    if provider.claims.tenant is None:
        return None
    values = _texts(claim(claims, provider.claims.tenant))
    codes = {provider.tenants[value] for value in values if value in provider.tenants}
    found = codes if provider.tenants else set(values)
    if len(found) != 1:
        raise NotAdmitted("统一身份认证给出的单位在本平台没有对应的单位，请联系本单位管理员")
    return found.pop()


def _roles(provider: Provider, claims: Mapping[str, Any]) -> frozenset[Role] | None:
    if provider.claims.roles is None:
        return None
    values = _texts(claim(claims, provider.claims.roles))
    found = frozenset(role for value in values for role in provider.roles.get(value, ()))
    if not found:
        raise NotAdmitted("统一身份认证没有给您本平台的岗位，请联系本单位管理员")
    # The configuration is checked for it; a second look costs nothing.
    check_sensitive(provider, found)
    return found


def _text(value: Any) -> str | None:
    plain = " ".join(value.split()) if isinstance(value, str) else ""
    return plain if plain and plain.isprintable() else None


def _texts(value: Any) -> list[str]:
    """One value or several; words apart by blanks, as scopes are written, are one value."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str) and "\0" not in each]
