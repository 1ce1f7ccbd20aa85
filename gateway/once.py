"""What is told once, however often it happens: beside the readings, whose table keeps what was told."""

import uuid

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import reading

NAMESPACE = uuid.UUID("019aad52-5c1b-7f0e-9d3c-8b6a7c1e4f20")
ENTER = insert(reading).on_conflict_do_nothing().returning(reading.c.id)


def same_id(*same: str) -> str:
    """The id of what is the same by these words."""
    return str(uuid.uuid5(NAMESPACE, "|".join(same)))


async def first_time(connection: AsyncConnection, *, county: str, id: str) -> bool:
    """Whether this id of ``same_id`` was not met before; it is from now on, with the caller's scoped transaction."""
    entered = await connection.execute(ENTER, [{"county_id": county, "id": id}])
    return bool(entered.scalars().all())
