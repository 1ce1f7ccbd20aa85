"""Queries of repeats and of matters that grow."""

from datetime import date
from typing import Any

import graphene
import msgspec

from gateway.schema.matter_types import RisingMatter, RisingMatterRow, rising
from gateway.schema.mutations.register_inputs import PetitionerInputType
from gateway.schema.paging import size
from gateway.schema.repeat_types import Repeats
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.contracts import repeats
from services.contracts.people import PetitionerInput


class CheckRepeatsInput(graphene.InputObjectType):
    """登记时已填写的内容，填了多少算多少"""

    petitioners = graphene.List(graphene.NonNull(PetitionerInputType), default_value=[])
    title = graphene.String(default_value="")
    body = graphene.String(default_value="")
    place = graphene.ID(description="问题属地代码")
    petition_id = UUID(description="已登记的信访件查重时，为其本身的标识")
    most = graphene.Int(default_value=10, description="最多返回几件，不超过 50")


class RepeatQueries:
    """Fields of the query root."""

    check_repeats = graphene.Field(
        Repeats,
        required=True,
        input=CheckRepeatsInput(required=True),
        description="查重：同一信访人、相同内容、同一事项的在先信访件，含其他单位登记的（不显示其内容）",
    )
    matters = graphene.List(
        graphene.NonNull(RisingMatter),
        required=True,
        since=graphene.Date(required=True, description="从哪一天起收到的"),
        first=graphene.Int(default_value=20),
        description="多件反映的信访事项，新收到件数多的在前",
    )

    @staticmethod
    async def resolve_check_repeats(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> repeats.Repeats:
        """One of the few reads that ask a service: who the same people are only the vault's blind index in intake
        knows, and what other tenants hold no view of this actor has. It is no mutation, for it changes nothing."""
        given = dict(input)
        people = [PetitionerInput(**person) for person in given.pop("petitioners")]
        asked = repeats.CheckRepeats(petitioners=people, **given)
        return msgspec.convert(await context_of(info).ask(asked, path=str(info.path.key)), repeats.Repeats)

    @staticmethod
    async def resolve_matters(root: None, info: graphene.ResolveInfo, since: date, first: int) -> list[RisingMatterRow]:
        context = context_of(info)
        rows = await context.reader.rows(rising(context.actor.county, since=since, most=size(first)))
        return [RisingMatterRow(**row._mapping) for row in rows]
