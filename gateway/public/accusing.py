"""Whom of the users a citizen's item accuses, and whether anybody is left who may see an accusation: Art. 30. Pure."""

import re
from collections.abc import Collection, Iterable

from gateway.reading import User
from services.common.accused import is_called
from services.contracts.actor import READS_CASES, Role

BESIDE = re.compile(r"[（(].*")


def called(users: Iterable[User], names: Collection[str]) -> list[str]:
    """Logins of the users who have one of these names, however it is spaced and whatever stands beside it."""
    return sorted(user.login for user in users if any(is_called(name, user.name) for name in names))


def named_in(users: Iterable[User], matter: str) -> list[str]:
    """Logins of the users whose names a text holds, however it spaces them, without what stands beside the name: the
    post in brackets, the name of the county before the point."""
    return sorted(user.login for user in users if any(is_called(name, matter) for name in _names(user.name)))


def _names(written: str) -> set[str]:
    name = BESIDE.sub("", written)
    # One character is no name; it would be found in any text.
    return {each for each in (name, name.rpartition("·")[2]) if len("".join(each.split())) > 1}


def receives_accusations(users: Iterable[User], *, office: str, barred: Collection[str]) -> bool:
    """Whether in this office somebody may both read and decide an appointment that accuses."""
    return any(
        user.tenant == office
        and Role.ACCUSATIONS in user.roles
        and user.roles & {Role.CLERK, Role.HEAD}
        and user.login not in barred
        for user in users
    )


def reaches_somebody(users: Iterable[User], *, offices: Collection[str], barred: Collection[str]) -> bool:
    """Whether in one of these offices somebody may see an accusation who is not barred from it himself."""
    return any(
        Role.ACCUSATIONS in user.roles
        and user.roles & READS_CASES
        and user.tenant in offices
        and user.login not in barred
        for user in users
    )
