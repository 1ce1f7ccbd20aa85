"""Every indicator, in the order in which people read them."""

from collections.abc import Sequence

from gateway.indicators.asking import Question
from gateway.indicators.figures import Indicator
from gateway.indicators.rated import rated
from gateway.indicators.records import CaseRecord
from gateway.indicators.registered import handed_over, registered
from gateway.indicators.supervised import supervised
from gateway.indicators.timely import timely


def indicators(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    """All indicators of one period. ``cases`` may hold more than belongs to it: each takes what is its own."""
    return [
        *registered(cases, asked),
        handed_over(cases, asked),
        *timely(cases, asked),
        *rated(cases, asked),
        *supervised(cases, asked),
    ]
