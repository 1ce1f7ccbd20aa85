"""Words by which petitions are found, also those that were registered before."""

import msgspec
import sqlalchemy as sa
from alembic import op

from gateway.access import policies
from gateway.model import metadata, petition, petition_words, view_metadata
from gateway.rows import words_of
from gateway.searching.searchable import create
from services.contracts.intake import Petition

revision = "gateway_0007"
down_revision = "gateway_0006"

AT_ONCE = 1000


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    view_metadata.create_all(connection)
    for table in ("petition", "petition_words"):
        # The policies bind the tables' owner as well, who has no county; ``policies`` puts them back.
        connection.exec_driver_sql(f"ALTER TABLE gateway_view.{table} NO FORCE ROW LEVEL SECURITY")
    fill(connection)
    for statements in policies():
        connection.exec_driver_sql(statements)
    connection.exec_driver_sql(create())


def fill(connection: sa.Connection) -> None:
    """Gives their words to the petitions that have none, in pages."""
    c, kept = petition.c, petition_words.c
    place = sa.tuple_(c.county_id, c.id)
    without = ~sa.exists().where(kept.county_id == c.county_id, kept.petition_id == c.id)
    query = sa.select(c.county_id, c.id, c.state).where(without).order_by(place).limit(AT_ONCE)
    page = query
    while rows := connection.execute(page).all():
        found = [{"county_id": row.county_id, "petition_id": row.id, "words": _words(row.state)} for row in rows]
        connection.execute(sa.insert(petition_words), found)
        page = query.where(place > sa.tuple_(sa.literal(rows[-1].county_id), sa.literal(rows[-1].id)))


def _words(state: dict[str, object]) -> str:
    return words_of(msgspec.convert({**state, "petitioners": [], "query_code": ""}, Petition))
