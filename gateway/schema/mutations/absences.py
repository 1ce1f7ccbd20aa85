"""Mutations of absences, which the roster carries out; calendars are read here."""

from asyncio import to_thread
from datetime import date
from typing import Any

import graphene
import msgspec
import sqlalchemy as sa

from gateway.absence_calendars import read_calendar
from gateway.absence_entries import Entries
from gateway.absence_tables import read_table
from gateway.announcing import announcement_due
from gateway.context import shown
from gateway.model import roster_entry
from gateway.reading_lists import MEMBERS
from gateway.schema import enums
from gateway.schema.absence_types import Absence, AbsenceImport
from gateway.schema.mutations.payload import Error, Kind, send, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.clock import legal_day
from services.common.errors import InvalidInput, NotFound, Refusal
from services.contracts.absences import (
    AbsenceImportReport,
    CancelAbsence,
    DecideAbsence,
    ImportAbsences,
    RequestAbsence,
)
from services.contracts.roster_people import Absence as AbsenceFact
from services.contracts.roster_people import AbsenceKind, Member

TOLD_ERRORS = 50
"""How many wrong entries of a file are named at once."""


class AbsencePayload(graphene.ObjectType):
    """请假、外出的办理结果"""

    absence = graphene.Field(Absence)
    announcement_due = graphene.Boolean(
        required=True, description="公示的接访安排与现在的不一致，须另行公示变更（publishAnnouncement）"
    )
    errors = graphene.List(graphene.NonNull(Error), required=True)

    @staticmethod
    async def resolve_announcement_due(payload: dict[str, Any], info: graphene.ResolveInfo) -> bool:
        made: AbsenceFact | None = payload.get("absence")
        if made is None:
            return False
        reader = context_of(info).reader
        first = max(made.first, legal_day(reader.now))
        return first <= made.last and await announcement_due(reader, tenant=made.tenant, first=first, last=made.last)


class AbsenceImportPayload(graphene.ObjectType):
    """日历导入的结果；有错误的，一条也没有导入"""

    imported = graphene.Field(AbsenceImport)
    errors = graphene.List(graphene.NonNull(Error), required=True)


ABSENCE = Kind(AbsenceFact, AbsencePayload, "absence")


class RequestAbsenceInput(graphene.InputObjectType):
    """期间有值班安排的，须填 substitute：因故不能值班、接访的，自行落实替班人员"""

    member = graphene.ID(required=True)
    kind = graphene.Field(enums.AbsenceKindEnum, required=True)
    first = graphene.Date(required=True)
    last = graphene.Date(required=True, description="最后一天（含）")
    reason = graphene.String(required=True)
    substitute = graphene.ID(description="替班人员")


class DecideAbsenceInput(graphene.InputObjectType):
    absence_id = UUID(required=True)
    approve = graphene.Boolean(required=True)
    reason = graphene.String(default_value="", description="不批准的必须填写")


class CancelAbsenceInput(graphene.InputObjectType):
    absence_id = UUID(required=True)
    reason = graphene.String(required=True)


class CalendarFormat(graphene.Enum):
    """日历文件的格式"""

    ICALENDAR = "ICALENDAR"
    CSV = "CSV"


class ImportAbsencesInput(graphene.InputObjectType):
    format = graphene.Field(CalendarFormat, required=True)
    text = graphene.String(required=True, description="文件内容，最大 1 MiB")
    member = graphene.ID(description="日历属于谁；CSV 中写明人员的可不填")
    kind = graphene.Field(
        enums.AbsenceKindEnum, default_value=AbsenceKind.LEAVE, description="从标题、分类看不出种类的条目按此种类"
    )
    dry_run = graphene.Boolean(default_value=False, description="只看将会发生的变化，不导入")


RequestAbsenceMutation = state_mutation(
    RequestAbsence, ABSENCE, RequestAbsenceInput, "请假、外出；由本人，或本单位经办人、负责人代为办理"
)
DecideAbsenceMutation = state_mutation(
    DecideAbsence, ABSENCE, DecideAbsenceInput, "审批请假；由本单位负责人办理，本人的申请由其他负责人审批"
)
CancelAbsenceMutation = state_mutation(
    CancelAbsence, ABSENCE, CancelAbsenceInput, "销假；由本人，或本单位经办人、负责人办理，尚未开始的班次恢复为本人"
)


class ImportAbsencesMutation(graphene.Mutation):
    """从日历（iCalendar、CSV）导入本单位人员的请假、外出；由经办人、负责人办理，同一条目再次导入不会重复"""

    class Arguments:
        input = ImportAbsencesInput(required=True)

    Output = AbsenceImportPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        try:
            entries = await _entries(info, input)
        except Refusal as refusal:
            return {"errors": [shown(problem) for problem in refusal.problems[:TOLD_ERRORS]]}
        dry_run = input["dry_run"]
        reply = await send(info, ImportAbsences(absences=[each.absence for each in entries.found], dry_run=dry_run))
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        report = msgspec.convert(reply.value, AbsenceImportReport)
        return {"imported": {**_plain(report), "skipped": entries.skipped}, "errors": []}


def _plain(report: AbsenceImportReport) -> dict[str, Any]:
    return {"dry_run": report.dry_run, "absences": report.absences, "moved": report.moved}


async def _entries(info: graphene.ResolveInfo, given: dict[str, Any]) -> Entries:
    """Raises ``InvalidInput``, which tells of all wrong entries, and ``NotFound``."""
    reader = context_of(info).reader
    where: list[sa.ColumnElement[bool]] = [roster_entry.c.tenant == reader.actor.tenant]
    members: list[Member] = await reader.of_days(MEMBERS, first=date.min, last=date.max, where=where)
    own = given.get("member")
    if own is not None and all(each.id != own for each in members):
        raise NotFound("本单位没有这名值班人员，请在值班人员名册中核对")
    kind, today = AbsenceKind(given["kind"]), legal_day(reader.now)
    if given["format"] == "CSV":
        return await to_thread(read_table, given["text"], members=members, member=own, kind=kind, today=today)
    if own is None:
        raise InvalidInput("iCalendar 日历须注明属于哪一名值班人员", field="member")
    # Beside the others: a large file takes its time.
    return await to_thread(read_calendar, given["text"], member=own, kind=kind, today=today)
