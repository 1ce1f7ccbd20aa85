"""The roster service on the bus: tables are loaded by the operator, and each new petition notes who was on duty."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import msgspec
import pytest
from kombu import Connection, Queue

from gateway.rpc import Rpc
from services.common import topology
from services.common.database import Database, Versioned
from services.common.facts import cloud_event_headers, decode_fact, encode_fact
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.fact import AnyFact, Fact, Reply, typed
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.roster import DutyNote, DutyTable, DutyTurn, LoadDutyTables
from services.contracts.topology import fact_queue
from tests.harness.platform import Platform

COUNTIES = count(990_100)
"""A county of its own for every test: what others do on the same platform is not seen here."""
MONDAY, SUNDAY, TUESDAY = date(2026, 8, 3), date(2026, 8, 9), date(2026, 8, 4)


def turn(weekday: int, leader: str) -> DutyTurn:
    return DutyTurn(weekday=weekday, leader=leader, post="局长", place="接待室", hours="08:30-12:00", phone=None)


def table(tenant: str, **leaders: str) -> DutyTable:
    """``table("xfj", d1="甲")``: one turn for each day that is named."""
    return DutyTable(tenant=tenant, turns=[turn(int(day[1]), leader) for day, leader in leaders.items()])


def petition(**changes: Any) -> Petition:
    base = Petition(
        id=new_id(),
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.VISIT,
        received_on=date(2026, 7, 31),
        registered_at=datetime(2026, 8, 3, 1, 0, tzinfo=UTC),
        registered_on=MONDAY,
        registered_by="xfj",
        registrar="clerk",
        petitioners=[],
        anonymous=False,
        place=None,
        place_name=None,
        title="某村道路",
        body="请求修路",
        nature=Nature.APPEAL,
        category=None,
        urgency=Urgency.NORMAL,
        confidential=False,
        accused=[],
        aliases=[],
        historical=False,
        past_answer=None,
    )
    return msgspec.structs.replace(base, **changes)


class Roster:
    """The service as one county meets it."""

    def __init__(self, platform: Platform, database: Database) -> None:
        self.platform = platform
        self.county = str(next(COUNTIES))
        self._database = database
        self._system = system_actor(self.county, "roster")

    def actor(self, role: Role, kind: TenantKind = TenantKind.COUNTY) -> Actor:
        return Actor(county=self.county, tenant="xfj", kind=kind, user="somebody", name="某人", roles=frozenset({role}))

    def load(self, *tables: DutyTable, actor: Actor | None = None, request_id: str | None = None) -> Reply:
        async def call() -> Reply:
            async with Rpc.connect(self.platform.settings.amqp_url) as rpc:
                return await rpc.call(
                    actor or self.actor(Role.OPERATOR),
                    LoadDutyTables(tables=list(tables)),
                    request_id=request_id or new_id(),
                    trace=new_id(),
                )

        return asyncio.run(call())

    def tell(self, item: Petition, *, version: int = 1) -> None:
        """Puts the petition's fact into the service's own queue, as the facts exchange would."""
        fact = Fact(
            id=new_id(),
            county=self.county,
            type=item.fact_type,
            subject=item.id,
            version=version,
            time=item.registered_at,
            act=Act.REGISTERED,
            actor=system_actor(self.county, "intake").reference,
            petition=item.id,
            remark=None,
            trace="test",
            state=item,
        )
        with (
            Connection(self.platform.settings.amqp_url, transport_options={"confirm_publish": True}) as connection,
            connection.Producer() as producer,
        ):
            producer.publish(
                encode_fact(fact),
                exchange="",
                routing_key=fact_queue("roster", Petition),
                headers=cloud_event_headers(fact),
                content_type="application/json",
                content_encoding="binary",
                delivery_mode=2,
                mandatory=True,
            )

    def handled(self, item: Petition, *, version: int = 1) -> None:
        """Waits until the service has taken the fact; what follows from it is committed with it."""

        def newest() -> bool:
            with self._database.begin(self._system, trace="test") as tx:
                kept = tx.kept(Petition, item.id)
            return kept is not None and kept.version == version

        self.platform.eventually(newest)

    def note(self, item: Petition) -> Versioned[DutyNote] | None:
        with self._database.begin(self._system, trace="test") as tx:
            return tx.read(DutyNote, item.id)

    def noted(self, item: Petition) -> DutyNote:
        self.tell(item)
        self.handled(item)
        note = self.note(item)
        assert note is not None
        return note.state

    @contextmanager
    def listening(self) -> Iterator[Callable[[], list[AnyFact]]]:
        """What the service publishes of our county meanwhile, in the order of its coming; more with each call."""
        heard: list[AnyFact] = []
        with Connection(self.platform.settings.amqp_url) as connection, connection.channel() as channel:
            name, key = f"test.{new_id()}", f"{self.county}.roster.#"
            bound = Queue(name, exchange=topology.FACTS, routing_key=key, auto_delete=True)(channel)
            bound.declare()

            def take() -> list[AnyFact]:
                while (message := bound.get(no_ack=True)) is not None:
                    body = message.body
                    heard.append(decode_fact(body.encode() if isinstance(body, str) else bytes(body)))
                return heard

            yield take
            bound.delete()


@pytest.fixture(scope="module")
def database(platform: Platform) -> Iterator[Database]:
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def roster(platform: Platform, database: Database) -> Roster:
    return Roster(platform, database)


def facts_of(reply: Reply) -> list[Fact[DutyTable]]:
    assert reply.problems == []
    return [typed(msgspec.json.decode(fact, type=AnyFact), DutyTable) for fact in reply.facts]


def test_loading_tells_each_changed_table_and_nothing_of_the_others(roster: Roster) -> None:
    xfj, zrzy = table("xfj", d1="甲"), table("zrzy", d1="乙", d2="丙")
    first = facts_of(roster.load(xfj, zrzy))
    assert [(fact.act, fact.version, fact.state) for fact in first] == [
        (Act.DUTY_TABLE_CHANGED, 1, xfj),
        (Act.DUTY_TABLE_CHANGED, 1, zrzy),
    ]
    assert facts_of(roster.load(xfj, zrzy)) == []
    moved = table("zrzy", d1="乙")
    assert [(fact.version, fact.state) for fact in facts_of(roster.load(xfj, moved))] == [(2, moved)]


def test_the_facts_of_tables_reach_the_bus(roster: Roster) -> None:
    with roster.listening() as heard:
        made = facts_of(roster.load(table("xfj", d1="甲")))
        roster.platform.eventually(heard)
        assert [typed(fact, DutyTable) for fact in heard()] == made


def test_a_tenant_left_out_has_nobody_on_duty_any_more(roster: Roster) -> None:
    roster.load(table("xfj", d1="甲"), table("zrzy", d1="乙"))
    assert [(fact.version, fact.state) for fact in facts_of(roster.load(table("xfj", d1="甲")))] == [(2, table("zrzy"))]
    assert facts_of(roster.load(table("xfj", d1="甲"))) == []


def test_the_same_request_gets_the_same_answer_and_changes_nothing_more(roster: Roster) -> None:
    request_id = new_id()
    first = facts_of(roster.load(table("xfj", d1="甲"), request_id=request_id))
    roster.load(table("xfj", d1="乙"))
    assert facts_of(roster.load(table("xfj", d1="甲"), request_id=request_id)) == first
    assert roster.noted(petition()).turn == turn(1, "乙")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_only_the_operator_loads_tables(roster: Roster, role: Role) -> None:
    reply = roster.load(table("xfj", d1="甲"), actor=roster.actor(role))
    assert [problem.code for problem in reply.problems] == ["FORBIDDEN"]
    assert reply.facts == []


def test_an_operator_of_a_township_loads_no_tables(roster: Roster) -> None:
    reply = roster.load(table("xfj", d1="甲"), actor=roster.actor(Role.OPERATOR, TenantKind.TOWNSHIP))
    assert [problem.code for problem in reply.problems] == ["FORBIDDEN"]


def test_two_leaders_on_one_day_are_refused_and_nothing_is_loaded(roster: Roster) -> None:
    two = DutyTable(tenant="zrzy", turns=[turn(1, "甲"), turn(1, "乙")])
    reply = roster.load(table("xfj", d1="甲"), two)
    assert [(problem.code, problem.field) for problem in reply.problems] == [("INVALID_INPUT", "tables")]
    assert "单位 zrzy 星期 1 有 2 名值班领导" in reply.problems[0].message
    assert roster.noted(petition()).turn is None


def test_a_petition_notes_the_leader_of_the_registering_tenant_on_the_day_of_registration(roster: Roster) -> None:
    roster.load(table("xfj", d1="甲", d7="乙"), table("zrzy", d1="丙"))
    cases = [
        (petition(registered_by="xfj", registered_on=MONDAY), turn(1, "甲")),
        (petition(registered_by="xfj", registered_on=SUNDAY), turn(7, "乙")),
        (petition(registered_by="zrzy", registered_on=MONDAY), turn(1, "丙")),
    ]
    for item, expected in cases:
        assert roster.noted(item) == DutyNote(
            petition_id=item.id, tenant=item.registered_by, on=item.registered_on, turn=expected
        )


def test_the_note_is_told_on_the_petitions_timeline(roster: Roster) -> None:
    roster.load(table("xfj", d1="甲"))
    item = petition()
    with roster.listening() as heard:
        roster.tell(item)
        roster.platform.eventually(heard)
        (fact,) = heard()
    assert (fact.act, fact.version, fact.petition) == (Act.DUTY_NOTED, 1, item.id)
    assert typed(fact, DutyNote).state.turn == turn(1, "甲")


def test_nobody_on_duty_is_noted_as_nobody_not_as_the_county_office(roster: Roster) -> None:
    roster.load(table("xfj", d1="甲", d2="甲"), table("zrzy", d1="丙"))
    assert roster.noted(petition(registered_by="zrzy", registered_on=TUESDAY)).turn is None
    assert roster.noted(petition(registered_by="jw", registered_on=TUESDAY)).turn is None


def test_a_table_that_comes_later_does_not_rewrite_the_note(roster: Roster) -> None:
    item = petition()
    assert roster.noted(item).turn is None
    roster.load(table("xfj", d1="甲"))
    with roster.listening() as heard:
        roster.tell(msgspec.structs.replace(item, category="道路"), version=2)
        roster.handled(item, version=2)
        after = petition()
        roster.tell(after)
        roster.platform.eventually(heard)
        assert [fact.petition for fact in heard()] == [after.id]
    note = roster.note(item)
    assert note is not None
    assert (note.version, note.state.turn) == (1, None)


def test_a_fact_that_comes_again_makes_no_second_note(roster: Roster) -> None:
    roster.load(table("xfj", d1="甲"))
    item = petition()
    roster.noted(item)
    for _ in range(5):
        roster.tell(item)
    # A newer state tells that the service went on past the repetitions that came before it.
    roster.tell(item, version=2)
    roster.handled(item, version=2)
    note = roster.note(item)
    assert note is not None
    assert note.version == 1


def test_a_historical_item_gets_no_note(roster: Roster) -> None:
    roster.load(table("xfj", d1="甲"))
    item = petition(historical=True)
    roster.tell(item)
    roster.handled(item)
    assert roster.note(item) is None


def test_another_countys_table_counts_for_nothing(roster: Roster, platform: Platform, database: Database) -> None:
    roster.load(table("xfj", d1="甲"))
    assert Roster(platform, database).noted(petition()).turn is None


def test_killed_in_the_middle_it_notes_every_petition_once(roster: Roster, platform: Platform) -> None:
    roster.load(table("xfj", d1="甲"))
    items = [petition() for _ in range(40)]
    with roster.listening() as heard:
        for number, item in enumerate(items):
            roster.tell(item)
            if number == len(items) // 2:
                platform.kill9("roster")
        platform.eventually(lambda: {fact.petition for fact in heard()} >= {item.id for item in items}, 60)
        ids = {fact.id for fact in heard()}
    assert len(ids) == len(items)
    assert [item.id for item in items if (note := roster.note(item)) is None or note.version != 1] == []
