"""Who follows what in this process, and how what changes reaches him.

One connection listens; each county that somebody follows is looked at in turn, once for all of its followers. What was
found is put into bounded mailboxes, so nobody waits for anybody: a slow reader's mailbox overflows, and he resumes.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.changes import CHANNEL, ChangeKind
from gateway.metrics.counted import SUBSCRIPTIONS
from gateway.subscriptions import looking
from gateway.subscriptions.looking import Scope, event_of
from gateway.subscriptions.mailbox import Event, Mailbox
from gateway.subscriptions.positions import Cursors, Issued, Position, ResumeTooOld
from services.common import clock, logs
from services.contracts.actor import Actor, Role

LOOK_SECONDS = 2.0
"""How often one looks without having been told."""
HELD_SECONDS = 0.05
"""How soon again where something waits for an older transaction to end."""
RECONNECT_SECONDS = 1.0

log = logs.get(__name__)


@dataclass(frozen=True)
class Wanted:
    """What of the changes one subscription is about."""

    kinds: frozenset[ChangeKind]
    fits: Callable[[sa.Row[Any]], bool] = lambda row: True
    """Beside what the actor may know."""


@dataclass(eq=False)
class Follower:
    actor: Actor
    wanted: Wanted
    mailbox: Mailbox = field(default_factory=Mailbox)

    def wants(self, row: sa.Row[Any]) -> bool:
        return row.kind in self.wanted.kinds and of_own_inbox(row, self.actor) and self.wanted.fits(row)


@dataclass(eq=False)
class County:
    """What is known of a county by all who follow it."""

    followers: set[Follower] = field(default_factory=set)
    position: Position | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def of_own_inbox(row: sa.Row[Any], actor: Actor) -> bool:
    """Whether the change is none of an inbox, or of the actor's own."""
    if row.kind != ChangeKind.INBOX.value:
        return True
    return row.login in (None, actor.user) and not actor.roles.isdisjoint(map(Role, row.roles))


class Hub:
    def __init__(self, *, engine: AsyncEngine, database_url: str, cursors: Cursors) -> None:
        self._engine = engine
        self._database_url = database_url
        self._cursors = cursors
        self._counties: dict[str, County] = defaultdict(County)
        self._wake = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Hub"]:
        """Follows the changes while the block runs."""
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    @property
    def followers(self) -> int:
        """Subscriptions that are open."""
        return sum(len(county.followers) for county in self._counties.values())

    def cursor(self, event: Event) -> str:
        """The event's place, as it travels."""
        return self._cursors.seal(event.county, event.position, at=event.at)

    async def follow(self, actor: Actor, wanted: Wanted, *, after: str | None) -> AsyncGenerator[Event, None]:
        """First that it began, with the place from which on nothing is missed; then each change that the actor may know
        of and wants: those after the cursor ``after`` too, where one is given.

        Raises ``ResumeTooOld`` for a cursor of which not all is kept; the iterator ``TooSlow`` when more waits than
        may. It must be closed.
        """
        since = None if after is None else await self._resumed(actor, after)
        return self._follow(actor, wanted, since)

    async def _follow(self, actor: Actor, wanted: Wanted, since: Issued | None) -> AsyncGenerator[Event, None]:
        county, follower = self._counties[actor.county], Follower(actor, wanted)
        async with county.lock:
            if not county.followers or county.position is None:
                county.position = (await looking.here(self._engine))[0].position
            start = county.position
            county.followers.add(follower)
        SUBSCRIPTIONS.inc()
        try:
            if since is None:
                yield Event(county=actor.county, kind=None, position=start, at=clock.now())
            else:
                # With its own age: what lies behind it is kept no longer for having been asked for.
                yield Event(county=actor.county, kind=None, position=since.position, at=since.at)
                async with aclosing(self._missed(follower, after=since.position, until=start)) as missed:
                    async for event in missed:
                        yield event
            while True:
                yield await follower.mailbox.take()
        finally:
            county.followers.discard(follower)
            SUBSCRIPTIONS.dec()

    async def _resumed(self, actor: Actor, after: str) -> Issued:
        place, coming = await looking.here(self._engine)
        since = self._cursors.open(actor.county, after, now=place.at)
        if since.xid > coming:
            # Given out by a database of which this is an older copy.
            raise ResumeTooOld()
        return since

    async def _missed(self, follower: Follower, *, after: Position, until: Position) -> AsyncGenerator[Event, None]:
        while after < until:
            rows = await looking.missed(
                self._engine, follower.actor, kinds=follower.wanted.kinds, after=after, until=until
            )
            for row in rows:
                if follower.wants(row):
                    yield event_of(row)
            if len(rows) < looking.PAGE:
                return
            after = Position(rows[-1].xid, rows[-1].seq)

    async def _look(self) -> None:
        while True:
            self._wake.clear()
            held = False
            for code in [code for code, county in self._counties.items() if county.followers]:
                try:
                    held |= await self._look_at(code)
                except Exception:
                    # The database is away, or worse: nothing is lost, for the next look goes on where this one began.
                    log.exception("changes_not_read", county=code)
            with suppress(TimeoutError):
                if held:
                    await asyncio.sleep(HELD_SECONDS)
                else:
                    await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)

    async def _look_at(self, code: str) -> bool:
        """Tells all followers of a county what is new; whether something waits that could not be told yet."""
        county = self._counties[code]
        async with county.lock:
            if county.position is None or not county.followers:
                return False
            fresh = await looking.news(self._engine, code, after=county.position)
            if fresh.any:
                await self._tell(county, fresh, after=county.position)
            county.position = fresh.until
            return fresh.held or fresh.more

    async def _tell(self, county: County, fresh: looking.News, *, after: Position) -> None:
        scopes: dict[Scope, list[Follower]] = defaultdict(list)
        for follower in county.followers:
            scopes[Scope.of(follower.actor)].append(follower)
        found: dict[Follower, list[tuple[sa.Row[Any], Event]]] = defaultdict(list)
        for scope, followers in scopes.items():
            # Who saw none of it when it changed is not asked for; who did is asked for by the policies of this moment.
            if not _concerns(scope, fresh.concerned, any_at_all=fresh.any):
                continue
            rows = await looking.of_scope(self._engine, followers[0].actor, after=after, until=fresh.until)
            _deal(rows, followers, found)
            if not _concerns(scope, fresh.restricted, any_at_all=fresh.any_restricted):
                continue
            people: dict[tuple[str, bool], list[Follower]] = defaultdict(list)
            for follower in followers:
                people[follower.actor.user, follower.actor.cleared].append(follower)
            for same in people.values():
                rows = await looking.of_person(self._engine, same[0].actor, after=after, until=fresh.until)
                _deal(rows, same, found)
        # Only when all is read: a look that fails has told nobody anything, and is made again.
        for follower, told in found.items():
            follower.mailbox.put(event for _, event in sorted(told, key=lambda each: each[1].position))

    async def _listen(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._wake.set()  # What came before one listened.
                    async for _ in connection.notifies():
                        self._wake.set()
            except (psycopg.Error, OSError) as error:
                log.warning("changes_not_listened_to", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)


def _concerns(scope: Scope, tenants: frozenset[str], *, any_at_all: bool) -> bool:
    return any_at_all if scope.sees == "all" else scope.tenant in tenants or "*" in tenants


def _deal(
    rows: Iterable[sa.Row[Any]],
    followers: list[Follower],
    found: dict[Follower, list[tuple[sa.Row[Any], Event]]],
) -> None:
    """One event for all who get it: a thousand subscribers hold one row."""
    for row in rows:
        event = event_of(row)
        for follower in followers:
            if follower.wants(row):
                found[follower].append((row, event))
