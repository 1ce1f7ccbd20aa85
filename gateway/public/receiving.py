"""What the public side reads of receptions: the table as it was published, free slots, and an appointment for who has
its number and its code."""

import asyncio
import hmac
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gateway.announced import check_days, public_turns
from gateway.model import roster_entry
from gateway.public.reception_types import WEEKDAYS
from gateway.reading import ViewReader
from gateway.reading_lists import APPOINTMENTS, SHIFTS, VISIT_ANSWERS
from gateway.receptions import free_by_shift
from gateway.rows import appointment_number
from services.common.clock import legal_day
from services.common.public_table import digest_of
from services.common.receiving import OPEN
from services.common.visit_questions import open_until
from services.contracts.actor import system_actor
from services.contracts.directory import Organisation
from services.contracts.public import tidy_code
from services.contracts.questionnaires import Questionnaire
from services.contracts.receptions import Appointment
from services.contracts.shifts import Shift


def weekday(day: date) -> str:
    return f"周{WEEKDAYS[day.weekday()]}"


async def read_table(
    reader: ViewReader, *, first: date, last: date, tenant: str | None, at: datetime | None
) -> list[dict[str, Any]]:
    """Raises ``InvalidInput``."""
    names = await _names(reader)
    return [
        {
            **{name: getattr(row.turn, name) for name in row.turn.__struct_fields__},
            "tenant": row.announcement.tenant,
            "tenant_name": names.get(row.announcement.tenant, row.announcement.tenant),
            "weekday": weekday(row.turn.day),
            "announcement": row.announcement.id,
            "published_at": row.announcement.published_at,
            "urgent": row.announcement.urgent,
            "changed": row.announcement.changed,
            "hash": digest_of(row.announcement).hex(),
        }
        for row in await public_turns(reader, first=first, last=last, tenant=tenant, at=at)
    ]


async def read_slots(reader: ViewReader, *, first: date, last: date, tenant: str | None) -> list[dict[str, Any]]:
    """Receptions that are public and still to come, and take appointments. Raises ``InvalidInput``."""
    check_days(first, last)
    today = legal_day(reader.now)
    if last < today:
        return []
    rows = await public_turns(reader, first=max(first, today), last=last, tenant=tenant)
    leaders: dict[str, list[str]] = {}
    for row in rows:
        leaders.setdefault(row.turn.shift, []).append(f"{row.turn.leader}（{row.turn.post}）")
    found = await asyncio.gather(*(_bookable(reader, id) for id in leaders))
    shifts = [each for each in found if each is not None]
    free = await free_by_shift(reader.engine, county=reader.actor.county, shifts=shifts, now=reader.now)
    names = await _names(reader)
    return [
        {
            "tenant": each.tenant,
            "tenant_name": names.get(each.tenant, each.tenant),
            "shift": each.id,
            "day": each.day,
            "weekday": weekday(each.day),
            "start": each.start,
            "end": each.end,
            "leaders": leaders[each.id],
            "place": each.place,
            "phone": each.phone,
            "slot_minutes": each.slot_minutes,
            "free": free[each.id],
        }
        for each in shifts
    ]


async def _bookable(reader: ViewReader, shift_id: str) -> Shift | None:
    shift = await reader.find(SHIFTS, shift_id)
    return shift if shift is not None and shift.cancelled is None and shift.slot_minutes is not None else None


async def read_appointment(reader: ViewReader, *, number: str, code: str) -> Appointment | None:
    """The appointment, for who gives its number with its own code; None otherwise. ``reader``: as everybody."""
    wanted, given = tidy_code(number), tidy_code(code)
    inner = ViewReader(engine=reader.engine, actor=system_actor(reader.actor.county, "gateway"))
    try:
        found: Sequence[Appointment] = await inner.of_days(
            APPOINTMENTS, first=date.min, last=date.max, where=[roster_entry.c.number == wanted]
        )
    finally:
        await inner.release()
    # Where two numbers end alike, the code says which is meant. With none there is one comparison all the same.
    codes = [each.code for each in found] or [""]
    fits = [hmac.compare_digest(each.encode(), given.encode()) for each in codes]
    return next((each for each, fit in zip(found, fits, strict=False) if fit and given), None)


async def status_of(reader: ViewReader, appointment: Appointment) -> dict[str, Any]:
    shift = await reader.find(SHIFTS, appointment.shift)
    names = await _names(reader)
    return {
        "number": appointment_number(appointment.id),
        "tenant_name": names.get(appointment.tenant, appointment.tenant),
        "day": appointment.day,
        "weekday": weekday(appointment.day),
        "slot": appointment.slot,
        "place": shift.place if shift else "",
        "phone": shift.phone if shift else None,
        **standing(appointment, shift),
        "queue_number": appointment.number,
        "can_cancel": appointment.state in OPEN,
        "questionnaire": await _questionnaire(reader, appointment),
    }


async def _questionnaire(reader: ViewReader, appointment: Appointment) -> dict[str, Any] | None:
    """What he may answer or correct, with what he said; None where he is not asked."""
    asked = (await reader.shared(Questionnaire)).get(reader.actor.county)
    until = open_until(appointment, asked, today=legal_day(reader.now))
    if asked is None or until is None:
        return None
    inner = ViewReader(engine=reader.engine, actor=system_actor(reader.actor.county, "gateway"))
    try:
        said = await inner.find(VISIT_ANSWERS, appointment.id)
    finally:
        await inner.release()
    scores = {each.question: each.score for each in said.scores} if said else {}
    return {
        "until": until,
        "questions": [{"id": one.id, "text": one.text, "score": scores.get(one.id)} for one in asked.questions],
        "answered": said is not None,
        "suggestion": said.suggestion if said else None,
    }


def standing(appointment: Appointment, shift: Shift | None) -> dict[str, str | None]:
    """How the appointment stands, and why, in words for the visitor: of a reception that was cancelled he must not go
    on reading that he is expected."""
    if shift is not None and shift.cancelled is not None and appointment.state in OPEN:
        return {"state": "该次接访已取消，接访单位将与您另约时间", "reason": shift.cancelled}
    return {"state": appointment.state.label, "reason": appointment.reason}


async def _names(reader: ViewReader) -> dict[str, str]:
    return {code: one.name for code, one in (await reader.shared(Organisation)).items()}
