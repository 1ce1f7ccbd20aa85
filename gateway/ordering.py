"""The orders in which rows are listed, each stable: ties are broken by the id. Pages go on after a cursor."""

import base64
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from gateway.model import (
    case_part,
    clock,
    conflict,
    petition,
    reminder,
    roster_entry,
    shared_table,
    supervision,
    triage,
    urgent_report,
)
from services.contracts.base import Labelled

T = TypeVar("T")


class PetitionOrder(Labelled):
    NEWEST_FIRST = "NEWEST_FIRST", "最新登记在前"
    OLDEST_FIRST = "OLDEST_FIRST", "最早登记在前"
    MOST_URGENT_FIRST = "MOST_URGENT_FIRST", "最近到期在前"
    RECEIVED_NEWEST_FIRST = "RECEIVED_NEWEST_FIRST", "最近收到在前"


class ClockOrder(Labelled):
    MOST_URGENT_FIRST = "MOST_URGENT_FIRST", "最早到期在前"
    NEWEST_FIRST = "NEWEST_FIRST", "最近起算在前"


class PageCursor(msgspec.Struct, frozen=True, array_like=True):
    """The place of a row in an order."""

    order: str
    value: str
    id: str


@dataclass(frozen=True)
class Order:
    """By a column of days, instants, numbers or ids, then by the id of the same table."""

    name: str
    column: sa.Column[Any]
    descending: bool

    @property
    def id(self) -> sa.Column[Any]:
        return self.column.table.c.id

    @property
    def place(self) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
        """What a query must select for ``cursor_of``."""
        return self.column.label("place_value"), self.id.label("place_id")

    def order_by(self) -> list[sa.ColumnElement[Any]]:
        return [column.desc() if self.descending else column.asc() for column in (self.column, self.id)]

    def after(self, cursor: PageCursor) -> sa.ColumnElement[bool]:
        """Raises ``ValueError`` for a cursor of another order."""
        if cursor.order != self.name:
            raise ValueError("cursor of another order")
        value: Any = cursor.value
        if isinstance(self.column.type, sa.DateTime):
            value = datetime.fromisoformat(value)
        elif isinstance(self.column.type, sa.Date):
            value = date.fromisoformat(value)
        elif isinstance(self.column.type, sa.Integer):
            value = int(value)
        row, mark = sa.tuple_(self.column, self.id), sa.tuple_(sa.literal(value), sa.literal(cursor.id))
        return row < mark if self.descending else row > mark

    def cursor_of(self, row: sa.Row[Any]) -> str:
        """As it travels, of a row that was selected with ``place``."""
        value = row.place_value
        text = str(value) if isinstance(value, str | int) else value.isoformat()
        return write_cursor(PageCursor(self.name, text, row.place_id))


@dataclass(frozen=True)
class Page(Generic[T]):
    nodes: list[T]
    cursors: list[str]
    """One for each node."""
    has_next: bool


def write_cursor(cursor: PageCursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode()


def read_cursor(text: str) -> PageCursor:
    """Raises ``ValueError`` for what is no cursor of ours."""
    return msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=PageCursor)


ORDERS: dict[PetitionOrder, Order] = {
    PetitionOrder.NEWEST_FIRST: Order("NEWEST_FIRST", petition.c.registered_at, True),
    PetitionOrder.OLDEST_FIRST: Order("OLDEST_FIRST", petition.c.registered_at, False),
    PetitionOrder.MOST_URGENT_FIRST: Order("MOST_URGENT_FIRST", petition.c.next_due_on, False),
    PetitionOrder.RECEIVED_NEWEST_FIRST: Order("RECEIVED_NEWEST_FIRST", petition.c.received_on, True),
}
CLOCK_ORDERS: dict[ClockOrder, Order] = {
    ClockOrder.MOST_URGENT_FIRST: Order("CLOCKS_MOST_URGENT_FIRST", clock.c.due_at, False),
    ClockOrder.NEWEST_FIRST: Order("CLOCKS_NEWEST_FIRST", clock.c.starts_on, True),
}
# The newest first, each.
SUPERVISION_ORDER = Order("SUPERVISIONS", supervision.c.opened_on, True)
REMINDER_ORDER = Order("REMINDERS", reminder.c.at, True)
EXTENSION_ORDER = Order("EXTENSIONS", case_part.c.id, True)
PROPOSAL_ORDER = Order("PROPOSALS", case_part.c.id, True)
CONFLICT_ORDER = Order("CONFLICTS", conflict.c.found_on, True)
APPROVAL_ORDER = Order("APPROVALS", case_part.c.id, True)
TRIAGE_ORDER = Order("TRIAGES", triage.c.at, True)
URGENT_REPORT_ORDER = Order("URGENT_REPORTS", urgent_report.c.reported_at, True)
CASE_OWNER_ORDER = Order("CASE_OWNERS", case_part.c.id, True)
DRAFT_ORDER = Order("DRAFTS", shared_table.c.id, True)
DUTY_LOG_ORDER = Order("DUTY_LOGS", roster_entry.c.day, True)
MEMBER_ORDER = Order("MEMBERS", roster_entry.c.tenant, False)
NETWORK_POST_ORDER = Order("NETWORK_POSTS", roster_entry.c.id, True)
INFORMATION_ORDER = Order("INFORMATION", roster_entry.c.id, True)
DUTY_CALL_ORDER = Order("DUTY_CALLS", shared_table.c.id, True)
POST_ALERT_ORDER = Order("POST_ALERTS", roster_entry.c.day, False)
APPOINTMENT_ORDER = Order("APPOINTMENTS", roster_entry.c.day, True)
