"""What offices publicise: which pages are shown, in what order, and that none of it is carried out."""

from datetime import date

import msgspec
import pytest

from gateway.public.publicised import FRAME_POLICY, framed, rendered, shown
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.public_pages import PublicPage

TODAY = date(2026, 3, 2)
PAGE = PublicPage(address="rules", tenant="xfj", title="制度", since=TODAY, markdown=True, text="# 一\n\n正文")


def body(code: str, kind: TenantKind, **changes: object) -> Organisation:
    made = Organisation(
        code=code, kind=kind, name=f"单位{code}", short_name=code, number_prefix="611021", superior=None, phone=None,
        responsibilities=[], places=[], active=True,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


DIRECTORY = {
    "xfj": body("xfj", TenantKind.COUNTY),
    "cg": body("cg", TenantKind.BUREAU),
    "old": body("old", TenantKind.BUREAU, active=False),
}


def page(address: str, **changes: object) -> PublicPage:
    return msgspec.structs.replace(PAGE, address=address, **changes)


def addresses(*pages: PublicPage, today: date = TODAY, tenant: str | None = None) -> list[str]:
    return [each.address for each in shown(pages, directory=DIRECTORY, today=today, tenant=tenant)]


def test_the_county_office_comes_first_and_then_each_by_its_order() -> None:
    pages = page("c", tenant="cg"), page("b", order=2), page("a", order=3), page("d", order=1)
    assert addresses(*pages) == ["d", "b", "a", "c"]
    assert addresses(*pages, tenant="cg") == ["c"]
    assert addresses() == []


def test_a_page_is_shown_from_the_day_on_which_it_holds() -> None:
    assert addresses(page("next", since=date(2026, 3, 3))) == []
    assert addresses(page("next", since=date(2026, 3, 3)), today=date(2026, 3, 3)) == ["next"]


def test_offices_that_are_no_more_publicise_nothing() -> None:
    assert addresses(page("a", tenant="old"), page("b", tenant="unknown")) == []


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("文<img src=x onerror=alert(1)>", "<img"),
        ("[点](javascript:alert(1))", "href"),
        ("[点](data:text/html,x)", "href"),
        ("[点](vbscript:x)", "href"),
        ("[点](//elsewhere.example)", "href"),
        ("![图](http://elsewhere.example/x.png)", "<img"),
        ('<http://x.example/"onmouseover=1>', '"onmouseover'),
    ],
)
def test_raw_html_scripts_and_images_are_text(text: str, never: str) -> None:
    assert never not in rendered(page("a", text=text))


def test_markdown_is_laid_out_and_plain_text_stays_as_it_stands() -> None:
    assert rendered(page("a", text="## 二\n\n- 甲\n- [乙](https://www.gov.cn)")) == (
        '<h2>二</h2>\n<ul>\n<li>甲</li>\n<li><a href="https://www.gov.cn">乙</a></li>\n</ul>\n'
    )
    assert rendered(page("a", markdown=False, text="# 一\n<b>")) == '<pre class="plain"># 一\n&lt;b&gt;</pre>'


def test_a_blank_that_stands_in_a_text_is_not_filled() -> None:
    made = framed(page("a", text="{{county}}", title="<i>{{slug}}"), county="洛南县", slug="luonan", office="信访局")
    assert "<p>{{county}}</p>" in made
    assert "<h1>&lt;i&gt;{{slug}}</h1>" in made
    assert "自2026年3月2日起施行" in made


def test_the_page_carries_out_no_script() -> None:
    assert "unsafe" not in FRAME_POLICY
    assert "script-src ;" in FRAME_POLICY
