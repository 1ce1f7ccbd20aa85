"""Reading the view for one request of one actor: batched, and only what the policies let through."""

import asyncio
import base64
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from aiodataloader import DataLoader
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database import scoped
from gateway.model import case_part, ended_referral, petition, private, shared_table, timeline
from gateway.ordering import Order, PageCursor
from gateway.status import NOTHING_DUE, PetitionStatus
from services.contracts.actor import Actor
from services.contracts.base import State
from services.contracts.deadlines import Clock
from services.contracts.directory import Organisation
from services.contracts.intake import MaskedPetitioner, Petition
from services.contracts.roster import DutyNote, DutyTable
from services.contracts.routing import Closure, Referral
from services.contracts.topology import STATE_BY_TYPE

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class PetitionRow:
    """A petition as the view holds it; ``state`` is without petitioners and query code."""

    state: Petition
    version: int
    status: PetitionStatus
    next_due_on: date | None


@dataclass
class CaseParts:
    referrals: list[Referral] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    closure: Closure | None = None
    duty_note: DutyNote | None = None


@dataclass(frozen=True)
class Private:
    """What of a petition not everybody sees who sees the petition."""

    petitioners: list[MaskedPetitioner] | None
    query_code: str | None


@dataclass(frozen=True)
class TimelineRow:
    fact_id: str
    at: datetime
    act: str
    tenant: str
    actor_name: str
    remark: str | None
    subject: str


@dataclass(frozen=True)
class EndedReferral:
    referral_id: str
    petition_number: str
    state: str
    sent_on: date
    ended_on: date


@dataclass(frozen=True)
class Page:
    rows: list[PetitionRow]
    has_next: bool
    order: Order

    def cursor(self, row: PetitionRow) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self.order.cursor_of(row))).decode()


def read_cursor(text: str) -> PageCursor:
    """Raises ``ValueError`` for what is no cursor of ours."""
    return msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=PageCursor)


class ViewReader:
    """One read transaction, opened with the first read and closed by ``release``."""

    def __init__(self, *, engine: AsyncEngine, actor: Actor) -> None:
        self._engine = engine
        self._actor = actor
        self._stack = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self.forget()

    def forget(self) -> None:
        """Drops what was read, after a command changed it."""
        self.parts: DataLoader[str, CaseParts] = DataLoader(self._load_parts)
        self.private: DataLoader[str, Private] = DataLoader(self._load_private)
        self.timeline: DataLoader[str, list[TimelineRow]] = DataLoader(self._load_timeline)
        self.petitions_by_id: DataLoader[str, PetitionRow | None] = DataLoader(self._load_petitions)
        self._shared: DataLoader[type[State], dict[str, Any]] = DataLoader(self._load_shared)

    async def release(self) -> None:
        """Gives the connection back; the next read opens another."""
        async with self._lock:
            stack, self._stack, self._connection = self._stack, AsyncExitStack(), None
            await stack.aclose()

    async def _rows(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        async with self._lock:
            if self._connection is None:
                self._connection = await self._stack.enter_async_context(scoped(self._engine, self._actor))
            return list(await self._connection.execute(query))

    async def petition_by_number(self, number: str) -> PetitionRow | None:
        rows = await self._rows(self._petition_query().where(petition.c.number == number))
        return _petition_row(rows[0]) if rows else None

    async def page(
        self, *, where: list[sa.ColumnElement[bool]], order: Order, first: int, after: PageCursor | None
    ) -> Page:
        """``first`` rows in the order, after the cursor."""
        query = self._petition_query().where(*where).order_by(*order.order_by()).limit(first + 1)
        if after is not None:
            query = query.where(order.after(after))
        rows = await self._rows(query)
        return Page([_petition_row(row) for row in rows[:first]], len(rows) > first, order)

    async def count(self, where: list[sa.ColumnElement[bool]]) -> int:
        query = sa.select(sa.func.count()).select_from(petition)
        rows = await self._rows(query.where(petition.c.county_id == self._actor.county, *where))
        return int(rows[0][0])

    async def ended_referrals(self, *, first: int) -> list[EndedReferral]:
        """The newest of the referrals that were returned or withdrawn, as their former receiver sees them."""
        query = (
            sa.select(ended_referral)
            .where(
                ended_referral.c.county_id == self._actor.county,
                ended_referral.c.visible_to.contains([self._actor.tenant]),
            )
            .order_by(ended_referral.c.ended_on.desc(), ended_referral.c.referral_id.desc())
            .limit(first)
        )
        return [
            EndedReferral(row.referral_id, row.petition_number, row.state, row.sent_on, row.ended_on)
            for row in await self._rows(query)
        ]

    async def shared(self, state: type[S]) -> dict[str, S]:
        """The county's directory (``Organisation``) or its duty tables (``DutyTable``), by tenant code."""
        return await self._shared.load(state)

    async def organisation(self, code: str) -> Organisation | None:
        return (await self.shared(Organisation)).get(code)

    async def duty_table(self, code: str) -> DutyTable | None:
        return (await self.shared(DutyTable)).get(code)

    def _petition_query(self) -> sa.Select[Any]:
        columns = (petition.c.state, petition.c.version, petition.c.status, petition.c.next_due_on)
        return sa.select(*columns).where(petition.c.county_id == self._actor.county)

    async def _load_petitions(self, ids: list[str]) -> list[PetitionRow | None]:
        rows = await self._rows(self._petition_query().where(petition.c.id.in_(ids)))
        found = {(row := _petition_row(raw)).state.id: row for raw in rows}
        return [found.get(petition_id) for petition_id in ids]

    async def _load_parts(self, ids: list[str]) -> list[CaseParts]:
        query = (
            sa.select(case_part.c.petition_id, case_part.c.type, case_part.c.state)
            .where(case_part.c.county_id == self._actor.county, case_part.c.petition_id.in_(ids))
            .order_by(case_part.c.id)
        )
        found: dict[str, CaseParts] = defaultdict(CaseParts)
        for row in await self._rows(query):
            parts = found[row.petition_id]
            state = msgspec.convert(row.state, STATE_BY_TYPE[row.type])
            if isinstance(state, Referral):
                parts.referrals.append(state)
            elif isinstance(state, Clock):
                parts.clocks.append(state)
            elif isinstance(state, Closure):
                parts.closure = state
            elif isinstance(state, DutyNote):
                parts.duty_note = state
        for parts in found.values():
            parts.clocks.sort(key=lambda clock: (clock.effective_due_on, clock.id))
        return [found[petition_id] for petition_id in ids]

    async def _load_shared(self, states: list[type[State]]) -> list[dict[str, Any]]:
        types = [state.fact_type for state in states]
        query = (
            sa.select(shared_table.c.type, shared_table.c.state)
            .where(shared_table.c.county_id == self._actor.county, shared_table.c.type.in_(types))
            .order_by(shared_table.c.id)
        )
        found: dict[str, dict[str, Any]] = {name: {} for name in types}
        for row in await self._rows(query):
            state = msgspec.convert(row.state, STATE_BY_TYPE[row.type])
            found[row.type][state.aggregate_id] = state
        return [found[name] for name in types]

    async def _load_private(self, ids: list[str]) -> list[Private]:
        query = sa.select(private.c.petition_id, private.c.kind, private.c.data).where(
            private.c.county_id == self._actor.county, private.c.petition_id.in_(ids)
        )
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for row in await self._rows(query):
            found[row.petition_id][row.kind] = row.data
        return [_private(found[petition_id]) for petition_id in ids]

    async def _load_timeline(self, ids: list[str]) -> list[list[TimelineRow]]:
        query = (
            sa.select(timeline)
            .where(timeline.c.county_id == self._actor.county, timeline.c.petition_id.in_(ids))
            .order_by(timeline.c.at, timeline.c.fact_id)
        )
        found: dict[str, list[TimelineRow]] = defaultdict(list)
        for row in await self._rows(query):
            found[row.petition_id].append(
                TimelineRow(row.fact_id, row.at, row.act, row.tenant, row.actor_name, row.remark, row.subject)
            )
        return [found[petition_id] for petition_id in ids]


def _petition_row(row: sa.Row[Any]) -> PetitionRow:
    return PetitionRow(
        state=msgspec.convert({**row.state, "petitioners": [], "query_code": ""}, Petition),
        version=row.version,
        status=PetitionStatus(row.status),
        next_due_on=None if row.next_due_on == NOTHING_DUE else row.next_due_on,
    )


def _private(data: dict[str, Any]) -> Private:
    people = data.get("petitioners")
    return Private(
        petitioners=None if people is None else msgspec.convert(people, list[MaskedPetitioner]),
        query_code=data.get("query_code"),
    )
