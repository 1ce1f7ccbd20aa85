"""``GET /archives/{petition id}.zip``: the file of a case as one package, with a bearer token."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gateway.archives.packing import Kept, pack, package_of
from gateway.exports.routes import chunks_of
from gateway.identity import actor_of
from gateway.reading import ViewReader
from gateway.readings import note
from gateway.web.requests import acting
from services.common import logs
from services.contracts.intake import ReadingKind

log = logs.get(__name__)


async def archive(request: Request) -> Response:
    actor = await actor_of(request)
    reader = ViewReader(engine=request.app.state.engine, actor=actor)
    with acting(request, actor):
        async with request.app.state.exports:
            try:
                package = await package_of(reader, request.path_params["id"])
                files = [piece.file for piece in package.pieces if isinstance(piece, Kept)]
                await note(reader, kind=ReadingKind.ATTACHMENT, states=files)
            finally:
                await reader.release()
            with TemporaryDirectory(prefix="xinqiao-archive-") as folder:
                path = Path(folder) / "archive.zip"
                await pack(package, storage=request.app.state.storage, county=actor.county, path=path)
                size, file = path.stat().st_size, path.open("rb")
        log.info("archive_packed", petition=package.row.state.id, items=len(package.pieces), bytes=size)
    number, kind = package.catalogue.number, package.catalogue.kind
    shown = quote(f"{number}_{kind}案卷.zip", safe="")
    return StreamingResponse(
        chunks_of(file),
        media_type="application/zip",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f"attachment; filename=\"archive.zip\"; filename*=UTF-8''{shown}",
            "X-Catalogue-Sha256": package.catalogue.digest,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


ARCHIVE_ROUTES = [Route("/archives/{id}.zip", archive, methods=["GET"])]
