"""What became of a key, told to the ledger: in the transaction in which it became so."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.api_keys.rules import KeyRefusal
from gateway.once import first_time, same_id
from gateway.telling import tell
from services.common import tracing
from services.common.ids import new_id
from services.contracts.actor import ActorRef
from services.contracts.acts import Act
from services.contracts.api_keys import ApiKey
from services.contracts.fact import Fact


async def tell_changed(connection: AsyncConnection, *, county: str, key: ApiKey, act: Act, by: ActorRef) -> None:
    """``connection``: scoped, of the transaction that made or ended the key."""
    at = key.created_at if key.revoked_at is None else key.revoked_at
    await tell(connection, [_fact(county, key, act=act, by=by, at=at, remark=None)])


async def tell_refused(connection: AsyncConnection, *, county: str, key: ApiKey, why: KeyRefusal, at: datetime) -> None:
    """Once an hour for each key and reason: a machine that goes on trying must not fill the ledger."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    once = same_id("key refused", county, key.id, why.value, hour.isoformat())
    if await first_time(connection, county=county, id=once):
        by = ActorRef(tenant=key.tenant, user=key.login, name=key.label)
        await tell(connection, [_fact(county, key, act=Act.KEY_REFUSED, by=by, at=at, remark=why.label)])


def _fact(county: str, key: ApiKey, *, act: Act, by: ActorRef, at: datetime, remark: str | None) -> Fact[ApiKey]:
    return Fact(
        id=new_id(),
        county=county,
        type=key.fact_type,
        subject=key.id,
        # Made and ended: there are no others.
        version=1 if key.revoked_at is None else 2,
        time=at,
        act=act,
        actor=by,
        petition=None,
        remark=remark,
        trace=tracing.trace_id(),
        state=key,
    )
