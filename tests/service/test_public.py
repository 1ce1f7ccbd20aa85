"""The public side as a citizen meets it: handing in with a draft, asking by number and code, rating; and its limits."""

import json
import uuid
from typing import Any

import httpx
import psycopg
import pytest

from services.contracts.intake import Channel
from tests.harness.platform import NO_TLS, GraphQLFailed, Platform
from tests.journey.story import Walker, done, in_days, letter, opinion, today
from tests.service.leaders import leaders_of

STATUS = """query($number: String!, $queryCode: String!) { petitionStatus(number: $number, queryCode: $queryCode) {
  number receivedOn status handledBy nextDeadline { what by text } told { what number on }
  answer { text agency deliveredOn } ratings { side state canRate valueLabel } } }"""
SUBMIT = """mutation($input: SubmitPetitionInput!) { submitPetition(input: $input) {
  receipt { number queryCode addressee receivedOn } errors { code message field } } }"""
SAVE = """mutation($input: SaveSubmissionInput!) { saveSubmission(input: $input) {
  draftCode until errors { code field } } }"""
OPEN = "mutation($input: OpenSubmissionInput!) { openSubmission(input: $input) { form until errors { code } } }"
RATE = """mutation($input: RatePetitionInput!) { ratePetition(input: $input) {
  rated errors { code message field } } }"""
SLOTS = """query($from: Date!, $to: Date!, $tenant: ID) { receptionSlots(from: $from, to: $to, tenant: $tenant) {
  shift free } }"""
BOOK = """mutation($input: BookAppointmentInput!) { bookAppointment(input: $input) {
  receipt { number code day slot state } errors { code message field } } }"""
APPOINTMENT = """query($number: String!, $code: String!) { appointmentStatus(number: $number, code: $code) {
  state day slot canCancel } }"""
CANCEL = "mutation($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { cancelled errors { code } } }"
DESKS = "{ desks { tenant name phone takesOnline hours { weekdayLabel hours } } }"

CASE = """query($number: String!) { petition(number: $number) { id channel registeredBy { code }
  ratings { side value reason way recordedBy { code } counts appeal { state tenant { code } reason decision }
    appealEvidence { id } }
  ratingWindows { side state opensOn endsOn } followUps { reached content takenBack tenant { code } }
  timeline { act actorName tenant { code } remark } } }"""
INDICATORS = (
    """query($p: PeriodInput!) { indicators(period: $p) { items(codes: ["SATISFACTION_BODY"]) { denominator } } }"""
)


class Citizen:
    """Somebody without a login, at an address of his own."""

    def __init__(self, platform: Platform, county: str = "luonan") -> None:
        drawn = uuid.uuid4().hex
        self.address = f"2001:db8:{drawn[:4]}:{drawn[4:8]}::1"
        self.url = f"{platform.url}/public/{county}/graphql"

    def post(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        sent = {"X-Forwarded-For": self.address, **headers}
        given = {"query": query, "variables": variables or {}}
        return httpx.post(self.url, json=given, headers=sent, timeout=30, trust_env=False, verify=NO_TLS)

    def act(self, query: str, given: dict[str, Any], **headers: str) -> dict[str, Any]:
        answer = self.post(query, {"input": given}, **headers).json()
        (payload,) = answer["data"].values()
        found: dict[str, Any] = payload
        return found

    def status(self, receipt: dict[str, Any]) -> dict[str, Any]:
        answer = self.post(STATUS, {key: receipt[key] for key in ("number", "queryCode")}).json()
        found: dict[str, Any] = answer["data"]["petitionStatus"]
        return found

    def rate(self, receipt: dict[str, Any], side: str, value: str = "SATISFIED", **more: str) -> dict[str, Any]:
        asked = {key: receipt[key] for key in ("number", "queryCode")}
        return self.act(RATE, {**asked, "side": side, "value": value, **more})


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def submission(**changes: Any) -> dict[str, Any]:
    return {
        "tenant": "xfj",
        "nature": "APPEAL",
        "petitioners": [{"name": "周小溪", "phone": "13900007788", "address": "洛南县城关街道演示路9号"}],
        "place": "611021001",
        "title": "反映灌溉渠损毁",
        "body": "渠道塌方，两季未能浇地，多次反映未修。",
        **changes,
    }


def drafts(platform: Platform, statement: str) -> list[Any]:
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        return admin.execute(statement.encode()).fetchall()


def of_case(platform: Platform, walker: Walker, number: str) -> dict[str, Any]:
    found: dict[str, Any] = platform.gql(walker.client, CASE, {"number": number})["petition"]
    return found


def test_from_the_draft_to_the_rating_with_a_number_and_a_code_alone(platform: Platform) -> None:
    citizen = Citizen(platform)
    desks = citizen.post(DESKS).json()["data"]["desks"]
    assert desks[0]["tenant"] == "xfj"
    assert desks[0]["takesOnline"]

    # A draft, written over, opened, and gone once it is handed in.
    saved = citizen.act(SAVE, {"form": json.dumps({"title": "反映灌溉渠"})})
    assert codes(saved) == []
    assert in_days(1) < saved["until"] <= in_days(90)
    again = citizen.act(SAVE, {"draftCode": saved["draftCode"], "form": json.dumps(submission())})
    assert again["draftCode"] == saved["draftCode"]
    dashed = "-".join(saved["draftCode"][at : at + 4] for at in range(0, 16, 4)).lower()
    opened = citizen.act(OPEN, {"draftCode": dashed})
    assert (json.loads(opened["form"]), opened["until"]) == (submission(), saved["until"])
    assert codes(citizen.act(SAVE, {"form": "[]"})) == ["INVALID_INPUT"]
    assert codes(citizen.act(SAVE, {"draftCode": "NOBODYS", "form": "{}"})) == ["SUBMISSION_GONE"]

    # A broken connection: the same key is the same submission.
    key = {"Idempotency-Key": str(uuid.uuid4())}
    given = {**json.loads(opened["form"]), "draftCode": saved["draftCode"]}
    receipt = citizen.act(SUBMIT, given, **key)["receipt"]
    assert citizen.act(SUBMIT, given, **key)["receipt"] == receipt
    assert (receipt["addressee"], receipt["receivedOn"]) == ("洛南县信访局", str(today()))
    assert codes(citizen.act(OPEN, {"draftCode": saved["draftCode"]})) == ["SUBMISSION_GONE"]

    status = citizen.status(receipt)
    assert (status["number"], status["receivedOn"]) == (receipt["number"], str(today()))
    assert (status["answer"], status["handledBy"]) == (None, [])
    assert [one["canRate"] for one in status["ratings"]] == [False, False]
    assert codes(citizen.rate(receipt, "OFFICE")) == ["WRONG_STATE"]

    county, bureau = Walker(platform, platform.login("xfj", "CLERK")), Walker(platform, platform.login("slj", "CLERK"))
    case = of_case(platform, county, receipt["number"])
    assert (case["channel"], case["registeredBy"]["code"]) == (Channel.ONLINE, "xfj")
    assert [(one["act"], one["actorName"]) for one in case["timeline"]][:1] == [("SUBMITTED", "网上信访")]
    given = {"petitionId": case["id"], "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    referral = done(county.act("referPetition", "ReferPetitionInput", given, patient=True))["referral"]["id"]
    for act in ("receiveReferral", "acceptReferral"):
        done(bureau.act(act, "ReferralInput", {"referralId": referral}))
    status = citizen.status(receipt)
    assert status["handledBy"] == ["洛南县水利局"]
    assert "已受理" in status["status"]
    deadline = platform.eventually(lambda: citizen.status(receipt)["nextDeadline"])
    assert deadline["by"] > str(today())
    assert deadline["what"] in deadline["text"]

    # The answer is shown once it was delivered, and not before.
    done(bureau.act("answerReferral", "AnswerReferralInput", {"referralId": referral, **opinion()}))
    assert citizen.status(receipt)["answer"] is None
    delivery = {"referralId": referral, "mode": "IN_PERSON", "on": str(today()), "signed": True}
    done(bureau.act("deliverAnswer", "DeliverAnswerInput", delivery))
    answer = citizen.status(receipt)["answer"]
    assert answer == {"text": opinion()["opinion"], "agency": "洛南县水利局", "deliveredOn": str(today())}

    # Each side once; what he writes is masked.
    platform.eventually(lambda: citizen.rate(receipt, "OFFICE")["rated"] or None)
    assert codes(citizen.rate(receipt, "BODY", "DISSATISFIED")) == ["INVALID_INPUT"]
    reason = "拖得太久，请致电13900007788"
    platform.eventually(lambda: citizen.rate(receipt, "BODY", "DISSATISFIED", reason=reason)["rated"] or None)
    assert codes(citizen.rate(receipt, "BODY")) == ["RATING_GIVEN"]
    assert [one["valueLabel"] for one in citizen.status(receipt)["ratings"]] == ["满意", "不满意"]
    case = of_case(platform, bureau, receipt["number"])
    body = next(one for one in case["ratings"] if one["side"] == "BODY")
    assert (body["way"], body["recordedBy"]["code"], body["counts"]) == ("ONLINE", "xfj", True)
    assert "13900007788" not in json.dumps(case)
    assert [one["state"] for one in case["ratingWindows"]] == ["RATED", "RATED"]
    _appeal(platform, case["id"], receipt["number"], bureau=bureau, county=county)


def _appeal(platform: Platform, petition_id: str, number: str, *, bureau: Walker, county: Walker) -> None:
    """The body appeals with its evidence, the county office decides, and the rating counts no more."""
    month = {"p": {"kind": "MONTH", "year": today().year, "number": today().month}}
    asked = {"petitionId": petition_id, "side": "BODY"}

    def counted() -> int:
        (item,) = platform.gql(county.client, INDICATORS, month)["indicators"]["items"]
        found: int = item["denominator"]
        return found

    before = counted()
    upload = bureau.client.post(
        "/attachments", params={"petition": petition_id, "kind": "EVIDENCE", "name": "照片.txt"}, content=b"photo"
    )
    evidence = upload.json()["attachment"]["id"]
    appeal = {**asked, "reason": "已按期答复并送达", "evidence": [evidence]}
    foreign = {**appeal, "evidence": [str(uuid.uuid4())]}
    assert codes(bureau.act("appealRating", "AppealRatingInput", foreign)) == ["INVALID_INPUT"]
    assert codes(county.act("appealRating", "AppealRatingInput", appeal)) == ["FORBIDDEN"]
    other = Walker(platform, platform.login("zrzy", "CLERK"))
    assert codes(other.act("appealRating", "AppealRatingInput", appeal)) == ["NOT_FOUND"]
    done(bureau.act("appealRating", "AppealRatingInput", appeal))
    assert codes(bureau.act("appealRating", "AppealRatingInput", appeal)) == ["RATING_APPEALED"]
    decision = {**asked, "uphold": True, "reason": "评价系误选"}
    for walker in (bureau, county):
        assert codes(walker.act("decideRatingAppeal", "DecideRatingAppealInput", decision)) == ["FORBIDDEN"]
    supervisor = Walker(platform, platform.login("xfj", "SUPERVISOR"))
    done(supervisor.act("decideRatingAppeal", "DecideRatingAppealInput", decision))
    shown = next(one for one in of_case(platform, county, number)["ratings"] if one["side"] == "BODY")
    assert (shown["counts"], shown["appeal"]["state"]) == (False, "UPHELD")
    assert [one["id"] for one in shown["appealEvidence"]] == [evidence]
    assert counted() == before - 1


def test_a_draft_is_sealed_and_opens_no_more_once_it_has_run_out(platform: Platform) -> None:
    citizen = Citizen(platform)
    kept = "SELECT form FROM intake.submission WHERE form IS NOT NULL"
    code = citizen.act(SAVE, {"form": json.dumps(submission(), ensure_ascii=False)})["draftCode"]
    assert drafts(platform, kept)
    assert not any("周小溪".encode() in bytes(form) for (form,) in drafts(platform, kept))
    drafts(platform, "UPDATE intake.submission SET until = DATE '2026-01-31' RETURNING 1")
    assert codes(citizen.act(OPEN, {"draftCode": code})) == ["SUBMISSION_GONE"]
    citizen.act(SAVE, {"form": "{}"})
    # The next that is saved empties it.
    assert len(drafts(platform, kept)) == 1


def test_a_follow_up_is_entered_with_what_was_said_and_taken_back(platform: Platform) -> None:
    township, county = (Walker(platform, platform.login(tenant, "CLERK")) for tenant in ("611021001", "xfj"))
    number = done(township.register(letter()))["petition"]["number"]
    case = of_case(platform, township, number)
    fields = "followUp { id reached content takenBack } errors { code message field }"
    record = f"mutation($input: RecordFollowUpInput!) {{ recordFollowUp(input: $input) {{ {fields} }} }}"
    take_back = f"mutation($input: TakeBackFollowUpInput!) {{ takeBackFollowUp(input: $input) {{ {fields} }} }}"
    said = {
        "petitionId": case["id"],
        "on": str(today()),
        "way": "PHONE",
        "reached": True,
        "content": "来电 13900007788",
    }
    made = platform.gql(township.client, record, {"input": said})["recordFollowUp"]
    assert codes(made) == []
    assert made["followUp"]["content"] == "来电 139****7788"
    gone = {"input": {"followUpId": made["followUp"]["id"], "reason": "误记"}}
    assert codes(platform.gql(county.client, take_back, gone)["takeBackFollowUp"]) == ["FORBIDDEN"]
    assert codes(platform.gql(township.client, take_back, gone)["takeBackFollowUp"]) == []
    shown = of_case(platform, county, number)
    assert [(one["takenBack"], one["tenant"]["code"]) for one in shown["followUps"]] == [("误记", "611021001")]
    acts = [one["act"] for one in shown["timeline"]]
    assert acts.count("FOLLOWED_UP") == acts.count("FOLLOW_UP_TAKEN_BACK") == 1


def test_a_wrong_code_a_missing_number_and_history_answer_the_same_bytes(platform: Platform) -> None:
    citizen = Citizen(platform)
    receipt = citizen.act(SUBMIT, submission())["receipt"]
    accusation = submission(nature="ACCUSATION", accused=["slj"])
    accusing = citizen.act(SUBMIT, accusation)["receipt"]
    asked = [
        {"number": receipt["number"], "queryCode": "WRONG23456"},
        {"number": receipt["number"], "queryCode": ""},
        {"number": receipt["number"], "queryCode": accusing["queryCode"]},
        {"number": "611021N209901010001", "queryCode": receipt["queryCode"]},
        {"number": accusing["number"], "queryCode": receipt["queryCode"]},
        {"number": "", "queryCode": ""},
    ]
    answers = [Citizen(platform).post(STATUS, one) for one in asked]
    assert len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json()["errors"][0]["extensions"]["code"] == "WRONG_QUERY_CODE"
    rated = [citizen.post(RATE, {"input": {**one, "side": "BODY", "value": "SATISFIED"}}).content for one in asked[:2]]
    rated.append(citizen.post(RATE, {"input": {**asked[3], "side": "BODY", "value": "SATISFIED"}}).content)
    assert len(set(rated)) == 1

    # Nobody who is accused by name sees it, whatever he is cleared for; and what nobody would see is not taken.
    special = Walker(platform, platform.login("xfj", "ACCUSATIONS"))
    assert of_case(platform, special, accusing["number"])["channel"] == "ONLINE"
    of_himself = citizen.act(SUBMIT, submission(nature="ACCUSATION", accusedPeople=["专办甲"]))
    assert (of_himself["receipt"], codes(of_himself)) == (None, ["ACCUSED_UNIT"])
    about_him = citizen.act(SUBMIT, submission(accusedPeople=["专办 甲"]))["receipt"]
    county = Walker(platform, platform.login("xfj", "CLERK"))
    assert of_case(platform, county, about_him["number"])["channel"] == "ONLINE"
    with pytest.raises(GraphQLFailed, match="NOT_FOUND"):
        of_case(platform, special, about_him["number"])

    # The one who accuses learns that it is dealt with, and no more.
    status = citizen.status(accusing)
    assert status["handledBy"] == status["told"] == status["ratings"] == []
    assert (status["nextDeadline"], status["answer"]) == (None, None)
    assert codes(citizen.rate(accusing, "OFFICE")) == ["WRONG_STATE"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"tenant": "slj"}, "INVALID_INPUT", "tenant"),
        ({"tenant": "nobody"}, "INVALID_INPUT", "tenant"),
        ({"title": " "}, "INVALID_INPUT", "title"),
        ({"petitioners": [{"name": "周小溪", "identityNumber": "611021198001011230"}]}, "INVALID_INPUT", None),
        ({"nature": "ACCUSATION", "accused": ["xfj"]}, "ACCUSED_UNIT", "tenant"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    platform: Platform, changes: dict[str, Any], code: str, field: str | None
) -> None:
    payload = Citizen(platform).act(SUBMIT, submission(**changes))
    assert payload["receipt"] is None
    assert codes(payload) == [code]
    assert payload["errors"][0]["field"] == (field or "petitioners.0.identityNumber")


def test_a_number_is_locked_after_wrong_codes_whether_it_exists_or_not(platform: Platform) -> None:
    citizen = Citizen(platform)
    receipt = citizen.act(SUBMIT, submission())["receipt"]
    most = platform.settings.public_wrong_codes
    for number in (receipt["number"], "611021N209901019999"):
        for _ in range(most):
            # From as many addresses.
            assert Citizen(platform).post(STATUS, {"number": number, "queryCode": "WRONG23456"}).status_code == 200
        locked = Citizen(platform).post(STATUS, {"number": number, "queryCode": receipt["queryCode"]})
        assert locked.status_code == 429
        assert 0 < int(locked.headers["Retry-After"]) <= platform.settings.public_lock_minutes * 60
        assert locked.json()["errors"][0]["extensions"]["code"] == "QUERY_LOCKED"
        assert "致电" in locked.json()["errors"][0]["message"]
    assert codes(citizen.rate(receipt, "OFFICE")) == ["QUERY_LOCKED"]


def test_one_request_asks_one_thing_of_a_county_that_there_is(platform: Platform) -> None:
    places = Citizen(platform).post("{ places { code } }").json()["data"]["places"]
    assert {len(place["code"]) for place in places} == {9}
    assert Citizen(platform, county="nowhere").post("{ places { code } }").status_code == 404
    twice = Citizen(platform).post("{ a: places { code } b: places { code } }").json()
    assert [one["extensions"]["code"] for one in twice["errors"]] == ["INVALID_QUERY"]


def test_the_page_is_served_with_a_strict_policy(platform: Platform) -> None:
    page = httpx.get(f"{platform.url}/public/luonan", trust_env=False)
    assert page.status_code == 200
    assert "<h1>洛南县网上信访</h1>" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
    assert (page.headers["X-Content-Type-Options"], page.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert httpx.get(f"{platform.url}/public/nowhere", trust_env=False).status_code == 404


def test_an_appointment_is_booked_asked_for_and_given_up_with_its_number_and_code(platform: Platform) -> None:
    clerk, citizen, day = platform.login("zrzy", "CLERK"), Citizen(platform), in_days(21)
    asked = {"from": day, "to": day, "tenant": "zrzy"}
    leader = leaders_of(platform, "zrzy")[0].id
    given = {
        **{"name": "晚间接访", "kind": "RECEPTION", "mode": "BOOKED", "day": day, "place": "接待室"},
        **{"start": "19:00:00", "end": "20:00:00", "slotMinutes": 15, "seats": [{"role": "LEAD", "member": leader}]},
    }
    enter = "mutation($input: EnterShiftInput!) { enterShift(input: $input) { shift { id } errors { code message } } }"
    shift = platform.gql(clerk, enter, {"input": given})["enterShift"]["shift"]["id"]
    wanted = {
        **{"shiftId": shift, "slot": "19:15:00", "name": "周小溪", "phone": "13900007788", "matter": "灌溉渠损毁"},
        **{"needs": ["SIGN_LANGUAGE"]},
    }

    def free() -> list[str]:
        found = citizen.post(SLOTS, asked).json()["data"]["receptionSlots"]
        return next((one["free"] for one in found if one["shift"] == shift), [])

    # What the public was not told of it cannot book.
    assert free() == []
    assert codes(citizen.act(BOOK, wanted)) == ["RECEPTION_NOT_ANNOUNCED"]
    publish = "mutation($input: PublishAnnouncementInput!) { publishAnnouncement(input: $input) { errors { code } } }"
    assert codes(platform.gql(clerk, publish, {"input": {"first": day, "last": day}})["publishAnnouncement"]) == []
    assert free() == ["19:00:00", "19:15:00", "19:30:00", "19:45:00"]

    # In this office nobody could read an accusation and decide on it.
    refused = citizen.act(BOOK, {**wanted, "accusation": True})
    assert (codes(refused), "请到县信访局预约" in refused["errors"][0]["message"]) == (["ACCUSED_UNIT"], True)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    booked = citizen.act(BOOK, wanted, **key)
    assert codes(booked) == [], booked
    receipt = booked["receipt"]
    assert citizen.act(BOOK, wanted, **key)["receipt"] == receipt
    assert (receipt["day"], receipt["slot"], receipt["state"]) == (day, "19:15:00", "待审核")
    assert free() == ["19:00:00", "19:30:00", "19:45:00"]
    taken = citizen.act(BOOK, {**wanted, "name": "吴小山", "phone": "13900001111"})
    assert codes(taken) == ["SLOT_TAKEN"]
    assert codes(citizen.act(BOOK, {**wanted, "shiftId": str(uuid.uuid4())})) == ["NOT_FOUND"]

    right = {"number": receipt["number"].lower(), "code": receipt["code"]}
    shown = citizen.post(APPOINTMENT, right).json()["data"]["appointmentStatus"]
    assert (shown["state"], shown["day"], shown["slot"], shown["canCancel"]) == ("待审核", day, "19:15:00", True)
    wrong = [{**right, "code": "WRONG23456"}, {**right, "code": ""}, {"number": "00000000", "code": receipt["code"]}]
    answers = [Citizen(platform).post(APPOINTMENT, one) for one in wrong]
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["errors"][0]["extensions"]["code"] == "WRONG_QUERY_CODE"
    assert codes(citizen.act(CANCEL, wrong[0])) == ["WRONG_QUERY_CODE"]
    assert citizen.act(CANCEL, right)["cancelled"]
    assert not citizen.post(APPOINTMENT, right).json()["data"]["appointmentStatus"]["canCancel"]
    assert free() == ["19:00:00", "19:15:00", "19:30:00", "19:45:00"]
