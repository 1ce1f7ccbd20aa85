"""Small cases for the tests of indicators: each says only what its test is about."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from gateway.indicators.asking import Question
from gateway.indicators.catalogue import indicators
from gateway.indicators.figures import Indicator
from gateway.indicators.records import (
    CaseRecord,
    ClockRecord,
    EntryRecord,
    PetitionRecord,
    RatingRecord,
    ReferralRecord,
    SupervisionRecord,
)
from services.contracts.circulars import PeriodKind, ReportingPeriod
from services.contracts.deadlines import Obligation
from services.contracts.intake import Channel, Nature
from services.contracts.ratings import RatingSide, RatingValue
from services.contracts.routing import ReferralKind, ReferralRole, ReferralState
from services.contracts.rules import Regime
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep

JUNE = ReportingPeriod(kind=PeriodKind.MONTH, year=2026, number=6)
NOW = datetime(2026, 7, 10, 2, 0, tzinfo=UTC)
"""The tenth of July, ten in the morning."""
NUMBERS = count(1)


def day(text: str) -> date:
    """``06-15`` -> the fifteenth of June 2026."""
    return date.fromisoformat(f"2026-{text}")


def asked(**changes: Any) -> Question:
    base = Question(period=JUNE, now=NOW, regime=Regime(county="611021"), townships={"611021001": "城关街道"})
    return msgspec.structs.replace(base, **changes)


def measured(cases: list[CaseRecord], **changes: Any) -> dict[str, Indicator]:
    return {one.code: one for one in indicators(cases, asked(**changes))}


def case(
    *,
    referrals: tuple[ReferralRecord, ...] = (),
    clocks: tuple[ClockRecord, ...] = (),
    ratings: tuple[RatingRecord, ...] = (),
    told: tuple[str, ...] = (),
    supervisions: tuple[SupervisionRecord, ...] = (),
    closed: str | None = None,
    extended: bool = False,
    people: frozenset[str] = frozenset(),
    received: str = "06-02",
    **petition: Any,
) -> CaseRecord:
    item = PetitionRecord(
        **{
            "id": f"case-{next(NUMBERS):06}",
            "channel": Channel.LETTER,
            "nature": Nature.APPEAL,
            "received_on": day(received),
            "registered_by": "xfj",
            **petition,
        }
    )
    return CaseRecord(
        petition=item,
        referrals=referrals,
        clocks=clocks,
        ratings=ratings,
        told=tuple(map(day, told)),
        supervisions=supervisions,
        closed_on=day(closed) if closed else None,
        extended=extended,
        people=people,
    )


def referral(
    to: str = "slj", *, sent: str = "06-03", answered: str | None = None, delivered: str | None = None, **changes: Any
) -> ReferralRecord:
    values: dict[str, Any] = {
        "id": f"referral-{next(NUMBERS):06}",
        "kind": ReferralKind.TRANSFER,
        "role": ReferralRole.LEAD,
        "to_tenant": to,
        "state": ReferralState.RECEIVED,
        "sent_on": day(sent),
        "answered_on": day(answered) if answered else None,
        "delivered_on": day(delivered) if delivered else None,
    }
    return ReferralRecord(**{**values, **changes})


def clock(
    obligation: Obligation,
    *,
    owner: str = "slj",
    due: str = "06-20",
    met: str | None = None,
    cancelled: bool = False,
    paused: bool = False,
) -> ClockRecord:
    """Due at the end of its day; met late where it is met after it."""
    due_on, met_on = day(due), day(met) if met else None
    return ClockRecord(
        id=f"clock-{next(NUMBERS):06}",
        owner=owner,
        obligation=obligation,
        due_on=due_on,
        # The end of the day in Asia/Shanghai.
        over_at=datetime.combine(due_on + timedelta(days=1), datetime.min.time(), UTC) - timedelta(hours=8),
        met_on=met_on,
        late=None if met_on is None else met_on > due_on,
        open=met_on is None and not cancelled,
        paused=paused,
    )


def rating(value: RatingValue, *, on: str, side: RatingSide = RatingSide.BODY, counts: bool = True) -> RatingRecord:
    return RatingRecord(side=side, value=value, rated_on=day(on), counts=counts)


def supervision(
    *entries: EntryRecord, to: str = "slj", opened: str = "06-10", answer_by: str = "06-20", **changes: Any
) -> SupervisionRecord:
    values: dict[str, Any] = {
        "id": f"supervision-{next(NUMBERS):06}",
        "addressee": to,
        "reason": SupervisionReason.SHIRKING,
        "state": SupervisionState.OPEN,
        "opened_on": day(opened),
        "answer_by": day(answer_by),
        "entries": list(entries),
    }
    return SupervisionRecord(**{**values, **changes})


def step(kind: SupervisionStep, on: str, *, adopted: bool | None = None) -> EntryRecord:
    return EntryRecord(step=kind, on=day(on), adopted=adopted)


def sizes(indicator: Indicator) -> dict[str, int]:
    """The buckets that hold something, with how much."""
    return {bucket.name: len(bucket.entries) for bucket in indicator.buckets if bucket.entries}
