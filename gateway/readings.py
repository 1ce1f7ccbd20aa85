"""Who read an accusation (检举控告): noted before it is shown, for the ledger and for the case's timeline.

Whoever gets to see an accusation leaves a ``Reading``: once for each person, case, kind and hour. What cannot be noted
is not shown.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from gateway.database import scoped
from gateway.model import reading
from gateway.reading_lists import ScopedReader
from gateway.telling import tell
from services.common import clock, logs, tracing
from services.common.errors import Unavailable
from services.common.ids import new_id
from services.contracts.actor import Actor
from services.contracts.acts import Act
from services.contracts.base import State
from services.contracts.fact import Fact
from services.contracts.intake import Reading, ReadingKind
from services.contracts.roster_base import OnRoster

NAMESPACE = uuid.UUID("0192f6a0-6c1e-7d57-9a5b-2a3f5e8c1d41")
ENTER = insert(reading).on_conflict_do_nothing().returning(reading.c.id)

log = logs.get(__name__)


async def note(reader: ScopedReader, *, kind: ReadingKind, states: Iterable[State]) -> None:
    """Notes that the reader's actor is shown these states, as far as they are for named people only.

    ``states``: petitions, what belongs to them, or what accuses by itself. Call it before anything of them leaves the
    house. Raises ``Unavailable`` where it cannot be noted: then nothing of them may be shown. Gives the reader's
    connection back.
    """
    shown = {key_of(state): state for state in states if state.confined}
    if not shown:
        return
    # Not two connections at once for one request: many requests would wait for each other.
    await reader.release()
    actor, now = reader.actor, clock.now()
    made = {one.id: one for one in (_reading(state, actor, kind, now) for state in shown.values())}
    try:
        async with scoped(reader.engine, actor) as connection:
            keys = [{"county_id": actor.county, "id": id} for id in sorted(made)]
            fresh = (await connection.execute(ENTER, keys)).scalars().all()
            if fresh:
                await tell(connection, [_fact(made[id], actor, now) for id in fresh])
    except (SQLAlchemyError, OSError) as error:
        log.exception("reading_not_noted", kind=kind.value)
        raise Unavailable("查看检举控告件须先留痕，目前无法留痕，内容未予显示，请稍后重试") from error


def key_of(state: State) -> str:
    """What is read by reading this: the case to which it belongs; itself where it accuses by itself, or is of none."""
    return _case_of(state) or state.aggregate_id


def _case_of(state: State) -> str | None:
    # Whom an appointment accuses may see the petition that it is about, and its timeline.
    return None if isinstance(state, OnRoster) and state.accusing else state.case_id


def _reading(state: State, actor: Actor, kind: ReadingKind, now: datetime) -> Reading:
    hour = now.replace(minute=0, second=0, microsecond=0)
    case = _case_of(state)
    same = (actor.county, actor.tenant, actor.user, key_of(state), kind.value, hour.isoformat())
    return Reading(
        id=str(uuid.uuid5(NAMESPACE, "|".join(same))),
        petition_id=case,
        subject=None if case else state.aggregate_id,
        restricted_to=sorted(state.named or ()),
        kind=kind,
        tenant=actor.tenant,
        login=actor.user,
        at=now,
    )


def _fact(made: Reading, actor: Actor, now: datetime) -> Fact[Reading]:
    return Fact(
        id=new_id(),
        county=actor.county,
        type=made.fact_type,
        subject=made.aggregate_id,
        version=1,
        time=now,
        act=Act.READ,
        actor=actor.reference,
        petition=made.petition_id,
        remark=made.kind.label,
        trace=tracing.trace_id(),
        state=made,
    )
