"""Roster's own tables, beside the floor's: who comes to receptions, sealed."""

from sqlalchemy import Column, Date, Index, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData(schema="roster")

visitor = Table(
    "visitor",
    metadata,
    Column("county_id", Text, primary_key=True),
    # Of the appointment.
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("visible_to", ARRAY(Text), nullable=False),
    Column("named", ARRAY(Text)),
    # Sealed by services.common.vault; the digests find equal values within the county.
    Column("name", LargeBinary, nullable=False),
    Column("phone", LargeBinary),
    Column("identity_number", LargeBinary),
    Column("name_digest", LargeBinary, nullable=False),
    Column("phone_digest", LargeBinary),
    Column("identity_digest", LargeBinary),
    Index("visitor_of_day", "county_id", "tenant", "day"),
)
