"""The tables of the ledger, and an entry as it comes back from them."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text

from services.common.ledger import Entry

metadata = MetaData(schema="ledger")

entry_table = Table(
    "entry",
    metadata,
    Column("county_id", Text, primary_key=True),
    # Without gaps in a county; 0 says when its ledger began.
    Column("seq", BigInteger, primary_key=True),
    Column("fact_id", Text, key="id", nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("service", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("petition_id", Text),
    Column("tenant", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index("entry_fact", "county_id", "id", unique=True),
    Index("entry_petition", "county_id", "petition_id", "seq"),
    # A block range index: acts come nearly in the order of their instants, and it costs a write next to nothing.
    Index("entry_at", "county_id", "at", postgresql_using="brin"),
)
head_table = Table(
    "head",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

TEXTS = ("fact_id", "service", "type", "subject", "act", "petition_id", "tenant", "login")
BLOBS = ("digest", "previous", "chain")


def entry_of(row: Mapping[str, Any]) -> Entry:
    """The entry of a row of ``ledger.entry``, by the names of its columns."""
    values: dict[str, Any] = {name: row[name] for name in ("seq", "version", *TEXTS)}
    values |= {name: bytes(row[name]) for name in BLOBS}
    return Entry(county=row["county_id"], at=row["at"].astimezone(UTC), **values)
