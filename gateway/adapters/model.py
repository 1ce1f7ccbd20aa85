"""Which orders of other systems a tenant has taken, by their numbers there."""

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text

from gateway.model import metadata

outside_order = Table(
    "outside_order",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    # SHA-256 of what was handed in, by which a changed order is known.
    Column("digest", LargeBinary, nullable=False),
    # Who hands it in, and since when: whoever does so at the same time waits.
    Column("login", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    # None until it is registered.
    Column("petition_id", Text),
)
