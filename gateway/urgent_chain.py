"""The times of an urgent report in their order (时间链): happened, learned, reported, told, acknowledged. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from services.contracts.urgent_reports import UrgentReport


class Moment(NamedTuple):
    what: str
    at: datetime


def chain(report: UrgentReport) -> list[Moment]:
    """Of moments at one instant the one that must have come first stands first."""
    return sorted(_moments(report), key=lambda moment: moment.at)


def _moments(report: UrgentReport) -> Iterator[Moment]:
    if report.occurred_at is not None:
        yield Moment("发生", report.occurred_at)
    yield Moment("获知", report.learned_at)
    yield Moment("报告", report.reported_at)
    for told in report.told:
        yield Moment(f"告知{told.name}", told.at)
    for told in report.told:
        if told.acknowledged_at is not None:
            yield Moment(f"{told.name}签收", told.acknowledged_at)
    for later in report.later:
        yield Moment("终报" if later.final else "续报", later.at)
