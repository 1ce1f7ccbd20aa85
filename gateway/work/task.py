"""One thing to do: what, by whom, by when, and who may see that it is to do."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import msgspec

from gateway.status import NOTHING_DUE
from gateway.work.kinds import TaskKind
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.base import LEGAL_ZONE

TASK_IDS = uuid.UUID("7d0c5a3e-51b4-5f0e-9a0b-0f4f6f1f2c9d")
"""Namespace of task ids. Never change it: tasks that stand would be told as new ones."""

DECIDE = frozenset({Role.CLERK, Role.HEAD})
"""Who decides for a tenant, and who is its office in what is no case (routing's lifecycle, roster's acting)."""
COORDINATE = DECIDE | {Role.LEADER}
TAKES_NOTE = HANDLES_CASES | {Role.LEADER, Role.SUPERVISOR}
HEAD = frozenset({Role.HEAD})
SUPERVISES = frozenset({Role.SUPERVISOR, Role.HEAD, Role.LEADER})
"""In the county office; elsewhere its head alone."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of ``gateway.work.model.task`` but the county."""

    kind: TaskKind
    subject: str
    tenant: str
    roles: frozenset[Role]
    since: datetime
    due_on: date = NOTHING_DUE
    login: str | None = None
    petition_id: str | None = None
    visible_to: tuple[str, ...] = ()
    named: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        """The same thing to do has the same id, however often it is derived."""
        return str(uuid.uuid5(TASK_IDS, f"{self.kind}/{self.subject}/{self.tenant}/{self.login or ''}"))


def row_of(task: Task) -> dict[str, Any]:
    """As it stands in the table; lists sorted, so that what is equal looks equal."""
    return {
        "id": task.id,
        "petition_id": task.petition_id,
        "tenant": task.tenant,
        "roles": sorted(str(role) for role in task.roles),
        "login": task.login,
        "kind": str(task.kind),
        "subject": task.subject,
        "due_on": task.due_on,
        "since": task.since,
        "visible_to": sorted(task.visible_to),
        "named": None if task.named is None else sorted(task.named),
    }


def names(given: Iterable[str] | None) -> tuple[str, ...] | None:
    """A state's ``named`` as a task holds it."""
    return None if given is None else tuple(sorted(given))


def begin_of(day: date) -> datetime:
    """The first instant of a legal day."""
    return datetime.combine(day, time.min, LEGAL_ZONE)
