"""Who may manage whose account, and how. No I/O."""

from collections.abc import Collection

from gateway.identity.roles import ASSIGNABLE, BY_COUNTY_OFFICE, USERNAME, USERNAME_FORM, misfits
from services.common.errors import Forbidden, InvalidInput, NotFound, Refusal
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.identity import Account

LONGEST_TEXT = 60
"""Characters of a name and of what a user does."""


class OwnAccount(Refusal):
    code = "OWN_ACCOUNT"
    default = "不能变更自己的角色，也不能停用自己或重设自己的密码：请由另一位管理员办理；修改密码请用 changePassword"


class LastAdministrator(Refusal):
    code = "LAST_ADMINISTRATOR"
    default = "县信访局至少要有一位在用的单位管理员：请先指定另一位，再办理"


def check_manages(actor: Actor) -> None:
    """Raises ``Forbidden``."""
    if not actor.administers:
        raise Forbidden("用户由单位管理员管理，请联系本单位管理员")


def sees(actor: Actor, tenant: str) -> bool:
    """Whether an administrator manages this tenant's users: his own; of the county's office, every tenant's."""
    return actor.kind is TenantKind.COUNTY or actor.tenant == tenant


def check_sees(actor: Actor, tenant: str) -> None:
    """Raises ``Forbidden``, and ``NotFound`` for the users of another tenant, who are as if they were not there."""
    check_manages(actor)
    if not sees(actor, tenant):
        raise NotFound()


def check_other(actor: Actor, account: Account) -> None:
    """Raises ``OwnAccount``."""
    if actor.user == account.username:
        raise OwnAccount()


def check_reserved(actor: Actor, roles: Collection[Role]) -> None:
    """Of an account that has, gets or loses these roles. Raises ``Forbidden`` where only the county's office may."""
    reserved = sorted(BY_COUNTY_OFFICE & set(roles))
    if reserved and actor.kind is not TenantKind.COUNTY:
        labels = "、".join(role.label for role in reserved)
        raise Forbidden(f"涉及{labels}角色的，由县信访局的管理员办理，请联系县信访局")


def check_not_confided(actor: Actor, *, confided: bool) -> None:
    """Of an account whose password is to be set by somebody else. ``confided``: accusations (检举控告) are shown to its
    user by name, whatever his roles. Raises ``Forbidden`` where only the county's office may."""
    if confided and actor.kind is not TenantKind.COUNTY:
        raise Forbidden("该用户的密码由县信访局的管理员重设，请联系县信访局")


def check_roles(roles: Collection[Role], kind: TenantKind) -> None:
    """Raises ``InvalidInput``."""
    if not roles:
        raise InvalidInput("请至少选择一个角色", field="roles")
    if len(set(roles)) != len(roles) or not set(roles) <= set(ASSIGNABLE):
        raise InvalidInput("角色重复，或不能授予用户，请重新选择", field="roles")
    reasons = misfits(set(roles), kind)
    if reasons:
        raise InvalidInput("；".join(reasons), field="roles")


def check_username(name: str) -> None:
    """Before the ``@``. Raises ``InvalidInput``."""
    if not USERNAME.fullmatch(name):
        raise InvalidInput(f"用户名{USERNAME_FORM}", field="username")


def tidy(text: str, *, field: str, what: str) -> str:
    """A name, or what a user does. Raises ``InvalidInput``."""
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_TEXT or not plain.isprintable():
        raise InvalidInput(f"请填写{what}，最长 {LONGEST_TEXT} 个字", field=field)
    return plain
