"""The register of owned cases (包案台账): which leader owns what, how far it is, and when something is due next."""

from typing import Any

import graphene
import sqlalchemy as sa

from gateway.model import case_part, petition
from gateway.ordering import CASE_OWNER_ORDER
from gateway.reading_lists import CASE_OWNERS, PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.clock_queries import Condition, conditions
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.review_types import CaseOwner
from gateway.schema.types import context_of
from services.contracts.reviews import CaseOwner as CaseOwnerFact


class OwnedCase(graphene.ObjectType):
    """一件包案"""

    owner = graphene.Field(CaseOwner, required=True)
    petition = graphene.Field(Petition, required=True, description="所包的信访件；其状态和最近期限即包案进展")

    @staticmethod
    def resolve_owner(row: CaseOwnerFact, info: graphene.ResolveInfo) -> CaseOwnerFact:
        return row

    @staticmethod
    async def resolve_petition(row: CaseOwnerFact, info: graphene.ResolveInfo) -> PetitionRow | None:
        return await context_of(info).reader.petition(row.petition_id)


OwnedCaseConnection = connection("OwnedCase", OwnedCase, "包案台账的一页")


class OwnedCaseFilter(graphene.InputObjectType):
    """各条件同时满足"""

    leader = graphene.String(description="包案领导姓名")
    tenant = graphene.ID(description="包案领导所在单位代码")
    level = graphene.List(graphene.NonNull(enums.OwnerLevelEnum))
    ground = graphene.List(graphene.NonNull(enums.OwnershipGroundEnum))
    status = graphene.List(graphene.NonNull(enums.PetitionStatusEnum), description="信访件的状态")
    due_by = graphene.Date(description="最近期限不晚于该日")


def _of_petition(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    same = (petition.c.county_id == case_part.c.county_id, petition.c.id == case_part.c.petition_id)
    return sa.exists().where(*same, *where)


OWNED_CONDITIONS: dict[str, Condition] = {
    "leader": lambda value: case_part.c.state["leader"].astext == value.strip(),
    "tenant": lambda value: case_part.c.state["tenant"].astext == value,
    "level": lambda values: case_part.c.state["level"].astext.in_([value.value for value in values]),
    "ground": lambda values: case_part.c.state["ground"].astext.in_([value.value for value in values]),
    "status": lambda values: _of_petition(petition.c.status.in_([value.value for value in values])),
    "due_by": lambda value: _of_petition(petition.c.next_due_on <= value),
}


class OwnerQueries:
    case_owners = graphene.Field(
        OwnedCaseConnection,
        required=True,
        filter=graphene.Argument(OwnedCaseFilter),
        **page_arguments(),
        description="包案台账：本单位可见的信访件中由领导包案的，新登记的信访件在前",
    )

    @staticmethod
    async def resolve_case_owners(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> Listing:
        where = conditions(OWNED_CONDITIONS, filter or {})
        return await listing(info, CASE_OWNERS, where=where, order=CASE_OWNER_ORDER, first=first, after=after)
