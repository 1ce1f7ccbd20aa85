"""What holds of every indicator, whatever the cases: numbers are their lists, and buckets share out the whole."""

import random
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.indicators.catalogue import indicators
from gateway.indicators.circular import OF_UNITS
from gateway.indicators.comparing import compare, compared_periods
from gateway.indicators.figures import Entry, Measure, of_tenant
from gateway.indicators.records import CaseRecord, ClockRecord, RatingRecord, Result
from gateway.indicators.timely import COUNTED
from services.contracts.circulars import PeriodKind, ReportingPeriod
from services.contracts.deadlines import Binding, Clock, ClockState, Level, Mark, Obligation, clock_state
from services.contracts.intake import Channel, Nature, Source
from services.contracts.ratings import RatingSide, RatingValue
from services.contracts.routing import ReferralKind, ReferralRole, ReferralState
from services.contracts.rules import Regime
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep
from tests.unit.gateway.indicator_cases import (
    NOW,
    asked,
    case,
    clock,
    referral,
    step,
    supervision,
)

TENANTS = ("xfj", "slj", "czj", "611021001")
DAYS = st.dates(date(2026, 3, 1), date(2026, 8, 31)).map(lambda day: f"{day:%m-%d}")
MAYBE = st.none() | DAYS
tenants = st.sampled_from(TENANTS)

clocks = st.builds(
    clock,
    st.sampled_from(sorted(COUNTED)),
    owner=tenants,
    due=DAYS,
    met=MAYBE,
    cancelled=st.booleans(),
    paused=st.booleans(),
)
referrals = st.builds(
    referral,
    tenants,
    sent=DAYS,
    answered=MAYBE,
    delivered=MAYBE,
    kind=st.sampled_from([kind for kind in ReferralKind if kind is not ReferralKind.FORWARD]),
    role=st.sampled_from([role for role in ReferralRole if role is not ReferralRole.UNIT]),
    state=st.sampled_from(ReferralState),
)
ratings = st.builds(
    lambda value, side, on: RatingRecord(value=value, side=side, rated_on=date.fromisoformat(f"2026-{on}")),
    st.sampled_from(RatingValue),
    st.sampled_from(RatingSide),
    DAYS,
)
supervisions = st.builds(
    lambda steps, to, opened, reason, state: supervision(*steps, to=to, opened=opened, reason=reason, state=state),
    st.lists(st.builds(step, st.sampled_from(SupervisionStep), DAYS, adopted=st.none() | st.booleans()), max_size=4),
    tenants,
    DAYS,
    st.sampled_from(SupervisionReason),
    st.sampled_from(SupervisionState),
)


def tuples(of: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


cases = st.builds(
    case,
    referrals=tuples(referrals, 3),
    clocks=tuples(clocks, 4),
    ratings=st.lists(ratings, max_size=2, unique_by=lambda one: one.side).map(tuple),
    supervisions=tuples(supervisions, 2),
    closed=MAYBE,
    extended=st.booleans(),
    people=st.frozensets(st.sampled_from(("赵*|1", "钱*|2", "孙*|3")), max_size=2),
    received=DAYS,
    channel=st.sampled_from(Channel),
    nature=st.sampled_from(Nature),
    source=st.sampled_from(Source),
    place=st.none() | st.sampled_from(("611021001", "611021001007", "611021101")),
    registered_by=tenants,
    anonymous=st.booleans(),
    repeated=st.booleans(),
    skips_level=st.booleans(),
    visitors=st.none() | st.integers(1, 100),
)
many = st.lists(cases, max_size=12)
questions = st.builds(
    lambda tenant, counts, period: asked(
        tenant=tenant, period=period, regime=Regime(county="611021", count_not_due=counts)
    ),
    st.none() | tenants,
    st.booleans(),
    st.sampled_from(
        [
            ReportingPeriod(kind=PeriodKind.MONTH, year=2026, number=6),
            ReportingPeriod(kind=PeriodKind.QUARTER, year=2026, number=3),
            ReportingPeriod(kind=PeriodKind.YEAR, year=2026),
        ]
    ),
)


def keys(entries: Any) -> list[tuple[str, str]]:
    return [(entry.case_id, entry.subject_id) for entry in entries]


@settings(max_examples=80, deadline=None)
@given(many, questions)
def test_buckets_are_disjoint_and_are_the_denominator_and_numbers_are_their_lists(
    given_cases: list[CaseRecord], question: Any
) -> None:
    known = {one.id for one in given_cases}
    for one in indicators(given_cases, question):
        in_buckets = keys(chain.from_iterable(bucket.entries for bucket in one.buckets))
        assert len(in_buckets) == len(set(in_buckets)), one.code
        assert in_buckets == keys(one.denominator)
        assert set(keys(one.numerator)) <= set(in_buckets)
        assert {entry.case_id for entry in one.denominator} <= known
        if one.measure is Measure.COUNT:
            assert one.value == len(one.numerator) == len(one.denominator)
        elif one.measure is Measure.RATE:
            assert (one.value is None) == (not one.denominator)
            assert one.value is None or one.value * len(one.denominator) == len(one.numerator)
        else:
            assert (one.value is None) == (not one.denominator)
        assert one.value is not None or one.empty


@settings(max_examples=40, deadline=None)
@given(many, questions, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_changes_no_number(
    given_cases: list[CaseRecord], question: Any, rng: random.Random
) -> None:
    shuffled = list(given_cases)
    rng.shuffle(shuffled)
    first, second = indicators(given_cases, question), indicators(shuffled, question)
    assert [(one.code, one.value, sorted(keys(one.denominator))) for one in first] == [
        (one.code, one.value, sorted(keys(one.denominator))) for one in second
    ]


@settings(max_examples=80, deadline=None)
@given(many, questions, tenants)
def test_a_unit_in_the_ranking_has_the_numbers_that_it_sees_of_itself(
    given_cases: list[CaseRecord], question: Any, tenant: str
) -> None:
    county = {one.code: one for one in indicators(given_cases, msgspec.structs.replace(question, tenant=None))}
    own = {one.code: one for one in indicators(given_cases, msgspec.structs.replace(question, tenant=tenant))}
    for code in OF_UNITS:
        assert keys(of_tenant(county[code], tenant).denominator) == keys(own[code].denominator), code


@settings(max_examples=40, deadline=None)
@given(many)
def test_the_months_of_a_quarter_make_the_quarter(given_cases: list[CaseRecord]) -> None:
    def of(kind: PeriodKind, number: int) -> dict[str, set[tuple[str, str]]]:
        period = ReportingPeriod(kind=kind, year=2026, number=number)
        return {one.code: set(keys(one.denominator)) for one in indicators(given_cases, asked(period=period))}

    quarter = of(PeriodKind.QUARTER, 2)
    months = [of(PeriodKind.MONTH, number) for number in (4, 5, 6)]
    # The hotline's share is of the year so far; of a supervision answered twice the last answer of the period counts.
    for code in quarter.keys() - {"HOTLINE_EXTENSION_RATE", "PROPOSALS_ADOPTED"}:
        assert quarter[code] == set().union(*(month[code] for month in months)), code
        assert len(quarter[code]) == sum(len(month[code]) for month in months), code


def test_what_is_compared_is_this_period_the_one_before_and_the_last_years() -> None:
    question = asked()
    items = [case(received="06-02"), case(received="06-03"), case(received="05-31")]
    last = msgspec.structs.replace(items[0].petition, id="last-year", received_on=date(2025, 6, 30))
    items.append(msgspec.structs.replace(items[0], petition=last))
    found = {one.now.code: one for one in compare(items, question)}["REGISTERED_BY_CHANNEL"]
    assert [one.value for one in (found.now, found.previous, found.last_year)] == [2, 1, 1]
    assert found.change_text == "环比上升 100.0%，同比上升 100.0%"
    year = ReportingPeriod(kind=PeriodKind.YEAR, year=2026)
    assert compared_periods(year) == [year.previous, year]


RESULTS = {
    ClockState.MET: Result.IN_TIME,
    ClockState.MET_LATE: Result.LATE,
    ClockState.OVERDUE: Result.MISSED,
    ClockState.CANCELLED: None,
    **dict.fromkeys((ClockState.RUNNING, ClockState.WARNED, ClockState.DUE_TODAY, ClockState.PAUSED), Result.PENDING),
}


@given(clocks)
def test_a_clock_counts_as_the_contract_says_that_it_stands(record: ClockRecord) -> None:
    whole = Clock(
        id=record.id,
        petition_id="p",
        petition_number="n",
        referral_id=None,
        owner=record.owner,
        obligation=record.obligation,
        rule="r",
        basis="b",
        binding=Binding.LEGAL,
        legal=None,
        internal=None,
        paused_since=date(2026, 1, 2) if record.paused else None,
        starts_on=date(2026, 1, 1),
        due_on=record.due_on,
        effective_due_on=record.due_on,
        due_at=record.over_at,
        provisional=False,
        lapses=False,
        marks=[
            Mark(level=Level.DUE_TODAY, at=record.over_at - timedelta(days=1)),
            Mark(level=Level.OVERDUE, at=record.over_at),
        ],
        met_on=record.met_on,
        cancelled=not record.open and record.met_on is None,
        first_receiver="f",
    )
    for moment in (
        NOW,
        record.over_at,
        record.over_at - timedelta(microseconds=1),
        datetime.max.replace(tzinfo=NOW.tzinfo),
    ):
        assert record.result(moment) == RESULTS[clock_state(whole, moment)]


def test_an_entry_of_two_units_is_counted_for_each() -> None:
    both = case(
        referrals=(referral("slj"), referral("czj", role=ReferralRole.SUPPORT)),
        clocks=(clock(Obligation.NOTICE, owner="slj"), clock(Obligation.NOTICE, owner="czj", met="06-10")),
    )
    (found,) = [one for one in indicators([both], asked()) if one.code == "TIMELY_ACCEPTANCE_BODY"]
    assert len(found.denominator) == 2
    assert {entry.tenant: entry.done_on is not None for entry in found.denominator} == {"slj": False, "czj": True}
    assert all(isinstance(entry, Entry) and entry.case_id == both.id for entry in found.denominator)
