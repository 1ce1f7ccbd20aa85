"""Which paper of register or desk a download means, for whoever sees the case; and which there are."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from gateway.documents.circulars import attachment
from gateway.documents.copies import EVERY_COPY, INTERNAL_COPIES, PaperCopy
from gateway.documents.desk_papers import REPORTS, TALK, notice_document, talk_document, urgent_document
from gateway.documents.fetching import Download
from gateway.documents.register_papers import (
    HANDLING,
    RegisterCase,
    handling_document,
    registration_document,
    registration_title,
)
from gateway.reading import ViewReader
from gateway.reading_lists import NOTICES, TALKS, URGENT_REPORTS, PetitionRow
from gateway.readings import note
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.contracts.base import State
from services.contracts.desk import Notice, Talk
from services.contracts.directory import Organisation
from services.contracts.intake import Petition, ReadingKind
from services.contracts.urgent_reports import UrgentReport

NO_PAPER = "没有这份文书，或您无权查看；可下载的文书见信访件的 papers"


@dataclass(frozen=True)
class Form:
    """A paper of the register, in these copies."""

    title: Callable[[Petition], str]
    make: Callable[[RegisterCase, PaperCopy], bytes]
    copies: tuple[PaperCopy, ...] = EVERY_COPY


FORMS = {
    "registration": Form(registration_title, registration_document),
    "handling": Form(lambda petition: HANDLING, handling_document, INTERNAL_COPIES),
}
"""By the name that its address has."""


@dataclass(frozen=True)
class CasePaper:
    """A paper that can be had now."""

    label: str
    copy: PaperCopy | None
    """None where there is one copy only."""
    document_path: str


async def case_papers(*, reader: ViewReader, petition: Petition) -> list[CasePaper]:
    """All that register and desk have made of this case, as far as the reader sees it."""
    found = [
        CasePaper(form.title(petition), copy, _path(f"petitions/{petition.id}/{name}", copy))
        for name, form in FORMS.items()
        for copy in form.copies
    ]
    parts = await reader.parts.load(petition.id)
    found += [
        CasePaper(f"{TALK} {talk.number}", copy, _path(f"talks/{talk.id}", copy))
        for talk in parts.talks
        for copy in _copies(talk)
    ]
    found += [CasePaper(f"{each.kind.label} {each.number}", None, notice_path(each)) for each in parts.notices]
    found += [
        CasePaper(REPORTS[each.kind], None, f"/documents/urgent-reports/{each.id}.docx")
        for each in await reader.urgent_reports(petition.id)
    ]
    return found


def notice_path(notice: Notice) -> str:
    return f"/documents/notices/{notice.id}.docx"


async def register_paper(*, reader: ViewReader, petition_id: str, name: str, copy: str | None) -> Download:
    """Raises ``NotFound`` for what the actor does not see, ``InvalidInput`` for a copy that there is not."""
    form = FORMS.get(name)
    row = await reader.petition(petition_id) if form and is_id(petition_id) else None
    if form is None or row is None:
        raise NotFound(NO_PAPER)
    wanted = _copy(copy, form.copies)
    parts, private = await reader.parts.load(petition_id), await reader.private.load(petition_id)
    case = RegisterCase(
        petition=row.state,
        petitioners=private.petitioners,
        query_code=private.query_code,
        status=row.status.label,
        talks=parts.talks,
        referrals=parts.referrals,
        approvals=parts.approvals,
        directory=await reader.shared(Organisation),
    )
    await _read(reader, row.state)
    made = await asyncio.to_thread(form.make, case, wanted)
    return Download(made, attachment(f"{row.state.number}{form.title(row.state)}（{wanted.label}）"))


async def talk_paper(*, reader: ViewReader, talk_id: str, copy: str | None) -> Download:
    talk: Talk | None = None
    if is_id(talk_id):
        talk = await reader.find(TALKS, talk_id)
    row = await _case(reader, talk)
    assert talk is not None
    wanted = _copy(copy, _copies(talk))
    names = await _names(reader, row)
    directory = await reader.shared(Organisation)
    await _read(reader, talk)
    made = await asyncio.to_thread(
        talk_document, talk=talk, petition=row.state, petitioners=names, directory=directory, copy=wanted
    )
    return Download(made, attachment(f"{talk.number}{TALK}（{wanted.label}）"))


async def notice_paper(*, reader: ViewReader, notice_id: str) -> Download:
    notice: Notice | None = None
    if is_id(notice_id):
        notice = await reader.find(NOTICES, notice_id)
    row = await _case(reader, notice)
    assert notice is not None
    names = await _names(reader, row)
    code = (await reader.private.load(notice.petition_id)).query_code
    directory = await reader.shared(Organisation)
    await _read(reader, notice)
    made = await asyncio.to_thread(
        notice_document, notice=notice, petition=row.state, petitioners=names, query_code=code, directory=directory
    )
    return Download(made, attachment(f"{notice.number}{notice.kind.label}"))


async def urgent_paper(*, reader: ViewReader, report_id: str) -> Download:
    """Also for whoever was told and does not see the case: all that stands in it is the report's own."""
    report: UrgentReport | None = None
    if is_id(report_id):
        report = await reader.find(URGENT_REPORTS, report_id)
    if report is None:
        raise NotFound(NO_PAPER)
    directory = await reader.shared(Organisation)
    await _read(reader, report)
    made = await asyncio.to_thread(urgent_document, report=report, directory=directory)
    return Download(made, attachment(f"{report.petition_number}{REPORTS[report.kind]}"))


async def _case(reader: ViewReader, part: Talk | Notice | None) -> PetitionRow:
    row = await reader.petition(part.petition_id) if part else None
    if row is None:
        raise NotFound(NO_PAPER)
    return row


async def _names(reader: ViewReader, row: PetitionRow) -> list[str] | None:
    people = (await reader.private.load(row.state.id)).petitioners
    return None if people is None else [person.name for person in people]


async def _read(reader: ViewReader, state: State) -> None:
    await note(reader, kind=ReadingKind.DOCUMENT, states=[state])


def _copies(talk: Talk) -> tuple[PaperCopy, ...]:
    """In as many as the record was made out when it was taken."""
    return EVERY_COPY[: talk.copies]


def _copy(given: str | None, copies: tuple[PaperCopy, ...]) -> PaperCopy:
    """The first one where none is asked for: of what there is, it tells the least."""
    if given is None:
        return copies[0]
    found = next((copy for copy in copies if copy.lower() == given), None)
    if found is None:
        names = "、".join(f"{copy.lower()}（{copy.label}）" for copy in copies)
        raise InvalidInput(f"这份文书没有 {given} 联，copy 可填：{names}", field="copy")
    return found


def _path(paper: str, copy: PaperCopy) -> str:
    return f"/documents/{paper}.docx?copy={copy.lower()}"
