"""The list of urgent reports: also for whoever was told of one without seeing its case."""

import graphene
import sqlalchemy as sa

from gateway.model import urgent_report
from gateway.ordering import URGENT_REPORT_ORDER
from gateway.reading_lists import URGENT_REPORTS
from gateway.schema import enums
from gateway.schema.paging import Listing, connection, listing, page_arguments
from gateway.schema.urgent_types import UrgentReport
from services.contracts.urgent_reports import ReportKind

UrgentReportConnection = connection("UrgentReport", UrgentReport, "紧急报告列表的一页")


class UrgentQueries:
    urgent_reports = graphene.Field(
        UrgentReportConnection,
        required=True,
        open=graphene.Boolean(description="是否尚未终报；不填的为全部"),
        kind=graphene.Argument(enums.UrgentReportKindEnum),
        **page_arguments(),
        description="本单位作出的和收到的紧急报告，新的在前；县信访局可见全部",
    )

    @staticmethod
    async def resolve_urgent_reports(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        open: bool | None = None,
        kind: ReportKind | None = None,
        after: str | None = None,
    ) -> Listing:
        where: list[sa.ColumnElement[bool]] = []
        if open is not None:
            where.append(urgent_report.c.ended == (not open))
        if kind is not None:
            where.append(urgent_report.c.kind == kind.value)
        return await listing(info, URGENT_REPORTS, where=where, order=URGENT_REPORT_ORDER, first=first, after=after)
