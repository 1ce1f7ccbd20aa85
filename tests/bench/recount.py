"""How long it takes to count anew what a year's notice touches: ``.venv/bin/python -m tests.bench.recount``.

No part of ``test``. A hundred thousand cases with open clocks, in a year whose notice is not out; then the notice,
as ``./xinqiao calendar import`` enters it. The workers do what the sweeper does.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date

import sqlalchemy as sa

from services.common.database import Database
from services.deadlines.model import calendar_day, cause
from services.deadlines.recounting import drain, enter_causes
from services.deadlines.rules import load_rules
from tests.bench.many_clocks import COUNTY, seed_cases
from tests.bench.sweep import machine_line, own_instance

YEAR = 2028
OFF = (date(YEAR, 11, 6), date(YEAR, 11, 10))
"""A working week that the notice takes off, in the midst of the periods."""
RECEIVED = date(YEAR, 10, 25)


def import_notice(admin: sa.Engine) -> None:
    """The year becomes firm, with a week off that was not computed."""
    year = (calendar_day.c.day >= date(YEAR, 1, 1), calendar_day.c.day <= date(YEAR, 12, 31))
    with admin.begin() as connection:
        connection.execute(sa.update(calendar_day).where(*year).values(provisional=False, source="bench"))
        off = sa.update(calendar_day).where(calendar_day.c.day.between(*OFF))
        connection.execute(off.values(kind="HOLIDAY", name="假期"))
        span = {"first": date(YEAR, 1, 1), "last": date(YEAR, 12, 31)}
        connection.execute(sa.insert(cause).values(kind="notice", text=f"载入{YEAR}年节假日安排通知", **span))


def work(url: str) -> None:
    """One worker's process: waits for the word, drains the queue, tells what it did."""
    database, rules = Database(service="deadlines", url=url), load_rules()
    print("ready", flush=True)
    sys.stdin.readline()
    cases = 0
    while (counted := drain(database, county=COUNTY, rules=rules)) is not None:
        cases += counted.petitions
    print(json.dumps({"cases": cases, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measured(url: str, admin: sa.Engine, *, workers: int) -> str:
    command = [sys.executable, "-m", "tests.bench.recount", "--work", url]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)
    ]
    for process in processes:
        assert process.stdout is not None
        # The service's own logs are on the same stream, before and after.
        assert any(line == "ready\n" for line in process.stdout)
    began = time.monotonic()
    database = Database(service="deadlines", url=url)
    entered = enter_causes(database, county=COUNTY)
    entering = time.monotonic() - began
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    done = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    # Two that end together may each leave the run for the other to finish.
    while drain(database, county=COUNTY, rules=load_rules()) is not None:
        pass
    seconds = time.monotonic() - began
    database.engine.dispose()
    assert sum(each["cases"] for each in done) == entered
    return checked(admin, entered, entering, seconds, max(each["peak_mib"] for each in done), workers)


def checked(admin: sa.Engine, entered: int, entering: float, seconds: float, peak: float, workers: int) -> str:
    """The row of the table. Raises ``AssertionError`` where a change is not recorded, or recorded twice."""
    facts = (
        "SELECT count(*), count(DISTINCT (headers ->> 'cloudEvents:subject')) FROM deadlines.outbox"
        " WHERE county_id = :county AND routing_key LIKE '%.deadlines.clock.v1'"
    )
    with admin.connect() as connection:
        run = connection.execute(
            sa.text(
                "SELECT petitions, clocks, changed, finished_at FROM deadlines.recount_run ORDER BY id DESC LIMIT 1"
            )
        ).one()
        told, clocks = connection.execute(sa.text(facts), {"county": COUNTY}).one()
        left = connection.execute(sa.text("SELECT count(*) FROM deadlines.recount WHERE wanted")).scalar_one()
    assert run.finished_at is not None
    assert (run.petitions, left) == (entered, 0)
    assert told == clocks == run.changed, f"{run.changed} changed, {told} told, {clocks} clocks"
    return (
        f"| {workers} | {entered} | {run.clocks} | {run.changed} | {entering:.1f} | {seconds:.1f}"
        f" | {run.clocks / seconds:.0f} | {peak:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work)
        return
    print(machine_line(), "", sep="\n")
    with own_instance() as instance:
        admin = sa.create_engine(
            instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        )
        url = instance.settings.deadlines_database_url
        seed_cases(admin, url, count=given.cases, received=RECEIVED)
        import_notice(admin)
        row = measured(url, admin, workers=given.workers)
        admin.dispose()
    print("| workers | cases | clocks | changed and told | entering, s | in all, s | clocks per second | peak MiB |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    print(row)


if __name__ == "__main__":
    main()
