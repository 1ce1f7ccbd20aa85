"""The watcher: a process that keeps every tenant's table planned ahead, and tells of empty and unmanned posts.

Any number may run: of a tenant that another has in hand each passes over, and what is done twice changes nothing the
second time. ``python -m services.roster.watcher``.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError

from services.common import clock, logs, settings, tracing
from services.common.database import Database, Transaction
from services.contracts.actor import system_actor
from services.roster.plan_store import plan_tenant
from services.roster.post_watch import watch_posts
from services.roster.reception_desk import judge_again
from services.roster.watching import Mark, marks, watched_counties

REST_SECONDS = 2.0
"""How long it rests before it looks again for tables to be planned, which is one short query for a county."""
POSTS_SECONDS = 30.0
"""How often it looks at the posts: an unmanned one is told after minutes, so half of one more is not noticed, and to
look is to read the coming weeks of every tenant."""
HEARTBEAT_SECONDS = 2.0
"""The health page calls a part down after ten seconds without a pulse."""

HEARTBEAT = """
INSERT INTO xq.heartbeat (part, at, pending) VALUES ('watcher', now(), :pending)
ON CONFLICT (part) DO UPDATE SET at = excluded.at, pending = excluded.pending
"""

log = logs.get(__name__)


class Watcher:
    def __init__(self, *, database: Database) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._beaten = 0.0
        self._planned: dict[tuple[str, str], Mark] = {}
        """By county and tenant what the table was planned from last; kept by this process alone, for planning again
        changes nothing."""
        self._failed: dict[tuple[str, str], Mark] = {}
        """What could not be planned; it is tried again with the posts, and not every moment."""
        self._pending = 0

    def stop(self) -> None:
        """Ends ``run`` after the tenant in hand."""
        self._stopping.set()

    def run(self) -> None:
        """Works until ``stop``; raises when the database goes away, and is then started anew."""
        looked = -POSTS_SECONDS
        while not self._stopping.is_set():
            self._beat()
            posts = time.monotonic() - looked >= POSTS_SECONDS
            if posts:
                looked = time.monotonic()
            self.round(posts=posts)
            self._stopping.wait(REST_SECONDS)

    def round(self, *, posts: bool) -> None:
        """Plans the tables that something has changed for; with ``posts`` looks at the posts of every tenant."""
        waiting = {county: self._guarded_marks(county) for county in watched_counties(self._database)}
        work = [(county, tenant, mark) for county, found in waiting.items() for tenant, mark in found.items()]
        self._pending = sum(self._planned.get((county, tenant)) != mark for county, tenant, mark in work)
        for county, tenant, mark in work:
            if self._stopping.is_set():
                return
            if posts or mark not in (self._planned.get((county, tenant)), self._failed.get((county, tenant))):
                self._look(county, tenant, mark)
                self._beat()

    def _guarded_marks(self, county: str) -> dict[str, Mark]:
        try:
            with self._database.begin(system_actor(county, "roster")) as tx:
                return marks(tx)
        except (OperationalError, InterfaceError):
            raise  # The database is away: nothing can be done for anybody.
        except Exception:
            log.exception("county_not_watched", county=county)
            return {}

    def _look(self, county: str, tenant: str, mark: Mark) -> None:
        """Each in a transaction of its own: a table that cannot be planned is watched all the same."""
        stale = self._planned.get((county, tenant)) != mark
        if stale and not self._guarded(partial(self._plan, mark=mark), county, tenant):
            self._failed[county, tenant] = mark
        self._guarded(self._watch, county, tenant)
        self._guarded(self._judge, county, tenant)

    def _guarded(self, work: Callable[[str, str], None], county: str, tenant: str) -> bool:
        """Whether ``work`` ended well; what is wrong with one tenant's data keeps nothing else waiting."""
        try:
            with logs.context(county=county):
                work(county, tenant)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("tenant_not_watched", county=county, tenant=tenant)
            return False
        return True

    def _plan(self, county: str, tenant: str, mark: Mark) -> None:
        with self._in_hand(county, tenant) as tx:
            if tx is None:
                return
            report = plan_tenant(tx, tenant=tenant)
            if report.added or report.removed or report.moved:
                log.info(
                    "planned",
                    tenant=tenant,
                    until=str(report.last),
                    added=report.added,
                    removed=report.removed,
                    moved=len(report.moved),
                )
        # After the commit: what was rolled back is planned again.
        self._planned[county, tenant] = mark
        self._pending -= 1

    def _watch(self, county: str, tenant: str) -> None:
        with self._in_hand(county, tenant) as tx:
            told = watch_posts(tx, tenant=tenant, now=clock.now()) if tx is not None else 0
            if told:
                log.info("posts_told", tenant=tenant, count=told)

    def _judge(self, county: str, tenant: str) -> None:
        # It takes the locks of cases and receptions, which come before no table's.
        with self._database.begin(system_actor(county, "roster")) as tx:
            judge_again(tx, tenant)

    @contextmanager
    def _in_hand(self, county: str, tenant: str) -> Iterator[Transaction | None]:
        """A transaction that holds the tenant's table; None where somebody changes it now, who is not waited for: the
        next round comes soon."""
        with self._database.begin(system_actor(county, "roster")) as tx:
            yield tx if tx.lock_free([f"roster {tenant}"], limit=1) else None

    def _beat(self) -> None:
        """Tells the gateway's health page that this watcher lives, and how many tables wait to be planned."""
        if time.monotonic() - self._beaten < HEARTBEAT_SECONDS:
            return
        with self._database.engine.begin() as connection:
            connection.execute(sa.text(HEARTBEAT), {"pending": max(self._pending, 0)})
        self._beaten = time.monotonic()


def main() -> None:
    config = settings.load("roster_database_url")
    logs.configure(part="watcher", level=config.log_level)
    watcher = Watcher(database=Database(service="roster", url=config.roster_database_url))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watcher.stop())
    log.info("watcher_started")
    with tracing.exporting(part="watcher", config=config):
        watcher.run()
    log.info("watcher_stopped")


if __name__ == "__main__":
    try:
        main()
    except settings.SettingsError as error:
        sys.exit(str(error))
