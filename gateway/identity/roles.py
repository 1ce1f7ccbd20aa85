"""Which login names and which roles a user may have. No I/O: the county's profile and its administrators obey alike."""

import re
from collections.abc import Set

from services.contracts.actor import COUNTY_WIDE, READS_CASES, Role, TenantKind

USERNAME = re.compile(r"(?=.{1,40}$)[a-z0-9]+([._-][a-z0-9]+)*")
"""Before the ``@``."""
USERNAME_FORM = "只能用小写字母、数字和中间的 . _ -，最长 40 个字符，不带 @"
ASSIGNABLE = tuple(role for role in Role if role not in (Role.SYSTEM, Role.PUBLIC))
BY_COUNTY_OFFICE = frozenset({Role.ACCUSATIONS, Role.AUDITOR, Role.OPERATOR, Role.ADMINISTRATOR, Role.SUPERVISOR})
"""Granted and taken by the administrators of the county's office alone, and whoever has one gets his new password from
them: otherwise any administrator could open accusations (检举控告) by a password that he set."""


def misfits(roles: Set[Role], kind: TenantKind | None) -> list[str]:
    """Why these roles do not go together, or not with the kind of tenant, in Chinese; ``kind``: None if unknown."""
    found = []
    if Role.ACCUSATIONS in roles and not roles & READS_CASES:
        found.append("角色 ACCUSATIONS（检举控告专办）要和 CLERK、HEAD 等办件角色一起用，例如 CLERK;ACCUSATIONS")
    for role in sorted(roles & COUNTY_WIDE):
        if roles & READS_CASES:
            found.append(f"角色 {role}（{role.label}）不得兼任办件角色，请另设一个用户")
    for role in sorted(roles & (COUNTY_WIDE | {Role.SUPERVISOR})):
        if kind not in (TenantKind.COUNTY, None):
            found.append(f"角色 {role}（{role.label}）只能给县信访局的用户")
    if {Role.AUDITOR, Role.ADMINISTRATOR} <= roles:
        found.append("角色 AUDITOR（审计员）不得兼任 ADMINISTRATOR（单位管理员）：台账记着管理员的操作，请另设一个用户")
    return found
