"""Queries: answered from the view, without asking a service."""

from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import petition
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading import EndedReferral
from gateway.reading_lists import PETITIONS, PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.paging import Listing, connection, listing, page_arguments, size
from gateway.schema.referral_types import EndedReferralType
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of
from gateway.status import PetitionStatus
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.directory import Organisation

LAST_CHARACTER = "\U0010ffff"


class Me(graphene.ObjectType):
    """当前登录用户"""

    username = graphene.String(required=True)
    name = graphene.String(required=True)
    tenant = graphene.Field(Tenant)
    roles = graphene.List(graphene.NonNull(enums.RoleEnum), required=True)

    @staticmethod
    def resolve_username(actor: Actor, info: graphene.ResolveInfo) -> str:
        return actor.user

    @staticmethod
    async def resolve_tenant(actor: Actor, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(actor.tenant)

    @staticmethod
    def resolve_roles(actor: Actor, info: graphene.ResolveInfo) -> Any:
        return sorted(actor.roles)


PetitionConnection = connection("Petition", Petition, "信访件列表的一页")


class PetitionFilter(graphene.InputObjectType):
    """各条件同时满足"""

    status = graphene.List(graphene.NonNull(enums.PetitionStatusEnum))
    channel = graphene.List(graphene.NonNull(enums.ChannelEnum))
    nature = graphene.List(graphene.NonNull(enums.NatureEnum))
    urgency = graphene.List(graphene.NonNull(enums.UrgencyEnum))
    category = graphene.String()
    place = graphene.String(description="属地代码：县、乡镇或村；包含其下级")
    registered_by = graphene.ID(description="登记单位代码")
    involves = graphene.ID(description="登记或正在承办该件的单位代码")
    received_from = graphene.Date()
    received_to = graphene.Date()
    due_by = graphene.Date(description="最近期限不晚于该日")
    repeated = graphene.Boolean(description="只看重复信访，或只看初次信访")
    matter = UUID(description="信访事项标识")
    text = graphene.String(description="标题或编号中包含的文字")


def conditions(given: dict[str, Any], table: sa.Table = petition) -> list[sa.ColumnElement[bool]]:
    """What of a ``PetitionFilter`` was given. ``table``: ``petition``, or what has its columns."""
    c = table.c
    found: list[sa.ColumnElement[bool]] = []
    for name in ("status", "channel", "nature", "urgency"):
        if given.get(name):
            found.append(c[name].in_([value.value for value in given[name]]))
    for name in ("category", "registered_by"):
        if given.get(name):
            found.append(c[name] == given[name])
    if given.get("place"):
        found.append(_begins(c.place, given["place"]))
    if given.get("involves"):
        found.append(c.visible_to.contains([given["involves"]]))
    if given.get("received_from"):
        found.append(c.received_on >= given["received_from"])
    if given.get("received_to"):
        found.append(c.received_on <= given["received_to"])
    if given.get("due_by"):
        found.append(c.next_due_on <= given["due_by"])
    if given.get("repeated") is not None:
        found.append(_of_petition(table, petition.c.state["repeated"].as_boolean() == given["repeated"]))
    if given.get("matter"):
        found.append(_of_petition(table, petition.c.matter_id == given["matter"]))
    if given.get("text"):
        text = given["text"]
        found.append(c.title.contains(text, autoescape=True) | c.number.contains(text, autoescape=True))
    return found


def _begins(column: sa.ColumnElement[str], code: str) -> sa.ColumnElement[bool]:
    """As a range and not by ``LIKE``: behind a policy an index is used only by operators that tell nothing of what they
    drop (LEAKPROOF), as the comparisons of text are. In the order of the characters, which is that of the index."""
    text = column.collate("C")
    return sa.and_(text >= code, text < code + LAST_CHARACTER)


def statuses_alone(given: dict[str, Any]) -> list[PetitionStatus] | None:
    """The states of a ``PetitionFilter`` that asks for nothing else (empty: for nothing at all); None of any other."""
    asked = {name for name, value in given.items() if value is not None and value != []}
    return [PetitionStatus(one) for one in given.get("status") or []] if asked <= {"status"} else None


def _of_petition(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A condition on what only the petition's own table holds."""
    if table is petition:
        return condition
    c = table.c
    return c.id.in_(sa.select(petition.c.id).where(petition.c.county_id == c.county_id, condition))


class CaseQueries:
    me = graphene.Field(Me, required=True, description="当前登录用户")
    petition = graphene.Field(Petition, id=UUID(), number=graphene.String(), description="按编号或标识查一件")
    petitions = graphene.Field(
        PetitionConnection,
        required=True,
        filter=graphene.Argument(PetitionFilter),
        order_by=graphene.Argument(enums.PetitionOrderEnum, default_value=PetitionOrder.NEWEST_FIRST),
        **page_arguments(),
        description="本单位可见的信访件",
    )
    ended_referrals = graphene.List(
        graphene.NonNull(EndedReferralType),
        required=True,
        first=graphene.Int(default_value=20),
        description="本单位已退回或被撤回的转送交办",
    )
    tenants = graphene.List(
        graphene.NonNull(Tenant),
        required=True,
        kind=graphene.Argument(enums.TenantKindEnum),
        search=graphene.String(description="名称、简称、别名、曾用名中包含的文字，或单位代码"),
        description="本县机构名录",
    )

    @staticmethod
    def resolve_me(root: None, info: graphene.ResolveInfo) -> Actor:
        return context_of(info).actor

    @staticmethod
    async def resolve_petition(
        root: None, info: graphene.ResolveInfo, id: str | None = None, number: str | None = None
    ) -> PetitionRow:
        reader = context_of(info).reader
        if number is not None and id is None:
            row = await reader.petition_by_number(number)
        elif id is not None and number is None:
            row = await reader.petition(id) if is_id(id) else None
        else:
            raise InvalidInput("请提供 id 或 number 其中之一")
        if row is None:
            raise NotFound()
        return row

    @staticmethod
    async def resolve_petitions(
        root: None,
        info: graphene.ResolveInfo,
        order_by: PetitionOrder | None,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where, order = conditions(filter or {}), ORDERS[PetitionOrder(order_by or PetitionOrder.NEWEST_FIRST)]
        statuses = statuses_alone(filter or {})
        return await listing(info, PETITIONS, where=where, order=order, first=first, after=after, statuses=statuses)

    @staticmethod
    async def resolve_ended_referrals(root: None, info: graphene.ResolveInfo, first: int) -> list[EndedReferral]:
        return await context_of(info).reader.ended_referrals(first=size(first))

    @staticmethod
    async def resolve_tenants(
        root: None, info: graphene.ResolveInfo, kind: TenantKind | None = None, search: str | None = None
    ) -> list[Organisation]:
        organisations = (await context_of(info).reader.shared(Organisation)).values()
        return [
            item
            for item in organisations
            if item.active and (kind is None or item.kind == kind) and (search is None or item.is_called(search))
        ]
