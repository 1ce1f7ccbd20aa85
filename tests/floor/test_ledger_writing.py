"""How the relay writes the ledger: one order for all who write at once, and on over a head that somebody changed."""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from deploy.operator.ledger import LedgerBroken, verified
from services.common import clock
from services.common.facts import encode_fact
from services.common.ids import new_id
from services.common.ledger_writing import append
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.fact import Fact
from services.contracts.intake import Disclosure
from tests.harness.instance import TestInstance

Admin = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def admin(instance: TestInstance) -> Iterator[Admin]:
    """A superuser whom no trigger hinders."""
    with psycopg.connect(instance.settings.admin_database_url, row_factory=dict_row, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


class Ledger:
    def __init__(self, instance: TestInstance, county: str) -> None:
        self.county = county
        self._url = instance.settings.relay_database_url
        self._key = bytes.fromhex(instance.settings.ledger_key)

    def write(self, *batches: int) -> None:
        """So many facts in each batch, all batches at once as relays of several services write them."""

        async def batch(count: int) -> None:
            async with await psycopg.AsyncConnection.connect(self._url) as connection:
                bodies = [encode_fact(self.fact()) for _ in range(count)]
                await append(connection, key=self._key, service="intake", bodies=bodies)

        async def all_of_them() -> None:
            await asyncio.gather(*(batch(count) for count in batches))

        asyncio.run(all_of_them())

    def check(self) -> str:
        with psycopg.connect(self._url, row_factory=dict_row, autocommit=True) as connection:
            return verified(connection, county=self.county, key=self._key, kept=[])

    def fact(self) -> Fact[Disclosure]:
        state = Disclosure(id=new_id(), petition_id=new_id(), petitioner_id=None, tenant="xfj")
        return Fact(
            id=new_id(), county=self.county, type=state.fact_type, subject=state.id, version=1, time=clock.now(),
            act=Act.TEXT_REVEALED, actor=system_actor(self.county, "intake").reference, petition=state.petition_id,
            remark=None, trace="t", state=state,
        )  # fmt: skip


def test_who_writes_at_once_writes_one_chain(instance: TestInstance) -> None:
    ledger = Ledger(instance, "970051")
    ledger.write(*[7] * 6)
    assert "970051：42 条记录，校验链完整" in ledger.check()
    ledger.write(1, 1, 1)
    assert "970051：45 条记录，校验链完整" in ledger.check()


def test_the_same_fact_a_second_time_is_refused_whole(instance: TestInstance, admin: Admin) -> None:
    ledger = Ledger(instance, "970052")
    fact = ledger.fact()
    key, body = bytes.fromhex(instance.settings.ledger_key), encode_fact(fact)

    async def twice() -> None:
        async with await psycopg.AsyncConnection.connect(instance.settings.relay_database_url) as connection:
            await append(connection, key=key, service="intake", bodies=[body, body])

    with pytest.raises(psycopg.errors.UniqueViolation):
        asyncio.run(twice())
    assert admin.execute("SELECT 1 FROM ledger.head WHERE county_id = '970052'").fetchone() is None
    ledger.write(1)
    assert "970052：1 条记录，校验链完整" in ledger.check()


@pytest.mark.parametrize(
    ("county", "tamper", "found"),
    [
        ("970053", ["UPDATE ledger.head SET seq = 4, seal = '\\x00'"], "第 6 条续记时已发现台账末尾被改动"),
        (
            "970054",
            [
                "DELETE FROM ledger.entry WHERE seq > 2",
                "UPDATE ledger.head SET seq = 2, chain = (SELECT chain FROM ledger.entry WHERE seq = 2 {})",
            ],
            "第 3 条续记时已发现台账末尾被改动",
        ),
        ("970055", ["DELETE FROM ledger.head"], "第 6 条续记时已发现台账末尾被改动"),
        (
            "970056",
            ["UPDATE ledger.head SET seal = '\\x00'", "DELETE FROM ledger.entry"],
            "第 0 条续记时已发现台账末尾被改动",
        ),
        ("970057", ["DELETE FROM ledger.entry WHERE seq > 2"], "第 3 条缺失"),
    ],
    ids=["head", "newest and head", "no head", "all entries", "newest"],
)
def test_writing_goes_on_over_what_somebody_changed_and_it_stays_to_be_seen(
    instance: TestInstance, admin: Admin, county: str, tamper: list[str], found: str
) -> None:
    ledger = Ledger(instance, county)
    ledger.write(5)
    assert "5 条记录，校验链完整" in ledger.check()
    for statement in tamper:
        own = f"{'AND' if 'WHERE' in statement and '{}' not in statement else 'WHERE'} county_id = '{county}'"
        admin.execute(f"{statement.format(f'AND county_id = {county!r}')} {own}")
    with pytest.raises(LedgerBroken):
        ledger.check()
    for _ in range(2):
        ledger.write(3)
        with pytest.raises(LedgerBroken, match=found):
            ledger.check()
