"""The orders in which petitions are listed, each stable: ties are broken by the id."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.model import petition
from gateway.status import NOTHING_DUE
from services.contracts.base import Labelled


class PetitionOrder(Labelled):
    NEWEST_FIRST = "NEWEST_FIRST", "最新登记在前"
    OLDEST_FIRST = "OLDEST_FIRST", "最早登记在前"
    MOST_URGENT_FIRST = "MOST_URGENT_FIRST", "最近到期在前"
    RECEIVED_NEWEST_FIRST = "RECEIVED_NEWEST_FIRST", "最近收到在前"


class PageCursor(msgspec.Struct, frozen=True, array_like=True):
    """The place of a row in an order."""

    order: str
    value: str
    id: str


@dataclass(frozen=True)
class Order:
    name: PetitionOrder
    column: sa.Column[Any]
    descending: bool

    def order_by(self) -> list[sa.ColumnElement[Any]]:
        columns = (self.column, petition.c.id)
        return [column.desc() if self.descending else column.asc() for column in columns]

    def after(self, cursor: PageCursor) -> sa.ColumnElement[bool]:
        """Raises ``ValueError`` for a cursor of another order."""
        if cursor.order != self.name.value:
            raise ValueError("cursor of another order")
        is_instant = isinstance(self.column.type, sa.DateTime)
        value = datetime.fromisoformat(cursor.value) if is_instant else date.fromisoformat(cursor.value)
        row, mark = sa.tuple_(self.column, petition.c.id), sa.tuple_(sa.literal(value), sa.literal(cursor.id))
        return row < mark if self.descending else row > mark

    def cursor_of(self, row: Any) -> PageCursor:
        value = {
            petition.c.registered_at: row.state.registered_at,
            petition.c.received_on: row.state.received_on,
            petition.c.next_due_on: row.next_due_on or NOTHING_DUE,
        }[self.column]
        return PageCursor(self.name.value, value.isoformat(), row.state.id)


ORDERS: dict[PetitionOrder, Order] = {
    order.name: order
    for order in (
        Order(PetitionOrder.NEWEST_FIRST, petition.c.registered_at, True),
        Order(PetitionOrder.OLDEST_FIRST, petition.c.registered_at, False),
        Order(PetitionOrder.MOST_URGENT_FIRST, petition.c.next_due_on, False),
        Order(PetitionOrder.RECEIVED_NEWEST_FIRST, petition.c.received_on, True),
    )
}
