"""What the county's offices publicise, from the files of ``pages/``; none where there is no such folder.

A file is Markdown (``.md``) or plain text (``.txt``). Above its text stand title, tenant, order and the day from which
it holds, as TOML between two lines ``+++``; its name is the end of its address."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from deploy.operator.profile_rows import Mistakes, read_text
from deploy.operator.profile_tenants import County, Tenants
from services.contracts.public_pages import PublicPage, PublicPages
from services.deadlines.rules import said_of

PAGES = "pages"
ENDINGS = (".md", ".txt")
FENCE = "+++"
KEYS = ("title", "tenant", "order", "since")


def read_pages(folder: Path, county: County | None, tenants: Tenants | None, mistakes: Mistakes) -> PublicPages | None:
    """The county's pages, by file name; None where they cannot be told. Notes every mistake."""
    if county is None:
        return None
    before = len(mistakes.found)
    files = sorted((folder / PAGES).iterdir()) if (folder / PAGES).is_dir() else []
    pages = [page for path in files if (page := _page(path, tenants, mistakes)) is not None]
    addresses = [page.address for page in pages]
    for each in sorted({each for each in addresses if addresses.count(each) > 1}):
        mistakes.in_file(f"{PAGES}/{each}", "同名的 .md 和 .txt 只能有一个")
    return PublicPages(county=county.code, pages=pages) if len(mistakes.found) == before else None


def _page(path: Path, tenants: Tenants | None, mistakes: Mistakes) -> PublicPage | None:
    name = f"{PAGES}/{path.name}"
    if path.suffix not in ENDINGS:
        mistakes.in_file(name, f"公示内容应为 {'、'.join(ENDINGS)} 文件")
        return None
    read = read_text(path, mistakes)
    if read is None:
        return None
    head, text = _parted(read)
    if head is None:
        mistakes.in_file(name, f"开头应为两行 {FENCE} 之间的 {'、'.join(KEYS)}，其后是正文")
        return None
    try:
        said: dict[str, Any] = tomllib.loads(head)
    except tomllib.TOMLDecodeError:
        mistakes.in_file(name, f"两行 {FENCE} 之间不是有效的 TOML，文字应放在英文双引号中")
        return None
    before = len(mistakes.found)
    for key in sorted(said.keys() - set(KEYS)):
        mistakes.in_file(name, f"多出不认识的一项“{key}”，只应有 {'、'.join(KEYS)}")
    if tenants is not None and "tenant" in said and said["tenant"] not in tenants.rows:
        mistakes.in_file(name, f"单位编码“{said['tenant']}”不在 tenants.csv 中")
    if len(mistakes.found) > before:
        return None
    try:
        of_file = {"address": path.stem, "markdown": path.suffix == ".md", "text": text}
        return msgspec.convert({**said, **of_file}, PublicPage)
    except msgspec.ValidationError as error:
        mistakes.in_file(name, said_of(error))
        return None


def _parted(text: str) -> tuple[str | None, str]:
    """What stands between the two fences, and what follows."""
    first, *lines = text.lstrip().splitlines() or [""]
    if first.strip() != FENCE or FENCE not in (line.strip() for line in lines):
        return None, text
    end = next(number for number, line in enumerate(lines) if line.strip() == FENCE)
    return "\n".join(lines[:end]), "\n".join(lines[end + 1 :]).strip()
