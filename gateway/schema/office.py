"""Recurring duties of the offices: what each owes in the current period and the one before, and that it was done."""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.schema import enums
from gateway.schema.indicator_types import Period, PeriodInput, period_of
from gateway.schema.mutations.payload import Error, send
from gateway.schema.types import Tenant, context_of, label_of
from services.common import clock
from services.common.errors import Refusal
from services.contracts.actor import READS_CASES, TenantKind
from services.contracts.base import Command
from services.contracts.directory import Organisation
from services.contracts.office import (
    OfficeDutyDone,
    OwedDuty,
    RecordOfficeDuty,
    TakeBackOfficeDuty,
    duty_key,
    owed_duties,
)
from services.contracts.rules import Regime


class OfficeDuty(graphene.ObjectType):
    """机关定期工作（通报、例会、分析、总结等）的一期"""

    duty = graphene.ID(required=True)
    name = graphene.String(required=True)
    basis = graphene.String(required=True, description="依据的制度")
    tenant = graphene.Field(Tenant)
    period = graphene.Field(Period, required=True)
    due_on = graphene.Date(required=True)
    state = graphene.Field(enums.OfficeDutyStateEnum, required=True)
    state_label = graphene.String(required=True)
    done_on = graphene.Date()
    note = graphene.String()

    resolve_state_label = label_of("state")

    @staticmethod
    def resolve_duty(owed: OwedDuty, info: graphene.ResolveInfo) -> str:
        return owed.duty.id

    @staticmethod
    def resolve_name(owed: OwedDuty, info: graphene.ResolveInfo) -> str:
        return owed.duty.name

    @staticmethod
    def resolve_basis(owed: OwedDuty, info: graphene.ResolveInfo) -> str:
        return owed.duty.basis

    @staticmethod
    async def resolve_tenant(owed: OwedDuty, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(owed.tenant)

    @staticmethod
    def resolve_done_on(owed: OwedDuty, info: graphene.ResolveInfo) -> Any:
        return owed.done.on if owed.done else None

    @staticmethod
    def resolve_note(owed: OwedDuty, info: graphene.ResolveInfo) -> str | None:
        return owed.done.note if owed.done else None


async def _owed(info: graphene.ResolveInfo) -> list[OwedDuty]:
    """What the actor's tenant owes; of the county office, what every tenant owes."""
    context = context_of(info)
    actor, reader = context.actor, context.reader
    regime = (await reader.shared(Regime)).get(actor.county)
    if regime is None or not actor.roles & READS_CASES:
        return []
    tenants = {
        one.code: one.kind
        for one in (await reader.shared(Organisation)).values()
        if one.active and (actor.kind is TenantKind.COUNTY or one.code == actor.tenant)
    }
    return owed_duties(
        duties=regime.office_duties,
        tenants=tenants,
        done=await reader.shared(OfficeDutyDone),
        today=clock.legal_day(clock.now()),
    )


class OfficeQueries:
    """Fields of the query root."""

    office_duties = graphene.List(
        graphene.NonNull(OfficeDuty),
        required=True,
        state=graphene.List(graphene.NonNull(enums.OfficeDutyStateEnum)),
        description="本单位（县信访局：全县各单位）本期和上期的定期工作，先到期的在前",
    )

    @staticmethod
    async def resolve_office_duties(
        root: None, info: graphene.ResolveInfo, state: list[Any] | None = None
    ) -> list[OwedDuty]:
        return [one for one in await _owed(info) if not state or one.state in state]


class OfficeDutyPayload(graphene.ObjectType):
    """定期工作的办理结果"""

    duty = graphene.Field(OfficeDuty)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RecordOfficeDutyInput(graphene.InputObjectType):
    duty = graphene.ID(required=True)
    period = graphene.Field(PeriodInput, required=True)
    on = graphene.Date(required=True, description="完成日期")
    note = graphene.String(required=True, description="完成情况")


class TakeBackOfficeDutyInput(graphene.InputObjectType):
    duty = graphene.ID(required=True)
    period = graphene.Field(PeriodInput, required=True)
    reason = graphene.String(required=True)


def _mutation(command: type[Command], input_type: Any, description: str) -> Any:
    class Arguments:
        input = input_type(required=True)

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        try:
            period = period_of(input["period"])
        except Refusal as refusal:
            return {"errors": [shown(refusal.problem)]}
        reply = await send(info, command(**{**input, "period": period}))
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        done = msgspec.convert(reply.value, OfficeDutyDone)
        key = duty_key(duty=done.duty, tenant=done.tenant, period=done.period)
        owed = [one for one in await _owed(info) if _key(one) == key]
        return {"duty": owed[0] if owed else None, "errors": []}

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": Arguments,
        "Output": OfficeDutyPayload,
        "mutate": staticmethod(mutate),
    }
    return type(f"{command.__name__}Mutation", (graphene.Mutation,), body)


def _key(owed: OwedDuty) -> str:
    return duty_key(duty=owed.duty.id, tenant=owed.tenant, period=owed.period)


RecordOfficeDutyMutation = _mutation(RecordOfficeDuty, RecordOfficeDutyInput, "记录本单位一期定期工作已完成")
TakeBackOfficeDutyMutation = _mutation(TakeBackOfficeDuty, TakeBackOfficeDutyInput, "撤销误记的定期工作")
