"""The ways of circulars and of papers of hand-overs and approvals; each with a bearer token, as who asks sees it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.documents.answering import answered
from gateway.documents.approval_fetching import approval_file
from gateway.documents.fetching import circular_file
from gateway.documents.paper_fetching import referral_paper


async def circular_document(request: Request) -> Response:
    """An issued circular by its id, or ``draft.docx?kind=MONTH&year=2026&number=6``."""
    engine, name, query = request.app.state.engine, request.path_params["name"], request.query_params
    return await answered(
        request,
        lambda reader: circular_file(engine=engine, reader=reader, actor=reader.actor, name=name, query=query),
    )


async def approval_document(request: Request) -> Response:
    """The form of an approval flow's run (呈批表), or the paper of one of its steps."""
    id, step = request.path_params["id"], request.path_params.get("step")
    return await answered(request, lambda reader: approval_file(reader=reader, approval_id=id, step_id=step))


async def referral_document(request: Request) -> Response:
    """A paper of a hand-over: ``letter``, ``opinion``, ``refusal`` or ``receipt``."""
    id, paper = request.path_params["id"], request.path_params["paper"]
    return await answered(request, lambda reader: referral_paper(reader=reader, referral_id=id, name=paper))


CASE_ROUTES = [
    Route("/documents/circulars/{name}.docx", circular_document, methods=["GET"]),
    Route("/documents/approvals/{id}.docx", approval_document, methods=["GET"]),
    Route("/documents/approvals/{id}/{step}.docx", approval_document, methods=["GET"]),
    Route("/documents/referrals/{id}/{paper}.docx", referral_document, methods=["GET"]),
]
