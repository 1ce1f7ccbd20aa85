"""Extensions and milestones, as their users walk them through the gateway."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.common.database import Database
from services.common.facts import cloud_event_headers, encode_fact
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.fact import Fact
from services.contracts.routing import Referral
from services.contracts.topology import fact_queue
from tests.harness.broker import publish
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, in_days, letter, today
from tests.service.supervision_scene import COUNTY, EXTENSION, TOWNSHIP, Scene, ask, clocks, refused


@pytest.fixture(scope="module")
def scene(platform: Platform) -> Scene:
    return Scene(platform)


def test_an_extension_is_asked_approved_and_told_and_the_clock_moves_at_once(platform: Platform) -> None:
    scene = Scene(platform)
    before = scene.clock
    assert (before["binding"], before["extendableDays"], before["extension"]) == ("LEGAL", 30, None)
    asked = done(scene.extend())["extension"]
    assert (asked["state"], asked["informedLabel"], asked["clock"]["dueOn"]) == ("REQUESTED", None, before["dueOn"])
    assert refused(scene.extend(days=1)) == "EXTENSION_TWICE"
    told = {"extensionId": asked["id"], "on": str(today())}
    assert refused(scene.ask(scene.clerk, "informOfExtension", **told)) == "WRONG_STATE"
    decision = {"extensionId": asked["id"], "approve": True, "reason": "同意"}
    assert refused(scene.ask(scene.clerk, "decideExtension", **decision)) == "FORBIDDEN"
    assert refused(scene.ask(platform.login("xfj", "HEAD"), "decideExtension", **decision)) == "FORBIDDEN"

    granted = done(scene.ask(scene.head, "decideExtension", **decision))["extension"]
    assert (granted["state"], granted["decision"], granted["informedLabel"]) == ("APPROVED", "同意", "未告知")
    # The reply's own clock: the case was counted anew in the head's transaction, and no fact had to travel.
    after = granted["clock"]
    assert date.fromisoformat(after["dueOn"]) == date.fromisoformat(before["dueOn"]) + timedelta(days=30)
    assert (after["binding"], after["extension"], after["extendableDays"]) == ("EXTENDED", {"days": 30}, 0)
    assert refused(scene.extend(days=1)) == "EXTENSION_TWICE"

    shown = done(scene.ask(scene.clerk, "informOfExtension", **told))["extension"]
    assert shown["informedLabel"] == "已告知"
    acts = [entry["act"] for entry in Walker(platform, scene.clerk).whole(scene.petition)["timeline"]]
    wanted = ["EXTENSION_REQUESTED", "EXTENSION_APPROVED", "CLOCK_CHANGED", "EXTENSION_TOLD"]
    assert [act for act in acts if act in wanted] == wanted


def test_what_art_34_does_not_allow_is_refused(scene: Scene) -> None:
    assert refused(scene.extend(days=31)) == "EXTENSION_TOO_LONG"
    assert refused(scene.extend(reason="  ")) == "INVALID_INPUT"
    report = scene.open_clock("REPORT")
    assert refused(scene.extend(clockId=report["id"])) == "EXTENSION_NOT_ALLOWED"
    asked = done(scene.extend())["extension"]
    refusal = {"extensionId": asked["id"], "approve": False}
    assert refused(scene.ask(scene.head, "decideExtension", **refusal)) == "INVALID_INPUT"
    gone = done(scene.ask(scene.clerk, "withdrawExtension", extensionId=asked["id"], reason="可以按期办结"))
    assert (gone["extension"]["state"], gone["extension"]["decision"]) == ("WITHDRAWN", "可以按期办结")
    assert scene.clocks()["HANDLING"]["dueOn"] == scene.clock["dueOn"]


def test_a_refused_extension_leaves_the_clock_and_may_be_asked_again(platform: Platform) -> None:
    scene = Scene(platform)
    asked = done(scene.extend())["extension"]
    said = {"extensionId": asked["id"], "approve": False, "reason": "案情并不复杂"}
    assert done(scene.ask(scene.head, "decideExtension", **said))["extension"]["state"] == "REFUSED"
    assert scene.clocks()["HANDLING"]["dueOn"] == scene.clock["dueOn"]
    assert done(scene.extend(days=10))["extension"]["state"] == "REQUESTED"


def test_two_requests_at_once_make_one_extension(platform: Platform) -> None:
    scene = Scene(platform)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: scene.extend(), range(2)))
    codes = sorted(refused(one) if one["errors"] else one["extension"]["state"] for one in answers)
    assert codes == ["EXTENSION_TWICE", "REQUESTED"]


def test_the_same_request_sent_again_makes_no_second_extension(platform: Platform) -> None:
    scene = Scene(platform)
    query = f"mutation($input: RequestExtensionInput!) {{ requestExtension(input: $input) {{ {EXTENSION} }} }}"
    body = {"query": query, "variables": {"input": {"clockId": scene.clock["id"], "days": 30, "reason": "案情复杂"}}}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (scene.clerk.post("/graphql", json=body, headers=key).json() for _ in range(2))
    assert first["data"]["requestExtension"]["errors"] == []
    assert again == first


def test_a_clock_that_is_over_is_not_extended(platform: Platform) -> None:
    long_ago = today() - timedelta(days=120)
    scene = Scene(platform, receivedOn=str(long_ago))
    accepted_long_ago(platform, scene, on=long_ago)
    overdue = platform.eventually(lambda: scene.clocks()["HANDLING"]["state"] == "OVERDUE" and scene.clocks())
    assert overdue["HANDLING"]["effectiveDueOn"] < str(today())
    payload = scene.extend()
    assert refused(payload) == "EXTENSION_LATE"
    assert overdue["HANDLING"]["effectiveDueOn"] in payload["errors"][0]["message"]


def accepted_long_ago(platform: Platform, scene: Scene, *, on: date) -> None:
    """Tells deadlines, as routing would, that the bureau accepted on an earlier day than today, the only one that
    routing itself takes."""
    database = Database(service="deadlines", url=platform.settings.deadlines_database_url)
    try:
        with database.begin(system_actor(COUNTY, "deadlines"), trace="test") as tx:
            row = tx.kept(Referral, scene.referral)
    finally:
        database.engine.dispose()
    assert row is not None
    state = msgspec.structs.replace(row.state, sent_on=on, received_on=on, accepted_on=on)
    fact = Fact(
        id=new_id(),
        county=COUNTY,
        type=Referral.fact_type,
        subject=state.id,
        version=row.version + 1,
        time=state.sent_at,
        act=Act.ACCEPTED,
        actor=system_actor(COUNTY, "routing").reference,
        petition=state.petition_id,
        remark=None,
        trace="test",
        state=state,
    )
    queue = fact_queue("deadlines", Referral)
    headers = cloud_event_headers(fact)
    publish(platform.settings.amqp_url, exchange="", routing_key=queue, headers=headers, body=encode_fact(fact))


def test_a_notice_meets_its_clock_until_it_is_taken_back(platform: Platform) -> None:
    desk = Walker(platform, platform.login(TOWNSHIP, "CLERK"))
    petition = done(desk.register(letter()))["petition"]["id"]
    notice = {"petitionId": petition, "kind": "NOTICED", "on": str(today()), "note": "已当面送达告知书"}
    made = done(ask(platform, desk.client, "recordMilestone", **notice))["milestone"]
    assert (made["kind"], made["on"], made["tenant"]["code"]) == ("NOTICED", str(today()), TOWNSHIP)

    def clock() -> dict[str, Any]:
        return clocks(platform, desk.client, petition)["DIRECT_NOTICE"]

    # At once: deadlines need not have heard of the petition over the bus.
    assert (clock()["state"], clock()["metOn"], clock()["owner"]["code"]) == ("MET", str(today()), TOWNSHIP)
    back = {"milestoneId": made["id"], "reason": "误填"}
    assert refused(ask(platform, platform.login("xfj", "CLERK"), "takeBackMilestone", **back)) == "FORBIDDEN"
    assert done(ask(platform, desk.client, "takeBackMilestone", **back))["milestone"]["takenBack"] == "误填"
    assert refused(ask(platform, desk.client, "takeBackMilestone", **back)) == "WRONG_STATE"
    assert (clock()["state"], clock()["metOn"]) == ("RUNNING", None)


def test_a_holder_records_what_it_has_done_and_a_promise_names_its_day(scene: Scene) -> None:
    promise = {"petitionId": scene.petition, "kind": "PROMISED", "on": str(today()), "note": "本月内补发到位"}
    unnamed = scene.ask(scene.clerk, "recordMilestone", **promise)
    assert (refused(unnamed), unnamed["errors"][0]["field"]) == ("INVALID_INPUT", "until")
    made = done(scene.ask(scene.clerk, "recordMilestone", **promise, until=in_days(20)))["milestone"]
    assert (made["kind"], made["until"], made["tenant"]["code"]) == ("PROMISED", in_days(20), "zrzy")


def test_an_urgent_report_is_recorded_the_moment_the_item_is_registered(platform: Platform) -> None:
    office = Walker(platform, platform.login("xfj", "CLERK"))
    petition = done(office.register(letter(urgency="CRITICAL")))["petition"]["id"]
    report = {"petitionId": petition, "kind": "URGENT_REPORTED", "on": str(today())}
    blank = ask(platform, office.client, "recordMilestone", **report, note=" ")
    assert (refused(blank), blank["errors"][0]["field"]) == ("INVALID_INPUT", "note")
    made = done(ask(platform, office.client, "recordMilestone", **report, note="已报县委值班室，已派员疏导"))
    assert made["milestone"]["kind"] == "URGENT_REPORTED"
    ordinary = done(office.register(letter()))["petition"]["id"]
    late = {**report, "petitionId": ordinary, "note": "x"}
    assert refused(ask(platform, office.client, "recordMilestone", **late)) == "WRONG_STATE"

    # Its leaders were told at once, and one of them signs for it.
    leader = platform.login("xfj", "LEADER")
    told = "{ reminders(filter: {urgent: true}) { nodes { id role text atOnce { petitionId reasonLabel basis } } } }"

    def reminded() -> dict[str, Any]:
        nodes = platform.gql(leader, told)["reminders"]["nodes"]
        return {one["role"]: one for one in nodes if one["atOnce"] and one["atOnce"]["petitionId"] == petition}

    platform.eventually(lambda: len(reminded()) == 2)
    found = reminded()
    assert {one["atOnce"]["reasonLabel"] for one in found.values()} == {"重大紧急信访事项"}
    assert "报告本级党委和政府" in found["HEAD"]["text"]
    signed = done(ask(platform, leader, "acknowledgeReminder", reminderId=found["LEADER"]["id"]))
    assert len(signed["reminder"]["receipts"]) == 1
    assert refused(ask(platform, leader, "acknowledgeReminder", reminderId=found["HEAD"]["id"])) == "FORBIDDEN"


def test_a_meeting_and_a_step_of_a_flow_meet_their_clocks_by_themselves(platform: Platform) -> None:
    office = Walker(platform, platform.login("xfj", "CLERK"))
    visit = letter(channel="VISIT", visitors=2, urgency="URGENT", receivedOn=str(today() - timedelta(days=45)))
    petition = done(office.register(visit))["petition"]["id"]

    def states() -> list[str]:
        found = clocks(platform, office.client, petition)
        return [found[each]["state"] for each in ("CASE_MEETING", "PRESENTATION") if each in found]

    platform.eventually(lambda: states() == ["WARNED", "RUNNING"])
    given = {"kind": "COORDINATION", "heldOn": str(today()), "chair": "李副县长", "place": "县信访局会议室"}
    attendance = [{"tenant": "xfj", "people": "王局长"}]
    said = {**given, "petitionId": petition, "attendance": attendance, "decision": "由自然资源局牵头"}
    done(ask(platform, office.client, "recordCaseMeeting", **said))
    about = {"petitionId": petition, "flow": "letter-instruction", "subject": "征地补偿"}
    run = done(ask(platform, office.client, "startApproval", **about))["approval"]
    step = {"approvalId": run["id"], "step": run["nextStep"]["id"], "text": "请局领导阅批"}
    done(ask(platform, office.client, "passApprovalStep", **step))
    platform.eventually(lambda: states() == ["MET", "MET"])


def test_a_day_that_is_expected_past_the_limit_is_warned_about_where_the_limit_is_shown(platform: Platform) -> None:
    scene = Scene(platform)
    done(scene.ask(scene.clerk, "noteProgress", referralId=scene.referral, text="已委托鉴定", expectedOn=in_days(90)))
    late = platform.eventually(lambda: scene.clocks()["HANDLING"]["expectedLate"] and scene.clocks())
    assert (late["HANDLING"]["expectedOn"], late["REPORT"]["expectedLate"]) == (in_days(90), True)
    assert "晚于期限" in late["HANDLING"]["explanation"]
    done(scene.ask(scene.clerk, "noteProgress", referralId=scene.referral, text="鉴定完毕", expectedOn=in_days(30)))
    platform.eventually(lambda: not scene.clocks()["HANDLING"]["expectedLate"])
    assert scene.clocks()["HANDLING"]["expectedOn"] == in_days(30)
