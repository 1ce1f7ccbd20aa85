"""The list of substitutions: of one's own tenant, and of the county office all."""

from datetime import date

import graphene

from gateway.announced import check_days
from gateway.model import roster_entry
from gateway.reading_lists import SUBSTITUTIONS
from gateway.schema import enums
from gateway.schema.substitution_types import Substitution
from gateway.schema.types import context_of
from services.contracts.substitutions import Substitution as SubstitutionFact
from services.contracts.substitutions import SubstitutionState


class SubstitutionQueries:
    substitutions = graphene.List(
        graphene.NonNull(Substitution),
        required=True,
        args={
            "since": graphene.Date(name="from", required=True),
            "until": graphene.Date(name="to", required=True),
            "tenant": graphene.ID(),
            "state": graphene.Argument(enums.SubstitutionStateEnum),
        },
        description="本单位在此期间班次的替班、换班，先值班的在前；县信访局可见全部",
    )

    @staticmethod
    async def resolve_substitutions(
        root: None,
        info: graphene.ResolveInfo,
        since: date,
        until: date,
        tenant: str | None = None,
        state: SubstitutionState | None = None,
    ) -> list[SubstitutionFact]:
        check_days(since, until)
        where = [] if tenant is None else [roster_entry.c.tenant == tenant]
        if state is not None:
            where.append(roster_entry.c.status == state.value)
        return await context_of(info).reader.of_days(SUBSTITUTIONS, first=since, last=until, where=where)
