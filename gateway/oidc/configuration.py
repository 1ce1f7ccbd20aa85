"""The outside issuers, as the operator writes them: one TOML file, named by the setting ``oidc_file``.

What a provider may grant stands here and nowhere else; see docs/identity.md for an example with every key.
"""

import tomllib
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from services.common.settings import SettingsError
from services.contracts.actor import Role

SENSITIVE = frozenset({Role.ACCUSATIONS, Role.OPERATOR, Role.ADMINISTRATOR})
"""Nobody has one of these by an outside issuer, unless the provider's ``sensitive_roles`` names it."""
NOBODYS = frozenset({Role.SYSTEM, Role.PUBLIC})
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Asymmetric ones alone: with a shared secret whoever verifies could also sign."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Text = Annotated[str, Meta(min_length=1, max_length=500)]


class Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In which claim what stands; a dot leads into an object, as in ``realm_access.roles``."""

    login: Text = "preferred_username"
    name: Text = "name"
    tenant: Text | None = None
    """None: the tenant is that of the account."""
    roles: Text | None = None
    """None: the roles are those of the account."""


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
    """Stands in the addresses: ``/auth/oidc/<id>/login``."""
    name: Text
    """What people read on the button."""
    county: Annotated[str, Meta(pattern=r"^\d{6}$")]
    issuer: Text
    client_id: Text
    client_secret: str = ""
    """Empty for a public client, which has PKCE alone."""
    client_auth: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    scopes: tuple[Text, ...] = ("openid", "profile")
    algorithms: tuple[str, ...] = ("RS256",)
    """With which its tokens may be signed."""
    audiences: tuple[Text, ...] = ()
    """Of its bearer tokens, which are taken with one of these in ``aud``; empty: none is taken."""
    unknown_users: Literal["refuse", "create"] = "refuse"
    """Of somebody who has no account here."""
    claims: Claims = Claims()
    tenants: dict[str, str] = {}
    """Value of the claim -> code of the tenant; empty: the value is the code."""
    roles: dict[str, tuple[Role, ...]] = {}
    """Value of the claim -> roles; other values give none."""
    sensitive_roles: tuple[Role, ...] = ()

    @property
    def granted(self) -> frozenset[Role]:
        """Of the sensitive roles those that may come in this way."""
        return frozenset(self.sensitive_roles)


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    providers: tuple[Provider, ...] = ()


def load_providers(path: Path) -> tuple[Provider, ...]:
    """Raises ``SettingsError``, which names file, provider and key."""
    try:
        document = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Document)
    except FileNotFoundError as error:
        raise SettingsError(f"找不到配置项 oidc_file 所指的文件 {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"统一身份认证配置 {path} 不是有效的 TOML：{error}") from error
    except msgspec.ValidationError as error:
        raise SettingsError(f"统一身份认证配置不正确（{path}）：{error}") from error
    for provider in document.providers:
        if mistake := _mistake(provider):
            raise SettingsError(f"统一身份认证配置 {path} 中的 {provider.id}：{mistake}")
    ids = [provider.id for provider in document.providers]
    if len(set(ids)) != len(ids):
        raise SettingsError(f"统一身份认证配置 {path}：id 有重复，每个 id 只能用一次")
    for one, other in combinations(document.providers, 2):
        if one.issuer == other.issuer and (mistake := _confused(one, other)):
            raise SettingsError(f"统一身份认证配置 {path} 中的 {one.id} 和 {other.id}：{mistake}")
    return document.providers


def _mistake(provider: Provider) -> str | None:
    roles = {role for granted in provider.roles.values() for role in granted}
    if not secure(provider.issuer):
        return "issuer 应以 https:// 开头（本机调试可用 http://localhost 或 http://127.0.0.1）"
    if "openid" not in provider.scopes:
        return "scopes 中应有 openid"
    if unknown := [each for each in provider.algorithms if each not in ALGORITHMS]:
        return f"algorithms 中的 {unknown[0]} 不可用，只能是 {'、'.join(ALGORITHMS)}"
    if not provider.algorithms:
        return "algorithms 至少要写一种"
    if provider.roles and provider.claims.roles is None:
        return "写了 roles 对照表，还应写 claims.roles（岗位在令牌的哪一项）"
    if provider.claims.roles is not None and not provider.roles:
        return "写了 claims.roles，还应写 roles 对照表（令牌中的哪个值对应哪些岗位）"
    if provider.tenants and provider.claims.tenant is None:
        return "写了 tenants 对照表，还应写 claims.tenant（单位在令牌的哪一项）"
    if provider.unknown_users == "create" and (provider.claims.tenant is None or provider.claims.roles is None):
        return 'unknown_users = "create" 时，应写 claims.tenant 和 claims.roles，否则不知道新用户属于哪个单位、任何岗位'
    if forbidden := sorted((roles | provider.granted) & NOBODYS):
        return f"岗位 {forbidden[0]} 不能授予任何人"
    if strange := sorted(provider.granted - SENSITIVE):
        return f"sensitive_roles 只列 {'、'.join(sorted(SENSITIVE))}，不含 {strange[0]}"
    if missing := sorted((roles & SENSITIVE) - provider.granted):
        return f"roles 对照表授予了 {missing[0]}，须同时列入 sensitive_roles，以免误授"
    return None


def _confused(one: Provider, other: Provider) -> str | None:
    """Of two providers of one issuer: how a user of one county could pass for a namesake of the other."""
    if set(one.audiences) & set(other.audiences):
        return "同一 issuer 的 audiences 不得相同，否则分不清令牌是给哪个县的"
    if one.county != other.county and not (one.tenants and other.tenants):
        return "不同的县共用一个 issuer 时，都应写 claims.tenant 和 tenants 对照表，否则另一县的同名用户可以登录"
    if one.county != other.county and set(one.tenants) & set(other.tenants):
        return "不同的县共用一个 issuer 时，tenants 对照表中的单位不得重复"
    return None


def secure(url: str) -> bool:
    """Whether what is fetched there is what its owner sent: by TLS, or on this very machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
