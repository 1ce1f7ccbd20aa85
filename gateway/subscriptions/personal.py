"""Contexts that know whether an answer was made for somebody in particular."""

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.context import Context
from gateway.reading import ViewReader
from gateway.rpc import Rpc
from gateway.subscriptions.hub import Hub
from services.common.settings import Settings
from services.contracts.actor import Actor


class _Reader(ViewReader):
    """Notes whether anybody asked as whom it reads: every query does."""

    def __init__(self, *, engine: AsyncEngine, actor: Actor) -> None:
        super().__init__(engine=engine, actor=actor)
        self.asked = False

    @property
    def actor(self) -> Actor:
        self.asked = True
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor = actor


class FollowingContext(Context):
    """That of one subscription or of one event of it. It has no session and no key: nothing is written here."""

    def __init__(self, *, hub: Hub, actor: Actor, engine: AsyncEngine, rpc: Rpc, trace: str, config: Settings) -> None:
        super().__init__(actor=actor, engine=engine, rpc=rpc, trace=trace, idempotency_key=None, config=config)
        self.hub = hub
        self._own_reader = _Reader(engine=engine, actor=actor)
        self.reader = self._own_reader
        self._asked = False

    @property
    def actor(self) -> Actor:
        self._asked = True
        return self._actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        self._actor = actor

    @property
    def personal(self) -> bool:
        """Whether what was resolved with it may be another for somebody else of the same scope: it asked who he is, or
        the database as him, or showed what leaves a reading."""
        return self._asked or self._own_reader.asked or bool(self.read)
