"""What a county's offices publicise (CC-14): listed, and each page at an address of its own, to link and to print.

What is written comes from the county's profile, and is rendered without trusting it: raw HTML is shown as text, links
lead to web addresses, mail and telephones alone, and there are no images."""

import html
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from gateway.reading import ViewReader
from gateway.web.security import policy_of
from services.common.clock import legal_day
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.public_pages import PublicPage, PublicPages

FRAME = (Path(__file__).parent / "publicised.html").read_text("utf-8")
FRAME_POLICY = policy_of(FRAME)
LINKS = ("http://", "https://", "mailto:", "tel:", "/", "#")


class _Links(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return url.lower().startswith(LINKS) and not url.startswith("//")


MARKDOWN = _Links("commonmark", {"html": False}).enable("table").disable("image")


def shown(
    pages: Iterable[PublicPage], *, directory: dict[str, Organisation], today: date, tenant: str | None = None
) -> list[PublicPage]:
    """Those that hold on this day, of offices that still are: the county office's first, then by office and order."""

    def place(page: PublicPage) -> tuple[bool, str, int, str]:
        return directory[page.tenant].kind is not TenantKind.COUNTY, page.tenant, page.order, page.address

    return sorted(
        (
            page
            for page in pages
            if page.since <= today
            and tenant in (None, page.tenant)
            and page.tenant in directory
            and directory[page.tenant].active
        ),
        key=place,
    )


def rendered(page: PublicPage) -> str:
    """The text as HTML that carries out nothing."""
    if not page.markdown:
        return f'<pre class="plain">{html.escape(page.text)}</pre>'
    made: str = MARKDOWN.render(page.text)
    return made


def framed(page: PublicPage, *, county: str, slug: str, office: str) -> str:
    """The whole document. Each blank is filled once, so that a text that holds a blank's name stays as it is."""
    since = f"{page.since.year}年{page.since.month}月{page.since.day}日"
    blanks = {
        "county": html.escape(county),
        "slug": html.escape(slug),
        "title": html.escape(page.title),
        "office": html.escape(office),
        "since": since,
        "text": rendered(page),
    }
    first, *rest = FRAME.split("{{")
    return first + "".join(blanks[name] + after for name, after in (piece.split("}}", 1) for piece in rest))


async def read_pages(reader: ViewReader, *, slug: str, tenant: str | None = None) -> list[dict[str, Any]]:
    """What is shown today, as ``gateway.public.types.PublicisedPage`` reads it."""
    directory = await reader.shared(Organisation)
    known = (await reader.shared(PublicPages)).get(reader.actor.county)
    found = shown(known.pages if known else [], directory=directory, today=legal_day(reader.now), tenant=tenant)
    return [
        {
            "address": page.address,
            "path": f"/public/{slug}/pages/{page.address}",
            "tenant": page.tenant,
            "tenant_name": directory[page.tenant].name,
            "title": page.title,
            "since": page.since,
            "text": page.text,
            "page": page,
        }
        for page in found
    ]
