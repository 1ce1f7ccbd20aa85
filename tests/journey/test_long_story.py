"""One case through everything: objected, sent to two bodies, extended, sent back, answered, reviewed twice, closed.

All of it happens on one day, through the gateway; what the days of such a case are is counted in
``tests/unit/deadlines/test_long_story.py``.
"""

from typing import Any

from tests.harness.platform import Platform
from tests.journey.story import CASE, Walker, done, in_days, letter, today

FILE = """query($id: UUID!) { petition(id: $id) {
  status statusLabel
  journey { hops returns daysLost byBody { tenant { code } returns } }
  referrals { id state stateLabel role toTenant { code } toName expectedOn dueOn
    objection { reason materials upheld } reworks { reason }
    answer { number outcome outcomeLabel demands facts basis parts { tenant { code } opinion } }
    delivery { mode recipient receipt } }
  reviews { id stage state }
  clocks { id referralId obligation state owner { code } dueOn extension { days basis } }
  timeline { act actLabel tenant { code } actorName remark }
} }"""

OPINION = {
    "outcome": "PARTLY_SUPPORTED",
    "opinion": "补偿款本月内发放，其余诉求说明政策依据。",
    "demands": "发放征地补偿款",
    "facts": "2025 年征收三亩耕地，补偿款尚未发放，因账户信息有误。",
    "basis": "《土地管理法》第四十八条",
}


INPUTS = {
    "receiveReferral": "ReferralInput",
    "acceptReferral": "ReferralInput",
    "objectToReferral": "ReasonInput",
    "sendBackAnswer": "ReasonInput",
}


class Hand(Walker):
    """A user, and what he sees of the one case."""

    def file(self, petition: str) -> dict[str, Any]:
        found: dict[str, Any] = self.platform.gql(self.client, FILE, {"id": petition})["petition"]
        return found

    def on(self, mutation: str, referral: str, *, beside: str = "", **given: Any) -> dict[str, Any]:
        """An act on a referral, with what it is told ``beside`` its input; raises what it was refused with."""
        kind = INPUTS.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input {beside}) {{ {CASE} }} }}"
        return done(self.request(query, mutation, {"referralId": referral, **given}, patient=False))

    def review(self, mutation: str, review: str, **given: Any) -> dict[str, Any]:
        name = mutation[0].upper() + mutation[1:]
        return done(self.act(mutation, f"{name}Input", {"reviewId": review, **given}))

    def extension(self, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        shown = "{ extension { id } errors { code message } }"
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {shown} }}"
        return self.request(query, mutation, given, patient=False)


def hand(platform: Platform, tenant: str, role: str = "CLERK") -> Hand:
    return Hand(platform, platform.login(tenant, role))


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def test_a_long_story_ends_with_every_clock_and_label_right(platform: Platform) -> None:
    office, wrong = hand(platform, "xfj"), hand(platform, "slj")
    lead, head, support = hand(platform, "zrzy"), hand(platform, "zrzy", "HEAD"), hand(platform, "nyncj")
    day = str(today())

    case = done(office.register(letter()))["petition"]["id"]
    given = {"petitionId": case, "kind": "TRANSFER", "to": [{"tenant": "slj", "role": "LEAD"}]}
    first = done(office.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    wrong.on("receiveReferral", first, beside=f'expectedOn: "{in_days(20)}"')
    wrong.on("objectToReferral", first, beside='materials: "来信原件一份"', reason="征地补偿由自然资源部门主管")
    office.on("decideObjection", first, uphold=True, reason="异议成立")
    returned = office.file(case)
    assert (returned["status"], returned["statusLabel"]) == ("RETURNED", "已退回，待重新转送交办")
    assert returned["journey"] == {
        "hops": 1,
        "returns": 1,
        "daysLost": 0,
        "byBody": [{"tenant": {"code": "slj"}, "returns": 1}],
    }
    assert returned["referrals"][0]["objection"]["materials"] == "来信原件一份"

    given = {
        "petitionId": case,
        "kind": "ASSIGN",
        "to": [{"tenant": "zrzy", "role": "LEAD"}, {"tenant": "nyncj", "role": "SUPPORT", "dueOn": in_days(20)}],
        "dueOn": in_days(45),
        "note": "请会同核实",
    }
    done(office.act("referPetition", "ReferPetitionInput", given))
    by_tenant = {one["toTenant"]["code"]: one["id"] for one in office.file(case)["referrals"]}
    mine, other = by_tenant["zrzy"], by_tenant["nyncj"]
    for who, referral in ((lead, mine), (support, other)):
        who.on("receiveReferral", referral)
        who.on("acceptReferral", referral)
    lead.on("noteProgress", mine, text="已实地核实地块面积", expectedOn=in_days(30))
    assert {one["id"]: one["stateLabel"] for one in lead.file(case)["referrals"]}[mine] == "办理中"

    def handling() -> dict[str, Any] | None:
        clocks = [one for one in lead.file(case)["clocks"] if one["obligation"] == "HANDLING"]
        return clocks[0] if clocks else None

    clock = platform.eventually(handling)
    assert (clock["owner"]["code"], clock["dueOn"]) == ("zrzy", in_days(60))
    asked = {"clockId": clock["id"], "days": 30, "reason": "案情复杂，须会同两家单位核实"}
    extension = done(lead.extension("requestExtension", asked))["extension"]["id"]
    done(head.extension("decideExtension", {"extensionId": extension, "approve": True}))

    def extended() -> bool:
        (now,) = [one for one in lead.file(case)["clocks"] if one["id"] == clock["id"]]
        return bool(now["extension"]) and now["dueOn"] == in_days(90)

    platform.eventually(extended)

    incomplete = lead.act("answerReferral", "AnswerReferralInput", {"referralId": mine, **OPINION})
    assert codes(incomplete) == ["PARTS_MISSING"]
    support.on("answerReferral", other, outcome="SUPPORTED", opinion="种植补贴已足额发放。")
    lead.on("answerReferral", mine, **OPINION)
    office.on("sendBackAnswer", mine, reason="未说明发放日期")
    assert office.file(case)["statusLabel"] == "退回重办"
    lead.on("answerReferral", mine, **OPINION | {"opinion": "补偿款 30 日内发放。"})
    lead.on("deliverAnswer", mine, mode="IN_PERSON", on=day, signed=True, recipient="PETITIONER", receipt="回证 1 号")

    reviews = []
    for stage in ("FIRST", "FINAL"):
        asked = {"referralId": mine, "stage": stage, "requestedOn": day, "receivedOn": day, "reason": "不服"}
        done(office.act("requestReview", "RequestReviewInput", asked))
        review = next(one["id"] for one in office.file(case)["reviews"] if one["stage"] == stage)
        reviews.append(review)
        office.review("recordHearing", review, openedOn=day, closedOn=day)
        office.review("decideReview", review, outcome="EXPLAINED", opinion="维持原处理意见。")
        office.review("deliverReview", review, mode="IN_PERSON", on=day, signed=True)
    again = {"referralId": mine, "stage": "FINAL", "requestedOn": day, "receivedOn": day, "reason": "仍不服"}
    assert codes(office.act("requestReview", "RequestReviewInput", again)) == ["REVIEW_EXHAUSTED"]
    done(office.act("closePetition", "ClosePetitionInput", {"petitionId": case}))

    wanted = {
        ("TRANSFER", "xfj", "MET"),
        ("HANDLING", "zrzy", "MET"),
        ("REPORT", "zrzy", "MET"),
        ("REPORT", "nyncj", "MET"),
        ("FIRST_REVIEW_REQUEST", "zrzy", "MET"),
        ("FIRST_REVIEW", "xfj", "MET"),
        ("FINAL_REVIEW_REQUEST", "xfj", "MET"),
        ("FINAL_REVIEW", "xfj", "MET"),
    }

    def clocks() -> set[tuple[str, str, str]]:
        return {(one["obligation"], one["owner"]["code"], one["state"]) for one in office.file(case)["clocks"]}

    platform.eventually(lambda: wanted <= clocks())
    assert not [one for one in clocks() if one[2] in {"RUNNING", "OVERDUE", "MET_LATE"}]

    file = office.file(case)
    assert (file["status"], file["statusLabel"]) == ("CLOSED", "已办结")
    assert (file["journey"]["hops"], file["journey"]["returns"]) == (2, 1)
    (answered,) = [one for one in file["referrals"] if one["id"] == mine]
    assert (answered["state"], answered["toName"], answered["expectedOn"]) == (
        "CLOSED",
        "洛南县自然资源局",
        in_days(30),
    )
    assert [one["reason"] for one in answered["reworks"]] == ["未说明发放日期"]
    assert answered["answer"]["outcomeLabel"] == "部分支持"
    assert answered["answer"]["number"]
    assert [(part["tenant"]["code"], part["opinion"]) for part in answered["answer"]["parts"]] == [
        ("nyncj", "种植补贴已足额发放。")
    ]
    assert answered["delivery"] == {"mode": "IN_PERSON", "recipient": "PETITIONER", "receipt": "回证 1 号"}
    by_itself = ("CLOCK", "DUTY", "PROPOS", "REMINDED")
    told = [one for one in file["timeline"] if not one["act"].startswith(by_itself)]
    assert [one["act"] for one in told] == [
        *("REGISTERED", "REFERRED", "RECEIVED", "OBJECTED", "OBJECTION_UPHELD"),
        *("REFERRED", "REFERRED", "RECEIVED", "ACCEPTED", "RECEIVED", "ACCEPTED", "PROGRESS_NOTED"),
        *("EXTENSION_REQUESTED", "EXTENSION_APPROVED", "ANSWERED", "ANSWERED", "SENT_BACK", "ANSWERED", "DELIVERED"),
        *("REVIEW_REQUESTED", "HEARING_OPENED", "HEARING_CLOSED", "REVIEW_DECIDED", "REVIEW_DELIVERED") * 2,
        *("PART_CLOSED", "PART_CLOSED", "CLOSED"),
    ]
    assert [one for one in told if one["tenant"] is None or not one["actorName"]] == []
