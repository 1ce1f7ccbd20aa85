"""The work lists: a walk through the real gateway; counts under writers, whatever the order of facts, and by index."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar, cast

import msgspec
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.context import Context
from gateway.database import connect, scoped
from gateway.execution import Executor
from gateway.rows import petition_row
from gateway.rpc import Rpc
from gateway.schema.root import build_schema
from gateway.view import apply
from gateway.work.model import rated, tally, task
from gateway.work.tallying import FOLD
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.deadlines import Obligation
from services.contracts.directory import Organisation
from services.contracts.fact import AnyFact
from services.contracts.intake import Nature
from services.contracts.proposals import RoutingRules
from services.contracts.ratings import Rating, RatingSide, RatingValue
from services.contracts.reminders import Receipt, Reminder
from services.contracts.routing import Closure, Objection, ReferralState
from tests.harness.instance import TestInstance
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, opinion, today
from tests.unit.gateway.made import NOW, TODAY, clock, fact, petition, referral

T = TypeVar("T")
EXECUTOR = Executor(build_schema(), introspection=False)

INBOX = """query($filter: InboxFilter) { inbox(filter: $filter, first: 100) { totalCount
  nodes { id kind kindLabel todo dueOn overdue daysLeft subjectKind subjectId roleLabels tenant { code }
    petition { id number } referral { id state } } } }"""
LISTS = """query($mine: PetitionFilter!) {
  returned(filter: $mine) { totalCount nodes { id } }
  awaitingDelivery(filter: $mine) { totalCount nodes { id } }
  awaitingReview(filter: $mine) { totalCount nodes { id } }
  dueSoon(withinDays: 366, filter: $mine) { totalCount nodes { id } }
  supervised(filter: $mine) { totalCount nodes { id } } }"""
OVERVIEW = """{ countyOverview(orderBy: OPEN) { from to
  lines { tenant { code } open due overdue returned rated satisfied }
  total { open due overdue returned rated satisfied } } }"""


def with_engine(instance: TestInstance, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    async def run() -> T:
        engine = connect(instance.settings.gateway_database_url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(run())


async def tell(engine: AsyncEngine, *facts: AnyFact) -> None:
    async with engine.begin() as connection:
        await apply(connection, facts)


def user(county: str, tenant: str = "xfj", *roles: Role) -> Actor:
    kind = TenantKind.COUNTY if tenant == "xfj" else TenantKind.BUREAU
    return Actor(
        county=county, tenant=tenant, kind=kind, user=f"{tenant}.u", name="n", roles=frozenset(roles or {Role.CLERK})
    )


async def ask(engine: AsyncEngine, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
    context = Context(
        actor=actor, engine=engine, rpc=cast(Rpc, None), trace=new_id(), idempotency_key=None, config=Settings()
    )
    answer = await EXECUTOR.execute(query=query, variables=variables, operation=None, context=context)
    await context.reader.release()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


# --- a walk ---------------------------------------------------------------------------------------------------------


class Desk:
    """What each of them finds to do for one case."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.by = {code: Walker(platform, platform.login(code, "CLERK")) for code in ("xfj", "slj", "zrzy")}
        made = done(self.by["xfj"].register(letter()))["petition"]
        self.id: str = made["id"]
        # Others have things to do here as well.
        self.mine = {"text": made["number"]}

    def act(self, tenant: str, mutation: str, input_type: str = "ReferralInput", **given: Any) -> dict[str, Any]:
        return done(self.by[tenant].act(mutation, input_type, given))

    def refer(self, to: str) -> str:
        given = {"petitionId": self.id, "kind": "TRANSFER", "to": [{"tenant": to}]}
        payload = self.act("xfj", "referPetition", "ReferPetitionInput", **given)
        referral_id: str = payload["referral"]["id"]
        return referral_id

    def todo(self, tenant: str) -> list[str]:
        return [one["kind"] for one in self.tasks(tenant)]

    def tasks(self, tenant: str) -> list[dict[str, Any]]:
        found = self.platform.gql(self.by[tenant].client, INBOX, {"filter": {"petition": self.mine}})["inbox"]["nodes"]
        return [one for one in found if one["petition"] and one["petition"]["id"] == self.id]

    def task(self, tenant: str, kind: str) -> dict[str, Any]:
        return next(one for one in self.tasks(tenant) if one["kind"] == kind)

    def lists(self, tenant: str) -> set[str]:
        found = self.platform.gql(self.by[tenant].client, LISTS, {"mine": self.mine})
        return {name for name, page in found.items() if self.id in {one["id"] for one in page["nodes"]}}


def test_each_finds_in_the_inbox_what_is_to_do_next_until_nothing_is(platform: Platform) -> None:
    desk = Desk(platform)
    # Due as soon as the clocks have come over the bus.
    task_ = platform.eventually(lambda: desk.task("xfj", "REFER")["dueOn"] and desk.task("xfj", "REFER"))
    assert task_["todo"] == f"转送、交办或自办（{task_['petition']['number']}）"
    assert (task_["subjectId"], task_["overdue"]) == (desk.id, False)
    assert task_["daysLeft"] == (date.fromisoformat(task_["dueOn"]) - today()).days > 0

    first = desk.refer("slj")
    assert desk.todo("slj") == ["RECEIVE"]
    assert "REFER" not in desk.todo("xfj")
    desk.act("slj", "receiveReferral", referralId=first)
    (accept,) = desk.tasks("slj")
    assert (accept["kind"], accept["referral"]["id"]) == ("ACCEPT", first)
    platform.eventually(lambda: "dueSoon" in desk.lists("slj"))
    desk.act("slj", "objectToReferral", "ReasonInput", referralId=first, reason="不属于本单位职责")
    assert desk.todo("slj") == []
    assert "DECIDE_OBJECTION" in desk.todo("xfj")
    desk.act("xfj", "decideObjection", "DecideObjectionInput", referralId=first, uphold=True)
    assert "REFER_ANEW" in desk.todo("xfj")
    assert "returned" in desk.lists("xfj")
    assert desk.lists("slj") == set()

    second = desk.refer("zrzy")
    for mutation in ("receiveReferral", "acceptReferral"):
        desk.act("zrzy", mutation, referralId=second)
    assert desk.todo("zrzy") == ["ANSWER"]
    desk.act("zrzy", "answerReferral", "AnswerReferralInput", referralId=second, **opinion())
    assert desk.todo("zrzy") == ["DELIVER"]
    assert "awaitingDelivery" in desk.lists("zrzy") & desk.lists("xfj")
    given = {"referralId": second, "mode": "IN_PERSON", "on": str(today()), "signed": True}
    desk.act("zrzy", "deliverAnswer", "DeliverAnswerInput", **given)
    assert desk.todo("zrzy") == []
    assert "CLOSE" in desk.todo("xfj")
    desk.act("xfj", "closePetition", "ClosePetitionInput", petitionId=desk.id)
    assert "CLOSE" not in desk.todo("xfj")

    # Who cannot do it is not asked, and whose kind it is can be asked for alone.
    leader = platform.login("xfj", "LEADER")
    found = platform.gql(leader, INBOX, {"filter": {"kind": ["REFER", "CLOSE"]}})["inbox"]
    assert (found["totalCount"], found["nodes"]) == (0, [])

    whole = platform.gql(desk.by["xfj"].client, OVERVIEW, {})["countyOverview"]
    lines = {line["tenant"]["code"]: line for line in whole["lines"]}
    assert len(lines) == 51
    assert [line["open"] for line in whole["lines"]] == sorted((line["open"] for line in whole["lines"]), reverse=True)
    assert lines["slj"]["returned"] >= 1
    assert whole["total"]["returned"] == sum(line["returned"] for line in whole["lines"])
    own = platform.gql(desk.by["slj"].client, OVERVIEW, {})["countyOverview"]
    assert [line["tenant"]["code"] for line in own["lines"]] == ["slj"]
    assert own["total"] is None
    assert own["lines"][0]["open"] <= lines["slj"]["open"]


# --- the order of facts, and counts ---------------------------------------------------------------------------------


def told_of(county: str) -> list[AnyFact]:
    """Three cases: one that came back, one that is rated and closed, one accusation; rules; mornings' reminders."""
    back, over, secret = petition(), petition(), petition(nature=Nature.ACCUSATION)
    sent = referral(back, "slj")
    objected = msgspec.structs.replace(
        sent, state=ReferralState.OBJECTED, objection=Objection(reason="r", raised_on=TODAY)
    )
    returned = msgspec.structs.replace(objected, state=ReferralState.RETURNED, ended_on=TODAY)
    lead = referral(over, "zrzy", state=ReferralState.DELIVERED)
    rules = RoutingRules(
        version="1", loaded_on=TODAY, categories=[], rules=[], findings=[], county_decides_from_return=1
    )
    mornings = [
        Reminder(
            id=new_id(), tenant="slj", role=Role.CLERK, on=TODAY + timedelta(days=day), at=NOW + timedelta(days=day),
            urgent=False, text=None, sent_by=None, items=[],
        )
        for day in range(3)
    ]  # fmt: skip
    receipt = Receipt(by=fact(back).actor, at=NOW)
    read = msgspec.structs.replace(mornings[2], receipts=[receipt])
    ratings = [
        Rating(
            id=f"{over.id}.{side}", petition_id=over.id, side=side, value=RatingValue.SATISFIED, reason=None,
            rated_on=TODAY, recorded_by="xfj",
        )
        for side in RatingSide
    ]  # fmt: skip
    states: list[tuple[Any, int]] = [
        *((back, 1), (over, 1), (secret, 1)),
        *((sent, 1), (objected, 2), (returned, 3), (lead, 1), (rules, 1)),
        *((clock(petition_id=back.id, owner=back.registered_by, obligation=Obligation.TRANSFER), 1),),
        *((one, 1) for one in mornings),
        *((read, 2), *((one, 1) for one in ratings)),
        (Closure(petition_id=over.id, closed_on=TODAY, closed_by="xfj"), 1),
    ]
    return [fact(state, county=county, version=version) for state, version in states]


async def ends(engine: AsyncEngine, county: str) -> list[Any]:
    async with scoped(engine, system_actor(county, "gateway")) as connection:
        names = [column for table in (task, rated) for column in table.c if column.name != "county_id"]
        rows = [
            sorted(map(str, (await connection.execute(sa.select(*[c for c in names if c.table is table]))).all()))
            for table in (task, rated)
        ]
        counts = sa.select(tally.c.scope, tally.c.status, sa.func.sum(tally.c.delta)).group_by("scope", "status")
        return [*rows, sorted(tuple(row) for row in (await connection.execute(counts)).all() if row[2])]


def test_the_view_ends_equal_whatever_the_order_of_facts_and_however_often_they_come(instance: TestInstance) -> None:
    chance, facts = random.Random(7), told_of("")

    async def run(engine: AsyncEngine) -> None:
        found = []
        for attempt in range(6):
            county = new_id()
            mine = [msgspec.structs.replace(one, county=county, id=new_id()) for one in facts]
            if attempt:
                chance.shuffle(mine)
                mine += chance.sample(mine, 5)
            for one in mine:
                await tell(engine, one)
            found.append(await ends(engine, county))
        assert found.count(found[0]) == len(found)
        kinds = sorted(row.split("TaskKind")[0].count("REFER_ANEW") for row in found[0][0])
        assert sum(kinds) == 1
        # Of the mornings the newest alone is to be acknowledged, and it was.
        assert not any("ACKNOWLEDGE_REMINDER" in row for row in found[0][0])
        assert len(found[0][1]) == 2

    with_engine(instance, run)


COUNTS = """query($filter: PetitionFilter) { petitions(filter: $filter, first: 1) { totalCount totalIsExact } }"""


def test_totals_are_right_for_each_scope_while_others_write_and_the_tally_is_folded(instance: TestInstance) -> None:
    county = new_id()

    async def total(engine: AsyncEngine, actor: Actor, **wanted: Any) -> int:
        found = (await ask(engine, actor, COUNTS, filter=wanted))["petitions"]
        assert found["totalIsExact"]
        count: int = found["totalCount"]
        return count

    async def one_case(engine: AsyncEngine, number: int) -> None:
        nature = Nature.ACCUSATION if number % 5 == 0 else Nature.APPEAL
        case = petition(nature=nature, registrar="xfj.u" if number % 10 == 0 else "other")
        given = referral(case, "slj" if number % 2 else "zrzy")
        await tell(engine, fact(case, county=county))
        await tell(engine, fact(given, county=county))
        if number % 3 == 0:
            gone = msgspec.structs.replace(given, state=ReferralState.RETURNED, ended_on=TODAY)
            await tell(engine, fact(gone, county=county, version=2))

    async def folding(engine: AsyncEngine) -> None:
        for _ in range(20):
            async with scoped(engine, system_actor(county, "gateway")) as connection:
                await connection.execute(FOLD)

    async def run(engine: AsyncEngine) -> None:
        await asyncio.gather(folding(engine), folding(engine), *(one_case(engine, number) for number in range(60)))
        clerk, cleared = user(county), user(county, "xfj", Role.CLERK, Role.ACCUSATIONS)
        assert await total(engine, clerk) == 48 + 6
        assert await total(engine, cleared) == 60
        assert await total(engine, user(county, "slj")) == sum(
            n % 2 == 1 and n % 3 > 0 and n % 5 > 0 for n in range(60)
        )
        assert await total(engine, user(county, "nobody")) == 0
        assert await total(engine, user(county, "xfj", Role.AUDITOR)) == 0
        returned = sum(n % 3 == 0 for n in range(60))
        assert await total(engine, cleared, status=["RETURNED"]) == returned
        assert await total(engine, cleared, status=["RETURNED", "REFERRED"]) == 60
        # Beside any other condition they are counted one by one, and that gives the same.
        assert await total(engine, cleared, status=["RETURNED"], receivedFrom=str(TODAY)) == returned

    with_engine(instance, run)


# --- by which statements, and by which indexes -----------------------------------------------------------------------


@contextmanager
def watched(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without those that declare the actor."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "set_config" not in statement:
            sent.append(statement)

    sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine.sync_engine, "before_cursor_execute", note)


FILE = """ number status petitioners { name phone } registeredBy { code } nextDueOn
  referrals { id state toTenant { code } papers { kind } } journey { hops } extensions { id } milestones { id }
  clocks { obligation explanation owner { code } } appointment { id } receptionPapers { kind }
  supervisions { id } urgentReports { id } papers { __typename } attachments { id } talks { id } notices { id }
  reviews { id } meetings { id } settlements { id } approvals { id } caseOwner { leader } ratings { value }
  ratingWindows { state } followUps { id } closedOn dutyLeader { leader } timeline { act actorName } """


def office(code: str) -> Organisation:
    return Organisation(
        code=code, kind=TenantKind.BUREAU, name=code, short_name=code, number_prefix=code, superior=None,
        responsibilities=[], places=[], phone=None, active=True,
    )  # fmt: skip


def test_a_whole_case_file_is_read_in_a_dozen_statements_and_a_page_of_files_in_no_more(instance: TestInstance) -> None:
    county = new_id()
    cases = [petition() for _ in range(10)]

    async def run(engine: AsyncEngine) -> None:
        for code in ("xfj", "slj", cases[0].registered_by, "zrzy"):
            await tell(engine, fact(office(code), county=county))
        for case in cases:
            await tell(engine, fact(case, county=county), fact(referral(case, "slj"), county=county))
            await tell(engine, fact(clock(petition_id=case.id), county=county))
        with watched(engine) as one:
            query = f"query($id: UUID) {{ petition(id: $id) {{ {FILE} }} }}"
            found = await ask(engine, user(county), query, id=cases[0].id)
            assert found["petition"]["clocks"]
        with watched(engine) as page:
            listed = await ask(engine, user(county), f"{{ petitions {{ nodes {{ {FILE} }} }} }}")
            assert len(listed["petitions"]["nodes"]) == 10
        assert len(one) <= 12, one
        assert len(page) <= len(one), page

    with_engine(instance, run)


CASES = """
INSERT INTO gateway_view.petition (county_id, id, version, visible_to, number, status, registered_by, registered_at,
  received_on, channel, nature, urgency, title, next_due_on, state)
SELECT %(county)s, 'c' || n, 1, ARRAY['xfj', 'body' || n %% 20], 'n' || n, CASE WHEN n %% 25 = 0 THEN 'RETURNED' ELSE
  'CLOSED' END, 'xfj', now() - n * interval '1 hour', current_date - n / 24, 'LETTER', 'APPEAL', 'NORMAL', 't',
  CASE WHEN n %% 25 = 0 THEN current_date + n %% 50 ELSE date '9999-12-31' END, CAST(%(state)s AS jsonb)
FROM generate_series(1, 20000) AS n
"""
CLOCKS = """
INSERT INTO gateway_view.clock (county_id, id, version, petition_id, owner, obligation, binding, provisional, open,
  cancelled, paused, lapses, owed, starts_on, effective_due_on, due_at, warned_at, due_today_at, over_at, state)
SELECT %(county)s, 'k' || n, 1, 'c' || n, 'body' || n %% 20, 'HANDLING', 'LEGAL', false, n %% 25 = 0, false, false,
  false, n %% 25 = 0, current_date, current_date, at, at - interval '3 day', at, at, '{}'
FROM generate_series(1, 20000) AS n, LATERAL (SELECT now() + (n %% 90 - 20) * interval '1 day' AS at) AS due
"""
TASKS = """
INSERT INTO gateway_view.task (county_id, id, petition_id, tenant, roles, kind, subject, due_on, since, visible_to)
SELECT %(county)s, 't' || n, 'c' || n * 25, CASE WHEN n %% 2 = 0 THEN 'xfj' ELSE 'body' || n %% 20 END, ARRAY['CLERK'],
  CASE WHEN n %% 9 = 0 THEN 'REFER_ANEW' WHEN n %% 9 = 1 THEN 'DELIVER' ELSE 'ANSWER' END, 'c' || n,
  current_date + n %% 90, now(), ARRAY[CASE WHEN n %% 2 = 0 THEN 'xfj' ELSE 'body' || n %% 20 END]
FROM generate_series(1, 800) AS n
"""
BIG = ("petition", "clock")
ALL = "{ totalCount nodes { id number } }"
QUICK = {
    "inbox": "{ inbox(first: 50) { totalCount nodes { id kind dueOn } } }",
    "dueSoon": f"{{ dueSoon {ALL} }}",
    "returned": f"{{ returned {ALL} }}",
    "awaitingDelivery": f"{{ awaitingDelivery {ALL} }}",
    "awaitingReview": f"{{ awaitingReview {ALL} }}",
    "supervised": f"{{ supervised {ALL} }}",
    "petitions": f"{{ petitions(first: 50) {ALL} }}",
    "petitions, a status": f"{{ petitions(filter: {{ status: [RETURNED] }}) {ALL} }}",
    "countyOverview": "{ countyOverview { lines { open due overdue returned rated } } }",
}


@pytest.fixture(scope="module")
def big_county(instance: TestInstance) -> Iterator[str]:
    county, state = new_id(), msgspec.json.encode(petition_row(petition())["state"]).decode()
    with psycopg.connect(instance.settings.admin_database_url, autocommit=True) as admin:
        for statement in (CASES, CLOCKS, TASKS):
            admin.execute(statement, {"county": county, "state": state})
        admin.execute("ANALYZE gateway_view.petition, gateway_view.clock, gateway_view.task, gateway_view.tally")
        yield county
        for table in ("petition", "clock", "task", "tally"):
            admin.execute(f"DELETE FROM gateway_view.{table} WHERE county_id = %s", [county])


@pytest.mark.parametrize("tenant", ["xfj", "body4"])
def test_no_work_list_reads_all_cases_or_all_clocks(instance: TestInstance, big_county: str, tenant: str) -> None:
    actor = user(big_county, tenant)

    async def run(engine: AsyncEngine) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if statement.lstrip().startswith("SELECT") and "set_config" not in statement:
                found[name].append((statement, parameters))

        sa.event.listen(engine.sync_engine, "before_cursor_execute", explain)
        for name, query in QUICK.items():
            found[name] = []
            await ask(engine, actor, query)
        sa.event.remove(engine.sync_engine, "before_cursor_execute", explain)
        plans: dict[str, Any] = {}
        async with scoped(engine, actor) as connection:
            for name, statements in found.items():
                for statement, parameters in statements:
                    rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                    plans.setdefault(name, []).append(rows.scalar_one())
        return plans

    plans = with_engine(instance, run)
    for name, found in plans.items():
        scanned = {relation for plan in found for relation in _scanned(plan[0]["Plan"])}
        assert not scanned & set(BIG), (name, json.dumps(found))


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    """The tables that the plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for below in plan.get("Plans", []):
        yield from _scanned(below)
