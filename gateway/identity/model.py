"""What is kept of who came in. The accounts themselves are in ``gateway.model``: others read them too."""

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, Table, Text

from gateway.model import metadata

session = Table(
    "session",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("username", Text, nullable=False),
    Column("method", Text, nullable=False),
    # From where it was opened, for the user's own list of his sessions.
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("renewed_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    # The newest refresh token: the how manieth it is, and its SHA-256.
    Column("generation", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("session_of_user", "county_id", "username", "opened_at"),
)

# Hours in which a login named nobody: noted once an hour, however often it is tried.
refused_name = Table(
    "refused_name",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("hour", DateTime(timezone=True), primary_key=True),
)
