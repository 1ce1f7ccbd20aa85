"""Nobody missing, over the real platform: leave and swaps move the table, unmanned posts are told, and urgent reports
call whoever is on duty."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from services.common.clock import now as instant
from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_rules import ReceptionMode, SeatRole, ServiceKind
from services.contracts.shifts import SeatOrigin, SeatTaken, Shift
from services.roster.post_watch import watch_posts
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, today

TENANT = "611021109"
"""A township of which no other test moves the table."""
CHIEF, LEADER, STAFF = f"{TENANT}-jia", f"{TENANT}-bing", f"{TENANT}-ganshi"
FAR = timedelta(days=200)
"""Beyond what is planned by itself: on these days there are our shifts alone."""
ERRORS = "errors { code message field }"
ABSENCE = f"absence {{ id stateLabel substitute {{ id }} }} announcementDue {ERRORS}"
SUBSTITUTION = f"substitution {{ id kind state onBehalf }} announcementDue {ERRORS}"
PRESENCE = f"shift {{ id seats {{ memberId inAt outAt }} }} {ERRORS}"
IMPORT = f"imported {{ dryRun absences {{ step name }} moved {{ shift what }} skipped {{ line }} }} {ERRORS}"
SHIFT = "query($id: UUID!) { shift(id: $id) { seats { memberId origin instead: insteadOf inAt } } }"
NOW = """query($tenant: ID) {
  dutyNow(tenant: $tenant) { member role phone checkedIn shift { id } } onDutyToday(tenant: $tenant) { id } }"""
ALERTS = """query($open: Boolean, $me: Boolean!) { postAlerts(open: $open, forMe: $me, first: 100) {
  nodes { kind shift { id } candidates { id } forMe } } }"""
COVERAGE = """query($tenant: ID) { coverage(tenant: $tenant) { seats filled empty percent
  days { day posts { shift { id } roles candidates { id } } } } }"""
CALLS = "query($me: Boolean!) { dutyCalls(forMe: $me, first: 50) { nodes { reportId called { member phone } } } }"
REPORTS = "{ urgentReports(first: 50) { nodes { id dutyCall { called { member tenant { code } phone } } } } }"


class Office(Walker):
    def __init__(self, platform: Platform, role: str, tenant: str = TENANT) -> None:
        super().__init__(platform, platform.login(tenant, role))

    def does(self, mutation: str, what: str, **given: Any) -> dict[str, Any]:
        kind = {"checkIn": "Check", "checkOut": "Check"}.get(mutation, f"{mutation[0].upper()}{mutation[1:]}")
        query = f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {what} }} }}"
        return self.request(query, mutation, given, patient=False)

    def code(self, mutation: str, what: str, **given: Any) -> str:
        (error,) = self.does(mutation, what, **given)["errors"]
        code: str = error["code"]
        return code

    def asks(self, query: str, **given: Any) -> dict[str, Any]:
        return self.platform.gql(self.client, query, given)

    def sits(self, shift: str) -> tuple[str | None, str]:
        seat = self.asks(SHIFT, id=shift)["shift"]["seats"][0]
        return seat["memberId"], seat["origin"]

    def nodes(self, *, me: bool = False) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.asks(ALERTS, open=True, me=me)["postAlerts"]["nodes"]
        return found

    def alerts(self, *, me: bool = False) -> set[tuple[str, str]]:
        return {(node["kind"], node["shift"]["id"]) for node in self.nodes(me=me)}


@pytest.fixture(scope="module")
def roster(platform: Platform) -> Iterator[Database]:
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    yield opened
    opened.engine.dispose()


def shift(begins: datetime, hours: int, *people: str | None, kind: ServiceKind = ServiceKind.DUTY) -> Shift:
    """Entered by hand, so that no plan touches it; the first one leads."""
    at = begins.astimezone(LEGAL_ZONE).replace(second=0, microsecond=0)
    roles = (SeatRole.LEAD, SeatRole.STAFF)
    return Shift(
        id=new_id(), tenant=TENANT, rule="", name="值班", kind=kind,
        mode=ReceptionMode.FIXED_POINT if kind is ServiceKind.RECEPTION else None, day=at.date(), start=at.time(),
        end=(at + timedelta(hours=hours)).time(), place="镇政府值班室", phone="0914-7654321", slot_minutes=None,
        seats=[SeatTaken(role=role, member=who, name=who, post="镇领导" if who else None, origin=SeatOrigin.NAMED)
               for role, who in zip(roles, people, strict=False)],
        by_hand=True,
    )  # fmt: skip


def put(platform: Platform, roster: Database, *shifts: Shift) -> list[str]:
    with roster.begin(system_actor("611021", "roster"), trace="test") as tx:
        for each in shifts:
            tx.record(each, act=Act.SHIFT_ENTERED)
    clerk = Office(platform, "CLERK")
    table = 'query($from: Date!, $to: Date!) { dutyTable(from: $from, to: $to, tenant: "611021109") { id } }'
    days = sorted(str(each.day) for each in shifts)
    wanted = {each.id for each in shifts}

    def shown() -> bool:
        found = clerk.asks(table, **{"from": days[0], "to": days[-1]})["dutyTable"]
        return wanted <= {each["id"] for each in found}

    # The table of a county that is new is on its way to the view meanwhile.
    platform.eventually(shown, 90)
    return [each.id for each in shifts]


def morning(days: int) -> datetime:
    return datetime.combine(today() + FAR + timedelta(days=days), time(9), LEGAL_ZONE)


def test_leave_needs_a_substitute_who_takes_the_turn_until_it_is_taken_back(
    platform: Platform, roster: Database
) -> None:
    first, second = put(platform, roster, shift(morning(0), 2, LEADER), shift(morning(2), 2, LEADER))
    clerk, head = Office(platform, "CLERK"), Office(platform, "HEAD")
    days = {"first": str(morning(0).date()), "last": str(morning(0).date())}
    asked = {"member": LEADER, "kind": "TRIP", "reason": "外出招商", **days}
    assert clerk.code("requestAbsence", ABSENCE, **asked) == "SUBSTITUTE_NEEDED"
    assert clerk.code("requestAbsence", ABSENCE, **asked, substitute=STAFF) == "SUBSTITUTE_NEEDED"
    made = done(clerk.does("requestAbsence", ABSENCE, **asked, substitute=CHIEF))
    assert (made["absence"]["stateLabel"], made["announcementDue"]) == ("待批准", False)
    assert (clerk.sits(first), clerk.sits(second)) == ((CHIEF, "SUBSTITUTE"), (LEADER, "NAMED"))
    assert clerk.code("requestAbsence", ABSENCE, **asked, substitute=CHIEF) == "ABSENCE_OVERLAPS"
    absence = made["absence"]["id"]
    assert clerk.code("decideAbsence", ABSENCE, absenceId=absence, approve=True) == "FORBIDDEN"
    decided = done(head.does("decideAbsence", ABSENCE, absenceId=absence, approve=True))
    assert decided["absence"]["stateLabel"] == "已批准"
    done(clerk.does("cancelAbsence", ABSENCE, absenceId=absence, reason="行程取消"))
    assert clerk.sits(first) == (LEADER, "NAMED")

    # The same out of a calendar: first to see, then to do, and a second time nothing more.
    text = f"人员,种类,开始,结束,事由\n演示·石门丙,出差,{days['first']},{days['last']},招商\n"
    given = {"format": "CSV", "text": text}
    tried = done(head.does("importAbsences", IMPORT, **given, dryRun=True))["imported"]
    assert [(one["step"], one["name"]) for one in tried["absences"]] == [("ADDED", "演示·石门丙")]
    assert [one["shift"] for one in tried["moved"]] == [first]
    assert clerk.sits(first) == (LEADER, "NAMED")
    assert done(head.does("importAbsences", IMPORT, **given))["imported"]["moved"] == tried["moved"]
    assert clerk.sits(first)[1] == "SUBSTITUTE"
    again = done(head.does("importAbsences", IMPORT, **given))["imported"]
    assert ([one["step"] for one in again["absences"]], again["moved"]) == (["UNCHANGED"], [])
    day = days["first"].replace("-", "")
    event = f"BEGIN:VEVENT\r\nUID:e1\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:年假\r\nEND:VEVENT\r\n"
    calendar = {"format": "ICALENDAR", "text": f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}END:VCALENDAR\r\n"}
    assert head.code("importAbsences", IMPORT, **calendar) == "INVALID_INPUT"
    seen = done(head.does("importAbsences", IMPORT, **calendar, member=LEADER, dryRun=True))["imported"]
    assert ([one["step"] for one in seen["absences"]], seen["dryRun"]) == (["ADDED"], True)
    done(
        head.does(
            "importAbsences", IMPORT, format="CSV", text=text.replace("事由", "事由,状态").replace("招商", ",取消")
        )
    )
    assert clerk.sits(first) == (LEADER, "NAMED")


def test_two_change_places_and_take_it_back(platform: Platform, roster: Database) -> None:
    mine, his = put(platform, roster, shift(morning(10), 2, LEADER), shift(morning(11), 2, CHIEF))
    clerk, head = Office(platform, "CLERK"), Office(platform, "HEAD")
    asked = {"shiftId": mine, "member": LEADER, "byMember": CHIEF, "inReturn": his, "reason": "下村"}
    made = done(clerk.does("requestSubstitution", SUBSTITUTION, **asked))["substitution"]
    assert (made["kind"], made["state"], made["onBehalf"]) == ("SWAP", "REQUESTED", True)
    assert clerk.sits(mine) == (LEADER, "NAMED")
    done(head.does("decideSubstitution", SUBSTITUTION, substitutionId=made["id"], approve=True))
    assert (clerk.sits(mine), clerk.sits(his)) == ((CHIEF, "SWAPPED"), (LEADER, "SWAPPED"))
    back = done(clerk.does("takeBackSubstitution", SUBSTITUTION, substitutionId=made["id"], reason="不下村了"))
    assert back["substitution"]["state"] == "TAKEN_BACK"
    assert (clerk.sits(mine), clerk.sits(his)) == ((LEADER, "NAMED"), (CHIEF, "NAMED"))
    other = Office(platform, "CLERK", "slj")
    assert other.code("requestSubstitution", SUBSTITUTION, **asked) == "NOT_FOUND"


def test_who_is_there_now_who_is_missing_and_whom_an_urgent_report_calls(platform: Platform, roster: Database) -> None:
    begun = instant() - timedelta(minutes=20)
    (going, ahead) = put(
        platform, roster, shift(begun, 3, LEADER, STAFF), shift(instant() + timedelta(days=5), 1, None)
    )
    clerk, head, other = Office(platform, "CLERK"), Office(platform, "HEAD"), Office(platform, "CLERK", "slj")

    # Within its round the watcher tells of both posts to those who can fill them, and to nobody of another tenant.
    wanted = {("UNMANNED", going), ("EMPTY", ahead)}
    platform.eventually(lambda: wanted <= clerk.alerts(), 90)
    could = {node["shift"]["id"]: [one["id"] for one in node["candidates"]] for node in head.nodes()}
    # First who should be there; and for an empty post of a leader no member of staff.
    assert could[going][:2] == [LEADER, STAFF]
    assert could[ahead]
    assert not {STAFF, f"{TENANT}-jingban"} & set(could[ahead])
    assert {id for _, id in head.alerts(me=True)} == {id for id, people in could.items() if CHIEF in people}
    assert other.alerts() == set()
    covered = clerk.asks(COVERAGE)["coverage"]
    (post,) = [post for day in covered["days"] for post in day["posts"] if post["shift"]["id"] == ahead]
    assert (post["roles"], [one["id"] for one in post["candidates"]]) == (["LEAD"], could[ahead])
    assert covered["seats"] - covered["filled"] == covered["empty"] > 0
    elsewhere = other.asks(COVERAGE, tenant=TENANT)["coverage"]
    assert [
        post["candidates"] for day in elsewhere["days"] for post in day["posts"] if post["shift"]["id"] == ahead
    ] == [[]]

    found = other.asks(NOW, tenant=TENANT)
    here = {one["member"]: one for one in found["dutyNow"] if one["shift"]["id"] == going}
    assert {who: (one["role"], one["checkedIn"]) for who, one in here.items()} == {
        LEADER: ("LEAD", False),
        STAFF: ("STAFF", False),
    }
    assert here[LEADER]["phone"] == "0914-0000088"
    assert going in {one["id"] for one in found["onDutyToday"]}

    report = {"petitionId": done(clerk.register(letter(title="群众聚集")))["petition"]["id"]}
    report |= {"content": "人数持续增加", "measures": "领导已到场"}
    made = done(clerk.does("reportUrgent", f"report {{ id }} {ERRORS}", **report))["report"]["id"]

    def called() -> dict[str, Any] | None:
        nodes = clerk.asks(REPORTS)["urgentReports"]["nodes"]
        call: dict[str, Any] | None = next(one["dutyCall"] for one in nodes if one["id"] == made)
        return call

    call = platform.eventually(called, 60)
    ours = {one["member"]: one["phone"] for one in call["called"] if one["tenant"]["code"] == TENANT}
    assert ours.items() >= {LEADER: "0914-0000088"}.items()
    assert made in {one["reportId"] for one in clerk.asks(CALLS, me=False)["dutyCalls"]["nodes"]}
    assert made not in {one["reportId"] for one in clerk.asks(CALLS, me=True)["dutyCalls"]["nodes"]}
    assert made not in {one["reportId"] for one in other.asks(CALLS, me=False)["dutyCalls"]["nodes"]}

    # He is there: entered by his office, once; taken back, he is missing again.
    for _ in range(2):
        done(clerk.does("checkIn", PRESENCE, shiftId=going, member=LEADER))
    assert other.code("checkIn", PRESENCE, shiftId=going, member=LEADER) == "NOT_FOUND"
    assert [one["checkedIn"] for one in other.asks(NOW, tenant=TENANT)["dutyNow"] if one["member"] == LEADER] == [True]
    with roster.begin(system_actor("611021", "roster"), trace="test") as tx:
        watch_posts(tx, tenant=TENANT, now=instant())
    platform.eventually(lambda: ("UNMANNED", going) not in clerk.alerts(), 60)
    corrected = done(clerk.does("takeBackCheck", PRESENCE, shiftId=going, member=LEADER, reason="误操作"))
    assert [seat["inAt"] for seat in corrected["shift"]["seats"]] == [None, None]
    with roster.begin(system_actor("611021", "roster"), trace="test") as tx:
        watch_posts(tx, tenant=TENANT, now=instant())
        assert watch_posts(tx, tenant=TENANT, now=tx.now) == 0
    platform.eventually(lambda: ("UNMANNED", going) in clerk.alerts(), 60)
