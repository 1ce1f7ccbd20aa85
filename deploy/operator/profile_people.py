"""The users of a county, from ``users.csv``."""

import re
from pathlib import Path

from deploy.operator.profile_rows import Mistakes, Row, read_rows
from deploy.operator.profile_tenants import County, Tenants
from services.contracts.actor import READS_CASES, Role, TenantKind
from services.contracts.identity import UserAccount

USER_COLUMNS = ("username", "tenant", "name", "roles", "label")

USERNAME = re.compile(r"(?=.{1,40}$)[a-z0-9]+([._-][a-z0-9]+)*")
ASSIGNABLE = tuple(role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC))
COUNTY_WIDE = frozenset({Role.OPERATOR, Role.AUDITOR})
"""Roles that reach over the whole county: only its office has them, and who has them sees no case."""


def read_users(folder: Path, tenants: Tenants | None, mistakes: Mistakes) -> list[Row]:
    rows = read_rows(folder / "users.csv", USER_COLUMNS, mistakes)
    for row in rows or []:
        mistakes.empty(row, "username", "tenant", "name", "roles", "label")
        if row["username"] and not USERNAME.fullmatch(row["username"]):
            reason = "只能用小写字母、数字和中间的 . _ -，最长 40 个字符，不带 @"
            mistakes.in_row(row, f"用户名“{row['username']}”{reason}")
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
    if Role.ACCUSATIONS in roles and not roles & READS_CASES:
        mistakes.in_row(
            row, "角色 ACCUSATIONS（检举控告专办）要和 CLERK、HEAD 等办件角色一起用，例如 CLERK;ACCUSATIONS"
        )
    for role in sorted(roles & COUNTY_WIDE):
        if roles & READS_CASES:
            mistakes.in_row(row, f"角色 {role}（{role.label}）不得兼任办件角色，请另设一个用户")
        if tenants is not None and tenants.kind(row["tenant"]) not in (TenantKind.COUNTY, None):
            mistakes.in_row(row, f"角色 {role}（{role.label}）只能给县信访局的用户")


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
