"""The queries of the public side."""

from typing import Any

import graphene

from gateway.public.asking import active_organisations, public_context
from gateway.public.reading import read_item
from gateway.public.telling import Item
from gateway.public.types import Desk, Named, PetitionStatus
from services.common.errors import WrongQueryCode
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake_rules import IntakeRules, TenantDesk

TOWNSHIP_DIGITS = 9


class Query(graphene.ObjectType):
    petition_status = graphene.Field(
        PetitionStatus,
        number=graphene.String(required=True),
        query_code=graphene.String(required=True),
        description="按编号和查询码查询办理情况；编号不存在和查询码不对，回答相同",
    )
    desks = graphene.List(graphene.NonNull(Desk), required=True, description="受理单位的地址、电话、时间和受理范围")
    places = graphene.List(graphene.NonNull(Named), required=True, description="本县乡镇（街道）")
    bodies = graphene.List(graphene.NonNull(Named), required=True, description="本县单位，供指明被反映的单位")

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
        rules = (await reader.shared(IntakeRules)).get(reader.actor.county)
        found = []
        for one in await active_organisations(info):
            desk = _desk(one, rules)
            if desk is not None:
                found.append({**_fields(desk), "name": one.name, "phone": desk.phone or one.phone})
        return found

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


def _desk(one: Organisation, rules: IntakeRules | None) -> TenantDesk | None:
    """While the county has set nothing, its office takes what comes online."""
    if rules is not None:
        return rules.desk(one.code)
    return TenantDesk(tenant=one.code, takes_online=True) if one.kind is TenantKind.COUNTY else None


def _fields(desk: TenantDesk) -> dict[str, Any]:
    return {name: getattr(desk, name) for name in desk.__struct_fields__}
