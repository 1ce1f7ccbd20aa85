"""What the ledger is told of who came in, who was refused, and whose session ended: never anything that was typed.

An attacker cannot flood it: a name that exists is noted as often as it may be tried wrong before its lock, and a name
that does not once an hour for the whole county.
"""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.identity.model import refused_name
from gateway.telling import tell
from services.common import clock, tracing
from services.common.ids import new_id
from services.contracts.actor import ActorRef, system_actor
from services.contracts.acts import Act
from services.contracts.fact import Fact
from services.contracts.identity import SignIn, SignInMethod, SignInOutcome

ACTS = {
    SignInOutcome.OPENED: Act.SIGNED_IN,
    SignInOutcome.REFUSED: Act.SIGN_IN_REFUSED,
    SignInOutcome.LOCKED: Act.SIGN_IN_LOCKED,
    SignInOutcome.REUSED: Act.TOKEN_REUSED,
    SignInOutcome.ENDED: Act.SESSION_ENDED,
}


async def note_session(
    connection: AsyncConnection,
    county: str,
    *,
    id: str,
    method: SignInMethod,
    outcome: SignInOutcome,
    username: str,
    by: ActorRef,
) -> None:
    """That a session began or ended. ``by``: who did it, the user himself or who ended it for him."""
    act = ACTS[outcome]
    if outcome is SignInOutcome.ENDED and by.user == username:
        act = Act.SIGNED_OUT
    version = 1 if outcome is SignInOutcome.OPENED else 2
    await _tell(connection, county, act, by, version, _sign_in(method, outcome, username=username, session=id))


async def note_refusal(
    connection: AsyncConnection, county: str, *, method: SignInMethod, account: ActorRef, locked: bool = False
) -> None:
    """That an account was not let in; ``locked``: and takes no password for a while, of which nothing more is noted.

    The caller sees to it that this is not told without end.
    """
    outcome = SignInOutcome.LOCKED if locked else SignInOutcome.REFUSED
    await _tell(connection, county, ACTS[outcome], account, 1, _sign_in(method, outcome, username=account.user))


async def note_unknown(connection: AsyncConnection, county: str, *, method: SignInMethod) -> None:
    """That somebody gave a name, or a token, which is nobody's; once an hour, however often it happens."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    enter = insert(refused_name).values(county_id=county, hour=hour).on_conflict_do_nothing()
    if (await connection.execute(enter.returning(refused_name.c.hour))).first() is None:
        return
    by = system_actor(county, "gateway").reference
    await _tell(connection, county, Act.SIGN_IN_REFUSED, by, 1, _sign_in(method, SignInOutcome.REFUSED))


def _sign_in(
    method: SignInMethod, outcome: SignInOutcome, *, username: str | None = None, session: str | None = None
) -> SignIn:
    return SignIn(id=new_id(), username=username, session=session, method=method, outcome=outcome, at=clock.now())


async def _tell(connection: AsyncConnection, county: str, act: Act, by: ActorRef, version: int, state: SignIn) -> None:
    fact = Fact(
        id=new_id(),
        county=county,
        type=state.fact_type,
        subject=state.aggregate_id,
        version=version,
        time=state.at,
        act=act,
        actor=by,
        petition=None,
        remark=state.outcome.label,
        trace=tracing.trace_id(),
        state=state,
    )
    await tell(connection, [fact])
