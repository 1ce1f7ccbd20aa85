"""Identity: the user accounts of a county, and what is told of them. Passwords and tokens never travel on the bus."""

from datetime import datetime
from typing import ClassVar

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import Labelled, Part, State


class SignInMethod(Labelled):
    """How somebody showed who he is."""

    PASSWORD = "PASSWORD", "密码登录"
    OIDC = "OIDC", "统一身份认证登录"
    BEARER = "BEARER", "外部系统令牌"
    API_KEY = "API_KEY", "接口密钥"


class SignInOutcome(Labelled):
    """What came of it, and how a session that it opened went on."""

    OPENED = "OPENED", "登录成功"
    REFUSED = "REFUSED", "登录被拒绝"
    LOCKED = "LOCKED", "连续输错密码，暂停登录"
    REUSED = "REUSED", "已用过的刷新令牌再次出现，会话终止"
    ENDED = "ENDED", "会话结束"


class AccountOrigin(Labelled):
    """Who made the account."""

    PROFILE = "PROFILE", "县配置"
    ADMINISTRATOR = "ADMINISTRATOR", "单位管理员"
    ISSUER = "ISSUER", "统一身份认证"


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


class Account(State, frozen=True, kw_only=True):
    """A user's account, as the ledger has each change of it. No password, and nothing made of one, is in it."""

    fact_type: ClassVar[str] = "gateway.account.v1"

    username: str
    tenant: str
    kind: TenantKind
    name: str
    roles: list[Role]
    label: str
    active: bool
    origin: AccountOrigin
    version: int
    """Grows by one with each change; 0 of an account that is older than this record."""
    must_change: bool
    """Its password was set by somebody else: the next login only changes it."""
    has_password: bool
    locked_until: datetime | None
    """No password is tried before this instant; it may have passed."""
    last_signed_in_at: datetime | None

    @property
    def aggregate_id(self) -> str:
        return self.username

    def actor(self, county: str) -> Actor:
        return Actor(
            county=county,
            tenant=self.tenant,
            kind=self.kind,
            user=self.username,
            name=self.name,
            roles=frozenset(self.roles),
        )


class SignIn(State, frozen=True, kw_only=True):
    """That somebody came in, was refused, or that his session ended. Nothing of what was typed is in it."""

    fact_type: ClassVar[str] = "gateway.sign_in.v1"

    id: str
    username: str | None
    """None: the name that was given is nobody's."""
    session: str | None
    """Id of the session that it opened or ended."""
    method: SignInMethod
    outcome: SignInOutcome
    at: datetime

    @property
    def aggregate_id(self) -> str:
        return self.session or self.id
