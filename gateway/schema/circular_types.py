"""Circulars in GraphQL: drafts, whose numbers open into their lists, and issued ones, which hold words alone."""

from typing import Any

import graphene

from gateway.indicators.draft import Cell, Draft
from gateway.schema.indicator_lists import CasePage, IndicatorCases, case_page
from gateway.schema.indicator_types import Period
from gateway.schema.paging import page_arguments
from gateway.schema.scalars import UUID
from services.contracts.circulars import Circular as CircularFact


class CircularCell(graphene.ObjectType):
    """表中的一格"""

    text = graphene.String(required=True)
    cases = graphene.Field(
        IndicatorCases, description="草稿中数字背后的清单；文字和已印发的通报为空值", **page_arguments()
    )

    @staticmethod
    def resolve_text(cell: Cell | str, info: graphene.ResolveInfo) -> str:
        return cell if isinstance(cell, str) else cell.text

    @staticmethod
    def resolve_cases(
        cell: Cell | str, info: graphene.ResolveInfo, first: int, after: str | None = None
    ) -> CasePage | None:
        if isinstance(cell, str) or cell.entries is None:
            return None
        return case_page(cell.entries, first=first, after=after)


class CircularRow(graphene.ObjectType):
    cells = graphene.List(graphene.NonNull(CircularCell), required=True)

    @staticmethod
    def resolve_cells(row: list[Any], info: graphene.ResolveInfo) -> list[Any]:
        return row


class CircularTable(graphene.ObjectType):
    """通报中的表"""

    title = graphene.String(required=True)
    columns = graphene.List(graphene.NonNull(graphene.String), required=True)
    rows = graphene.List(graphene.NonNull(CircularRow), required=True)
    note = graphene.String()


class CircularSection(graphene.ObjectType):
    """通报的一部分"""

    heading = graphene.String(required=True)
    paragraphs = graphene.List(graphene.NonNull(graphene.String), required=True)
    tables = graphene.List(graphene.NonNull(CircularTable), required=True)


class CircularDraft(graphene.ObjectType):
    """通报草稿：由此刻的数据算出，不含检举控告"""

    period = graphene.Field(Period, required=True)
    title = graphene.String(required=True)
    issuer = graphene.String(required=True, description="以谁的名义印发")
    computed_at = graphene.DateTime(required=True)
    sections = graphene.List(graphene.NonNull(CircularSection), required=True)
    document_path = graphene.String(required=True, description="DOCX 文档的地址，用同一令牌下载")

    @staticmethod
    def resolve_document_path(draft: Draft, info: graphene.ResolveInfo) -> str:
        period = draft.period
        return f"/documents/circulars/draft.docx?kind={period.kind}&year={period.year}&number={period.number}"


class Circular(graphene.ObjectType):
    """已印发的通报，内容不再变动"""

    id = UUID(required=True)
    number = graphene.String(required=True, description="文号")
    period = graphene.Field(Period, required=True)
    title = graphene.String(required=True)
    issuer = graphene.String(required=True)
    computed_at = graphene.DateTime(required=True)
    sections = graphene.List(graphene.NonNull(CircularSection), required=True)
    remarks = graphene.String()
    issued_on = graphene.Date(required=True)
    issued_by = graphene.String(required=True)
    withdrawn_on = graphene.Date()
    withdrawn_because = graphene.String()
    document_path = graphene.String(required=True, description="DOCX 文档的地址，用同一令牌下载")

    @staticmethod
    def resolve_issued_by(circular: CircularFact, info: graphene.ResolveInfo) -> str:
        return circular.issued_by.name

    @staticmethod
    def resolve_document_path(circular: CircularFact, info: graphene.ResolveInfo) -> str:
        return f"/documents/circulars/{circular.id}.docx"
