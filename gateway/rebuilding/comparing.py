"""Two views row by row: as many, with the same keys, and in each row the same in each column.

Both are read in one snapshot of the database, so what is done meanwhile makes no difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

FIRST = 5
"""How many keys are named of what differs."""

COLUMNS = """
SELECT a.attname FROM pg_attribute AS a
WHERE a.attrelid = CAST(:name AS regclass) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname
"""
KEY = """
SELECT a.attname FROM pg_index AS i
JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) ON true
JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = CAST(:name AS regclass) AND i.indisprimary ORDER BY k.place
"""
# Its rows are what was added to a count when, in whatever steps: what counts is the sum.
AS_SUMS = {"tally": ("delta", ("county_id", "scope", "status"))}


@dataclass(frozen=True)
class Side:
    rows: int
    digest: str
    """MD5 over the digests of all rows in the order of their keys."""


@dataclass(frozen=True)
class Table:
    """What was found of one table."""

    name: str
    before: Side
    after: Side
    differing: tuple[str, ...] = ()
    """The first keys whose rows differ, each with how: ``changed``, ``missing`` (in the new one) or ``extra``."""

    @property
    def equal(self) -> bool:
        return self.before == self.after


async def compare(connection: AsyncConnection, *, before: str, after: str, county: str) -> list[Table]:
    """Table by table, what the schemas hold of a county.

    The connection's transaction must be ``REPEATABLE READ``, and of somebody who sees every county.
    """
    # The new one was made like the old one, table for table.
    query = text("SELECT relname FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind = 'r'")
    names = sorted((await connection.execute(query, {"schema": before})).scalars())
    return [await _compare_table(connection, name, before=before, after=after, county=county) for name in names]


async def _compare_table(connection: AsyncConnection, name: str, *, before: str, after: str, county: str) -> Table:
    key, old = await _rows(connection, name, before)
    _, new = await _rows(connection, name, after)
    given = {"county": county}
    was, now = [Side(*(await connection.execute(text(_digest(rows, key)), given)).one()) for rows in (old, new)]
    if was == now:
        return Table(name, was, now)
    lines = (await connection.execute(text(_differences(old, new, key)), given)).all()
    return Table(name, was, now, tuple(f"{row.how} {row.key}" for row in lines))


async def _rows(connection: AsyncConnection, name: str, schema: str) -> tuple[tuple[str, ...], str]:
    """The key, which the county leads, and a query of all rows: key and digest."""
    full = f"{schema}.{name}"
    columns = list((await connection.execute(text(COLUMNS), {"name": full})).scalars())
    if name in AS_SUMS:
        summed, key = AS_SUMS[name]
        names = ", ".join(key)
        sums = f"SELECT {names}, sum({summed}) AS {summed} FROM {full} GROUP BY {names}"
        source = f"({sums} HAVING sum({summed}) <> 0) AS sums"
    else:
        key = tuple((await connection.execute(text(KEY), {"name": full})).scalars())
        source = full
    row = ", ".join(f'"{column}"' for column in columns)
    return key, (
        f"SELECT {', '.join(key)}, md5(CAST(ROW({row}) AS text)) AS digest FROM {source} WHERE county_id = :county"
    )


def _digest(rows: str, key: Sequence[str]) -> str:
    order = ", ".join(key)
    return f"SELECT count(*), coalesce(md5(string_agg(digest, '' ORDER BY {order})), '') FROM ({rows}) AS rows"


def _differences(old: str, new: str, key: Sequence[str]) -> str:
    names = ", ".join(key)
    return (
        f"SELECT concat_ws('/', {', '.join(key[1:])}) AS key,"
        " CASE WHEN old.digest IS NULL THEN 'extra' WHEN new.digest IS NULL THEN 'missing' ELSE 'changed' END AS how"
        f" FROM ({old}) AS old FULL JOIN ({new}) AS new USING ({names})"
        f" WHERE old.digest IS DISTINCT FROM new.digest ORDER BY {names} LIMIT {FIRST}"
    )
