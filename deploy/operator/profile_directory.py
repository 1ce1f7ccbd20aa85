"""What the directory says beside ``tenants.csv``: levels, names, organs, people, units, beginnings and ends.

From ``directory.toml``; a county without the file says nothing of it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from deploy.operator.profile_rows import Mistakes, read_toml
from deploy.operator.profile_tenants import SHORT_CODE, Tenants
from services.contracts.actor import TenantKind
from services.contracts.base import builtins
from services.contracts.directory import Contact, FormerName, Organ, Organisation, OrgLevel, Unit
from services.deadlines.rules import said_of

DIRECTORY = "directory.toml"
TABLE = "organisations"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Contact(Contact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    phone: str | None = None


class _FormerName(FormerName, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Unit(Unit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    responsibilities: list[str] = []
    contacts: list[_Contact] = []  # type: ignore[assignment] # the same, read strictly


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of one tenant: the fields of ``Organisation``, read strictly."""

    code: str
    level: OrgLevel | None = None
    aliases: list[str] = []
    former_names: list[_FormerName] = []
    organs: list[Organ] = []
    contacts: list[_Contact] = []
    units: list[_Unit] = []
    since: date | None = None
    until: date | None = None
    successors: list[str] = []


Directory = dict[str, _Entry]
"""By code of the tenant."""


def read_directory(folder: Path, tenants: Tenants | None, mistakes: Mistakes) -> Directory:
    path = folder / DIRECTORY
    values = read_toml(path, mistakes) if path.exists() else {}
    if values is None:
        return {}
    for key in sorted(values.keys() - {TABLE}):
        mistakes.in_file(DIRECTORY, f"多出不认识的一项“{key}”，每个单位以 [[{TABLE}]] 开头")
    tables = values.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        mistakes.in_file(DIRECTORY, f"每个单位应以 [[{TABLE}]] 开头")
        return {}
    entries = [entry for number, table in enumerate(tables, start=1) if (entry := _entry(number, table, mistakes))]
    for code, times in Counter(entry.code for entry in entries).items():
        if times > 1:
            mistakes.in_file(DIRECTORY, f"单位 {code} 写了不止一次，请合并")
    directory = {entry.code: entry for entry in entries}
    for entry in entries:
        for problem in _problems(entry, directory, tenants):
            mistakes.in_file(DIRECTORY, f"单位 {entry.code}：{problem}")
    for problem in _shared(entries, tenants):
        mistakes.in_file(DIRECTORY, problem)
    return directory


def with_directory(organisations: Iterable[Organisation], directory: Directory) -> list[Organisation]:
    """The tenants with what the directory says of them. Only for entries without mistakes."""
    return [_with(organisation, directory.get(organisation.code)) for organisation in organisations]


def _with(organisation: Organisation, entry: _Entry | None) -> Organisation:
    township = organisation.kind is TenantKind.TOWNSHIP
    level = OrgLevel.TOWNSHIP if township else OrgLevel.COUNTY
    if entry is None:
        return msgspec.structs.replace(organisation, level=level)
    said = msgspec.to_builtins(entry)
    said["level"] = (entry.level or level).value
    return msgspec.convert({**builtins(organisation), **said}, Organisation)


def _entry(number: int, table: dict[str, Any], mistakes: Mistakes) -> _Entry | None:
    name = table.get("code") or f"第 {number} 个"
    try:
        return msgspec.convert(table, _Entry)
    except msgspec.ValidationError as error:
        mistakes.in_file(DIRECTORY, f"单位 {name}：{said_of(error)}")
        return None


def _problems(entry: _Entry, directory: Directory, tenants: Tenants | None) -> Iterable[str]:
    if tenants is not None and entry.code not in tenants.rows:
        yield "不在 tenants.csv 中"
    named = [*entry.aliases, *(one.name for one in entry.former_names), *(unit.name for unit in entry.units)]
    if any(not name.strip() or CONTROL.search(name) for name in named):
        yield "别名、曾用名和内设机构的名称不能为空"
    yield from _of_contacts("联系人", entry.contacts)
    codes = Counter(unit.code for unit in entry.units)
    yield from (f"内设机构编码“{code}”重复" for code, times in codes.items() if times > 1)
    for unit in entry.units:
        if not SHORT_CODE.fullmatch(unit.code):
            yield f"内设机构编码“{unit.code}”只能用小写字母和数字，最长 20 个字符"
        yield from _of_contacts(f"内设机构“{unit.name}”的联系人", unit.contacts)
    yield from _of_its_end(entry, directory, tenants)


def _of_contacts(whose: str, contacts: Iterable[_Contact]) -> Iterable[str]:
    found = list(contacts)
    for post, times in Counter(contact.post for contact in found).items():
        if times > 1:
            yield f"{whose}中{post.label}（{post}）只能写一名"
    if any(not contact.name.strip() or not contact.title.strip() for contact in found):
        yield f"{whose}的姓名（name）和职务（title）不能为空"


def _of_its_end(entry: _Entry, directory: Directory, tenants: Tenants | None) -> Iterable[str]:
    """撤并: from when, and who goes on with its functions (Art. 24)."""
    if entry.since is not None and entry.until is not None and entry.until < entry.since:
        yield f"撤并日期 {entry.until} 早于设立日期 {entry.since}"
    if entry.successors and entry.until is None:
        yield "写了承接单位 successors，请同时写明撤并日期 until"
    if entry.until is not None and tenants is not None and tenants.kind(entry.code) is TenantKind.COUNTY:
        yield "县信访局不能撤并"
    for code in entry.successors:
        if tenants is not None and code not in tenants.rows:
            yield f"承接单位“{code}”不在 tenants.csv 中"
    circle = _circle(entry.code, directory)
    if circle:
        yield f"承接单位绕成了一圈：{' → '.join(circle)}"


def _circle(code: str, directory: Directory) -> list[str]:
    """The way from a tenant over successors back to itself; empty where there is none."""
    ways = [[code]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for successor in directory[way[-1]].successors if way[-1] in directory else []:
            if successor == code:
                return [*way, successor]
            if successor not in seen:
                seen.add(successor)
                ways.append([*way, successor])
    return []


def _shared(entries: Iterable[_Entry], tenants: Tenants | None) -> Iterable[str]:
    """Names under which people would find two tenants, and organs that two tenants claim to be."""
    claimed: dict[Organ, list[str]] = {}
    known: dict[str, set[str]] = {}
    for code, row in tenants.rows.items() if tenants else ():
        for name in (row["name"], row["short_name"]):
            known.setdefault(name, set()).add(code)
    for entry in entries:
        for organ in dict.fromkeys(entry.organs):
            claimed.setdefault(organ, []).append(entry.code)
        for name in entry.aliases:
            known.setdefault(name, set()).add(entry.code)
    for organ, codes in claimed.items():
        if len(codes) > 1:
            yield f"{organ.label}（{organ}）只能是一个单位，现有：{'、'.join(codes)}"
    aliases = {name for entry in entries for name in entry.aliases}
    for name in sorted(aliases):
        if len(known[name]) > 1:
            yield f"别名“{name}”与另一单位的名称或别名相同：{'、'.join(sorted(known[name]))}"
