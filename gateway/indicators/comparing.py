"""Indicators beside those of the period before (环比) and of the same period a year ago (同比). Pure."""

from collections.abc import Sequence

import msgspec

from gateway.indicators.asking import Question
from gateway.indicators.catalogue import indicators
from gateway.indicators.figures import Indicator, change
from gateway.indicators.records import CaseRecord
from services.contracts.circulars import ReportingPeriod


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    now: Indicator
    previous: Indicator
    last_year: Indicator

    @property
    def to_previous(self) -> str:
        return change(self.now.value, self.previous.value, self.now.measure)

    @property
    def to_last_year(self) -> str:
        return change(self.now.value, self.last_year.value, self.now.measure)

    @property
    def change_text(self) -> str:
        return f"环比{self.to_previous}，同比{self.to_last_year}"


def compared_periods(period: ReportingPeriod) -> list[ReportingPeriod]:
    """The period, the one before and that of the last year; each once."""
    return sorted({period, period.previous, period.last_year})


def compare(cases: Sequence[CaseRecord], asked: Question) -> list[Compared]:
    found: dict[ReportingPeriod, dict[str, Indicator]] = {}
    for period in compared_periods(asked.period):
        of_period = msgspec.structs.replace(asked, period=period)
        found[period] = {one.code: one for one in indicators(cases, of_period)}
    return [
        Compared(
            now=one,
            previous=found[asked.period.previous][code],
            last_year=found[asked.period.last_year][code],
        )
        for code, one in found[asked.period].items()
    ]
