"""Who stands behind an item: kept sealed, shown by a recorded act only, found by whole values, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.common.database import Database, Transaction
from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.people import PersonRole, PetitionerInput
from services.intake import people_vault
from services.intake.people_vault import By
from tests.harness.planted import in_logs, in_queues, in_tables
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

# Chosen so that nothing else on the machine holds them.
NAME, PHONE, NUMBER, STREET = "慕容桂鑫淼", "13977126617", "611021197203047713", "栖凤湾八弄三十九号"
NAMED = {
    "name": NAME,
    "identityNumber": NUMBER,
    "phone": PHONE,
    "address": f"洛南县城关街道{STREET}",
    "householdAddress": f"洛南县石坡镇{STREET}",
    "workUnit": "洛南县栖凤湾机械厂",
    "ethnicity": "满族",
    "politicalStatus": "MASSES",
    "remark": "栖凤湾老住户",
}
SECRETS = (NAME, PHONE, NUMBER, STREET, "栖凤湾机械厂", "栖凤湾老住户")
TOLD = f"本人{NAME}（身份证{NUMBER}），家住{STREET}，电话 139-7712-6617，举报挪用集体资金。"

REVEAL = """mutation($input: RevealPetitionerInput!) { revealPetitioner(input: $input) {
  petitioner { name identityNumber phone address householdAddress workUnit ethnicity politicalStatus remark
    sexLabel bornOn } errors { code message field } } }"""
REVEAL_TEXT = """mutation($input: RevealTextInput!) { revealText(input: $input) {
  text { title body demands letter { damage } } errors { code message field } } }"""
CASE = """query($id: UUID!) { petition(id: $id) { number title body demands textSealed sizeBandLabel markLabels
  purposeLabel priorLabels filledInBy letter { formLabel damage }
  visit { place receivers companions { kindLabel count } }
  petitioners { id name role kindLabel documentLabel identityNumber } timeline { act remark } } }"""


class Clerk(Walker):
    def __init__(self, platform: Platform, tenant: str = "xfj") -> None:
        super().__init__(platform, platform.login(tenant, "CLERK"))

    def enters(self, **given: Any) -> str:
        petition: str = done(self.register(letter(**given)))["petition"]["id"]
        return petition

    def reads(self, petition: str) -> dict[str, Any]:
        case: dict[str, Any] = self.platform.gql(self.client, CASE, {"id": petition})["petition"]
        return case

    def reveals(self, petition: str) -> dict[str, Any]:
        given = {
            "petitionId": petition,
            "petitionerId": self.reads(petition)["petitioners"][0]["id"],
            "reason": f"给{NAME}回电{PHONE}",
        }
        return self.request(REVEAL, "revealPetitioner", given, patient=False)

    def reveals_text(self, petition: str, reason: str = "调查核实") -> dict[str, Any]:
        return self.request(REVEAL_TEXT, "revealText", {"petitionId": petition, "reason": reason}, patient=False)

    def refers(self, petition: str, tenant: str) -> None:
        given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": tenant}]}
        done(self.act("referPetition", "ReferPetitionInput", given))


def problems(payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


def test_what_identifies_people_stands_nowhere_in_clear(platform: Platform) -> None:
    """A planted name, number, telephone and address: in the people's fields, in every text, and in a refused form."""
    clerk = Clerk(platform)
    envelope = {"openedOn": letter()["receivedOn"], "envelopeIntact": False, "damage": f"破损，寄件人{NAME} {PHONE}"}
    # While it stands still, facts wait in the queues and can be looked at.
    platform.stop("roster")
    try:
        texts = {"title": f"{NAME}举报村干部", "body": TOLD, "demands": TOLD}
        accusation = clerk.enters(nature="ACCUSATION", petitioners=[NAMED], letter=envelope, **texts)
        numbers = f"本人身份证{NUMBER}，电话{PHONE}，请求修路。"
        appeal = clerk.enters(petitioners=[NAMED], title=f"请电{PHONE}", body=numbers)
        clerk.refers(appeal, "zrzy")
        assert problems(clerk.register(letter(petitioners=[{**NAMED, "sex": "FEMALE"}]))) == [
            ("INVALID_INPUT", "petitioners.0.sex")
        ]
        revealed = done(clerk.reveals(accusation))["petitioner"]
        assert (revealed["name"], revealed["identityNumber"], revealed["sexLabel"]) == (NAME, NUMBER, "男")
        assert {key: revealed[key] for key in NAMED} == NAMED
        written = done(clerk.reveals_text(accusation))["text"]
        assert written == {**texts, "letter": {"damage": envelope["damage"]}}
        assert done(clerk.reveals_text(appeal))["text"]["body"] == numbers
        case = clerk.reads(accusation)
        assert (case["title"], case["textSealed"]) == ("慕****举报村干部", True)
        assert (
            case["body"] == "本人慕****（身份证6110************13），家住****，电话 139******6617，举报挪用集体资金。"
        )
        assert case["letter"]["damage"] == "破损，寄件人慕**** 139****6617"

        found = list(in_tables(platform, (*SECRETS, case["number"])))
        waiting = list(in_queues(platform, (*SECRETS, case["number"])))
    finally:
        platform.start("roster")
    # The scan does find what is there to be found.
    assert {place.split(".")[0] for place, secret in found if secret == case["number"]} >= {"intake", "gateway_view"}
    assert any(queue.startswith("roster.") for queue, secret in waiting if secret == case["number"])
    assert [one for one in (*found, *waiting) if one[1] != case["number"]] == []
    assert list(in_logs(platform, SECRETS)) == []
    platform.await_health()


def test_a_text_as_written_is_shown_for_a_reason_to_whom_the_petitioners_are_shown(platform: Platform) -> None:
    clerk, bureau = Clerk(platform), Clerk(platform, "slj")
    told = f"我是{NAME}，电话{PHONE}，水渠断流。"
    hidden, plain, nothing = (
        clerk.enters(petitioners=[NAMED], body=body, confidential=secret, letter={"trackingNumber": "EM123456789CN"})
        for body, secret in ((told, True), (told, False), ("水渠断流。", False))
    )
    assert problems(clerk.reveals_text(plain, " ")) == [("INVALID_INPUT", "reason")]
    assert problems(clerk.reveals_text(nothing)) == [("NOT_FOUND", None)]
    for petition in (hidden, plain):
        assert problems(bureau.reveals_text(petition)) == [("NOT_FOUND", None)]
        clerk.refers(petition, "slj")
    platform.eventually(lambda: problems(bureau.reveals_text(plain)) == [])
    assert problems(bureau.reveals_text(hidden)) == [("NOT_FOUND", None)]
    assert bureau.reads(hidden)["body"] == "我是慕****，电话139****6617，水渠断流。"
    assert bureau.reads(plain)["body"] == f"我是{NAME}，电话139****6617，水渠断流。"
    # The courier knows whose parcel it was.
    assert [Clerk.reads(who, hidden)["letter"] is None for who in (clerk, bureau)] == [False, True]
    assert bureau.reads(plain)["letter"] == {"formLabel": "平信", "damage": None}
    platform.eventually(lambda: "TEXT_REVEALED" in {one["act"] for one in clerk.reads(plain)["timeline"]})
    (act, *_) = (one for one in clerk.reads(plain)["timeline"] if one["act"] == "TEXT_REVEALED")
    assert act["remark"] == "调查核实"


def test_a_group_visit_is_registered_with_all_who_belong_to_it(platform: Platform) -> None:
    clerk = Clerk(platform)
    people: list[dict[str, Any]] = [{"name": f"村民{i}", "representative": True} for i in range(6)]
    visit = {
        "at": f"{letter()['receivedOn']}T00:00:01+08:00",
        "place": "接访大厅",
        "receivers": ["王一", "李二"],
        "companions": [{"kind": "LAWYER", "count": 1, "announced": True}],
    }
    given = letter(
        channel="VISIT",
        visitors=12,
        visit=visit,
        demands="修复水渠",
        purpose="DEMAND",
        marks=["WAGES", "WAGES", "BUSINESS"],
        prior=["REVIEWED"],
        peopleInvolved=40,
        filledIn=True,
        petitioners=people,
    )
    (error,) = clerk.register(given)["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "petitioners")
    assert "共 12 人，已标记代表 6 人" in error["message"]
    people[5] = {"name": "某律师", "role": "AGENT", "identityNumber": "611021198001012235"}
    assert problems(clerk.register(given)) == [("INVALID_INPUT", "petitioners.5.identityNumber")]
    people[5] = {"name": "洛南某公司", "kind": "LEGAL", "identityNumber": "91350100M000100Y43", "role": "SIGNER"}
    case = clerk.reads(done(clerk.register(given))["petition"]["id"])
    assert (case["sizeBandLabel"], case["markLabels"]) == ("6-20 人", ["农民工工资", "涉企"])
    assert (case["purposeLabel"], case["priorLabels"], case["demands"]) == (
        "要求解决问题",
        ["已有复查意见"],
        "修复水渠",
    )
    assert case["visit"] == {
        "place": "接访大厅", "receivers": ["王一", "李二"], "companions": [{"kindLabel": "律师", "count": 1}]
    }  # fmt: skip
    assert case["filledInBy"]
    assert (len(case["petitioners"]), case["petitioners"][5]["documentLabel"]) == (6, "统一社会信用代码")
    assert case["petitioners"][5]["role"] == "SIGNER"


@contextmanager
def register(platform: Platform, tenant: str, kind: TenantKind) -> Iterator[tuple[Transaction, Vault]]:
    """Intake's own database, as a clerk of this tenant has it."""
    database = Database(service="intake", url=platform.settings.intake_database_url)
    actor = Actor(county="611021", tenant=tenant, kind=kind, user="nobody", name="某人", roles=frozenset({Role.CLERK}))
    try:
        with database.begin(actor, trace=new_id()) as tx:
            yield tx, Vault(key=platform.settings.vault_key, index_key=platform.settings.index_key)
    finally:
        database.engine.dispose()


def test_people_are_found_by_whole_values_by_whoever_may_know_them(platform: Platform) -> None:
    clerk = Clerk(platform)
    person = {"name": "呼延 栖凤", "identityNumber": "611021197203047772", "phone": "139 7712 6618"}
    open_one = clerk.enters(petitioners=[person])
    old_card = clerk.enters(petitioners=[{"name": "呼延栖凤", "identityNumber": "611021720304777"}])
    namesake = clerk.enters(petitioners=[{"name": "呼延栖凤", "phone": "13977126619"}])
    hidden = clerk.enters(petitioners=[{"name": "呼延栖凤", "phone": "13977126618"}], confidential=True)
    helped = clerk.enters(petitioners=[{"name": "村民甲"}, {**person, "role": "AGENT"}])

    with register(platform, "xfj", TenantKind.COUNTY) as (tx, vault):
        assert people_vault.find(tx, vault, name="呼延栖凤") == [helped, hidden, namesake, old_card, open_one]
        for number in ("611021197203047772", "611021720304777"):
            assert people_vault.find(tx, vault, identity_number=number) == [helped, old_card, open_one]
        assert people_vault.find(tx, vault, phone="139-7712-6618") == [helped, hidden, open_one]
        assert people_vault.find(tx, vault, name="呼延栖凤", phone="13977126619") == [namesake]
        assert people_vault.find(tx, vault, name="呼延栖凤", most=1) == [helped]
        assert people_vault.find(tx, vault, name="呼延") == people_vault.find(tx, vault, phone="139771266") == []

        given = PetitionerInput(name="呼延栖凤", identity_number="611021197203047772", phone="13977126618")
        known = people_vault.same_people(tx, vault, [given])
        # An agent's item is his clients'; and whoever has another paper is another.
        assert [(one.petition_id, one.by, one.hides) for one in known.values()] == [
            (hidden, By.NAME_AND_PHONE, True),
            (namesake, By.NAME, False),
            (old_card, By.IDENTITY, False),
            (open_one, By.IDENTITY, False),
        ]
        assert (known[hidden].visible_to, known[hidden].named) == (["xfj"], None)
        other = PetitionerInput(name="呼延栖凤", identity_number="611021195506078884")
        assert set(people_vault.same_people(tx, vault, [other])) == {hidden, namesake}
        assert people_vault.same_people(tx, vault, [PetitionerInput(name="呼延栖凤", role=PersonRole.COMPANION)]) == {}
    with register(platform, "slj", TenantKind.BUREAU) as (tx, vault):
        assert people_vault.find(tx, vault, name="呼延栖凤") == []


@pytest.mark.parametrize("field", ["accusedUsers", "readers"])
def test_logins_of_nobody_are_refused_by_their_field(platform: Platform, field: str) -> None:
    given = letter(nature="ACCUSATION", **{field: ["nobody@luonan"]})
    assert problems(Clerk(platform).register(given)) == [("INVALID_INPUT", field)]
