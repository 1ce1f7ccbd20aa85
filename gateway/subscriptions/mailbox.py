"""What waits for one subscriber: of each thing the newest alone, in order, and never more than a bound."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from gateway.changes import ChangeKind
from gateway.reading_lists import PetitionRow
from gateway.subscriptions.positions import Position
from services.contracts.base import Labelled
from services.contracts.deadlines import Clock

BOUND = 200
"""Different things of which one subscriber may not have heard yet."""


FRESH_SECONDS = 5.0
"""No longer than an answer may travel. A loss of sight is told after it, in order."""


class Told(Labelled):
    """What an event says to whoever follows."""

    STARTED = "STARTED", "已开始接收，此后的变化不会遗漏"
    CHANGED = "CHANGED", "有变化"
    GONE = "GONE", "已不再可见"


class TooSlow(Exception):
    """The subscriber takes less than comes; what waited is dropped, and he resumes by his last cursor."""


@dataclass(frozen=True)
class Event:
    """A change that the subscriber may know of, with what was read of it in his scope."""

    county: str
    kind: ChangeKind | None
    """None: the following began here."""
    position: Position
    at: datetime
    petition_id: str | None = None
    subject: str | None = None
    level: str | None = None
    petition: PetitionRow | None = None
    clock: Clock | None = None
    clock_version: int = 0
    looked_at: float = 0.0
    """By the event loop's clock, when rights and rows were read."""
    answers: dict[object, msgspec.Raw] = field(default_factory=dict, compare=False, repr=False)
    """What was answered of it, by document and variables, where that depends on nobody in particular: everybody who
    holds this event may have it."""

    @property
    def fresh(self) -> bool:
        """Whether what was read with it may still be shown; what waited longer is read anew."""
        return asyncio.get_running_loop().time() - self.looked_at <= FRESH_SECONDS

    @property
    def told(self) -> Told:
        if self.kind is None:
            return Told.STARTED
        return Told.GONE if self.kind is ChangeKind.GONE else Told.CHANGED

    @property
    def key(self) -> tuple[str | None, str | None]:
        """Of what only the newest is of use."""
        return (self.petition_id, self.subject)


class Mailbox:
    def __init__(self, bound: int = BOUND) -> None:
        self._bound = bound
        self._waiting: OrderedDict[tuple[str | None, str | None], Event] = OrderedDict()
        self._come = asyncio.Event()
        self._overflown = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, events: Iterable[Event]) -> None:
        """``events``: in order, and after all that were put before."""
        if self._overflown:
            return
        for event in events:
            # At its new place: cursors go up, so that whoever resumes after one has missed nothing before it.
            self._waiting.pop(event.key, None)
            self._waiting[event.key] = event
        if len(self._waiting) > self._bound:
            self._overflown = True
            self._waiting.clear()
        if self._waiting or self._overflown:
            self._come.set()

    async def take(self) -> Event:
        """The oldest that waits. Raises ``TooSlow`` once more waited than may."""
        await self._come.wait()
        if self._overflown:
            raise TooSlow
        _, event = self._waiting.popitem(last=False)
        if not self._waiting:
            self._come.clear()
        return event
