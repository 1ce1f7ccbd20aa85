"""What the view's columns hold of each state; county and version come from the fact."""

from datetime import datetime
from typing import Any

from gateway.searching.words import Field, number_word, place_words, vector
from gateway.status import owed
from services.contracts.base import State, builtins
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock, ClockState, Level, clock_state
from services.contracts.desk import Triage
from services.contracts.intake import Petition
from services.contracts.receptions import Appointment
from services.contracts.reminders import Reminder
from services.contracts.roster_base import OnRoster
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport

DUE_TODAY_OR_LATER = frozenset(Level) - {Level.FIRST_WARNING, Level.SECOND_WARNING, Level.LAST_WARNING}
OVER = DUE_TODAY_OR_LATER - {Level.DUE_TODAY}
NUMBER_SIGNS = 8


def seen_by(state: State) -> dict[str, Any]:
    return {
        "visible_to": sorted(state.audience),
        "named": None if state.named is None else sorted(state.named),
    }


def supervision_row(state: Supervision) -> dict[str, Any]:
    return {
        **seen_by(state),
        "petition_id": state.petition_id,
        "clock_id": state.clock_id,
        "addressee": state.addressee,
        "status": state.state.value,
        "opened_on": state.opened_on,
        "answer_by": state.answer_by,
        "state": builtins(state),
    }


def reminder_row(state: Reminder) -> dict[str, Any]:
    return {
        **seen_by(state),
        "tenant": state.tenant,
        "on": state.on,
        "at": state.at,
        "urgent": state.urgent,
        "acknowledged": bool(state.receipts),
        "state": builtins(state),
    }


def conflict_row(state: Conflict) -> dict[str, Any]:
    return {
        **seen_by(state),
        "tenant": state.tenant,
        "place": state.place,
        "status": state.state.value,
        "found_on": state.found_on,
        "raised_on": state.raised_on,
        "ended_on": state.ended_on,
        "title": state.title,
        "description": state.description,
        "state": builtins(state),
    }


def urgent_report_row(state: UrgentReport) -> dict[str, Any]:
    return {
        **seen_by(state),
        "petition_id": state.petition_id,
        "kind": state.kind.value,
        "reported_at": state.reported_at,
        "ended": state.ended_at is not None,
        "state": builtins(state),
    }


def triage_row(state: Triage) -> dict[str, Any]:
    return {
        **seen_by(state),
        "tenant": state.tenant,
        "on": state.on,
        "at": state.at,
        "outcome": state.outcome.value,
        "standing": state.taken_back is None,
        "state": builtins(state),
    }


def roster_row(state: OnRoster) -> dict[str, Any]:
    first, last = state.days
    return {
        **seen_by(state),
        "tenant": state.tenant,
        "day": first,
        "last": last,
        "status": state.status,
        "subject": state.subject,
        "petition_id": state.case_id,
        "number": appointment_number(state.id) if isinstance(state, Appointment) else None,
        "state": builtins(state),
    }


def appointment_number(appointment_id: str) -> str:
    """By which a citizen names his appointment: the end of its id, short enough for the telephone."""
    return appointment_id[-NUMBER_SIGNS:].upper()


def petition_row(state: Petition) -> dict[str, Any]:
    """``status`` follows from the case as a whole; petitioners and query code stand apart (``private_rows``)."""
    document = builtins(state)
    del document["petitioners"], document["query_code"]
    return {
        "id": state.id,
        **seen_by(state),
        "status": "",
        "number": state.number,
        "registered_by": state.registered_by,
        "registered_at": state.registered_at,
        "received_on": state.received_on,
        "channel": state.channel.value,
        "nature": state.nature.value,
        "urgency": state.urgency.value,
        "category": state.category,
        "place": state.place,
        "title": state.title,
        "state": document,
    }


def words_of(state: Petition) -> str:
    """The words by which a petition is found: of its text, and of its numbers and places; never of its petitioners."""
    answer = state.past_answer
    named = [state.category, state.place_name]
    fields = [
        Field("A", state.title),
        Field("B", state.demands or ""),
        *(Field("B", name) for name in named if name),
        Field("D", state.body),
        Field("C", " ".join(text for text in (answer.agency, answer.text) if text) if answer else ""),
    ]
    numbers = [state.number, *(alias.number for alias in state.aliases)]
    return vector(fields, marks=[*map(number_word, numbers), *place_words(state.place or "")])


def private_rows(state: Petition) -> list[dict[str, Any]]:
    key = {"petition_id": state.id, **seen_by(state)}
    people = [builtins(person) for person in state.petitioners]
    return [{**key, "kind": "petitioners", "data": people}, {**key, "kind": "query_code", "data": state.query_code}]


def clock_row(state: Clock) -> dict[str, Any]:
    """The columns of ``gateway.model.clock`` but county and version."""
    met_late = None if state.met_on is None else clock_state(state, state.due_at) is ClockState.MET_LATE
    return {
        "id": state.id,
        "petition_id": state.petition_id,
        "owner": state.owner,
        "obligation": state.obligation.value,
        "binding": state.binding.value,
        "provisional": state.provisional,
        "open": state.open,
        "cancelled": state.cancelled,
        "paused": state.paused_since is not None,
        "lapses": state.lapses,
        "owed": owed(state),
        "starts_on": state.starts_on,
        "effective_due_on": state.effective_due_on,
        "due_at": state.due_at,
        "warned_at": _since(state, frozenset(Level)),
        "due_today_at": _since(state, DUE_TODAY_OR_LATER),
        "over_at": _since(state, OVER),
        "met_on": state.met_on,
        "met_late": met_late,
        "state": builtins(state),
    }


def _since(state: Clock, levels: frozenset[Level]) -> datetime:
    """When it passes the first of these levels that it passes at all."""
    return min((mark.at for mark in state.marks if mark.level in levels), default=state.due_at)
