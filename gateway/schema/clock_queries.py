"""Queries of clocks and of the extensions that wait for a decision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.clock_states import in_state
from gateway.model import case_part, clock, supervision
from gateway.ordering import CLOCK_ORDERS, EXTENSION_ORDER, ClockOrder
from gateway.reading_lists import CLOCKS, EXTENSIONS
from gateway.schema import enums
from gateway.schema.clock_types import Clock
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Extension
from gateway.schema.types import context_of
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.deadlines import ClockState
from services.contracts.supervision import SupervisionState

Condition = Callable[[Any], sa.ColumnElement[bool]]

ClockConnection = connection("Clock", Clock, "期限列表的一页")
ExtensionConnection = connection("Extension", Extension, "延期申请列表的一页")


class ClockFilter(graphene.InputObjectType):
    """各条件同时满足"""

    state = graphene.List(graphene.NonNull(enums.ClockStateEnum), description="此刻的状态")
    owner = graphene.ID(description="责任单位代码")
    obligation = graphene.List(graphene.NonNull(enums.ObligationEnum))
    binding = graphene.List(graphene.NonNull(enums.BindingEnum), description="以哪一项期限为准")
    due_by = graphene.Date(description="顺延后的到期日不晚于该日")
    due_from = graphene.Date(description="顺延后的到期日不早于该日")
    provisional = graphene.Boolean(description="是否为暂定日期")
    supervised = graphene.Boolean(description="是否有本单位可见的、未办结的督办")
    petition_id = UUID()


class ExtensionFilter(graphene.InputObjectType):
    """各条件同时满足"""

    state = graphene.List(graphene.NonNull(enums.ExtensionStateEnum))
    tenant = graphene.ID(description="申请单位代码")


def _supervised(wanted: bool) -> sa.ColumnElement[bool]:
    under = sa.exists().where(
        supervision.c.county_id == clock.c.county_id,
        supervision.c.clock_id == clock.c.id,
        supervision.c.status.in_([SupervisionState.OPEN.value, SupervisionState.ANSWERED.value]),
    )
    return under if wanted else ~under


CLOCK_CONDITIONS: dict[str, Condition] = {
    "owner": lambda value: clock.c.owner == value,
    "obligation": lambda values: clock.c.obligation.in_([value.value for value in values]),
    "binding": lambda values: clock.c.binding.in_([value.value for value in values]),
    "due_by": lambda value: clock.c.effective_due_on <= value,
    "due_from": lambda value: clock.c.effective_due_on >= value,
    "provisional": lambda value: clock.c.provisional == value,
    "supervised": _supervised,
    "petition_id": lambda value: clock.c.petition_id == value,
}
EXTENSION_CONDITIONS: dict[str, Condition] = {
    "state": lambda values: case_part.c.state["state"].astext.in_([value.value for value in values]),
    "tenant": lambda value: case_part.c.state["tenant"].astext == value,
}


class ClockQueries:
    clocks = graphene.Field(
        ClockConnection,
        required=True,
        filter=graphene.Argument(ClockFilter),
        order_by=graphene.Argument(enums.ClockOrderEnum, default_value=ClockOrder.MOST_URGENT_FIRST),
        **page_arguments(),
        description="本单位可见的期限",
    )
    clock = graphene.Field(Clock, id=UUID(required=True), description="一条期限，连同为什么是这一天的说明")
    extensions = graphene.Field(
        ExtensionConnection,
        required=True,
        filter=graphene.Argument(ExtensionFilter),
        **page_arguments(),
        description="本单位可见的延期申请，新申请的在前；state 为 REQUESTED 的等待负责人审批",
    )

    @staticmethod
    async def resolve_clocks(
        root: None,
        info: graphene.ResolveInfo,
        order_by: ClockOrder | None,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = clock_conditions(filter or {}, context_of(info).reader.now)
        order = CLOCK_ORDERS[ClockOrder(order_by or ClockOrder.MOST_URGENT_FIRST)]
        return await listing(info, CLOCKS, where=where, order=order, first=first, after=after)

    @staticmethod
    async def resolve_clock(root: None, info: graphene.ResolveInfo, id: str) -> ClockFact:
        found = await context_of(info).reader.clock(id) if is_id(id) else None
        if found is None:
            raise NotFound()
        return found

    @staticmethod
    async def resolve_extensions(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(EXTENSION_CONDITIONS, filter or {})
        return await listing(info, EXTENSIONS, where=where, order=EXTENSION_ORDER, first=first, after=after)


def clock_conditions(filter: dict[str, Any], now: datetime) -> list[sa.ColumnElement[bool]]:
    """What of a ``ClockFilter`` was given; states are those at ``now``."""
    given = dict(filter)
    states: list[ClockState] | None = given.pop("state", None)
    where = conditions(CLOCK_CONDITIONS, given)
    if states:
        where.append(sa.or_(*(in_state(ClockState(state), now) for state in states)))
    return where


def conditions(known: dict[str, Condition], given: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    """What of a filter was given; an empty list of values asks for nothing in particular."""
    return [known[name](value) for name, value in given.items() if value is not None and value != []]
