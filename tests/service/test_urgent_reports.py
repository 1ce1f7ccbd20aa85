"""Urgent reports over the real platform: one act tells everybody, and whoever was told of it reads it."""

from typing import Any

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

REPORT = """report { id kind content told { whom name tenant { code } acknowledgedAt } chain { what at } endedAt }
  errors { code message field }"""
LIST = """query($open: Boolean, $kind: ReportKind) { urgentReports(open: $open, kind: $kind) {
  totalCount nodes { id petitionId content petitionNumber } } }"""
CASE = """query($id: UUID!) { petition(id: $id) { urgency urgentReports { id kind }
  timeline { act } } }"""
REMINDERS = "{ reminders(first: 100) { nodes { role text atOnce { petitionId reasonLabel } } } }"
LEADER = "xfj.leader@luonan"


class Desk(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def does(self, mutation: str, **given: Any) -> dict[str, Any]:
        name = mutation[0].upper() + mutation[1:]
        query = f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {REPORT} }} }}"
        return self.request(query, mutation, given, patient=False)

    def code(self, mutation: str, **given: Any) -> tuple[str, str | None]:
        (error,) = self.does(mutation, **given)["errors"]
        return error["code"], error["field"]

    def listed(self, **given: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.gql(self.client, LIST, given)["urgentReports"]["nodes"]
        return found

    def case(self, petition: str) -> dict[str, Any]:
        found: dict[str, Any] = self.platform.gql(self.client, CASE, {"id": petition})["petition"]
        return found

    def told_at_once(self, petition: str) -> set[tuple[str, str]]:
        nodes = self.platform.gql(self.client, REMINDERS)["reminders"]["nodes"]
        return {
            (one["role"], one["atOnce"]["reasonLabel"])
            for one in nodes
            if one["atOnce"] and one["atOnce"]["petitionId"] == petition
        }


def test_one_report_makes_the_item_critical_and_tells_office_leader_and_police(platform: Platform) -> None:
    township, police = Desk(platform, "611021001"), Desk(platform, "gongan")
    leader, other = Desk(platform, "xfj", "LEADER"), Desk(platform, "slj")
    petition = done(township.register(letter(title="数十人聚集讨薪")))["petition"]["id"]
    told = [
        {"whom": "LEADER", "login": LEADER},
        {"whom": "POLICE", "tenant": "gongan", "way": "电话"},
        {"whom": "HIGHER_OFFICE", "name": "商洛市信访局"},
    ]
    given = {"petitionId": petition, "content": "聚集人员联系人电话 13800001234", "measures": "领导到场疏导"}
    assert other.code("reportUrgent", **given) == ("NOT_FOUND", None)
    assert township.code("reportUrgent", **given, told=[{"whom": "LEADER", "login": "nobody@luonan"}]) == (
        "INVALID_INPUT",
        "told.0.login",
    )
    report = done(township.does("reportUrgent", **given, told=told))["report"]
    assert report["content"] == "聚集人员联系人电话 138****1234"
    assert [(one["whom"], one["tenant"]["code"] if one["tenant"] else one["name"]) for one in report["told"]] == [
        *(("LEADER", "xfj"), ("POLICE", "gongan"), ("HIGHER_OFFICE", "商洛市信访局"), ("COUNTY_OFFICE", "xfj")),
    ]
    assert report["told"][0]["name"] == "演示·县领导甲"
    case = township.case(petition)
    assert (case["urgency"], [one["id"] for one in case["urgentReports"]]) == ("CRITICAL", [report["id"]])
    assert {"CLASSIFIED", "URGENT_REPORTED"} <= {one["act"] for one in case["timeline"]}

    # The police see the report and not the case; others see neither.
    assert [one["id"] for one in police.listed(open=True) if one["petitionId"] == petition] == [report["id"]]
    assert report["id"] not in {one["id"] for one in other.listed()}
    assert other.code("acknowledgeReport", reportId=report["id"]) == ("NOT_FOUND", None)
    for reader in (police, leader):
        done(reader.does("acknowledgeReport", reportId=report["id"]))
        receipts = done(reader.does("acknowledgeReport", reportId=report["id"]))["report"]["told"]
    assert [bool(one["acknowledgedAt"]) for one in receipts] == [True, True, False, True]
    assert police.code("addLaterReport", reportId=report["id"], text="续") == ("FORBIDDEN", None)
    last = done(township.does("addLaterReport", reportId=report["id"], text="已散去", final=True))["report"]
    assert [one["what"] for one in last["chain"]][-1] == "终报"
    assert last["endedAt"] is not None
    assert report["id"] not in {one["id"] for one in police.listed(open=True)}

    # The bus brings the rest: whoever was told has it among his reminders. (The clock: tests/unit/deadlines.)
    police_head, office_head = Desk(platform, "gongan", "HEAD"), Desk(platform, "xfj", "HEAD")
    platform.eventually(lambda: police_head.told_at_once(petition) == {("HEAD", "紧急报告")})
    wanted = {
        ("HEAD", "紧急报告"),
        ("LEADER", "紧急报告"),
        ("HEAD", "重大紧急信访事项"),
        ("LEADER", "重大紧急信访事项"),
    }
    platform.eventually(lambda: office_head.told_at_once(petition) == wanted)


def test_a_holder_reports_a_visitors_health_to_the_police_and_other_holders_learn_nothing(platform: Platform) -> None:
    office, holder, other, police = (Desk(platform, tenant) for tenant in ("xfj", "slj", "zrzy", "gongan"))
    petition = done(office.register(letter()))["petition"]["id"]
    to = [{"tenant": "slj", "role": "LEAD"}, {"tenant": "zrzy", "role": "SUPPORT"}]
    done(office.act("referPetition", "ReferPetitionInput", {"petitionId": petition, "kind": "TRANSFER", "to": to}))
    given = {"petitionId": petition, "kind": "HEALTH", "content": "来访人高热咳嗽", "measures": "已安排单独房间"}
    told = [{"whom": "POLICE", "tenant": "gongan"}, {"whom": "GUARDIAN"}]

    def reported() -> dict[str, Any] | None:
        # Intake hears by the bus that the holder is one.
        answer = holder.does("reportUrgent", **given, told=told)
        return answer if not answer["errors"] else None

    report = platform.eventually(reported)["report"]
    assert holder.case(petition)["urgency"] == "NORMAL"
    assert [one["content"] for one in police.listed(kind="HEALTH") if one["id"] == report["id"]] == ["来访人高热咳嗽"]
    assert other.case(petition)["urgentReports"] == []
    assert "高热" not in str(other.case(petition))
    assert report["id"] not in {one["id"] for one in other.listed()}
