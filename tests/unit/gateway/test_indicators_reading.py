"""What the indicators make of the rows that they read."""

from collections import defaultdict
from typing import Any

from gateway.indicators.reading import DECODERS, _assemble
from services.contracts.routing import ReferralKind, ReferralRole
from tests.unit.gateway.indicator_cases import case, day, measured, referral


def test_what_a_body_forwarded_within_is_no_leg_of_the_case() -> None:
    lead = referral("slj", answered="06-20", delivered="06-21")
    branch = referral(
        "below", kind=ReferralKind.FORWARD, role=ReferralRole.UNIT, sent="06-04", answered="06-10", delivered="06-11"
    )
    item = case(received="06-01").petition
    found: dict[str, dict[str, list[Any]]] = {kind: defaultdict(list) for kind in DECODERS}
    found["petition"][item.id] = [item]
    found["referral"][item.id] = [lead, branch]
    (read,) = _assemble(found)
    assert read.referrals == (lead,)
    assert not read.concerns("below")
    figures = measured([read])
    assert len(figures["HANDED_OVER"].denominator) == 1
    assert [bucket.name for bucket in figures["HANDED_OVER"].buckets] == ["转送", "交办", "自办"]
    assert figures["HANDLING_DAYS_MEAN"].value == (day("06-20") - day("06-01")).days
