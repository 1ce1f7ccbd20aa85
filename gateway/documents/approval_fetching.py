"""Which paper of an approval flow a download means, for whoever sees the case."""

import asyncio

from gateway.documents.approvals import PAPERS, form_document, paper_document
from gateway.documents.circulars import attachment
from gateway.documents.fetching import Download
from gateway.reading import ViewReader
from gateway.reading_lists import APPROVALS
from gateway.readings import note
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.directory import Organisation
from services.contracts.flows import Approval
from services.contracts.intake import ReadingKind


async def approval_file(*, reader: ViewReader, approval_id: str, step_id: str | None) -> Download:
    """The form of the whole run, or the paper of one step.

    Raises ``NotFound`` for a run that the actor does not see, and for a step of which no paper is drawn up.
    """
    approval: Approval | None = None
    if is_id(approval_id):
        approval = await reader.find(APPROVALS, approval_id)
    petition = await reader.petition(approval.petition_id) if approval else None
    if approval is None or petition is None:
        raise NotFound("没有这次呈批，或您无权查看，请核对")
    directory = await reader.shared(Organisation)
    title = petition.state.title
    private = await reader.private.load(approval.petition_id)
    if step_id is None:
        await note(reader, kind=ReadingKind.DOCUMENT, states=[petition.state])
        made = await asyncio.to_thread(form_document, approval=approval, title=title, directory=directory)
        return Download(made, attachment(f"{approval.petition_number}呈批表"))
    step = next((each for each in approval.steps if each.id == step_id and each.paper in PAPERS), None)
    if step is None:
        raise NotFound("这一环节没有由系统生成的文书，请在呈批的 documentPath 中核对")
    await note(reader, kind=ReadingKind.DOCUMENT, states=[petition.state])
    made = await asyncio.to_thread(
        paper_document,
        approval=approval,
        step=step,
        title=title,
        petitioners=[person.name for person in private.petitioners or []],
        received_on=petition.state.received_on,
        directory=directory,
    )
    return Download(made, attachment(f"{approval.petition_number}{(step.paper or '').strip('《》')}"))
