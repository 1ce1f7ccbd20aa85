"""Lists that page: a connection for each kind of node, its edges, and how ``first`` and ``after`` are read."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.ordering import Order, Page, read_cursor
from gateway.reading_lists import Listed, ScopedReader
from gateway.schema.scalars import Cursor
from gateway.schema.types import context_of
from gateway.status import PetitionStatus
from gateway.work.counting import COUNTED, Total, counted, tallied
from services.common.errors import InvalidInput

MAX_PAGE = 100


class PageInfo(graphene.ObjectType):
    """列表中一页的位置"""

    has_next_page = graphene.Boolean(required=True, description="后面还有")
    has_previous_page = graphene.Boolean(required=True, description="前面还有：本页是从某个位置之后查询的")
    start_cursor = Cursor(description="本页第一条的位置")
    end_cursor = Cursor(description="本页最后一条的位置；作为 after 查询下一页")


def page_info_of(cursors: Sequence[str], *, has_next: bool, goes_on: bool) -> dict[str, Any]:
    """What ``PageInfo`` resolves from. ``goes_on``: the page was asked for after a cursor."""
    return {
        "has_next_page": has_next,
        "has_previous_page": goes_on,
        "start_cursor": cursors[0] if cursors else None,
        "end_cursor": cursors[-1] if cursors else None,
    }


@dataclass(eq=False)
class Listing:
    """What a connection resolves from: a page, and the conditions by which all of it is counted."""

    page: Page[Any]
    listed: Listed[Any]
    where: Sequence[sa.ColumnElement[bool]]
    after: str | None
    statuses: Collection[PetitionStatus] | None
    """Of petitions, where the conditions are these states and nothing else (none: all of them): the tally knows their
    number."""
    _total: "asyncio.Future[Total] | None" = None

    async def total(self, reader: ScopedReader) -> Total:
        """Counted once, whatever asks for it, and only where something does."""
        if self._total is None:
            known = self.statuses is not None
            self._total = asyncio.ensure_future(
                tallied(reader, self.statuses or ()) if known else counted(reader, self.listed, self.where)
            )
        return await self._total


def connection(name: str, node: Any, description: str) -> Any:
    """The type ``<name>Connection`` with its edges. ``node``: the type of a row."""
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {"node": graphene.Field(node, required=True), "cursor": Cursor(required=True)},
    )

    def edges(listing: Listing, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        pairs = zip(listing.page.nodes, listing.page.cursors, strict=True)
        return [{"node": one, "cursor": cursor} for one, cursor in pairs]

    def nodes(listing: Listing, info: graphene.ResolveInfo) -> list[Any]:
        return listing.page.nodes

    def page_info(listing: Listing, info: graphene.ResolveInfo) -> dict[str, Any]:
        return page_info_of(listing.page.cursors, has_next=listing.page.has_next, goes_on=listing.after is not None)

    async def total_count(listing: Listing, info: graphene.ResolveInfo) -> int:
        return (await listing.total(context_of(info).reader)).count

    async def total_is_exact(listing: Listing, info: graphene.ResolveInfo) -> bool:
        return (await listing.total(context_of(info).reader)).exact

    body = {
        "__doc__": description,
        "edges": graphene.List(graphene.NonNull(edge), required=True),
        "nodes": graphene.List(graphene.NonNull(node), required=True),
        "page_info": graphene.Field(PageInfo, required=True),
        "total_count": graphene.Int(
            required=True, description=f"符合条件的总数；有筛选条件而超过 {COUNTED} 时为 {COUNTED}，见 totalIsExact"
        ),
        "total_is_exact": graphene.Boolean(required=True, description=f"总数是否准确；否：不止 {COUNTED}"),
        "resolve_edges": staticmethod(edges),
        "resolve_nodes": staticmethod(nodes),
        "resolve_page_info": staticmethod(page_info),
        "resolve_total_count": staticmethod(total_count),
        "resolve_total_is_exact": staticmethod(total_is_exact),
    }
    return type(f"{name}Connection", (graphene.ObjectType,), body)


def page_arguments() -> dict[str, Any]:
    """``first`` and ``after``, alike on every list."""
    return {
        "first": graphene.Int(default_value=20, description=f"每页条数，最多 {MAX_PAGE}"),
        "after": Cursor(description="上一页的 endCursor"),
    }


async def listing(
    info: graphene.ResolveInfo,
    listed: Listed[Any],
    *,
    where: Sequence[sa.ColumnElement[bool]],
    order: Order,
    first: int,
    after: str | None,
    statuses: Collection[PetitionStatus] | None = None,
) -> Listing:
    """One page; ``statuses`` as in ``Listing``.

    Raises ``InvalidInput`` for a size that is none of ours and for a cursor of another list.
    """
    try:
        cursor = read_cursor(after) if after else None
        page = await context_of(info).reader.page(listed, where=where, order=order, first=size(first), after=cursor)
    except ValueError as error:
        raise InvalidInput("翻页位置 after 无效，请从第一页重新查询", field="after") from error
    return Listing(page, listed, where, after, statuses)


def size(first: int | None) -> int:
    """Raises ``InvalidInput``, for ``first: null`` too."""
    if first is None or not 1 <= first <= MAX_PAGE:
        raise InvalidInput(f"每页条数应在 1 到 {MAX_PAGE} 之间", field="first")
    return first
