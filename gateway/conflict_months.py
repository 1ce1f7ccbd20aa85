"""How the monthly search for conflicts (排查) went, per tenant and month: 小事不出村、大事不出乡. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.common.errors import InvalidInput
from services.contracts.circulars import PeriodKind, ReportingPeriod
from services.contracts.office import period_of

MOST_MONTHS = 24


@dataclass(frozen=True)
class ConflictDays:
    """What counts of a conflict that was not taken back."""

    tenant: str
    found_on: date
    raised_on: date | None
    solved_on: date | None

    def open_on(self, day: date) -> bool:
        """Found, and neither raised nor solved by the end of the day."""
        return self.found_on <= day and all(end is None or end > day for end in (self.raised_on, self.solved_on))


@dataclass(frozen=True)
class ConflictMonth:
    """One tenant's month. A conflict stands in the months in which it was found, raised and solved."""

    tenant: str
    period: ReportingPeriod
    found: int
    solved: int
    raised: int
    open: int
    """At the end of the month, or now in the month that lasts."""
    searched: bool
    """It found something, or recorded the month's search as done."""


def months(*, first: date, last: date, today: date) -> list[ReportingPeriod]:
    """The months from that of ``first`` to that of ``last``, none of them in the future.

    Raises ``InvalidInput`` for days in the wrong order and for more months than are counted at once.
    """
    if first > last:
        raise InvalidInput(f"起始日期 {first} 晚于截止日期 {last}，请核对", field="from")
    begin = period_of(PeriodKind.MONTH, first)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count > MOST_MONTHS:
        raise InvalidInput(f"一次最多统计 {MOST_MONTHS} 个月，请缩短起止日期", field="from")
    found = []
    for index in range(count):
        year, month = divmod(begin.number - 1 + index, 12)
        period = ReportingPeriod(kind=PeriodKind.MONTH, year=begin.year + year, number=month + 1)
        if period.first <= today:
            found.append(period)
    return found


def conflict_months(
    *,
    conflicts: Iterable[ConflictDays],
    tenants: Iterable[str],
    periods: Iterable[ReportingPeriod],
    recorded: Collection[tuple[str, ReportingPeriod]],
) -> list[ConflictMonth]:
    """By month, then tenant. ``tenants``: those of which each month is shown, also where they found nothing.

    ``recorded``: the tenants and months of which the search was recorded as done.
    """
    held = list(conflicts)
    shown = sorted(set(tenants) | {each.tenant for each in held})
    by_tenant = {tenant: [each for each in held if each.tenant == tenant] for tenant in shown}
    return [
        _month(tenant, period, by_tenant[tenant], (tenant, period) in recorded)
        for period in periods
        for tenant in shown
    ]


def _month(tenant: str, period: ReportingPeriod, conflicts: list[ConflictDays], recorded: bool) -> ConflictMonth:
    found = sum(period.holds(each.found_on) for each in conflicts)
    return ConflictMonth(
        tenant=tenant,
        period=period,
        found=found,
        solved=sum(period.holds(each.solved_on) for each in conflicts),
        raised=sum(period.holds(each.raised_on) for each in conflicts),
        open=sum(each.open_on(period.last) for each in conflicts),
        searched=recorded or found > 0,
    )
