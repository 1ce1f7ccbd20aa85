"""How long a check for repeats takes: ``.venv/bin/python -m tests.bench.repeats``. No part of ``test``.

Starts a database of its own, durable as in production, fills its register, and asks as the service is asked: from the
command's envelope to its reply as JSON. What the database does is shown for one search.
"""

import argparse
import logging
import random
import time
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
import structlog

from services.common.bus.commands import carry_out
from services.common.database import Database
from services.common.ids import new_id
from services.common.scope import SET_SCOPE, SET_SOUGHT, scope_parameters
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, Actor, Envelope, Role, TenantKind
from services.contracts.base import builtins
from services.contracts.repeats import CheckRepeats, Repeats
from services.intake import finding
from services.intake.likeness import rarest, signature
from services.intake.repeat_commands import RepeatCommands
from tests.bench.many_items import COUNTY, Item, person, place_name, seed, text
from tests.bench.sweep import machine_line, own_instance

TENANT = "t1"
CLERK = Actor(
    county=COUNTY, tenant=TENANT, kind=TenantKind.TOWNSHIP, user="clerk", name="经办人", roles=frozenset({Role.CLERK})
)
SEARCH = (
    "SELECT petition_id, matter_id, place, features, sketch FROM intake.likeness WHERE county_id = :county"
    " ORDER BY received_on DESC, petition_id DESC LIMIT :most"
)

Ask = Callable[[random.Random, Item], dict[str, Any]]


def the_same(chance: random.Random, item: Item) -> dict[str, Any]:
    written = item.petition
    return {"petitioners": [builtins(item.person)], "title": written.title, "body": written.body + "盼复。"}


def another(chance: random.Random, item: Item) -> dict[str, Any]:
    """Somebody else on another thing at the same place."""
    place = item.petition.title[2:6]
    written = text(chance, place)
    return {"petitioners": [builtins(person(chance))], "title": written.title, "body": written.body}


def half_a_title(chance: random.Random, item: Item) -> dict[str, Any]:
    return {"title": item.petition.title[: len(item.petition.title) // 2]}


def a_common_word(chance: random.Random, item: Item) -> dict[str, Any]:
    return {"title": "反映影响出行安全的问题"}


def nothing_like_it(chance: random.Random, item: Item) -> dict[str, Any]:
    written = text(chance, place_name(chance))
    return {"petitioners": [builtins(person(chance))], "title": written.title, "body": written.body}


def a_name_alone(chance: random.Random, item: Item) -> dict[str, Any]:
    return {"petitioners": [{"name": item.person.name}]}


ASKED: dict[str, Ask] = {
    "the same text by the same person": the_same,
    "another thing at the same place": another,
    "half a title": half_a_title,
    "a common title": a_common_word,
    "a new place": nothing_like_it,
    "a name alone": a_name_alone,
}


class Register(RepeatCommands):
    """The service without its bus."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault

    def check(self, asked: dict[str, Any]) -> Repeats:
        envelope = Envelope(
            request_id=new_id(), trace=new_id(), actor=CLERK, command=msgspec.Raw(msgspec.json.encode(asked))
        )
        reply = msgspec.json.decode(
            carry_out(
                database=self.database,
                struct=CheckRepeats,
                roles=HANDLES_CASES,
                kinds=frozenset(TenantKind),
                envelope=envelope,
                method=self.found,
                keep=False,
            )
        )
        if reply["problems"]:
            raise AssertionError(reply["problems"])
        return msgspec.convert(reply["value"], Repeats)


def measure(register: Register, kept: list[Item], *, times: int) -> None:
    chance = random.Random(2)
    print("| asked | checks | found in | p50 ms | p95 ms | longest ms |")
    print("|---|--:|--:|--:|--:|--:|")
    everything: list[float] = []
    for name, ask in ASKED.items():
        taken, hits = [], 0
        for _ in range(times):
            asked = {**ask(chance, chance.choice(kept)), "place": f"{COUNTY}001"}
            began = time.perf_counter()
            answer = register.check(asked)
            taken.append((time.perf_counter() - began) * 1000)
            hits += bool(answer.matches)
        everything += taken
        print(f"| {name} | {times} | {hits} | {_figures(taken)} |", flush=True)
    print(f"| all | {len(everything)} | | {_figures(everything)} |")


def _figures(taken: list[float]) -> str:
    order = sorted(taken)
    return f"{order[len(order) // 2]:.1f} | {order[len(order) * 95 // 100]:.1f} | {order[-1]:.1f}"


def explain(register: Register, item: Item) -> None:
    """The plan of the search by features, as the service's role under its policy. Raises where it reads the table."""
    mine = signature(COUNTY, title=item.petition.title, body=item.petition.body)
    with register.database.begin(CLERK, trace=new_id()) as tx:
        keys = rarest(mine.features, finding.known(tx), budget=finding.FEATURES_BUDGET)
        tx.connection.execute(sa.text(SET_SCOPE), scope_parameters(CLERK))
        tx.connection.execute(sa.text(SET_SOUGHT), {"keys": keys})
        values = {"county": COUNTY, "most": finding.FEATURES_BUDGET}
        plan = tx.connection.execute(sa.text(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {SEARCH}"), values).scalars().all()
    print("", f"{len(mine.features)} features, looked for by {len(keys)} of them:", "", "```", *plan, "```", sep="\n")
    if not any("Bitmap Index Scan on likeness_keys" in line for line in plan):
        raise AssertionError("the search does not use its index")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=500_000)
    parser.add_argument("--times", type=int, default=200, help="checks of each kind")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(machine_line(), "", sep="\n")
    with own_instance() as instance:
        settings: Any = instance.settings
        vault = Vault(key=settings.vault_key, index_key=settings.index_key)
        began = time.perf_counter()
        kept = seed(settings.admin_database_url, vault, count=given.items)
        print(
            f"{given.items} items, seeded in {time.perf_counter() - began:.0f} s;", _sizes(settings.admin_database_url)
        )
        database = Database(service="intake", url=settings.intake_database_url)
        register = Register(database, vault)
        began = time.perf_counter()
        register.check({"title": kept[0].petition.title})
        print(
            f"The first check, which samples the frequencies: {(time.perf_counter() - began) * 1000:.0f} ms",
            "",
            sep="\n",
        )
        measure(register, kept, times=given.times)
        explain(register, kept[len(kept) // 2])
        database.engine.dispose()


def _sizes(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT pg_size_pretty(pg_table_size('intake.likeness')),"
            " pg_size_pretty(pg_relation_size('intake.likeness_keys'))"
        ).fetchone()
    assert row is not None
    return f"the table has {row[0]}, its index {row[1]}"


if __name__ == "__main__":
    main()
