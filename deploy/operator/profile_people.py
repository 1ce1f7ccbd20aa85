"""The users of a county, from ``users.csv``."""

from pathlib import Path

from deploy.operator.profile_rows import Mistakes, Row, read_rows
from deploy.operator.profile_tenants import County, Tenants
from gateway.identity.roles import ASSIGNABLE, USERNAME, USERNAME_FORM, misfits
from services.contracts.actor import Role, TenantKind
from services.contracts.identity import UserAccount

USER_COLUMNS = ("username", "tenant", "name", "roles", "label")


def read_users(folder: Path, tenants: Tenants | None, mistakes: Mistakes) -> list[Row]:
    rows = read_rows(folder / "users.csv", USER_COLUMNS, mistakes)
    for row in rows or []:
        mistakes.empty(row, "username", "tenant", "name", "roles", "label")
        if row["username"] and not USERNAME.fullmatch(row["username"]):
            mistakes.in_row(row, f"用户名“{row['username']}”{USERNAME_FORM}")
        _check_tenant(row, tenants, mistakes)
        _check_roles(row, tenants, mistakes)
    mistakes.repeated(rows or [], lambda row: row["username"], "用户名")
    return rows or []


def _check_tenant(row: Row, tenants: Tenants | None, mistakes: Mistakes) -> None:
    if tenants is not None and row["tenant"] and row["tenant"] not in tenants.rows:
        mistakes.in_row(row, f"单位“{row['tenant']}”不在 tenants.csv 中")


def _check_roles(row: Row, tenants: Tenants | None, mistakes: Mistakes) -> None:
    names = row.several("roles")
    for name in dict.fromkeys(names):
        if name not in ASSIGNABLE:
            choices = "、".join(f"{role}（{role.label}）" for role in ASSIGNABLE)
            mistakes.in_row(row, f"角色“{name}”不认识，只能是：{choices}")
        if names.count(name) > 1:
            mistakes.in_row(row, f"角色“{name}”写了不止一次")
    roles = {Role[name] for name in names if name in ASSIGNABLE}
    for reason in misfits(roles, None if tenants is None else tenants.kind(row["tenant"])):
        mistakes.in_row(row, reason)


def user_accounts(rows: list[Row], *, county: County, tenants: Tenants) -> list[UserAccount]:
    """The accounts, without passwords. Only for rows without mistakes."""
    return [
        UserAccount(
            username=f"{row['username']}@{county.slug}",
            tenant=row["tenant"],
            kind=TenantKind[tenants.rows[row["tenant"]]["kind"]],
            name=row["name"],
            roles=[Role[name] for name in row.several("roles")],
            label=row["label"],
        )
        for row in rows
    ]
