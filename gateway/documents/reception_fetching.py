"""The papers of a leader's reception (四单一记录) as one user may have them, and which there are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gateway.documents.circulars import TEMPLATE, attachment
from gateway.documents.copies import PaperCopy
from gateway.documents.desk_papers import TALK
from gateway.documents.fetching import Download
from gateway.documents.papers import PaperKind, papers_of
from gateway.documents.reception_papers import (
    ClosedCase,
    Reception,
    ReceptionPaperKind,
    closing_document,
    registration_document,
    supervision_document,
)
from gateway.documents.rendering import rendered, written
from gateway.reading import ViewReader
from gateway.reading_lists import APPOINTMENTS, MEMBERS, SHIFTS, SUPERVISIONS
from gateway.readings import note
from gateway.reception_figures.asking import reception_summary
from gateway.reception_figures.summary import ReceptionSummary, sections, title_of
from services.common.clock import legal_day
from services.common.errors import Forbidden, InvalidInput, NotFound
from services.common.ids import is_id
from services.contracts.actor import TenantKind
from services.contracts.base import builtins
from services.contracts.directory import Organisation
from services.contracts.intake import ReadingKind
from services.contracts.receptions import Appointment
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift
from services.contracts.supervision import Supervision

COUNTY = "county"
"""Stands for the whole county in the address of a summary; no tenant has this code."""
NO_PAPER = "没有这份文书，或您无权查看；可下载的文书见信访件或预约的 receptionPapers"


@dataclass(frozen=True)
class ReceptionPaper:
    """One of the four sheets and one record."""

    kind: ReceptionPaperKind
    label: str
    document_path: str | None
    """None: it is not there (yet)."""


async def papers_of_petition(*, reader: ViewReader, petition_id: str) -> list[ReceptionPaper]:
    """Of a petition that came from a reception the reader sees; of any other, none."""
    receptions = await receptions_of(reader, petition_id)
    return await _papers(reader, receptions, petition_id) if receptions else []


async def papers_of_appointment(*, reader: ViewReader, appointment: Appointment) -> list[ReceptionPaper]:
    return await _papers(reader, [appointment], appointment.petition_id)


async def receptions_of(reader: ViewReader, petition_id: str) -> list[Appointment]:
    """The visits that were about this petition, or led to it, in their order; those that the reader sees."""
    return sorted(await reader.of_petition(APPOINTMENTS, petition_id), key=lambda each: (each.day, each.id))


async def _papers(
    reader: ViewReader, receptions: Sequence[Appointment], petition_id: str | None
) -> list[ReceptionPaper]:
    found = [_paper(ReceptionPaperKind.REGISTRATION, f"receptions/{each.id}.docx") for each in receptions]
    row = await reader.petition(petition_id) if petition_id else None
    if row is not None:
        parts = await reader.parts.load(row.state.id)
        found += [
            _paper(ReceptionPaperKind.ASSIGNMENT, f"referrals/{each.id}/letter.docx", f"信访事项{each.kind.label}函")
            for each in parts.referrals
            if each.stands and PaperKind.LETTER in papers_of(each)
        ]
        found += [
            _paper(ReceptionPaperKind.SUPERVISION, f"supervisions/{each.id}.docx")
            for each in await reader.supervisions(row.state.id)
        ]
        if parts.closure is not None:
            found.append(_paper(ReceptionPaperKind.CLOSING, f"closings/{row.state.id}.docx"))
        for talk in parts.talks:
            if talk.taken_back is None:
                copy = PaperCopy.ARCHIVE if talk.copies > 1 else PaperCopy.PETITIONER
                path = f"talks/{talk.id}.docx?copy={copy.lower()}"
                found.append(_paper(ReceptionPaperKind.TALK, path, f"{TALK} {talk.number}"))
    there = {each.kind for each in found}
    found += [_paper(kind, None) for kind in ReceptionPaperKind if kind not in there]
    order = list(ReceptionPaperKind)
    return sorted(found, key=lambda each: order.index(each.kind))


def _paper(kind: ReceptionPaperKind, path: str | None, label: str | None = None) -> ReceptionPaper:
    return ReceptionPaper(kind, label or kind.label, None if path is None else f"/documents/{path}")


async def reception_paper(*, reader: ViewReader, appointment_id: str) -> Download:
    """登记单. Raises ``NotFound`` for an appointment that the actor does not see."""
    appointment: Appointment | None = None
    if is_id(appointment_id):
        appointment = await reader.find(APPOINTMENTS, appointment_id)
    if appointment is None:
        raise NotFound(NO_PAPER)
    row = await reader.petition(appointment.petition_id) if appointment.petition_id else None
    shift: Shift | None = await reader.find(SHIFTS, appointment.shift)
    members: dict[str, Member] = {}
    for id in sorted({each for one in appointment.recused for each in (one.member, one.by_member) if each}):
        member: Member | None = await reader.find(MEMBERS, id)
        if member is not None:
            members[id] = member
    reception = Reception(
        appointment=appointment,
        shift=shift,
        members=members,
        petition_number=row.state.number if row else None,
        directory=await reader.shared(Organisation),
    )
    await note(reader, kind=ReadingKind.DOCUMENT, states=[appointment])
    made = await asyncio.to_thread(registration_document, reception)
    return Download(made, attachment(f"{appointment.day}{ReceptionPaperKind.REGISTRATION.label}"))


async def supervision_paper(*, reader: ViewReader, supervision_id: str) -> Download:
    """督办单. Raises ``NotFound`` for a supervision or a case that the actor does not see."""
    supervision: Supervision | None = None
    if is_id(supervision_id):
        supervision = await reader.find(SUPERVISIONS, supervision_id)
    row = await reader.petition(supervision.petition_id) if supervision else None
    if supervision is None or row is None:
        raise NotFound(NO_PAPER)
    directory = await reader.shared(Organisation)
    await note(reader, kind=ReadingKind.DOCUMENT, states=[supervision])
    made = await asyncio.to_thread(
        supervision_document, supervision=supervision, petition=row.state, directory=directory
    )
    return Download(made, attachment(f"{supervision.petition_number}{ReceptionPaperKind.SUPERVISION.label}"))


async def closing_paper(*, reader: ViewReader, petition_id: str) -> Download:
    """办结单. Raises ``NotFound`` for a case that the actor does not see or that is not closed."""
    row = await reader.petition(petition_id) if is_id(petition_id) else None
    parts = await reader.parts.load(petition_id) if row else None
    if row is None or parts is None or parts.closure is None:
        raise NotFound("没有这份文书，或您无权查看；办结单在信访件办结后才有")
    people = (await reader.private.load(petition_id)).petitioners
    case = ClosedCase(
        petition=row.state,
        petitioners=None if people is None else [person.name for person in people],
        closure=parts.closure,
        referrals=parts.referrals,
        supervisions=await reader.supervisions(petition_id),
        ratings=parts.ratings,
        receptions=await receptions_of(reader, petition_id),
        directory=await reader.shared(Organisation),
    )
    await note(reader, kind=ReadingKind.DOCUMENT, states=[row.state])
    made = await asyncio.to_thread(closing_document, case)
    return Download(made, attachment(f"{row.state.number}{ReceptionPaperKind.CLOSING.label}"))


def summary_path(summary: ReceptionSummary) -> str:
    return f"/documents/reception-summary/{summary.tenant or COUNTY}/{summary.month.first:%Y-%m}.docx"


async def summary_file(*, reader: ViewReader, tenant: str, month: str) -> Download:
    """接访工作月报. Raises ``InvalidInput`` for a month that there is not, ``Forbidden`` where who is not of the county
    office wants the county's, and as ``reception_summary`` does."""
    if tenant == COUNTY and reader.actor.kind is not TenantKind.COUNTY:
        raise Forbidden("全县的接访工作月报由县信访局查询；本单位的，请在地址中写本单位代码")
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise InvalidInput("请在地址中写明月份，如 2026-11.docx", field="month") from error
    summary = await reception_summary(reader=reader, day=day, tenant=None if tenant == COUNTY else tenant)
    directory = await reader.shared(Organisation)
    office = directory.get(summary.tenant or reader.actor.tenant)
    title = title_of(summary, directory)
    values = {
        "title": title,
        "number": "（内部资料）",
        "issuer": office.name if office else "",
        "issued_on": written(legal_day(reader.now)),
        "sections": [builtins(each) for each in sections(summary, directory)],
        "remarks": "",
        "withdrawn": "",
    }
    made = await asyncio.to_thread(rendered, TEMPLATE.name, values)
    return Download(made, attachment(title))
