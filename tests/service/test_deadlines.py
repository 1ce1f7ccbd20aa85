"""The deadlines service on the bus: in any order, however often, through a crash, facts give the same clocks."""

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from kombu import Connection, Queue

from services.common import topology
from services.common.database import Database
from services.common.facts import cloud_event_headers, decode_fact, encode_fact
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.base import State
from services.contracts.deadlines import Clock, Level, Obligation
from services.contracts.fact import Fact, typed
from services.contracts.intake import Nature, Petition
from services.contracts.reminders import Alert
from services.contracts.routing import Closure, Referral, ReferralRole
from services.contracts.rules import LoadRegime, Regime, Warnings
from services.contracts.topology import fact_queue
from services.deadlines.cases import recount
from services.deadlines.events import CaseFacts
from services.deadlines.model import calendar_day, load_calendar
from services.deadlines.obligations import obligations
from services.deadlines.seeding import seed
from tests.floor.speaking import call
from tests.harness.platform import Platform
from tests.harness.waiting import eventually
from tests.service.told import MOMENT, RULES, petition, way_of_a_referral

COUNTY = "990077"
"""A county of our own: what other tests of the same platform do is not seen here, nor ours there."""
SENDERS = {"intake": system_actor(COUNTY, "intake"), "routing": system_actor(COUNTY, "routing")}
ACTOR = system_actor(COUNTY, "deadlines")
Told = tuple[State, int]
"""A state and its version."""


class Case:
    """One case: all facts that are told of it, and the clocks that they give in the end."""

    def __init__(self) -> None:
        self.petition = petition()
        self.referrals = [
            way_of_a_referral(self.petition, to="jtj", role=ReferralRole.LEAD),
            way_of_a_referral(self.petition, to="czj", role=ReferralRole.SUPPORT),
        ]
        self.closure = Closure(petition_id=self.petition.id, closed_on=date(2026, 9, 3), closed_by="xfj")

    @property
    def told(self) -> list[Told]:
        ways = [(state, version) for way in self.referrals for version, state in enumerate(way, start=1)]
        return [(self.petition, 1), *ways, (self.closure, 1)]

    def clocks(self, database: Database) -> list[Clock]:
        facts = CaseFacts(
            petition=self.petition, referrals=tuple(way[-1] for way in self.referrals), closure=self.closure
        )
        with database.begin(ACTOR, trace="test") as tx:
            calendar = load_calendar(tx.connection, since=date(2026, 1, 1))
        return obligations(case=facts, rules=RULES, regime=None, calendar=calendar)


def send(platform: Platform, told: list[Told]) -> None:
    """Puts facts into the service's own queues, as the facts exchange would, and into nobody else's."""
    with (
        Connection(platform.settings.amqp_url, transport_options={"confirm_publish": True}) as connection,
        connection.Producer() as producer,
    ):
        for state, version in told:
            fact = Fact(
                id=new_id(),
                county=COUNTY,
                type=state.fact_type,
                subject=state.aggregate_id,
                version=version,
                time=MOMENT,
                act=Act.REGISTERED,
                actor=SENDERS[state.fact_type.split(".")[0]].reference,
                petition=state.case_id,
                remark=None,
                trace="test",
                state=state,
            )
            producer.publish(
                encode_fact(fact),
                exchange="",
                routing_key=fact_queue("deadlines", type(state)),
                headers=cloud_event_headers(fact),
                content_type="application/json",
                content_encoding="binary",
                delivery_mode=2,
                mandatory=True,
            )


@contextlib.contextmanager
def listening(platform: Platform, state: type[Any] = Clock) -> Iterator[Callable[[], list[Fact[Any]]]]:
    """What the service publishes of our county meanwhile, in the order of its coming; more with each call."""
    heard: list[Fact[Any]] = []
    routing_key = f"{COUNTY}.{state.fact_type}"
    with Connection(platform.settings.amqp_url) as connection, connection.channel() as channel:
        queue = Queue(f"test.{new_id()}", exchange=topology.FACTS, routing_key=routing_key, auto_delete=True)
        bound = queue(channel)
        bound.declare()

        def take() -> list[Fact[Clock]]:
            while (message := bound.get(no_ack=True)) is not None:
                body = message.body
                heard.append(typed(decode_fact(body.encode() if isinstance(body, str) else bytes(body)), state))
            return heard

        yield take
        bound.delete()


@pytest.fixture(scope="module")
def database(platform: Platform) -> Iterator[Database]:
    opened = Database(service="deadlines", url=platform.settings.deadlines_database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def admin(platform: Platform) -> Iterator[sa.Engine]:
    url = platform.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()


def stored(database: Database, petition_id: str) -> list[Clock]:
    with database.begin(ACTOR, trace="test") as tx:
        found = [row.state for row in tx.of_petition(Clock, petition_id)]
    return sorted(found, key=lambda clock: (clock.starts_on, clock.id))


def agree(platform: Platform, database: Database, cases: list[Case], *, timeout: float = 60) -> None:
    """Waits until the service holds for each case the clocks that its facts give."""
    for case in cases:
        expected = case.clocks(database)

        def same(case: Case = case, expected: list[Clock] = expected) -> bool:
            assert stored(database, case.petition.id) == expected
            return True

        platform.eventually(same, timeout)


def test_a_petition_opens_its_transfer_clock_and_tells_it(platform: Platform, database: Database) -> None:
    item = petition()
    with listening(platform) as heard:
        send(platform, [(item, 1)])
        platform.eventually(heard)
        (fact,) = heard()
    assert (fact.act, fact.version, fact.petition) == (Act.CLOCK_OPENED, 1, item.id)
    assert fact.actor == ACTOR.reference
    assert fact.remark == "转送交办（《信访工作条例》第二十二条第一款）：2026-08-18 到期"
    assert (fact.state.obligation, fact.state.owner) == (Obligation.TRANSFER, "xfj")
    assert stored(database, item.id) == [fact.state]


def test_facts_that_come_before_their_petition_wait_for_it(platform: Platform, database: Database) -> None:
    case = Case()
    send(platform, [each for each in case.told if each[0] is not case.petition])
    platform.eventually(lambda: kept_versions(database, case.petition.id) == [4, 4, 1])
    assert stored(database, case.petition.id) == []
    send(platform, [(case.petition, 1)])
    agree(platform, database, [case])


def kept_versions(database: Database, petition_id: str) -> list[int]:
    """Of the petition's referrals, its closure, and the petition itself, as far as they have come."""
    with database.begin(ACTOR, trace="test") as tx:
        referrals = [row.version for row in tx.kept_of_petition(Referral, petition_id)]
        others = [tx.kept(state, petition_id) for state in (Closure, Petition)]
        return [*referrals, *(row.version for row in others if row)]


def test_shuffled_and_repeated_facts_give_the_same_clocks_each_told_once(
    platform: Platform, database: Database, admin: sa.Engine
) -> None:
    cases = [Case() for _ in range(15)]
    told = [each for case in cases for each in case.told] * 3
    random.Random(20260803).shuffle(told)
    with listening(platform) as heard:
        send(platform, told)
        agree(platform, database, cases)
        facts = all_told(platform, admin, heard)
    check_told_once(database, cases, facts)


def test_killed_in_the_middle_it_loses_no_clock_and_doubles_none(
    platform: Platform, database: Database, admin: sa.Engine
) -> None:
    cases = [Case() for _ in range(30)]
    told = [each for case in cases for each in case.told] * 2
    random.Random(7).shuffle(told)
    with listening(platform) as heard:
        send(platform, told)
        platform.eventually(lambda: any(stored(database, case.petition.id) for case in cases))
        platform.kill9("deadlines")
        agree(platform, database, cases)
        facts = all_told(platform, admin, heard)
    check_told_once(database, cases, facts)


def all_told(platform: Platform, admin: sa.Engine, heard: Callable[[], list[Fact[Clock]]]) -> list[Fact[Clock]]:
    """The facts heard once the outbox is empty: a row leaves it when the broker has its message."""

    def outbox_empty() -> bool:
        query = sa.text("SELECT count(*) FROM deadlines.outbox WHERE county_id = :county")
        with admin.connect() as connection:
            return bool(connection.execute(query, {"county": COUNTY}).scalar_one() == 0)

    platform.eventually(outbox_empty)
    return heard()


def check_told_once(database: Database, cases: list[Case], facts: list[Fact[Clock]]) -> None:
    """Each version of each clock is told, the last is what is stored, and no version stands for two states."""
    for case in cases:
        clocks = stored(database, case.petition.id)
        of_case = [fact for fact in facts if fact.petition == case.petition.id]
        by_version = {(fact.subject, fact.version): fact for fact in of_case}
        assert {fact.id for fact in by_version.values()} == {fact.id for fact in of_case}
        for clock in clocks:
            versions = sorted(version for subject, version in by_version if subject == clock.id)
            assert versions == list(range(1, len(versions) + 1))
            assert by_version[clock.id, versions[-1]].state == clock
        assert {fact.subject for fact in of_case} == {clock.id for clock in clocks}


def test_two_facts_of_one_case_at_once_miss_neither(database: Database, admin: sa.Engine) -> None:
    case = Case()
    sent = case.referrals[0][0]

    def second() -> None:
        with database.begin(ACTOR, trace="second") as tx:
            tx.keep(sent, version=1, fact_id=new_id())
            recount(tx, petition_id=case.petition.id, rules=RULES)

    thread = threading.Thread(target=second)
    with database.begin(ACTOR, trace="first") as tx:
        tx.keep(case.petition, version=1, fact_id=new_id())
        recount(tx, petition_id=case.petition.id, rules=RULES)
        thread.start()
        # Only when the second stands at the door is it sure that both run at once.
        await_waiting(admin, thread)
    thread.join(20)
    assert not thread.is_alive()
    found = {clock.obligation: clock for clock in stored(database, case.petition.id)}
    assert found[Obligation.TRANSFER].met_on == sent.sent_on
    assert found[Obligation.REPORT].owner == "jtj"


def await_waiting(admin: sa.Engine, thread: threading.Thread) -> None:
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE usename = 'xq_deadlines' AND wait_event_type = 'Lock' AND wait_event = 'advisory'"
    )

    def waiting() -> bool:
        assert thread.is_alive(), "it did not wait"
        with admin.connect() as connection:
            return bool(connection.execute(query).scalar_one())

    eventually(waiting, 20)


def test_a_historical_item_gets_no_clocks(platform: Platform, database: Database) -> None:
    historical = petition(historical=True)
    send(platform, [(historical, 1)])
    platform.eventually(lambda: kept_versions(database, historical.id) == [1])
    assert stored(database, historical.id) == []


def test_an_item_classified_anew_loses_its_handling_clock(platform: Platform, database: Database) -> None:
    case = Case()
    accepted = case.referrals[0][2]
    send(platform, [(case.petition, 1), (accepted, 3)])
    platform.eventually(lambda: len(stored(database, case.petition.id)) == 5)
    send(platform, [(msgspec.structs.replace(case.petition, nature=Nature.SUGGESTION), 2)])

    def cancelled() -> set[Obligation]:
        return {clock.obligation for clock in stored(database, case.petition.id) if clock.cancelled}

    platform.eventually(lambda: cancelled() == {Obligation.HANDLING, Obligation.OBJECTION})


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO deadlines.calendar_day VALUES ('CN', '2035-01-01', 'WORKDAY', NULL, 'x', false)",
        "UPDATE deadlines.calendar_day SET provisional = false WHERE provisional",
        "DELETE FROM deadlines.calendar_day",
    ],
)
def test_the_service_cannot_write_the_calendar(database: Database, admin: sa.Engine, statement: str) -> None:
    before = whole_calendar(admin)
    with contextlib.suppress(sa.exc.ProgrammingError), database.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert whole_calendar(admin) == before
    assert before


def whole_calendar(admin: sa.Engine) -> list[tuple[Any, ...]]:
    with admin.connect() as connection:
        return all_days(connection)


def all_days(connection: sa.Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sa.select(calendar_day).order_by(calendar_day.c.day))]


def test_seeding_again_changes_nothing_and_mends_what_is_missing_or_was_guessed(admin: sa.Engine) -> None:
    with admin.connect() as connection, connection.begin() as transaction:
        before = all_days(connection)
        assert seed(connection) == 0
        guessed = sa.update(calendar_day).where(calendar_day.c.day == date(2026, 10, 1))
        connection.execute(guessed.values(provisional=True, kind="WORKDAY", name=None, source="guess"))
        connection.execute(sa.delete(calendar_day).where(calendar_day.c.day == date(2026, 10, 10)))
        assert seed(connection) == 2
        assert all_days(connection) == before
        transaction.rollback()


OPERATOR = Actor(
    county=COUNTY,
    tenant="xfj",
    kind=TenantKind.COUNTY,
    user="operator",
    name="管理员",
    roles=frozenset({Role.OPERATOR}),
)


def test_a_regime_is_loaded_by_the_operator_and_the_sweeper_counts_by_it(
    platform: Platform, database: Database
) -> None:
    item = petition(received_on=date(2026, 8, 3))
    send(platform, [(item, 1)])
    platform.eventually(lambda: stored(database, item.id))
    before = stored(database, item.id)
    regime = Regime(county=COUNTY, warnings=[Warnings(shares=(10, 20, 30))])
    reply = call(platform.settings, OPERATOR, LoadRegime(regime=regime))
    assert reply.problems == []
    assert reply.value["changed"] is True
    assert reply.value["cases"] >= 1

    def counted() -> bool:
        (clock, *_) = stored(database, item.id)
        return clock.marks[0].at < before[0].marks[0].at

    platform.eventually(counted, 60)
    assert call(platform.settings, OPERATOR, LoadRegime(regime=regime)).value == {"changed": False, "cases": 0}
    call(platform.settings, OPERATOR, LoadRegime(regime=Regime(county=COUNTY)))
    platform.eventually(lambda: stored(database, item.id) == before, 60)


@pytest.mark.parametrize(
    ("who", "county", "code"),
    [
        (msgspec.structs.replace(OPERATOR, roles=frozenset({Role.HEAD})), COUNTY, "FORBIDDEN"),
        (msgspec.structs.replace(OPERATOR, kind=TenantKind.TOWNSHIP), COUNTY, "FORBIDDEN"),
        (OPERATOR, "990078", "INVALID_INPUT"),
    ],
)
def test_nobody_else_sets_a_regime_and_none_of_another_county(
    platform: Platform, who: Actor, county: str, code: str
) -> None:
    reply = call(platform.settings, who, LoadRegime(regime=Regime(county=county)))
    assert [problem.code for problem in reply.problems] == [code]


def test_the_sweeper_tells_what_is_overdue_and_comes_back_when_it_is_killed(platform: Platform) -> None:
    first, second = petition(received_on=date(2026, 5, 6)), petition(received_on=date(2026, 5, 7))

    with listening(platform, Alert) as heard:

        def told(item: Petition) -> bool:
            return Level.TO_COUNTY in {fact.state.level for fact in heard() if fact.petition == item.id}

        send(platform, [(first, 1)])
        platform.eventually(lambda: told(first), 60)
        platform.kill9("sweeper")
        send(platform, [(second, 1)])
        platform.eventually(lambda: told(second), 60)
        versions = sorted((fact.subject, fact.version) for fact in heard())
    assert len(set(versions)) == len(versions)
    platform.await_health()
