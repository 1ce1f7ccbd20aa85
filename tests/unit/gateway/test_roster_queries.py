"""Queries of the roster ask the view in one round, and not for all that ever was."""

import asyncio
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from gateway.reading_lists import APPOINTMENTS, DUTY_LOGS, SHIFTS
from gateway.schema.handover_queries import HandoverQueries
from gateway.schema.reception_queries import ReceptionQueries
from services.contracts.shifts import Shift
from tests.unit.gateway.made import NOW, TODAY
from tests.unit.gateway.reception_cases import expected, shift


class Reader:
    """Stands for the view: answers a list, and shifts once all that are wanted were asked for."""

    now = NOW

    def __init__(self, listed: list[Any], shifts: list[Shift]) -> None:
        self.listed = listed
        self.shifts = {each.id: each for each in shifts}
        self.days: tuple[date, date] | None = None
        self.open = 0
        self.most = 0

    async def of_days(self, listed: Any, *, first: date, last: date, where: Any) -> list[Any]:
        assert listed in (APPOINTMENTS, DUTY_LOGS)
        self.days = first, last
        return self.listed

    async def find(self, listed: Any, id: str) -> Shift | None:
        assert listed is SHIFTS
        self.open += 1
        self.most = max(self.most, self.open)
        await asyncio.sleep(0)
        self.open -= 1
        return self.shifts.get(id)


def info(reader: Reader) -> Any:
    return SimpleNamespace(context=SimpleNamespace(reader=reader))


def test_appointments_to_move_ask_for_their_receptions_together() -> None:
    held, off = shift(25), shift(26, cancelled="会议")
    coming = [expected(held), expected(off), expected(off)]
    reader = Reader(coming, [held, off])
    found = asyncio.run(ReceptionQueries.resolve_appointments_to_move(None, info(reader)))
    assert [each.id for each in found] == [coming[1].id, coming[2].id]
    assert reader.most == len(coming)


def test_what_nobody_took_over_is_listed_for_a_year() -> None:
    reader = Reader([], [])
    assert asyncio.run(HandoverQueries.resolve_handovers_due(None, info(reader))) == []
    assert reader.days == (TODAY - timedelta(days=366), date.max)
