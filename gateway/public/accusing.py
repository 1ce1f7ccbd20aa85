"""Whom of the users a citizen's item accuses, and whether anybody is left who may see an accusation: Art. 30. Pure."""

from collections.abc import Collection, Iterable

from gateway.public.reading import User

SHORTEST_NAME = 2
"""One character is no name: it would bar everybody who has it in his own."""


def called(users: Iterable[User], names: Iterable[str]) -> list[str]:
    """Logins of the users who have one of these names, however it is spaced and whatever stands before it."""
    wanted = tuple(name for name in map(_bare, names) if len(name) >= SHORTEST_NAME)
    return sorted(user.login for user in users if wanted and _bare(user.name).endswith(wanted))


def reaches_somebody(users: Iterable[User], *, offices: Collection[str], barred: Collection[str]) -> bool:
    """Whether in one of these offices somebody may see an accusation who is not barred from it himself."""
    return any(user.cleared and user.tenant in offices and user.login not in barred for user in users)


def _bare(text: str) -> str:
    return "".join(text.split())
