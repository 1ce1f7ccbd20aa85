"""How long an export takes: ``.venv/bin/python -m tests.bench.exports``. No part of ``test``.

Starts a database of its own, durable as in production, with petitions as ``tests.bench.search`` makes them, and writes
the register of a user of the county office to a file.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from gateway.database import connect
from gateway.exports.lists import LISTS
from gateway.exports.making import Asked, make
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading import ViewReader
from tests.bench.indicators import Delay
from tests.bench.search import USERS, seed
from tests.bench.sweep import machine_line, own_instance


async def run(url: str) -> str:
    engine, delay = connect(url), Delay()
    reader = ViewReader(engine=engine, actor=USERS["county office"])
    asked = Asked(LISTS["petitions"], [sa.true()], ORDERS[PetitionOrder.NEWEST_FIRST], "", "", "", False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        watching = asyncio.create_task(delay.watch())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        rows = await make(reader, asked, path)
        seconds = time.perf_counter() - began
        watching.cancel()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        size = path.stat().st_size / 1024**2
    await reader.release()
    await engine.dispose()
    return f"| {rows} | {seconds:.1f} | {size:.1f} | {grown:.0f} | {delay.longest * 1000:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000, 20_000])
    given = parser.parse_args()
    print(machine_line(), "", sep="\n")
    print("| petitions | seconds | MB | memory grown, MiB | loop late, ms |")
    print("|--:|--:|--:|--:|--:|")
    with own_instance() as instance:
        for rows in given.rows:
            seed(instance.settings.admin_database_url, rows)
            print(asyncio.run(run(instance.settings.gateway_database_url)), flush=True)


if __name__ == "__main__":
    main()
