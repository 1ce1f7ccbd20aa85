"""How long a sweep of a million open clocks takes: ``.venv/bin/python -m tests.bench.sweep``. No part of ``test``.

Starts a broker and a database of its own, durable as in production. Each sweeper is a process; the instant to which it
sweeps is given, so a day passes in no time.
"""

import argparse
import json
import os
import platform as machine
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from deploy.local import trial
from services.common.database import Database
from services.common.settings import Settings
from services.deadlines.sweeping import sweep_all
from tests.bench.due_to_bus import due_to_bus
from tests.bench.many_clocks import COUNTY, seed_clocks, seed_watch, template
from tests.harness.instance import TestInstance, started_instance

ORIGIN = datetime(2026, 9, 1, tzinfo=UTC)
NIGHT = ORIGIN + timedelta(hours=12)
NEXT_NIGHT = NIGHT + timedelta(days=1)

CHECK = """
SELECT count(*) AS told, count(DISTINCT clock || ' ' || version) AS once,
       count(*) FILTER (WHERE since < before) AS behind,
       count(*) FILTER (WHERE since < before_in_batch) AS behind_in_batch
FROM (
  SELECT fact.subject AS clock, fact.version, state.since, lag(state.since) OVER (ORDER BY seq) AS before,
         lag(state.since) OVER (PARTITION BY fact.trace ORDER BY seq) AS before_in_batch
  FROM deadlines.outbox,
       json_to_record(convert_from(body, 'UTF8')::json) AS fact (subject text, version text, trace text, state json),
       json_to_record(fact.state) AS state (since timestamptz)
  WHERE routing_key LIKE '%.deadlines.alert.v1' AND seq > :after
) AS told
"""


class Run(NamedTuple):
    name: str
    sweepers: int
    levels: int
    seconds: float
    own: float
    """Processor seconds of all sweepers."""
    server: float
    """Processor seconds of their connections' database processes."""
    peak_mib: float
    """Of the largest sweeper process."""
    verdict: str


def work(url: str, now: datetime) -> None:
    """One sweeper's process: waits for the word, sweeps until nothing is due, tells what it did."""
    database = Database(service="deadlines", url=url)
    with database.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    print("ready", flush=True)
    sys.stdin.readline()
    before = processor_seconds(os.getpid()), processor_seconds(backend)
    swept = sweep_all(database, county=COUNTY, now=now)
    own, server = processor_seconds(os.getpid()) - before[0], processor_seconds(backend) - before[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"levels": swept.levels, "peak_mib": peak / 1024, "own": own, "server": server}), flush=True)


def processor_seconds(pid: int) -> float:
    """What a process of this machine has used; it says what the work costs, whatever else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(admin: sa.Engine, settings: Settings, *, name: str, now: datetime, sweepers: int, due: int) -> Run:
    with admin.connect() as connection:
        after = connection.execute(sa.text("SELECT coalesce(max(seq), 0) FROM deadlines.outbox")).scalar_one()
    command = [sys.executable, "-m", "tests.bench.sweep", "--work", settings.deadlines_database_url, now.isoformat()]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(sweepers)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    done = [json.loads(process.communicate()[0]) for process in processes]
    seconds = time.monotonic() - began
    levels = sum(each["levels"] for each in done)
    verdict = checked(admin, after=after, now=now, due=due, ordered=sweepers == 1)
    own, server = (sum(each[name] for each in done) for name in ("own", "server"))
    return Run(name, sweepers, levels, seconds, own, server, max(each["peak_mib"] for each in done), verdict)


def checked(admin: sa.Engine, *, after: int, now: datetime, due: int, ordered: bool) -> str:
    """Raises ``AssertionError`` where a level was skipped, doubled, or told before an older one."""
    with admin.connect() as connection:
        found = connection.execute(sa.text(CHECK), {"after": after}).one()
        left = connection.execute(sa.text("SELECT count(*) FROM deadlines.watch WHERE next_at <= :now"), {"now": now})
        assert left.scalar_one() == 0
    assert found.told == found.once == due, f"{due} due, {found.told} told, {found.once} different"
    assert found.behind_in_batch == 0
    assert not ordered or found.behind == 0, f"{found.behind} told before an older one"
    order = "oldest first over all" if ordered else "oldest first in each batch"
    return f"{found.told} told, none skipped, none doubled, {order}"


def run(instance: TestInstance, *, count: int) -> Iterator[Run]:
    admin = sa.create_engine(instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    database = Database(service="deadlines", url=instance.settings.deadlines_database_url)
    clock = template(database)
    seed_clocks(admin, clock, count=count)
    for sweepers in (1, 2):
        seed_watch(admin, clock, count=count, origin=ORIGIN)
        for name, now, due in (("2 % due", NIGHT, count // 50), ("all due", NEXT_NIGHT, count)):
            yield measured(admin, instance.settings, name=name, now=now, sweepers=sweepers, due=due)
    database.engine.dispose()
    admin.dispose()


@contextmanager
def own_instance() -> Iterator[TestInstance]:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with started_instance(durable=True) as instance:
            yield instance
    finally:
        trial.remove(trial.folder_of(os.getpid()))


def machine_line() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{machine.system()} {machine.machine()}, {os.cpu_count()} cores, Python {machine.python_version()}; "
        f"load before: {load}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--work", nargs=2, metavar=("URL", "NOW"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work[0], datetime.fromisoformat(given.work[1]))
        return
    print(
        machine_line(),
        "",
        "| sweep | sweepers | levels told | seconds | per second | CPU s, sweepers | CPU s, database | peak MiB | |",
        sep="\n",
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|---|")
    with own_instance() as instance:
        for each in run(instance, count=given.clocks):
            print(
                f"| {each.name} | {each.sweepers} | {each.levels} | {each.seconds:.1f}"
                f" | {each.levels / each.seconds:.0f} | {each.own:.1f} | {each.server:.1f} | {each.peak_mib:.0f}"
                f" | {each.verdict} |",
                flush=True,
            )
        print("", due_to_bus(instance, county=COUNTY), sep="\n")


if __name__ == "__main__":
    main()
