"""Lock-out: how many wrong passwords an account takes, and for how long it then takes none. No I/O and no clock."""

from datetime import datetime, timedelta

import msgspec


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    most: int
    """Wrong passwords that lock the account."""
    lock: timedelta
    """How long it is locked; wrong passwords older than this no longer count."""


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    tries: int = 0
    since: datetime | None = None
    """Instant of the first that counts."""
    locked_until: datetime | None = None

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    def tried(self, *, now: datetime, limit: Limit) -> "Attempts | None":
        """As one more password is tried; None where the account takes none now.

        It is counted before it is tried, and the last one locks, so that many tries at once are no more than
        ``limit.most``. The right password sets all back to ``Attempts()``.
        """
        if self.locked(now):
            return None
        anew = self.locked_until is not None or self.since is None or now - self.since >= limit.lock
        tries = 1 if anew else self.tries + 1
        return Attempts(
            tries=tries,
            since=now if anew else self.since,
            locked_until=now + limit.lock if tries >= limit.most else None,
        )
