"""How many came without a petition: over which days it can be asked, and that nobody is left out."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from gateway.triage_counts import counted, counts
from services.common.errors import InvalidInput
from services.contracts.desk import TriageOutcome

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(("first", "last"), [(DAY, DAY - timedelta(days=1)), (DAY - timedelta(days=400), DAY)])
def test_days_in_the_wrong_order_and_more_than_a_year_are_refused(first: date, last: date) -> None:
    with pytest.raises(InvalidInput) as refusal:
        counted(county="611021", first=first, last=last, tenant=None)
    assert refusal.value.field == "from"


def test_every_outcome_is_there_in_its_order_also_with_nobody() -> None:
    found = counts([SimpleNamespace(outcome="POLICY", entries=2, people=5)])
    assert [each.outcome for each in found] == list(TriageOutcome)
    assert [(each.entries, each.people) for each in found] == [(0, 0), (2, 5), (0, 0), (0, 0)]
