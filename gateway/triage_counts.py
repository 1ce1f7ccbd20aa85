"""How many came without a petition (分流), by where they were sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gateway.model import triage
from services.common.clock import A_YEAR
from services.common.errors import InvalidInput
from services.contracts.desk import TriageOutcome


@dataclass(frozen=True)
class TriageCount:
    outcome: TriageOutcome
    entries: int
    people: int


def counted(*, county: str, first: date, last: date, tenant: str | None) -> sa.Select[Any]:
    """By outcome the entries that stand, and the people in them, in these days, both included.

    Raises ``InvalidInput`` for days in the wrong order and for more than a year.
    """
    if first > last:
        raise InvalidInput(f"起始日期 {first} 晚于截止日期 {last}，请核对", field="from")
    if last - first > A_YEAR:
        raise InvalidInput("一次最多统计一年，请缩短起止日期", field="from")
    people = sa.func.sum(triage.c.state["people"].as_integer())
    query = sa.select(triage.c.outcome, sa.func.count().label("entries"), people.label("people")).where(
        triage.c.county_id == county, triage.c.standing, triage.c.on.between(first, last)
    )
    return (query if tenant is None else query.where(triage.c.tenant == tenant)).group_by(triage.c.outcome)


def counts(rows: Iterable[Any]) -> list[TriageCount]:
    """Every outcome in its order, also those with nobody."""
    found = {row.outcome: (row.entries, row.people) for row in rows}
    return [TriageCount(outcome, *found.get(outcome.value, (0, 0))) for outcome in TriageOutcome]
