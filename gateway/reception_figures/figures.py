"""How everybody received in a month (RO-38), and what became of what he promised. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

import msgspec

from gateway.reception_figures.answers import NO_ANSWERS, AnswerFigures, tallied
from gateway.reception_figures.attending import (
    came,
    late,
    leads,
    open_to_all,
    receivers_of,
    receptions,
    took_place,
)
from services.common.clock import legal_day
from services.contracts.base import LEGAL_ZONE, Labelled
from services.contracts.questionnaires import Question, VisitAnswer
from services.contracts.ratings import Rating, RatingValue
from services.contracts.receptions import Appointment, AppointmentState, VisitOutcome
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift

SATISFIED = frozenset({RatingValue.SATISFIED, RatingValue.FAIRLY_SATISFIED})


class LinkedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What of a petition tells how its reception ended, as whoever asks sees it."""

    answered_on: date | None
    """The day of the lead body's answer that stands."""
    closed_on: date | None
    ratings: Sequence[Rating]


class PromiseState(Labelled):
    """Whether a promise was kept by its day."""

    OPEN = "OPEN", "未到期"
    KEPT = "KEPT", "按期兑现"
    MISSED = "MISSED", "逾期未兑现"
    UNRECORDED = "UNRECORDED", "已到期，没有办理记录"
    """It led to no petition that whoever asks sees, so nothing says whether it was kept."""


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """That a matter is dealt with by a day, as a visitor was told."""

    appointment: Appointment
    on: date
    state: PromiseState


class ReceiverFigures(msgspec.Struct, frozen=True, kw_only=True):
    member: Member
    turns: int
    """Receptions at which he sat, whatever his post, and that took place."""
    sessions: int
    """Those of them that he led."""
    absent: int
    """Turns at which others checked in and he did not."""
    late: int
    """Turns for which he checked in after the begin."""
    substituted: int
    """His own turns that somebody else took."""
    stood_in: int
    """Turns of others that he took."""
    batches: int
    """Visitors and groups that he received."""
    people: int
    waiting_minutes: int | None
    """How long these waited on average after they came; None where nothing is known."""
    talk_minutes: int | None
    outcomes: dict[VisitOutcome, int]
    promises: list[Promise]
    rated: int
    """Ratings, of both sides, of the petitions that were registered from it."""
    satisfied: int
    visitor_answers: AnswerFigures = NO_ANSWERS
    """Of the visits that led to no petition."""


def figures(
    *,
    members: Sequence[Member],
    shifts: Sequence[Shift],
    appointments: Sequence[Appointment],
    cases: Mapping[str, LinkedCase],
    now: datetime,
    answers: Mapping[str, VisitAnswer] = MappingProxyType({}),
    questions: Sequence[Question] = (),
) -> list[ReceiverFigures]:
    """Of one tenant and month, in the tenant's order; of who had nothing to do with a reception, none.

    ``answers``: by appointment.
    """
    by_id = {shift.id: shift for shift in receptions(shifts)}
    over = [shift for shift in by_id.values() if took_place(shift, now)]
    received: dict[str, list[Appointment]] = defaultdict(list)
    for each in open_to_all(appointments):
        if each.state is AppointmentState.DONE and each.shift in by_id:
            for who in receivers_of(each, by_id[each.shift]):
                received[who].append(each)
    count = _turns(over)
    found = []
    for member in sorted(members, key=lambda each: (each.order, each.id)):
        own, mine = count[member.id], received[member.id]
        if not (own or mine):
            continue
        ratings = [
            rating
            for id in dict.fromkeys(each.petition_id for each in mine if each.petition_id is not None)
            if id in cases
            for rating in cases[id].ratings
            if rating.counts
        ]
        found.append(
            ReceiverFigures(
                member=member,
                turns=own["turns"],
                sessions=own["sessions"],
                absent=own["absent"],
                late=own["late"],
                substituted=own["substituted"],
                stood_in=own["stood_in"],
                batches=len(mine),
                people=sum(each.people for each in mine),
                waiting_minutes=waiting_minutes(mine),
                talk_minutes=talk_minutes(mine),
                outcomes=outcomes_of(mine),
                promises=promises_of(mine, cases, legal_day(now)),
                rated=len(ratings),
                satisfied=sum(rating.value in SATISFIED for rating in ratings),
                visitor_answers=tallied((answers[each.id] for each in mine if each.id in answers), questions),
            )
        )
    return found


def _turns(over: Iterable[Shift]) -> dict[str, Counter[str]]:
    """By member: what his turns were."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for shift in over:
        led = {seat.member for seat in leads(shift)}
        for seat in shift.seats:
            if seat.instead_of is not None and seat.instead_of != seat.member:
                count[seat.instead_of]["substituted"] += 1
            if seat.member is not None:
                own = count[seat.member]
                own["turns"] += 1
                own["stood_in"] += seat.instead_of is not None and seat.instead_of != seat.member
                own["absent"] += came(shift, seat) is False
                own["late"] += late(shift, seat)
        for who in led:
            if who is not None:
                count[who]["sessions"] += 1
    return count


def outcomes_of(appointments: Iterable[Appointment]) -> dict[VisitOutcome, int]:
    found = Counter(each.outcome.kind for each in appointments if each.outcome)
    return {kind: found[kind] for kind in VisitOutcome}


def promises_of(appointments: Iterable[Appointment], cases: Mapping[str, LinkedCase], today: date) -> list[Promise]:
    """The first due in front."""
    found = [
        Promise(
            appointment=each,
            on=each.outcome.promised_on,
            state=_promise_state(each.outcome.promised_on, cases.get(each.petition_id or ""), today),
        )
        for each in appointments
        if each.outcome and each.outcome.promised_on
    ]
    return sorted(found, key=lambda each: (each.on, each.appointment.id))


def _promise_state(on: date, case: LinkedCase | None, today: date) -> PromiseState:
    done = [day for day in (case.answered_on, case.closed_on) if day] if case else []
    if done:
        return PromiseState.KEPT if min(done) <= on else PromiseState.MISSED
    if today <= on:
        return PromiseState.OPEN
    return PromiseState.UNRECORDED if case is None else PromiseState.MISSED


def waiting_minutes(appointments: Iterable[Appointment]) -> int | None:
    """From his coming, or the begin of his slot where he came before it, to the call; the average."""
    return _average((_ready(each), each.called_at) for each in appointments)


def talk_minutes(appointments: Iterable[Appointment]) -> int | None:
    return _average((each.called_at, each.done_at) for each in appointments)


def _ready(appointment: Appointment) -> datetime | None:
    if appointment.came_at is None or appointment.slot is None:
        return appointment.came_at
    return max(appointment.came_at, datetime.combine(appointment.day, appointment.slot, LEGAL_ZONE))


def _average(spans: Iterable[tuple[datetime | None, datetime | None]]) -> int | None:
    seconds = [max(0.0, (end - begin).total_seconds()) for begin, end in spans if begin and end]
    return round(sum(seconds) / len(seconds) / 60) if seconds else None
