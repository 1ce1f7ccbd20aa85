"""What follows from a case as a whole: status, who sees it, the next due day, what ended, and what is to do next."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import ended_referral, petition, private
from gateway.status import parties, petition_status
from gateway.work.keeping import county_decides_from, keep
from gateway.work.model import rated
from gateway.work.other_tasks import KINDS
from gateway.work.rating_rows import RATED, rated_rows
from gateway.work.scene import OpenClock, Scene
from gateway.work.tasks import tasks
from services.contracts.base import State
from services.contracts.deadlines import Clock
from services.contracts.desk import Notice
from services.contracts.extensions import Extension
from services.contracts.flows import Approval
from services.contracts.intake import Petition
from services.contracts.meetings import Settlement
from services.contracts.ratings import Rating
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral, ReferralRole, ReferralState
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport

FIELDS: dict[type[State], str] = {
    Referral: "referrals",
    Review: "reviews",
    Extension: "extensions",
    Approval: "approvals",
    Notice: "notices",
    Settlement: "settlements",
    Rating: "ratings",
    Supervision: "supervisions",
    UrgentReport: "urgent_reports",
}
"""Of a ``Scene`` the lists, by what stands in them."""
FIELD_OF = {state.fact_type: (field, state) for state, field in FIELDS.items()}
DERIVED_FROM = frozenset({*FIELD_OF, *(state.fact_type for state in (Petition, Closure, Clock))})
"""What ``derive`` reads; no other fact changes what follows from a case."""
MAY_COME_BACK = frozenset({ReferralState.OBJECTED, ReferralState.RETURNED})
OPEN_CLOCK, TASK = "clock", "task"

_OF_CASE = "county_id = :county AND petition_id = :petition"
_PARTS = ", ".join(f"'{name}'" for name in sorted({*FIELD_OF, Closure.fact_type} - {Supervision.fact_type}))
_APART = ", ".join(f"'{kind}'" for kind in sorted(KINDS))
CASE = sa.text(f"""
SELECT type, state FROM gateway_view.case_part WHERE {_OF_CASE} AND type IN ({_PARTS})
UNION ALL
SELECT '{Supervision.fact_type}', state FROM gateway_view.supervision
WHERE {_OF_CASE} AND status IN ('OPEN', 'ANSWERED')
UNION ALL
SELECT '{UrgentReport.fact_type}', state FROM gateway_view.urgent_report WHERE {_OF_CASE} AND NOT ended
UNION ALL
SELECT '{OPEN_CLOCK}', jsonb_build_object('id', id, 'owner', owner, 'obligation', obligation, 'owed', owed,
  'starts_on', starts_on, 'due_on', effective_due_on,
  'subject', coalesce(state ->> 'subject_id', state ->> 'referral_id'))
FROM gateway_view.clock WHERE {_OF_CASE} AND open
UNION ALL
SELECT '{TASK}', to_jsonb(task) FROM gateway_view.task WHERE {_OF_CASE} AND kind NOT IN ({_APART})
""")
"""All that follows from anything: in one round trip, because each act on a case asks for it."""
PUT_ENDED = insert(ended_referral)
# Who is named to see an accusation may change after it came back.
PUT_ENDED = PUT_ENDED.on_conflict_do_update(
    index_elements=list(ended_referral.primary_key.columns),
    set_={"named": PUT_ENDED.excluded.named},
    where=ended_referral.c.named.is_distinct_from(PUT_ENDED.excluded.named),
)

PUT_RATED = insert(rated)
PUT_RATED = PUT_RATED.on_conflict_do_update(
    index_elements=list(rated.primary_key.columns),
    set_={name: PUT_RATED.excluded[name] for name in RATED},
    where=sa.or_(*(rated.c[name].is_distinct_from(PUT_RATED.excluded[name]) for name in RATED)),
)


class Derived(NamedTuple):
    """What was otherwise before."""

    lost: frozenset[str] = frozenset()
    """Tenants that saw the case, and see it no more."""
    tasks: Sequence[Mapping[str, Any]] = ()
    """Rows of what is to do, as they are and as they were."""


async def derive(connection: AsyncConnection, county: str, petition_id: str) -> Derived:
    """Recomputes what follows from the case as a whole."""
    key = (petition.c.county_id == county, petition.c.id == petition_id)
    derived = (petition.c.status, petition.c.visible_to, petition.c.next_due_on)
    row = (await connection.execute(sa.select(petition.c.state, *derived).where(*key))).first()
    if row is None:
        return Derived()  # A referral or a clock overtook its petition; it waits until that comes.
    case = msgspec.convert({**row.state, "petitioners": [], "query_code": ""}, Petition)
    scene, there = await _scene(connection, county, case)
    visible_to = sorted(parties(petition=case, referrals=scene.referrals, reviews=scene.reviews))
    values = {
        "status": petition_status(petition=case, referrals=scene.referrals, closure=scene.closure).value,
        "visible_to": visible_to,
        "next_due_on": scene.next_due_on,
    }
    if values != {column.name: getattr(row, column.name) for column in derived}:
        await connection.execute(sa.update(petition).where(*key).values(**values))
    if not case.hides_petitioners and row.visible_to != visible_to:
        await connection.execute(
            sa.update(private)
            .where(private.c.county_id == county, private.c.petition_id == petition_id, private.c.kind == "petitioners")
            .values(visible_to=visible_to)
        )
    for referral in scene.referrals:
        # What a body gave to a unit of its own and took back did not leave it.
        within = referral.role is ReferralRole.UNIT and referral.to_tenant == referral.from_tenant
        if not referral.stands and not within:
            await _ended(connection, county, referral)
    changed = await keep(connection, county, wanted=tasks(scene), there=there)
    if scene.ratings:
        await connection.execute(PUT_RATED, [{"county_id": county, **row} for row in rated_rows(scene)])
    return Derived(lost=frozenset(row.visible_to) - frozenset(visible_to), tasks=changed)


async def _scene(connection: AsyncConnection, county: str, case: Petition) -> tuple[Scene, dict[str, dict[str, Any]]]:
    """The case as a whole, and the tasks of it that stand, by id."""
    found: dict[str, list[Any]] = {field: [] for field in FIELDS.values()}
    clocks: list[OpenClock] = []
    closure: Closure | None = None
    there: dict[str, dict[str, Any]] = {}
    for name, state in await connection.execute(CASE, {"county": county, "petition": case.id}):
        if name == TASK:
            there[state["id"]] = state
        elif name == OPEN_CLOCK:
            clocks.append(msgspec.convert(state, OpenClock))
        elif name == Closure.fact_type:
            closure = msgspec.convert(state, Closure)
        else:
            field, struct = FIELD_OF[name]
            found[field].append(msgspec.convert(state, struct))
    limit = None
    if any(referral.state in MAY_COME_BACK for referral in found["referrals"]):
        limit = await county_decides_from(connection, county)
    return Scene(petition=case, closure=closure, clocks=clocks, county_decides_from_return=limit, **found), there


async def _ended(connection: AsyncConnection, county: str, referral: Referral) -> None:
    values = {
        "visible_to": [referral.to_tenant],
        "named": referral.restricted_to,
        "petition_number": referral.petition_number,
        "state": referral.state.value,
        "sent_on": referral.sent_on,
        "ended_on": referral.ended_on,
    }
    await connection.execute(PUT_ENDED, {"county_id": county, "referral_id": referral.id, **values})
