"""The ways of files: ``POST /attachments``, ``GET /attachments/{id}`` and the signed ``GET /files/{token}``."""

import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import quote

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.admitting import admitted
from gateway.attachments.receiving import MEBI, Arrived, AttachmentInfected, AttachmentTooLarge, arrived
from gateway.attachments.storage import Place
from gateway.attachments.types import AttachmentType
from gateway.context import Context, extensions_of
from gateway.idempotency import key_of
from gateway.identity import actor_of
from gateway.identity.accounts import find_account
from gateway.reading import ViewReader
from gateway.reading_lists import ATTACHMENTS
from gateway.readings import note
from gateway.web.requests import acting
from services.common import links, tracing
from services.common.errors import Forbidden, InvalidInput, NotConfirmed, NotFound, Refusal, ServiceBusy, Unavailable
from services.common.ids import is_id, new_id
from services.contracts.actor import HANDLES_CASES, Actor
from services.contracts.attachments import AddAttachment, Attachment, AttachmentKind
from services.contracts.fact import Reply
from services.contracts.intake import ReadingKind

STATUSES = {
    AttachmentTooLarge.code: 413,
    AttachmentType.code: 415,
    AttachmentInfected.code: 422,
    links.LinkInvalid.code: 403,
    links.LinkExpired.code: 410,
    Unavailable.code: 503,
    NotConfirmed.code: 504,
    ServiceBusy.code: 429,
}
KEYED = uuid.UUID("0192f6a0-6c1e-7d57-9a5b-2a3f5e8c1d40")
"""Under it an upload with an idempotency key gets the same id each time."""


async def upload(request: Request) -> Response:
    """The raw body as a file of ``?petition=ID&kind=ENCLOSURE&name=照片.jpg``; with a bearer token."""
    actor = await admitted(request)
    context = Context(
        actor=actor,
        engine=request.app.state.engine,
        rpc=request.app.state.rpc,
        trace=tracing.trace_id(),
        idempotency_key=key_of(request),
        config=request.app.state.config,
    )
    with acting(request, actor):
        try:
            reply = await _take_in(request, context)
        except Refusal:
            await _read_off(request)
            raise
        except ClientDisconnect:
            return Response(status_code=400)  # Nobody is there to read it.
    status = next((STATUSES.get(one.code, 404 if one.code == NotFound.code else 400) for one in reply.problems), 201)
    if reply.problems:
        errors = [
            {"message": one.message, "extensions": {"field": None, **extensions_of(one)}} for one in reply.problems
        ]
        waits = [one.retry_after for one in reply.problems if one.retry_after is not None]
        headers = {"Retry-After": str(max(waits))} if waits else None
        return JSONResponse({"errors": errors}, status_code=status, headers=headers)
    added = msgspec.convert(reply.value, Attachment)
    shown = {"id": added.id, "name": added.name, "mediaType": added.media_type, "size": added.size}
    more = {"sha256": added.sha256, "kindLabel": added.kind.label, "scannedLabel": added.scanned.label}
    return JSONResponse({"attachment": shown | more}, status_code=status, headers={"X-Trace-Id": context.trace})


async def _take_in(request: Request, context: Context) -> Reply:
    """What intake answered. Raises a refusal for what does not come so far."""
    petition_id, kind = request.query_params.get("petition", ""), request.query_params.get("kind", "")
    try:
        row = await context.reader.petition(petition_id) if is_id(petition_id) else None
    finally:
        # An upload takes minutes; meanwhile others need the connection.
        await context.reader.release()
    if row is None:
        raise NotFound()
    if not context.actor.roles & HANDLES_CASES:
        raise Forbidden()
    if kind not in AttachmentKind.__members__:
        names = "、".join(f"{one.value}（{one.label}）" for one in AttachmentKind)
        raise InvalidInput(f"请在地址中写明附件种类 kind：{names}", field="kind")
    config, name = context.config, request.query_params.get("name", "")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > config.attachment_max_mb * MEBI:
        raise AttachmentTooLarge(f"文件超过 {config.attachment_max_mb} MB，请压缩或拆分后上传", field="file")
    async with arrived(
        storage=request.app.state.storage,
        body=request.stream(),
        name=name,
        max_mb=config.attachment_max_mb,
        scan=config.attachment_scan_command,
    ) as file:
        return await _enter(request, context, file, petition_id, AttachmentKind(kind), name)


async def _enter(
    request: Request, context: Context, file: Arrived, petition_id: str, kind: AttachmentKind, name: str
) -> Reply:
    """Stores the file and enters it; what was not entered is not kept."""
    actor, storage = context.actor, request.app.state.storage
    key = context.idempotency_key
    same = (actor.county, actor.tenant, actor.user, key, petition_id, kind, name, file.sha256)
    place = Place(actor.county, str(uuid.uuid5(KEYED, repr(same))) if key else new_id())
    stored = await storage.keep(place, file.path)
    command = AddAttachment(
        petition_id=petition_id,
        attachment_id=place.id,
        kind=kind,
        name=name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        scanned=file.scanned,
    )
    reply = await context.command(command, path="attachment")
    unsure = any(problem.code == NotConfirmed.code for problem in reply.problems)
    entered = not reply.problems and msgspec.convert(reply.value, Attachment).id == place.id
    # Where nobody knows whether it was entered, it stays: an attachment without its file would be worse.
    if stored and not entered and not unsure:
        await storage.remove(place)
    return reply


async def _read_off(request: Request) -> None:
    """Reads the rest of the body, as much as a file may be: who is still sending would not read the refusal."""
    left = request.app.state.config.attachment_max_mb * MEBI
    # RuntimeError: it was read to its end.
    with suppress(RuntimeError, ClientDisconnect):
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                break


async def download(request: Request) -> Response:
    """With a bearer token."""
    return await _file(request, await actor_of(request), request.path_params["id"])


async def linked(request: Request) -> Response:
    """By a signed link, for whoever has it: he sees what the one for whom it was signed sees now. It ends with his
    account; a bureau's own system and a machine have none."""
    state = request.app.state
    actor, attachment_id = links.read(request.path_params["token"], key=state.config.link_key)
    account = await find_account(state.engine, code=actor.county, username=actor.user)
    if account is not None and (not account.active or account.tenant != actor.tenant):
        raise links.LinkInvalid()
    return await _file(request, actor, attachment_id)


async def _file(request: Request, actor: Actor, attachment_id: str) -> Response:
    reader = ViewReader(engine=request.app.state.engine, actor=actor)
    with acting(request, actor):
        try:
            found: Attachment | None = None
            if is_id(attachment_id):
                found = await reader.find(ATTACHMENTS, attachment_id)
        finally:
            await reader.release()
        if found is None or found.taken_back is not None:
            raise NotFound("没有这个附件，或您无权查看，或已经撤销，请在信访件中核对")
        await note(reader, kind=ReadingKind.ATTACHMENT, states=[found])
        content: AsyncIterator[bytes] = await request.app.state.storage.open(Place(actor.county, found.id))
    plain, name = f"file.{found.name.rpartition('.')[2]}", quote(found.name, safe="")
    return StreamingResponse(
        content,
        media_type=found.media_type,
        headers={
            "Content-Length": str(found.size),
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "no-store",
        },
    )


ROUTES = [
    Route("/attachments", upload, methods=["POST"]),
    Route("/attachments/{id}", download, methods=["GET"]),
    Route(f"{links.PATH}{{token}}", linked, methods=["GET"]),
]
