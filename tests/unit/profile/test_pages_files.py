"""The pages that a county's offices publicise, as files of the profile."""

from datetime import date
from pathlib import Path

import pytest

from deploy.local.instance import ROOT
from deploy.operator.profile_pages import read_pages
from deploy.operator.profile_rows import Mistakes
from deploy.operator.profile_tenants import read_county, read_tenants
from services.contracts.public_pages import PublicPages

LUONAN = ROOT / "deploy" / "counties" / "luonan"
HEAD = '+++\ntitle = "制度"\ntenant = "xfj"\nsince = 2026-01-01\n+++\n'


def read(folder: Path) -> tuple[PublicPages | None, list[str]]:
    """Of the pages in ``folder``, for the demonstration county's offices."""
    mistakes = Mistakes()
    county = read_county(LUONAN, mistakes)
    tenants = read_tenants(LUONAN, county, mistakes)
    return read_pages(folder, county, tenants, mistakes), [str(each) for each in mistakes.found]


def write(folder: Path, name: str, text: str) -> None:
    (folder / "pages").mkdir(exist_ok=True)
    (folder / "pages" / name).write_text(text, "utf-8")


def test_a_county_without_the_folder_publicises_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == (PublicPages(county="611021"), [])


def test_the_demonstration_county_publicises_its_rules() -> None:
    pages, said = read(LUONAN)
    assert said == []
    assert pages is not None
    assert [page.address for page in pages.pages] == ["how-to-petition", "reception-days"]


def test_markdown_and_plain_text_are_read_without_their_head(tmp_path: Path) -> None:
    write(tmp_path, "rules.md", "\ufeff" + HEAD + "\n# 一\n\n+++\n")
    write(tmp_path, "plain.txt", HEAD.replace("+++\n", "order = 3\n+++\n", 2).replace("order = 3\n", "", 1) + "正文")
    pages, said = read(tmp_path)
    assert (said, pages is not None) == ([], True)
    plain, rules = pages.pages if pages else []
    assert (plain.address, plain.markdown, plain.text, plain.order) == ("plain", False, "正文", 3)
    assert (rules.address, rules.markdown, rules.text) == ("rules", True, "# 一\n\n+++")
    assert rules.since == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rules.html", HEAD + "文", "pages/rules.html：公示内容应为 .md、.txt 文件"),
        ("rules.md", "文", "pages/rules.md：开头应为两行 +++ 之间的"),
        ("rules.md", "+++\ntitle = '一'\n文", "pages/rules.md：开头应为两行 +++ 之间的"),
        ("rules.md", "+++\ntitle = 一\n+++\n文", "pages/rules.md：两行 +++ 之间不是有效的 TOML"),
        ("rules.md", HEAD.replace("since", "day"), "pages/rules.md：多出不认识的一项“day”"),
        ("rules.md", HEAD.replace("xfj", "nobody") + "文", "pages/rules.md：单位编码“nobody”不在 tenants.csv 中"),
        ("rules.md", HEAD.replace('title = "制度"\n', "") + "文", "pages/rules.md：缺少字段 title"),
        ("rules.md", HEAD, "pages/rules.md：text"),
        ("Rules A.md", HEAD + "文", "pages/Rules A.md：address"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_file(tmp_path: Path, name: str, text: str, said: str) -> None:
    write(tmp_path, name, text)
    pages, mistakes = read(tmp_path)
    assert pages is None
    assert [each[: len(said)] for each in mistakes] == [said]


def test_two_files_of_one_address_are_refused(tmp_path: Path) -> None:
    for name in ("rules.md", "rules.txt"):
        write(tmp_path, name, HEAD + "文")
    assert read(tmp_path) == (None, ["pages/rules：同名的 .md 和 .txt 只能有一个"])
