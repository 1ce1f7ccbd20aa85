"""Mutations that issue a circular and take it back."""

from typing import Any

import graphene

from gateway.context import shown
from gateway.indicators.answering import drafted
from gateway.schema.circular_types import Circular
from gateway.schema.indicator_types import PeriodInput, period_of
from gateway.schema.mutations.payload import Error, send
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import Refusal, RequestReused
from services.contracts.circulars import Circular as CircularFact
from services.contracts.circulars import IssueCircular, WithdrawCircular
from services.contracts.fact import Reply


class CircularPayload(graphene.ObjectType):
    """通报的办理结果"""

    circular = graphene.Field(Circular)
    errors = graphene.List(graphene.NonNull(Error), required=True)


async def _answer(info: graphene.ResolveInfo, reply: Reply) -> dict[str, Any]:
    circular_id = (reply.value or {}).get("circular_id")
    known = await context_of(info).reader.shared(CircularFact)
    return {"circular": known.get(circular_id or ""), "errors": [shown(problem) for problem in reply.problems]}


class IssueCircularInput(graphene.InputObjectType):
    period = graphene.Field(PeriodInput, required=True)
    remarks = graphene.String(description="附加说明，如存在问题和工作要求；列于文末")


class IssueCircularMutation(graphene.Mutation):
    """印发通报：按此刻的数据固定下来，全县可查"""

    class Arguments:
        input = IssueCircularInput(required=True)

    Output = CircularPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        context = context_of(info)
        try:
            draft = await drafted(
                engine=context.engine,
                reader=context.reader,
                actor=context.actor,
                period=period_of(input["period"]),
            )
        except Refusal as refusal:
            return {"errors": [shown(refusal.problem)]}
        command = IssueCircular(
            period=draft.period,
            title=draft.title,
            issuer=draft.issuer,
            computed_at=draft.computed_at,
            sections=draft.frozen(),
            remarks=input.get("remarks"),
        )
        reply = await send(info, command)
        if any(problem.code == RequestReused.code for problem in reply.problems):
            earlier = await _asked_before(info, command)
            return {"circular": earlier, "errors": [] if earlier else [shown(one) for one in reply.problems]}
        return await _answer(info, reply)


async def _asked_before(info: graphene.ResolveInfo, command: IssueCircular) -> CircularFact | None:
    """What the same request made before: it is drafted anew each time, so its words differ and its period does not."""
    known = (await context_of(info).reader.shared(CircularFact)).values()
    same = (
        one
        for one in known
        if one.period == command.period
        and one.issued_by == context_of(info).actor.reference
        and one.remarks == ((command.remarks or "").strip() or None)
        and one.withdrawn_on is None
    )
    return next(same, None)


class WithdrawCircularInput(graphene.InputObjectType):
    circular_id = UUID(required=True)
    reason = graphene.String(required=True)


class WithdrawCircularMutation(graphene.Mutation):
    """撤回通报：文号保留，标明撤回"""

    class Arguments:
        input = WithdrawCircularInput(required=True)

    Output = CircularPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        return await _answer(info, await send(info, WithdrawCircular(**input)))
