"""Passwords: which are taken, what is kept of them, and how one is tried."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from services.common.errors import Refusal

# OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane. The office's one machine logs a whole shift in at once.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS_HASH = hasher.hash("nobody has this password")
"""Tried where there is no account, so that a wrong name takes as long as a wrong password."""

SHORTEST, LONGEST = 10, 128
"""Characters. The longest bounds what one login may cost."""
JUDGED = 72
"""Characters of which zxcvbn judges; it takes no more."""
HARD_ENOUGH = 3
"""Of zxcvbn's scores: at least 10^8 guesses, so that the lock-out holds for years."""
OWN_NAME = 3
"""Characters from which on the login name must not stand in the password."""
MADE_BYTES = 12
"""Entropy of a made password: 96 bits, 16 characters."""


class WeakPassword(Refusal):
    code = "WEAK_PASSWORD"
    default = f"密码不符合要求：{SHORTEST} 至 {LONGEST} 个字符，不含用户名，也不是容易猜到的密码"


def check(password: str, *, username: str, field: str) -> None:
    """Raises ``WeakPassword``, which says what to change. ``username``: with the county's ending."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"密码应有 {SHORTEST} 至 {LONGEST} 个字符，请重新设定", field=field)
    name, _, ending = username.lower().partition("@")
    if len(name) >= OWN_NAME and name in password.lower():
        raise WeakPassword("密码中不能含有用户名，请重新设定", field=field)
    if zxcvbn(password[:JUDGED], user_inputs=[name, ending, *name.split(".")])["score"] < HARD_ENOUGH:
        reason = "这个密码太容易猜到（常用密码、键盘顺序、重复、年份等），请换一个，例如几个互不相干的词加上数字"
        raise WeakPassword(reason, field=field)


def made() -> str:
    """A password that is used once, by somebody who then sets his own."""
    return secrets.token_urlsafe(MADE_BYTES)


def hash_of(password: str) -> str:
    return hasher.hash(password)


async def hashed(password: str) -> str:
    # Argon2 takes tens of milliseconds on purpose; a thread keeps it off the event loop.
    return await asyncio.to_thread(hash_of, password)


async def matches(expected: str | None, password: str) -> bool:
    """Takes as long where there is nothing to compare with; False then."""
    return await asyncio.to_thread(_verify, expected or NOBODYS_HASH, password) and expected is not None


def _verify(expected: str, password: str) -> bool:
    try:
        return hasher.verify(expected, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
