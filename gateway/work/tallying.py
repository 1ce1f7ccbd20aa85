"""How many cases each tenant sees, without counting them: kept by a trigger of the petitions, statement by statement.

What names restrict (an accusation) is not in it: who sees such a case depends on the person, so these are counted where
they stand (gateway/work/counting.py).
"""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.model import VIEW, county
from gateway.work.model import WHOLE_COUNTY
from services.contracts.actor import system_actor

ROLE = "xq_gateway"


def triggers(schema: str = VIEW) -> str:
    """The statements that keep the tally of the petitions in ``schema``.

    The function finds its table by the schema of the one that fired it: a view that is renamed counts on.
    ``DELETE`` is granted because both tables of work forget what is over.
    """
    return f"""
GRANT DELETE ON {schema}.task, {schema}.tally TO {ROLE};
CREATE OR REPLACE FUNCTION xq.tally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone text := 'SELECT county_id, visible_to, status, -1 AS one FROM gone WHERE named IS NULL';
  come text := 'SELECT county_id, visible_to, status, 1 AS one FROM come WHERE named IS NULL';
  changed text := CASE TG_OP WHEN 'INSERT' THEN come WHEN 'DELETE' THEN gone ELSE gone || ' UNION ALL ' || come END;
BEGIN
  EXECUTE 'INSERT INTO ' || quote_ident(TG_TABLE_SCHEMA) || '.tally (county_id, scope, status, delta)
    SELECT county_id, scope, status, sum(one)
    FROM (' || changed || ') AS changed, unnest(array_append(visible_to, ''{WHOLE_COUNTY}'')) AS scopes (scope)
    GROUP BY county_id, scope, status HAVING sum(one) <> 0';
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER tally_come AFTER INSERT ON {schema}.petition
  REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION xq.tally();
CREATE OR REPLACE TRIGGER tally_gone AFTER DELETE ON {schema}.petition
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION xq.tally();
CREATE OR REPLACE TRIGGER tally_changed AFTER UPDATE ON {schema}.petition
  REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION xq.tally();
"""


def recount(schema: str = VIEW) -> str:
    """The statements that count all of ``schema`` anew, by somebody who sees every county."""
    return f"""
DELETE FROM {schema}.tally;
INSERT INTO {schema}.tally (county_id, scope, status, delta)
SELECT county_id, scope, status, count(*)
FROM {schema}.petition, unnest(array_append(visible_to, '{WHOLE_COUNTY}')) AS scopes (scope)
WHERE named IS NULL GROUP BY county_id, scope, status;
"""


# Whoever reads meanwhile sees the rows before or the one after. Of two who fold at once the second finds the rows of
# the first gone, and its own sum is that of what it took itself.
FOLD = sa.text(f"""
WITH taken AS (DELETE FROM {VIEW}.tally RETURNING county_id, scope, status, delta)
INSERT INTO {VIEW}.tally (county_id, scope, status, delta)
SELECT county_id, scope, status, sum(delta) FROM taken GROUP BY county_id, scope, status HAVING sum(delta) <> 0
""")
SPARE = sa.text(f"SELECT count(*) - count(DISTINCT (scope, status)) FROM {VIEW}.tally")
"""Rows that a fold would save."""
MOST_SPARE = 1000
"""How many a county may have: so few are summed in no time."""


async def fold_all(engine: AsyncEngine) -> None:
    """Makes one row of all that stand for the same count, in each county that has many."""
    async with engine.begin() as connection:
        counties = list((await connection.execute(sa.select(county.c.code))).scalars())
    for code in counties:
        async with scoped(engine, system_actor(code, "gateway")) as connection:
            if (await connection.execute(SPARE)).scalar_one() > MOST_SPARE:
                await connection.execute(FOLD)
