"""Lists that page: a connection for each kind of node, its edges, and how ``first`` and ``after`` are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.ordering import Order, Page, read_cursor
from gateway.reading_lists import Listed
from gateway.schema.types import context_of
from services.common.errors import InvalidInput

MAX_PAGE = 100


class PageInfo(graphene.ObjectType):
    has_next_page = graphene.Boolean(required=True)
    end_cursor = graphene.String()


@dataclass(frozen=True)
class Listing:
    """What a connection resolves from: a page, and the conditions by which all of it is counted."""

    page: Page[Any]
    listed: Listed[Any]
    where: Sequence[sa.ColumnElement[bool]]


def connection(name: str, node: Any, description: str) -> Any:
    """The type ``<name>Connection`` with its edges. ``node``: the type of a row."""
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {"node": graphene.Field(node, required=True), "cursor": graphene.String(required=True)},
    )

    def edges(listing: Listing, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        pairs = zip(listing.page.nodes, listing.page.cursors, strict=True)
        return [{"node": one, "cursor": cursor} for one, cursor in pairs]

    def nodes(listing: Listing, info: graphene.ResolveInfo) -> list[Any]:
        return listing.page.nodes

    def page_info(listing: Listing, info: graphene.ResolveInfo) -> dict[str, Any]:
        cursors = listing.page.cursors
        return {"has_next_page": listing.page.has_next, "end_cursor": cursors[-1] if cursors else None}

    async def total_count(listing: Listing, info: graphene.ResolveInfo) -> int:
        return await context_of(info).reader.count(listing.listed, listing.where)

    body = {
        "__doc__": description,
        "edges": graphene.List(graphene.NonNull(edge), required=True),
        "nodes": graphene.List(graphene.NonNull(node), required=True),
        "page_info": graphene.Field(PageInfo, required=True),
        "total_count": graphene.Int(required=True, description="符合条件的总数"),
        "resolve_edges": staticmethod(edges),
        "resolve_nodes": staticmethod(nodes),
        "resolve_page_info": staticmethod(page_info),
        "resolve_total_count": staticmethod(total_count),
    }
    return type(f"{name}Connection", (graphene.ObjectType,), body)


def page_arguments() -> dict[str, Any]:
    """``first`` and ``after``, alike on every list."""
    return {
        "first": graphene.Int(default_value=20, description=f"每页条数，最多 {MAX_PAGE}"),
        "after": graphene.String(description="上一页的 endCursor"),
    }


async def listing(
    info: graphene.ResolveInfo,
    listed: Listed[Any],
    *,
    where: Sequence[sa.ColumnElement[bool]],
    order: Order,
    first: int,
    after: str | None,
) -> Listing:
    """One page. Raises ``InvalidInput`` for a size that is none of ours and for a cursor of another list."""
    try:
        cursor = read_cursor(after) if after else None
        page = await context_of(info).reader.page(listed, where=where, order=order, first=size(first), after=cursor)
    except ValueError as error:
        raise InvalidInput("翻页位置 after 无效，请从第一页重新查询", field="after") from error
    return Listing(page, listed, where)


def size(first: int) -> int:
    if not 1 <= first <= MAX_PAGE:
        raise InvalidInput(f"每页条数应在 1 到 {MAX_PAGE} 之间", field="first")
    return first
