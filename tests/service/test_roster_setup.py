"""A roster is set up from the profile, and by its own office through the gateway."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest

from gateway.rpc import Rpc
from services.common import clock
from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.base import Command
from services.contracts.fact import AnyFact, Reply
from services.contracts.roster_commands import LoadRoster, SaveMember, TenantRoster
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank
from services.contracts.roster_settings import RosterRules
from tests.harness.platform import Platform
from tests.unit.roster.setup_made import member, rule

COUNTIES = count(993_100)
"""A county of its own for every test: what others do on the same platform is not seen here."""
TENANT = "tjj"
"""A bureau of which no other test changes the people."""


class Roster:
    """The service as one county meets it."""

    def __init__(self, platform: Platform, database: Database) -> None:
        self.county = str(next(COUNTIES))
        self._platform = platform
        self._database = database

    def ask(self, command: Command, role: Role, *, tenant: str = "xfj", kind: TenantKind = TenantKind.COUNTY) -> Reply:
        roles = frozenset({role})
        actor = Actor(county=self.county, tenant=tenant, kind=kind, user="somebody", name="某人", roles=roles)

        async def call() -> Reply:
            async with Rpc.connect(self._platform.settings.amqp_url) as rpc:
                return await rpc.call(actor, command, request_id=new_id(), trace=new_id())

        return asyncio.run(call())

    def load(self, *rosters: TenantRoster, role: Role = Role.OPERATOR) -> Reply:
        return self.ask(LoadRoster(rosters=list(rosters)), role)

    def stored(self) -> tuple[dict[str, Member], dict[str, RosterRules]]:
        with self._database.begin(system_actor(self.county, "roster"), trace="test") as tx:
            members, rules = tx.all(Member), tx.all(RosterRules)
        return {row.state.name: row.state for row in members}, {row.state.tenant: row.state for row in rules}


@pytest.fixture(scope="module")
def database(platform: Platform) -> Iterator[Database]:
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def roster(platform: Platform, database: Database) -> Roster:
    return Roster(platform, database)


def profile(*members: Member, place: str = "信访接待室") -> TenantRoster:
    return TenantRoster(tenant="slj", members=list(members), rules=[rule("zhiban", place=place)])


def kinds(reply: Reply) -> list[str]:
    assert reply.problems == []
    return [msgspec.json.decode(fact, type=AnyFact).type for fact in reply.facts]


def test_a_profile_is_loaded_once_and_what_its_office_changes_stays(roster: Roster) -> None:
    first = profile(member("slj-a"), member("slj-b"))
    assert kinds(roster.load(first)) == ["roster.member.v1", "roster.member.v1", "roster.rules.v1"]
    saved = roster.ask(
        SaveMember(member_id="slj-a", name="演示·slj-a", rank=Rank.LEADER, post="局长", since=date(2024, 1, 1)),
        Role.CLERK,
        tenant="slj",
        kind=TenantKind.BUREAU,
    )
    assert saved.problems == []
    assert kinds(roster.load(first)) == []
    members, _ = roster.stored()
    assert members["演示·slj-a"].post == "局长"
    # Another profile wins in what it names, and ends whom it leaves out.
    assert roster.load(profile(member("slj-a"), place="二楼")).problems == []
    members, rules = roster.stored()
    assert members["演示·slj-a"].post == "副局长"
    assert members["演示·slj-b"].until is not None
    assert [each.place for each in rules["slj"].rules] == ["二楼"]
    # A tenant that is gone from the profile has nobody and nothing to come.
    assert roster.load().problems == []
    members, rules = roster.stored()
    assert all(each.until is not None for each in members.values())
    assert all(each.until is not None for each in rules["slj"].rules)


def test_a_profile_with_a_mistake_and_one_of_somebody_else_load_nothing(roster: Roster) -> None:
    wrong = TenantRoster(tenant="slj", members=[], rules=[rule("a"), rule("a")])
    (problem,) = roster.load(wrong).problems
    assert problem.code == "ROSTER_INVALID"
    assert problem.message.startswith("单位 slj 的规则编号“a”重复；")
    assert [each.code for each in roster.load(profile(member("slj-a")), role=Role.HEAD).problems] == ["FORBIDDEN"]
    assert roster.stored() == ({}, {})


ERRORS = "errors { code message field }"
MEMBER = "{ nodes { id name login serving interests { kin units { code } } } totalCount }"


class Desk:
    """One who works at the gateway."""

    def __init__(self, platform: Platform, tenant: str, role: str) -> None:
        self.platform = platform
        self.client = platform.login(tenant, role)

    def does(self, mutation: str, what: str, given: dict[str, Any]) -> dict[str, Any]:
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {what} {ERRORS} }} }}"
        return dict(self.platform.gql(self.client, query, {"input": given})[mutation])

    def people(self) -> dict[str, Any]:
        query = f'{{ members(first: 100, filter: {{ tenant: "{TENANT}" }}) {MEMBER} }}'
        return {each["name"]: each for each in self.platform.gql(self.client, query)["members"]["nodes"]}


def test_an_office_changes_its_people_its_rules_and_their_interests(platform: Platform) -> None:
    clerk, other = Desk(platform, TENANT, "CLERK"), Desk(platform, "sjj", "CLERK")
    head = platform.login(TENANT, "HEAD")
    login = platform.gql(head, "{ me { username } }")["me"]["username"]
    chief = clerk.people()["演示·统计局甲"]
    assert chief["login"] == login
    new = {"name": "演示·新来", "rank": "LEADER", "post": "总统计师", "since": "2026-01-01", "qualifications": []}
    assert (
        clerk.does("saveMember", "member { id }", {**new, "login": "sjj.head@luonan"})["errors"][0]["field"] == "login"
    )
    added = clerk.does("saveMember", "member { id serving } plan { planned }", new)
    assert (added["errors"], added["member"]["serving"]) == ([], True)
    assert added["plan"]["planned"] > 0
    # Of the next shifts some are his: the rule asks for every leader.
    saved = clerk.does(
        "saveRule",
        "rule { recurrence { sentence } hours { seats { roleLabel members { name } } } } plan { added }",
        {
            "id": "diaocha",
            "name": "下访",
            "basis": "《下访制度》",
            "kind": "RECEPTION",
            "mode": "GOING_DOWN",
            "since": "2026-01-01",
            "recurrence": {"rrule": "FREQ=MONTHLY;BYDAY=1FR"},
            "hours": [{"start": "18:00", "end": "19:00"}],
            "seats": [{"role": "LEAD", "members": [added["member"]["id"]]}],
            "place": "各镇",
        },
    )
    assert saved["errors"] == []
    assert saved["rule"]["recurrence"]["sentence"] == "每月第一个星期五，遇节假日停止一次"
    assert saved["rule"]["hours"] == [
        {"seats": [{"roleLabel": "带班（接访）领导", "members": [{"name": "演示·新来"}]}]}
    ]
    assert saved["plan"]["added"] >= 1
    refused = clerk.does("endRule", "rule { id }", {"ruleId": "diaocha", "last": "2026-01-01"})
    assert refused["errors"][0]["field"] == "last"
    ended = clerk.does(
        "endRule",
        "plan { removed }",
        {"ruleId": "diaocha", "last": str(clock.legal_day(clock.now()) - timedelta(days=1))},
    )
    assert (ended["errors"], ended["plan"]["removed"]) == ([], saved["plan"]["added"])
    # The chief declares his own; of another tenant nobody may, and nobody reads it.
    own = Desk(platform, TENANT, "HEAD")
    given = {"member": chief["id"], "kin": ["演示·亲属"], "units": ["czj"]}
    assert own.does("saveInterests", "interests { kin }", given)["interests"] == {"kin": ["演示·亲属"]}
    (nobody,) = other.does("saveInterests", "interests { kin }", given)["errors"]
    assert (nobody["code"], "值班人员名册" in nobody["message"]) == ("NOT_FOUND", True)
    declared = {"kin": ["演示·亲属"], "units": [{"code": "czj"}]}
    platform.eventually(lambda: own.people()["演示·统计局甲"]["interests"] == declared)
    seen = other.people()
    assert {(each["login"], each["interests"] is None) for each in seen.values()} == {(None, True)}
    assert "演示·新来" in seen
