"""Reception days on the bus and at the gateway: a rush for slots, the queue, recusals, what becomes of a visit."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from gateway.rpc import Rpc
from gateway.schema.mutations.visit_registration import visit_registration
from services.common.clock import legal_day, now
from services.common.database import Database
from services.common.ids import new_id
from services.common.receiving import slots_of
from services.common.vault import Vault
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.base import Command, State
from services.contracts.fact import Reply
from services.contracts.intake import Channel, Nature
from services.contracts.people import PetitionerInput
from services.contracts.public import public_actor
from services.contracts.receptions import (
    Appointment,
    AppointmentState,
    Arrive,
    BookAppointment,
    BookingWay,
    CallNext,
    CancelOwnAppointment,
    FinishAppointment,
    MissAppointment,
    MoveAppointments,
    RevealVisitor,
    TakeBackRecusal,
    VisitOutcome,
)
from services.contracts.register_commands import RegisterPetition
from services.contracts.roster_people import Interests, Member
from services.contracts.roster_rules import Rank, ReceptionMode, SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift
from services.roster.reception_desk import follow_petition, judge_again
from tests.harness.planted import in_tables
from tests.harness.platform import Platform
from tests.harness.waiting import eventually
from tests.unit.roster.receptions_made import petition

COUNTIES = count(990_200)
"""A county of its own for every test."""
AHEAD = timedelta(days=3)
"""Nearer than a week: what the clerk books is not checked first."""


class House:
    """The roster of one county office, as the bus meets it."""

    def __init__(self, platform: Platform, database: Database) -> None:
        self.platform = platform
        self.county = str(next(COUNTIES))
        self.database = database
        self.leaders = [self.member(name) for name in ("张为民", "李建国", "王立新")]

    def actor(self, *roles: Role, user: str = "clerk", tenant: str = "xfj") -> Actor:
        kind = TenantKind.COUNTY if tenant == "xfj" else TenantKind.BUREAU
        return Actor(
            county=self.county, tenant=tenant, kind=kind, user=user, name="某人", roles=frozenset(roles or {Role.CLERK})
        )

    def keep(self, *states: State) -> None:
        with self.database.begin(system_actor(self.county, "roster"), trace="test") as tx:
            for state in states:
                tx.record(state, act=Act.SHIFT_ENTERED)

    def read(self, appointment_id: str) -> Appointment:
        with self.database.begin(system_actor(self.county, "roster"), trace="test") as tx:
            row = tx.read(Appointment, appointment_id)
        assert row is not None
        return row.state

    def member(self, name: str) -> Member:
        made = Member(
            id=new_id(),
            tenant="xfj",
            login=f"login-{name}",
            name=name,
            rank=Rank.LEADER,
            post="副局长",
            portfolio=[],
            phone=None,
            since=date(2020, 1, 1),
        )
        self.keep(made)
        return made

    def reception(self, *, day: date | None = None, end: time = time(11), minutes: int = 15, **more: Any) -> Shift:
        leader = self.leaders[0]
        made = Shift(
            id=new_id(),
            tenant="xfj",
            rule="",
            name="领导接访日",
            kind=ServiceKind.RECEPTION,
            mode=ReceptionMode.FIXED_POINT,
            day=day or legal_day(now()) + AHEAD,
            start=time(9),
            end=end,
            place="接待大厅",
            phone=None,
            slot_minutes=minutes,
            seats=[SeatTaken(role=SeatRole.LEAD, member=leader.id, name=leader.name, post=leader.post)],
            by_hand=True,
        )
        made = msgspec.structs.replace(made, **more)
        self.keep(made)
        return made

    def today(self) -> Shift:
        """A reception that goes on until midnight."""
        return self.reception(day=legal_day(now()), end=time(0), start=time(0))

    def send_all(self, requests: Sequence[tuple[Actor, Command]]) -> list[Reply]:
        """All at once."""

        async def call() -> list[Reply]:
            async with Rpc.connect(self.platform.settings.amqp_url, timeout=120) as rpc:
                calls = [rpc.call(actor, command, request_id=new_id(), trace=new_id()) for actor, command in requests]
                return await asyncio.gather(*calls)

        return asyncio.run(call())

    def send(self, command: Command, actor: Actor | None = None) -> Reply:
        return self.send_all([(actor or self.actor(), command)])[0]

    def done(self, command: Command, actor: Actor | None = None) -> Any:
        reply = self.send(command, actor)
        assert reply.problems == []
        return reply.value

    def act(self, command: Command, actor: Actor | None = None) -> Appointment:
        return msgspec.convert(self.done(command, actor), Appointment)

    def refused(self, command: Command, actor: Actor | None = None) -> str:
        (problem,) = self.send(command, actor).problems
        return problem.code


def book(shift: Shift, name: str, **more: Any) -> BookAppointment:
    return msgspec.structs.replace(
        BookAppointment(shift_id=shift.id, way=BookingWay.CLERK, name=name, matter="反映征地补偿款没有到位"), **more
    )


@pytest.fixture(scope="module")
def database(platform: Platform) -> Iterator[Database]:
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def house(platform: Platform, database: Database) -> House:
    return House(platform, database)


def test_two_hundred_who_ask_for_ninety_six_slots_at_once_get_ninety_six_and_none_twice(house: House) -> None:
    shift = house.reception(end=time(17), minutes=5)
    slots = slots_of(shift)
    assert len(slots) == 96
    wishes = [*slots, *[None] * 104]
    asked = [book(shift, f"来访人{place}", slot=wish) for place, wish in enumerate(wishes)]
    replies = house.send_all([(house.actor(user=f"clerk{place % 20}"), each) for place, each in enumerate(asked)])
    booked = [msgspec.convert(reply.value, Appointment) for reply in replies if not reply.problems]
    told = Counter(problem.code for reply in replies for problem in reply.problems)
    assert (len(booked), told.total()) == (96, 104)
    assert set(told) <= {"SLOT_TAKEN", "RECEPTION_FULL"}
    assert sorted(each.slot for each in booked if each.slot) == slots
    assert house.refused(book(shift, "迟到者")) == "RECEPTION_FULL"


def test_one_person_books_a_day_once_and_is_known_to_nobody_in_clear(house: House, platform: Platform) -> None:
    secrets = ("司马昭华", "13977120871", "610102199003071238")
    name, phone, number = secrets
    shift = house.reception()
    asked = book(shift, name, phone=phone, identity_number=number, matter=f"{name}反映：电话 {phone}，家被占")
    made = house.act(asked)
    assert (made.name, made.matter) == ("司***", "司***反映：电话 139****0871，家被占")
    assert house.refused(asked) == "ALREADY_BOOKED"
    assert house.refused(book(shift, name, phone="139 7712 0871")) == "ALREADY_BOOKED"
    assert house.refused(book(shift, "另一个名字", identity_number=number)) == "ALREADY_BOOKED"
    house.act(book(shift, name))
    assert list(in_tables(platform, secrets)) == []
    reply = house.send(RevealVisitor(appointment_id=made.id, reason=f"打电话告知{name}审核结果"))
    assert msgspec.convert(reply.value, PetitionerInput) == PetitionerInput(
        name=name, phone=phone, identity_number=number
    )
    (fact,) = [msgspec.json.decode(each) for each in reply.facts]
    assert (fact["act"], fact["remark"]) == ("VISITOR_REVEALED", "打电话告知司***审核结果")
    assert (
        house.refused(RevealVisitor(appointment_id=made.id, reason="看看"), house.actor(tenant="zrzy")) == "NOT_FOUND"
    )


def test_the_day_numbers_calls_and_what_came_of_it(house: House) -> None:
    shift = house.today()
    walk_ins = [house.act(book(shift, f"来访人{n}", way=BookingWay.WALK_IN)) for n in range(3)]
    assert [each.number for each in walk_ins] == [1, 2, 3]
    first = house.act(CallNext(shift_id=shift.id))
    assert (first.number, first.state) == (1, AppointmentState.CALLED)
    house.act(MissAppointment(appointment_id=first.id))
    assert house.act(CallNext(shift_id=shift.id)).number == 2
    back = house.act(Arrive(appointment_id=first.id))
    assert (back.number, back.state) == (1, AppointmentState.WAITING)
    assert house.act(CallNext(shift_id=shift.id)).number == 1
    assert house.act(CallNext(shift_id=shift.id)).number == 3
    assert house.done(CallNext(shift_id=shift.id)) is None
    leader = house.actor(Role.LEADER, user="login-张为民")
    answered = FinishAppointment(appointment_id=first.id, kind=VisitOutcome.ANSWERED, text="已说明政策")
    assert house.refused(answered, house.actor(Role.LEADER, user="login-王立新")) == "FORBIDDEN"
    outcome = house.act(answered, leader).outcome
    assert outcome is not None
    assert outcome.by.user == "login-张为民"


def test_kin_steps_aside_and_the_next_in_line_receives_until_it_was_a_mistake(house: House) -> None:
    chief, first, second = house.leaders
    house.keep(Interests(tenant="xfj", member=chief.id, kin=["欧阳静"], units=[]))
    shift = house.reception()
    house.keep(Interests(tenant="xfj", member=first.id, kin=["欧阳静"], units=[]))
    made = house.act(book(shift, "欧阳静"))
    assert [(each.member, each.by_member, each.declared) for each in made.recused] == [(chief.id, second.id, False)]
    assert house.act(book(shift, "钱多多")).recused == []
    undo = TakeBackRecusal(appointment_id=made.id, member=chief.id, reason="同名，不是亲属")
    assert house.refused(undo, house.actor(user="login-张为民")) == "FORBIDDEN"
    assert house.act(undo).recused == []
    now_here = house.today()
    here = house.act(book(now_here, "欧阳静", way=BookingWay.WALK_IN))
    house.act(CallNext(shift_id=now_here.id))
    answered = FinishAppointment(appointment_id=here.id, kind=VisitOutcome.ANSWERED, text="已说明政策")
    assert house.refused(answered, house.actor(Role.HEAD, user="login-张为民")) == "FORBIDDEN"
    house.act(answered, house.actor(Role.HEAD, user="login-王立新"))


def test_an_accusation_is_for_named_people_and_never_for_the_unit_that_it_accuses(house: House) -> None:
    shift = house.reception()
    made = house.act(book(shift, "周某某", accusation=True, matter=f"举报{house.leaders[1].name}"))
    assert set(made.restricted_to or []) == {"clerk", "login-张为民", "!login-李建国"}
    reveal = RevealVisitor(appointment_id=made.id, reason="核实")
    assert house.refused(reveal, house.actor(user="another")) == "NOT_FOUND"
    assert house.refused(reveal, house.actor(Role.CLERK, Role.ACCUSATIONS, user="login-李建国")) == "NOT_FOUND"
    house.done(reveal, house.actor(Role.CLERK, Role.ACCUSATIONS, user="cleared"))
    # The slot is held before everybody's eyes.
    assert house.refused(book(shift, "他人", slot=made.slot), house.actor(user="another")) == "SLOT_TAKEN"


def test_whom_an_accusation_names_among_the_users_never_sees_it_cleared_or_not(house: House) -> None:
    shift = house.reception()
    made = house.act(book(shift, "周某某", accusation=True, accused_users=["special"]))
    assert set(made.restricted_to or []) == {"clerk", "login-张为民", "!special"}
    reveal = RevealVisitor(appointment_id=made.id, reason="核实")
    assert house.refused(reveal, house.actor(Role.CLERK, Role.ACCUSATIONS, user="special")) == "NOT_FOUND"
    assert house.act(book(shift, "吴某某", accused_users=["special"])).accused_users == []


def test_after_the_leader_changed_an_accusation_is_for_the_new_one(house: House) -> None:
    shift = house.reception()
    made = house.act(book(shift, "周某某", accusation=True))
    _, second, _ = house.leaders
    seat = SeatTaken(role=SeatRole.LEAD, member=second.id, name=second.name, post=second.post)
    with house.database.begin(system_actor(house.county, "roster"), trace="test") as tx:
        tx.record(msgspec.structs.replace(shift, seats=[seat]), act=Act.SEAT_NAMED, base=1)
    changed = []
    for _ in range(2):
        with house.database.begin(system_actor(house.county, "roster"), trace="test") as tx:
            changed.append(judge_again(tx, "xfj"))
    assert changed == [1, 0]
    assert set(house.read(made.id).restricted_to or []) == {"clerk", "login-李建国"}


def test_a_visit_that_is_registered_while_its_case_becomes_known_is_for_the_people_of_the_case(house: House) -> None:
    shift = house.today()
    made = house.act(book(shift, "吴某某", way=BookingWay.WALK_IN))
    house.act(CallNext(shift_id=shift.id))
    case = petition(id=new_id(), nature=Nature.ACCUSATION, registrar="clerk", readers=["reader"])
    registered = FinishAppointment(appointment_id=made.id, kind=VisitOutcome.REGISTERED, text="", petition_id=case.id)
    settings = house.platform.settings
    with ThreadPoolExecutor() as pool:
        with house.database.begin(system_actor(house.county, "roster"), trace="test") as tx:
            tx.keep(case, version=1, fact_id=new_id())
            follow_petition(tx, Vault(key=settings.vault_key, index_key=settings.index_key), case)
            # The handler has looked, and found nothing to follow; it has not committed.
            answer = pool.submit(house.send, registered)
            eventually(lambda: _waits_for_a_lock(house), what="finish waits for the handler")
        assert answer.result(timeout=60).problems == []
    assert house.read(made.id).restricted_to == ["clerk", "reader"]


def _waits_for_a_lock(house: House) -> bool:
    with house.database.engine.connect() as connection:
        return bool(
            connection.execute(
                sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            ).scalar()
        )


def test_who_sees_the_petition_that_came_of_it_sees_the_appointment(house: House) -> None:
    shift = house.today()
    made = house.act(book(shift, "吴某某", way=BookingWay.WALK_IN))
    house.act(CallNext(shift_id=shift.id))
    case = petition(id=new_id(), nature=Nature.ACCUSATION, registrar="clerk", readers=["reader"])
    registered = FinishAppointment(appointment_id=made.id, kind=VisitOutcome.REGISTERED, text="", petition_id=case.id)
    assert house.act(registered).restricted_to is None
    with house.database.begin(system_actor(house.county, "roster"), trace="test") as tx:
        tx.keep(case, version=1, fact_id=new_id())
        settings = house.platform.settings
        follow_petition(tx, Vault(key=settings.vault_key, index_key=settings.index_key), case)
    assert house.read(made.id).restricted_to == ["clerk", "reader"]
    reveal = RevealVisitor(appointment_id=made.id, reason="核实")
    assert house.refused(reveal, house.actor(user="another")) == "NOT_FOUND"
    house.done(reveal, house.actor(user="reader"))


def test_the_public_books_what_was_announced_and_cancels_by_its_code(house: House) -> None:
    shift = house.reception()
    citizen = public_actor(house.county, tenant="xfj")
    online = book(shift, "郑某某", way=BookingWay.ONLINE, phone="13800001234")
    assert house.refused(online, citizen) == "RECEPTION_NOT_ANNOUNCED"
    turn = AnnouncedTurn(
        shift=shift.id,
        day=shift.day,
        start=shift.start,
        end=shift.end,
        leader="张为民",
        post="副局长",
        portfolio=[],
        place=shift.place,
        mode="定点接访",
        phone=None,
    )
    house.keep(
        Announcement(
            id=new_id(),
            tenant="xfj",
            first=shift.day,
            last=shift.day,
            turns=[turn],
            published_at=datetime(2026, 1, 1, tzinfo=UTC),
            published_by=house.actor().reference,
        )
    )
    made = house.act(online, citizen)
    assert (made.state, made.booked_by, made.slot) == (AppointmentState.REQUESTED, None, time(9))
    assert house.refused(online, citizen) == "ALREADY_BOOKED"
    wrong = CancelOwnAppointment(appointment_id=made.id, code="WRONGCODE2")
    assert house.refused(wrong, citizen) == "WRONG_QUERY_CODE"
    own = CancelOwnAppointment(appointment_id=made.id, code=made.code.lower())
    assert house.done(own, citizen) == {"appointment_id": made.id}
    assert house.act(online, citizen).slot == time(9)


def test_of_a_reception_that_is_cancelled_everybody_moves_in_one_go_as_far_as_there_is_room(house: House) -> None:
    of, to = house.reception(), house.reception(day=legal_day(now()) + 2 * AHEAD, end=time(9, 30))
    made = [house.act(book(of, f"来访人{n}", slot=slots_of(of)[n])) for n in (2, 0, 1)]
    # Of one who is for named people only somebody else is told how many there are.
    secret = house.act(book(of, "周某某", accusation=True), house.actor(user="special"))
    with house.database.begin(system_actor(house.county, "roster"), trace="test") as tx:
        tx.record(msgspec.structs.replace(of, cancelled="停电"), act=Act.SHIFT_CANCELLED, base=1)
    move = MoveAppointments(from_shift=of.id, to_shift=to.id, reason="停电")
    assert house.done(move) == {"moved": [made[1].id, made[2].id], "left": [made[0].id], "hidden": 1}
    assert house.read(secret.id).shift == of.id
    assert [house.read(each.id).shift for each in made] == [of.id, to.id, to.id]
    assert house.read(made[1].id).slot == time(9)


BOOK = """mutation($input: BookAppointmentInput!) { bookAppointment(input: $input) {
  appointment { id name number stateLabel missingNeedLabels receivers { name } } errors { code message field } } }"""
CALL = """mutation($input: CallNextInput!) { callNext(input: $input) {
  appointment { id number } errors { code message } } }"""
REGISTER = """mutation($id: UUID!, $input: RegisterPetitionInput!) {
  registerFromAppointment(appointmentId: $id, input: $input) {
    petition { id channelLabel petitioners { name phone } appointment { id stateLabel } }
    appointment { id stateLabel outcome { kindLabel petitionId by { name } } } errors { code message field } } }"""
SESSION = """query($id: UUID!) { receptionSession(id: $id) {
  shift { name } free waiting done waitingMinutes appointments { id number stateLabel } }
  queue(shiftId: $id) { id } }"""
LIST = """query($id: UUID!) { appointments(filter: {shift: $id, state: [ACCEPTED]}) { totalCount
  nodes { id slot slots people representatives wayLabel concerns { code } } } }"""
SHOWN = "appointment { id slot stateLabel recused { reason alert member { name } } } errors { code message }"
FORM = {"channel": "VISIT", "title": "占地补偿", "body": "占地三亩没有补偿", "nature": "APPEAL", "place": None}


def at_luonan(platform: Platform, database: Database) -> House:
    """The demonstration county's office, with a leader of ours."""
    house = House.__new__(House)
    house.platform, house.database, house.county = platform, database, "611021"
    house.leaders = [house.member("受访领导")]
    return house


def at_the_gateway(platform: Platform, client: httpx.Client, shift: Shift) -> dict[str, Any]:
    """What its session shows, as soon as the view knows of it."""

    def shown() -> dict[str, Any] | None:
        body = client.post("/graphql", json={"query": SESSION, "variables": {"id": shift.id}}).json()
        found: dict[str, Any] | None = body.get("data")
        return found

    return platform.eventually(shown)


def test_the_office_books_moves_and_cancels_at_the_gateway(platform: Platform, database: Database) -> None:
    clerk, township = platform.login("xfj", "CLERK"), platform.login("611021002", "CLERK")
    house = at_luonan(platform, database)
    shift = house.reception()

    def ask(act: str, client: httpx.Client = clerk, shown: str = SHOWN, **given: Any) -> dict[str, Any]:
        query = f"mutation($input: {act[0].upper()}{act[1:]}Input!) {{ {act}(input: $input) {{ {shown} }} }}"
        payload: dict[str, Any] = platform.gql(client, query, {"input": given})[act]
        return payload

    group: dict[str, Any] = {
        "shiftId": shift.id,
        "way": "PHONE",
        "name": "上官明",
        "matter": "修路",
        "people": 8,
        "slot": "09:15:00",
    }
    at_the_gateway(platform, clerk, shift)
    made = ask("bookAppointment", **group, concerns=["zrzy"])["appointment"]
    assert (made["slot"], made["stateLabel"], made["recused"]) == ("09:15:00", "已预约", [])
    assert ask("bookAppointment", **{**group, "name": "他人"})["errors"][0]["code"] == "SLOT_TAKEN"
    assert ask("bookAppointment", township, **group)["errors"][0]["code"] == "FORBIDDEN"
    (node,) = platform.gql(clerk, LIST, {"id": shift.id})["appointments"]["nodes"]
    assert (node["slots"], node["representatives"], node["concerns"]) == (2, 5, [{"code": "zrzy"}])
    assert platform.gql(township, LIST, {"id": shift.id})["appointments"]["totalCount"] == 0
    moved = ask("moveAppointment", appointmentId=made["id"], shiftId=shift.id, slot="10:00:00", reason="领导外出")
    assert moved["appointment"]["slot"] == "10:00:00"
    aside = ask("recuse", appointmentId=made["id"], member=house.leaders[0].id, reason="同学")["appointment"]
    assert [each["member"]["name"] for each in aside["recused"]] == ["受访领导"]
    seen = ask(
        "revealVisitor", shown="visitor { name phone } errors { code }", appointmentId=made["id"], reason="电话告知"
    )
    assert seen["visitor"] == {"name": "上官明", "phone": None}
    told = ask("revealVisitor", township, "visitor { name } errors { code }", appointmentId=made["id"], reason="看看")
    assert told["errors"] == [{"code": "NOT_FOUND"}]
    assert ask("cancelAppointment", appointmentId=made["id"])["appointment"]["stateLabel"] == "已取消"
    assert platform.gql(clerk, SESSION, {"id": shift.id})["receptionSession"]["free"] == 8


def test_a_visit_becomes_one_petition_of_the_same_people_however_often_it_is_asked(
    platform: Platform, database: Database
) -> None:
    login = next(one for one in platform.logins if one["username"] == "xfj.clerk@luonan")
    clerk = platform.client(login["username"], login["password"])
    house = at_luonan(platform, database)
    shift = house.today()

    def ask(query: str, **given: Any) -> dict[str, Any]:
        (payload,) = platform.gql(clerk, query, given).values()
        assert payload["errors"] == []
        found: dict[str, Any] = payload
        return found

    seen = at_the_gateway(platform, clerk, shift)
    assert seen["receptionSession"]["waiting"] == 0
    given = {"shiftId": shift.id, "way": "WALK_IN", "name": "令狐远山", "phone": "13977120877", "matter": "占地补偿"}
    made = ask(BOOK, input={**given, "needs": ["LEGAL_ADVISER"]})["appointment"]
    assert (made["name"], made["missingNeedLabels"]) == ("令***", ["法律顾问"])
    assert platform.gql(clerk, SESSION, {"id": shift.id})["queue"] == [{"id": made["id"]}]
    ask(CALL, input={"shiftId": shift.id})
    form = {**FORM, "receivedOn": str(legal_day(now()))}
    # The petition was registered, and then the gateway died before it could finish the visit.
    item = RegisterPetition(
        channel=Channel.VISIT,
        received_on=legal_day(now()),
        title=form["title"] or "",
        body=form["body"] or "",
        nature=Nature.APPEAL,
    )
    visitor = PetitionerInput(name="令狐远山", phone="13977120877")
    item = visit_registration(item, house.read(made["id"]), visitor=visitor)
    actor = Actor(
        county=house.county,
        tenant=login["tenant"],
        kind=TenantKind.COUNTY,
        user=login["username"],
        name="某人",
        roles=frozenset({Role.CLERK}),
    )

    async def call() -> Reply:
        async with Rpc.connect(platform.settings.amqp_url) as rpc:
            return await rpc.call(actor, item, request_id=f"{made['id']} register", trace=new_id())

    before = asyncio.run(call())
    assert before.problems == []
    for _ in range(2):
        answer = ask(REGISTER, id=made["id"], input=form)
        assert answer["petition"]["id"] == before.value["petition_id"]
        assert answer["petition"]["petitioners"] == [{"name": "令***", "phone": "139****0877"}]
        assert answer["petition"]["appointment"] == {"id": made["id"], "stateLabel": "已接访"}
        assert answer["appointment"]["outcome"]["petitionId"] == before.value["petition_id"]
    session = platform.gql(clerk, SESSION, {"id": shift.id})["receptionSession"]
    assert (session["waiting"], session["done"], session["waitingMinutes"]) == (0, 1, 0)
