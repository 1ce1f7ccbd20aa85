"""What an auditor reads: the ledger of his county: who did what and when, and nothing of what was written."""

from datetime import date, datetime, time, timedelta

import graphene
import sqlalchemy as sa

from gateway.ordering import Order
from gateway.reading_lists import Listed
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of
from services.common.errors import Forbidden
from services.common.ledger import Entry
from services.common.ledger_tables import entry_of, entry_table
from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE
from services.contracts.directory import Organisation

LEDGER = Listed(entry_table, tuple(entry_table.c), lambda row: entry_of(row._asdict()))
ORDER = Order("LEDGER", entry_table.c.seq, False)


class LedgerEntry(graphene.ObjectType):
    """台账中的一条：何人何时做了何事；不含任何内容"""

    seq = graphene.Int(required=True, description="序号，全县连续")
    fact_id = UUID(required=True)
    at = graphene.DateTime(required=True)
    act = graphene.String(required=True)
    act_label = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="办理单位；系统自动办理的为空")
    login = graphene.String(required=True, description="办理人的登录名；以 @ 开头的是系统")
    service = graphene.String(required=True)
    type = graphene.String(required=True, description="变更的是什么")
    subject = graphene.ID(required=True, description="变更对象的标识")
    version = graphene.Int(required=True, description="变更后的版本")
    petition_id = UUID(description="所属信访件的标识")
    digest = graphene.String(required=True, description="所发事实的 SHA-256")
    chain = graphene.String(required=True, description="校验值，与前一条相连；由 ledger verify 核对")

    @staticmethod
    def resolve_act_label(row: Entry, info: graphene.ResolveInfo) -> str:
        return Act(row.act).label if row.act in Act.__members__ else row.act

    @staticmethod
    async def resolve_tenant(row: Entry, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(row.tenant)

    @staticmethod
    def resolve_digest(row: Entry, info: graphene.ResolveInfo) -> str:
        return row.digest.hex()

    @staticmethod
    def resolve_chain(row: Entry, info: graphene.ResolveInfo) -> str:
        return row.chain.hex()


LedgerConnection = connection("Ledger", LedgerEntry, "台账的一页，按入账先后")


class LedgerQueries:
    ledger = graphene.Field(
        LedgerConnection,
        required=True,
        petition=graphene.ID(description="信访件的标识"),
        subject=graphene.ID(description="变更对象的标识，如一次公示的标识；请同时限定日期"),
        args={"first_day": graphene.Date(name="from"), "last_day": graphene.Date(name="to"), **page_arguments()},
        description="台账；仅县信访局审计员可见",
    )

    @staticmethod
    async def resolve_ledger(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        petition: str | None = None,
        subject: str | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        after: str | None = None,
    ) -> Listing:
        if not context_of(info).actor.audits:
            raise Forbidden("台账由县信访局的审计员查阅")
        c = entry_table.c
        where: list[sa.ColumnElement[bool]] = []
        if petition is not None:
            where.append(c.petition_id == petition)
        if subject is not None:
            where.append(c.subject == subject)
        if first_day is not None:
            where.append(c.at >= _midnight(first_day))
        if last_day is not None:
            where.append(c.at < _midnight(last_day + timedelta(days=1)))
        return await listing(info, LEDGER, where=where, order=ORDER, first=first, after=after)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LEGAL_ZONE)
