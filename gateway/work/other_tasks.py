"""What is to do about what is no case: from the state alone. Pure."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

from gateway.work.kinds import TaskKind
from gateway.work.model import COUNTY_OFFICE
from gateway.work.task import DECIDE, HEAD, Task, begin_of, names
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.base import LEGAL_ZONE, State
from services.contracts.handovers import DutyLog
from services.contracts.network import InformationItem, ItemLevel, ItemState
from services.contracts.receptions import Appointment, AppointmentState
from services.contracts.reminders import Reminder
from services.contracts.roster_people import Absence, AbsenceState
from services.contracts.substitutions import Substitution, SubstitutionState

ACKNOWLEDGES = {
    Role.CLERK: HANDLES_CASES,
    Role.HEAD: HEAD,
    Role.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.HEAD}),
    Role.LEADER: frozenset({Role.LEADER}),
}
TIMED = 7
"""The version of UUIDs that begin with the time (``services.common.ids``)."""
AT_TOWNSHIP = frozenset({ItemLevel.VILLAGE, ItemLevel.TOWNSHIP})
OTHERS: tuple[type[State], ...] = (Reminder, Absence, Substitution, DutyLog, Appointment, InformationItem)
"""The states from each of which alone it follows what is to do about it."""

KINDS = frozenset(
    {
        *(TaskKind.ACKNOWLEDGE_REMINDER, TaskKind.DECIDE_ABSENCE, TaskKind.DECIDE_SUBSTITUTION, TaskKind.TAKE_OVER),
        *(TaskKind.DECIDE_APPOINTMENT, TaskKind.ACT_ON_INFORMATION),
    }
)
"""Of the tasks that follow from these. Some name a case, and do not follow from it."""


def tasks_of(state: State) -> list[Task]:
    """Of one of ``OTHERS``; empty where nothing is to do (any more)."""
    return list(_found(state))


def _found(state: State) -> Iterator[Task]:
    if isinstance(state, Reminder) and not state.receipts:
        roles = ACKNOWLEDGES[state.role]
        yield _task(state, TaskKind.ACKNOWLEDGE_REMINDER, state.tenant, roles, since=state.at, due_on=state.on)
    elif isinstance(state, Absence) and state.state is AbsenceState.REQUESTED:
        since = _made(state.id, state.first)
        yield _task(state, TaskKind.DECIDE_ABSENCE, state.tenant, HEAD, since=since, due_on=state.first)
    elif isinstance(state, Substitution) and state.state is SubstitutionState.REQUESTED:
        since = _made(state.id, state.day)
        yield _task(state, TaskKind.DECIDE_SUBSTITUTION, state.tenant, HEAD, since=since, due_on=state.day)
    elif isinstance(state, DutyLog) and state.handed_over_at and state.acknowledged_at is None and state.handed_to:
        since = state.handed_over_at
        yield _task(state, TaskKind.TAKE_OVER, state.tenant, DECIDE, since=since, due_on=state.day)
    elif isinstance(state, Appointment) and state.state is AppointmentState.REQUESTED:
        since = state.booked_at
        yield _task(state, TaskKind.DECIDE_APPOINTMENT, state.tenant, DECIDE, since=since, due_on=state.day)
    elif isinstance(state, InformationItem) and state.state is ItemState.SENT:
        own = state.level in AT_TOWNSHIP and state.tenant not in state.accuses
        tenant, roles = (state.tenant, DECIDE) if own else (COUNTY_OFFICE, DECIDE | {Role.SUPERVISOR})
        due_on = state.due_at.astimezone(LEGAL_ZONE).date()
        since = state.steps[-1].at
        yield _task(state, TaskKind.ACT_ON_INFORMATION, tenant, roles, since=since, due_on=due_on)


def _task(state: State, kind: TaskKind, tenant: str, roles: frozenset[Role], *, since: datetime, due_on: date) -> Task:
    return Task(
        kind=kind,
        subject=state.aggregate_id,
        tenant=tenant,
        roles=roles,
        since=since,
        due_on=due_on,
        petition_id=state.case_id,
        visible_to=(tenant,) if tenant in state.audience else (),
        named=names(state.named),
    )


def _made(id: str, otherwise: date) -> datetime:
    """When the id was made, which is when it was asked for; of an id that does not say, the begin of a day."""
    made = uuid.UUID(id)
    if made.version != TIMED:
        return begin_of(otherwise)
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
