"""Searching petitions over a real database: what is found, in what order, how fast it is found, and by whom."""

import asyncio
import importlib
import json
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.context import Context
from gateway.database import connect, scoped
from gateway.execution import Executor
from gateway.schema.root import build_schema
from gateway.searching.finding import newest
from gateway.searching.questions import Unit, exact, loose, phrase, units
from gateway.searching.words import Field, folded, vector
from gateway.view import apply
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation, PlaceRef
from services.contracts.fact import Problem, Reply
from services.contracts.intake import Alias, Nature, PastAnswer, Petition
from services.contracts.register_commands import FindPeople
from tests.harness.instance import TestInstance
from tests.harness.platform import GraphQLFailed, Platform
from tests.journey.story import Walker, done, letter
from tests.unit.gateway.made import TODAY, fact, petition, referral

T = TypeVar("T")

EXECUTOR = Executor(build_schema(), introspection=False)
FIND = """query($text: String, $name: String, $phone: String, $filter: PetitionFilter, $first: Int, $after: Cursor) {
  searchPetitions(text: $text, name: $name, phone: $phone, filter: $filter, first: $first, after: $after) {
    totalCount capped loosened peopleSearched pageInfo { hasNextPage endCursor }
    nodes { rank where snippet petition { id title } } } }"""
TOWN = "611021104"
PLACES = [PlaceRef(code=TOWN, name="灵口镇"), PlaceRef(code=f"{TOWN}201", name="三星村委会")]


class Intake:
    """Stands for intake: knows whose petitions are whose, and what it was asked."""

    def __init__(self, people: dict[str, list[str]], problem: str | None = None) -> None:
        self.people = people
        self.problem = problem
        self.asked: list[FindPeople] = []

    async def call(self, actor: Actor, command: FindPeople, **ids: str) -> Reply:
        self.asked.append(command)
        if self.problem:
            return Reply(problems=[Problem(code=self.problem, message="暂时不可用")])
        key = command.name or command.identity_number or command.phone or ""
        return Reply(value={"petition_ids": self.people.get(key, [])})


class County:
    """A county of its own in the view, made of facts."""

    def __init__(self, instance: TestInstance) -> None:
        self.code = new_id()
        self.instance = instance
        self.intake = Intake({})

    def with_engine(self, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
        async def run() -> T:
            engine = connect(self.instance.settings.gateway_database_url)
            try:
                return await work(engine)
            finally:
                await engine.dispose()

        return asyncio.run(run())

    def tell(self, *states: Any, version: int = 1) -> None:
        async def work(engine: AsyncEngine) -> None:
            async with engine.begin() as connection:
                await apply(connection, [fact(one, county=self.code, version=version) for one in states])

        self.with_engine(work)

    def user(self, tenant: str = "xfj", *roles: Role, login: str = "somebody") -> Actor:
        kind = TenantKind.COUNTY if tenant == "xfj" else TenantKind.BUREAU
        return Actor(
            county=self.code, tenant=tenant, kind=kind, user=login, name="n", roles=frozenset(roles or {Role.CLERK})
        )

    def response(self, actor: Actor, **given: Any) -> dict[str, Any]:
        async def work(engine: AsyncEngine) -> dict[str, Any]:
            rpc: Any = self.intake
            config = self.instance.settings
            context = Context(actor=actor, engine=engine, rpc=rpc, trace="t", idempotency_key=None, config=config)
            return await EXECUTOR.execute(query=FIND, variables=given, operation=None, context=context)

        return self.with_engine(work)

    def finds(self, actor: Actor | None = None, /, **given: Any) -> dict[str, Any]:
        answer = self.response(actor or self.user(), **given)
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"]["searchPetitions"]
        return found

    def titles(self, actor: Actor | None = None, /, **given: Any) -> list[str]:
        return [node["petition"]["title"] for node in self.finds(actor, **given)["nodes"]]


@pytest.fixture
def county(instance: TestInstance) -> County:
    return County(instance)


def case(title: str, body: str = "请核实处理", **changes: Any) -> Petition:
    return petition(title=title, body=body, registered_by="xfj", **changes)


def test_postgresql_finds_every_piece_of_a_text_and_nothing_else(instance: TestInstance) -> None:
    chosen = random.Random(5)
    rows = []
    for _ in range(2000):
        text = "".join(chosen.choices("路灯不亮水电，\n ", k=chosen.randint(3, 30)))
        start = chosen.randrange(len(text))
        piece = text[start : start + chosen.randint(1, 6)] if chosen.random() < 0.7 else "".join(
            chosen.choices("路灯不亮水电", k=chosen.randint(1, 4))
        )  # fmt: skip
        plain = "".join(folded(text)[0].split())
        for run in "".join(folded(piece)[0].split()).split(","):
            if run:
                rows.append((vector([Field("D", text)]), phrase(run), loose(Unit(run), {}, missing=True), run in plain))
    with psycopg.connect(instance.settings.admin_database_url) as connection:
        query = """SELECT v::tsvector @@ q::tsquery, v::tsvector @@ near::tsquery FROM unnest(%s::text[], %s::text[],
          %s::text[]) WITH ORDINALITY AS of (v, q, near, n) ORDER BY n"""
        told = connection.execute(query, [list(column) for column in zip(*rows, strict=True)][:3]).fetchall()
    assert [found for found, _ in told] == [row[3] for row in rows]
    assert all(near for (found, near) in told if found)
    assert {True, False} == {row[3] for row in rows}


def test_titles_come_before_texts_and_the_newest_of_equals_first(county: County) -> None:
    day = timedelta(days=1)
    county.tell(
        case("环境问题", "村口路灯坏了，垃圾也无人清运", received_on=TODAY),
        case("路灯坏了", received_on=TODAY - 9 * day),
        case("路灯坏了", received_on=TODAY - 3 * day),
        case("修路", "年年修路，路上没有灯"),
        case("旧事", past_answer=PastAnswer(agency="住建局", on=None, text="已更换路灯")),
    )
    found = county.finds(text="路灯")
    assert [node["petition"]["title"] for node in found["nodes"]] == ["路灯坏了", "路灯坏了", "环境问题", "旧事"]
    assert [node["where"] for node in found["nodes"]] == [["TITLE"], ["TITLE"], ["BODY"], ["ANSWER"]]
    assert found["nodes"][2]["snippet"] == "村口【路灯】坏了，垃圾也无人清运"
    assert (found["totalCount"], found["capped"], found["loosened"]) == (4, False, False)
    ranks = [node["rank"] for node in found["nodes"]]
    assert ranks == sorted(ranks, reverse=True)
    assert county.titles(text="路灯 垃圾") == ["环境问题"]
    assert set(county.titles(text="灯")) == {"路灯坏了", "环境问题", "修路", "旧事"}
    assert county.titles(text="水库") == []

    # Pages go on where they ended, whatever came in between.
    first = county.finds(text="路灯", first=2)
    county.tell(case("路灯坏了", received_on=TODAY))
    rest = county.finds(text="路灯", first=2, after=first["pageInfo"]["endCursor"])
    assert [node["petition"]["title"] for node in rest["nodes"]] == ["环境问题", "旧事"]
    assert not rest["pageInfo"]["hasNextPage"]


def test_a_sentence_is_taken_apart_where_nothing_holds_it_whole(county: County) -> None:
    county.tell(case("某公司拖欠农民工的工资"), case("农民工工资问题"), case("拖欠货款"))
    found = county.finds(text="农民工工资拖欠")
    assert found["loosened"]
    # The last one lacks a word; money for goods lacks two.
    assert [node["petition"]["title"] for node in found["nodes"]] == ["某公司拖欠农民工的工资", "农民工工资问题"]
    assert county.titles(text="“农民工工资拖欠”") == []
    assert county.titles(text="农民工工资")[0] == "农民工工资问题"


def test_a_number_its_end_and_an_alias_go_first(county: County) -> None:
    county.tell(
        case("甲", number="XFL202611220017"),
        case("乙", number="SLJV202611220017", aliases=[Alias(system="12345", number="GD-2019-7766")]),
        case("编号 XFL202611220017 的件"),
    )
    assert county.titles(text="XFL202611220017")[0] == "甲"
    assert set(county.titles(text="0017")) == {"甲", "乙"}
    assert county.titles(text="xfl202611220017") == county.titles(text="ＸＦＬ202611220017")
    assert county.titles(text="gd-2019-7766") == county.titles(text="7766") == ["乙"]
    assert county.finds(text="7766")["nodes"][0]["where"] == ["NUMBER"]


def test_a_place_is_found_by_its_code_with_what_lies_below(county: County) -> None:
    organisation = Organisation(
        code=TOWN, kind=TenantKind.TOWNSHIP, name="灵口镇人民政府", short_name="灵口镇", number_prefix="LK",
        superior="xfj", responsibilities=[], places=PLACES, phone=None, active=True,
    )  # fmt: skip
    county.tell(
        organisation,
        case("甲 饮水", place=f"{TOWN}201", place_name="三星村委会"),
        case("乙 修路", place=TOWN, place_name="灵口镇"),
        case("丙", "灵口镇有人反映饮水"),
        case("丁 饮水", place="611021001", place_name="城关街道"),
    )
    assert set(county.titles(text="灵口镇")) == {"甲 饮水", "乙 修路", "丙"}
    assert county.titles(text="三星村") == ["甲 饮水"]
    assert set(county.titles(text="灵口镇饮水")) == set(county.titles(text="灵口 饮水")) == {"甲 饮水", "丙"}
    assert county.titles(text="灵口镇饮水", filter={"place": f"{TOWN}201"}) == ["甲 饮水"]
    assert county.titles(text="“灵口镇”", filter={"place": TOWN}) == ["乙 修路"]


def test_a_person_is_asked_of_intake_and_read_under_ones_own_scope(county: County) -> None:
    mine, others = case("反映路灯", registrar="a"), petition(title="反映水渠", registered_by="zrzy")
    county.tell(mine, others)
    county.intake.people = {"赵小树": [mine.id, others.id], "13800001234": [mine.id]}
    found = county.finds(text="赵小树")
    assert found["peopleSearched"]
    assert [node["where"] for node in found["nodes"]] == [["PETITIONER"], ["PETITIONER"]]
    assert county.titles(county.user("zrzy"), text="赵小树") == ["反映水渠"]
    assert county.titles(county.user("slj"), name="赵小树") == []
    assert county.titles(phone="13800001234") == ["反映路灯"]
    assert county.titles(text="13800001234") == ["反映路灯"]
    assert county.titles(name="赵小树", text="水渠") == ["反映水渠"]
    assert county.titles(name="赵小树", filter={"registeredBy": "zrzy"}) == ["反映水渠"]
    asked = len(county.intake.asked)
    for text in ("路灯坏了没人修", "路灯 水渠", "“赵小树”", "灯"):
        assert not county.finds(text=text)["peopleSearched"]
    assert len(county.intake.asked) == asked

    county.intake.problem = "UNAVAILABLE"
    found = county.finds(text="路灯")
    assert (found["totalCount"], found["peopleSearched"]) == (1, False)
    (error,) = county.response(county.user(), name="赵小树")["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"


def test_nobody_finds_or_counts_what_he_may_not_see(county: County) -> None:
    accused = ["slj"]
    accusation = case("检举某站长", "收受礼金", nature=Nature.ACCUSATION, registrar="author", accused=accused)
    handed, own = case("反映路灯"), petition(title="路灯维修", registered_by="slj")
    county.tell(accusation, handed, own, referral(handed, "zrzy"))
    assert county.titles(county.user("slj"), text="路灯") == ["路灯维修"]
    assert county.titles(county.user("zrzy"), text="路灯") == ["反映路灯"]
    assert county.finds(county.user("jtj"), text="路灯")["totalCount"] == 0
    assert set(county.titles(text="路灯")) == {"反映路灯", "路灯维修"}

    for actor in (county.user(), county.user("slj"), county.user("slj", Role.CLERK, Role.ACCUSATIONS)):
        for text in ("检举某站长", "礼金", accusation.number, accusation.number[-8:]):
            found = county.finds(actor, text=text)
            assert (found["totalCount"], found["nodes"]) == (0, []), (actor, text)
    county.intake.people = {"钱某某": [accusation.id]}
    assert county.finds(name="钱某某")["totalCount"] == 0
    for actor in (county.user("xfj", Role.CLERK, login="author"), county.user("xfj", Role.CLERK, Role.ACCUSATIONS)):
        assert county.titles(actor, text="礼金") == ["检举某站长"]
    # Its snippet is a reading, once for each of the two.
    with psycopg.connect(county.instance.settings.admin_database_url) as admin:
        noted = admin.execute("SELECT count(*) FROM gateway.reading WHERE county_id = %s", (county.code,)).fetchone()
    assert noted == (2,)
    # Nor by the table that holds the words, or by the view with another county's actor.
    stranger = Actor(
        county=new_id(), tenant="xfj", kind=TenantKind.COUNTY, user="u", name="n", roles=frozenset({Role.ACCUSATIONS})
    )

    async def rows(engine: AsyncEngine) -> list[int]:
        found = []
        for actor in (county.user(), county.user("slj"), stranger):
            async with scoped(engine, actor) as connection:
                for table in ("petition_words", "searchable"):
                    found.append(
                        (await connection.execute(sa.text(f"SELECT count(*) FROM gateway_view.{table}"))).scalar_one()
                    )
        return found

    assert county.with_engine(rows) == [2, 2, 1, 1, 0, 0]


def test_words_follow_a_correction_and_only_then_are_written(county: County) -> None:
    before = case("反映路灯")
    county.tell(before)
    county.tell(petition(id=before.id, number=before.number, title="反映水渠", registered_by="xfj"), version=2)
    assert (county.titles(text="路灯"), county.titles(text="水渠")) == ([], ["反映水渠"])


def test_the_petitions_of_an_older_database_get_their_words(county: County) -> None:
    county.tell(case("反映路灯", demands="尽快维修"), case("反映水渠"))
    migration = importlib.import_module("gateway.migrations.0007_search")
    url = county.instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine, here = sa.create_engine(url), {"county": county.code}
    table = "gateway_view.petition_words"
    words = f"SELECT petition_id, words::text FROM {table} WHERE county_id = :county ORDER BY petition_id"
    with engine.begin() as connection:
        before = connection.execute(sa.text(words), here).all()
        connection.execute(sa.text("DELETE FROM gateway_view.petition_words WHERE county_id = :county"), here)
        migration.fill(connection)
        assert connection.execute(sa.text(words), here).all() == before
    engine.dispose()
    assert len(before) == 2


def test_too_little_and_too_much_are_refused_in_words(county: County) -> None:
    def code(**given: Any) -> tuple[str, str | None]:
        (error,) = county.response(county.user(), **given)["errors"]
        return error["extensions"]["code"], error["extensions"].get("field")

    assert code() == code(text="  ") == ("INVALID_INPUT", "text")
    assert code(text="a") == ("SEARCH_TOO_SHORT", "text")
    assert code(text="路" * 300) == ("INVALID_INPUT", "text")
    assert code(text="路灯", first=0) == ("INVALID_INPUT", "first")
    assert code(text="路灯", after="eA==") == ("INVALID_INPUT", "after")
    (error,) = county.response(county.user("xfj", Role.AUDITOR), text="路灯")["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


MANY = """
INSERT INTO gateway_view.petition
SELECT p.county_id, p.id || n, p.version, p.visible_to, p.named, p.number || n, p.status, p.registered_by,
  p.registered_at, p.received_on - n %% 900, p.channel, p.nature, p.urgency, p.category, p.place, p.title,
  p.next_due_on, p.state
FROM gateway_view.petition AS p, generate_series(1, 20000) AS n WHERE p.county_id = %(county)s
"""
MANY_WORDS = """
INSERT INTO gateway_view.petition_words
SELECT w.county_id, w.petition_id || n,
  w.words || CASE WHEN n %% 500 = 0 THEN '''水渠'':9D'::tsvector ELSE '''无关'':9D'::tsvector END
FROM gateway_view.petition_words AS w, generate_series(1, 20000) AS n WHERE w.county_id = %(county)s
"""


@pytest.mark.parametrize("tenant", ["xfj", "slj"])
def test_words_are_found_by_their_index(county: County, tenant: str) -> None:
    one = case("反映路灯")
    county.tell(one, referral(one, "slj"))
    with psycopg.connect(county.instance.settings.admin_database_url, autocommit=True) as admin:
        for statement in (MANY, MANY_WORDS):
            admin.execute(statement, {"county": county.code})
        admin.execute("ANALYZE gateway_view.petition, gateway_view.petition_words")

    async def plan(engine: AsyncEngine) -> str:
        (unit,) = units("水渠")
        compiled = newest([exact(unit, {})], [], county.code).compile(dialect=engine.dialect)
        async with scoped(engine, county.user(tenant)) as connection:
            (row,) = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}", compiled.params)
        return json.dumps(row[0])

    found = county.with_engine(plan)
    assert '"petition_words_found"' in found
    assert "Seq Scan" not in found
    answer = county.finds(county.user(tenant), text="路灯")
    assert (answer["totalCount"], answer["capped"]) == (1000, True)
    assert county.finds(county.user(tenant), text="水渠")["totalCount"] == 40


def test_a_clerk_finds_a_person_by_the_whole_name_only(platform: Platform) -> None:
    """Over the real platform: what intake knows, and a bureau that may not know."""
    office = Walker(platform, platform.login("xfj", "CLERK"))
    name = "".join(random.choices("钱孙李周吴郑王冯陈褚卫蒋沈韩杨", k=1) + random.choices("梓涵宇轩浩然欣怡", k=3))
    people = [{"name": name, "phone": "13900007788", "representative": True}]
    ordinary = done(office.register(letter(petitioners=people)))["petition"]["id"]
    secret = done(office.register(letter(petitioners=people, confidential=True)))["petition"]["id"]
    to = [{"tenant": "slj", "role": "LEAD"}]
    for each in (ordinary, secret):
        given = {"petitionId": each, "kind": "TRANSFER", "to": to}
        done(office.act("referPetition", "ReferPetitionInput", given))
    bureau = platform.login("slj", "CLERK")

    def ids(client: Any, **given: str) -> set[str]:
        found = platform.gql(client, FIND, given)["searchPetitions"]
        assert found["totalCount"] == len(found["nodes"])
        return {node["petition"]["id"] for node in found["nodes"]}

    assert ids(office.client, name=name) == ids(office.client, text=name) == {ordinary, secret}
    assert ids(office.client, name=name[:2]) == set()
    # The bureau handles both, and may not know who wrote the confidential one.
    platform.eventually(lambda: ids(bureau, name=name) == {ordinary})
    assert ids(platform.login("zrzy", "CLERK"), name=name) == set()
    with pytest.raises(GraphQLFailed, match="FORBIDDEN"):
        ids(platform.login("xfj", "AUDITOR"), name=name)
