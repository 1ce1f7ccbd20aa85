"""Routing's own table beside the floor's: how far each tenant's series of opinions (信访处理意见书) has come."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

metadata = MetaData(schema="routing")

answer_counter = Table(
    "answer_counter",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("tenant", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
)
