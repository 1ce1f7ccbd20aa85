"""What a sign-in by an outside issuer leaves behind while it lasts: tickets that are good once, and for minutes."""

from sqlalchemy import Column, DateTime, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from gateway.model import metadata

oidc_ticket = Table(
    "oidc_ticket",
    metadata,
    Column("county_id", Text, primary_key=True),
    # SHA-256 of the ticket, hexadecimal.
    Column("digest", Text, primary_key=True),
    # What it is for: a state that comes back from the issuer, a code that the page exchanges.
    Column("use", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("oidc_ticket_expires", "county_id", "expires_at"),
)
