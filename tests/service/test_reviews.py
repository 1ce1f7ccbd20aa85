"""Own handling (自办), reviews (复查, 复核) and case ownership (包案) over the real platform, by the gateway."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.common.ids import new_id
from tests.harness.platform import Platform
from tests.journey.story import CASE, Walker, done, in_days, letter, opinion, today

REVIEWS = """query($id: UUID!) { petition(id: $id) { status
  referrals { id kind state receivedOn endedOn }
  caseOwner { leader post tenant { code } assignedBy { code } reason since }
  reviews { id stage stageLabel state stateLabel firstReviewId referralId reason requestedOn receivedOn
    body { code } handlingBody { code } hearings { openedOn closedOn }
    decision { outcome opinion decidedOn } delivery { mode on signed } }
  timeline { act remark tenant { code } } } }"""

ACCEPT_WITH_GRADE = f"""mutation($input: ReferralInput!) {{
  acceptReferral(input: $input, grade: SERIOUS) {{ {CASE} }} }}"""
GRADES = "query($id: UUID!) { petition(id: $id) { referrals { id state grade } } }"

OPINION = {"outcome": "EXPLAINED", "opinion": "已核实，说明政策依据。"}


def delivery() -> dict[str, Any]:
    """Of the day on which the test comes to it: a run may go on past midnight."""
    return {"mode": "IN_PERSON", "on": str(today()), "signed": True}


class Clerk(Walker):
    """A user who goes on with one case at a time; ``codes`` are those of the refusals."""

    def case(self, petition_id: str) -> dict[str, Any]:
        petition: dict[str, Any] = self.platform.gql(self.client, REVIEWS, {"id": petition_id})["petition"]
        return petition

    def refer(self, petition_id: str, tenant: str, kind: str) -> dict[str, Any]:
        given = {"petitionId": petition_id, "kind": kind, "to": [{"tenant": tenant}]}
        return self.act("referPetition", "ReferPetitionInput", given)

    def answer(self, referral: str, *, received: bool = False) -> None:
        """To the delivered answer: from receipt, or from what is received already (own handling)."""
        if not received:
            done(self.act("receiveReferral", "ReferralInput", {"referralId": referral}))
        done(self.act("acceptReferral", "ReferralInput", {"referralId": referral}))
        done(self.act("answerReferral", "AnswerReferralInput", {"referralId": referral, **opinion()}))
        done(self.act("deliverAnswer", "DeliverAnswerInput", {"referralId": referral, **delivery()}))

    def ask(self, referral: str, stage: str, **changes: Any) -> dict[str, Any]:
        days = {"requestedOn": str(today()), "receivedOn": str(today())}
        given = {"referralId": referral, "stage": stage, "reason": "不服答复意见", **days, **changes}
        return self.act("requestReview", "RequestReviewInput", given)

    def hear(self, review: str, **days: str) -> dict[str, Any]:
        return self.act("recordHearing", "RecordHearingInput", {"reviewId": review, **days})

    def decide(self, review: str) -> dict[str, Any]:
        return self.act("decideReview", "DecideReviewInput", {"reviewId": review, **OPINION})

    def deliver(self, review: str) -> dict[str, Any]:
        return self.act("deliverReview", "DeliverReviewInput", {"reviewId": review, **delivery()})

    def own(self, petition_id: str, tenant: str, leader: str, reason: str = "久拖未决") -> dict[str, Any]:
        given = {"petitionId": petition_id, "tenant": tenant, "leader": leader, "post": "局长", "reason": reason}
        return self.act("assignCaseOwner", "AssignCaseOwnerInput", given)


def clerk(platform: Platform, tenant: str, role: str = "CLERK") -> Clerk:
    return Clerk(platform, platform.login(tenant, role))


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def handled(platform: Platform, *, registrar: str = "xfj", by: str = "zrzy", **changes: Any) -> tuple[str, str]:
    """A petition whose answer ``by`` has delivered, and that referral."""
    office = clerk(platform, registrar)
    petition: str = done(office.register(letter(**changes)))["petition"]["id"]
    kind = "OWN" if registrar == by else "TRANSFER"
    referral: str = done(office.refer(petition, by, kind))["referral"]["id"]
    clerk(platform, by).answer(referral, received=kind == "OWN")
    return petition, referral


def test_a_township_handles_its_own_petition_from_registration_to_delivery(platform: Platform) -> None:
    township = clerk(platform, "611021001")
    petition = done(township.register(letter(channel="VISIT", visitors=2)))["petition"]["id"]
    (error,) = township.refer(petition, "611021001", "TRANSFER")["errors"]
    assert error["code"] == "INVALID_INPUT"
    assert "自办" in error["message"]
    assert codes(township.refer(petition, "zrzy", "OWN")) == ["INVALID_INPUT"]

    referral = done(township.refer(petition, "611021001", "OWN"))["referral"]
    assert referral["state"] == "RECEIVED"
    (kept,) = township.case(petition)["referrals"]
    assert (kept["kind"], kept["receivedOn"]) == ("OWN", str(today()))
    objection = {"referralId": referral["id"], "reason": "不属于本单位职责"}
    assert codes(township.act("objectToReferral", "ReasonInput", objection)) == ["WRONG_STATE"]

    # A mistake is withdrawn, and the case can be handed on or taken again.
    done(township.act("withdrawReferral", "ReasonInput", {"referralId": referral["id"], "reason": "误选自办"}))
    again = done(township.refer(petition, "611021001", "OWN"))["referral"]["id"]
    assert codes(township.refer(petition, "611021001", "OWN")) == ["ALREADY_REFERRED"]
    township.answer(again, received=True)
    case = township.case(petition)
    assert case["status"] == "DELIVERED"
    assert [(one["state"], one["endedOn"]) for one in case["referrals"]] == [
        ("WITHDRAWN", str(today())),
        ("DELIVERED", None),
    ]
    done(township.act("closePetition", "ClosePetitionInput", {"petitionId": petition}))
    assert township.case(petition)["status"] == "CLOSED"


def test_an_answer_is_reviewed_twice_with_a_hearing_and_then_no_more(platform: Platform) -> None:
    petition, referral = handled(platform)
    bureau, county = clerk(platform, "zrzy"), clerk(platform, "xfj")

    assert codes(bureau.ask(referral, "FINAL")) == ["WRONG_STATE"]
    (error,) = bureau.ask(referral, "FIRST", requestedOn=in_days(-1))["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "requestedOn")
    payload = done(bureau.ask(referral, "FIRST"))
    assert payload["petition"]["id"] == petition
    assert codes(county.ask(referral, "FIRST")) == ["REVIEW_EXISTS"]
    (first,) = bureau.case(petition)["reviews"]
    assert (first["stageLabel"], first["state"], first["firstReviewId"]) == ("复查", "UNDER_REVIEW", None)
    assert (first["body"]["code"], first["handlingBody"]["code"]) == ("xfj", "zrzy")

    assert codes(bureau.decide(first["id"])) == ["FORBIDDEN"]
    assert codes(county.deliver(first["id"])) == ["WRONG_STATE"]
    done(county.decide(first["id"]))
    assert codes(bureau.ask(referral, "FINAL")) == ["WRONG_STATE"]
    done(county.deliver(first["id"]))

    done(county.ask(referral, "FINAL"))
    final = next(one for one in county.case(petition)["reviews"] if one["stage"] == "FINAL")
    # The organ above the county office is not in the directory; the office enters what it decides.
    assert (final["body"]["code"], final["firstReviewId"]) == ("xfj", first["id"])
    assert codes(county.hear(final["id"])) == ["INVALID_INPUT"]
    assert codes(county.hear(final["id"], closedOn=str(today()))) == ["WRONG_STATE"]
    done(county.hear(final["id"], openedOn=str(today())))
    assert codes(county.hear(final["id"], openedOn=str(today()))) == ["WRONG_STATE"]
    assert codes(county.decide(final["id"])) == ["WRONG_STATE"]
    done(county.hear(final["id"], closedOn=str(today())))
    assert codes(county.hear(final["id"], openedOn=str(today()))) == ["INVALID_INPUT"]
    done(county.decide(final["id"]))
    done(county.deliver(final["id"]))

    for stage in ("FIRST", "FINAL"):
        (error,) = county.ask(referral, stage)["errors"]
        assert error["code"] == "REVIEW_EXHAUSTED"
        assert "不再受理" in error["message"]
    case = bureau.case(petition)
    final = next(one for one in case["reviews"] if one["stage"] == "FINAL")
    assert final["hearings"] == [{"openedOn": str(today()), "closedOn": str(today())}]
    assert (final["state"], final["decision"]["outcome"]) == ("DELIVERED", "EXPLAINED")
    assert final["delivery"] == delivery()
    first_told, final_told = (entry["remark"] for entry in case["timeline"] if entry["act"] == "REVIEW_REQUESTED")
    assert first_told == f"复查，{today()} 提出，由洛南县信访局办理：不服答复意见"
    assert final_told == f"复核，{today()} 提出，由洛南县信访局的上一级机关办理：不服答复意见"
    told = [entry["act"] for entry in case["timeline"] if entry["act"].startswith(("REVIEW_", "HEARING_"))]
    assert told == [
        *("REVIEW_REQUESTED", "REVIEW_DECIDED", "REVIEW_DELIVERED"),
        *("REVIEW_REQUESTED", "HEARING_OPENED", "HEARING_CLOSED", "REVIEW_DECIDED", "REVIEW_DELIVERED"),
    ]


def test_two_requests_at_one_moment_make_one_review(platform: Platform) -> None:
    petition, referral = handled(platform)
    bureau, county = clerk(platform, "zrzy"), clerk(platform, "xfj")
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda who: codes(who.ask(referral, "FIRST")), (bureau, county)))
    assert sorted(answers) == [[], ["REVIEW_EXISTS"]]
    assert len(county.case(petition)["reviews"]) == 1


def test_a_hearing_that_is_over_is_entered_at_once_and_tells_of_both_days(platform: Platform) -> None:
    petition, referral = handled(platform)
    county = clerk(platform, "xfj")
    done(county.ask(referral, "FIRST"))
    (first,) = county.case(petition)["reviews"]
    (error,) = county.hear(first["id"], openedOn=str(today()), closedOn=in_days(1))["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "closedOn")
    done(county.hear(first["id"], openedOn=str(today()), closedOn=str(today())))
    case = county.case(petition)
    assert case["reviews"][0]["hearings"] == [{"openedOn": str(today()), "closedOn": str(today())}]
    assert [entry["act"] for entry in case["timeline"]][-2:] == ["HEARING_OPENED", "HEARING_CLOSED"]


def test_who_holds_nothing_of_the_case_learns_nothing_of_its_reviews(platform: Platform) -> None:
    petition, referral = handled(platform)
    county, stranger = clerk(platform, "xfj"), clerk(platform, "slj")
    done(county.ask(referral, "FIRST"))
    (first,) = county.case(petition)["reviews"]
    for refused in (
        stranger.ask(referral, "FIRST"),
        stranger.decide(first["id"]),
        stranger.hear(first["id"], openedOn=str(today())),
        stranger.deliver(new_id()),
        clerk(platform, "slj", "HEAD").own(petition, "slj", "某局长"),
    ):
        assert codes(refused) == ["NOT_FOUND"]


def test_an_accused_unit_does_not_review_and_the_county_office_has_no_superior(platform: Platform) -> None:
    _, referral = handled(platform, registrar="611021001", accused=["xfj"])
    assert codes(clerk(platform, "zrzy").ask(referral, "FIRST")) == ["ACCUSED_UNIT"]
    _, referral = handled(platform, registrar="xfj", by="xfj")
    (error,) = clerk(platform, "xfj").ask(referral, "FIRST")["errors"]
    assert error["code"] == "NO_SUPERIOR"
    assert "上一级机关" in error["message"]


def test_a_grade_is_said_when_an_accusation_is_accepted_and_never_else(platform: Platform) -> None:
    for nature, expected in (("APPEAL", ["INVALID_INPUT"]), ("ACCUSATION", [])):
        office = clerk(platform, "xfj", "ACCUSATIONS")
        petition = done(office.register(letter(nature=nature)))["petition"]["id"]
        referral = done(office.refer(petition, "xfj", "OWN"))["referral"]["id"]
        given = {"referralId": referral}
        assert codes(office.request(ACCEPT_WITH_GRADE, "acceptReferral", given, patient=False)) == expected
        (kept,) = platform.gql(office.client, GRADES, {"id": petition})["petition"]["referrals"]
        wanted = ("ACCEPTED", "SERIOUS") if nature == "ACCUSATION" else ("RECEIVED", None)
        assert (kept["state"], kept["grade"]) == wanted


@pytest.fixture(scope="module")
def held(platform: Platform) -> str:
    """A petition that the county office registered and 自然资源局 holds."""
    office = clerk(platform, "xfj")
    petition: str = done(office.register(letter()))["petition"]["id"]
    done(office.refer(petition, "zrzy", "TRANSFER"))
    return petition


def test_a_case_owner_is_named_and_changed_with_a_reason(platform: Platform, held: str) -> None:
    supervisor, head = clerk(platform, "xfj", "SUPERVISOR"), clerk(platform, "xfj", "HEAD")
    assert codes(clerk(platform, "xfj").own(held, "slj", "水利局长")) == ["FORBIDDEN"]
    assert codes(supervisor.own(held, "slj", "水利局长", reason=" ")) == ["INVALID_INPUT"]
    done(supervisor.own(held, "slj", "水利局长"))
    assert codes(supervisor.own(held, "slj", "副局长")) == ["FORBIDDEN"]
    # The holder does not see whom the county office named, and learns that it named somebody.
    assert codes(clerk(platform, "zrzy", "HEAD").own(held, "zrzy", "自然资源局长")) == ["CASE_OWNED"]
    done(head.own(held, "zrzy", "自然资源局长", reason="改由主办单位包案"))
    assert codes(head.own(held, "zrzy", "自然资源局长")) == ["WRONG_STATE"]
    case = clerk(platform, "zrzy").case(held)
    assert case["caseOwner"]["leader"] == "自然资源局长"
    assert (case["caseOwner"]["tenant"]["code"], case["caseOwner"]["assignedBy"]["code"]) == ("zrzy", "xfj")
    remarks = [entry["remark"] for entry in case["timeline"] if entry["act"] == "CASE_OWNER_ASSIGNED"]
    assert len(remarks) == 2
    assert "原为水利局长" in remarks[1]
    assert "改由主办单位包案" in remarks[1]


def test_the_head_of_a_holder_names_a_leader_of_its_own(platform: Platform) -> None:
    office, head = clerk(platform, "xfj"), clerk(platform, "zrzy", "HEAD")
    petition = done(office.register(letter()))["petition"]["id"]
    assert codes(head.own(petition, "zrzy", "局长")) == ["NOT_FOUND"]
    done(office.refer(petition, "zrzy", "TRANSFER"))
    assert codes(head.own(petition, "slj", "别的局长")) == ["FORBIDDEN"]
    done(head.own(petition, "zrzy", "局长"))
    done(head.own(petition, "zrzy", "副局长", reason="分工调整"))
    assert office.case(petition)["caseOwner"]["leader"] == "副局长"
