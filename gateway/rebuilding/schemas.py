"""The view's schema beside the present one: made like it to the last index and right, and put in its place by renaming.

What the present one is made of is read from the database's own catalog, so the new one has the same tables, policies,
triggers and rights, whoever added them.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import VIEW

NEXT = f"{VIEW}_next"
OLD = f"{VIEW}_old"

_OF_VIEW = f"relnamespace = '{VIEW}'::regnamespace"
TABLES = f"SELECT relname FROM pg_class WHERE {_OF_VIEW} AND relkind = 'r' ORDER BY relname"
KEYS = f"""
SELECT format('ALTER TABLE {NEXT}.%I ADD CONSTRAINT %I %s', r.relname, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint AS k JOIN pg_class AS r ON r.oid = k.conrelid WHERE {_OF_VIEW} AND k.contype IN ('p', 'u')
"""
INDEXES = f"""
SELECT tablename, indexdef FROM pg_indexes
WHERE schemaname = '{VIEW}'
  AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE connamespace = '{VIEW}'::regnamespace)
ORDER BY indexname
"""
VIEWS = f"""
SELECT format('CREATE VIEW {VIEW}.%I %s AS %s', relname, 'WITH (' || array_to_string(reloptions, ', ') || ')',
              pg_get_viewdef(oid))
FROM pg_class WHERE {_OF_VIEW} AND relkind = 'v' ORDER BY oid
"""
TRIGGERS = f"""
SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_class AS r ON r.oid = t.tgrelid
WHERE {_OF_VIEW} AND NOT t.tgisinternal
"""
POLICIES = f"""
SELECT format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', policyname, schemaname, tablename, permissive, cmd,
              array_to_string(ARRAY(SELECT CASE r WHEN 'public' THEN r ELSE quote_ident(r) END FROM unnest(roles) AS r),
                              ', '))
  || coalesce(' USING (' || qual || ')', '') || coalesce(' WITH CHECK (' || with_check || ')', '')
FROM pg_policies WHERE schemaname = '{VIEW}'
"""
WALLS = f"""
SELECT format('ALTER TABLE {NEXT}.%I ENABLE ROW LEVEL SECURITY, %s FORCE ROW LEVEL SECURITY', relname,
              CASE WHEN relforcerowsecurity THEN '' ELSE 'NO' END)
FROM pg_class WHERE {_OF_VIEW} AND relkind = 'r' AND relrowsecurity
"""
GRANTS = f"""
SELECT format('GRANT %s ON {NEXT}.%I TO %I', a.privilege_type, r.relname, a.grantee::regrole::text)
FROM pg_class AS r, aclexplode(r.relacl) AS a WHERE {_OF_VIEW} AND r.relkind IN ('r', 'v') AND a.grantee <> r.relowner
UNION ALL
SELECT format('GRANT %s ON SCHEMA {NEXT} TO %I', a.privilege_type, a.grantee::regrole::text)
FROM pg_namespace AS n, aclexplode(n.nspacl) AS a WHERE n.nspname = '{VIEW}' AND a.grantee <> n.nspowner
"""


@dataclass(frozen=True)
class Index:
    table: str
    statement: str


def to_next(statement: str) -> str:
    """The statement as it is meant for the new schema."""
    return statement.replace(f"{VIEW}.", f"{NEXT}.")


async def make(connection: AsyncConnection) -> None:
    """Makes the new schema with its tables and their keys, empty. Raises ``sqlalchemy.exc.ProgrammingError`` where it
    exists."""
    await connection.exec_driver_sql(f"CREATE SCHEMA {NEXT}")
    for table in await tables(connection):
        await connection.exec_driver_sql(
            f"CREATE TABLE {NEXT}.{table} (LIKE {VIEW}.{table} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)"
        )
    for statement in await _made(connection, KEYS):
        await connection.exec_driver_sql(statement)


async def tables(connection: AsyncConnection) -> list[str]:
    return list((await connection.execute(text(TABLES))).scalars())


async def indexes(connection: AsyncConnection) -> list[Index]:
    """What is still to be made of indexes: those that are no key."""
    return [Index(row.tablename, to_next(row.indexdef)) for row in await connection.execute(text(INDEXES))]


async def finish(connection: AsyncConnection) -> None:
    """Triggers, views, walls and rights."""
    for query in (TRIGGERS, VIEWS, POLICIES):
        for statement in await _made(connection, query):
            await connection.exec_driver_sql(to_next(statement))
    for query in (WALLS, GRANTS):
        for statement in await _made(connection, query):
            await connection.exec_driver_sql(statement)


async def swap(connection: AsyncConnection) -> None:
    """Puts the new schema in the place of the present one, which stays as ``OLD``; in the caller's transaction."""
    await connection.exec_driver_sql(f"ALTER SCHEMA {VIEW} RENAME TO {OLD}")
    await connection.exec_driver_sql(f"ALTER SCHEMA {NEXT} RENAME TO {VIEW}")


async def drop(connection: AsyncConnection, schema: str) -> None:
    """Removes ``NEXT`` or ``OLD`` where there is one, and nothing that hangs on it from elsewhere: then it raises
    ``sqlalchemy.exc.DBAPIError``."""
    assert schema in (NEXT, OLD)
    for kind, letter in (("VIEW", "v"), ("TABLE", "r")):
        query = text(
            f"SELECT string_agg(format('{schema}.%I', relname), ', ') FROM pg_class AS c"
            " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE nspname = :schema AND relkind = :letter"
        )
        names = (await connection.execute(query, {"schema": schema, "letter": letter})).scalar()
        if names:
            await connection.exec_driver_sql(f"DROP {kind} {names}")
    await connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema}")


async def exists(connection: AsyncConnection, schema: str) -> bool:
    found = await connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": schema})
    return found.first() is not None


async def _made(connection: AsyncConnection, query: str) -> list[str]:
    # Through the driver: in these texts a colon is no parameter.
    rows = await connection.exec_driver_sql(query.replace("%", "%%"))
    return [statement.replace("%", "%%") for statement in rows.scalars()]
