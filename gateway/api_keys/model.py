"""The table of keys: what nobody else knows, so it is no part of the view."""

from sqlalchemy import Column, Date, DateTime, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.model import metadata

api_key = Table(
    "api_key",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("networks", ARRAY(Text), nullable=False),
    # SHA-256 of the secret.
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Text),
    Column("revoked_by_name", Text),
    # The day, so that a busy machine writes one row a day and nobody is followed by it.
    Column("last_used_on", Date),
    Index("api_key_of_tenant", "county_id", "tenant", "created_at"),
)
