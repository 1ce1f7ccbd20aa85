"""How a paper is answered: fetched as whoever asks sees it, his reader released whatever happens."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from gateway.documents.fetching import Download
from gateway.identity import actor_of
from gateway.reading import ViewReader
from gateway.web.requests import acting


async def answered(request: Request, fetch: Callable[[ViewReader], Awaitable[Download]]) -> Response:
    """With a bearer token."""
    actor = await actor_of(request)
    reader = ViewReader(engine=request.app.state.engine, actor=actor)
    with acting(request, actor):
        try:
            made = await fetch(reader)
        finally:
            await reader.release()
    return Response(made.body, media_type=made.media_type, headers=made.headers)
