"""A bureau that never reads and one that is slow keep nothing from the others; ``tests.bench.bureaus`` measures it."""

import asyncio
from pathlib import Path

from services.common.database import Database
from tests.bench.many_bureaus import SLOW_SECONDS, System, Writer, accounts, all_read
from tests.harness.platform import Platform

BUREAUS = 8
REFERRALS = 400


def test_the_others_read_everything_in_order_and_the_dead_one_when_it_returns(
    platform: Platform, tmp_path: Path
) -> None:
    given = accounts(platform.settings, count=BUREAUS, file=tmp_path / "bureaus.json")
    dead, slow, *others = [System(account) for account in given]
    slow.pause = SLOW_SECONDS
    database = Database(service="routing", url=platform.settings.routing_database_url)
    # Only what bureaus are told: the services of the platform know no such cases.
    writer = Writer(database, [one.tenant for one in given], facts=False)

    async def walk() -> None:
        listening = [asyncio.create_task(one.listen()) for one in (slow, *others)]
        await writer.write(REFERRALS, per_second=10 * REFERRALS)
        await all_read(others, writer)
        assert dead.read == []
        await all_read([slow], writer)
        listening.append(asyncio.create_task(dead.listen()))
        await all_read([dead], writer)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)

    asyncio.run(walk())
    database.engine.dispose()
    assert len(dead.read) == len(slow.read) == REFERRALS // BUREAUS
