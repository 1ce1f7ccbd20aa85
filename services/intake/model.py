"""Intake's own tables, beside the floor's: the vault of personal data, the numbers, the places, what was imported."""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text
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
    Column("role", Text, nullable=False, server_default="PETITIONER"),
    # Sealed by services.common.vault; the digests find equal values within the county.
    Column("name", LargeBinary, nullable=False),
    Column("identity_number", LargeBinary),
    Column("phone", LargeBinary),
    Column("address", LargeBinary),
    Column("details", LargeBinary),
    Column("identity_digest", LargeBinary),
    Column("phone_digest", LargeBinary),
    Column("name_digest", LargeBinary),
    Index("petitioner_petition", "county_id", "petition_id"),
    Index("petitioner_identity", "county_id", "identity_digest"),
    Index("petitioner_phone", "county_id", "phone_digest"),
    Index("petitioner_name", "county_id", "name_digest"),
)

# Texts as they were written, where the register has them masked.
original = Table(
    "original",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("petition_id", Text, primary_key=True),
    Column("visible_to", ARRAY(Text), nullable=False),
    Column("named", ARRAY(Text)),
    Column("confidential", Boolean, nullable=False),
    # Sealed: a JSON object, by the field's name.
    Column("texts", LargeBinary, nullable=False),
)

# What a citizen has saved and not yet handed in, by the digest of its code; emptied once it is, or has run out.
submission = Table(
    "submission",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("code_digest", LargeBinary, primary_key=True),
    Column("form", LargeBinary),
    Column("until", Date, nullable=False),
    Index("submission_until", "county_id", "until"),
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

# How far each series of the desk has come: the period is a day for triage entries, a year for papers.
document_counter = Table(
    "document_counter",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

# A form that its author will come back to, sealed; emptied once it is registered or discarded.
draft = Table(
    "draft",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("form", LargeBinary),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Index("draft_of_author", "county_id", "tenant", "login"),
)

# By what repeats and joint matters are found, across tenants; services.common.scope.SOUGHT says who sees which row.
likeness = Table(
    "likeness",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("petition_id", Text, primary_key=True),
    Column("number", Text, nullable=False),
    # The petition that brought the matter first; its own id where it is the first or the only one.
    Column("matter_id", Text, nullable=False),
    Column("place", Text),
    Column("received_on", Date, nullable=False),
    # Of what hides its petitioners the tenant that registered it.
    Column("reserved_for", Text),
    Column("named", ARRAY(Text)),
    # All by which it is found: its id, number, matter and bucket, the bands of its sketch, its features.
    Column("keys", ARRAY(Integer), nullable=False),
    # For the comparison: four bytes each, the lowest first, and one byte each.
    Column("features", LargeBinary, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    # Without its list of what waits to be entered, which every search would read through.
    Index("likeness_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)
