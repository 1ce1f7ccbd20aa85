"""Queries of drafts: each user's own."""

import graphene
import sqlalchemy as sa

from gateway.model import shared_table
from gateway.ordering import DRAFT_ORDER
from gateway.reading_lists import DRAFTS
from gateway.schema.draft_types import Draft, OpenedDraft
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.actor import Actor
from services.contracts.drafts import Draft as DraftFact
from services.contracts.drafts import DraftState

DraftConnection = connection("Draft", Draft, "暂存件列表的一页")


class DraftQueries:
    drafts = graphene.Field(
        DraftConnection, required=True, **page_arguments(), description="本人尚未登记的暂存件，新暂存的在前"
    )
    draft = graphene.Field(OpenedDraft, id=UUID(required=True), description="打开本人的一份暂存件，继续填写")

    @staticmethod
    async def resolve_drafts(root: None, info: graphene.ResolveInfo, first: int, after: str | None = None) -> Listing:
        where = [*_own(context_of(info).actor), shared_table.c.state["state"].astext == DraftState.OPEN.value]
        return await listing(info, DRAFTS, where=where, order=DRAFT_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_draft(root: None, info: graphene.ResolveInfo, id: str) -> DraftFact:
        context = context_of(info)
        found: DraftFact | None = None
        if is_id(id):
            found = await context.reader.find(DRAFTS, id)
        if found is None or (found.tenant, found.login) != (context.actor.tenant, context.actor.user):
            raise NotFound()
        return found


def _own(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """The policy lets through to users cleared for accusations what others have saved; that is none of theirs."""
    state = shared_table.c.state
    return [state["tenant"].astext == actor.tenant, state["login"].astext == actor.user]
