"""The log from shift to shift, and the grassroots network with its information, over the real platform."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest

from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import SeatTaken, Shift
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, today

COUNTY, TOWNSHIP, NEIGHBOUR = "611021", "611021106", "611021107"
AFTER_THE_PLAN = 90
"""Seconds in which the view has got over the county's first plan, which a fresh platform makes: thousands of shifts."""
LOG = "log { shiftId state handedTo openMatters entries { text kind carriedFrom corrected petition { number } } }"
POST = "post { id covers { code name } until }"
ITEM = "item { id state level overdue text steps { text } petition { id } }"
ITEMS = """query($filter: InformationFilter) { information(filter: $filter) { nodes { id state overdue text
  post { name } place { name } accuses { code } petition { number } } } }"""


class Desk(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def does(self, mutation: str, shown: str, /, **given: Any) -> dict[str, Any]:
        name = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {name}!) {{ {mutation}(input: $input) {{ {shown} errors {{ code field }} }} }}"
        return self.request(query, mutation, given, patient=False)

    def refused(self, mutation: str, shown: str, /, **given: Any) -> str:
        (error,) = self.does(mutation, shown, **given)["errors"]
        return str(error["code"])

    def asks(self, query: str, **variables: Any) -> Any:
        (answer,) = self.platform.gql(self.client, query, variables).values()
        return answer

    def items(self, **filter: Any) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.asks(ITEMS, filter=filter)["nodes"]}


@pytest.fixture
def shifts(platform: Platform) -> Iterator[tuple[str, str]]:
    """Two that began yesterday, one after the other: a leader sits in the first, a supervisor in the second."""
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    ids = (new_id(), new_id())
    with opened.begin(system_actor(COUNTY, "roster"), trace=new_id()) as tx:
        for id, minute, member in zip(ids, (0, 1), ("xfj-xld-jia", "xfj-duban"), strict=True):
            seat = SeatTaken(role=SeatRole.STAFF, member=member, name="值班", post="值班")
            shift = Shift(
                id=id, tenant="xfj", rule="", name="节日值守", kind=ServiceKind.ON_CALL, mode=None,
                day=today() - timedelta(days=1), start=time(3, minute), end=time(4, minute), place="值班室", phone=None,
                slot_minutes=None, seats=[seat], by_hand=True,
            )  # fmt: skip
            tx.record(shift, act=Act.SHIFT_ENTERED)
    yield ids
    opened.engine.dispose()


def test_what_is_open_goes_from_shift_to_shift_and_the_next_one_says_that_he_knows(
    platform: Platform, shifts: tuple[str, str]
) -> None:
    first, second = shifts
    leader, supervisor, clerk = (Desk(platform, "xfj", role) for role in ("LEADER", "SUPERVISOR", "CLERK"))
    petition = done(clerk.register(letter()))["petition"]
    secret = done(clerk.register(letter(nature="ACCUSATION", accused=["slj"])))["petition"]["id"]

    def write(desk: Desk, shift: str, **given: Any) -> dict[str, Any]:
        return desk.does("writeLog", LOG, shiftId=shift, **{"kind": "OPEN_MATTER", "text": "等待回电", **given})

    def errors(answer: dict[str, Any]) -> list[str]:
        return [error["code"] for error in answer["errors"]]

    assert errors(write(supervisor, first)) == ["FORBIDDEN"]
    assert errors(write(Desk(platform, "slj", "HEAD"), first)) == ["FORBIDDEN"]
    # What was just registered comes to the roster a moment later.
    platform.eventually(lambda: not errors(write(leader, first, kind="CALL", text="来电", petitionId=petition["id"])))
    platform.eventually(lambda: errors(write(clerk, first, petitionId=secret)) == ["INVALID_INPUT"])
    log = done(write(leader, first, text="张某 13991234567 等待回电"))["log"]
    assert log["entries"][0]["petition"]["number"] == petition["number"]
    assert (log["openMatters"], "13991234567" in log["entries"][1]["text"]) == (1, False)

    closed = done(leader.does("handOver", LOG, shiftId=first))["log"]
    assert (closed["state"], closed["handedTo"]) == ("HANDED_OVER", second)
    assert errors(write(leader, first)) == ["LOG_CLOSED"]
    due = 'query { handoversDue(tenant: "xfj") { shiftId shift { name } } }'
    # The shift was planted beside the gateway, so the view has it a moment later.
    platform.eventually(lambda: {"shiftId": first, "shift": {"name": "节日值守"}} in clerk.asks(due), AFTER_THE_PLAN)
    assert Desk(platform, "slj").asks(due) == []
    carried = clerk.asks(
        "query($id: UUID!) { dutyLog(shiftId: $id) { state entries { carriedFrom kind } } }", id=second
    )
    assert carried == {"state": "OPEN", "entries": [{"carriedFrom": first, "kind": "OPEN_MATTER"}]}

    assert leader.refused("acknowledgeHandover", LOG, shiftId=first) == "FORBIDDEN"
    assert done(supervisor.does("acknowledgeHandover", LOG, shiftId=first))["log"]["state"] == "ACKNOWLEDGED"
    assert first not in {one["shiftId"] for one in clerk.asks(due)}
    settled = done(supervisor.does("settleLogEntry", LOG, shiftId=second, place=0))["log"]
    assert settled["openMatters"] == 0


def test_the_network_is_entered_by_township_and_table_and_its_holes_are_shown(platform: Platform) -> None:
    office, township, neighbour = Desk(platform, "xfj"), Desk(platform, TOWNSHIP), Desk(platform, NEIGHBOUR)
    coverage = "query { networkCoverage { tenant { code } withoutLiaison { code } withoutInformant { code } } }"
    (empty,) = township.asks(coverage)
    village, other = (one["code"] for one in empty["withoutLiaison"][:2])
    assert len(office.asks(coverage)) > len(neighbour.asks(coverage)) == 1
    given = {"tenant": TOWNSHIP, "role": "LIAISON", "name": "王建国", "covers": [village], "since": "2026-01-01"}
    assert neighbour.refused("saveNetworkPost", POST, **given) == "FORBIDDEN"
    assert (
        township.refused("saveNetworkPost", POST, **{**given, "login": f"{NEIGHBOUR}.clerk@luonan"}) == "INVALID_INPUT"
    )
    kept = done(township.does("saveNetworkPost", POST, **given))["post"]
    assert township.refused("saveNetworkPost", POST, **{**given, "name": "李秀英"}) == "POST_TAKEN"
    ended = {**given, "postId": kept["id"], "until": "2026-06-30"}
    assert done(office.does("saveNetworkPost", POST, **ended))["post"]["until"] == "2026-06-30"

    def load(desk: Desk, *lines: str, dry: bool = False) -> tuple[int, int, list[int]]:
        table = "\n".join(["单位代码,岗位,姓名,登录名,包联地,开始日期", *lines])
        report = "report { added changed unchanged mistakes { line message } }"
        found = done(desk.does("importNetwork", report, table=table, dryRun=dry))["report"]
        return found["added"], found["unchanged"], [one["line"] for one in found["mistakes"]]

    lines = [
        f"{TOWNSHIP},联络员,李秀英,,{village},2026-07-01",
        f"{TOWNSHIP},承办员,赵干部,{TOWNSHIP}.head@luonan,{village};{other},2026-01-01",
        f"{TOWNSHIP},信息员,孙老汉,,{village}#2,2026-01-01",
    ]
    assert load(township, *lines, f"{TOWNSHIP},联络员,错,,990001001201,2026-01-01") == (3, 0, [5])
    assert load(township, *lines, dry=True) == (3, 0, [])
    assert load(township, *lines) == (3, 0, [])
    assert load(township, *lines) == (0, 3, [])
    (now,) = township.asks(coverage)
    left = {one["code"] for one in empty["withoutLiaison"]} - {one["code"] for one in now["withoutLiaison"]}
    assert left == {village}
    posts = "query($t: ID) { networkPosts(filter: {tenant: $t}) { totalCount nodes { name role } } }"
    assert office.asks(posts, t=TOWNSHIP)["totalCount"] == 4
    assert neighbour.asks(posts, t=TOWNSHIP)["totalCount"] == 0


def test_information_goes_up_and_becomes_a_petition_and_what_accuses_goes_past_the_township(platform: Platform) -> None:
    office, township, head = Desk(platform, "xfj"), Desk(platform, NEIGHBOUR), Desk(platform, NEIGHBOUR, "HEAD")
    (coverage,) = township.asks("query { networkCoverage { withoutLiaison { code } } }")
    village = coverage["withoutLiaison"][0]["code"]
    post = done(township.does(
        "saveNetworkPost", POST, tenant=NEIGHBOUR, role="INFORMANT", name="周婶", covers=[f"{village}#1"],
        since=str(today()), login=f"{NEIGHBOUR}.head@luonan",
    ))["post"]["id"]  # fmt: skip

    def send(desk: Desk, **changes: Any) -> dict[str, Any]:
        return desk.does("sendInformation", ITEM, **{
            "post": post, "place": f"{village}#1", "foundOn": str(today()), "way": "PHONE", "level": "VILLAGE",
            "text": "张大山家与邻居因宅基地争执", "names": ["张大山"], **changes,
        })  # fmt: skip

    item = done(send(head))["item"]
    assert "张大山" not in item["text"]
    assert [error["code"] for error in send(Desk(platform, "slj"))["errors"]] == ["NOT_FOUND"]
    assert head.refused("decideInformation", ITEM, itemId=item["id"], take=True, text="好") == "FORBIDDEN"
    up = done(township.does("forwardInformation", ITEM, itemId=item["id"], level="COUNTY", text="村里调解未果"))["item"]
    assert (up["level"], len(up["steps"])) == ("COUNTY", 2)
    assert township.refused("decideInformation", ITEM, itemId=item["id"], take=True, text="好") == "FORBIDDEN"
    assert (
        done(office.does("decideInformation", ITEM, itemId=item["id"], take=True, text="列入"))["item"]["state"]
        == "TAKEN"
    )

    petition = done(office.register(letter()))["petition"]["id"]

    def linked() -> bool:
        answer = office.does("linkInformation", ITEM, itemId=item["id"], petitionId=petition)
        return bool(answer["item"] and answer["item"]["petition"]["id"] == petition)

    platform.eventually(linked)
    assert township.items()[item["id"]]["state"] == "REGISTERED"
    # Who does not see the petition does not learn its number from the item.
    assert township.items()[item["id"]]["petition"] is None
    acts = "query($id: UUID!) { petition(id: $id) { timeline { act } } }"
    assert "INFORMATION_LINKED" in [one["act"] for one in office.asks(acts, id=petition)["timeline"]]

    month = """query($day: Date!, $tenant: ID) { informationQuota(month: $day, tenant: $tenant) {
      post { id } sent taken quotaMet } }"""
    mine = {"post": {"id": post}, "sent": 1, "taken": 1, "quotaMet": False}
    assert mine in township.asks(month, day=str(today()))
    awards = "query($year: Int!) { informationAwards(year: $year) { post { id } proposed } }"
    assert {"post": {"id": post}, "proposed": True} in township.asks(awards, year=today().year)

    given = {"accuses": [NEIGHBOUR], "level": "COUNTY", "text": "反映乡镇截留补偿款"}
    assert [error["code"] for error in send(township, **given)["errors"]] == ["ACCUSED_UNIT"]
    secret = done(send(head, **given))["item"]["id"]
    assert secret not in {**township.items(), **head.items(), **office.items()}
    cleared = Desk(platform, "xfj", "ACCUSATIONS")
    assert cleared.items(tenant=NEIGHBOUR, overdue=False)[secret]["accuses"] == [{"code": NEIGHBOUR}]
    assert secret not in cleared.items(overdue=True)
    assert township.refused("forwardInformation", ITEM, itemId=secret, level="URGENT", text="催") == "NOT_FOUND"


def test_what_became_an_accusation_is_seen_by_its_people_and_follows_them(platform: Platform) -> None:
    office, head, township = Desk(platform, "xfj"), Desk(platform, "xfj", "HEAD"), Desk(platform, NEIGHBOUR)
    post = done(office.does(
        "saveNetworkPost", POST, tenant="slj", role="OFFICER", name="水利信息员", since=str(today())
    ))["post"]["id"]  # fmt: skip
    item = done(office.does(
        "sendInformation", ITEM, post=post, place=NEIGHBOUR, foundOn=str(today()), way="VERBAL", level="COUNTY",
        text="反映违规审批",
    ))["item"]["id"]  # fmt: skip
    assert item in Desk(platform, "slj").items()
    secret = done(office.register(letter(nature="ACCUSATION", accused=["slj"])))["petition"]["id"]
    platform.eventually(lambda: office.does("linkInformation", ITEM, itemId=item, petitionId=secret)["item"])
    assert item in office.items()
    for other in (Desk(platform, "slj"), head, township):
        assert item not in other.items()
    named = {"petitionId": secret, "readers": ["xfj.head@luonan"], "reason": "承办需要"}
    done(office.does("nameReaders", "petition { id }", **named))
    platform.eventually(lambda: item in head.items(), AFTER_THE_PLAN)
    assert item not in Desk(platform, "slj").items()
