"""The register: who is shown whose data, how an item is classified, and what is kept of it."""

from typing import Any

import psycopg

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, opinion, today

# Chosen so that nothing else on the machine holds them.
PLANTED = {
    "name": "欧阳桂鑫淼",
    "identityNumber": "611021197203047713",
    "phone": "13977126604",
    "address": "洛南县城关街道栖凤湾七弄二十九号",
    "representative": True,
}
REVEAL = """mutation($input: RevealPetitionerInput!) { revealPetitioner(input: $input) {
  petitioner { name identityNumber phone address } errors { code message field } } }"""


def registered(platform: Platform, **changes: Any) -> dict[str, Any]:
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    given = letter(petitioners=[PLANTED], **changes)
    return walker.whole(done(walker.register(given))["petition"]["id"])


def reveal(platform: Platform, petition: dict[str, Any], *, tenant: str, reason: str = "电话回访") -> dict[str, Any]:
    given = {"petitionId": petition["id"], "petitionerId": petition["petitioners"][0]["id"], "reason": reason}
    return Walker(platform, platform.login(tenant, "CLERK")).request(REVEAL, "revealPetitioner", given, patient=False)


def refer(platform: Platform, petition: dict[str, Any], tenant: str) -> str:
    given = {"petitionId": petition["id"], "kind": "TRANSFER", "to": [{"tenant": tenant}]}
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    referral: str = done(walker.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    return referral


def test_a_disclosure_shows_the_truth_and_stands_on_the_timeline_with_its_reason(platform: Platform) -> None:
    petition = registered(platform)
    shown = done(reveal(platform, petition, tenant="xfj", reason="核对身份"))["petitioner"]
    assert shown == {key: value for key, value in PLANTED.items() if key != "representative"}
    county = Walker(platform, platform.login("xfj", "CLERK"))
    platform.eventually(lambda: "REVEALED" in {entry["act"] for entry in county.whole(petition["id"])["timeline"]})
    (entry,) = (one for one in county.whole(petition["id"])["timeline"] if one["act"] == "REVEALED")
    assert (entry["remark"], entry["tenant"]["code"]) == ("核对身份", "xfj")


def test_a_disclosure_without_reason_is_refused(platform: Platform) -> None:
    (error,) = reveal(platform, registered(platform), tenant="xfj", reason=" ")["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "reason")


def test_a_bureau_may_look_while_it_holds_the_case_and_no_longer(platform: Platform) -> None:
    petition = registered(platform)

    def codes() -> list[str]:
        return [error["code"] for error in reveal(platform, petition, tenant="slj")["errors"]]

    assert codes() == ["NOT_FOUND"]
    referral = refer(platform, petition, "slj")
    platform.eventually(lambda: codes() == [])
    bureau, county = (Walker(platform, platform.login(tenant, "CLERK")) for tenant in ("slj", "xfj"))
    done(bureau.act("receiveReferral", "ReferralInput", {"referralId": referral}))
    done(bureau.act("objectToReferral", "ReasonInput", {"referralId": referral, "reason": "不属于本单位职责"}))
    done(county.act("decideObjection", "DecideObjectionInput", {"referralId": referral, "uphold": True}))
    platform.eventually(lambda: codes() == ["NOT_FOUND"])


def test_who_asked_to_stay_unknown_stays_so_for_the_bureau(platform: Platform) -> None:
    petition = registered(platform, confidential=True)
    refer(platform, petition, "slj")
    bureau = Walker(platform, platform.login("slj", "CLERK"))
    assert bureau.whole(petition["id"])["petitioners"] is None
    # Give the fact all the time in the world to arrive: the clocks, which follow the same fact, are there.
    platform.eventually(lambda: {c["obligation"] for c in bureau.whole(petition["id"])["clocks"]} >= {"TRANSFER"})
    assert [error["code"] for error in reveal(platform, petition, tenant="slj")["errors"]] == ["NOT_FOUND"]
    assert reveal(platform, petition, tenant="xfj")["errors"] == []


CLASSES = """query($id: UUID!) { petition(id: $id) { nature urgency source route procedure repeated skipsLevel visitors
  ratings { side value reason recordedBy { code } } timeline { act remark tenant { code } } } }"""


def classes(walker: Walker, petition_id: str) -> dict[str, Any]:
    petition: dict[str, Any] = walker.platform.gql(walker.client, CLASSES, {"id": petition_id})["petition"]
    return petition


def classify(walker: Walker, petition_id: str, **changes: str) -> dict[str, Any]:
    given = {"petitionId": petition_id, "reason": "接谈后核实", **changes}
    return walker.act("classifyPetition", "ClassifyPetitionInput", given)


def rate(walker: Walker, petition_id: str, side: str, value: str = "SATISFIED", **more: str) -> dict[str, Any]:
    given = {"petitionId": petition_id, "side": side, "value": value, **more}
    return walker.act("recordRating", "RecordRatingInput", given)


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def test_a_registration_says_where_it_comes_from_and_how_it_is_handled(platform: Platform) -> None:
    clerk = Walker(platform, platform.login("xfj", "CLERK"))
    said = {
        "source": "LEADER", "route": "ADMINISTRATIVE", "procedure": "ORDINARY", "repeated": True, "skipsLevel": True,
        "visitors": 7, "urgency": "CRITICAL",
    }  # fmt: skip
    petition = done(clerk.register(letter(channel="VISIT", **said)))["petition"]["id"]
    shown = classes(clerk, petition)
    assert {key: shown[key] for key in said} == said
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        row = admin.execute("SELECT state FROM intake.aggregate WHERE id = %s", (petition,)).fetchone()
    assert row is not None
    # The first receiver (首接责任), and the instant from which the minutes of the urgent report run.
    assert (row[0]["registered_kind"], row[0]["registrar_name"]) == ("COUNTY", "演示·窗口甲")
    assert row[0]["urgent_since"] == row[0]["registered_at"]
    for field, wrong in (
        ("route", {"nature": "SUGGESTION", "route": "PETITION"}),
        ("visitors", {"visitors": 3}),
        ("procedure", {"procedure": "SIMPLIFIED", "repeated": True}),
    ):
        (error,) = clerk.register(letter(**wrong))["errors"]
        assert (error["code"], error["field"]) == ("INVALID_INPUT", field)


def test_a_class_is_corrected_by_who_registered_it_and_the_correction_is_told(platform: Platform) -> None:
    township, county, bureau = (
        Walker(platform, platform.login(tenant, "CLERK")) for tenant in ("611021001", "xfj", "slj")
    )
    petition = done(township.register(letter(route="PETITION")))["petition"]["id"]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    done(township.act("referPetition", "ReferPetitionInput", given))

    assert codes(classify(Walker(platform, platform.login("zrzy", "CLERK")), petition, urgency="URGENT")) == [
        "NOT_FOUND"
    ]
    # Once the bus has told intake who holds it, the holder learns whom to ask.
    platform.eventually(lambda: codes(classify(bureau, petition, urgency="URGENT")) == ["FORBIDDEN"])
    (error,) = classify(bureau, petition, urgency="URGENT")["errors"]
    assert "洛南县城关街道办事处" in error["message"]

    (error,) = classify(township, petition, nature="ACCUSATION")["errors"]
    assert (error["code"], error["field"]) == ("CLASSIFICATION_RESTRICTED", "nature")
    assert codes(classify(township, petition, nature="APPEAL")) == ["INVALID_INPUT"]
    assert codes(classify(township, petition, urgency="URGENT", reason=" ")) == ["INVALID_INPUT"]
    done(classify(township, petition, nature="SUGGESTION"))
    done(classify(county, petition, urgency="URGENT"))
    shown = classes(bureau, petition)
    assert (shown["nature"], shown["route"], shown["urgency"]) == ("SUGGESTION", None, "URGENT")
    told = [(entry["tenant"]["code"], entry["remark"]) for entry in shown["timeline"] if entry["act"] == "CLASSIFIED"]
    assert told == [
        (
            "611021001",
            "信访性质由“申诉求决”改为“建议意见”；办理途径由“信访程序（第三十一条第六项）”改为“未定”。理由：接谈后核实",
        ),
        ("xfj", "紧急程度由“一般”改为“紧急”。理由：接谈后核实"),
    ]


def test_each_side_is_rated_once_and_the_body_after_its_answer_was_delivered(platform: Platform) -> None:
    township, county, bureau = (
        Walker(platform, platform.login(tenant, "CLERK")) for tenant in ("611021001", "xfj", "slj")
    )
    petition = done(township.register(letter()))["petition"]["id"]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    referral = done(township.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    assert codes(rate(township, petition, "BODY")) == ["WRONG_STATE"]
    # Once the bus has told intake that it was handed over.
    platform.eventually(lambda: codes(rate(county, petition, "OFFICE")) == [])
    # The township does not see what the county office recorded, and cannot record it a second time.
    assert codes(rate(township, petition, "OFFICE")) == ["RATING_GIVEN"]
    assert codes(rate(county, petition, "OFFICE", "FAIRLY_SATISFIED")) == ["RATING_GIVEN"]

    for act in ("receiveReferral", "acceptReferral"):
        done(bureau.act(act, "ReferralInput", {"referralId": referral}))
    done(bureau.act("answerReferral", "AnswerReferralInput", {"referralId": referral, **opinion()}))
    delivery = {"referralId": referral, "mode": "IN_PERSON", "on": str(today()), "signed": True}
    done(bureau.act("deliverAnswer", "DeliverAnswerInput", delivery))
    platform.eventually(lambda: codes(rate(township, petition, "BODY", "DISSATISFIED", reason="拖得太久")) == [])
    (error,) = rate(township, petition, "BODY")["errors"]
    assert error["code"] == "RATING_GIVEN"
    shown = classes(county, petition)
    assert {(one["side"], one["value"], one["recordedBy"]["code"]) for one in shown["ratings"]} == {
        ("OFFICE", "SATISFIED", "xfj"),
        ("BODY", "DISSATISFIED", "611021001"),
    }
    remarks = [entry["remark"] for entry in shown["timeline"] if entry["act"] == "RATED"]
    assert remarks == ["对信访部门：满意", "对责任单位：不满意（拖得太久）"]


def test_accusations_and_anonymous_items_are_not_rated(platform: Platform) -> None:
    for tenant, role, changes in (
        ("xfj", "ACCUSATIONS", {"nature": "ACCUSATION"}),
        ("xfj", "CLERK", {"petitioners": []}),
    ):
        walker = Walker(platform, platform.login(tenant, role))
        petition = done(walker.register(letter(**changes)))["petition"]["id"]
        assert codes(rate(walker, petition, "OFFICE")) == ["WRONG_STATE"]
