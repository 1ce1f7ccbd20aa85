"""Whose receptions somebody is told of, and of which month."""

import asyncio
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.documents.reception_fetching import summary_file
from gateway.reading import ViewReader
from gateway.reception_figures.asking import composition_gaps, month_of, whose
from services.common.errors import Forbidden, InvalidInput, NotFound, Refusal
from services.contracts.actor import Actor, Role, TenantKind
from tests.unit.gateway.test_papers import DIRECTORY


def actor(tenant: str = "zrzy", kind: TenantKind = TenantKind.BUREAU, role: Role = Role.CLERK) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user="u", name="n", roles=frozenset({role}))


COUNTY = actor("xfj", TenantKind.COUNTY)


@pytest.mark.parametrize(
    ("by", "wanted", "got"),
    [
        (actor(), None, "zrzy"),
        (actor(), "zrzy", "zrzy"),
        (COUNTY, None, None),
        (COUNTY, "slj", "slj"),
    ],
)
def test_everybody_gets_his_own_and_the_county_office_all(by: Actor, wanted: str | None, got: str | None) -> None:
    assert whose(by, wanted, DIRECTORY) == got


@pytest.mark.parametrize(
    ("by", "wanted", "refusal"),
    [
        (actor(), "slj", Forbidden),
        (actor(), "nobody", Forbidden),
        (actor(role=Role.OPERATOR), None, Forbidden),
        (actor("xfj", TenantKind.COUNTY, Role.AUDITOR), "slj", Forbidden),
        (COUNTY, "nobody", NotFound),
    ],
)
def test_nobody_gets_anothers(by: Actor, wanted: str | None, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        whose(by, wanted, DIRECTORY)


def test_a_month_is_named_by_any_of_its_days() -> None:
    assert month_of(date(2026, 2, 28)).label == "2026年2月"
    for day in (date(1999, 12, 31), date(2101, 1, 1)):
        with pytest.raises(InvalidInput):
            month_of(day)


def reader(by: Actor) -> ViewReader:
    async def shared(state: Any) -> Any:
        return DIRECTORY

    return cast(ViewReader, SimpleNamespace(actor=by, shared=shared))


@pytest.mark.parametrize(("first", "last"), [(2, 1), (1, 365)])
def test_a_span_is_neither_backwards_nor_a_year(first: int, last: int) -> None:
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + each - 1) for each in (first, last)]
    with pytest.raises(InvalidInput):
        asyncio.run(composition_gaps(reader=reader(COUNTY), first=days[0], last=days[1], tenant=None))


@pytest.mark.parametrize(
    ("by", "tenant", "month", "refusal"),
    [
        (COUNTY, "slj", "2026-13", InvalidInput),
        (COUNTY, "slj", "november", InvalidInput),
        (actor(), "county", "2026-11", Forbidden),
        (actor(), "slj", "2026-11", Forbidden),
    ],
)
def test_a_report_is_of_a_month_and_of_ones_own(by: Actor, tenant: str, month: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        asyncio.run(summary_file(reader=reader(by), tenant=tenant, month=month))
