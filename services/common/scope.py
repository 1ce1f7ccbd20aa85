"""The wall in the database: what each transaction declares of its actor, and the policies that read it.

A transaction sets ``xq.county``, ``xq.tenant``, ``xq.user``, ``xq.scope``, ``xq.cleared`` and ``xq.audits`` for
itself alone.
The functions of schema ``xq`` read them and raise where they are not set, so a query that names no county
fails instead of returning everything. Policies wrap them in a sub-select, which PostgreSQL evaluates once a
query and not once a row.
"""

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import ANYBODY, BARRED, BARRED_TENANT

SET_SCOPE = """
SELECT set_config('xq.county', :county, true), set_config('xq.tenant', :tenant, true),
       set_config('xq.user', :user, true), set_config('xq.scope', :scope, true),
       set_config('xq.cleared', :cleared, true), set_config('xq.audits', :audits, true)
"""

NO_TENANT = "@nobody"
"""Stands for the tenant of an actor whose roles read no case: it is nobody's code, so it matches no row."""

FUNCTIONS = """
CREATE SCHEMA IF NOT EXISTS xq;
CREATE OR REPLACE FUNCTION xq.setting(name text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE value text := current_setting('xq.' || name, true);
BEGIN
  IF value IS NULL OR value = '' THEN
    RAISE EXCEPTION 'no actor: xq.%% is not set in this transaction', name USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN value;
END $$;
CREATE OR REPLACE FUNCTION xq.county() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('county') $$;
CREATE OR REPLACE FUNCTION xq.tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('tenant') $$;
CREATE OR REPLACE FUNCTION xq.login() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('user') $$;
CREATE OR REPLACE FUNCTION xq.sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('scope') = 'all' $$;
CREATE OR REPLACE FUNCTION xq.cleared() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('cleared') IN ('yes', 'system') $$;
CREATE OR REPLACE FUNCTION xq.audits() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('audits') = 'yes' $$;
CREATE OR REPLACE FUNCTION xq.sought() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('sought')::int[] $$;
CREATE OR REPLACE FUNCTION xq.is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT xq.setting('cleared') = 'system' $$;
"""  # noqa: E501

IN_COUNTY = "county_id = (SELECT xq.county())"

NAMED = f"""(named IS NULL OR (
    NOT named && ARRAY[(SELECT '{BARRED}' || xq.login()), (SELECT '{BARRED_TENANT}' || xq.tenant())]
    AND ((SELECT xq.cleared()) OR named && ARRAY[(SELECT xq.login()), '{ANYBODY}'])))"""

VISIBLE = f"""{IN_COUNTY}
  AND ((SELECT xq.sees_all()) OR visible_to && ARRAY[(SELECT xq.tenant()), '*'])
  AND {NAMED}"""

SET_SOUGHT = "SELECT set_config('xq.sought', CAST(CAST(:keys AS int[]) AS text), true)"

# Signatures by which repeats are found: the one table that is read across tenants, because the same person goes to
# several. So it holds no text; a row shows itself only to a search that names one of its keys, so that nobody can list
# it; what hides its petitioners only to who may know them; and an accusation only to those named for it or cleared, and
# never to whom it accuses (Art. 30). The search stands in the policy for speed too: PostgreSQL evaluates a condition of
# a query after the policy's own, and therefore by no index, where its operator may tell of what it saw (is not
# LEAKPROOF), as that of arrays is not.
SOUGHT = f"""{IN_COUNTY}
  AND keys && (SELECT xq.sought())
  AND (SELECT xq.tenant()) <> '{NO_TENANT}'
  AND (reserved_for IS NULL OR (SELECT xq.sees_all()) OR reserved_for = (SELECT xq.tenant()))
  AND {NAMED}"""


def scope_parameters(actor: Actor) -> dict[str, str]:
    """What ``SET_SCOPE`` sets for this actor."""
    return {
        "county": actor.county,
        "tenant": actor.tenant if actor.reads_cases else NO_TENANT,
        "user": actor.user,
        "scope": "all" if actor.kind is TenantKind.COUNTY and actor.reads_cases else "tenant",
        "cleared": "system" if Role.SYSTEM in actor.roles else "yes" if actor.cleared else "no",
        "audits": "yes" if actor.audits else "no",
    }


def protect(table: str, *, using: str = IN_COUNTY, check: str = IN_COUNTY, policy: str | None = None) -> str:
    """The statements that put ``table`` behind its policy, for its owner too."""
    name = policy or f"{table.replace('.', '_')}_scope"
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS {name} ON {table};
CREATE POLICY {name} ON {table} USING ({using}) WITH CHECK ({check});
"""
