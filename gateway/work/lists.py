"""The work lists as conditions: what is mine to do, and which cases wait for what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.model import clock, petition, supervision
from gateway.ordering import Order
from gateway.reading_lists import Listed
from gateway.status import NOTHING_DUE
from gateway.work.kinds import TaskKind
from gateway.work.model import COUNTY_OFFICE, task
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.supervision import SupervisionState


@dataclass(frozen=True)
class TaskRow:
    id: str
    kind: TaskKind
    subject: str
    tenant: str
    roles: tuple[Role, ...]
    login: str | None
    petition_id: str | None
    due_on: date | None
    since: datetime


def _read(row: sa.Row[tuple[object, ...]]) -> TaskRow:
    return TaskRow(
        id=row.id,
        kind=TaskKind(row.kind),
        subject=row.subject,
        tenant=row.tenant,
        roles=tuple(map(Role, row.roles)),
        login=row.login,
        petition_id=row.petition_id,
        due_on=None if row.due_on == NOTHING_DUE else row.due_on,
        since=row.since,
    )


_COLUMNS = (task.c.id, task.c.kind, task.c.subject, task.c.tenant, task.c.roles, task.c.login, task.c.petition_id)
TASKS = Listed(task, (*_COLUMNS, task.c.due_on, task.c.since), _read)
TASK_ORDER = Order("TASKS", task.c.due_on, False)
"""The most urgent first."""

DELIVERING = (TaskKind.DELIVER, TaskKind.DELIVER_REVIEW)
REVIEWING = (TaskKind.DECIDE_REVIEW,)
COME_BACK = (TaskKind.REFER_ANEW,)
RUNNING = (SupervisionState.OPEN.value, SupervisionState.ANSWERED.value)


def tenants_of(actor: Actor) -> Sequence[str]:
    """Under which codes the tasks of his tenant stand."""
    return (actor.tenant, COUNTY_OFFICE) if actor.kind is TenantKind.COUNTY else (actor.tenant,)


def mine(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """What this actor can do himself: his tenant's, by one of his roles, and nobody else's alone."""
    tenants = tenants_of(actor)
    return [
        task.c.tenant == tenants[0] if len(tenants) == 1 else task.c.tenant.in_(tenants),
        task.c.roles.overlap(sa.cast(sorted(str(role) for role in actor.roles), ARRAY(sa.Text))),
        sa.or_(task.c.login.is_(None), task.c.login == actor.user),
    ]


def waits_for(kinds: Collection[TaskKind], actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on petitions: that this is to do about them by the actor's tenant; for the county office, by
    anybody."""
    query = sa.select(task.c.petition_id).where(
        task.c.county_id == actor.county, task.c.kind.in_([str(kind) for kind in kinds])
    )
    if actor.kind is not TenantKind.COUNTY:
        query = query.where(task.c.tenant == actor.tenant)
    return petition.c.id.in_(query)


def due_soon(actor: Actor, *, owner: str, now: datetime, today: date, days: int | None) -> sa.ColumnElement[bool]:
    """A condition on petitions: that a clock of ``owner`` which runs is warned by its own rule (or later), or, where
    ``days`` is given, ends by so many days from today."""
    c = clock.c
    # By ``warned_at`` or ``due_at``, because these are what the indexes of open clocks are in.
    near = c.warned_at <= now if days is None else c.effective_due_on <= today + timedelta(days=days)
    query = sa.select(c.petition_id).where(c.county_id == actor.county, c.open, c.owed, c.owner == owner, near)
    return petition.c.id.in_(query)


def under_supervision(actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on petitions: that a supervision of them runs that the actor sees."""
    s = supervision.c
    return petition.c.id.in_(sa.select(s.petition_id).where(s.county_id == actor.county, s.status.in_(RUNNING)))
