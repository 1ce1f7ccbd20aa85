"""Indicators and circulars as one user may have them: whose numbers, read as himself, counted beside the loop."""

import asyncio
from collections.abc import Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.indicators.asking import Question
from gateway.indicators.circular import draft
from gateway.indicators.comparing import Compared, compare, compared_periods
from gateway.indicators.draft import Draft
from gateway.indicators.reading import read_cases
from gateway.reading import ViewReader
from services.common.errors import Forbidden, NotFound, Unavailable
from services.contracts.actor import Actor, TenantKind
from services.contracts.circulars import ReportingPeriod
from services.contracts.directory import Organisation
from services.contracts.rules import Regime


class Report(msgspec.Struct, frozen=True, kw_only=True):
    asked: Question
    items: list[Compared]


def whose(actor: Actor, wanted: str | None, directory: Mapping[str, Organisation]) -> str | None:
    """The tenant whose numbers the actor gets, None for the whole county.

    Raises ``Forbidden`` for an actor whose roles read no case, and for a tenant that is not his own unless he is of
    the county office; ``NotFound`` for a tenant that is not in the directory.
    """
    if not actor.reads_cases:
        raise Forbidden("您的岗位不能查看信访件，因此没有统计数据；请由本单位经办人或负责人查询")
    if actor.kind is TenantKind.COUNTY:
        if wanted is not None and wanted not in directory:
            raise NotFound(f"机构名录中没有代码为 {wanted} 的单位，请核对")
        return wanted
    if wanted not in (None, actor.tenant):
        raise Forbidden("只能查看本单位的指标；全县和其他单位的指标由县信访局查询，已印发的通报全县可查")
    return actor.tenant


def check_drafter(actor: Actor) -> None:
    """Raises ``Forbidden`` for whoever is not of the county office, or reads no case."""
    if actor.kind is not TenantKind.COUNTY or not actor.reads_cases:
        raise Forbidden("通报由县信访局起草；已印发的通报请在通报列表中查看")


async def report(
    *, engine: AsyncEngine, reader: ViewReader, actor: Actor, period: ReportingPeriod, tenant: str | None
) -> Report:
    """The indicators of a period beside those that it is compared with. Raises as ``whose`` does."""
    directory = await reader.shared(Organisation)
    asked = await _question(reader, actor, period, tenant=whose(actor, tenant, directory))
    async with scoped(engine, actor) as connection:
        cases = await read_cases(connection, county=actor.county, periods=compared_periods(period), regime=asked.regime)
    return Report(asked=asked, items=await asyncio.to_thread(compare, cases, asked))


async def drafted(*, engine: AsyncEngine, reader: ViewReader, actor: Actor, period: ReportingPeriod) -> Draft:
    """The circular of a period as it would go out now. Raises as ``check_drafter`` does."""
    check_drafter(actor)
    directory = await reader.shared(Organisation)
    office = directory.get(actor.tenant)
    if office is None:
        raise Unavailable("机构名录尚未同步，暂不能起草通报，请稍后重试")
    asked = await _question(reader, actor, period, tenant=None)
    async with scoped(engine, actor) as connection:
        cases = await read_cases(
            connection,
            county=actor.county,
            periods=compared_periods(period),
            regime=asked.regime,
            # It is for everybody: not even its sums may tell of an accusation.
            accusations=False,
        )
    units = [one for one in directory.values() if one.kind is not TenantKind.COUNTY]
    return await asyncio.to_thread(draft, cases, asked, office=office, units=units)


async def _question(reader: ViewReader, actor: Actor, period: ReportingPeriod, *, tenant: str | None) -> Question:
    regimes = await reader.shared(Regime)
    directory = await reader.shared(Organisation)
    return Question(
        period=period,
        tenant=tenant,
        now=reader.now,
        regime=regimes.get(actor.county, Regime(county=actor.county)),
        townships={
            one.places[0].code: one.places[0].name
            for one in directory.values()
            if one.kind is TenantKind.TOWNSHIP and one.places
        },
    )
