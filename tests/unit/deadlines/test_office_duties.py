"""Recurring duties: what each office owes in a period, and by when."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidInput, NotFound, Refusal
from services.contracts.actor import Actor, ActorRef, Role, TenantKind
from services.contracts.circulars import PeriodKind, ReportingPeriod
from services.contracts.office import (
    OfficeDuty,
    OfficeDutyDone,
    OfficeDutyState,
    RecordOfficeDuty,
    owed_duties,
    period_of,
)
from services.contracts.rules import Regime
from services.deadlines.office import OfficeDutyAlreadyDone, duty_of, recorded, taken_back

SOMEBODY = ActorRef(tenant="xfj", user="xfj.clerk", name="经办人")
ANALYSIS = OfficeDuty(
    id="analysis",
    name="信访形势分析会",
    basis="《信访工作研究分析制度》",
    every=PeriodKind.QUARTER,
    kinds=frozenset({TenantKind.TOWNSHIP}),
    due_after_days=0,
    since=date(2026, 1, 1),
)
SUMMARY = OfficeDuty(
    id="summary",
    name="年度书面总结",
    basis="《领导干部接访工作方案》",
    every=PeriodKind.YEAR,
    kinds=frozenset(TenantKind),
    due_after_days=-51,
    since=date(2026, 1, 1),
)
TENANTS = {"xfj": TenantKind.COUNTY, "611021102": TenantKind.TOWNSHIP}


def done(*, on: date, number: int, taken_back: str | None = None) -> dict[str, OfficeDutyDone]:
    state = OfficeDutyDone(
        duty="analysis",
        tenant="611021102",
        period=ReportingPeriod(kind=PeriodKind.QUARTER, year=2026, number=number),
        on=on,
        note="已召开",
        by=SOMEBODY,
        taken_back=taken_back,
    )
    return {state.aggregate_id: state}


def states(today: date, found: dict[str, OfficeDutyDone]) -> list[tuple[str, str, date, OfficeDutyState]]:
    owed = owed_duties(duties=[ANALYSIS], tenants=TENANTS, done=found, today=today)
    return [(each.tenant, each.period.label, each.due_on, each.state) for each in owed]


def test_a_quarterly_duty_is_owed_by_townships_alone_and_becomes_overdue_after_its_day() -> None:
    assert states(date(2026, 6, 30), {}) == [
        ("611021102", "2026年第一季度", date(2026, 3, 31), OfficeDutyState.OVERDUE),
        ("611021102", "2026年第二季度", date(2026, 6, 30), OfficeDutyState.OPEN),
    ]


def test_done_late_is_told_from_done_and_what_is_taken_back_counts_as_not_done() -> None:
    quarter = date(2026, 5, 1)
    assert states(quarter, done(on=date(2026, 3, 31), number=1))[0][3] is OfficeDutyState.DONE
    assert states(quarter, done(on=date(2026, 4, 1), number=1))[0][3] is OfficeDutyState.DONE_LATE
    assert states(quarter, done(on=date(2026, 3, 31), number=1, taken_back="误记"))[0][3] is OfficeDutyState.OVERDUE


def test_a_duty_begins_with_its_first_period_and_may_be_due_before_the_period_ends() -> None:
    owed = owed_duties(duties=[SUMMARY], tenants=TENANTS, done={}, today=date(2026, 11, 10))
    assert [(each.tenant, each.period.year, each.due_on, each.state) for each in owed] == [
        ("611021102", 2026, date(2026, 11, 10), OfficeDutyState.OPEN),
        ("xfj", 2026, date(2026, 11, 10), OfficeDutyState.OPEN),
    ]


@given(day=st.dates(date(2001, 1, 1), date(2099, 12, 31)), kind=st.sampled_from(PeriodKind))
def test_every_day_lies_in_its_period_and_periods_follow_each_other(day: date, kind: PeriodKind) -> None:
    period = period_of(kind, day)
    assert period.holds(day)
    assert (period.first - period.previous.last).days == 1
    assert msgspec.convert(msgspec.to_builtins(period), ReportingPeriod) == period


TODAY = date(2026, 5, 20)
TOWNSHIP = Actor(
    county="611021",
    tenant="611021102",
    kind=TenantKind.TOWNSHIP,
    user="611021102.clerk",
    name="经办人",
    roles=frozenset({Role.CLERK}),
)
SECOND_QUARTER = RecordOfficeDuty(
    duty="analysis",
    period=ReportingPeriod(kind=PeriodKind.QUARTER, year=2026, number=2),
    on=date(2026, 5, 18),
    note="分析二季度信访形势",
)


def record(known: OfficeDutyDone | None = None, actor: Actor = TOWNSHIP, **changes: object) -> OfficeDutyDone:
    command = msgspec.structs.replace(SECOND_QUARTER, **changes)
    return recorded(duty=ANALYSIS, known=known, command=command, actor=actor, today=TODAY)


def test_what_was_done_is_recorded_once_and_again_after_it_was_taken_back() -> None:
    first = record()
    assert (first.tenant, first.on, first.taken_back) == ("611021102", date(2026, 5, 18), None)
    with pytest.raises(OfficeDutyAlreadyDone):
        record(first)
    back = taken_back(known=first, reason=" 记错季度 ")
    assert back.taken_back == "记错季度"
    assert record(back) == first


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"actor": msgspec.structs.replace(TOWNSHIP, kind=TenantKind.BUREAU)}, "duty"),
        ({"period": ReportingPeriod(kind=PeriodKind.MONTH, year=2026, number=5)}, "period"),
        ({"note": "  "}, "note"),
        ({"on": date(2026, 5, 21)}, "on"),
        ({"on": date(2026, 3, 31)}, "on"),
    ],
)
def test_a_record_that_cannot_be_true_is_refused_with_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        record(**changes)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_what_does_not_stand_cannot_be_taken_back_and_needs_a_reason() -> None:
    for known, reason in ((None, "误记"), (taken_back(known=record(), reason="误记"), "再撤"), (record(), " ")):
        with pytest.raises(Refusal):
            taken_back(known=known, reason=reason)


def test_a_duty_that_the_county_has_not_set_is_not_found() -> None:
    assert duty_of(Regime(county="611021", office_duties=[ANALYSIS]), "analysis") is ANALYSIS
    for regime in (None, Regime(county="611021")):
        with pytest.raises(NotFound):
            duty_of(regime, "analysis")
