"""``/healthz``: each part's own state, asked at the moment."""

import asyncio
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.rpc import Rpc
from services.common import clock
from services.contracts.topology import SERVICES

PING_SECONDS = 3.0
LATE = timedelta(seconds=10)
HEARTS = ("relay", "projector", "sweeper", "watcher")


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
