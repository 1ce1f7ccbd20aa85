"""What the file of a case holds (一案一卷), in the order in which it is bound: as one user sees it.

A letter is bound with its envelope in front (CC-02). Of papers made out in several copies the archive's is taken; what
was taken back is no part of the file.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from gateway.archives.case_file import TITLE as CASE_FILE
from gateway.archives.case_file import CaseFile, case_file
from gateway.documents.approval_fetching import approval_file
from gateway.documents.approvals import PAPERS
from gateway.documents.copies import PaperCopy
from gateway.documents.desk_fetching import FORMS, notice_paper, register_paper, talk_paper, urgent_paper
from gateway.documents.desk_papers import REPORTS, TALK
from gateway.documents.fetching import Download
from gateway.documents.paper_fetching import referral_paper
from gateway.documents.papers import PaperCase, PaperKind, papers_of, title_of
from gateway.documents.reception_fetching import closing_paper, reception_paper, receptions_of, supervision_paper
from gateway.documents.reception_papers import ReceptionPaperKind
from gateway.reading import CaseParts, ViewReader
from gateway.reading_lists import PetitionRow
from services.common.clock import legal_day
from services.contracts.attachments import FROM_PETITIONER, Attachment, AttachmentKind
from services.contracts.base import Labelled
from services.contracts.directory import Organisation

Make = Callable[[], Awaitable[bytes]]


class Section(Labelled):
    """Of the file, in their order."""

    RECEIVED = "RECEIVED", "来件和登记"
    APPROVAL = "APPROVAL", "呈批"
    HANDING_OVER = "HANDING_OVER", "转办和告知"
    HANDLING = "HANDLING", "办理材料"
    ANSWER = "ANSWER", "答复和送达"
    SUPERVISION = "SUPERVISION", "督办和紧急报告"
    CLOSING = "CLOSING", "办结"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A paper that is made now, or a file that is kept."""

    section: Section
    title: str
    day: date
    make: Make | None = None
    file: Attachment | None = None


async def entries_of(reader: ViewReader, row: PetitionRow) -> list[Entry]:
    """Everything, in the order of the file."""
    parts, id = await reader.parts.load(row.state.id), row.state.id
    found = [*_registered(reader, row), *_files(parts), *_desk(reader, parts), *_approvals(reader, parts)]
    found += [*await _referrals(reader, row, parts)]
    found += [
        Entry(
            section=Section.RECEIVED,
            title=ReceptionPaperKind.REGISTRATION.label,
            day=visit.day,
            make=_made(partial(reception_paper, reader=reader, appointment_id=visit.id)),
        )
        for visit in await receptions_of(reader, id)
    ]
    found += [
        Entry(
            section=Section.SUPERVISION,
            title=ReceptionPaperKind.SUPERVISION.label,
            day=thread.opened_on,
            make=_made(partial(supervision_paper, reader=reader, supervision_id=thread.id)),
        )
        for thread in await reader.supervisions(id)
    ]
    found += [
        Entry(
            section=Section.SUPERVISION,
            title=REPORTS[report.kind],
            day=legal_day(report.reported_at),
            make=_made(partial(urgent_paper, reader=reader, report_id=report.id)),
        )
        for report in await reader.urgent_reports(id)
    ]
    closed_on = parts.closure.closed_on if parts.closure else None
    if closed_on is not None:
        title, make = ReceptionPaperKind.CLOSING.label, _made(partial(closing_paper, reader=reader, petition_id=id))
        found.append(Entry(section=Section.CLOSING, title=title, day=closed_on, make=make))

    async def told() -> bytes:
        return await asyncio.to_thread(case_file, await CaseFile.of(reader, row))

    found.append(Entry(section=Section.CLOSING, title=CASE_FILE, day=closed_on or row.state.registered_on, make=told))
    order = list(Section)
    # Stable: within a section and a day what was found first stays in front, so an envelope before its letter.
    return sorted(found, key=lambda each: (order.index(each.section), _place(each), each.day))


def _place(entry: Entry) -> int:
    """What came from the petitioner lies in front, in the order envelope, letter; the case's own account at the end."""
    if entry.file is not None and entry.file.kind in FROM_PETITIONER:
        return 0 if entry.file.kind is AttachmentKind.ENVELOPE else 1
    return 3 if entry.title == CASE_FILE else 2


def _made(fetch: Callable[[], Awaitable[Download]]) -> Make:
    async def make() -> bytes:
        return (await fetch()).body

    return make


def _registered(reader: ViewReader, row: PetitionRow) -> Iterator[Entry]:
    petition = row.state
    sections = {"registration": Section.RECEIVED, "handling": Section.APPROVAL}
    for name, form in FORMS.items():
        yield Entry(
            section=sections[name],
            title=form.title(petition),
            day=petition.registered_on,
            make=_made(
                partial(
                    register_paper, reader=reader, petition_id=petition.id, name=name, copy=PaperCopy.ARCHIVE.lower()
                )
            ),
        )


def _files(parts: CaseParts) -> Iterator[Entry]:
    for file in parts.attachments:
        if file.taken_back is None:
            came = file.kind in FROM_PETITIONER
            yield Entry(
                section=Section.RECEIVED if came else Section.HANDLING,
                title=f"{file.kind.label}：{file.name}",
                day=legal_day(file.at),
                file=file,
            )


def _desk(reader: ViewReader, parts: CaseParts) -> Iterator[Entry]:
    for talk in parts.talks:
        if talk.taken_back is None:
            # Made out in one copy, that one is bound.
            copy = (PaperCopy.ARCHIVE if talk.copies > 1 else PaperCopy.PETITIONER).lower()
            yield Entry(
                section=Section.RECEIVED,
                title=f"{TALK} {talk.number}",
                day=talk.on,
                make=_made(partial(talk_paper, reader=reader, talk_id=talk.id, copy=copy)),
            )
    for notice in parts.notices:
        if notice.taken_back is None:
            yield Entry(
                section=Section.HANDING_OVER,
                title=f"{notice.kind.label} {notice.number}",
                day=notice.issued_on,
                make=_made(partial(notice_paper, reader=reader, notice_id=notice.id)),
            )


def _approvals(reader: ViewReader, parts: CaseParts) -> Iterator[Entry]:
    for run in parts.approvals:
        papers = [(step.id, (step.paper or "").strip("《》")) for step in run.steps if step.paper in PAPERS]
        for step_id, title in [(None, f"呈批表：{run.flow_name}"), *papers]:
            yield Entry(
                section=Section.APPROVAL,
                title=title,
                day=run.started_on,
                make=_made(partial(approval_file, reader=reader, approval_id=run.id, step_id=step_id)),
            )


async def _referrals(reader: ViewReader, row: PetitionRow, parts: CaseParts) -> list[Entry]:
    directory = await reader.shared(Organisation)
    found = []
    for referral in parts.referrals:
        case = PaperCase(
            petition=row.state, petitioners=[], referral=referral, referrals=[], clocks=[], directory=directory
        )
        days = {
            PaperKind.LETTER: referral.sent_on,
            PaperKind.OPINION: referral.answer.answered_on if referral.answer else None,
            PaperKind.REFUSAL: referral.refusal.on if referral.refusal else None,
            PaperKind.RECEIPT: referral.delivery.on if referral.delivery else None,
        }
        said = days[PaperKind.OPINION] or days[PaperKind.REFUSAL] or referral.sent_on
        for paper in papers_of(referral):
            found.append(
                Entry(
                    section=Section.HANDING_OVER if paper is PaperKind.LETTER else Section.ANSWER,
                    title=f"{title_of(paper, case)}（{case.issuer}）",
                    day=days[paper] or said,
                    make=_made(partial(referral_paper, reader=reader, referral_id=referral.id, name=paper.lower())),
                )
            )
    return found
