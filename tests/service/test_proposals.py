"""Who should answer, over the real platform: proposed, decided, reported, and proposed anew when the county changes."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from deploy.operator import provision
from tests.harness.platform import COUNTIES, Platform
from tests.journey.story import Walker, done, in_days, letter, today

PROPOSAL = """query($id: UUID!) { petition(id: $id) { timeline { act remark }
  proposal { rule kind kindLabel dueOn why barred { code }
    lead { tenant { code } unitName rule why } supports { tenant { code } } runnersUp { tenant { code } rule }
    diversion { organ organLabel tenant { code } article notice } suggestion { unsure }
    decision { lead { code } kindLabel followed reason decidedBy tenant { code } } } } }"""
REPORT = """query($from: Date!, $to: Date!) { proposalReport(from: $from, to: $to) {
  rule currentRule { name lead } proposed followed against undecided
  againstCases(first: 1) { totalCount nodes { petition { id } proposal { decision { reason } } }
    pageInfo { hasNextPage } } } }"""
RULES = (
    "{ routingRules { version countyDecidesFromReturn rules { id leadTenant { code } kindLabel } findings { kind } } }"
)
COUNTY_TWO = """
[[categories]]
path = "土地/征地"
words = ["征地补偿"]

[[rules]]
id = "land"
name = "征地"
basis = "职责分工"
categories = ["土地"]
lead = "zrzy"
unit = "zd"
kind = "TRANSFER"

[[rules]]
id = "others"
name = "其他"
basis = "首接负责"
lead = "@registrar"
kind = "TRANSFER"
"""


def walker(platform: Platform, tenant: str, role: str = "CLERK", county: str = "luonan") -> Walker:
    return Walker(platform, platform.login(tenant, role, county))


def register(by: Walker, **changes: Any) -> str:
    petition_id: str = done(by.register(letter(**changes)))["petition"]["id"]
    return petition_id


def refer(by: Walker, petition_id: str, tenant: str, **more: Any) -> dict[str, Any]:
    given = {"petitionId": petition_id, "kind": "TRANSFER", "to": [{"tenant": tenant}], **more}
    return by.act("referPetition", "ReferPetitionInput", given)


def shown(by: Walker, petition_id: str) -> dict[str, Any]:
    petition: dict[str, Any] = by.platform.gql(by.client, PROPOSAL, {"id": petition_id})["petition"]
    return petition


def proposal(by: Walker, petition_id: str) -> dict[str, Any]:
    """The proposal, once routing has heard of the petition."""
    found: dict[str, Any] = by.platform.eventually(lambda: shown(by, petition_id)["proposal"])
    return found


def report(by: Walker) -> dict[str | None, dict[str, Any]]:
    days = {"from": str(today()), "to": str(today())}
    return {row["rule"]: row for row in by.platform.gql(by.client, REPORT, days)["proposalReport"]}


def test_a_petition_is_proposed_decided_and_reported(platform: Platform) -> None:
    clerk, bureau = walker(platform, "xfj"), walker(platform, "nyncj")
    before = report(clerk).get("land-compensation", {"against": 0, "followed": 0, "proposed": 0})
    followed, against = (register(clerk, category="自然资源/征地补偿/补偿款发放") for _ in range(2))
    found = proposal(clerk, followed)
    assert (found["rule"], found["kindLabel"], found["lead"]["unitName"]) == ("land-compensation", "交办", "征地股")
    assert found["lead"]["tenant"]["code"] == "zrzy"
    assert [one["tenant"]["code"] for one in found["supports"]] == ["611021001"]
    assert found["why"][0] == found["lead"]["why"]
    assert "征地补偿" in found["why"][0]
    assert found["dueOn"] >= in_days(30)
    assert found["decision"] is None
    proposal(clerk, against)
    done(refer(clerk, followed, "zrzy", againstReason="与建议相同的不必说明"))
    done(refer(clerk, against, "nyncj", againstReason="属于农村集体资产纠纷"))
    taken, refused = (shown(clerk, one) for one in (followed, against))
    assert (taken["proposal"]["decision"]["followed"], taken["proposal"]["decision"]["reason"]) == (True, None)
    decision = refused["proposal"]["decision"]
    assert (decision["followed"], decision["reason"]) == (False, "属于农村集体资产纠纷")
    assert (decision["lead"]["code"], decision["tenant"]["code"]) == ("nyncj", "xfj")
    # Whoever gets the case reads that it was decided, and neither who was proposed nor why not.
    held = shown(bureau, against)
    assert held["proposal"] is None
    told = {entry["act"]: entry["remark"] for entry in held["timeline"]}
    assert (told["PROPOSED"], told["PROPOSAL_DECIDED"]) == ("已提出转办建议", "未采纳转办建议")
    row = report(clerk)["land-compensation"]
    assert row["currentRule"] == {"name": "征地补偿", "lead": "zrzy"}
    assert [row[key] - before[key] for key in ("proposed", "followed", "against")] == [2, 1, 1]
    cases = row["againstCases"]
    assert cases["totalCount"] == row["against"]
    assert cases["nodes"] == [
        {"petition": {"id": against}, "proposal": {"decision": {"reason": "属于农村集体资产纠纷"}}}
    ]
    assert "land-compensation" not in report(bureau)


def test_what_is_referred_at_once_has_its_proposal_with_the_decision(platform: Platform) -> None:
    clerk = walker(platform, "611021001")
    petition_id = register(clerk, category="民政优抚/社会救助/低保")
    done(refer(clerk, petition_id, "mzj"))
    found = shown(clerk, petition_id)
    assert (found["proposal"]["rule"], found["proposal"]["decision"]["followed"]) == ("relief", True)
    register(clerk)
    # The fact that tells of the petition comes later, and proposes nothing any more.
    platform.eventually(lambda: "CLOCK_OPENED" in {entry["act"] for entry in shown(clerk, petition_id)["timeline"]})
    acts = [entry["act"] for entry in shown(clerk, petition_id)["timeline"]]
    assert acts.count("PROPOSAL_DECIDED") == 1


def test_an_accusation_goes_to_the_discipline_organ_and_the_accused_is_named_to_nobody(platform: Platform) -> None:
    clerk = walker(platform, "xfj", "ACCUSATIONS")
    accused = {"nature": "ACCUSATION", "accused": ["zrzy"], "category": "自然资源/征地补偿"}
    found = proposal(clerk, register(clerk, **accused))
    assert (found["rule"], found["lead"]["tenant"]["code"]) == ("law.accusation", "jw")
    assert found["diversion"]["tenant"] == {"code": "jw"}
    assert (found["diversion"]["organLabel"], found["supports"]) == ("纪检监察机关", [])
    assert "第三十条" in found["diversion"]["article"]
    assert "纪律检查委员会" in found["diversion"]["notice"]
    assert [one["code"] for one in found["barred"]] == ["zrzy"]
    assert "zrzy" not in {one["tenant"]["code"] for one in found["runnersUp"]}


def test_the_rules_are_everybodys_to_read(platform: Platform) -> None:
    bureau = walker(platform, "zrzy")
    rules = platform.gql(bureau.client, RULES)["routingRules"]
    assert rules["countyDecidesFromReturn"] == 3
    assert rules["findings"] == []
    assert {"id": "wages", "leadTenant": {"code": "rsj"}, "kindLabel": "交办"} in rules["rules"]


SEARCHES = [
    ("国土资源局", {"zrzy"}),
    ("环保局", {"sthj"}),
    ("景村镇", {"611021101"}),
    ("  jw ", {"jw"}),
    ("没有这个单位", set()),
]


@pytest.mark.parametrize(("text", "codes"), SEARCHES)
def test_a_body_is_found_by_any_of_its_names(platform: Platform, text: str, codes: set[str]) -> None:
    query = "query($text: String) { tenants(search: $text) { code } }"
    found = platform.gql(platform.login("xfj", "CLERK"), query, {"text": text})["tenants"]
    assert {one["code"] for one in found} == codes


def test_when_rules_come_and_a_body_ends_the_undecided_are_proposed_anew(platform: Platform, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(COUNTIES / "yanshi2", tmp_path / "yanshi2"))

    def load() -> list[str]:
        logins = platform.logins_file
        return provision.run(settings=platform.settings, profile=folder, logins_file=logins)

    load()
    clerk = walker(platform, "xfj", county="yanshi2")
    petition_id = register(clerk, place="990001101")
    assert proposal(clerk, petition_id)["lead"] is None
    (folder / "routing.toml").write_text(COUNTY_TWO, "utf-8")
    lines = load()
    assert "新增转办规则：2 条，分类 1 个" in lines
    assert any(line.startswith("重新提出转办建议：") for line in lines)
    named = platform.eventually(lambda: shown(clerk, petition_id)["proposal"]["lead"])
    assert (named["tenant"]["code"], named["unitName"]) == ("zrzy", "征地股")
    assert load() == []
    ends = f'until = {in_days(-1)}\nsuccessors = ["jw"]'
    path = folder / "directory.toml"
    path.write_text(path.read_text("utf-8").replace('aliases = ["国土局"]', f'aliases = ["国土局"]\n{ends}'), "utf-8")
    load()
    platform.eventually(lambda: shown(clerk, petition_id)["proposal"]["lead"]["tenant"]["code"] == "jw")
    (refused,) = refer(clerk, petition_id, "zrzy")["errors"]
    assert refused["code"] == "ORGANISATION_ENDED"
    assert "纪委" in refused["message"] or "纪律检查" in refused["message"]
    shutil.copytree(COUNTIES / "yanshi2", folder, dirs_exist_ok=True)
    (folder / "routing.toml").unlink()
    assert "变更转办规则：0 条，分类 0 个" in load()
