"""Indicators in GraphQL. Each number opens into the list that it is made of."""

from typing import Any

import graphene
import msgspec

from gateway.indicators.answering import Report
from gateway.indicators.comparing import Compared
from gateway.indicators.figures import Bucket, Indicator
from gateway.schema import enums
from gateway.schema.indicator_lists import CasePage, IndicatorCases, case_page
from gateway.schema.paging import page_arguments
from gateway.schema.types import Tenant, context_of
from services.common.errors import InvalidInput
from services.contracts.circulars import ReportingPeriod
from services.contracts.directory import Organisation


class PeriodInput(graphene.InputObjectType):
    """统计时段"""

    kind = graphene.Field(enums.PeriodKindEnum, required=True)
    year = graphene.Int(required=True)
    number = graphene.Int(default_value=1, description="第几月、第几季度、上（1）下（2）半年；全年为 1")


def period_of(given: dict[str, Any]) -> ReportingPeriod:
    """Raises ``InvalidInput`` for a period that there is not."""
    try:
        return msgspec.convert(given, ReportingPeriod)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            "统计时段不存在：年份应在 2000 到 2100 之间，月为 1～12，季度为 1～4，半年为 1～2，全年为 1", field="period"
        ) from error


class Period(graphene.ObjectType):
    """统计时段"""

    class Meta:
        name = "ReportingPeriod"

    kind = graphene.Field(enums.PeriodKindEnum, required=True)
    year = graphene.Int(required=True)
    number = graphene.Int(required=True)
    label = graphene.String(required=True, description="如：2026年第二季度")
    first = graphene.Date(required=True, name="from")
    last = graphene.Date(required=True, name="to")


class IndicatorBucket(graphene.ObjectType):
    """指标的一个分项；各分项互不重叠，合计为分母"""

    name = graphene.String(required=True)
    count = graphene.Int(required=True)
    cases = graphene.Field(IndicatorCases, required=True, **page_arguments())

    @staticmethod
    def resolve_count(bucket: Bucket, info: graphene.ResolveInfo) -> int:
        return len(bucket.entries)

    @staticmethod
    def resolve_cases(bucket: Bucket, info: graphene.ResolveInfo, first: int, after: str | None = None) -> CasePage:
        return case_page(bucket.entries, first=first, after=after)


class IndicatorValue(graphene.ObjectType):
    """另一时段的同一指标"""

    value = graphene.Float()
    value_text = graphene.String(required=True)
    numerator = graphene.Int(required=True)
    denominator = graphene.Int(required=True)

    @staticmethod
    def resolve_value(one: Indicator, info: graphene.ResolveInfo) -> float | None:
        return None if one.value is None else float(one.value)

    @staticmethod
    def resolve_numerator(one: Indicator, info: graphene.ResolveInfo) -> int:
        return len(one.numerator)

    @staticmethod
    def resolve_denominator(one: Indicator, info: graphene.ResolveInfo) -> int:
        return len(one.denominator)


class IndicatorType(graphene.ObjectType):
    """一项指标。value：件数、0～1 的比率或天数；分母为空时为空值，原因见 emptyReason"""

    class Meta:
        name = "Indicator"

    code = graphene.ID(required=True)
    name = graphene.String(required=True)
    definition = graphene.String(required=True, description="口径")
    measure = graphene.Field(enums.MeasureEnum, required=True)
    value = graphene.Float()
    value_text = graphene.String(required=True)
    empty_reason = graphene.String()
    numerator = graphene.Int(required=True)
    denominator = graphene.Int(required=True)
    alarm = graphene.String(description="未达目标或超过上限时的提示")
    previous = graphene.Field(IndicatorValue, required=True, description="上一时段（环比）")
    last_year = graphene.Field(IndicatorValue, required=True, description="上年同期（同比）")
    change_text = graphene.String(required=True)
    buckets = graphene.List(graphene.NonNull(IndicatorBucket), required=True)
    cases = graphene.Field(
        IndicatorCases,
        required=True,
        bucket=graphene.String(description="只看一个分项；不填为分子"),
        whole=graphene.Boolean(default_value=False, description="看整个分母"),
        **page_arguments(),
    )

    class _Now:
        """Reads a field of the indicator of the period itself."""

        def __init__(self, name: str) -> None:
            self.name = name

        def __call__(self, one: Compared, info: graphene.ResolveInfo) -> Any:
            return getattr(one.now, self.name)

    resolve_code = staticmethod(_Now("code"))
    resolve_name = staticmethod(_Now("name"))
    resolve_definition = staticmethod(_Now("definition"))
    resolve_measure = staticmethod(_Now("measure"))
    resolve_value_text = staticmethod(_Now("value_text"))
    resolve_alarm = staticmethod(_Now("alarm"))
    resolve_buckets = staticmethod(_Now("buckets"))

    @staticmethod
    def resolve_value(one: Compared, info: graphene.ResolveInfo) -> float | None:
        return IndicatorValue.resolve_value(one.now, info)

    @staticmethod
    def resolve_empty_reason(one: Compared, info: graphene.ResolveInfo) -> str | None:
        return one.now.empty if one.now.value is None else None

    @staticmethod
    def resolve_numerator(one: Compared, info: graphene.ResolveInfo) -> int:
        return len(one.now.numerator)

    @staticmethod
    def resolve_denominator(one: Compared, info: graphene.ResolveInfo) -> int:
        return len(one.now.denominator)

    @staticmethod
    def resolve_cases(
        one: Compared,
        info: graphene.ResolveInfo,
        first: int,
        whole: bool,
        bucket: str | None = None,
        after: str | None = None,
    ) -> CasePage:
        if bucket is None:
            return case_page(one.now.denominator if whole else one.now.numerator, first=first, after=after)
        found = one.now.bucket(bucket)
        if found is None:
            names = "、".join(known.name for known in one.now.buckets)
            raise InvalidInput(f"{one.now.name}没有名为“{bucket}”的分项，可用：{names}", field="bucket")
        return case_page(found.entries, first=first, after=after)


class IndicatorReport(graphene.ObjectType):
    """一个时段、一个单位（或全县）的指标"""

    period = graphene.Field(Period, required=True)
    previous = graphene.Field(Period, required=True)
    last_year = graphene.Field(Period, required=True)
    tenant = graphene.Field(Tenant, description="空值为全县")
    computed_at = graphene.DateTime(required=True)
    items = graphene.List(
        graphene.NonNull(IndicatorType),
        required=True,
        codes=graphene.List(graphene.NonNull(graphene.ID), description="只要这些指标；不填为全部"),
    )

    @staticmethod
    def resolve_period(report: Report, info: graphene.ResolveInfo) -> ReportingPeriod:
        return report.asked.period

    @staticmethod
    def resolve_previous(report: Report, info: graphene.ResolveInfo) -> ReportingPeriod:
        return report.asked.period.previous

    @staticmethod
    def resolve_last_year(report: Report, info: graphene.ResolveInfo) -> ReportingPeriod:
        return report.asked.period.last_year

    @staticmethod
    async def resolve_tenant(report: Report, info: graphene.ResolveInfo) -> Organisation | None:
        code = report.asked.tenant
        return await context_of(info).reader.organisation(code) if code else None

    @staticmethod
    def resolve_computed_at(report: Report, info: graphene.ResolveInfo) -> Any:
        return report.asked.now

    @staticmethod
    def resolve_items(report: Report, info: graphene.ResolveInfo, codes: list[str] | None = None) -> list[Compared]:
        if codes is None:
            return report.items
        found = {one.now.code: one for one in report.items}
        if unknown := [code for code in codes if code not in found]:
            raise InvalidInput(f"没有代码为 {'、'.join(unknown)} 的指标，请核对", field="codes")
        return [found[code] for code in codes]
