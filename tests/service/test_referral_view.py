"""The life of a referral as its users read it: to and fro, sent back, refused, its papers and the report of returns."""

import io
from typing import Any

import docx
import httpx
import pytest

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, in_days, letter, opinion, today

REFERRALS = """query($id: UUID!) { petition(id: $id) { status number
  journey { hops returns daysLost byBody { tenant { code } returns daysLost } }
  referrals { id role state toName toUnit toUnitName parentId branches { id } expectedOn dueOn
    objection { materials upheld }
    dispute { reason decider { code } byConference competent { code } decision }
    refusal { reason reasonLabel way explanation on } notes { by text }
    answer { number demands facts basis legalReview { by on opinion } parts { name outcomeLabel opinion } partsMissing }
    reworks { reason answer { number opinion } }
    delivery { recipient recipientLabel receipt remark } papers { kind documentPath } }
} }"""
RETURNS = """query($from: Date!, $to: Date!) { returnReport(from: $from, to: $to) {
  bodies { tenant { code } referred returned share daysLost refused reworked }
  pingPong(first: 100) { totalCount nodes { id journey { returns } } } } }"""
RECEIVE = """mutation($input: ReferralInput!, $on: Date) {
  receiveReferral(input: $input, expectedOn: $on) { referral { expectedOn } errors { code message } } }"""
OBJECT = """mutation($input: ReasonInput!, $materials: String) {
  objectToReferral(input: $input, materials: $materials) { errors { code message } } }"""


class Case:
    """A letter and those who have to do with it."""

    def __init__(self, platform: Platform, **changes: Any) -> None:
        self.platform = platform
        self.by = {code: Walker(platform, platform.login(code, "CLERK")) for code in ("xfj", "slj", "zrzy", "mzj")}
        self.id: str = done(self.by["xfj"].register(letter(**changes)))["petition"]["id"]

    def act(self, tenant: str, mutation: str, input_type: str = "ReferralInput", **given: Any) -> dict[str, Any]:
        return self.by[tenant].act(mutation, input_type, given)

    def refer(self, *to: dict[str, Any], **more: Any) -> list[str]:
        """The ids of the hand-overs, in the order of ``to``."""
        query = """mutation($input: ReferPetitionInput!) { referPetition(input: $input) {
          referrals { id toTenant { code } } errors { code message field } } }"""
        given = {"petitionId": self.id, "kind": "TRANSFER", "to": list(to), **more}
        payload = self.by["xfj"].request(query, "referPetition", given, patient=False)
        found = {one["toTenant"]["code"]: one["id"] for one in done(payload)["referrals"]}
        return [found[one["tenant"]] for one in to]

    def give_back(self, tenant: str) -> None:
        """To this body, which objects, and from it again."""
        (referral,) = self.refer({"tenant": tenant})
        done(self.act(tenant, "receiveReferral", referralId=referral))
        given = {"input": {"referralId": referral, "reason": "不属于本单位职责"}, "materials": "来信原件一份"}
        assert self.platform.gql(self.by[tenant].client, OBJECT, given)["objectToReferral"]["errors"] == []
        done(self.act("xfj", "decideObjection", "DecideObjectionInput", referralId=referral, uphold=True))

    def shown(self, tenant: str = "xfj") -> dict[str, Any]:
        petition: dict[str, Any] = self.platform.gql(self.by[tenant].client, REFERRALS, {"id": self.id})["petition"]
        return petition

    def referral(self, referral_id: str, tenant: str = "xfj") -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.shown(tenant)["referrals"] if one["id"] == referral_id)
        return found

    def paper(self, tenant: str, referral: str, name: str) -> httpx.Response:
        return self.by[tenant].client.get(f"/documents/referrals/{referral}/{name}.docx")


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def words(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    read = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


@pytest.fixture(scope="module")
def answered(platform: Platform) -> tuple[Case, str]:
    """Given back by two bodies, then answered by a third with what its unit said, sent back, answered again and
    delivered: the case and its last hand-over."""
    case = Case(platform)
    case.give_back("slj")
    case.give_back("mzj")
    lead, support = case.refer(
        *({"tenant": "zrzy", "unit": "zd"}, {"tenant": "mzj", "role": "SUPPORT", "dueOn": in_days(10)}),
        **{"kind": "ASSIGN", "dueOn": in_days(30), "note": "内部批注：请核实"},
    )
    client, given = case.by["zrzy"].client, {"input": {"referralId": lead}, "on": in_days(20)}
    assert platform.gql(client, RECEIVE, given)["receiveReferral"]["referral"] == {"expectedOn": in_days(20)}
    done(case.act("zrzy", "acceptReferral", referralId=lead))
    forwarded = case.act("zrzy", "forwardReferral", "ForwardReferralInput", referralId=lead, to=[{"unit": "zd"}])
    branch = next(one["id"] for one in case.shown()["referrals"] if one["parentId"])
    assert done(forwarded)["petition"]["status"] == "ACCEPTED"
    done(case.act("zrzy", "receiveReferral", referralId=branch))
    done(case.act("zrzy", "answerReferral", "AnswerReferralInput", referralId=branch, **opinion(opinion="已查实")))
    done(case.act("zrzy", "noteProgress", "NoteProgressInput", referralId=lead, text="已约谈施工方"))
    said = opinion(
        outcome="PARTLY_SUPPORTED", legalReview={"by": "顾问甲", "on": str(today()), "opinion": "内部审查：合法"}
    )
    early = case.act("zrzy", "answerReferral", "AnswerReferralInput", referralId=lead, **said)
    assert codes(early) == ["PARTS_MISSING"]
    said["partsMissing"] = "内部说明：协办不影响结论"
    done(case.act("zrzy", "answerReferral", "AnswerReferralInput", referralId=lead, **said))
    back = done(case.act("xfj", "sendBackAnswer", "ReasonInput", referralId=lead, reason="依据不足"))
    assert back["petition"]["status"] == "REWORK"
    done(case.act("zrzy", "answerReferral", "AnswerReferralInput", referralId=lead, **said))
    delivery = {"mode": "REGISTERED_MAIL", "on": str(today()), "signed": True, "recipient": "FAMILY", "receipt": "XA1"}
    done(case.act("zrzy", "deliverAnswer", "DeliverAnswerInput", referralId=lead, remark="内部备注", **delivery))
    assert case.referral(support)["dueOn"] == in_days(10)
    return case, lead


def test_everything_that_happened_on_the_way_is_read_from_the_referral(answered: tuple[Case, str]) -> None:
    case, lead = answered
    whole = case.shown()
    assert whole["status"] == "DELIVERED"
    assert (whole["journey"]["hops"], whole["journey"]["returns"], whole["journey"]["daysLost"]) == (3, 2, 0)
    assert {one["tenant"]["code"]: one["returns"] for one in whole["journey"]["byBody"]} == {"slj": 1, "mzj": 1}
    first = next(one for one in whole["referrals"] if one["state"] == "RETURNED")
    assert first["objection"] == {"materials": "来信原件一份", "upheld": True}

    shown = case.referral(lead)
    assert (shown["toName"], shown["toUnit"], shown["toUnitName"]) == ("洛南县自然资源局", "zd", "征地股")
    (branch,) = (one for one in whole["referrals"] if one["role"] == "UNIT")
    assert branch["parentId"] == lead
    assert shown["branches"] == [{"id": branch["id"]}]
    assert shown["notes"] == [{"by": "演示·自然资源局经办", "text": "已约谈施工方"}]
    answer, (rework,) = shown["answer"], shown["reworks"]
    assert rework["reason"] == "依据不足"
    # The new opinion takes the place of the one that was sent back.
    assert answer["number"] == rework["answer"]["number"]
    assert answer["legalReview"]["by"] == "顾问甲"
    assert [(part["name"], part["opinion"]) for part in answer["parts"]] == [("征地股", "已查实")]
    assert answer["partsMissing"] == "内部说明：协办不影响结论"
    assert shown["delivery"] == {
        "recipient": "FAMILY", "recipientLabel": "同住成年家属", "receipt": "XA1", "remark": "内部备注"
    }  # fmt: skip
    assert [one["kind"] for one in shown["papers"]] == ["LETTER", "OPINION", "RECEIPT"]


def test_the_papers_are_for_whoever_sees_the_case_and_the_petitioners_copy_is_clean(
    answered: tuple[Case, str],
) -> None:
    case, lead = answered
    shown = case.referral(lead)
    given = words(case.paper("zrzy", lead, "opinion"))
    for wanted in (shown["answer"]["number"], "信访处理意见书", "赵**：", "部分支持", "《信访工作条例》第三十五条"):
        assert wanted in given
    assert "内部" not in given
    assert "赵小树" not in given
    # The clock of the petitioner's right begins with the delivery; from then on the paper names its last day.
    case.platform.eventually(lambda: "日起30日内（至" in words(case.paper("zrzy", lead, "opinion")))
    assert "信访事项交办函" in words(case.paper("mzj", lead, "letter"))
    assert "XA1" in words(case.paper("xfj", lead, "receipt"))
    for tenant, referral, name in (("slj", lead, "opinion"), ("zrzy", lead, "refusal"), ("zrzy", "nothing", "opinion")):
        assert case.paper(tenant, referral, name).status_code == 404
    anybody = httpx.get(f"{case.platform.url}/documents/referrals/{lead}/opinion.docx", trust_env=False)
    assert anybody.status_code == 401


def test_the_report_of_returns_counts_by_body_and_names_what_goes_to_and_fro(answered: tuple[Case, str]) -> None:
    case, _ = answered
    days = {"from": str(today()), "to": str(today())}
    report = case.platform.gql(case.by["xfj"].client, RETURNS, days)["returnReport"]
    bodies = {one["tenant"]["code"]: one for one in report["bodies"]}
    for code in ("slj", "mzj"):
        assert bodies[code]["returned"] >= 1
        assert bodies[code]["share"] == bodies[code]["returned"] / bodies[code]["referred"]
    assert bodies["zrzy"]["reworked"] >= 1
    returned = [one["returned"] for one in report["bodies"]]
    assert returned == sorted(returned, reverse=True)
    assert {"id": case.id, "journey": {"returns": 2}} in report["pingPong"]["nodes"]
    assert all(one["journey"]["returns"] >= 2 for one in report["pingPong"]["nodes"])
    # A body that gave the case back counts nothing of it; a span without a day is refused.
    own = case.platform.gql(case.by["slj"].client, RETURNS, days)["returnReport"]
    assert case.id not in [one["id"] for one in own["pingPong"]["nodes"]]
    wrong = {"query": RETURNS, "variables": {"from": in_days(1), "to": str(today())}}
    (error,) = case.by["xfj"].client.post("/graphql", json=wrong).json()["errors"]
    assert error["extensions"]["code"] == "INVALID_INPUT"


def test_a_refusal_has_its_notice_until_it_is_overruled(platform: Platform) -> None:
    case = Case(platform, confidential=True)
    (referral,) = case.refer({"tenant": "slj"})
    done(case.act("slj", "receiveReferral", referralId=referral))
    given = {"reason": "IN_PROCEDURE", "way": "请向人民法院提起诉讼", "explanation": "属于诉讼事项"}
    refused = done(case.act("slj", "refuseReferral", "RefuseReferralInput", referralId=referral, **given))
    assert refused["petition"]["status"] == "REFUSED"
    shown = case.referral(referral)["refusal"]
    assert shown == {**given, "reasonLabel": shown["reasonLabel"], "on": str(today())}
    notice = words(case.paper("slj", referral, "refusal"))
    for wanted in ("信访事项不予受理告知书", "请向人民法院提起诉讼", "属于诉讼事项", "申请保密"):
        assert wanted in notice
    assert "赵" not in notice
    overruled = done(case.act("xfj", "overruleRefusal", "ReasonInput", referralId=referral, reason="属于本单位职责"))
    assert overruled["petition"]["status"] == "RECEIVED"
    assert case.paper("slj", referral, "refusal").status_code == 404


def test_a_dispute_is_decided_by_the_common_superior(platform: Platform) -> None:
    case = Case(platform)
    (referral,) = case.refer({"tenant": "slj"})
    done(case.act("slj", "receiveReferral", referralId=referral))
    done(case.act("slj", "objectToReferral", "ReasonInput", referralId=referral, reason="不属于本单位职责"))
    given = {"referralId": referral, "uphold": False, "reason": "三定方案列明由其主管"}
    done(case.act("xfj", "decideObjection", "DecideObjectionInput", **given))
    raised = done(case.act("slj", "raiseDispute", "ReasonInput", referralId=referral, reason="职责交叉"))
    assert raised["petition"]["status"] == "DISPUTED"
    decided = {"referralId": referral, "competent": "slj", "reason": "由水利局办理"}
    assert codes(case.act("slj", "decideDispute", "DecideDisputeInput", **decided)) == ["FORBIDDEN"]
    stays = done(case.act("xfj", "decideDispute", "DecideDisputeInput", **decided))
    assert stays["petition"]["status"] == "RECEIVED"
    shown = case.referral(referral, "slj")["dispute"]
    assert (shown["decider"]["code"], shown["competent"]["code"]) == ("xfj", "slj")
    assert (shown["reason"], shown["decision"]) == ("职责交叉", "由水利局办理")
