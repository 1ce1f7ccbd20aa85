"""GraphiQL at ``/graphiql``, where the setting ``graphiql`` is on: served from this instance alone, so that it works
without the Internet. Its files come from npm once (``deploy.local.graphiql``) and lie in the instance's folder."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from services.common import settings

HERE = Path(__file__).parent
FOLDER = "graphiql-3.8.3"
"""In the instance's folder; the version in its name, so that another is another folder."""
FILES = {
    "react.js": "text/javascript",
    "react-dom.js": "text/javascript",
    "graphiql.js": "text/javascript",
    "graphiql.css": "text/css",
}
"""What lies there once it is installed, and what it is."""
SCRIPT = "page.js"

# GraphiQL's editor writes its styles into the page; scripts are ours and its own files, and it talks to us alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def folder() -> Path:
    return settings.folder() / FOLDER


def installed(where: Path) -> bool:
    return all((where / name).exists() for name in FILES)


async def page(request: Request) -> Response:
    _check_on(request)
    name = "graphiql.html" if installed(folder()) else "graphiql_missing.html"
    return HTMLResponse((HERE / name).read_text("utf-8"), headers={"Content-Security-Policy": POLICY})


async def file(request: Request) -> Response:
    _check_on(request)
    name = request.path_params["name"]
    if name == SCRIPT:
        return FileResponse(HERE / "graphiql_page.js", media_type="text/javascript")
    if name not in FILES or not installed(folder()):
        raise HTTPException(404)
    kept = {"Cache-Control": "private, max-age=86400"}
    return FileResponse(folder() / name, media_type=FILES[name], headers=kept)


def _check_on(request: Request) -> None:
    """Where it is off, it is no address of ours."""
    if not request.app.state.config.graphiql:
        raise HTTPException(404)


GRAPHIQL_ROUTES = [
    Route("/graphiql", page, methods=["GET"]),
    Route(f"/graphiql/{FOLDER}/{{name}}", file, methods=["GET"]),
]
