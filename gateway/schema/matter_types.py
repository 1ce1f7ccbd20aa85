"""Matters (信访事项): what several petitions have in common, as far as the actor sees them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import graphene
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from gateway.model import petition
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading_lists import PETITIONS, PetitionRow
from gateway.schema.paging import size
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, tenants_of
from services.contracts.intake import MatterLink
from services.contracts.intake import Petition as PetitionState

NEWEST = ORDERS[PetitionOrder.RECEIVED_NEWEST_FIRST]


class Matter(graphene.ObjectType):
    """信访件所属的信访事项"""

    id = UUID(required=True, description="事项标识，可用于筛选信访件")
    number = graphene.String(required=True, description="事项首件的编号")
    same_people = graphene.Boolean(description="本件是同一信访人的重复信访；首件为空")
    reason = graphene.String(description="并案理由；首件为空")
    linked_on = graphene.Date(description="并案日期；首件为空")
    size = graphene.Int(required=True, description="该事项中您可见的件数，含本件")
    petitions = graphene.List(
        graphene.NonNull("gateway.schema.case_types.Petition"),
        required=True,
        first=graphene.Int(default_value=10),
        description="该事项中您可见的信访件，新收到的在前",
    )

    @staticmethod
    def resolve_id(state: PetitionState, info: graphene.ResolveInfo) -> str:
        return state.matter_id

    @staticmethod
    def resolve_number(state: PetitionState, info: graphene.ResolveInfo) -> str:
        return state.matter.first_number if state.matter else state.number

    @staticmethod
    async def resolve_size(state: PetitionState, info: graphene.ResolveInfo) -> int:
        return await context_of(info).reader.count_with(PETITIONS, petition.c.matter_id, state.matter_id)

    @staticmethod
    async def resolve_petitions(state: PetitionState, info: graphene.ResolveInfo, first: int) -> list[PetitionRow]:
        reader, column = context_of(info).reader, petition.c.matter_id
        return await reader.first_with(PETITIONS, column, state.matter_id, order=NEWEST, first=size(first))

    @staticmethod
    def resolve_same_people(state: PetitionState, info: graphene.ResolveInfo) -> bool | None:
        return _of(state.matter, "same_people")

    @staticmethod
    def resolve_reason(state: PetitionState, info: graphene.ResolveInfo) -> str | None:
        return _of(state.matter, "reason")

    @staticmethod
    def resolve_linked_on(state: PetitionState, info: graphene.ResolveInfo) -> date | None:
        return _of(state.matter, "linked_on")


def _of(link: MatterLink | None, name: str) -> Any:
    return None if link is None else getattr(link, name)


@dataclass(frozen=True)
class RisingMatterRow:
    id: str
    number: str
    title: str
    recent: int
    size: int
    newest_on: date
    registered_by: list[str]


class RisingMatter(graphene.ObjectType):
    """多件反映的信访事项，只计您可见的信访件"""

    id = graphene.ID(required=True)
    number = graphene.String(required=True, description="最早一件的编号")
    title = graphene.String(required=True, description="最早一件的标题")
    recent = graphene.Int(required=True, description="所选日期以来收到的件数")
    size = graphene.Int(required=True, description="总件数")
    newest_on = graphene.Date(required=True, description="最近一件的收到日期")
    registered_by = graphene.List(graphene.NonNull(Tenant), required=True, description="登记单位")

    resolve_registered_by = tenants_of("registered_by")


def rising(county: str, *, since: date, most: int) -> sa.Select[Any]:
    """Matters of several items with one since ``since``, those with the most of these first.

    Only what was linked is looked at first: most petitions are the only one of their matter.
    """
    c, other = petition.c, petition.alias("linked")
    linked = sa.select(other.c.matter_id).where(
        other.c.county_id == county, other.c.matter_id != other.c.id, other.c.received_on >= since
    )
    oldest = (c.received_on, c.id)
    recent = sa.func.count().filter(c.received_on >= since).label("recent")
    return (
        sa.select(
            c.matter_id.label("id"),
            _first(c.number, oldest).label("number"),
            _first(c.title, oldest).label("title"),
            recent,
            sa.func.count().label("size"),
            sa.func.max(c.received_on).label("newest_on"),
            sa.func.array_agg(c.registered_by.distinct()).label("registered_by"),
        )
        .where(c.county_id == county, c.matter_id.in_(linked))
        .group_by(c.matter_id)
        .having(sa.func.count() > 1)
        .order_by(recent.desc(), sa.func.max(c.received_on).desc(), c.matter_id)
        .limit(most)
    )


def _first(column: sa.ColumnElement[Any], oldest: tuple[sa.ColumnElement[Any], ...]) -> sa.ColumnElement[Any]:
    whole = sa.func.array_agg(aggregate_order_by(column, *oldest), type_=ARRAY(sa.Text))
    return whole[1]
