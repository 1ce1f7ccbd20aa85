"""How long a search takes among very many petitions: ``.venv/bin/python -m tests.bench.search``. No part of ``test``.

Starts a database of its own, durable as in production, fills the view of one county with petitions whose texts are made
of the words of real questions, and asks them through the executor of the gateway, as users of the county office and of
a bureau. Shows by which plan PostgreSQL finds the words.
"""

import argparse
import asyncio
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import Any

import msgspec
import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.context import Context
from gateway.database import connect, scoped
from gateway.execution import Executor
from gateway.rows import petition_row, words_of
from gateway.schema.root import build_schema
from gateway.searching.finding import newest
from gateway.searching.questions import exact, units
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.fact import Reply
from services.contracts.intake import Alias
from services.contracts.register_commands import FindPeople
from tests.bench.many_clocks import petition as one_petition
from tests.bench.sweep import machine_line, own_instance

COUNTY = "990300"
LAST = date(2026, 11, 22)
CHARACTERS = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能"
    "好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长"
)
COMMON = (
    *("反映", "问题", "领导", "解决", "希望", "我们", "村民", "政府", "小区", "业主", "工资", "拖欠", "农民工"),
    *("噪音", "扰民", "施工", "夜间", "路灯", "修路", "道路", "自来水", "停水", "水质", "物业", "收费"),
)
RARER = (
    *("移民搬迁", "幼儿园", "学校", "食堂", "养老保险", "退休", "公交车", "房产证", "办理", "宅基地", "低保"),
    *("垃圾", "污水", "养殖场", "采石场", "粉尘", "补偿", "征地", "拆迁", "危房"),
)
TOWNS = ["城关", "四皓", "景村", "古城", "三要", "灵口", "寺耳", "巡检", "石坡", "石门", "麻坪", "洛源", "保安", "永丰"]
SENTENCES = 12
TEXTS = 20_000
"""Different ones; more petitions than that have the same again."""

QUESTIONS = {
    "a common word": "问题",
    "a word": "路灯",
    "two words": "采石场 粉尘",
    "a place and a word": "灵口镇 污水",
    "a phrase": "移民搬迁",
    "a sentence, taken apart": "夜间施工噪音扰民",
    "a rare word": "洛南王三星",
    "the end of a number": "00012345",
    "one character": "危",
}
FIND = """query($text: String!) { searchPetitions(text: $text, first: 20) { totalCount capped loosened
  nodes { rank whereLabels snippet petition { id number title statusLabel receivedOn } } } }"""
COPIES = {
    "petition": "county_id, id, version, visible_to, named, number, status, registered_by, registered_at, received_on,"
    " channel, nature, urgency, category, place, title, next_due_on, state",
    "petition_words": "county_id, petition_id, words",
}


class Nobody:
    """Stands for intake, which knows nobody: its hop is measured in ``tests.bench.latency``."""

    async def call(self, actor: Actor, command: FindPeople, **ids: str) -> Reply:
        return Reply(value={"petition_ids": []})


def user(tenant: str, kind: TenantKind) -> Actor:
    return Actor(county=COUNTY, tenant=tenant, kind=kind, user="clerk", name="经办人", roles=frozenset({Role.CLERK}))


USERS = {"county office": user("xfj", TenantKind.COUNTY), "a bureau": user("body3", TenantKind.BUREAU)}


def texts(chosen: random.Random, number: int) -> tuple[str, str]:
    """Title and body: some words of what people write of, among characters that make no words."""

    def filler(low: int, high: int) -> str:
        return "".join(chosen.choices(CHARACTERS, k=chosen.randint(low, high)))

    def sentence() -> str:
        word = chosen.choice(COMMON) if chosen.random() < 0.7 else chosen.choice(RARER) if chosen.random() < 0.5 else ""
        return filler(5, 18) + word + filler(3, 12)

    town = chosen.choice(TOWNS)
    rare = "洛南王三星" if number % 5000 == 77 else ""
    title = f"{town}镇{filler(2, 5)}{chosen.choice(COMMON + RARER)}{filler(2, 6)}{rare}"
    return title, "，".join(sentence() for _ in range(chosen.randint(SENTENCES // 2, SENTENCES * 2)))


def made(bounds: tuple[int, int]) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """The rows of the petitions from the first number to the last."""
    first, last = bounds
    chosen, base, found = random.Random(first), one_petition(), []
    for number in range(first, last):
        title, body = texts(chosen, number)
        on = LAST
        case = msgspec.structs.replace(
            base, id=new_id(), number=f"XFN{on:%Y%m%d}{number:08d}", title=title, body=body, received_on=on,
            place=f"{COUNTY}{number % 14:03d}", registered_by="xfj", aliases=[Alias(system="旧", number=f"J{number}")],
        )  # fmt: skip
        row = petition_row(case)
        state = msgspec.json.encode(row["state"]).decode()
        seen = ["xfj", f"body{number % 24}"]
        petition = (
            *(COUNTY, case.id, 1, seen, None, case.number, "ACCEPTED", "xfj", case.registered_at, on),
            *(row["channel"], row["nature"], row["urgency"], None, case.place, title, date(9999, 12, 31), state),
        )
        found.append((petition, (COUNTY, case.id, words_of(case))))
    return found


def batches(count: int, size: int = 2000) -> Iterator[tuple[int, int]]:
    yield from ((start, min(start + size, count)) for start in range(0, count, size))


# The texts that were made come again under other numbers, on other days and at other bodies.
MULTIPLIED = """
INSERT INTO gateway_view.petition (county_id, id, version, visible_to, named, number, status, registered_by,
  registered_at, received_on, channel, nature, urgency, category, place, title, next_due_on, state)
SELECT county_id, id || '.' || n, version, ARRAY['xfj', 'body' || n %% 24], named, number || n, status, registered_by,
  registered_at, received_on - n, channel, nature, urgency, category, place, title, next_due_on,
  state || jsonb_build_object('id', id || '.' || n)
FROM gateway_view.petition, generate_series(1, %(copies)s - 1) AS n WHERE county_id = %(county)s
"""
MULTIPLIED_WORDS = """
INSERT INTO gateway_view.petition_words (county_id, petition_id, words)
SELECT county_id, petition_id || '.' || n, words
FROM gateway_view.petition_words, generate_series(1, %(copies)s - 1) AS n WHERE county_id = %(county)s
"""
SPREAD = """UPDATE gateway_view.petition SET received_on = received_on - abs(hashtext(id)) %% 3650
WHERE county_id = %(county)s"""


def seed(admin_url: str, count: int) -> float:
    """Fills the view; returns the seconds that PostgreSQL needed to index the words."""
    texts = min(count, TEXTS)
    with psycopg.connect(admin_url, autocommit=True) as admin, ProcessPoolExecutor(2) as pool:
        for table in COPIES:
            admin.execute(f"DELETE FROM gateway_view.{table} WHERE county_id = '{COUNTY}'")
        admin.execute("DROP INDEX gateway_view.petition_words_found")
        for rows in pool.map(made, batches(texts)):
            with admin.transaction(), admin.cursor() as cursor:
                for index, (table, columns) in enumerate(COPIES.items()):
                    with cursor.copy(f"COPY gateway_view.{table} ({columns}) FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row[index])
        for statement in (MULTIPLIED, MULTIPLIED_WORDS, SPREAD):
            admin.execute(statement, {"county": COUNTY, "copies": count // texts})
        admin.execute("VACUUM FULL gateway_view.petition")
        admin.execute("SET maintenance_work_mem = '1GB'")
        began = time.perf_counter()
        admin.execute("CREATE INDEX petition_words_found ON gateway_view.petition_words USING gin (words)")
        seconds = time.perf_counter() - began
        admin.execute("VACUUM (ANALYZE)")
        admin.execute("CHECKPOINT")
    return seconds


async def once(engine: AsyncEngine, executor: Executor, actor: Actor, text: str) -> tuple[float, dict[str, Any]]:
    rpc: Any = Nobody()
    config: Any = None
    context = Context(actor=actor, engine=engine, rpc=rpc, trace="", idempotency_key=None, config=config)
    began = time.perf_counter()
    answer = await executor.execute(query=FIND, variables={"text": text}, operation=None, context=context)
    seconds = time.perf_counter() - began
    if "errors" in answer:
        raise AssertionError(answer["errors"])
    found: dict[str, Any] = answer["data"]["searchPetitions"]
    return seconds, found


async def plan_of(engine: AsyncEngine, actor: Actor, text: str) -> str:
    """The indexes by which the words are found, as PostgreSQL says."""
    compiled = newest([exact(unit, {}) for unit in units(text)], [], COUNTY).compile(dialect=engine.dialect)
    async with scoped(engine, actor) as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params)
        plan = "\n".join(row[0] for row in rows)
    return ", ".join(dict.fromkeys(re.findall(r"(?:Index Scan[a-zA-Z ]*(?:using|on)|Seq Scan on) (\w+)", plan)))


async def run(url: str, *, times: int, tell: Callable[[str], None]) -> None:
    engine, executor = connect(url), Executor(build_schema(), introspection=False)
    for who, actor in USERS.items():
        for name, text in QUESTIONS.items():
            await once(engine, executor, actor, text)
            taken = [await once(engine, executor, actor, text) for _ in range(times)]
            found = taken[0][1]
            if who == "county office" and not found["totalCount"]:
                raise AssertionError(f"nothing was found for {text}")
            milliseconds = sorted(seconds * 1000 for seconds, _ in taken)
            p50, p95 = statistics.median(milliseconds), milliseconds[int(len(milliseconds) * 0.95) - 1]
            count = f"{found['totalCount']}{'+' if found['capped'] else ''}{' (parts)' if found['loosened'] else ''}"
            tell(f"{who} | {name} | {count} | {p50:.0f} | {p95:.0f} | {await plan_of(engine, actor, text)} |")
    await engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--petitions", type=int, nargs="+", default=[100_000, 500_000])
    parser.add_argument("--times", type=int, default=20, help="how often each question is asked")
    given = parser.parse_args()
    print(machine_line(), "", sep="\n")
    print("| petitions | user | question | found | p50 ms | p95 ms | by |")
    print("|--:|---|---|--:|--:|--:|---|")
    with own_instance() as instance:
        settings = instance.settings
        for count in given.petitions:
            seconds = seed(settings.admin_database_url, count)
            with psycopg.connect(settings.admin_database_url) as admin:
                query = """SELECT pg_size_pretty(pg_relation_size('gateway.petition_words_found')),
                  pg_size_pretty(pg_total_relation_size('gateway_view.petition_words')),
                  pg_size_pretty(pg_total_relation_size('gateway_view.petition'))"""
                sizes = admin.execute(query).fetchone()
            assert sizes is not None
            asyncio.run(
                run(
                    settings.gateway_database_url,
                    times=given.times,
                    tell=lambda row, count=count: print(f"| {count} | {row}", flush=True),  # type: ignore[misc]
                )
            )
            print(f"\n{count}: indexed in {seconds:.0f} s; index {sizes[0]}, words {sizes[1]}, petitions {sizes[2]}\n")


if __name__ == "__main__":
    main()
