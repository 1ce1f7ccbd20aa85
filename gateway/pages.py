"""For whoever opens the address in a browser."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.web.security import policy_of

WELCOME = (Path(__file__).parent / "welcome.html").read_text("utf-8")
POLICY = policy_of(WELCOME)


async def welcome(request: Request) -> Response:
    return HTMLResponse(WELCOME, headers={"Content-Security-Policy": POLICY})


PAGE_ROUTES = [
    Route("/", welcome, methods=["GET"]),
]
