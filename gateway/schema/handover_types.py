"""The logs of shifts (值班日志) as GraphQL shows them."""

from typing import Any

import graphene

from gateway.reading_lists import SHIFTS, PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.scalars import UUID
from gateway.schema.shift_types import Shift
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.contracts.handovers import DutyLog as DutyLogFact
from services.contracts.handovers import LogEntry as LogEntryFact
from services.contracts.shifts import Shift as ShiftFact


async def petition_of(row: Any, info: graphene.ResolveInfo) -> PetitionRow | None:
    """The petition to which the row refers; None where it names none, and for whoever does not see it."""
    return await context_of(info).reader.petition(row.petition_id) if row.petition_id else None


class LogEntry(graphene.ObjectType):
    """值班日志的一条记录；不删改，记错的由后面的记录更正"""

    place = graphene.Int(required=True, description="在本班日志中的位置，从 0 起")
    kind = graphene.Field(enums.LogEntryKindEnum, required=True)
    kind_label = graphene.String(required=True)
    text = graphene.String(required=True)
    at = graphene.DateTime(required=True)
    by = graphene.Field(Person, required=True, description="记录人")
    petition = graphene.Field(Petition, description="涉及的信访件；无权查看的为空")
    done = graphene.Boolean(required=True, description="未了事项已办结")
    carried_from = UUID(description="最初记入哪一班（班次编号）；本班记录的为空")
    corrects = graphene.Int(description="更正本日志中的哪一条（位置）")
    corrected = graphene.Boolean(required=True, description="已由后面的记录更正")

    resolve_kind_label = label_of("kind")
    resolve_petition = staticmethod(petition_of)


class DutyLog(graphene.ObjectType):
    """一个班次的值班日志（工作台账）；交班后不再更改，未了事项自动进入下一班的日志"""

    shift_id = UUID(required=True)
    shift = graphene.Field(Shift, description="班次")
    shift_name = graphene.String(required=True)
    tenant = graphene.Field(Tenant)
    day = graphene.Date(required=True, description="班次开始的日期")
    state = graphene.Field(enums.LogStateEnum, required=True)
    state_label = graphene.String(required=True)
    entries = graphene.List(graphene.NonNull(LogEntry), required=True)
    open_matters = graphene.Int(required=True, description="未了事项数")
    handed_over_at = graphene.DateTime(description="交班时间")
    handed_over_by = graphene.Field(Person, description="交班人")
    handed_to = UUID(description="接班的班次编号")
    acknowledged_at = graphene.DateTime(description="接班时间")
    acknowledged_by = graphene.Field(Person, description="接班人")

    resolve_tenant = tenant_of("tenant")
    resolve_state_label = label_of("state")

    @staticmethod
    def resolve_shift_id(row: DutyLogFact, info: graphene.ResolveInfo) -> str:
        return row.shift

    @staticmethod
    async def resolve_shift(row: DutyLogFact, info: graphene.ResolveInfo) -> ShiftFact | None:
        return await context_of(info).reader.find(SHIFTS, row.shift)

    @staticmethod
    def resolve_entries(row: DutyLogFact, info: graphene.ResolveInfo) -> list["Placed"]:
        corrected = {entry.corrects for entry in row.entries}
        return [Placed(entry, place, place in corrected) for place, entry in enumerate(row.entries)]

    @staticmethod
    def resolve_open_matters(row: DutyLogFact, info: graphene.ResolveInfo) -> int:
        return len(row.open_matters)


class Placed:
    """An entry with what the log says of it."""

    def __init__(self, entry: LogEntryFact, place: int, corrected: bool) -> None:
        self.entry, self.place, self.corrected = entry, place, corrected

    def __getattr__(self, name: str) -> Any:
        return getattr(self.entry, name)
