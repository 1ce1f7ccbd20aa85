"""Users whom no profile has: an account and a session written into the gateway's store, without a password.

One login may stand for several people, one after the other, as the same person before and after he was moved: each
request of a client made here finds the account with its own tenant and roles, and leaves it as it was before.
"""

import asyncio
from typing import Any

import httpx
import psycopg

from gateway.database import connect
from gateway.identity import sessions
from services.common.scope import scope_parameters
from services.common.settings import Settings
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.identity import SignInMethod

SCOPE = ", ".join(f"set_config('xq.{name}', %({name})s, true)" for name in scope_parameters(system_actor("", "")))
USUAL = "SELECT tenant, kind, name, roles FROM gateway.account WHERE county_id = %(county)s AND username = %(user)s"
BECOME = """INSERT INTO gateway.account (county_id, username, tenant, kind, name, roles, label, origin)
  VALUES (%(county)s, %(user)s, %(tenant)s, %(kind)s, %(name)s, %(roles)s, %(name)s, 'ADMINISTRATOR')
  ON CONFLICT (county_id, username) DO UPDATE
  SET tenant = excluded.tenant, kind = excluded.kind, roles = excluded.roles
  WHERE (account.tenant, account.roles) IS DISTINCT FROM (excluded.tenant, excluded.roles)"""


def stand_in(settings: Settings, client: httpx.Client, actor: Actor) -> None:
    """Logs the client in as this actor."""
    usual = _usual(settings, actor)
    become(settings, actor)
    client.headers["Authorization"] = f"Bearer {asyncio.run(_opened(settings, actor))}"
    client.event_hooks["request"] = [lambda _: become(settings, actor)]
    if usual is not None:
        become(settings, usual)
        client.event_hooks["response"] = [lambda _: become(settings, usual)]


def become(settings: Settings, actor: Actor) -> None:
    """Gives the account of this login, be there one or not, this actor's tenant and roles."""
    given = {"county": actor.county, "user": actor.user, "tenant": actor.tenant, "kind": actor.kind.value}
    execute(settings, BECOME, **given, name=actor.name, roles=sorted(role.value for role in actor.roles))


def _usual(settings: Settings, actor: Actor) -> Actor | None:
    rows = execute(settings, USUAL, county=actor.county, user=actor.user).fetchall()
    for tenant, kind, name, roles in rows:
        here = {"county": actor.county, "user": actor.user, "name": name, "roles": frozenset(map(Role, roles))}
        return Actor(tenant=tenant, kind=TenantKind(kind), **here)
    return None


async def _opened(settings: Settings, actor: Actor) -> str:
    engine = connect(settings.gateway_database_url)
    try:
        given = await sessions.open_session(
            engine, config=settings, county=actor.county, username=actor.user, method=SignInMethod.OIDC
        )
    finally:
        await engine.dispose()
    return given.access_token


def execute(settings: Settings, statement: str, *, county: str, **given: Any) -> psycopg.Cursor[Any]:
    """One statement about the gateway's store, in its own scope."""
    connection = _connected(settings.gateway_database_url)
    with connection.transaction():
        connection.execute(f"SELECT {SCOPE}", scope_parameters(system_actor(county, "gateway")))
        return connection.execute(statement, {"county": county, **given})


def _connected(url: str) -> psycopg.Connection[Any]:
    """Kept, since each request of a client made here needs it; made anew where the server was stopped meanwhile."""
    if url not in _connections or _connections[url].broken:
        _connections[url] = psycopg.connect(url, autocommit=True)
    return _connections[url]


def close() -> None:
    """Closes what was kept."""
    while _connections:
        _connections.popitem()[1].close()


_connections: dict[str, psycopg.Connection[Any]] = {}
