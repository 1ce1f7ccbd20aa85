"""What the public is told of receptions: published in time, changed in time, proved afterwards; calendars and the sheet
for the door."""

import asyncio
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx
import icalendar
import pytest

from gateway.database import connect
from gateway.view import apply
from services.common.database import Database
from services.common.facts import decode_fact, encode_fact
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.roster_people import Member
from services.roster.announcing import publication, turns_of
from services.roster.stored import shifts_between
from tests.harness.platform import Platform
from tests.journey.story import in_days, today
from tests.service.leaders import leaders_of
from tests.service.test_public import Citizen, codes

TENANT, COUNTY = "cgj", "611021"
PUBLISH = """mutation($input: PublishAnnouncementInput!) { publishAnnouncement(input: $input) {
  announcement { id hash publishedAt changed urgent turns { shift leader phone } } errors { code message field } } }"""
ENTER = """mutation($input: EnterShiftInput!) { enterShift(input: $input) {
  shift { id } errors { code message field } } }"""
NAME = "mutation($input: NameSeatInput!) { nameSeat(input: $input) { shift { id } errors { code message field } } }"
FILE = "mutation($input: FileRosterInput!) { fileRoster(input: $input) { filing { id } errors { code field } } }"
TAKE_BACK = """mutation($input: TakeBackFilingInput!) { takeBackFiling(input: $input) {
  filing { takenBack } errors { code } } }"""
ROTATE = "mutation($input: RotateFeedInput!) { rotateFeed(input: $input) { feedId path errors { code field } } }"
REVOKE = "mutation($input: RevokeFeedInput!) { revokeFeed(input: $input) { feed { revokedAt } errors { code } } }"
TABLE = """query($from: Date!, $to: Date!, $tenant: ID, $asOf: DateTime) {
  publicTable(from: $from, to: $to, tenant: $tenant, asOf: $asOf) {
    turn { shift leader } announcementId hash urgent } }"""
SHOWN = """query($from: Date!, $to: Date!, $tenant: ID, $asOf: DateTime) {
  publicTable(from: $from, to: $to, tenant: $tenant, asOf: $asOf) { shift leader hash urgent } }"""
HISTORY = """query($from: Date!, $to: Date!) { announcements(from: $from, to: $to, tenant: "cgj") {
  id changed urgent publishedBy { name } } }"""
LEDGER = """query($subject: ID!) { ledger(subject: $subject) { nodes { act login subject version } } }"""


class Office:
    """A bureau that publishes its receptions."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.clerk, self.head = platform.login(TENANT, "CLERK"), platform.login(TENANT, "HEAD")
        one, other, *_ = leaders_of(platform, TENANT)
        self.one, self.one_name, self.other, self.other_name = one.id, one.name, other.id, other.name

    def act(self, mutation: str, given: dict[str, Any], *, client: httpx.Client | None = None) -> dict[str, Any]:
        (payload,) = self.platform.gql(client or self.clerk, mutation, {"input": given}).values()
        found: dict[str, Any] = payload
        return found

    def ask(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        return self.platform.gql(self.clerk, query, given)

    def enter(self, day: str, member: str | None = None) -> str:
        """A reception in the evening, when nobody serves elsewhere."""
        given = {
            **{"name": "晚间接访", "kind": "RECEPTION", "mode": "FIXED_POINT", "day": day, "place": "接待室"},
            **{"start": "19:00:00", "end": "20:00:00", "phone": "0914-7000000", "slotMinutes": 15},
            "seats": [{"role": "LEAD", "member": member or self.one}],
        }
        made = self.act(ENTER, given)
        assert codes(made) == [], made
        shift: str = made["shift"]["id"]
        return shift

    def name(self, shift: str, member: str) -> None:
        made = self.act(NAME, {"shiftId": shift, "role": "LEAD", "member": member, "reason": "领导临时有事"})
        assert codes(made) == [], made

    def publish(self, day: str, *, client: httpx.Client | None = None, **more: Any) -> dict[str, Any]:
        return self.act(PUBLISH, {"first": day, "last": day, **more}, client=client)

    def was_published(self, day: date, *, on: date) -> datetime:
        """Publishes a day as it would have been done then."""
        actor = Actor(
            county=COUNTY,
            tenant=TENANT,
            kind=TenantKind.BUREAU,
            user="cgj.clerk@luonan",
            name="演示",
            roles=frozenset({Role.CLERK}),
        )
        database = Database(service="roster", url=self.platform.settings.roster_database_url)
        now = datetime.combine(on, time(4), UTC)
        with database.begin(actor, trace="test", now=now) as tx:
            shifts = [row.state for row in shifts_between(tx, first=day, last=day, tenant=TENANT)]
            ids = {member for shift in shifts for member in shift.members}
            members = {id: row.state for id, row in tx.several(Member, ids).items()}
            made = publication(
                tenant=TENANT,
                known=[],
                turns=turns_of(shifts, members),
                first=day,
                last=day,
                reason="",
                urgent=False,
                by=actor.reference,
                now=now,
                today=on,
            )
            fact = tx.record(made, act=Act.ANNOUNCED)
        database.engine.dispose()
        asyncio.run(_show(self.platform, encode_fact(fact)))
        return now


async def _show(platform: Platform, fact: bytes) -> None:
    """Brings a fact into the view, as the gateway does with those of its own commands."""
    engine = connect(platform.settings.gateway_database_url)
    async with engine.begin() as connection:
        await apply(connection, [decode_fact(fact)])
    await engine.dispose()


@pytest.fixture(scope="module")
def office(platform: Platform) -> Office:
    return Office(platform)


def test_a_table_is_published_in_time_changed_in_words_and_proved(platform: Platform, office: Office) -> None:
    far, citizen = in_days(20), Citizen(platform)
    near, shift = office.enter(in_days(4)), office.enter(far)
    assert codes(office.publish(in_days(4))) == ["ANNOUNCED_TOO_LATE"]
    late = office.publish(in_days(4), client=office.head, urgent=True, reason="忘记公示")
    assert codes(late) == ["ANNOUNCED_TOO_LATE"]

    first = office.publish(far)["announcement"]
    assert (first["changed"], first["urgent"]) == (None, False)
    assert (office.one_name, "0914-7000000") in [(turn["leader"], turn["phone"]) for turn in first["turns"]]
    assert codes(office.publish(far)) == ["NOTHING_TO_PUBLISH"]
    days = {"from": far, "to": far, "tenant": TENANT}

    def shown(**more: Any) -> dict[str, Any]:
        rows = citizen.post(SHOWN, {**days, **more}).json()["data"]["publicTable"]
        found: dict[str, Any] = next((row for row in rows if row["shift"] == shift), {})
        return found

    assert shown()["leader"] == office.one_name
    office.name(shift, office.other)
    # The table that the public sees changes when it is told, not before.
    assert shown()["leader"] == office.one_name
    second = office.publish(far, reason="出差")["announcement"]
    assert f"{office.one_name} 改为 {office.other_name}" in second["changed"]
    assert second["changed"].endswith("原因：出差")
    assert (shown()["leader"], shown()["hash"]) == (office.other_name, second["hash"])
    before = shown(asOf=first["publishedAt"])
    assert (before["leader"], before["hash"]) == (office.one_name, first["hash"])
    assert shown(asOf="2026-01-01T00:00:00+08:00") == {}
    rows = office.ask(TABLE, days)["publicTable"]
    assert {row["announcementId"] for row in rows} == {second["id"]}
    history = office.ask(HISTORY, {"from": far, "to": far})["announcements"]
    assert [one["id"] for one in history] == [second["id"], first["id"]]
    assert near not in [row["turn"]["shift"] for row in rows]

    # The id is made of the content, and the ledger names the id.
    assert first["id"].replace("-", "")[:12] == first["hash"][:12]
    auditor = platform.login("xfj", "AUDITOR")

    def entry() -> dict[str, Any] | None:
        nodes = platform.gql(auditor, LEDGER, {"subject": first["id"]})["ledger"]["nodes"]
        return nodes[0] if nodes else None

    found = platform.eventually(entry)
    assert (found["act"], found["subject"], found["version"]) == ("ANNOUNCED", first["id"], 1)


def test_a_late_change_is_refused_unless_the_head_tells_it_as_urgent(platform: Platform, office: Office) -> None:
    tomorrow, then = today() + timedelta(days=1), today() - timedelta(days=9)
    shift = office.enter(str(tomorrow))
    at = office.was_published(tomorrow, on=then)
    days = {"from": str(tomorrow), "to": str(tomorrow), "tenant": TENANT}

    def shown(**more: Any) -> dict[str, Any] | None:
        rows = office.ask(TABLE, {**days, **more})["publicTable"]
        return next((row for row in rows if row["turn"]["shift"] == shift), None)

    assert shown()
    office.name(shift, office.other)
    refused = office.publish(str(tomorrow))
    assert codes(refused) == ["CHANGED_TOO_LATE"]
    assert str(tomorrow) in refused["errors"][0]["message"]
    given: dict[str, Any] = {"urgent": True, "reason": "突发疾病"}
    assert codes(office.publish(str(tomorrow), **given)) == ["FORBIDDEN"]
    assert codes(office.publish(str(tomorrow), client=office.head, urgent=True)) == ["INVALID_INPUT"]
    told = office.publish(str(tomorrow), client=office.head, **given)["announcement"]
    assert (told["urgent"], "突发疾病" in told["changed"]) == (True, True)
    now, before = shown(), shown(asOf=at.isoformat())
    assert now is not None
    assert before is not None
    assert (now["turn"]["leader"], now["urgent"]) == (office.other_name, True)
    assert (before["turn"]["leader"], before["urgent"]) == (office.one_name, False)


def test_calendars_are_read_by_their_address_alone_and_end_with_it(platform: Platform, office: Office) -> None:
    shift, others = office.enter(in_days(15)), office.enter(in_days(16), office.other)
    key = {"Idempotency-Key": str(uuid.uuid4())}

    def rotate(
        given: dict[str, Any], *, client: httpx.Client = office.clerk, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = client.post("/graphql", json={"query": ROTATE, "variables": {"input": given}}, headers=headers)
        found: dict[str, Any] = answer.json()["data"]["rotateFeed"]
        return found

    def read(path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{platform.url}{path}", headers=headers, timeout=30, trust_env=False)

    def uids(path: str) -> set[str]:
        calendar = icalendar.Calendar.from_ical(read(path).content)
        return {str(event["uid"]) for event in calendar.walk("VEVENT")}

    first = rotate({"of": "TENANT"}, headers=key)
    # An answer that was lost is given again, and its address is still the one.
    assert rotate({"of": "TENANT"}, headers=key) == first
    answer = read(first["path"])
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert f"{shift}@611021.xinqiao" in uids(first["path"])
    own = rotate({"of": "MEMBER", "member": office.other})["path"]
    assert f"{others}@611021.xinqiao" in uids(own)
    assert f"{shift}@611021.xinqiao" not in uids(own)

    second = rotate({"of": "TENANT"})
    wrong = read(f"/feeds/611021-{'A' * 43}.ics")
    for path in (first["path"], "/feeds/nobody.ics", f"/feeds/990000-{'A' * 43}.ics"):
        assert (read(path).status_code, read(path).content) == (404, wrong.content)
    assert office.act(REVOKE, {"feedId": second["feedId"]})["feed"]["revokedAt"]
    assert read(second["path"]).content == wrong.content
    assert uids(own)
    assert codes(rotate({"of": "COUNTY"})) == ["FORBIDDEN"]
    assert codes(rotate({"of": "MEMBER", "member": office.one}, client=platform.login("slj", "CLERK"))) == [
        "INVALID_INPUT"
    ]
    listed = office.ask("{ feeds { id of member revokedAt } }", {})["feeds"]
    assert {one["id"] for one in listed} >= {first["feedId"], second["feedId"]}
    public = f"/public/luonan/receptions.ics?tenant={TENANT}"
    again = read(public, **{"If-None-Match": read(public).headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_sheet_for_the_door_is_what_is_public_and_a_filing_is_kept(platform: Platform, office: Office) -> None:
    day = in_days(25)
    path = f"/documents/roster/{TENANT}/{day}..{day}.docx"
    office.enter(day)
    assert office.clerk.get(path).status_code == 404
    assert codes(office.publish(day)) == []
    assert office.clerk.get(path).content[:2] == b"PK"
    assert office.clerk.get(f"/documents/roster/{TENANT}/{day}.docx").status_code == 400
    assert httpx.get(f"{platform.url}{path}", trust_env=False).status_code == 401

    given = {"first": day, "last": day, "filedOn": str(today()), "filedWith": "市信访局"}
    assert codes(office.act(FILE, {**given, "filedOn": in_days(1)})) == ["INVALID_INPUT"]
    filing = office.act(FILE, given)["filing"]["id"]
    asked = f'{{ filings(from: "{day}", to: "{day}", tenant: "{TENANT}") {{ id filedWith takenBack }} }}'
    assert [one["id"] for one in platform.gql(platform.login("xfj", "CLERK"), asked)["filings"]] == [filing]
    assert platform.gql(platform.login("slj", "CLERK"), asked)["filings"] == []
    back = {"filingId": filing, "reason": "误记"}
    assert codes(office.act(TAKE_BACK, back, client=platform.login("xfj", "CLERK"))) == ["FORBIDDEN"]
    assert office.act(TAKE_BACK, back)["filing"]["takenBack"] == "误记"
