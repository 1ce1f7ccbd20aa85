"""The work lists: what each user must do next, and which cases of his tenant wait for what."""

from datetime import date
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import petition
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading_lists import PETITIONS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition
from gateway.schema.clock_queries import conditions as conditions_of
from gateway.schema.paging import Listing, listing, page_arguments
from gateway.schema.queries import PetitionConnection, PetitionFilter, conditions
from gateway.schema.types import context_of
from gateway.schema.work_types import TaskConnection
from gateway.work.lists import (
    COME_BACK,
    DELIVERING,
    REVIEWING,
    TASK_ORDER,
    TASKS,
    due_soon,
    mine,
    under_supervision,
    waits_for,
)
from gateway.work.model import task
from services.common.clock import legal_day
from services.common.errors import InvalidInput
from services.contracts.actor import TenantKind

FARTHEST = 366
"""Days that one may look ahead: a limit of the query, none of the law."""


class InboxFilter(graphene.InputObjectType):
    """各条件同时满足"""

    kind = graphene.List(graphene.NonNull(enums.TaskKindEnum), description="该做什么")
    due_by = graphene.Date(description="到期日不晚于该日")
    overdue = graphene.Boolean(description="是否已过到期日")
    petition = graphene.Field(PetitionFilter, description="关于这样的信访件")


def _case_list(description: str, **arguments: Any) -> graphene.Field:
    return graphene.Field(
        PetitionConnection,
        required=True,
        filter=graphene.Argument(PetitionFilter),
        order_by=graphene.Argument(enums.PetitionOrderEnum, default_value=PetitionOrder.MOST_URGENT_FIRST),
        **arguments,
        **page_arguments(),
        description=description,
    )


async def _cases(
    info: graphene.ResolveInfo,
    which: sa.ColumnElement[bool],
    *,
    order_by: PetitionOrder | None,
    first: int,
    filter: dict[str, Any] | None = None,
    after: str | None = None,
) -> Listing:
    where = [which, *conditions(filter or {})]
    order = ORDERS[PetitionOrder(order_by or PetitionOrder.MOST_URGENT_FIRST)]
    return await listing(info, PETITIONS, where=where, order=order, first=first, after=after)


class WorkQueries:
    """Fields of the query root."""

    inbox = graphene.Field(
        TaskConnection,
        required=True,
        filter=graphene.Argument(InboxFilter),
        **page_arguments(),
        description="待办：按您的单位和岗位现在该做的事，最急的在前",
    )
    due_soon = _case_list(
        "临期：本单位承担的期限已到预警、今日到期或已超期的信访件",
        within_days=graphene.Int(description="改为几天以内到期的；不填的按各期限自己的预警时间"),
        owner=graphene.ID(description="县信访局可以查看其他单位承担的：单位代码；不填的为本单位"),
    )
    returned = _case_list("退件：已被退回、等待重新转送交办的信访件；县信访局为全县")
    awaiting_delivery = _case_list("待送达：答复或复查、复核意见已作出、等待本单位送达的信访件；县信访局为全县")
    awaiting_review = _case_list("待复查复核：等待本单位作出复查、复核意见的信访件；县信访局为全县")
    supervised = _case_list("督办件：有未办结督办的信访件；督办单位、被督办单位和县信访局可见")

    @staticmethod
    async def resolve_inbox(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        context = context_of(info)
        where = [*mine(context.actor), *_inbox_conditions(filter or {}, context.actor.county, _today(info))]
        return await listing(info, TASKS, where=where, order=TASK_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_due_soon(
        root: None,
        info: graphene.ResolveInfo,
        within_days: int | None = None,
        owner: str | None = None,
        **asked: Any,
    ) -> Listing:
        context = context_of(info)
        if within_days is not None and not 0 <= within_days <= FARTHEST:
            raise InvalidInput(f"天数应在 0 到 {FARTHEST} 之间", field="withinDays")
        # Whoever asks for another's sees of it what he sees of its cases.
        of = owner if owner is not None and context.actor.kind is TenantKind.COUNTY else context.actor.tenant
        which = due_soon(context.actor, owner=of, now=context.reader.now, today=_today(info), days=within_days)
        return await _cases(info, which, **asked)

    @staticmethod
    async def resolve_returned(root: None, info: graphene.ResolveInfo, **asked: Any) -> Listing:
        return await _cases(info, waits_for(COME_BACK, context_of(info).actor), **asked)

    @staticmethod
    async def resolve_awaiting_delivery(root: None, info: graphene.ResolveInfo, **asked: Any) -> Listing:
        return await _cases(info, waits_for(DELIVERING, context_of(info).actor), **asked)

    @staticmethod
    async def resolve_awaiting_review(root: None, info: graphene.ResolveInfo, **asked: Any) -> Listing:
        return await _cases(info, waits_for(REVIEWING, context_of(info).actor), **asked)

    @staticmethod
    async def resolve_supervised(root: None, info: graphene.ResolveInfo, **asked: Any) -> Listing:
        return await _cases(info, under_supervision(context_of(info).actor), **asked)


def _inbox_conditions(given: dict[str, Any], county: str, today: date) -> list[sa.ColumnElement[bool]]:
    known: dict[str, Condition] = {
        "kind": lambda values: task.c.kind.in_([value.value for value in values]),
        "due_by": lambda value: task.c.due_on <= value,
        "overdue": lambda value: task.c.due_on < today if value else task.c.due_on >= today,
        "petition": lambda value: _of_petitions(value, county),
    }
    return conditions_of(known, given)


def _of_petitions(given: dict[str, Any], county: str) -> sa.ColumnElement[bool]:
    return task.c.petition_id.in_(sa.select(petition.c.id).where(petition.c.county_id == county, *conditions(given)))


def _today(info: graphene.ResolveInfo) -> date:
    return legal_day(context_of(info).reader.now)
