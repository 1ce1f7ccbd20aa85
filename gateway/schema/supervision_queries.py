"""Queries of supervisions and reminders, and of what the county has set for its clocks."""

from datetime import datetime
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import reminder, supervision
from gateway.ordering import REMINDER_ORDER, SUPERVISION_ORDER
from gateway.reading_lists import REMINDERS, SUPERVISIONS
from gateway.schema import enums
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.regime_types import Regime
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Reminder, Supervision
from gateway.schema.types import context_of
from services.common import clock
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.rules import Regime as RegimeFact
from services.contracts.supervision import Supervision as SupervisionFact
from services.contracts.supervision import SupervisionState

SupervisionConnection = connection("Supervision", Supervision, "督办列表的一页")
ReminderConnection = connection("Reminder", Reminder, "催办列表的一页")


class SupervisionFilter(graphene.InputObjectType):
    """各条件同时满足"""

    state = graphene.List(graphene.NonNull(enums.SupervisionStateEnum))
    addressee = graphene.ID(description="被督办单位代码")
    overdue_answer = graphene.Boolean(description="是否逾期未回复")
    petition_id = UUID()


class ReminderFilter(graphene.InputObjectType):
    """各条件同时满足"""

    on = graphene.Date(description="催办日期")
    unacknowledged = graphene.Boolean(description="是否无人签收")
    urgent = graphene.Boolean(description="是否即时催办")


SUPERVISION_CONDITIONS: dict[str, Condition] = {
    "state": lambda values: supervision.c.status.in_([value.value for value in values]),
    "addressee": lambda value: supervision.c.addressee == value,
    "petition_id": lambda value: supervision.c.petition_id == value,
}
REMINDER_CONDITIONS: dict[str, Condition] = {
    "on": lambda value: reminder.c.on == value,
    "unacknowledged": lambda value: reminder.c.acknowledged == (not value),
    "urgent": lambda value: reminder.c.urgent == value,
}


def supervision_conditions(filter: dict[str, Any], now: datetime) -> list[sa.ColumnElement[bool]]:
    """What of a ``SupervisionFilter`` was given; an answer is late or not at ``now``."""
    given = dict(filter)
    overdue: bool | None = given.pop("overdue_answer", None)
    where = conditions(SUPERVISION_CONDITIONS, given)
    if overdue is not None:
        late = sa.and_(
            supervision.c.status == SupervisionState.OPEN.value, supervision.c.answer_by < clock.legal_day(now)
        )
        where.append(late if overdue else ~late)
    return where


class SupervisionQueries:
    supervisions = graphene.Field(
        SupervisionConnection,
        required=True,
        filter=graphene.Argument(SupervisionFilter),
        **page_arguments(),
        description="本单位发出的和收到的督办，新发出的在前；县信访局可见全部",
    )
    supervision = graphene.Field(Supervision, id=UUID(required=True), description="一件督办的往来全文")
    reminders = graphene.Field(
        ReminderConnection,
        required=True,
        filter=graphene.Argument(ReminderFilter),
        **page_arguments(),
        description="本单位收到的催办，新的在前；县信访局可见全部",
    )
    regime = graphene.Field(Regime, required=True, description="本县为期限设定的内容：预警、内部规定、地方假日")

    @staticmethod
    async def resolve_supervisions(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = supervision_conditions(filter or {}, context_of(info).reader.now)
        return await listing(info, SUPERVISIONS, where=where, order=SUPERVISION_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_supervision(root: None, info: graphene.ResolveInfo, id: str) -> SupervisionFact:
        found: SupervisionFact | None = None
        if is_id(id):
            found = await context_of(info).reader.find(SUPERVISIONS, id)
        if found is None:
            raise NotFound()
        return found

    @staticmethod
    async def resolve_reminders(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(REMINDER_CONDITIONS, filter or {})
        return await listing(info, REMINDERS, where=where, order=REMINDER_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_regime(root: None, info: graphene.ResolveInfo) -> RegimeFact:
        context = context_of(info)
        county = context.actor.county
        return (await context.reader.shared(RegimeFact)).get(county) or RegimeFact(county=county)
