"""The tables that every service has in its own schema. Services add their own in ``model.py``."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB


@dataclass(frozen=True)
class FloorTables:
    metadata: MetaData
    aggregate: Table
    """The newest state of each aggregate that the service owns."""
    kept_fact: Table
    """The newest state of each aggregate that the service follows. It is the inbox as well: a fact that is not
    newer than what is kept was handled before, or came late, and does nothing."""
    outbox: Table
    """Messages committed with the change that they tell of, waiting for the relay."""
    command_log: Table
    """Answers given, by request id: the same request gets the same answer."""
    history: Table
    """Every fact that was told, without its state: see ``services.common.history``."""


def floor_tables(schema: str) -> FloorTables:
    metadata = MetaData(schema=schema)
    aggregate = Table(
        "aggregate",
        metadata,
        Column("county_id", Text, primary_key=True),
        Column("type", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("petition_id", Text),
        Column("visible_to", ARRAY(Text), nullable=False),
        Column("named", ARRAY(Text)),
        Column("state", JSONB, nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("aggregate_petition", "county_id", "petition_id", "type"),
    )
    kept_fact = Table(
        "kept_fact",
        metadata,
        Column("county_id", Text, primary_key=True),
        Column("type", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("fact_id", Text, nullable=False),
        Column("petition_id", Text),
        Column("visible_to", ARRAY(Text), nullable=False),
        Column("named", ARRAY(Text)),
        Column("state", JSONB, nullable=False),
        Index("kept_fact_petition", "county_id", "petition_id", "type"),
    )
    command_log = Table(
        "command_log",
        metadata,
        Column("county_id", Text, primary_key=True),
        Column("tenant", Text, primary_key=True),
        Column("user", Text, primary_key=True),
        Column("request_id", Text, primary_key=True),
        Column("command", Text, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("reply", LargeBinary),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    return FloorTables(metadata, aggregate, kept_fact, outbox_table(metadata), command_log, history_table(metadata))


def history_table(metadata: MetaData) -> Table:
    """What was done, in the schema of ``metadata``; nothing deletes or changes it."""
    return Table(
        "history",
        metadata,
        Column("county_id", Text, primary_key=True),
        # Ids of facts grow with the time in which they are made: the newest rows stand at the end of the index.
        Column("fact_id", Text, primary_key=True),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("petition_id", Text),
        # Whether it stands on the timeline of the petition.
        Column("on_timeline", Boolean, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("act", Text, nullable=False),
        Column("tenant", Text, nullable=False),
        Column("login", Text, nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("remark", Text),
        Column("trace", Text, nullable=False),
    )


def outbox_table(metadata: MetaData) -> Table:
    """Messages that wait for the relay, in the schema of ``metadata``."""
    return Table(
        "outbox",
        metadata,
        Column("county_id", Text, nullable=False),
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("exchange", Text, nullable=False),
        Column("routing_key", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        # How often no queue took it.
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
