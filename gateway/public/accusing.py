"""Whom of the users a citizen's item accuses, and whether anybody is left who may see an accusation: Art. 30. Pure."""

from collections.abc import Collection, Iterable

from gateway.reading import User
from services.common.accused import is_called
from services.contracts.actor import READS_CASES, Role


def called(users: Iterable[User], names: Collection[str]) -> list[str]:
    """Logins of the users who have one of these names, however it is spaced and whatever stands beside it."""
    return sorted(user.login for user in users if any(is_called(name, user.name) for name in names))


def reaches_somebody(users: Iterable[User], *, offices: Collection[str], barred: Collection[str]) -> bool:
    """Whether in one of these offices somebody may see an accusation who is not barred from it himself."""
    return any(
        Role.ACCUSATIONS in user.roles
        and user.roles & READS_CASES
        and user.tenant in offices
        and user.login not in barred
        for user in users
    )
