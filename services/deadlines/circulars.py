"""Circulars: when one may be issued, and its number in the year's series. Pure."""

from collections.abc import Sequence
from datetime import date

from services.common.errors import InvalidInput, Refusal, WrongState
from services.contracts.circulars import Circular, ReportingPeriod
from services.contracts.directory import Organisation


class CircularStands(Refusal):
    code = "CIRCULAR_STANDS"
    default = "该时段的通报已经印发，如需更正请先撤回原通报，再重新印发"


def check_issuable(*, period: ReportingPeriod, today: date, issued: Sequence[Circular]) -> None:
    """Raises ``InvalidInput`` for a period that has not begun, ``CircularStands`` where its circular stands.

    A period need not be over: a yearly summary is written before the year ends, and says up to when it counts.
    """
    if period.first > today:
        raise InvalidInput(f"{period.label}尚未开始，不能印发通报，请核对时段", field="period")
    for other in issued:
        if other.period == period and other.withdrawn_on is None:
            raise CircularStands(f"{period.label}的通报已印发（{other.number}），如需更正请先撤回原通报，再重新印发")


def next_sequence(*, year: int, issued: Sequence[Circular]) -> int:
    """The next place in the series of a year. A withdrawn circular keeps its place, so there are no gaps."""
    return 1 + max((other.sequence for other in issued if other.year == year), default=0)


def circular_number(*, office: Organisation, year: int, sequence: int) -> str:
    """``洛南县信通〔2026〕1号``: the place is what stands before the office's short name in its name."""
    place = office.name.removesuffix(office.short_name) or office.short_name
    return f"{place}信通〔{year}〕{sequence}号"


def check_withdrawable(circular: Circular) -> None:
    """Raises ``WrongState`` for one that was withdrawn before."""
    if circular.withdrawn_on is not None:
        raise WrongState(f"{circular.number} 已于 {circular.withdrawn_on} 撤回，不能重复撤回")
