"""Who asks, unless he asks too often: a count for each user, beside the one that the public side has for addresses."""

import time

from starlette.requests import Request

from gateway.database import AWAY, DatabaseAway
from gateway.identity import actor_of
from gateway.public.limiting import TooManyRequests
from services.contracts.actor import Actor


async def admitted(request: Request) -> Actor:
    """Raises ``Unauthenticated``, ``TooManyRequests`` beyond ``user_requests_per_minute``, and ``DatabaseAway`` while
    nobody can be looked up: nothing of the request was begun."""
    try:
        actor = await actor_of(request)
    except AWAY as error:
        raise DatabaseAway() from error
    try:
        request.app.state.users.take(f"{actor.county} {actor.user}", now=time.monotonic())
    except TooManyRequests as refused:
        wait = refused.retry_after or 1
        raise TooManyRequests(
            f"请求过于频繁，请 {wait} 秒后再试；需要批量办理的，请联系系统管理员调整", retry_after=wait
        ) from None
    return actor
