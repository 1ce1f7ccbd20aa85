"""When a circular may be issued, and its number."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.common.errors import InvalidInput, WrongState
from services.contracts.actor import ActorRef, TenantKind
from services.contracts.circulars import Circular, PeriodKind, ReportingPeriod
from services.contracts.directory import Organisation
from services.deadlines.circulars import (
    CircularStands,
    check_issuable,
    check_withdrawable,
    circular_number,
    next_sequence,
)

JUNE = ReportingPeriod(kind=PeriodKind.MONTH, year=2026, number=6)


def circular(sequence: int = 1, **changes: Any) -> Circular:
    base = Circular(
        id=str(sequence),
        number=f"洛南县信通〔2026〕{sequence}号",
        year=2026,
        sequence=sequence,
        period=JUNE,
        title="通报",
        issuer="洛南县信访局",
        office="xfj",
        computed_at=datetime(2026, 7, 1, tzinfo=UTC),
        sections=[],
        remarks=None,
        issued_on=date(2026, 7, 1),
        issued_by=ActorRef(tenant="xfj", user="head", name="局长"),
    )
    return msgspec.structs.replace(base, **changes)


def test_one_circular_of_a_period_stands_at_a_time() -> None:
    with pytest.raises(CircularStands, match="洛南县信通〔2026〕1号"):
        check_issuable(period=JUNE, today=date(2026, 7, 2), issued=[circular()])
    withdrawn = circular(withdrawn_on=date(2026, 7, 2), withdrawn_because="数据有误")
    check_issuable(period=JUNE, today=date(2026, 7, 2), issued=[withdrawn])
    check_issuable(period=JUNE.last_year, today=date(2026, 7, 2), issued=[circular()])


@pytest.mark.parametrize(("today", "allowed"), [("2026-05-31", False), ("2026-06-01", True), ("2026-11-10", True)])
def test_a_circular_is_of_a_period_that_has_begun(today: str, allowed: bool) -> None:
    if allowed:
        check_issuable(period=JUNE, today=date.fromisoformat(today), issued=[])
    else:
        with pytest.raises(InvalidInput, match="2026年6月尚未开始"):
            check_issuable(period=JUNE, today=date.fromisoformat(today), issued=[])


def test_the_series_of_a_year_has_no_gap_and_a_withdrawn_one_keeps_its_place() -> None:
    issued = [circular(1), circular(2, withdrawn_on=date(2026, 7, 3)), circular(9, year=2025)]
    assert next_sequence(year=2026, issued=issued) == 3
    assert next_sequence(year=2027, issued=issued) == 1


def test_the_number_begins_with_the_place_of_the_office() -> None:
    office = Organisation(
        code="xfj",
        kind=TenantKind.COUNTY,
        name="洛南县信访局",
        short_name="信访局",
        number_prefix="611021",
        superior=None,
        responsibilities=[],
        places=[],
        phone=None,
        active=True,
    )
    assert circular_number(office=office, year=2026, sequence=12) == "洛南县信通〔2026〕12号"
    alone = msgspec.structs.replace(office, name="信访局")
    assert circular_number(office=alone, year=2026, sequence=1) == "信访局信通〔2026〕1号"


def test_what_was_withdrawn_is_not_withdrawn_again() -> None:
    check_withdrawable(circular())
    with pytest.raises(WrongState, match="2026-07-02"):
        check_withdrawable(circular(withdrawn_on=date(2026, 7, 2)))
