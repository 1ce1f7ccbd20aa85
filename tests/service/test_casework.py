"""Meetings, settlements, case ownership and the conflict log over the real platform, by the gateway."""

from typing import Any

from services.common.ids import new_id
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, in_days, letter, today

FILE = """query($id: UUID!) { petition(id: $id) {
  meetings { id kindLabel heldOn chair tenant { code } attendance { tenant { code } people report }
    tasks { tenant { code } task dueOn } takenBack }
  settlements { id kindLabel agreedOn mediator tenant { code } fulfilledOn takenBack }
  caseOwner { leader levelLabel groundLabel earlier { leader until replaced approvedBy { name } } }
  timeline { act remark } } }"""
OWNED = """query($filter: OwnedCaseFilter) { caseOwners(filter: $filter) { totalCount
  nodes { owner { leader tenant { code } level ground } petition { id status nextDueOn } } } }"""
LOG = """query($filter: ConflictFilter) { conflicts(filter: $filter) { totalCount
  nodes { id place { code name } tenant { code } stateLabel raisedOn tried endedOn outcome } } }"""
SUMMARY = """query($day: Date!) { conflictSummary(from: $day, to: $day) {
  tenant { code } period { label } found solved raised open searched } }"""

TOWNSHIP, NEIGHBOUR = "611021001", "611021101"


class Desk(Walker):
    """One user, who is answered with the state that he has made."""

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

    def refer(self, petition: str, *addressees: tuple[str, str]) -> dict[str, str]:
        """By tenant the referral to it."""
        to = [{"tenant": tenant, "role": role} for tenant, role in addressees]
        payload = done(self.does(
            "referPetition", "referrals { id toTenant { code } }", petitionId=petition, kind="TRANSFER", to=to
        ))  # fmt: skip
        return {one["toTenant"]["code"]: one["id"] for one in payload["referrals"]}


def meeting(petition: str, **changes: Any) -> dict[str, Any]:
    return {
        "petitionId": petition,
        "kind": "COORDINATION",
        "heldOn": str(today()),
        "chair": "孙演示",
        "place": "一号会议室",
        "attendance": [{"tenant": "zrzy", "people": "钱局长", "report": "已核实面积"}],
        "decision": "限期兑付补偿款",
        "tasks": [{"tenant": "zrzy", "task": "兑付", "dueOn": in_days(9)}],
        **changes,
    }


def test_a_meeting_stands_in_the_case_file_and_nobody_accused_takes_part(platform: Platform) -> None:
    office, holder = Desk(platform, "xfj"), Desk(platform, "zrzy")
    petition = done(office.register(letter(accused=["slj"], accusedPeople=["王大山"])))["petition"]["id"]
    assert holder.refused("recordCaseMeeting", "meeting { id }", **meeting(petition)) == "NOT_FOUND"
    office.refer(petition, ("zrzy", "LEAD"))
    assert (
        holder.refused("recordCaseMeeting", "meeting { id }", **meeting(petition, chair="局长王大山")) == "ACCUSED_UNIT"
    )
    came = [{"tenant": "slj", "people": "某科长"}]
    assert office.refused("recordCaseMeeting", "meeting { id }", **meeting(petition, attendance=came)) == "ACCUSED_UNIT"
    assert (
        office.refused("recordCaseMeeting", "meeting { id }", **meeting(petition, heldOn=in_days(1))) == "INVALID_INPUT"
    )

    made = done(holder.does("recordCaseMeeting", "meeting { id tenant { code } }", **meeting(petition)))["meeting"]
    assert made["tenant"]["code"] == "zrzy"
    file = office.asks(FILE, id=petition)
    (kept,) = file["meetings"]
    assert (kept["kindLabel"], kept["chair"], kept["attendance"][0]["report"]) == ("调度会", "孙演示", "已核实面积")
    assert kept["tasks"] == [{"tenant": {"code": "zrzy"}, "task": "兑付", "dueOn": in_days(9)}]
    (told,) = (entry["remark"] for entry in file["timeline"] if entry["act"] == "MEETING_RECORDED")
    assert told == f"调度会，{today()}，孙演示主持：限期兑付补偿款"

    assert office.refused("takeBackCaseMeeting", "meeting { id }", meetingId=made["id"], reason="误记") == "FORBIDDEN"
    done(holder.does("takeBackCaseMeeting", "meeting { id }", meetingId=made["id"], reason="误记"))
    assert office.asks(FILE, id=petition)["meetings"][0]["takenBack"] == "误记"


def test_the_lead_body_settles_an_appeal_between_acceptance_and_closing(platform: Platform) -> None:
    office, lead, support = Desk(platform, "xfj"), Desk(platform, "zrzy"), Desk(platform, "nyncj")
    petition = done(office.register(letter()))["petition"]["id"]
    referrals = office.refer(petition, ("zrzy", "LEAD"), ("nyncj", "SUPPORT"))
    terms = {
        "petitionId": petition, "kind": "MEDIATION", "agreedOn": str(today()), "terms": "分期兑付", "mediator": "周演示"
    }  # fmt: skip
    shown = "settlement { id }"
    assert lead.refused("recordSettlement", shown, **terms) == "WRONG_STATE"
    for mutation in ("receiveReferral", "acceptReferral"):
        done(lead.act(mutation, "ReferralInput", {"referralId": referrals["zrzy"]}))
    assert support.refused("recordSettlement", shown, **terms) == "FORBIDDEN"
    assert lead.refused("recordSettlement", shown, **{**terms, "mediator": None}) == "INVALID_INPUT"

    first = done(lead.does("recordSettlement", shown, **terms))["settlement"]["id"]
    # Entered by the county office, it is the lead body's as well.
    second = done(office.does("recordSettlement", shown, **{**terms, "kind": "RECONCILIATION", "mediator": None}))
    given = {"settlementId": second["settlement"]["id"]}
    assert support.refused("fulfilSettlement", shown, **given, on=str(today())) == "NOT_FOUND"
    done(lead.does("fulfilSettlement", shown, **given, on=str(today())))
    done(office.does("takeBackSettlement", shown, settlementId=first, reason="误记"))
    kept = {one["kindLabel"]: one for one in support.asks(FILE, id=petition)["settlements"]}
    assert kept["调解协议书"]["takenBack"] == "误记"
    assert (kept["和解协议书"]["tenant"]["code"], kept["和解协议书"]["fulfilledOn"]) == ("zrzy", str(today()))


def test_the_register_tells_who_owns_what_and_who_owned_it_before(platform: Platform) -> None:
    office, head, holder = Desk(platform, "xfj"), Desk(platform, "xfj", "HEAD"), Desk(platform, "zrzy")
    petition = done(office.register(letter(accusedPeople=["王大山"])))["petition"]["id"]
    leader = f"赵领导{new_id()[-8:]}"
    given = {"petitionId": petition, "tenant": "zrzy", "leader": leader, "post": "局长", "reason": "久拖未决"}

    def names(**changes: Any) -> list[str]:
        payload = head.act("assignCaseOwner", "AssignCaseOwnerInput", {**given, **changes})
        return [error["code"] for error in payload["errors"]]

    assert names(leader="王大山") == ["ACCUSED_UNIT"]
    assert names(ground="UNRESOLVED", level="MEMBER") == ["INVALID_INPUT"]
    assert names(leader="钱前任", ground="UNRESOLVED", level="CHIEF") == []
    assert names(ground="GROUP", level="MEMBER", reason="分工调整") == []
    owner = office.asks(FILE, id=petition)["caseOwner"]
    assert (owner["leader"], owner["levelLabel"], owner["groundLabel"]) == (
        leader,
        "班子成员",
        "群体性事项（集体研究）",
    )
    (before,) = owner["earlier"]
    assert (before["leader"], before["until"], before["replaced"]) == ("钱前任", str(today()), "分工调整")
    assert before["approvedBy"]["name"]

    mine = {"filter": {"leader": leader}}
    # The clocks come over the bus.
    due = platform.eventually(lambda: office.asks(OWNED, **mine)["nodes"][0]["petition"]["nextDueOn"])
    assert office.asks(OWNED, filter={"leader": leader, "dueBy": due})["totalCount"] == 1
    assert office.asks(OWNED, filter={"leader": leader, "dueBy": in_days(-1)})["totalCount"] == 0

    assert holder.asks(OWNED, **mine)["totalCount"] == 0
    office.refer(petition, ("zrzy", "LEAD"))
    for desk in (office, holder):
        (row,) = desk.asks(OWNED, filter={"leader": leader, "ground": ["GROUP"], "status": ["REFERRED"]})["nodes"]
        assert (row["owner"]["tenant"]["code"], row["petition"]["id"]) == ("zrzy", petition)
    assert office.asks(OWNED, filter={"leader": leader, "level": ["CHIEF"]})["totalCount"] == 0


def test_a_township_lists_its_conflicts_and_raises_what_it_cannot_solve(platform: Platform) -> None:
    office, township, neighbour = Desk(platform, "xfj"), Desk(platform, TOWNSHIP), Desk(platform, NEIGHBOUR)
    mark = f"地界之争{new_id()[-8:]}"
    shown = "conflict { id }"
    given = {
        "place": TOWNSHIP, "category": "邻里", "foundOn": str(today()), "people": 6, "title": mark,
        "description": "两户因地界争执", "handler": "村主任",
    }  # fmt: skip

    def month_of(desk: Desk, tenant: str) -> dict[str, Any]:
        rows = desk.asks(SUMMARY, day=str(today()))
        return next((one for one in rows if one["tenant"]["code"] == tenant), {})

    def ends(desk: Desk, conflict: str, state: str, outcome: str) -> list[str]:
        payload = desk.does("endConflict", shown, conflictId=conflict, state=state, on=str(today()), outcome=outcome)
        return [error["code"] for error in payload["errors"]]

    before = month_of(office, TOWNSHIP)
    assert neighbour.refused("recordConflict", shown, **given) == "INVALID_INPUT"
    conflict = done(township.does("recordConflict", shown, **given))["conflict"]["id"]
    mine = {"filter": {"text": mark, "place": TOWNSHIP, "state": ["OPEN"]}}
    assert [desk.asks(LOG, **mine)["totalCount"] for desk in (township, office, neighbour)] == [1, 1, 0]
    assert ends(neighbour, conflict, "SOLVED", "已调解") == ["NOT_FOUND"]
    assert ends(office, conflict, "SOLVED", "已调解") == ["FORBIDDEN"]
    assert ends(township, conflict, "RAISED", "三次调解未果") == []
    assert ends(township, conflict, "RAISED", "再次上报") == ["WRONG_STATE"]
    assert ends(office, conflict, "SOLVED", "联合调处") == []
    (row,) = township.asks(LOG, filter={"text": mark})["nodes"]
    assert (row["stateLabel"], row["tried"], row["outcome"]) == ("已化解", "三次调解未果", "联合调处")
    assert row["place"]["code"] == TOWNSHIP

    after = month_of(office, TOWNSHIP)
    grown = {name: after[name] - before[name] for name in ("found", "solved", "raised", "open")}
    assert (grown, after["searched"]) == ({"found": 1, "solved": 1, "raised": 1, "open": 0}, True)
    assert month_of(township, TOWNSHIP) == after
    assert month_of(neighbour, TOWNSHIP) == {}

    # Who found nothing has searched as well, when it says so.
    assert not month_of(office, NEIGHBOUR)["searched"]
    duty = {"duty": "conflict-search", "period": {"kind": "MONTH", "year": today().year, "number": today().month}}
    done(neighbour.does("recordOfficeDuty", "duty { state }", **duty, on=str(today()), note="逐村排查，未发现"))
    assert month_of(office, NEIGHBOUR)["searched"]
    assert month_of(office, NEIGHBOUR)["found"] == 0
