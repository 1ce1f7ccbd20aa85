"""Coming in with a name and a password, and changing the password."""

import asyncio
import time
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.database import scoped
from gateway.identity import accounts, passwords
from gateway.identity.attempts import Attempts, Limit
from gateway.identity.noting import note_refusal, note_unknown
from gateway.identity.sessions import NOWHERE, Client, SignedIn, Tokens, end_sessions, open_session
from services.common import clock
from services.common.errors import Forbidden, Refusal
from services.common.settings import Settings
from services.contracts.actor import ActorRef, system_actor
from services.contracts.acts import Act
from services.contracts.identity import SignInMethod

REFUSED_SECONDS = 0.25
"""No refusal comes sooner, so that its time does not tell how far the name was known. Argon2 takes a tenth of it."""


class WrongLogin(Refusal):
    """The same whatever was wrong: the name, the password, a closed account, or one that takes no password now."""

    code = "WRONG_LOGIN"
    default = (
        "用户名或密码不正确；用户名形如 xfj.clerk@luonan。连续输错多次的，账号会暂停登录一段时间，"
        "请稍后再试，或请本单位管理员解除"
    )


class WrongPassword(Refusal):
    code = "WRONG_PASSWORD"
    default = "原密码不正确，请核对后重试；连续输错多次的，会暂停一段时间"


async def log_in(
    engine: AsyncEngine, *, config: Settings, username: str, password: str, client: Client = NOWHERE
) -> Tokens:
    """A session for a login name and its password. Raises ``WrongLogin``, whatever was wrong."""
    began = time.monotonic()
    # What cannot be a name is not asked of the database, which takes no NUL.
    county = await accounts.county_with(engine, username.rpartition("@")[2]) if username.isprintable() else None
    if county is None:
        await passwords.matches(None, password)
    elif proven := await _tried(engine, config=config, county=county, username=username, password=password):
        return await open_session(
            engine,
            config=config,
            county=county,
            username=username,
            method=SignInMethod.PASSWORD,
            client=client,
            proven=proven,
        )
    await asyncio.sleep(max(0.0, began + REFUSED_SECONDS - time.monotonic()))
    raise WrongLogin()


async def change_password(
    engine: AsyncEngine, *, config: Settings, signed_in: SignedIn, current: str, new: str
) -> None:
    """Sets one's own password; all other sessions of the user end.

    Raises ``WeakPassword``, ``WrongPassword`` (which counts like a wrong login), and ``Forbidden`` for who has no
    session of ours.
    """
    actor = signed_in.actor
    if signed_in.session is None:
        raise Forbidden("您不是用密码登录的，密码请在原系统中修改")
    passwords.check(new, username=actor.user, field="new_password")
    if new == current:
        raise passwords.WeakPassword("新密码与原密码相同，请换一个", field="new_password")
    proven = await _tried(engine, config=config, county=actor.county, username=actor.user, password=current)
    if proven is None:
        raise WrongPassword(field="password")
    fresh = await passwords.hashed(new)
    async with scoped(engine, system_actor(actor.county, "gateway")) as connection:
        row = await accounts.held(connection, code=actor.county, username=actor.user)
        if row is None or row.password_hash != proven:
            raise WrongPassword(field="password")
        await accounts.change(
            connection,
            {"password_hash": fresh, "must_change": False, "tries": 0, "tries_since": None, "locked_until": None},
            code=actor.county,
            username=actor.user,
            act=Act.PASSWORD_CHANGED,
            by=actor.reference,
        )
        await end_sessions(
            connection, county=actor.county, username=actor.user, by=actor.reference, but=signed_in.session
        )


async def _tried(engine: AsyncEngine, *, config: Settings, county: str, username: str, password: str) -> str | None:
    """The account's hash where the password is its own. A wrong one is counted and noted; a right one clears nothing
    yet."""
    limit = Limit(most=config.login_attempts, lock=timedelta(minutes=config.login_lock_minutes))
    attempts: Attempts | None = None
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        row = await accounts.held(connection, code=county, username=username)
        if row is not None:
            before = Attempts(tries=row.tries, since=row.tries_since, locked_until=row.locked_until)
            attempts = before.tried(now=clock.now(), limit=limit)
            if attempts is not None:
                await accounts.keep_attempts(connection, attempts, code=county, username=username)
    # A closed account, and one that takes none now, is tried like one that is not there.
    expected = row.password_hash if row is not None and row.active and attempts is not None else None
    if await passwords.matches(expected, password):
        return expected
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        if row is None:
            await note_unknown(connection, county, method=SignInMethod.PASSWORD)
        elif attempts is not None:
            who = ActorRef(tenant=row.tenant, user=username, name=row.name)
            locked = attempts.locked_until is not None
            await note_refusal(connection, county, method=SignInMethod.PASSWORD, account=who, locked=locked)
    return None
