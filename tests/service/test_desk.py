"""The desk over the real platform: triage, talk records, notices, declining, their numbers and their papers."""

import io
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import docx
import httpx
import pytest

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, today

UNVISITED = "611021118"
"""A tenant at whose desk no other test stands."""
ERRORS = "errors { code message field }"
TRIAGE = f"triage {{ id number outcomeLabel takenBack by {{ name }} tenant {{ code }} }} {ERRORS}"
TALK = f"talk {{ id number copies opinion facts signatures {{ whoLabel signed }} takenBack }} {ERRORS}"
NOTICE = f"notice {{ id number kindLabel toldOn takenBack documentPath }} {ERRORS}"
TRIAGES = """query($from: Date, $to: Date, $outcome: [TriageOutcome!], $tenant: ID, $first: Int,
  $after: Cursor) {
  triages(from: $from, to: $to, outcome: $outcome, tenant: $tenant, first: $first, after: $after) {
    totalCount nodes { id number at subject } pageInfo { hasNextPage endCursor } } }"""
COUNTS = "query($from: Date!, $to: Date!) { triageCounts(from: $from, to: $to) { outcome entries people } }"
CASE = """query($id: UUID!) { petition(id: $id) { status
  talks { number answerKindLabel unitInCharge { code } } notices { number toldOn body { code } }
  papers { label copyLabel documentPath }
  referrals { kind state refusal { reason } papers { label documentPath } }
  clocks { obligation state metOn } timeline { act remark } } }"""


class Desk(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def does(self, mutation: str, what: str, given: dict[str, Any]) -> dict[str, Any]:
        input_type = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {what} }} }}"
        return self.request(query, mutation, given, patient=False)

    def triages(self, **given: Any) -> dict[str, Any]:
        asked = {"channel": "VISIT", "subject": "办理老年证", "outcome": "BUSINESS", "directedTo": "3 号窗口", **given}
        return self.does("recordTriage", TRIAGE, asked)

    def talks(self, petition: str, **given: Any) -> dict[str, Any]:
        asked = {
            "petitionId": petition, "at": datetime.now(UTC).isoformat(), "place": "接访大厅", "receivers": ["甲", "乙"],
            "purpose": "反映情况", "demands": "发放补偿款", "facts": "电话 13800001234 未接通", "issue": "内部定性",
            "opinion": "内部处理意见", "answer": "按程序办理", "answerKind": "EXPLAINED", **given,
        }  # fmt: skip
        return self.does("recordTalk", TALK, asked)

    def notifies(self, petition: str, **given: Any) -> dict[str, Any]:
        asked = {"petitionId": petition, "kind": "RECEIVED", "text": "按信访程序办理", **given}
        return self.does("issueNotice", NOTICE, asked)

    def case(self, petition: str) -> dict[str, Any]:
        found: dict[str, Any] = self.platform.gql(self.client, CASE, {"id": petition})["petition"]
        return found

    def new(self, **changes: Any) -> str:
        registered: str = done(self.register(letter(**changes)))["petition"]["id"]
        return registered

    def refers(self, petition: str, tenant: str) -> None:
        to = [{"tenant": tenant}]
        done(self.act("referPetition", "ReferPetitionInput", {"petitionId": petition, "kind": "TRANSFER", "to": to}))


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def words(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    read = docx.Document(io.BytesIO(response.content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def number(paper: dict[str, Any], series: str) -> int:
    """Its place in the township's series of this year."""
    found = re.fullmatch(rf"城关街道{series}〔{today().year}〕(\d+)号", paper["number"])
    assert found is not None, paper
    return int(found[1])


@pytest.fixture(scope="module")
def township(platform: Platform) -> Desk:
    return Desk(platform, "611021001")


def test_triage_entries_at_one_moment_have_numbers_without_gaps_and_are_counted(platform: Platform) -> None:
    # Nobody else has entries on this desk, so all that it has are those of this test.
    desk, first_day = Desk(platform, UNVISITED), today()
    assert codes(desk.triages(directedTo=" ")) == ["INVALID_INPUT"]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda people: done(desk.triages(people=people))["triage"], range(1, 9)))
    period = {"from": str(first_day), "to": str(today())}
    drawn: dict[str, list[int]] = {}
    for one in made:
        drawn.setdefault(one["number"][-12:-4], []).append(int(one["number"][-4:]))
    # Gapless, also if midnight comes meanwhile.
    assert all(sorted(tails) == list(range(1, len(tails) + 1)) for tails in drawn.values())
    assert set(drawn) <= {day.replace("-", "") for day in period.values()}
    assert all(one["number"][-13] == "J" for one in made)

    back = {"triageId": made[0]["id"], "reason": "误记"}
    assert codes(Desk(platform, "zrzy").does("takeBackTriage", TRIAGE, back)) == ["NOT_FOUND"]
    assert done(desk.does("takeBackTriage", TRIAGE, back))["triage"]["takenBack"] == "误记"
    policy = {"outcome": "POLICY", "answer": "每年四月申领", "answerKind": "CLEAR", "directedTo": None}
    done(desk.triages(**policy))
    period["to"] = str(today())
    counted = platform.gql(desk.client, COUNTS, period)["triageCounts"]
    assert [(one["outcome"], one["entries"], one["people"]) for one in counted] == [
        *(("BUSINESS", 7, 36 - made.index(made[0]) - 1), ("POLICY", 1, 1), ("JUDICIAL", 0, 0), ("ELSEWHERE", 0, 0)),
    ]
    first = platform.gql(desk.client, TRIAGES, {**period, "outcome": ["BUSINESS"], "first": 5})["triages"]
    assert (first["totalCount"], len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (8, 5, True)
    rest = platform.gql(
        desk.client, TRIAGES, {"outcome": ["BUSINESS"], "first": 5, "after": first["pageInfo"]["endCursor"]}
    )["triages"]
    assert len({one["id"] for one in [*first["nodes"], *rest["nodes"]]}) == 8
    # Another tenant sees none of them, the county office all.
    for tenant, seen in (("zrzy", 0), ("xfj", 9)):
        found = platform.gql(Desk(platform, tenant).client, TRIAGES, {"tenant": UNVISITED})["triages"]
        assert found["totalCount"] == seen


def test_a_talk_is_recorded_signed_and_printed_in_three_copies(platform: Platform, township: Desk) -> None:
    petition = township.new(channel="VISIT", visitors=1, accused=["slj"])
    assert codes(township.talks(petition, receivers=["甲"])) == ["INVALID_INPUT"]
    assert codes(township.talks(petition, unitInCharge="slj")) == ["ACCUSED_UNIT"]
    assert codes(Desk(platform, "zrzy").talks(petition)) == ["NOT_FOUND"]
    first = done(township.talks(petition, unitInCharge="zrzy"))["talk"]
    second = done(township.talks(petition))["talk"]
    assert number(second, "信谈") == number(first, "信谈") + 1
    assert (first["copies"], first["facts"]) == (3, "电话 138****1234 未接通")

    signed = {"talkId": first["id"], "signatures": [{"who": "PETITIONER", "signed": True, "on": str(today())}]}
    assert codes(Desk(platform, "xfj").does("signTalk", TALK, signed)) == ["FORBIDDEN"]
    assert done(township.does("signTalk", TALK, signed))["talk"]["signatures"] == [
        {"whoLabel": "信访人", "signed": True}
    ]
    done(township.does("takeBackTalk", TALK, {"talkId": second["id"], "reason": "误记"}))
    case = township.case(petition)
    assert case["talks"][0] == {
        "number": first["number"],
        "answerKindLabel": "解释",
        "unitInCharge": {"code": "zrzy"},
    }
    acts = [entry["act"] for entry in case["timeline"] if entry["act"].startswith("TALK")]
    assert acts == ["TALKED", "TALKED", "TALK_SIGNED", "TALK_TAKEN_BACK"]

    paths = {(one["label"], one["copyLabel"]): one["documentPath"] for one in case["papers"]}
    for label in (f"接谈笔录 {first['number']}", "来访登记表"):
        given = words(township.client.get(paths[label, "信访人联"]))
        kept = words(township.client.get(paths[label, "存档联"]))
        assert "按程序办理" in given
        for word in ("内部处理意见", "内部定性", "水利局"):
            assert word not in given, (label, word)
        assert "内部处理意见" in kept
    assert "内部处理意见" in words(township.client.get(paths["信访事项处理表", "报送联"]))
    refused = township.client.get(f"/documents/petitions/{petition}/handling.docx?copy=petitioner")
    assert refused.json()["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    for path in (*paths.values(), f"/documents/talks/{uuid.uuid4()}.docx"):
        assert Desk(platform, "zrzy").client.get(path).status_code == 404


def test_an_accusations_paper_is_for_named_people_and_its_reading_is_noted(platform: Platform) -> None:
    office = Desk(platform, "xfj", "ACCUSATIONS")
    petition = office.new(nature="ACCUSATION", accused=["slj"], accusedPeople=["王某"])
    talk = done(office.talks(petition))["talk"]
    path = f"/documents/talks/{talk['id']}.docx"
    assert "王某" not in words(office.client.get(f"/documents/petitions/{petition}/registration.docx"))
    for closed in (Desk(platform, "xfj"), Desk(platform, "slj", "HEAD")):
        assert closed.client.get(path).status_code == 404
        assert codes(closed.talks(petition)) == ["NOT_FOUND"]
    words(office.client.get(path))

    def read() -> list[str]:
        return [each["remark"] for each in office.case(petition)["timeline"] if each["act"] == "READ"]

    assert platform.eventually(lambda: "下载检举控告件文书" in read())


def test_an_urgent_report_has_its_paper(platform: Platform, township: Desk) -> None:
    petition = township.new()
    urgent = {"petitionId": petition, "content": "三十人聚集", "measures": "已派人到场"}
    report = done(township.does("reportUrgent", f"report {{ id }} {ERRORS}", urgent))["report"]
    path = f"/documents/urgent-reports/{report['id']}.docx"
    assert path in [each["documentPath"] for each in township.case(petition)["papers"]]
    for told in (township, Desk(platform, "xfj")):
        assert "三十人聚集" in words(told.client.get(path))
    assert Desk(platform, "slj").client.get(path).status_code == 404


def test_a_notice_tells_once_it_is_delivered_and_until_it_is_taken_back(platform: Platform, township: Desk) -> None:
    petition = township.new()
    notice = done(township.notifies(petition, body="zrzy"))["notice"]
    assert number(notice, "信告") > 0
    assert notice["toldOn"] is None
    assert codes(township.notifies(petition)) == ["WRONG_STATE"]
    assert codes(Desk(platform, "zrzy").notifies(petition)) == ["NOT_FOUND"]
    text = words(township.client.get(notice["documentPath"]))
    assert "信访事项接收告知书" in text
    assert "按信访程序办理" in text

    def clock() -> str | None:
        found = [one["state"] for one in township.case(petition)["clocks"] if one["obligation"] == "DIRECT_NOTICE"]
        return found[0] if found else None

    assert platform.eventually(lambda: clock() == "RUNNING")
    delivery = {"mode": "IN_PERSON", "on": str(today()), "signed": True, "recipient": "PETITIONER"}
    told = {"noticeId": notice["id"], "delivery": delivery}
    assert done(township.does("deliverNotice", NOTICE, told))["notice"]["toldOn"] == str(today())
    assert platform.eventually(lambda: clock() == "MET")
    done(township.does("takeBackNotice", NOTICE, {"noticeId": notice["id"], "reason": "误出"}))
    assert platform.eventually(lambda: clock() == "RUNNING")
    assert codes(township.does("deliverNotice", NOTICE, told)) == ["WRONG_STATE"]
    again = done(township.notifies(petition, kind="GUIDANCE", text="", body="slj", delivery=delivery))["notice"]
    assert number(again, "信引") > 0
    assert platform.eventually(lambda: clock() == "MET")

    assert codes(township.notifies(township.new(petitioners=[]))) == ["NOBODY_TO_TELL"]
    assert codes(township.notifies(township.new(accused=["slj"]), kind="GUIDANCE", body="slj")) == ["ACCUSED_UNIT"]


def test_the_holder_notifies_and_talks_and_no_more_once_the_case_went_back(platform: Platform, township: Desk) -> None:
    petition, holder = township.new(), Desk(platform, "zrzy")
    township.refers(petition, "zrzy")

    def talk() -> dict[str, Any] | None:
        payload = holder.talks(petition)
        # Intake hears of the hand-over by the bus.
        return None if codes(payload) == ["FORBIDDEN"] else done(payload)["talk"]

    recorded = platform.eventually(talk)
    assert done(holder.notifies(petition))["notice"]["number"].startswith("自然资源局信告")
    withdrawn = {"referralId": referral_of(township, petition), "reason": "误转"}
    done(township.act("withdrawReferral", "ReasonInput", withdrawn))
    signed = {"talkId": recorded["id"], "signatures": [{"who": "RECEIVER", "signed": True}]}
    assert codes(holder.does("signTalk", TALK, signed)) == ["NOT_FOUND"]
    assert codes(holder.talks(petition)) == ["NOT_FOUND"]


def referral_of(desk: Desk, petition: str) -> str:
    query = "query($id: UUID!) { petition(id: $id) { referrals { id } } }"
    found: str = desk.platform.gql(desk.client, query, {"id": petition})["petition"]["referrals"][0]["id"]
    return found


def test_what_the_registrar_does_not_accept_is_kept_and_refused_in_one_act(platform: Platform, township: Desk) -> None:
    petition = township.new()
    given = {"petitionId": petition, "reason": "FINAL", "way": "复核终结", "explanation": "已复核，没有新的事实"}
    decline = ("declinePetition", "DeclinePetitionInput")
    assert codes(Desk(platform, "xfj").act(*decline, given)) == ["FORBIDDEN"]
    assert codes(township.act(*decline, given | {"way": " "})) == ["INVALID_INPUT"]
    assert township.case(petition)["referrals"] == []
    assert done(township.act(*decline, given))["referral"]["state"] == "REFUSED"
    assert codes(township.act(*decline, given)) == ["WRONG_STATE"]
    case = township.case(petition)
    (own,) = case["referrals"]
    assert (own["kind"], own["state"], own["refusal"]) == ("OWN", "REFUSED", {"reason": "FINAL"})
    path = next(one["documentPath"] for one in own["papers"] if "refusal" in one["documentPath"])
    assert "信访事项不再受理告知书" in words(township.client.get(path))
    acts = [entry["act"] for entry in case["timeline"]]
    assert acts.index("REFERRED") < acts.index("REFUSED")
    done(township.act("closePetition", "ClosePetitionInput", {"petitionId": petition}))
    held = township.new()
    township.refers(held, "zrzy")
    assert codes(township.act(*decline, given | {"petitionId": held})) == ["WRONG_STATE"]
