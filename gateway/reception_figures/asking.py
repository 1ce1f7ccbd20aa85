"""The month's receptions as one user may have them: of which tenants, read as himself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from gateway.model import roster_entry
from gateway.reading import CaseParts, ViewReader
from gateway.reading_lists import ABSENCES, APPOINTMENTS, MEMBERS, SHIFTS, VISIT_ANSWERS, Conditions
from gateway.reception_figures.attending import open_to_all
from gateway.reception_figures.composing import CompositionGap, gaps
from gateway.reception_figures.figures import LinkedCase, ReceiverFigures, figures
from gateway.reception_figures.quotas import QuotaStanding, standings
from gateway.reception_figures.summary import ReceptionSummary, summarise
from services.common.errors import Forbidden, InvalidInput, NotFound
from services.contracts.actor import Actor, TenantKind
from services.contracts.circulars import PeriodKind, ReportingPeriod
from services.contracts.directory import Organisation
from services.contracts.office import period_of
from services.contracts.questionnaires import Question, Questionnaire, VisitAnswer
from services.contracts.receptions import Appointment
from services.contracts.roster_base import OnRoster
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_settings import RosterQuotas, RosterRules
from services.contracts.routing import ReferralRole
from services.contracts.shifts import Shift

R = TypeVar("R", bound=OnRoster)
LONGEST_DAYS = 92
"""Of a span that is asked for, so that nobody reads a year by mistake."""


@dataclass(frozen=True)
class Span:
    """What the rosters hold of some days, of one tenant or of all that were asked for."""

    tenants: Sequence[str]
    """Codes, in the directory's order."""
    shifts: Sequence[Shift]
    members: Sequence[Member]
    absences: Sequence[Absence]
    appointments: Sequence[Appointment]
    answers: Mapping[str, VisitAnswer]
    """What visitors said, by appointment."""


def whose(actor: Actor, wanted: str | None, directory: Mapping[str, Organisation]) -> str | None:
    """The tenant whose receptions the actor gets; None, for the county office alone, is the whole county.

    Raises ``Forbidden`` for who reads no cases and for another's tenant, ``NotFound`` for a code that nobody has.
    """
    if not actor.reads_cases:
        raise Forbidden("您的岗位不能查看接访情况，请由本单位经办人或负责人查询")
    if actor.kind is TenantKind.COUNTY:
        if wanted is not None and wanted not in directory:
            raise NotFound(f"机构名录中没有代码为 {wanted} 的单位，请核对")
        return wanted
    if wanted not in (None, actor.tenant):
        raise Forbidden("只能查看本单位的接访情况；其他单位和全县的由县信访局查询")
    return actor.tenant


def month_of(day: date) -> ReportingPeriod:
    """The month in which the day lies. Raises ``InvalidInput`` for a year that nobody works in."""
    if not 2000 <= day.year <= 2100:
        raise InvalidInput("年份应在 2000 到 2100 之间", field="month")
    return period_of(PeriodKind.MONTH, day)


async def quota_standings(*, reader: ViewReader, day: date, tenant: str | None) -> list[QuotaStanding]:
    """Of the month of the day, by tenant. Raises as ``whose`` and ``month_of`` do."""
    month = month_of(day)
    span = await _read(reader, first=month.first, last=month.last, tenant=tenant)
    return await _standings(reader, span, month)


async def composition_gaps(*, reader: ViewReader, first: date, last: date, tenant: str | None) -> list[CompositionGap]:
    """By day. Raises as ``whose`` does, and ``InvalidInput`` for a span that is none or too long."""
    if last < first or (last - first).days > LONGEST_DAYS:
        raise InvalidInput(f"结束日期不得早于开始日期，一次最多查询 {LONGEST_DAYS} 天", field="to")
    return await _gaps(reader, await _read(reader, first=first, last=last, tenant=tenant))


async def receiver_figures(*, reader: ViewReader, day: date, tenant: str | None) -> list[ReceiverFigures]:
    """Of the month of the day, by tenant. Raises as ``whose`` and ``month_of`` do."""
    month = month_of(day)
    span = await _read(reader, first=month.first, last=month.last, tenant=tenant)
    cases = await linked_cases(reader, span.appointments)
    questions = await _questions(reader)
    return [
        each
        for code in span.tenants
        for each in figures(
            members=_of(code, span.members),
            shifts=_of(code, span.shifts),
            appointments=_of(code, span.appointments),
            cases=cases,
            now=reader.now,
            answers=span.answers,
            questions=questions,
        )
    ]


async def reception_summary(*, reader: ViewReader, day: date, tenant: str | None) -> ReceptionSummary:
    """Of the month of the day. Raises as ``whose`` and ``month_of`` do."""
    month = month_of(day)
    span = await _read(reader, first=month.first, last=month.last, tenant=tenant)
    # It goes round in the house: nothing in it may tell of an accusation.
    span = replace(span, appointments=open_to_all(span.appointments))
    return summarise(
        month=month,
        tenant=whose(reader.actor, tenant, await reader.shared(Organisation)),
        shifts=span.shifts,
        appointments=span.appointments,
        cases=await linked_cases(reader, span.appointments),
        quotas=await _standings(reader, span, month),
        gaps=await _gaps(reader, span),
        now=reader.now,
        answers=span.answers,
        questions=await _questions(reader),
    )


async def linked_cases(reader: ViewReader, appointments: Sequence[Appointment]) -> dict[str, LinkedCase]:
    """What became of the petitions to which visits led, by id; of those that the actor sees."""
    ids = sorted({each.petition_id for each in appointments if each.petition_id is not None})
    rows = await asyncio.gather(*(reader.petition(each) for each in ids))
    parts = await reader.parts.load_many([row.state.id for row in rows if row])
    seen = [row.state.id for row in rows if row]
    return {id: _linked(each) for id, each in zip(seen, parts, strict=True)}


def _linked(parts: CaseParts) -> LinkedCase:
    lead = next((each for each in parts.referrals if each.role is ReferralRole.LEAD and each.stands), None)
    return LinkedCase(
        answered_on=lead.answer.answered_on if lead and lead.answer else None,
        closed_on=parts.closure.closed_on if parts.closure else None,
        ratings=parts.ratings,
    )


async def _read(reader: ViewReader, *, first: date, last: date, tenant: str | None) -> Span:
    directory = await reader.shared(Organisation)
    wanted = whose(reader.actor, tenant, directory)
    where: Conditions = () if wanted is None else (roster_entry.c.tenant == wanted,)
    shifts = await reader.of_days(SHIFTS, first=first, last=last, where=where)
    members = await reader.of_days(MEMBERS, first=first, last=last, where=where)
    tenants = {each.tenant for each in (*shifts, *members)}
    return Span(
        tenants=[code for code in directory if code in tenants],
        shifts=sorted(shifts, key=lambda each: (each.begins, each.id)),
        members=members,
        absences=await reader.of_days(ABSENCES, first=first, last=last, where=where),
        appointments=await reader.of_days(APPOINTMENTS, first=first, last=last, where=where),
        answers={each.id: each for each in await reader.of_days(VISIT_ANSWERS, first=first, last=last, where=where)},
    )


async def _questions(reader: ViewReader) -> Sequence[Question]:
    asked = (await reader.shared(Questionnaire)).get(reader.actor.county)
    return asked.questions if asked else ()


async def _standings(reader: ViewReader, span: Span, month: ReportingPeriod) -> list[QuotaStanding]:
    quotas = await reader.shared(RosterQuotas)
    return [
        each
        for code in span.tenants
        if code in quotas
        for each in standings(
            quotas=quotas[code].quotas,
            members=_of(code, span.members),
            shifts=_of(code, span.shifts),
            appointments=_of(code, span.appointments),
            month=month,
            now=reader.now,
        )
    ]


async def _gaps(reader: ViewReader, span: Span) -> list[CompositionGap]:
    rules = await reader.shared(RosterRules)
    found = [
        each
        for code in span.tenants
        for each in gaps(
            shifts=_of(code, span.shifts),
            rules=rules[code].rules if code in rules else [],
            members=_of(code, span.members),
            absences=_of(code, span.absences),
            appointments=_of(code, span.appointments),
        )
    ]
    return sorted(found, key=lambda each: (each.shift.begins, each.shift.id))


def _of(tenant: str, states: Sequence[R]) -> list[R]:
    return [each for each in states if each.tenant == tenant]
