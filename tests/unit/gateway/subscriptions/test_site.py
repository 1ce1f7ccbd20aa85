"""Who was let in stays as long as he is who he was."""

import asyncio
from collections.abc import Collection
from typing import Any

import msgspec
import pytest

from gateway.identity import SignedIn
from gateway.subscriptions import site
from gateway.subscriptions.messages import Code
from gateway.subscriptions.site import Subscriptions
from services.contracts.actor import Actor, Role
from tests.unit.gateway.subscriptions.sockets import CLERK

BEFORE = msgspec.structs.replace(CLERK, roles=frozenset({Role.CLERK, Role.ACCUSATIONS}))


class Held:
    """Stands for a connection."""

    token = "of another kind than ours"
    subscriptions = 0

    def __init__(self, actor: Actor) -> None:
        self.signed_in = SignedIn(actor=actor, session="s1", must_change=False)
        self.ended: list[tuple[Code, str]] = []

    def end(self, code: Code, reason: str) -> None:
        self.ended.append((code, reason))


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_one_session_the_sockets_of_before_a_change_are_closed(
    monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    async def changed(engine: Any, county: str, people: Collection[tuple[str, Actor]], *, now: Any) -> Any:
        return {came: False for came in people if came[1] != CLERK}

    async def checked() -> None:
        held = [Held(CLERK), Held(BEFORE)]
        joined: Any = Subscriptions(type("State", (), {"engine": None}), hub=None)  # type: ignore[arg-type]
        # In the order given: that of a set is chance.
        joined._connections = held if newest_first else held[::-1]
        await joined.check()
        assert [each.ended for each in held] == [[], [(Code.FORBIDDEN, "ACCOUNT_CHANGED")]]

    monkeypatch.setattr(site, "changed_sessions", changed)
    monkeypatch.setattr(site, "ends_at", lambda token: None)
    asyncio.run(checked())
