"""The sweeper: a process that tells what clocks have reached, makes the morning's reminders, counts cases anew, and
tells of imported notices.

Any number may run: they share the work, and what one has begun when it dies another does. ``python -m
services.deadlines.sweeper``.
"""

import signal
import sys
import threading
import time
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError

from services.common import clock, logs, settings, tracing
from services.common.database import Database
from services.contracts.actor import system_actor
from services.deadlines.mornings import digest, digest_hour
from services.deadlines.recounting import drain, enter_causes, known_counties
from services.deadlines.rules import Rules, load_rules
from services.deadlines.sweeping import sweep
from services.deadlines.telling_calendar import tell_county

REST_SECONDS = 1.0
"""How long it rests when nothing is due."""
HEARTBEAT_SECONDS = 2.0

HEARTBEAT = """
INSERT INTO xq.heartbeat (part, at, pending) VALUES ('sweeper', now(), :pending)
ON CONFLICT (part) DO UPDATE SET at = excluded.at, pending = excluded.pending
"""

WAITING = """
SELECT (SELECT count(*) FROM deadlines.watch WHERE county_id = :county AND next_at <= :now)
     + (SELECT count(*) FROM deadlines.recount WHERE county_id = :county AND wanted)
"""

log = logs.get(__name__)


class Sweeper:
    def __init__(self, *, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules
        self._stopping = threading.Event()
        self._beaten = 0.0

    def stop(self) -> None:
        """Ends ``run`` after the batch in hand."""
        self._stopping.set()

    def run(self) -> None:
        """Works until ``stop``; raises when the database goes away, and is then started anew."""
        while not self._stopping.is_set():
            counties = known_counties(self._database)
            more = [self._guarded(county) for county in counties]
            self._beat(counties)
            if not any(more):
                self._stopping.wait(REST_SECONDS)

    def _guarded(self, county: str) -> bool:
        """``_turn``, so that what is wrong with one county's data keeps no other county waiting."""
        try:
            return self._turn(county)
        except (OperationalError, InterfaceError):
            raise  # The database is away: nothing can be done for anybody.
        except Exception:
            log.exception("county_not_swept", county=county)
            return False

    def _turn(self, county: str) -> bool:
        """One batch of what is due in the county; tells whether more may be due at once."""
        with logs.context(county=county):
            now = clock.now()
            swept = sweep(self._database, county=county, now=now)
            if swept.levels:
                log.info("swept", levels=swept.levels, oldest=str(swept.oldest), newest=str(swept.newest))
                # The morning's reminders wait for what the night has brought, so that they are of one moment.
                return True
            reminders = digest(self._database, county=county, now=now, hour=digest_hour(self._database, county))
            if reminders:
                log.info("reminders_made", count=reminders)
            enter_causes(self._database, county=county)
            tell_county(self._database, county=county)
            return drain(self._database, county=county, rules=self._rules) is not None

    def _beat(self, counties: list[str]) -> None:
        """Tells the gateway's health page that this sweeper lives, and how much waits; between batches, so that one
        that hangs has no pulse."""
        if time.monotonic() - self._beaten < HEARTBEAT_SECONDS:
            return
        pending = sum(waiting(self._database, county, clock.now()) for county in counties)
        with self._database.engine.begin() as connection:
            connection.execute(sa.text(HEARTBEAT), {"pending": pending})
        self._beaten = time.monotonic()


def waiting(database: Database, county: str, now: datetime) -> int:
    """Clocks that have a level to be told, and cases to be counted anew."""
    with database.begin(system_actor(county, "deadlines")) as tx:
        return int(tx.connection.execute(sa.text(WAITING), {"county": county, "now": now}).scalar_one())


def main() -> None:
    config = settings.load("deadlines_database_url")
    logs.configure(part="sweeper", level=config.log_level)
    sweeper = Sweeper(database=Database(service="deadlines", url=config.deadlines_database_url), rules=load_rules())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sweeper.stop())
    log.info("sweeper_started")
    with tracing.exporting(part="sweeper", config=config):
        sweeper.run()
    log.info("sweeper_stopped")


if __name__ == "__main__":
    try:
        main()
    except settings.SettingsError as error:
        sys.exit(str(error))
