"""The queries of the public side."""

from typing import Any

import graphene

from gateway.public.asking import active_organisations, public_context
from gateway.public.publicised import read_pages
from gateway.public.reading import read_item
from gateway.public.reception_queries import ReceptionQueries
from gateway.public.telling import Item
from gateway.public.types import Desk, Named, PetitionStatus, PublicisedPage
from services.common.errors import WrongQueryCode
from services.contracts.directory import TOWNSHIP_DIGITS, Organisation
from services.contracts.intake_rules import IntakeRules, TenantDesk


class Query(ReceptionQueries, graphene.ObjectType):
    petition_status = graphene.Field(
        PetitionStatus,
        number=graphene.String(required=True),
        query_code=graphene.String(required=True),
        description="按编号和查询码查询办理情况；编号不存在和查询码不对，回答相同",
    )
    desks = graphene.List(graphene.NonNull(Desk), required=True, description="受理单位的地址、电话、时间和受理范围")
    places = graphene.List(graphene.NonNull(Named), required=True, description="本县乡镇（街道）")
    bodies = graphene.List(graphene.NonNull(Named), required=True, description="本县单位，供指明被反映的单位")

    pages = graphene.List(
        graphene.NonNull(PublicisedPage),
        required=True,
        tenant=graphene.ID(description="单位代码；不填的为全县"),
        description="各单位公示的制度和办事指南，今日施行的；县信访局的在前",
    )

    @staticmethod
    async def resolve_pages(root: None, info: graphene.ResolveInfo, tenant: str | None = None) -> list[dict[str, Any]]:
        context = public_context(info)
        return await read_pages(context.reader, slug=context.slug, tenant=tenant)

    @staticmethod
    async def resolve_petition_status(root: None, info: graphene.ResolveInfo, number: str, query_code: str) -> Item:
        context = public_context(info)
        with context.trying(number):
            item = await read_item(context.engine, county_id=context.actor.county, number=number, query_code=query_code)
            if item is None:
                raise WrongQueryCode()
        return item

    @staticmethod
    async def resolve_desks(root: None, info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        reader = public_context(info).reader
        county = reader.actor.county
        rules = (await reader.shared(IntakeRules)).get(county) or IntakeRules(county=county)
        found = (_desk(one, rules) for one in await active_organisations(info))
        return [desk for desk in found if desk is not None]

    @staticmethod
    async def resolve_places(root: None, info: graphene.ResolveInfo) -> list[Any]:
        return [
            place
            for one in await active_organisations(info)
            for place in one.places
            if len(place.code) == TOWNSHIP_DIGITS
        ]

    @staticmethod
    async def resolve_bodies(root: None, info: graphene.ResolveInfo) -> list[Organisation]:
        return await active_organisations(info)


def _desk(one: Organisation, rules: IntakeRules) -> dict[str, Any] | None:
    """None where there is nothing to tell: neither is anything set for it, nor does it take what comes online."""
    online, desk = rules.takes_online(one.code, one.kind), rules.desk(one.code)
    if desk is None and not online:
        return None
    told = desk or TenantDesk(tenant=one.code)
    fields = {name: getattr(told, name) for name in told.__struct_fields__}
    return {**fields, "name": one.name, "phone": told.phone or one.phone, "takes_online": online}
