"""The ways of the papers of receptions and of their month's report; each with a bearer token, as who asks sees it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.documents.answering import answered
from gateway.documents.reception_fetching import closing_paper, reception_paper, summary_file, supervision_paper


async def reception_document(request: Request) -> Response:
    """The registration sheet of one visitor (登记单)."""
    id = request.path_params["id"]
    return await answered(request, lambda reader: reception_paper(reader=reader, appointment_id=id))


async def supervision_document(request: Request) -> Response:
    """The supervision sheet (督办单)."""
    id = request.path_params["id"]
    return await answered(request, lambda reader: supervision_paper(reader=reader, supervision_id=id))


async def closing_document(request: Request) -> Response:
    """The closing sheet of a petition (办结单)."""
    id = request.path_params["id"]
    return await answered(request, lambda reader: closing_paper(reader=reader, petition_id=id))


async def summary_document(request: Request) -> Response:
    """The month's report (接访工作月报) of a tenant, or of ``county``; ``month`` as ``2026-11``."""
    tenant, month = request.path_params["tenant"], request.path_params["month"]
    return await answered(request, lambda reader: summary_file(reader=reader, tenant=tenant, month=month))


RECEPTION_ROUTES = [
    Route("/documents/receptions/{id}.docx", reception_document, methods=["GET"]),
    Route("/documents/supervisions/{id}.docx", supervision_document, methods=["GET"]),
    Route("/documents/closings/{id}.docx", closing_document, methods=["GET"]),
    Route("/documents/reception-summary/{tenant}/{month}.docx", summary_document, methods=["GET"]),
]
