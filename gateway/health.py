"""How the gateway and the platform are, for whoever watches them.

- ``/livez``: this process answers. For whoever would start it anew; asks nobody else.
- ``/readyz``: it can serve. Reads need the database alone; while the broker is away it says so and stays ready.
- ``/healthz``: each part of the platform and its own state, asked at the moment. For people, and ``./xinqiao status``.
"""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.rpc import Rpc
from services.common import clock
from services.common.migrating import revisions
from services.contracts.topology import SERVICES

PING_SECONDS = 3.0
READY_SECONDS = 3.0
LATE = timedelta(seconds=10)
HEARTS = ("relay", "projector", "sweeper", "watcher")
OUTDATED = frozenset(revisions(Path(__file__).parent / "migrations")[1:])
"""What the schema must not stand at. One that is newer than what this gateway knows was made to go with it."""


async def livez(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """200 with ``ready`` or ``reads_only``, 503 with ``not_ready``."""
    state = request.app.state
    report = await readiness(engine=state.engine, rpc=state.rpc)
    return JSONResponse(report, status_code=503 if report["status"] == "not_ready" else 200)


async def healthz(request: Request) -> Response:
    report = await health(engine=request.app.state.engine, rpc=request.app.state.rpc)
    return JSONResponse(report, status_code=200 if report["status"] == "ok" else 503)


async def readiness(*, engine: AsyncEngine, rpc: Rpc) -> dict[str, Any]:
    """``{"status", "checks": {"database", "migrations", "broker"}}``. Commands are refused while the broker is away,
    and each of them says so; whoever spreads the load need not know."""
    try:
        async with asyncio.timeout(READY_SECONDS), engine.connect() as connection:
            at = (await connection.execute(sa.text("SELECT version_num FROM gateway.migration"))).scalar_one_or_none()
    except (SQLAlchemyError, OSError, TimeoutError):
        database = migrations = False
    else:
        database, migrations = True, at is not None and at not in OUTDATED
    checks = {"database": database, "migrations": migrations, "broker": rpc.connected}
    status = "not_ready" if not migrations else "ready" if rpc.connected else "reads_only"
    return {"status": status, "checks": {name: "ok" if well else "down" for name, well in checks.items()}}


async def health(*, engine: AsyncEngine, rpc: Rpc) -> dict[str, Any]:
    """``{"status": "ok" | "down", "parts": {name: {"status": ...}}}``."""
    pings = asyncio.gather(*(rpc.ping(service, timeout=PING_SECONDS) for service in SERVICES))
    answers, hearts = await asyncio.gather(pings, _hearts(engine))
    parts: dict[str, dict[str, Any]] = {"gateway": {"status": "ok"}}
    for service, alive in zip(SERVICES, answers, strict=True):
        parts[service] = {"status": "ok" if alive else "down"}
    parts["broker"] = {"status": "ok" if rpc.connected else "down"}
    parts["database"] = {"status": "down" if hearts is None else "ok"}
    for heart in HEARTS:
        parts[heart] = (hearts or {}).get(heart, {"status": "down"})
    whole = all(part["status"] == "ok" for part in parts.values())
    return {"status": "ok" if whole else "down", "parts": parts}


async def _hearts(engine: AsyncEngine) -> dict[str, dict[str, Any]] | None:
    """The parts that answer no call, by their heartbeats; None where the database does not answer."""
    try:
        async with engine.begin() as connection:
            rows = (await connection.execute(sa.text("SELECT part, at, pending FROM xq.heartbeat"))).all()
    except (SQLAlchemyError, OSError):
        return None
    now = clock.now()
    return {row.part: {"status": "ok" if now - row.at < LATE else "down", "pending": row.pending} for row in rows}


HEALTH_ROUTES = [
    Route("/livez", livez, methods=["GET"]),
    Route("/readyz", readyz, methods=["GET"]),
    Route("/healthz", healthz, methods=["GET"]),
]
