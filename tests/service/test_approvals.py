"""Approval flows (呈批, 批示) over the real platform, by the gateway: a run from hand to hand, and a closed gate."""

import io
import itertools
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from deploy.operator import provision
from tests.harness.platform import COUNTIES, Platform
from tests.journey.story import Walker, done, letter, opinion, today

NUMBERS = itertools.count(993_001)
PAGE = COUNTIES.parents[1] / "docs" / "flows.md"

APPROVAL = """approval { id state stateLabel mine startedOn endedOn documentPath handling { code }
  nextStep { id tenant { code } roles }
  steps { id documentPath entry { kind text leader by { name } on } }
  entries { step stepName kind toStep text leader } } errors { code message field }"""
MINE = """query { approvals(mine: true, first: 100) { nodes { id mine petitionNumber nextStep { name } } } }"""
OF_CASE = """query($id: UUID!) { petition(id: $id) { approvals { id flowName state }
  timeline { act remark tenant { code } } } }"""


class Official(Walker):
    def start(self, petition: str, flow: str, **given: Any) -> dict[str, Any]:
        about = {"petitionId": petition, "flow": flow, "subject": "请批示", **given}
        return self._send("startApproval", "StartApprovalInput", about)

    def take(self, run: dict[str, Any], step: str, text: str = "拟同意", **given: Any) -> dict[str, Any]:
        about = {"approvalId": run["id"], "step": step, "text": text, **given}
        return self._send("passApprovalStep", "PassApprovalStepInput", about)

    def give_back(self, run: dict[str, Any], to_step: str, reason: str) -> dict[str, Any]:
        about = {"approvalId": run["id"], "toStep": to_step, "reason": reason}
        return self._send("returnApproval", "ReturnApprovalInput", about)

    def give_up(self, run: dict[str, Any], reason: str) -> dict[str, Any]:
        return self._send("withdrawApproval", "WithdrawApprovalInput", {"approvalId": run["id"], "reason": reason})

    def mine(self) -> dict[str, str]:
        """By run, the step that waits for this user."""
        nodes = self.platform.gql(self.client, MINE)["approvals"]["nodes"]
        assert all(node["mine"] for node in nodes)
        return {node["id"]: node["nextStep"]["name"] for node in nodes}

    def document(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        document = Document(io.BytesIO(answer.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])

    def _send(self, mutation: str, input_type: str, given: dict[str, Any]) -> dict[str, Any]:
        query = f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {APPROVAL} }} }}"
        return self.request(query, mutation, given, patient=False)


def official(platform: Platform, tenant: str, role: str = "CLERK") -> Official:
    return Official(platform, platform.login(tenant, role))


def code(payload: dict[str, Any]) -> str:
    (error,) = payload["errors"]
    return str(error["code"])


def assigned(clerk: Official, to: str, **changes: Any) -> tuple[str, str]:
    """A petition, and its referral to this tenant."""
    petition = done(clerk.register(letter(**changes)))["petition"]["id"]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": to}]}
    return petition, done(clerk.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]


def test_a_superiors_item_goes_from_the_leaders_instruction_to_the_report(platform: Platform) -> None:
    clerk, leader, bureau = (
        official(platform, "xfj"),
        official(platform, "xfj", "LEADER"),
        official(platform, "zrzy"),
    )
    petition = done(clerk.register(letter()))["petition"]["id"]
    assert code(bureau.start(petition, "superior-assigned")) == "NOT_FOUND"
    run = done(clerk.start(petition, "superior-assigned"))["approval"]
    assert code(clerk.start(petition, "superior-assigned")) == "APPROVAL_RUNNING"
    assert (run["nextStep"]["id"], run["nextStep"]["tenant"]["code"]) == ("sign", "xfj")
    assert run["id"] in leader.mine()
    assert run["id"] not in official(platform, "xfj", "SUPERVISOR").mine()

    # The leader says who handles it; only then is it handed over, and the step can be passed.
    assert leader.take(run, "sign", "请自然资源局依法办理")["errors"][0]["field"] == "handling"
    assert leader.take(run, "sign", "请自然资源局依法办理", handling="zrzy")["errors"][0]["field"] == "handling"
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "zrzy"}]}
    done(clerk.act("referPetition", "ReferPetitionInput", given))
    run = done(leader.take(run, "sign", "请自然资源局依法办理", handling="zrzy"))["approval"]
    assert (run["handling"]["code"], run["mine"]) == ("zrzy", False)

    assert bureau.mine()[run["id"]] == "承办单位办理，形成调查报告"
    assert run["id"] not in official(platform, "slj").mine()
    assert code(official(platform, "slj").take(run, "investigate")) == "NOT_FOUND"
    assert code(clerk.take(run, "investigate")) == "FORBIDDEN"
    done(bureau.take(run, "investigate", "已查明补偿款到位情况"))
    done(clerk.take(run, "draft"))
    assert code(clerk.take(run, "draft")) == "WRONG_STATE"
    assert clerk.take(run, "review", "同意")["errors"][0]["field"] == "leader"
    run = done(official(platform, "xfj", "HEAD").give_back(run, "draft", "依据不足"))["approval"]
    assert [one["entry"] is None for one in run["steps"]] == [False, False, True, True, True, True]
    done(clerk.take(run, "draft", "已补充依据"))
    done(clerk.take(run, "review", "同意", leader="演示·分管领导"))
    done(leader.take(run, "approve", "同意上报"))
    run = done(clerk.take(run, "report", "已上报市信访局"))["approval"]
    assert (run["state"], run["endedOn"], run["nextStep"], run["mine"]) == ("DONE", str(today()), None, False)
    assert code(clerk.give_up(run, "误发起")) == "WRONG_STATE"
    assert run["id"] not in clerk.mine()

    form = bureau.document(run["documentPath"])
    for said in ("上级机关交办件办理（已完成）", "请自然资源局依法办理", "演示·分管领导（", "依据不足"):
        assert said in form
    assert official(platform, "slj").client.get(run["documentPath"]).status_code == 404
    case = platform.gql(bureau.client, OF_CASE, {"id": petition})["petition"]
    assert [(one["id"], one["state"]) for one in case["approvals"]] == [(run["id"], "DONE")]
    told = [(entry["act"], entry["tenant"]["code"]) for entry in case["timeline"] if "APPROVAL" in entry["act"]]
    passed = "APPROVAL_STEP_PASSED"
    assert told == [
        *(
            ("APPROVAL_STARTED", "xfj"),
            (passed, "xfj"),
            (passed, "zrzy"),
            (passed, "xfj"),
            ("APPROVAL_RETURNED", "xfj"),
        ),
        *((passed, "xfj"), (passed, "xfj"), (passed, "xfj"), ("APPROVAL_DONE", "xfj")),
    ]
    (returned,) = (entry["remark"] for entry in case["timeline"] if entry["act"] == "APPROVAL_RETURNED")
    assert returned == "上级机关交办件办理·分管领导审核 退回：依据不足"


def test_the_papers_of_a_skip_level_visit_and_the_wall_of_the_accused(platform: Platform) -> None:
    clerk, township = official(platform, "xfj"), official(platform, "611021001")
    petition, referral = assigned(
        clerk, "611021001", channel="VISIT", visitors=1, accused=["slj"], accusedPeople=["张某某"]
    )
    assert code(clerk.start(petition, "skip-level", handling="slj")) == "ACCUSED_UNIT"
    run = done(clerk.start(petition, "skip-level", referralId=referral))["approval"]
    assert run["handling"]["code"] == "611021001"
    done(clerk.take(run, "report", "已报市信访局"))
    run = done(clerk.take(run, "notice", "请于三十日内办结"))["approval"]
    papers = {step["id"]: step["documentPath"] for step in run["steps"]}
    assert papers["report"] is None
    notice = township.document(papers["notice"])
    assert notice.count("请于三十日内办结") == 3
    assert "赵小树" not in notice
    done(township.take(run, "duties", "信访人不愿签订", skip=True))
    assert code(township.take(run, "answer", "补偿款已发放", skip=True)) == "INVALID_INPUT"
    assert done(township.take(run, "answer", "补偿款已发放"))["approval"]["state"] == "DONE"

    run = done(clerk.start(petition, "letter-instruction"))["approval"]
    done(clerk.take(run, "present", "呈王县长阅批"))
    (error,) = clerk.take(run, "instruct", "请办理", leader="张某某")["errors"]
    assert (error["code"], error["field"]) == ("ACCUSED_UNIT", "leader")
    assert done(clerk.give_up(run, "改呈其他领导"))["approval"]["state"] == "WITHDRAWN"


class Closed:
    """A small county of its own that lets 自然资源局 answer only after the flow that the documentation shows."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.code = str(next(NUMBERS))
        self.slug = f"gate{self.code}"
        self.folder = Path(shutil.copytree(COUNTIES / "yanshi2", folder / self.slug))
        for path in self.folder.iterdir():
            path.write_text(path.read_text("utf-8").replace("990001", self.code).replace("yanshi2", self.slug), "utf-8")
        (self.folder / "flows.toml").write_text(
            re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0], "utf-8"
        )
        self.logins = folder / "out" / "logins.json"

    def provision(self) -> list[str]:
        return provision.run(settings=self.platform.settings, profile=self.folder, logins_file=self.logins)

    def official(self, user: str) -> Official:
        username = f"{user}@{self.slug}"
        entries = json.loads(self.logins.read_text("utf-8"))
        (password,) = (entry["password"] for entry in entries if entry["username"] == username)
        return Official(self.platform, self.platform.client(username, password))


@pytest.fixture
def closed(platform: Platform, tmp_path: Path) -> Closed:
    return Closed(platform, tmp_path)


def test_where_the_county_wants_it_so_an_answer_waits_for_its_approval(closed: Closed) -> None:
    assert "新增呈批流程：征地答复呈批（land-answer）" in closed.provision()
    assert closed.provision() == []
    clerk, bureau, head = (closed.official(user) for user in ("xfj.clerk", "zrzy.clerk", "zrzy.head"))
    petition, referral = assigned(clerk, "zrzy", place=f"{closed.code}101")
    for act in ("receiveReferral", "acceptReferral"):
        done(bureau.act(act, "ReferralInput", {"referralId": referral}))
    answer = {"referralId": referral, **opinion()}
    payload = bureau.act("answerReferral", "AnswerReferralInput", answer)
    assert code(payload) == "APPROVAL_MISSING"
    assert "“征地答复呈批”" in payload["errors"][0]["message"]
    assert code(clerk.start(petition, "land-answer")) == "FORBIDDEN"
    run = done(bureau.start(petition, "land-answer", referralId=referral))["approval"]
    done(bureau.take(run, "draft", "拟答复：补偿款本月发放"))
    done(bureau.take(run, "legal", "不涉及复杂法律问题", skip=True))
    payload = bureau.act("answerReferral", "AnswerReferralInput", answer)
    assert "下一环节是“局长批准”" in payload["errors"][0]["message"]
    assert done(head.take(run, "approve", "同意"))["approval"]["state"] == "DONE"
    done(bureau.act("answerReferral", "AnswerReferralInput", answer))

    (closed.folder / "flows.toml").unlink()
    assert closed.provision() == ["停用呈批流程：征地答复呈批（land-answer）"]
    assert closed.platform.gql(bureau.client, "{ flows { id } }")["flows"] == []
