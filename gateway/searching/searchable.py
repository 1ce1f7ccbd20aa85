"""The view of the database from which petitions are searched: those that the actor sees, each with its words.

PostgreSQL evaluates a policy before any condition of a query whose operator might tell of the rows that it drops, and
``@@`` counts among these: behind a policy no index of words is ever used. So the wall stands in the view itself, word
for word as in the policies (``VISIBLE``), where it is one condition among others. The view belongs to whoever migrates,
and only a superuser passes the policies of the tables below it: for any other owner they hold as well, and searches are
slow but right. It joins two tables, so nothing can be written through it.
"""

from gateway.model import VIEW, searchable
from services.common.scope import VISIBLE

COLUMNS = ", ".join(column.name for column in searchable.c)


def create(schema: str = VIEW) -> str:
    """The statements that make it over the tables of ``schema``."""
    return f"""
DROP VIEW IF EXISTS {schema}.searchable;
CREATE VIEW {schema}.searchable AS
SELECT {COLUMNS}
FROM {schema}.petition AS p
JOIN (SELECT county_id, petition_id AS id, words FROM {schema}.petition_words) AS found USING (county_id, id)
WHERE {VISIBLE}
"""
