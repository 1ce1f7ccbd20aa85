"""Queries of approval flows, and of the runs that wait for somebody."""

import graphene
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, array

from gateway.model import case_part
from gateway.ordering import APPROVAL_ORDER
from gateway.reading_lists import APPROVALS
from gateway.schema import enums
from gateway.schema.flow_types import Approval, Flow
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.flows import LEADERS, ApprovalState, StepPlace
from services.contracts.flows import Approval as ApprovalFact
from services.contracts.flows import Flow as FlowFact

ApprovalConnection = connection("Approval", Approval, "呈批列表的一页")


class FlowQueries:
    flows = graphene.List(graphene.NonNull(Flow), required=True, description="本县现行的呈批流程")
    approvals = graphene.Field(
        ApprovalConnection,
        required=True,
        mine=graphene.Boolean(default_value=False, description="只列下一环节由您办理的"),
        state=graphene.List(graphene.NonNull(enums.ApprovalStateEnum)),
        **page_arguments(),
        description="本单位可见的信访件的呈批，新发起的在前",
    )
    approval = graphene.Field(Approval, id=UUID(required=True), description="一次呈批")

    @staticmethod
    async def resolve_flows(root: None, info: graphene.ResolveInfo) -> list[FlowFact]:
        return [flow for flow in (await context_of(info).reader.shared(FlowFact)).values() if flow.active]

    @staticmethod
    async def resolve_approvals(
        root: None,
        info: graphene.ResolveInfo,
        mine: bool,
        first: int,
        state: list[ApprovalState] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = [_turn_of(context_of(info).actor)] if mine else []
        if state:
            where.append(case_part.c.state["state"].astext.in_([value.value for value in state]))
        return await listing(info, APPROVALS, where=where, order=APPROVAL_ORDER, first=first, after=after)

    @staticmethod
    async def resolve_approval(root: None, info: graphene.ResolveInfo, id: str) -> ApprovalFact:
        found: ApprovalFact | None = None
        if is_id(id):
            found = await context_of(info).reader.find(APPROVALS, id)
        if found is None:
            raise NotFound()
        return found


def _turn_of(actor: Actor) -> sa.ColumnElement[bool]:
    """``Approval.is_turn_of`` for the database."""
    run = case_part.c.state
    step = sa.type_coerce(run["steps"].op("->")(sa.cast(run["step"].astext, sa.Integer)), JSONB)
    place = step["place"].astext
    places = [
        sa.and_(place == StepPlace.OWN.value, run["tenant"].astext == actor.tenant),
        sa.and_(place == StepPlace.HANDLING.value, run["handling"].astext == actor.tenant),
    ]
    if actor.kind is TenantKind.COUNTY:
        places.append(place == StepPlace.COUNTY.value)
    roles = actor.roles | LEADERS if Role.CLERK in actor.roles else actor.roles
    return sa.and_(
        run["state"].astext == ApprovalState.RUNNING.value,
        sa.or_(*places),
        step["roles"].has_any(array(sorted(role.value for role in roles))),
    )
