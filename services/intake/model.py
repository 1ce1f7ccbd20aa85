"""Intake's own tables, beside the floor's: the vault of personal data, the numbers, the places, what was imported."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData(schema="intake")

petitioner = Table(
    "petitioner",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("petition_id", Text, nullable=False),
    Column("visible_to", ARRAY(Text), nullable=False),
    Column("named", ARRAY(Text)),
    Column("confidential", Boolean, nullable=False),
    # Sealed by services.common.vault; the digests find equal values within the county.
    Column("name", LargeBinary, nullable=False),
    Column("identity_number", LargeBinary),
    Column("phone", LargeBinary),
    Column("address", LargeBinary),
    Column("identity_digest", LargeBinary),
    Column("phone_digest", LargeBinary),
    Index("petitioner_petition", "county_id", "petition_id"),
    Index("petitioner_identity", "county_id", "identity_digest"),
    Index("petitioner_phone", "county_id", "phone_digest"),
)

counter = Table(
    "counter",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("value", Integer, nullable=False),
)

place = Table(
    "place",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tenant", Text, nullable=False),
)

imported = Table(
    "imported",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("petition_id", Text, nullable=False),
)
