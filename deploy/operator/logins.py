"""The users of a county in the gateway's identity store, and their first passwords."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.errors import LocalError
from deploy.operator.handover import Login, Password, decide_password, read_entries, write_entries
from deploy.operator.profile import Profile
from gateway import identity
from gateway.identity import passwords
from gateway.model import county
from services.contracts.actor import ActorRef
from services.contracts.identity import UserAccount

LOGINS = "logins.json"


class SlugTaken(LocalError):
    """Another county's login names end alike; the message says what to change."""


async def check_slug(engine: AsyncEngine, profile: Profile) -> None:
    """Raises ``SlugTaken`` where another county on this platform has the profile's slug."""
    async with engine.connect() as connection:
        query = sa.select(county.c.code, county.c.name).where(county.c.slug == profile.slug)
        row = (await connection.execute(query)).first()
    if row is not None and row.code != profile.county:
        raise SlugTaken(f"county.toml：slug“{profile.slug}”已被 {row.name}（{row.code}）使用，请换一个。未作任何更改。")


async def load_users(engine: AsyncEngine, *, profile: Profile, file: Path | None, by: ActorRef) -> list[str]:
    """Saves the county's users and lists the passwords that it made in ``file``; says what changed.

    Only who has no password gets one. What the file lists is a first password: whoever changed his keeps it. Raises
    ``HandoverError``.
    """
    standing = await identity.usernames_with_password(engine, county_code=profile.county)
    users, unlisted = await asyncio.to_thread(_with_passwords, profile, standing, file)
    lines = await identity.save_users(
        engine,
        county_code=profile.county,
        county_slug=profile.slug,
        county_name=profile.name,
        users=users,
        by=by,
        first_passwords_stay=profile.first_passwords_stay,
    )
    if unlisted:
        reset = "需要新密码的，由单位管理员重设，或执行 ./xinqiao user reset 用户名"
        lines.append(f"{unlisted} 个用户已有密码而 {LOGINS} 中没有，密码未变；{reset}")
    return lines


def _with_passwords(profile: Profile, standing: set[str], file: Path | None) -> tuple[list[UserAccount], int]:
    """The users, those with a hash who get a password, and how many have one that ``file`` does not list."""
    listed = {} if file is None else {login.username: login for login in read_entries(file, Login)}
    decided = [
        decide_password(
            listed=listed[user.username].password if user.username in listed else None,
            standing=user.username in standing,
            # Who has a password keeps it, also where the file is lost: he may have set it himself.
            handed_over=file is not None and user.username not in standing,
        )
        for user in profile.users
    ]
    if file is not None:
        # Written before the store knows them: a password that is set is never one that nobody knows.
        others = [login for login in listed.values() if login.county != profile.slug]
        logins = [
            _login(user, county=profile.slug, password=password.text)
            for user, password in zip(profile.users, decided, strict=True)
            if password.text is not None
        ]
        write_entries(file, [*others, *logins])
    # Argon2 is slow on purpose and works outside the interpreter's lock: a hundred new users keep every core busy.
    with ThreadPoolExecutor() as pool:
        hashes = pool.map(_hash, decided)
        users = [
            msgspec.structs.replace(user, password_hash=digest)
            for user, digest in zip(profile.users, hashes, strict=True)
        ]
    unlisted = [user for user in users if user.username in standing and user.username not in listed]
    return users, len(unlisted) if file is not None else 0


def _hash(password: Password) -> str | None:
    return passwords.hash_of(password.text) if password.to_set and password.text else None


def _login(user: UserAccount, *, county: str, password: str) -> Login:
    return Login(
        county=county,
        username=user.username,
        password=password,
        tenant=user.tenant,
        kind=user.kind.value,
        role=";".join(role.value for role in user.roles),
        label=user.label,
    )
