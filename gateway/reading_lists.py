"""How the view is read: in one transaction of the actor, by id, by petition and page by page."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from aiodataloader import DataLoader
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import AWAY, scoped
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
from gateway.ordering import Order, Page, PageCursor
from gateway.status import NOTHING_DUE, PetitionStatus
from services.common import clock as time
from services.contracts.actor import Actor
from services.contracts.announcements import Announcement, Feed, Filing
from services.contracts.attachments import Attachment
from services.contracts.base import State
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock
from services.contracts.desk import Notice, Talk, Triage
from services.contracts.drafts import Draft
from services.contracts.duty_calls import DutyCall
from services.contracts.evaluations import Evaluation
from services.contracts.extensions import Extension
from services.contracts.flows import Approval
from services.contracts.handovers import DutyLog
from services.contracts.intake import Petition
from services.contracts.network import InformationItem, NetworkPost
from services.contracts.presence import PostAlert
from services.contracts.proposals import Proposal
from services.contracts.questionnaires import VisitAnswer
from services.contracts.receptions import Appointment
from services.contracts.reminders import Reminder
from services.contracts.reviews import CaseOwner
from services.contracts.roster_base import OnRoster
from services.contracts.roster_people import Absence, Interests, Member
from services.contracts.routing import Referral
from services.contracts.shifts import Shift
from services.contracts.substitutions import Substitution
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport

T = TypeVar("T")
S = TypeVar("S", bound=State)
R = TypeVar("R", bound=OnRoster)
Rows = sa.Select[Any] | sa.CompoundSelect[Any]
Conditions = Sequence[sa.ColumnElement[bool]]


@dataclass(frozen=True)
class PetitionRow:
    """A petition as the view holds it; ``state`` is without petitioners and query code."""

    state: Petition
    version: int
    status: PetitionStatus
    next_due_on: date | None


@dataclass(frozen=True, eq=False)
class Listed(Generic[T]):
    """One kind of thing that the view lists: its table, what is read of a row, and what becomes of it."""

    table: sa.Table
    columns: tuple[sa.Column[Any], ...]
    read: Callable[[sa.Row[Any]], T]
    where: tuple[sa.ColumnElement[bool], ...] = ()
    one_day: bool = False
    """Of the roster: each is about one day. Then the index finds the days that are asked for, and no earlier ones."""

    def touches(self, first: date, last: date) -> Conditions:
        """Of the roster's states those that are about one of these days, both included."""
        c = self.table.c
        return (c.day <= last, c.day >= first if self.one_day else c.last >= first)


def _petition_row(row: sa.Row[Any]) -> PetitionRow:
    return PetitionRow(
        state=msgspec.convert({**row.state, "petitioners": [], "query_code": ""}, Petition),
        version=row.version,
        status=PetitionStatus(row.status),
        next_due_on=None if row.next_due_on == NOTHING_DUE else row.next_due_on,
    )


def _states(table: sa.Table, state: type[S], *where: sa.ColumnElement[bool], one_day: bool = False) -> Listed[S]:
    columns = (table.c.state, table.c.version)
    return Listed(table, columns, lambda row: msgspec.convert(row.state, state), where, one_day)


PETITIONS = Listed(
    petition, (petition.c.state, petition.c.version, petition.c.status, petition.c.next_due_on), _petition_row
)
CLOCKS = _states(clock, Clock)
SUPERVISIONS = _states(supervision, Supervision)
REMINDERS = _states(reminder, Reminder)
CONFLICTS = _states(conflict, Conflict)
URGENT_REPORTS = _states(urgent_report, UrgentReport)
TRIAGES = _states(triage, Triage)
REFERRALS = _states(case_part, Referral, case_part.c.type == Referral.fact_type)
EXTENSIONS = _states(case_part, Extension, case_part.c.type == Extension.fact_type)
PROPOSALS = _states(case_part, Proposal, case_part.c.type == Proposal.fact_type)
APPROVALS = _states(case_part, Approval, case_part.c.type == Approval.fact_type)
ATTACHMENTS = _states(case_part, Attachment, case_part.c.type == Attachment.fact_type)
TALKS = _states(case_part, Talk, case_part.c.type == Talk.fact_type)
NOTICES = _states(case_part, Notice, case_part.c.type == Notice.fact_type)
DRAFTS = _states(shared_table, Draft, shared_table.c.type == Draft.fact_type)
DUTY_CALLS = _states(shared_table, DutyCall, shared_table.c.type == DutyCall.fact_type)


def of_roster(state: type[R], *, one_day: bool = False) -> Listed[R]:
    """One kind of the roster's states. Made once for each kind: what is read is remembered by it.

    ``one_day``: the first and the last day of ``state.days`` are always the same.
    """
    return _states(roster_entry, state, roster_entry.c.type == state.fact_type, one_day=one_day)


MEMBERS = of_roster(Member)
INTERESTS = of_roster(Interests)
ABSENCES = of_roster(Absence)
SHIFTS = of_roster(Shift, one_day=True)
SUBSTITUTIONS = of_roster(Substitution, one_day=True)
POST_ALERTS = of_roster(PostAlert, one_day=True)
APPOINTMENTS = of_roster(Appointment, one_day=True)
ANNOUNCEMENTS = of_roster(Announcement)
FILINGS = of_roster(Filing)
FEEDS = of_roster(Feed)
DUTY_LOGS = of_roster(DutyLog, one_day=True)
NETWORK_POSTS = of_roster(NetworkPost)
INFORMATION = of_roster(InformationItem)
EVALUATIONS = of_roster(Evaluation, one_day=True)
VISIT_ANSWERS = of_roster(VisitAnswer, one_day=True)
CASE_OWNERS = _states(case_part, CaseOwner, case_part.c.type == CaseOwner.fact_type)


class ScopedReader:
    """One read transaction, opened with the first read and closed by ``release``."""

    def __init__(self, *, engine: AsyncEngine, actor: Actor) -> None:
        self.actor = actor
        self.engine = engine
        self._stack = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self.forget()

    def forget(self) -> None:
        """Drops what was read, after a command changed it."""
        self.versions: dict[tuple[str, str], int] = {}
        """Of what was read, by type and id; see ``remember``."""
        self.now: datetime = time.now()
        """Stands still between two commands, so that a list and what it shows agree on the states of clocks."""
        self._by_id: dict[Listed[Any], DataLoader[str, Any]] = {}
        self._by_petition: dict[Listed[Any], DataLoader[str, list[Any]]] = {}
        self._counts: dict[tuple[Listed[Any], str], DataLoader[str, int]] = {}
        self._firsts: dict[tuple[Listed[Any], str, str, int], DataLoader[str, list[Any]]] = {}
        self._of_tenant_days: dict[Listed[Any], DataLoader[tuple[str, date], list[Any]]] = {}

    async def release(self) -> None:
        """Gives the connection back; the next read opens another."""
        async with self._lock:
            stack, self._stack, self._connection = self._stack, AsyncExitStack(), None
            # It only read: where the database went meanwhile, nothing is lost with it.
            with suppress(*AWAY):
                await stack.aclose()

    def remember(self, state: State, version: int) -> None:
        """Of two readings the older one counts: whoever acts on either must not be taken to know the newer."""
        key = (state.fact_type, state.aggregate_id)
        self.versions[key] = min(version, self.versions.get(key, version))

    def _read(self, listed: Listed[T], row: sa.Row[Any]) -> T:
        found = listed.read(row)
        state = found.state if isinstance(found, PetitionRow) else found
        version: int | None = getattr(row, "version", None)
        if isinstance(state, State) and version is not None:
            self.remember(state, version)
        return found

    async def find(self, listed: Listed[T], key: str) -> T | None:
        """The one with this id, None where the actor sees none; what many resolvers ask for is read once."""
        found: T | None = await self._finding(listed).load(key)
        return found

    def known(self, listed: Listed[T], key: str, found: T, *, version: int) -> None:
        """Spares a question whose answer this actor's policies gave just now: ``find`` gives ``found``."""
        state = found.state if isinstance(found, PetitionRow) else found
        if isinstance(state, State):
            self.remember(state, version)
        self._finding(listed).prime(key, found)

    def _finding(self, listed: Listed[T]) -> DataLoader[str, Any]:
        if listed not in self._by_id:

            async def load(ids: list[str]) -> list[T | None]:
                column = listed.table.c.id
                rows = await self._rows(self._query(listed, column.label("key")).where(column.in_(ids)))
                found = {row.key: self._read(listed, row) for row in rows}
                return [found.get(one) for one in ids]

            self._by_id[listed] = DataLoader(load)
        return self._by_id[listed]

    async def of_petition(self, listed: Listed[T], petition_id: str) -> list[T]:
        """All of a petition, by id."""
        if listed not in self._by_petition:

            async def load(ids: list[str]) -> list[list[T]]:
                column = listed.table.c.petition_id
                query = self._query(listed, column.label("key")).where(column.in_(ids)).order_by(listed.table.c.id)
                found: dict[str, list[T]] = defaultdict(list)
                for row in await self._rows(query):
                    found[row.key].append(self._read(listed, row))
                return [found[one] for one in ids]

            self._by_petition[listed] = DataLoader(load)
        return list(await self._by_petition[listed].load(petition_id))

    async def of_days(self, listed: Listed[T], *, first: date, last: date, where: Conditions = ()) -> list[T]:
        """Of one kind of the roster's states those that touch these days, by day and id; whole, not by pages."""
        c = listed.table.c
        query = self._query(listed).where(*listed.touches(first, last), *where).order_by(c.day, c.id)
        return [self._read(listed, row) for row in await self._rows(query)]

    async def of_tenant_day(self, listed: Listed[T], tenant: str, day: date) -> list[T]:
        """Of one kind of the roster's states those of a tenant that touch this day; what many rows ask for is read
        once."""
        if listed not in self._of_tenant_days:

            async def load(keys: list[tuple[str, date]]) -> list[list[T]]:
                c = listed.table.c
                days = [day for _, day in keys]
                query = self._query(listed, c.tenant.label("of_tenant"), c.day.label("of_day"), c.last.label("to_day"))
                query = query.where(c.tenant.in_({tenant for tenant, _ in keys}), *listed.touches(min(days), max(days)))
                rows = [
                    (row.of_tenant, row.of_day, row.to_day, self._read(listed, row)) for row in await self._rows(query)
                ]
                return [
                    [state for code, first, last, state in rows if code == tenant and first <= day <= last]
                    for tenant, day in keys
                ]

            self._of_tenant_days[listed] = DataLoader(load)
        return list(await self._of_tenant_days[listed].load((tenant, day)))

    async def page(
        self, listed: Listed[T], *, where: Conditions, order: Order, first: int, after: PageCursor | None
    ) -> Page[T]:
        """``first`` rows in the order, after the cursor. Raises ``ValueError`` for a cursor of another order."""
        rows = await self._rows(self.page_query(listed, where=where, order=order, first=first, after=after))
        shown = rows[:first]
        return Page(
            [self._read(listed, row) for row in shown], [order.cursor_of(row) for row in shown], len(rows) > first
        )

    def page_query(
        self, listed: Listed[Any], *, where: Conditions, order: Order, first: int, after: PageCursor | None
    ) -> sa.Select[Any]:
        """What ``page`` asks; one row more than wanted tells whether there is a next page."""
        query = self._query(listed, *order.place).where(*where).order_by(*order.order_by()).limit(first + 1)
        return query if after is None else query.where(order.after(after))

    async def count(self, listed: Listed[Any], where: Conditions) -> int:
        query = sa.select(sa.func.count()).select_from(listed.table)
        rows = await self._rows(query.where(*self._conditions(listed), *where))
        return int(rows[0][0])

    async def count_with(self, listed: Listed[Any], column: sa.Column[Any], value: str) -> int:
        """How many have this value in the column; what many resolvers ask for is counted in one query."""

        async def load(values: list[str]) -> list[int]:
            query = sa.select(column.label("key"), sa.func.count().label("many")).where(
                *self._conditions(listed), column.in_(values)
            )
            found = {row.key: row.many for row in await self._rows(query.group_by(column))}
            return [found.get(one, 0) for one in values]

        loader = self._counts.setdefault((listed, column.name), DataLoader(load))
        return await loader.load(value)

    async def first_with(
        self, listed: Listed[T], column: sa.Column[Any], value: str, *, order: Order, first: int
    ) -> list[T]:
        """The ``first`` rows in the order that have this value in the column; as ``count_with``."""

        async def load(values: list[str]) -> list[list[T]]:
            place = sa.func.row_number().over(partition_by=column, order_by=order.order_by()).label("place")
            ranked = self._query(listed, column.label("key"), place).where(column.in_(values)).subquery()
            rows = await self._rows(sa.select(ranked).where(ranked.c.place <= first).order_by(ranked.c.place))
            found: dict[str, list[T]] = defaultdict(list)
            for row in rows:
                found[row.key].append(self._read(listed, row))
            return [found[one] for one in values]

        loader = self._firsts.setdefault((listed, column.name, order.name, first), DataLoader(load))
        return list(await loader.load(value))

    async def rows(self, query: Rows) -> list[sa.Row[Any]]:
        """The rows of a query of one's own, in the same transaction. It names the county itself."""
        return await self._rows(query)

    def _query(self, listed: Listed[Any], *more: sa.ColumnElement[Any]) -> sa.Select[Any]:
        return sa.select(*listed.columns, *more).where(*self._conditions(listed))

    def _conditions(self, listed: Listed[Any]) -> Conditions:
        # Beside the policy, so that one mistaken policy still opens no other county.
        return (listed.table.c.county_id == self.actor.county, *listed.where)

    async def _rows(self, query: Rows) -> list[sa.Row[Any]]:
        async with self._lock:
            if self._connection is None:
                self._connection = await self._stack.enter_async_context(scoped(self.engine, self.actor))
            return list(await self._connection.execute(query))
