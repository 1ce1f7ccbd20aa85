"""The people of each tenant who stand in its duty table, from ``leaders.csv``."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from deploy.operator.profile_rows import Mistakes, Row, read_rows
from deploy.operator.profile_tenants import County, Tenants
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Qualification, Rank

LEADERS = "leaders.csv"
COLUMNS = (
    "tenant",
    "id",
    "name",
    "rank",
    "post",
    "portfolio",
    "phone",
    "login",
    "qualifications",
    "since",
    "order",
)
MEMBER_ID = re.compile(r"[a-z0-9-]{1,20}")

People = dict[str, list[Member]]
"""By tenant, each with the id that the file gives him, which is his within the tenant only."""


def read_people(
    folder: Path, county: County | None, tenants: Tenants | None, users: Sequence[Row], mistakes: Mistakes
) -> People | None:
    """The people in the order of the file; None where there are mistakes, also in the files before: a slip in one would
    be told again for whatever refers to it."""
    well = not mistakes.found
    rows = read_rows(folder / LEADERS, COLUMNS, mistakes) or []
    logins = {row["username"]: row["tenant"] for row in users}
    for row in rows:
        mistakes.empty(row, "tenant", "id", "name", "rank", "post", "since")
        if row["tenant"] and tenants is not None and row["tenant"] not in tenants.rows:
            mistakes.in_row(row, f"单位“{row['tenant']}”不在 tenants.csv 中")
        if row["id"] and not MEMBER_ID.fullmatch(row["id"]):
            mistakes.in_row(row, f"人员编号“{row['id']}”只能用小写字母、数字和 -，最长 20 个字符")
        _check_words(row, mistakes)
        _check_numbers(row, mistakes)
        if well and row["login"]:
            _check_login(row, logins, mistakes)
    mistakes.repeated(rows, lambda row: _within(row, "id"), "人员编号")
    mistakes.repeated(rows, lambda row: _within(row, "login"), "登录名")
    if mistakes.found or county is None or tenants is None:
        return None
    found: People = {}
    for row in rows:
        there = found.setdefault(row["tenant"], [])
        there.append(_member(row, slug=county.slug, place=len(there) + 1))
    return found


def _member(row: Row, *, slug: str, place: int) -> Member:
    return Member(
        tenant=row["tenant"],
        id=row["id"],
        login=f"{row['login']}@{slug}" if row["login"] else None,
        name=row["name"],
        rank=Rank[row["rank"]],
        post=row["post"],
        portfolio=row.several("portfolio"),
        phone=row["phone"] or None,
        qualifications=frozenset(Qualification[each] for each in row.several("qualifications")),
        since=date.fromisoformat(row["since"]),
        order=int(row["order"]) if row["order"] else place,
    )


def _within(row: Row, column: str) -> str:
    return f"{row['tenant']} {row[column]}" if row["tenant"] and row[column] else ""


def _check_words(row: Row, mistakes: Mistakes) -> None:
    if row["rank"] and row["rank"] not in Rank.__members__:
        choices = "、".join(f"{rank}（{rank.label}）" for rank in Rank)
        mistakes.in_row(row, f"rank“{row['rank']}”不认识，只能是：{choices}")
    for each in row.several("qualifications"):
        if each not in Qualification.__members__:
            choices = "、".join(f"{one}（{one.label}）" for one in Qualification)
            mistakes.in_row(row, f"qualifications“{each}”不认识，只能是：{choices}")


def _check_numbers(row: Row, mistakes: Mistakes) -> None:
    try:
        date.fromisoformat(row["since"] or "2026-01-01")
    except ValueError:
        mistakes.in_row(row, f"任职日期“{row['since']}”应写作 2026-01-31 的形式，且确有其日")
    if row["order"] and not re.fullmatch(r"\d{1,4}", row["order"]):
        mistakes.in_row(row, f"次序“{row['order']}”应为数字；不写则按先后")


def _check_login(row: Row, logins: dict[str, str], mistakes: Mistakes) -> None:
    if row["login"] not in logins:
        mistakes.in_row(row, f"登录名“{row['login']}”不在 users.csv 中（不用写 @ 和县的 slug）")
    elif row["tenant"] and logins[row["login"]] != row["tenant"]:
        mistakes.in_row(row, f"登录名“{row['login']}”在 users.csv 中属于单位 {logins[row['login']]}")
