"""The roster service on the bus: each new petition notes who was on duty."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from kombu import Connection, Queue

from services.common import topology
from services.common.database import Database, Versioned
from services.common.facts import cloud_event_headers, decode_fact, encode_fact
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.base import State
from services.contracts.duty_notes import DutyNote, DutyTurn
from services.contracts.fact import AnyFact, Fact, typed
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift
from services.contracts.topology import fact_queue
from tests.harness.platform import Platform

COUNTIES = count(990_100)
"""A county of its own for every test: what others do on the same platform is not seen here."""
MONDAY, SUNDAY, TUESDAY = date(2026, 8, 3), date(2026, 8, 9), date(2026, 8, 4)
NINE = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
"""In the morning of Monday, in China."""


def shift(tenant: str, day: date, leader: str | None, **changes: Any) -> Shift:
    """A morning's reception, 08:30 to 11:30 in China."""
    seat = SeatTaken(role=SeatRole.LEAD, member=leader and f"m-{leader}", name=leader, post=leader and "局长")
    base = Shift(
        id=new_id(),
        tenant=tenant,
        rule="daily",
        name="工作日接访",
        kind=ServiceKind.RECEPTION,
        mode=None,
        day=day,
        start=time(8, 30),
        end=time(11, 30),
        place="接待室",
        phone=None,
        slot_minutes=None,
        seats=[seat],
    )
    return msgspec.structs.replace(base, **changes)


def turn(item: Shift) -> DutyTurn:
    (seat,) = item.seats
    assert seat.name is not None
    assert seat.post is not None
    return DutyTurn(
        weekday=item.day.isoweekday(),
        leader=seat.name,
        post=seat.post,
        place=item.place,
        hours="08:30-11:30",
        phone=item.phone,
        shift=item.id,
        member=seat.member,
    )


def petition(**changes: Any) -> Petition:
    base = Petition(
        id=new_id(),
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.VISIT,
        received_on=date(2026, 7, 31),
        registered_at=NINE,
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

    def put(self, *shifts: Shift) -> None:
        """Enters them in the duty table, as a plan does."""
        with self._database.begin(self._system, trace="test") as tx:
            for each in shifts:
                tx.record(each, act=Act.SHIFT_PLANNED)

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
    def listening(self, state: type[State]) -> Iterator[Callable[[], list[AnyFact]]]:
        """What it publishes of this kind and our county meanwhile, in the order of its coming; more with each call."""
        heard: list[AnyFact] = []
        with Connection(self.platform.settings.amqp_url) as connection, connection.channel() as channel:
            name, key = f"test.{new_id()}", f"{self.county}.{state.fact_type}"
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


def test_a_petition_notes_the_leader_of_the_registering_tenant_at_that_moment(roster: Roster) -> None:
    here, sunday, there = shift("xfj", MONDAY, "甲"), shift("xfj", SUNDAY, "乙"), shift("zrzy", MONDAY, "丙")
    night = shift("jw", MONDAY - timedelta(days=1), "丁", start=time(17, 30), end=time(10), kind=ServiceKind.ON_CALL)
    roster.put(here, sunday, there, night)
    cases = [
        (petition(registered_by="xfj"), turn(here)),
        (petition(registered_by="xfj", registered_on=SUNDAY, registered_at=NINE + timedelta(days=6)), turn(sunday)),
        (petition(registered_by="zrzy"), turn(there)),
    ]
    for item, expected in cases:
        assert roster.noted(item) == DutyNote(
            petition_id=item.id, tenant=item.registered_by, on=item.registered_on, turn=expected
        )
    watched = roster.noted(petition(registered_by="jw")).turn
    assert watched is not None
    assert (watched.leader, watched.weekday, watched.hours) == ("丁", 7, "17:30-次日10:00")


def test_the_note_is_told_on_the_petitions_timeline(roster: Roster) -> None:
    here = shift("xfj", MONDAY, "甲")
    roster.put(here)
    item = petition()
    with roster.listening(DutyNote) as heard:
        roster.tell(item)
        roster.platform.eventually(heard)
        (fact,) = heard()
    assert (fact.act, fact.version, fact.petition) == (Act.DUTY_NOTED, 1, item.id)
    assert typed(fact, DutyNote).state.turn == turn(here)


def test_nobody_on_duty_is_noted_as_nobody_not_as_the_county_office(roster: Roster) -> None:
    roster.put(shift("xfj", MONDAY, "甲"), shift("zrzy", MONDAY, None), shift("zrzy", TUESDAY, "丙"))
    assert roster.noted(petition(registered_by="zrzy")).turn is None
    assert roster.noted(petition(registered_by="jw")).turn is None


def test_a_table_that_comes_later_does_not_rewrite_the_note(roster: Roster) -> None:
    item = petition()
    assert roster.noted(item).turn is None
    roster.put(shift("xfj", MONDAY, "甲"))
    with roster.listening(DutyNote) as heard:
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
    roster.put(shift("xfj", MONDAY, "甲"))
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
    roster.put(shift("xfj", MONDAY, "甲"))
    item = petition(historical=True)
    roster.tell(item)
    roster.handled(item)
    assert roster.note(item) is None


def test_another_countys_table_counts_for_nothing(roster: Roster, platform: Platform, database: Database) -> None:
    roster.put(shift("xfj", MONDAY, "甲"))
    assert Roster(platform, database).noted(petition()).turn is None


def test_killed_in_the_middle_it_notes_every_petition_once(roster: Roster, platform: Platform) -> None:
    roster.put(shift("xfj", MONDAY, "甲"))
    items = [petition() for _ in range(40)]
    with roster.listening(DutyNote) as heard:
        for number, item in enumerate(items):
            roster.tell(item)
            if number == len(items) // 2:
                platform.kill9("roster")
        platform.eventually(lambda: {fact.petition for fact in heard()} >= {item.id for item in items}, 60)
        ids = {fact.id for fact in heard()}
    assert len(ids) == len(items)
    assert [item.id for item in items if (note := roster.note(item)) is None or note.version != 1] == []
