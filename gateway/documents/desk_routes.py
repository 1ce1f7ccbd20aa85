"""The ways of the papers of register and desk; each with a bearer token, as the one sees it who asks."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.documents.answering import answered
from gateway.documents.desk_fetching import notice_paper, register_paper, talk_paper, urgent_paper


async def register_document(request: Request) -> Response:
    """``registration`` (登记表) or ``handling`` (处理表) of a petition, ``?copy=petitioner|archive|superior``."""
    id, name, copy = request.path_params["id"], request.path_params["paper"], request.query_params.get("copy")
    return await answered(request, lambda reader: register_paper(reader=reader, petition_id=id, name=name, copy=copy))


async def talk_document(request: Request) -> Response:
    """The record of a talk, ``?copy=petitioner|archive|superior``."""
    id, copy = request.path_params["id"], request.query_params.get("copy")
    return await answered(request, lambda reader: talk_paper(reader=reader, talk_id=id, copy=copy))


async def notice_document(request: Request) -> Response:
    id = request.path_params["id"]
    return await answered(request, lambda reader: notice_paper(reader=reader, notice_id=id))


async def urgent_document(request: Request) -> Response:
    id = request.path_params["id"]
    return await answered(request, lambda reader: urgent_paper(reader=reader, report_id=id))


DESK_ROUTES = [
    Route("/documents/petitions/{id}/{paper}.docx", register_document, methods=["GET"]),
    Route("/documents/talks/{id}.docx", talk_document, methods=["GET"]),
    Route("/documents/notices/{id}.docx", notice_document, methods=["GET"]),
    Route("/documents/urgent-reports/{id}.docx", urgent_document, methods=["GET"]),
]
