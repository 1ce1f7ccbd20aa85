"""Supervision threads and reminders, as their users walk them through the gateway."""

from typing import Any

import httpx
import pytest

from services.common.ids import new_id
from services.contracts.actor import Role, TenantKind
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, in_days, letter, today
from tests.service.supervision_scene import TOWNSHIP, Scene, ask, refused, user


@pytest.fixture(scope="module")
def scene(platform: Platform) -> Scene:
    return Scene(platform)


def test_a_thread_from_opening_to_its_end(platform: Platform) -> None:
    scene = Scene(platform)
    made = done(scene.open_thread())["supervision"]
    assert (made["state"], made["openedBy"]["code"], made["addressee"]["code"]) == ("OPEN", "xfj", "zrzy")
    assert (made["obligation"], made["clock"]["id"]) == ("HANDLING", scene.clock["id"])
    assert made["firstReceiver"] == Walker(platform, scene.sender).whole(scene.petition)["timeline"][0]["actorName"]
    assert refused(scene.open_thread()) == "SUPERVISION_OPEN_ALREADY"
    # The written answer is owed by a day of its own, at once.
    reply = scene.clocks()["SUPERVISION_REPLY"]
    assert (reply["owner"]["code"], reply["dueOn"], reply["metOn"]) == ("zrzy", in_days(5), None)
    assert refused(scene.open_thread(clockId=reply["id"])) == "INVALID_INPUT"

    thread = {"supervisionId": made["id"]}
    assert refused(scene.ask(scene.supervisor, "answerSupervision", **thread, adopted=True, text="x")) == "FORBIDDEN"
    assert refused(scene.ask(scene.head, "escalateSupervision", **thread, step="TALK", text="x")) == "FORBIDDEN"
    done(scene.ask(scene.clerk, "acknowledgeSupervision", **thread))
    assert refused(scene.ask(scene.clerk, "acknowledgeSupervision", **thread)) == "WRONG_STATE"

    press = {**thread, "text": "逾期仍未整改"}
    assert (
        refused(scene.ask(scene.supervisor, "escalateSupervision", **press, step="RED_CARD")) == "YELLOW_CARD_MISSING"
    )
    assert refused(scene.ask(scene.supervisor, "escalateSupervision", **press, step="CLOSED")) == "INVALID_INPUT"
    for step in ("YELLOW_CARD", "RED_CARD", "LISTED", "TALK", "TO_HEAD", "ACCOUNTABILITY"):
        done(scene.ask(scene.supervisor, "escalateSupervision", **press, step=step))
    rectify = {**press, "step": "RECTIFY", "answerBy": in_days(7)}
    assert done(scene.ask(scene.supervisor, "escalateSupervision", **rectify))["supervision"]["answerBy"] == in_days(7)
    assert scene.clocks()["SUPERVISION_REPLY"]["dueOn"] == in_days(7)

    settled = {**thread, "clearedUp": True, "solved": True, "measuresCarriedOut": True, "text": "已整改到位"}
    assert refused(scene.ask(scene.supervisor, "closeSupervision", **settled)) == "WRONG_STATE"
    answer = {**thread, "adopted": False, "text": "鉴定尚未完成，不能按期办结"}
    answered = done(scene.ask(scene.clerk, "answerSupervision", **answer))["supervision"]
    assert (answered["state"], answered["answeredOn"]) == ("ANSWERED", str(today()))
    assert scene.clocks()["SUPERVISION_REPLY"]["metOn"] == str(today())

    back = {**press, "step": "RETURNED", "answerBy": in_days(9)}
    returned = done(scene.ask(scene.supervisor, "escalateSupervision", **back))["supervision"]
    assert (returned["state"], returned["answeredOn"], returned["answerBy"]) == ("OPEN", None, in_days(9))
    done(scene.ask(scene.head, "answerSupervision", **{**answer, "adopted": True, "text": "已采纳，本周办结"}))

    unsettled = scene.ask(scene.supervisor, "closeSupervision", **{**settled, "solved": False})
    assert refused(unsettled) == "SUPERVISION_NOT_SETTLED"
    assert "问题未解决" in unsettled["errors"][0]["message"]
    closed = done(scene.ask(scene.supervisor, "closeSupervision", **settled))["supervision"]
    assert (closed["state"], closed["endedOn"]) == ("CLOSED", str(today()))
    assert [entry["step"] for entry in closed["entries"]] == [
        *("OPENED", "ACKNOWLEDGED", "YELLOW_CARD", "RED_CARD", "LISTED", "TALK", "TO_HEAD", "ACCOUNTABILITY"),
        *("RECTIFY", "ANSWERED", "RETURNED", "ANSWERED", "CLOSED"),
    ]
    assert [entry["adopted"] for entry in closed["entries"] if entry["step"] == "ANSWERED"] == [False, True]
    assert refused(scene.ask(scene.supervisor, "withdrawSupervision", **thread, reason="x")) == "WRONG_STATE"
    # Its end leaves the way free for another on the same clock.
    assert done(scene.open_thread())["supervision"]["state"] == "OPEN"

    timeline = Walker(platform, scene.clerk).whole(scene.petition)["timeline"]
    said = [entry["remark"] or "" for entry in timeline if entry["act"].startswith("SUPERVISION_")]
    # Everybody who holds the case reads the timeline: that there was a step, and not what was written in it.
    assert len(said) == 14
    for written in ("请说明进展", "逾期仍未整改", "鉴定尚未完成", "已采纳，本周办结", "已整改到位"):
        assert not any(written in one for one in said)


def test_a_withdrawn_thread_ends_its_clock(platform: Platform) -> None:
    scene = Scene(platform)
    made = done(scene.open_thread())["supervision"]
    gone = done(scene.ask(scene.supervisor, "withdrawSupervision", supervisionId=made["id"], reason="发错单位"))
    assert (gone["supervision"]["state"], gone["supervision"]["endedOn"]) == ("WITHDRAWN", str(today()))
    assert scene.clocks()["SUPERVISION_REPLY"]["state"] == "CANCELLED"


def test_a_holder_is_supervised_without_a_clock_and_no_other_tenant(platform: Platform) -> None:
    scene = Scene(platform)
    of_case = {"clockId": None, "petitionId": scene.petition, "reason": "FALSIFICATION"}
    made = done(scene.open_thread(**of_case, addressee="zrzy"))["supervision"]
    assert (made["clock"], made["obligation"], made["reason"]) == (None, None, "FALSIFICATION")
    assert refused(scene.open_thread(**of_case, addressee="zrzy")) == "SUPERVISION_OPEN_ALREADY"
    assert refused(scene.open_thread(**of_case, addressee="slj")) == "INVALID_INPUT"
    assert refused(scene.open_thread(**of_case)) == "INVALID_INPUT"
    assert refused(scene.open_thread(petitionId=scene.petition)) == "INVALID_INPUT"
    assert refused(scene.open_thread(**{**of_case, "petitionId": new_id()}, addressee="zrzy")) == "NOT_FOUND"


def test_a_townships_head_supervises_and_reminds_those_to_whom_it_referred(platform: Platform) -> None:
    scene = Scene(platform, sender=TOWNSHIP)
    head, other = platform.login(TOWNSHIP, "HEAD"), platform.login("611021101", "HEAD")
    assert refused(scene.open_thread(scene.sender)) == "FORBIDDEN"
    assert refused(scene.open_thread(other)) == "NOT_FOUND"
    assert refused(scene.open_thread(scene.head)) == "FORBIDDEN"
    made = done(scene.open_thread(head))["supervision"]
    assert made["openedBy"]["code"] == TOWNSHIP
    # The county office stands beside it, for the same clock too.
    assert refused(scene.open_thread()) == "SUPERVISION_OPEN_ALREADY"
    done(scene.ask(scene.supervisor, "withdrawSupervision", supervisionId=made["id"], reason="由县信访局督办"))

    reminder = {"clockId": scene.clock["id"], "text": "请抓紧办理"}
    assert done(scene.ask(scene.sender, "sendReminder", **reminder))["reminder"]["tenant"]["code"] == "zrzy"
    assert refused(scene.ask(platform.login("611021101", "CLERK"), "sendReminder", **reminder)) == "NOT_FOUND"
    assert refused(scene.ask(scene.clerk, "sendReminder", **reminder)) == "FORBIDDEN"


def test_what_is_another_bureaus_is_answered_as_what_is_not_there(scene: Scene) -> None:
    platform, unknown = scene.platform, new_id()
    made = done(scene.open_thread(clockId=scene.open_clock("REPORT")["id"]))["supervision"]
    asked = done(scene.extend(days=5))["extension"]
    reminder = done(scene.ask(scene.supervisor, "sendReminder", clockId=scene.clock["id"], text="请抓紧"))["reminder"]
    stranger, head = platform.login("slj", "CLERK"), platform.login("slj", "HEAD")
    tried: list[tuple[httpx.Client, str, str, str, dict[str, Any]]] = [
        (stranger, "requestExtension", "clockId", scene.clock["id"], {"days": 1, "reason": "x"}),
        (head, "decideExtension", "extensionId", asked["id"], {"approve": True}),
        (stranger, "withdrawExtension", "extensionId", asked["id"], {"reason": "x"}),
        (stranger, "informOfExtension", "extensionId", asked["id"], {"on": str(today())}),
        (stranger, "acknowledgeSupervision", "supervisionId", made["id"], {}),
        (stranger, "answerSupervision", "supervisionId", made["id"], {"adopted": True, "text": "x"}),
        (head, "escalateSupervision", "supervisionId", made["id"], {"step": "TALK", "text": "x"}),
        (head, "withdrawSupervision", "supervisionId", made["id"], {"reason": "x"}),
        (stranger, "sendReminder", "clockId", scene.clock["id"], {"text": "x"}),
        (stranger, "acknowledgeReminder", "reminderId", reminder["id"], {}),
        (
            *(stranger, "recordMilestone", "petitionId", scene.petition),
            {"kind": "NOTICED", "on": str(today()), "note": "x"},
        ),
    ]
    for client, mutation, name, known, more in tried:
        answers = [scene.ask(client, mutation, **{name: one}, **more) for one in (known, unknown)]
        assert [refused(one) for one in answers] == ["NOT_FOUND"] * 2, mutation
        assert len({one["errors"][0]["message"] for one in answers}) == 1
    done(scene.ask(scene.clerk, "withdrawExtension", extensionId=asked["id"], reason="不再需要"))
    done(scene.ask(scene.supervisor, "withdrawSupervision", supervisionId=made["id"], reason="试发"))


def test_an_accusations_thread_is_for_the_cleared_and_never_for_the_accused(platform: Platform) -> None:
    office = Walker(platform, platform.login("xfj", "ACCUSATIONS"))
    petition = done(office.register(letter(nature="ACCUSATION", accused=["slj"])))["petition"]["id"]
    to = [{"tenant": "zrzy", "role": "LEAD"}]
    done(office.act("referPetition", "ReferPetitionInput", {"petitionId": petition, "kind": "TRANSFER", "to": to}))
    opening = {"petitionId": petition, "reason": "SHIRKING", "text": "请说明", "answerBy": in_days(5)}
    uncleared = ask(platform, platform.login("xfj", "SUPERVISOR"), "openSupervision", **opening, addressee="zrzy")
    assert refused(uncleared) == "NOT_FOUND"
    with (
        user(platform, "xfj", TenantKind.COUNTY, Role.SUPERVISOR, Role.ACCUSATIONS) as supervisor,
        user(platform, "zrzy", TenantKind.BUREAU, Role.CLERK, Role.ACCUSATIONS) as desk,
    ):
        assert refused(ask(platform, supervisor, "openSupervision", **opening, addressee="slj")) == "ACCUSED_UNIT"

        def made() -> dict[str, Any] | None:
            """Once deadlines has heard who holds the case."""
            payload = ask(platform, supervisor, "openSupervision", **opening, addressee="zrzy")
            if payload["errors"]:
                assert refused(payload) in ("INVALID_INPUT", "NOT_FOUND")
                return None
            thread: dict[str, Any] = payload["supervision"]
            return thread

        thread = {"supervisionId": platform.eventually(made)["id"]}
        for uncleared_client in (platform.login("zrzy", "CLERK"), platform.login("zrzy", "HEAD")):
            assert refused(ask(platform, uncleared_client, "acknowledgeSupervision", **thread)) == "NOT_FOUND"
        done(ask(platform, desk, "acknowledgeSupervision", **thread))


def test_a_reminder_by_hand_reaches_the_owner_and_is_signed_for_once(scene: Scene) -> None:
    sent = done(scene.ask(scene.supervisor, "sendReminder", clockId=scene.clock["id"], text="请于本周反馈"))["reminder"]
    assert (sent["tenant"]["code"], sent["role"], sent["urgent"], sent["receipts"]) == ("zrzy", "CLERK", True, [])
    assert [(item["clockId"], item["level"], item["obligationLabel"]) for item in sent["items"]] == [
        (scene.clock["id"], None, "办理答复")
    ]
    mine = {"reminderId": sent["id"]}
    assert refused(scene.ask(scene.platform.login("xfj", "HEAD"), "acknowledgeReminder", **mine)) == "FORBIDDEN"
    assert len(done(scene.ask(scene.clerk, "acknowledgeReminder", **mine))["reminder"]["receipts"]) == 1
    assert refused(scene.ask(scene.clerk, "acknowledgeReminder", **mine)) == "WRONG_STATE"
    assert len(done(scene.ask(scene.head, "acknowledgeReminder", **mine))["reminder"]["receipts"]) == 2
