"""The county itself, its tenants and its places, from ``county.toml``, ``tenants.csv`` and ``places.csv``."""

import re
import tomllib
from pathlib import Path

import msgspec

from deploy.operator.profile_rows import SPOILED, Mistakes, Row, read_rows, read_text, spoiled
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation, PlaceRef

TENANT_COLUMNS = ("code", "kind", "name", "short_name", "number_prefix", "superior", "phone", "responsibilities")
PLACE_COLUMNS = ("code", "name", "tenant")

STAY = "first_passwords_stay"
COUNTY_CODE = re.compile(r"\d{6}")
TOWNSHIP_CODE = re.compile(r"\d{9}")
VILLAGE_CODE = re.compile(r"\d{12}")
SHORT_CODE = re.compile(r"[a-z0-9]{1,20}")
"""Codes become names of queues and of broker accounts."""
NUMBER_PREFIX = re.compile(r"[0-9A-Z]{6,12}")


class County(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    """Division code, six digits (GB/T 2260)."""
    slug: str
    """Ends every login name of the county."""
    name: str
    first_passwords_stay: bool
    """Nobody need change a password that was made for him: of a demonstration alone."""


class Tenants(msgspec.Struct, frozen=True):
    """The rows of ``tenants.csv`` that have a code, wrong or not, so that other files may refer to them."""

    rows: dict[str, Row]

    def kind(self, code: str) -> TenantKind | None:
        """The kind of a tenant; None where the tenant is not listed or its kind is unreadable."""
        row = self.rows.get(code)
        return None if row is None else _kind(row)


def read_county(folder: Path, mistakes: Mistakes) -> County | None:
    path = folder / "county.toml"
    text = read_text(path, mistakes)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        reason = f'不是有效的 TOML（每行应为 名称 = "内容"）：{error}'
        mistakes.in_file(path.name, reason, line=int(line[1]) if line else None)
        return None
    before = len(mistakes.found)
    for key in sorted(values.keys() - {"code", "slug", "name", STAY}):
        mistakes.in_file(path.name, f"多出不认识的一项“{key}”，只应有 code、slug、name，以及可有可无的 {STAY}")
    stay = values.get(STAY, False)
    if not isinstance(stay, bool):
        mistakes.in_file(path.name, f"{STAY} 只能是 true 或 false，不加引号")
    code, slug, name = (_setting(path.name, values, key, mistakes) for key in ("code", "slug", "name"))
    if code and not COUNTY_CODE.fullmatch(code):
        mistakes.in_file(path.name, f"code“{code}”应为六位行政区划代码")
    if slug and not SHORT_CODE.fullmatch(slug):
        mistakes.in_file(path.name, f"slug“{slug}”只能用小写字母和数字，最长 20 个字符")
    if len(mistakes.found) != before:
        return None
    return County(code=code, slug=slug, name=name, first_passwords_stay=stay is True)


def _setting(file: str, values: dict[str, object], key: str, mistakes: Mistakes) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        mistakes.in_file(file, f'{key} 的内容要放在引号里，例如 {key} = "{value}"')
        return ""
    if not value.strip():
        mistakes.in_file(file, f"缺少 {key}，或内容为空")
    return value.strip()


def read_tenants(folder: Path, county: County | None, mistakes: Mistakes) -> Tenants | None:
    """The tenants, each row checked by itself and against the others."""
    rows = read_rows(folder / "tenants.csv", TENANT_COLUMNS, mistakes)
    if rows is None:
        return None
    for row in rows:
        mistakes.empty(row, "code", "kind", "name", "short_name", "number_prefix")
        _check_codes(row, county, mistakes)
        if row["kind"] and _kind(row) is None:
            mistakes.in_row(row, f"kind“{row['kind']}”不认识，只能是：{_choices()}")
    mistakes.repeated(rows, lambda row: row["code"], "单位编码")
    mistakes.repeated(rows, lambda row: row["number_prefix"], "编号前缀")
    offices = [row for row in rows if _kind(row) is TenantKind.COUNTY]
    if not offices:
        mistakes.in_file("tenants.csv", "没有县信访局：必须有且只有一行的 kind 是 COUNTY")
    for row in offices[1:]:
        mistakes.in_row(row, f"县信访局只能有一个，第 {offices[0].line} 行已经是 COUNTY")
    tenants = Tenants({row["code"]: row for row in reversed(rows) if row["code"]})
    for row in rows:
        _check_superior(row, tenants, mistakes)
    return tenants


def _check_codes(row: Row, county: County | None, mistakes: Mistakes) -> None:
    code, prefix = row["code"], row["number_prefix"]
    if spoiled(code):
        mistakes.in_row(row, SPOILED.format(code))
    elif _kind(row) is TenantKind.TOWNSHIP:
        if code and not TOWNSHIP_CODE.fullmatch(code):
            mistakes.in_row(row, f"乡镇（街道）的编码“{code}”应为九位行政区划代码")
        elif code and county and not code.startswith(county.code):
            mistakes.in_row(row, f"编码“{code}”不以本县代码 {county.code} 开头")
    elif code and not SHORT_CODE.fullmatch(code):
        mistakes.in_row(row, f"单位编码“{code}”只能用小写字母和数字，最长 20 个字符")
    if spoiled(prefix):
        mistakes.in_row(row, SPOILED.format(prefix))
    elif prefix and not NUMBER_PREFIX.fullmatch(prefix):
        mistakes.in_row(row, f"编号前缀“{prefix}”只能用数字和大写字母，6 至 12 个字符")
    elif prefix and county and not prefix.startswith(county.code):
        # Numbers of two counties on one platform never meet, since each begins with its own county.
        mistakes.in_row(row, f"编号前缀“{prefix}”不以本县代码 {county.code} 开头")


def _check_superior(row: Row, tenants: Tenants, mistakes: Mistakes) -> None:
    superior = row["superior"]
    if _kind(row) is TenantKind.COUNTY:
        if superior:
            mistakes.in_row(row, "县信访局的上级单位（superior）应为空")
        return
    if not superior:
        mistakes.in_row(row, "上级单位（superior）不能为空，一般填县信访局的编码")
    elif superior not in tenants.rows:
        mistakes.in_row(row, f"上级单位“{superior}”不在本表中")
    elif row["code"]:
        chain = _chain(row["code"], tenants)
        if chain[-1] == row["code"]:
            mistakes.in_row(row, "上级单位绕成了一圈：" + " → ".join(chain))


def _chain(code: str, tenants: Tenants) -> list[str]:
    """The tenant and those above it, up to the county office or one that was met before."""
    chain = [code]
    while (row := tenants.rows.get(chain[-1])) is not None and row["superior"] and _kind(row) is not TenantKind.COUNTY:
        chain.append(row["superior"])
        if chain.count(chain[-1]) > 1:
            break
    return chain


def read_places(folder: Path, tenants: Tenants | None, mistakes: Mistakes) -> dict[str, list[PlaceRef]]:
    """The places of each township, its own first, by the township's code."""
    rows = read_rows(folder / "places.csv", PLACE_COLUMNS, mistakes)
    if rows is None:
        return {}
    places: dict[str, list[PlaceRef]] = {}
    townships_seen: set[str] = set()
    own = {row["code"] for row in rows}
    for row in rows:
        mistakes.empty(row, "code", "name", "tenant")
        code, tenant = row["code"], row["tenant"]
        if code == tenant:
            townships_seen.add(code)
        _check_place(row, mistakes)
        if tenants is not None and tenant and tenants.kind(tenant) is not TenantKind.TOWNSHIP:
            known = tenant in tenants.rows
            reason = "不是乡镇（街道）" if known else "不在 tenants.csv 中"
            mistakes.in_row(row, f"所属单位“{tenant}”{reason}")
        elif VILLAGE_CODE.fullmatch(code) and tenant and tenant not in townships_seen:
            reason = "应写在它后面" if tenant in own else "却没有这个乡镇（街道）自己的一行"
            mistakes.in_row(row, f"村（社区）属于“{tenant}”，{reason}")
        places.setdefault(tenant, []).append(PlaceRef(code=code, name=row["name"]))
    mistakes.repeated(rows, lambda row: row["code"], "地点编码")
    if tenants is not None:
        for code, row in tenants.rows.items():
            if tenants.kind(code) is TenantKind.TOWNSHIP and code not in townships_seen:
                mistakes.in_row(row, f"places.csv 中没有“{code}”自己的一行")
    return places


def _check_place(row: Row, mistakes: Mistakes) -> None:
    code, tenant = row["code"], row["tenant"]
    if spoiled(code) or spoiled(tenant):
        mistakes.in_row(row, SPOILED.format(code if spoiled(code) else tenant))
    elif TOWNSHIP_CODE.fullmatch(code):
        if tenant and code != tenant:
            mistakes.in_row(row, f"乡镇（街道）“{code}”的所属单位应是它自己，现为“{tenant}”")
    elif code and not VILLAGE_CODE.fullmatch(code):
        mistakes.in_row(row, f"地点编码“{code}”应为九位（乡镇）或十二位（村、社区）行政区划代码")
    elif code and tenant and not code.startswith(tenant):
        mistakes.in_row(row, f"地点编码“{code}”不以所属乡镇“{tenant}”的编码开头")


def organisations(tenants: Tenants, places: dict[str, list[PlaceRef]]) -> list[Organisation]:
    """The directory, in the order of ``tenants.csv``. Only for rows without mistakes."""
    return [
        Organisation(
            code=code,
            kind=TenantKind[row["kind"]],
            name=row["name"],
            short_name=row["short_name"],
            number_prefix=row["number_prefix"],
            superior=row["superior"] or None,
            responsibilities=row.several("responsibilities"),
            places=places.get(code, []),
            phone=row["phone"] or None,
            active=True,
        )
        for code, row in sorted(tenants.rows.items(), key=lambda item: item[1].line)
    ]


def _kind(row: Row) -> TenantKind | None:
    return TenantKind[row["kind"]] if row["kind"] in TenantKind.__members__ else None


def _choices() -> str:
    return "、".join(f"{kind}（{kind.label}）" for kind in TenantKind)
