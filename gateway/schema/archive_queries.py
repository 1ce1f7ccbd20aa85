"""The yearly closing of the files (年度归档): closed cases of a year, and how far each has come to the archive room."""

from datetime import date, datetime

import graphene
import sqlalchemy as sa

from gateway.model import case_part, petition
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading_lists import PETITIONS
from gateway.schema import enums
from gateway.schema.paging import Listing, listing, page_arguments
from gateway.schema.queries import PetitionConnection
from gateway.schema.types import context_of
from gateway.status import PetitionStatus
from services.common.errors import Forbidden, InvalidInput
from services.contracts.actor import TenantKind
from services.contracts.archives import CaseArchive
from services.contracts.base import LEGAL_ZONE, State
from services.contracts.intake import Channel
from services.contracts.routing import Closure

FIRST_YEAR, LAST_YEAR = 1949, 9998


class ArchiveQueries:
    cases_closed = graphene.Field(
        PetitionConnection,
        required=True,
        year=graphene.Int(required=True, description="办结的年份"),
        archived=graphene.Boolean(description="是：只列已归档的；否：只列未归档的；不填：全部"),
        channel=graphene.Argument(enums.ChannelEnum, description="只列这一信访形式的（档案室按类别接收）"),
        registered_by=graphene.ID(description="只列这个单位登记的"),
        **page_arguments(),
        description="某一年办结的信访件及其归档情况（见 archive），新登记的在前；"
        "乡镇、部门只列本单位登记的，县信访局可见全部",
    )

    @staticmethod
    async def resolve_cases_closed(
        root: None,
        info: graphene.ResolveInfo,
        year: int,
        first: int,
        archived: bool | None = None,
        channel: Channel | None = None,
        registered_by: str | None = None,
        after: str | None = None,
    ) -> Listing:
        actor = context_of(info).actor
        if not actor.reads_cases:
            raise Forbidden("您的岗位不能查看信访件；请由本单位经办人或负责人查询")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidInput(f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间", field="year")
        c, closed_on = petition.c, case_part.c.state["closed_on"].astext
        # What was registered later cannot have been closed then: so the list begins near its first row.
        where = [
            c.status == PetitionStatus.CLOSED.value,
            c.registered_at < datetime(year + 1, 1, 1, tzinfo=LEGAL_ZONE),
            _has(Closure, closed_on.between(str(date(year, 1, 1)), str(date(year, 12, 31))), county=actor.county),
        ]
        if archived is not None:
            stands = case_part.c.state["taken_back"].astext.is_(None)
            kept = _has(CaseArchive, stands, county=actor.county)
            where.append(kept if archived else ~kept)
        if channel is not None:
            where.append(c.channel == channel.value)
        if actor.kind is not TenantKind.COUNTY:
            if registered_by not in (None, actor.tenant):
                raise Forbidden("其他单位登记的案卷由登记单位和县信访局归档")
            registered_by = actor.tenant
        if registered_by is not None:
            where.append(c.registered_by == registered_by)
        order = ORDERS[PetitionOrder.NEWEST_FIRST]
        return await listing(info, PETITIONS, where=where, order=order, first=first, after=after)


def _has(state: type[State], condition: sa.ColumnElement[bool], *, county: str) -> sa.ColumnElement[bool]:
    """Whether the petition has this part, of which there is one: its id is the petition's."""
    part = case_part.c
    of_petition = (part.county_id == county, part.type == state.fact_type, part.id == petition.c.id)
    return sa.exists().where(*of_petition, condition)
