"""The only way to a service's tables: a transaction that knows its actor and commits each change with its fact.

``Database.begin(actor)`` opens it and scopes it; ``Transaction.record`` writes a state together with the fact
that tells of it. There is no other way to write an aggregate, so none can be written without its fact.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common import clock
from services.common.facts import cloud_event_headers, encode_fact
from services.common.ids import new_id
from services.common.scope import SET_SCOPE, scope_parameters
from services.common.tables import FloorTables, floor_tables
from services.contracts.actor import Actor
from services.contracts.acts import Act
from services.contracts.base import State, builtins
from services.contracts.fact import Fact
from services.contracts.topology import BUREAU, FACTS, bureau_queue

S = TypeVar("S", bound=State)

POOL_SIZE = 10


@dataclass(frozen=True)
class Versioned(Generic[S]):
    state: S
    version: int


class Transaction:
    """One unit of work of one actor. ``now`` and ``today`` stand still while it lasts."""

    def __init__(
        self, *, connection: sa.Connection, tables: FloorTables, service: str, actor: Actor, trace: str
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.trace = trace
        self.now: datetime = clock.now()
        self.facts: list[Fact[Any]] = []
        self._tables = tables
        self._service = service

    @property
    def today(self) -> date:
        """The legal day, Asia/Shanghai."""
        return clock.legal_day(self.now)

    def find(self, state: type[S], aggregate_id: str) -> Versioned[S] | None:
        """An aggregate of this service, locked for this transaction; None where the actor sees none."""
        return self._one(self._tables.aggregate, state, aggregate_id, lock=True)

    def read(self, state: type[S], aggregate_id: str) -> Versioned[S] | None:
        """As ``find``, without the lock: for what this transaction does not change."""
        return self._one(self._tables.aggregate, state, aggregate_id)

    def lock(self, what: str) -> None:
        """Waits until no other transaction of this service and county holds ``what`` (a petition's id, the name of a
        table that is loaded whole), and holds it to the end of this one."""
        key = f"{self._service}|{self.actor.county}|{what}"
        self.connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})

    def all(self, state: type[S]) -> list[Versioned[S]]:
        """Every aggregate of one type that the actor sees, by id; for tables of tens of rows."""
        table = self._tables.aggregate
        query = (
            sa.select(table.c.state, table.c.version)
            .where(table.c.county_id == self.actor.county, table.c.type == state.fact_type)
            .order_by(table.c.id)
        )
        return [Versioned(msgspec.convert(row.state, state), row.version) for row in self.connection.execute(query)]

    def of_petition(self, state: type[S], petition_id: str) -> list[Versioned[S]]:
        """This service's aggregates that belong to a petition, oldest first."""
        return self._of_petition(self._tables.aggregate, state, petition_id)

    def kept(self, state: type[S], aggregate_id: str) -> Versioned[S] | None:
        """The newest state that another service told of an aggregate."""
        return self._one(self._tables.kept_fact, state, aggregate_id)

    def kept_of_petition(self, state: type[S], petition_id: str) -> list[Versioned[S]]:
        return self._of_petition(self._tables.kept_fact, state, petition_id)

    def keep(self, state: State, *, version: int, fact_id: str) -> bool:
        """Keeps another service's state if it is newer than what is kept; tells whether it was."""
        table = self._tables.kept_fact
        values = {
            **self._row(state),
            "version": version,
            "fact_id": fact_id,
        }
        changing = {key: values[key] for key in ("version", "fact_id", "petition_id", "visible_to", "named", "state")}
        statement = (
            insert(table)
            .values(values)
            .on_conflict_do_update(
                index_elements=[table.c.county_id, table.c.type, table.c.id],
                set_=changing,
                where=table.c.version < version,
            )
        )
        return self.connection.execute(statement).rowcount == 1

    def record(self, state: State, *, act: Act, base: int = 0, remark: str | None = None) -> Fact[Any]:
        """Writes the state as version ``base + 1`` of its aggregate, together with its fact.

        ``base`` is the version that ``find`` gave, 0 for a new aggregate. Raises ``sqlalchemy.exc.IntegrityError``
        for a new aggregate whose id is taken, ``RuntimeError`` where ``base`` is not the newest version.
        """
        table = self._tables.aggregate
        values = {**self._row(state), "version": base + 1, "updated_at": self.now}
        if base == 0:
            self.connection.execute(sa.insert(table).values(values))
        else:
            key = self._is(table, type(state), state.aggregate_id)
            done = self.connection.execute(sa.update(table).where(*key, table.c.version == base).values(values))
            if done.rowcount != 1:
                raise RuntimeError(f"{state.fact_type} {state.aggregate_id}: version {base} is not the newest")
        fact = Fact(
            id=new_id(),
            county=self.actor.county,
            type=state.fact_type,
            subject=state.aggregate_id,
            version=base + 1,
            time=self.now,
            act=act,
            actor=self.actor.reference,
            petition=state.case_id,
            remark=remark,
            trace=self.trace,
            state=state,
        )
        self.facts.append(fact)
        self._send(FACTS, f"{fact.county}.{fact.type}", cloud_event_headers(fact), encode_fact(fact))
        return fact

    def send_to_bureau(self, tenant: str, *, event_type: str, subject: str, data: msgspec.Struct) -> None:
        """Puts a CloudEvent into a bureau's own queue, committed with what it tells of."""
        headers = {
            "cloudEvents:specversion": "1.0",
            "cloudEvents:id": new_id(),
            "cloudEvents:type": event_type,
            "cloudEvents:source": f"/counties/{self.actor.county}/{self._service}",
            "cloudEvents:subject": subject,
            "cloudEvents:time": self.now.isoformat(),
        }
        self._send(BUREAU, bureau_queue(self.actor.county, tenant), headers, msgspec.json.encode(data))

    def _send(self, exchange: str, routing_key: str, headers: dict[str, str], body: bytes) -> None:
        self.connection.execute(
            sa.insert(self._tables.outbox).values(
                county_id=self.actor.county, exchange=exchange, routing_key=routing_key, headers=headers, body=body
            )
        )

    def _row(self, state: State) -> dict[str, Any]:
        return {
            "county_id": self.actor.county,
            "type": state.fact_type,
            "id": state.aggregate_id,
            "petition_id": state.case_id,
            "visible_to": sorted(state.audience),
            "named": None if state.named is None else sorted(state.named),
            "state": builtins(state),
        }

    def _is(self, table: sa.Table, state: type[State], aggregate_id: str) -> list[sa.ColumnElement[bool]]:
        return [
            table.c.county_id == self.actor.county,
            table.c.type == state.fact_type,
            table.c.id == aggregate_id,
        ]

    def _one(self, table: sa.Table, state: type[S], aggregate_id: str, *, lock: bool = False) -> Versioned[S] | None:
        query = sa.select(table.c.state, table.c.version).where(*self._is(table, state, aggregate_id))
        row = self.connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else Versioned(msgspec.convert(row.state, state), row.version)

    def _of_petition(self, table: sa.Table, state: type[S], petition_id: str) -> list[Versioned[S]]:
        query = (
            sa.select(table.c.state, table.c.version)
            .where(
                table.c.county_id == self.actor.county,
                table.c.petition_id == petition_id,
                table.c.type == state.fact_type,
            )
            .order_by(table.c.id)
        )
        return [Versioned(msgspec.convert(row.state, state), row.version) for row in self.connection.execute(query)]


class Database:
    """A service's schema, reached as the service's own role."""

    def __init__(self, *, service: str, url: str) -> None:
        self.service = service
        self.tables = floor_tables(service)
        # hide_parameters: an error's text must not carry what people wrote.
        self.engine = sa.create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            # Whether an insert found its row taken is told by the row count, which is dropped otherwise.
            execution_options={"preserve_rowcount": True},
        )

    @contextmanager
    def begin(self, actor: Actor, *, trace: str) -> Iterator[Transaction]:
        """A transaction scoped to the actor; commits at the end, rolls back on any exception."""
        with self.engine.begin() as connection:
            connection.execute(sa.text(SET_SCOPE), scope_parameters(actor))
            tx = Transaction(connection=connection, tables=self.tables, service=self.service, actor=actor, trace=trace)
            yield tx
            if tx.facts:
                connection.execute(sa.text("SELECT pg_notify('xq_outbox', :service)"), {"service": self.service})
