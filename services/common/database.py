"""The only way to a service's tables: a transaction that knows its actor and commits each change with its fact.

``Database.begin(actor)`` opens it and scopes it; ``Transaction.record`` and ``record_many`` write states together with
the facts that tell of them, and a row of ``history`` for each. There is no other way to write an aggregate, so none can
be written without its fact.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa
from opentelemetry.trace import SpanKind
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.common import bulk, clock, history, tracing
from services.common.facts import cloud_event_headers, encode_fact
from services.common.ids import new_id
from services.common.scope import SET_SCOPE, scope_parameters
from services.common.tables import FloorTables, floor_tables
from services.contracts.actor import Actor, ActorRef, system_actor
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


OfPetitions = dict[tuple[type[State], str], list[Versioned[Any]]]
"""By type and petition, oldest first."""


class Entry(NamedTuple):
    """One of the many writes of ``record_many``; the arguments of ``record``."""

    state: State
    act: Act
    base: int = 0
    remark: str | None = None


class Transaction:
    """One unit of work of one actor. ``now`` and ``today`` stand still while it lasts."""

    def __init__(
        self,
        *,
        connection: sa.Connection,
        tables: FloorTables,
        service: str,
        actor: Actor,
        trace: str,
        now: datetime | None = None,
    ) -> None:
        self.connection = connection
        self.actor = actor
        self.trace = trace
        self.request_id: str | None = None
        """Of the command that it carries out; the same one, brought again, has the same."""
        self.now: datetime = now or clock.now()
        self.facts: list[Fact[Any]] = []
        self._tables = tables
        self._service = service
        self._scope = actor

    @property
    def today(self) -> date:
        """The legal day, Asia/Shanghai."""
        return clock.legal_day(self.now)

    @property
    def aggregates(self) -> sa.Table:
        """The table of the service's aggregates, for a query of its own by what stands in their states. It names the
        county itself; the policy holds all the same."""
        return self._tables.aggregate

    @contextmanager
    def whole_county(self) -> Iterator[None]:
        """Inside, it reads and writes as the service itself does; what is recorded still names the actor.

        For what rests on the whole case, of which the actor's tenant sees only its part. What is read here must not
        reach the actor's answer unchecked.
        """
        outer, self._scope = self._scope, system_actor(self.actor.county, self._service)
        self.connection.execute(sa.text(SET_SCOPE), scope_parameters(self._scope))
        yield
        # Not after an exception: it ends the transaction, and after a database error no statement would be taken.
        self._scope = outer
        self.connection.execute(sa.text(SET_SCOPE), scope_parameters(outer))

    def find(self, state: type[S], aggregate_id: str) -> Versioned[S] | None:
        """An aggregate of this service, locked for this transaction; None where the actor sees none."""
        return self._one(self._tables.aggregate, state, aggregate_id, lock=True)

    def read(self, state: type[S], aggregate_id: str) -> Versioned[S] | None:
        """As ``find``, without the lock: for what this transaction does not change."""
        return self._one(self._tables.aggregate, state, aggregate_id)

    def lock(self, what: str, *, shared: bool = False) -> None:
        """Waits until no other transaction of this service and county holds ``what`` (a petition's id, the name of a
        table that is loaded whole), and holds it to the end of this one. Holders that share it hinder only those that
        want it alone."""
        key = f"{self._service}|{self.actor.county}|{what}"
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        self.connection.execute(sa.text(f"SELECT {function}(hashtextextended(:key, 0))"), {"key": key})

    def lock_free(self, whats: Collection[str], *, limit: int) -> list[str]:
        """Those of ``whats``, at most ``limit`` and the first ones first, that no other transaction holds; ``lock`` on
        each of them. It never waits, so several workers share a queue."""
        query = sa.text(
            "SELECT what FROM unnest(CAST(:whats AS text[])) AS what"
            " WHERE pg_try_advisory_xact_lock(hashtextextended(:prefix || what, 0)) LIMIT :limit"
        )
        prefix = f"{self._service}|{self.actor.county}|"
        return list(self.connection.execute(query, {"whats": list(whats), "prefix": prefix, "limit": limit}).scalars())

    def all(self, state: type[S]) -> list[Versioned[S]]:
        """Every aggregate of one type that the actor sees, by id; for tables of tens of rows."""
        return self._all(self._tables.aggregate, state)

    def several(self, state: type[S], ids: Collection[str]) -> dict[str, Versioned[S]]:
        """``read`` for many at once, by id; those that the actor does not see are missing."""
        table = self._tables.aggregate
        query = sa.select(table.c.id, table.c.state, table.c.version).where(
            table.c.county_id == self.actor.county, table.c.type == state.fact_type, table.c.id == any_of(ids)
        )
        rows = self.connection.execute(query)
        return {row.id: Versioned(msgspec.convert(row.state, state), row.version) for row in rows}

    def of_petition(self, state: type[S], petition_id: str) -> list[Versioned[S]]:
        """This service's aggregates that belong to a petition, oldest first."""
        return self._of_petitions(self._tables.aggregate, (state,), [petition_id]).get((state, petition_id), [])

    def of_petitions(self, states: Collection[type[State]], petition_ids: Collection[str]) -> OfPetitions:
        """``of_petition`` for many types and petitions at once; types of which a petition has none are missing."""
        return self._of_petitions(self._tables.aggregate, states, petition_ids)

    def kept(self, state: type[S], aggregate_id: str) -> Versioned[S] | None:
        """The newest state that another service told of an aggregate."""
        return self._one(self._tables.kept_fact, state, aggregate_id)

    def kept_all(self, state: type[S]) -> list[Versioned[S]]:
        """``all`` of what another service told."""
        return self._all(self._tables.kept_fact, state)

    def kept_of_petition(self, state: type[S], petition_id: str) -> list[Versioned[S]]:
        return self._of_petitions(self._tables.kept_fact, (state,), [petition_id]).get((state, petition_id), [])

    def kept_of_petitions(self, states: Collection[type[State]], petition_ids: Collection[str]) -> OfPetitions:
        return self._of_petitions(self._tables.kept_fact, states, petition_ids)

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
        fact = self._fact(Entry(state, act, base, remark), self.actor.reference)
        self.facts.append(fact)
        self.connection.execute(sa.insert(self._tables.history).values(history.row_of(fact)))
        self._send(FACTS, f"{fact.county}.{fact.type}", cloud_event_headers(fact), encode_fact(fact))
        return fact

    def record_many(self, entries: Sequence[Entry]) -> list[Fact[Any]]:
        """``record`` for many at once: the same rows and the same facts in the given order, in four statements.

        An aggregate may stand in it more than once, each time on the version that the entry before makes. Raises as
        ``record`` does: nothing of a list is written of which one entry cannot be.
        """
        if not entries:
            return []
        facts = self._facts(entries)
        bulk.write_aggregates(self.connection, self._tables.aggregate, facts, at=self.now)
        return self._tell(facts)

    def tell_many(self, entries: Sequence[Entry]) -> list[Fact[Any]]:
        """The facts of ``record_many`` alone, for aggregates whose state and version stand in a table of the service's.

        The caller advances the version there, in this transaction and under the row's lock: as with ``record``, neither
        is committed without the other.
        """
        return self._tell(self._facts(entries)) if entries else []

    def _facts(self, entries: Sequence[Entry]) -> list[Fact[Any]]:
        reference = self.actor.reference
        return [self._fact(entry, reference) for entry in entries]

    def _tell(self, facts: list[Fact[Any]]) -> list[Fact[Any]]:
        history.write(self.connection, self._tables.history, facts)
        bulk.write_outbox(self.connection, self._tables.outbox, facts)
        self.facts.extend(facts)
        return facts

    def _fact(self, entry: Entry, actor: ActorRef) -> Fact[Any]:
        state = entry.state
        return Fact(
            id=new_id(),
            county=self.actor.county,
            type=state.fact_type,
            subject=state.aggregate_id,
            version=entry.base + 1,
            time=self.now,
            act=entry.act,
            actor=actor,
            petition=state.case_id,
            remark=entry.remark,
            trace=self.trace,
            state=state,
        )

    def send_to_bureau(self, tenant: str, *, event_type: str, subject: str, data: msgspec.Struct) -> None:
        """Puts a CloudEvent into a bureau's own queue, committed with what it tells of."""
        headers = {
            "cloudEvents:specversion": "1.0",
            "cloudEvents:id": new_id(),
            "cloudEvents:type": event_type,
            "cloudEvents:source": f"/counties/{self.actor.county}/{self._service}",
            "cloudEvents:subject": subject,
            "cloudEvents:time": self.now.isoformat(),
            **tracing.made_here(),
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

    def _all(self, table: sa.Table, state: type[S]) -> list[Versioned[S]]:
        query = (
            sa.select(table.c.state, table.c.version)
            .where(table.c.county_id == self.actor.county, table.c.type == state.fact_type)
            .order_by(table.c.id)
        )
        return [Versioned(msgspec.convert(row.state, state), row.version) for row in self.connection.execute(query)]

    def _of_petitions(
        self, table: sa.Table, states: Collection[type[State]], petition_ids: Collection[str]
    ) -> OfPetitions:
        by_type = {state.fact_type: state for state in states}
        query = (
            sa.select(table.c.type, table.c.petition_id, table.c.state, table.c.version)
            .where(
                table.c.county_id == self.actor.county,
                table.c.petition_id == any_of(petition_ids),
                table.c.type == any_of(by_type),
            )
            .order_by(table.c.id)
        )
        found: OfPetitions = {}
        for name, petition_id, plain, version in self.connection.execute(query):
            state = by_type[name]
            found.setdefault((state, petition_id), []).append(Versioned(msgspec.convert(plain, state), version))
        return found


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
            # Most of what is read is JSON: json.loads takes three times as long for the same.
            json_deserializer=msgspec.json.decode,
            # Whether an insert found its row taken is told by the row count, which is dropped otherwise.
            execution_options={"preserve_rowcount": True},
        )

    @contextmanager
    def begin(self, actor: Actor, *, trace: str | None = None, now: datetime | None = None) -> Iterator[Transaction]:
        """A transaction scoped to the actor; commits at the end, rolls back on any exception.

        ``trace``: the id of the trace, else the current one; what begins here begins one. ``now`` is given by whoever
        works for another moment than the present one.
        """
        about = {"db.system.name": "postgresql", "db.namespace": self.service}
        with (
            tracing.span("transaction", kind=SpanKind.CLIENT, trace=trace, attributes=about) as span,
            self.engine.begin() as connection,
        ):
            connection.execute(sa.text(SET_SCOPE), scope_parameters(actor))
            tx = Transaction(
                connection=connection,
                tables=self.tables,
                service=self.service,
                actor=actor,
                trace=trace or tracing.trace_id(),
                now=now,
            )
            yield tx
            span.set_attribute(tracing.FACTS_MADE, len(tx.facts))
            if tx.facts:
                connection.execute(sa.text("SELECT pg_notify('xq_outbox', :service)"), {"service": self.service})


def any_of(values: Collection[str]) -> Any:
    """``column == any_of(values)``: one parameter however many values, so the statement stays the same and prepared."""
    return sa.any_(sa.cast(list(values), ARRAY(sa.Text)))
