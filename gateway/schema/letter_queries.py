"""Letters that are addressed by name to the one who asks (IN-10)."""

import graphene
import sqlalchemy as sa

from gateway.model import ADDRESSEE
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading_lists import PETITIONS
from gateway.schema.paging import Listing, listing, page_arguments
from gateway.schema.queries import PetitionConnection
from gateway.schema.types import context_of


class LetterQueries:
    letters_to_me = graphene.Field(
        PetitionConnection, required=True, **page_arguments(), description="写明由本人收的来信，最新登记的在前"
    )

    @staticmethod
    async def resolve_letters_to_me(
        root: None, info: graphene.ResolveInfo, first: int, after: str | None = None
    ) -> Listing:
        # In the words of its index.
        addressee: sa.ColumnElement[str] = sa.literal_column(f"({ADDRESSEE})", sa.Text)
        where = [addressee == context_of(info).actor.user]
        order = ORDERS[PetitionOrder.NEWEST_FIRST]
        return await listing(info, PETITIONS, where=where, order=order, first=first, after=after)
