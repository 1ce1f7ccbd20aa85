"""The record of a talk: who takes part, what stands in it, who signs it."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, NotFound, WrongState
from services.common.redacting import mask_text, redactor
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.desk import AnswerKind, QuestionAnswer, RecordTalk, Signature, SignerRole, SignTalk, Talk
from services.contracts.intake import Nature, Petition
from services.contracts.people import PetitionerInput
from services.contracts.routing import ReferralRole, ReferralState
from services.intake.series import papers
from services.intake.taking_part import check_takes_part
from services.intake.talking import new_talk, remark, signed, signed_remark, taken_back
from tests.unit.intake.made import NOW, TODAY, petition, referral
from tests.unit.routing.made import DIRECTORY

PLAIN = mask_text
COMMAND = RecordTalk(
    petition_id="p",
    at=NOW - timedelta(hours=1),
    place="接访大厅",
    receivers=["甲", " 乙 "],
    purpose="反映情况",
    questions=[QuestionAnswer(question="何时征收？", answer="去年，电话 13800001234。")],
    demands="要求发放补偿款",
    facts="三亩地已被征收",
    evidence=["征收协议复印件", " "],
    issue="征地补偿",
    opinion="转自然资源局办理",
)


def actor(tenant: str = "611021001", kind: TenantKind = TenantKind.TOWNSHIP, **changes: Any) -> Actor:
    made = Actor(county="611021", tenant=tenant, kind=kind, user="u", name="窗口甲", roles=frozenset({Role.CLERK}))
    return msgspec.structs.replace(made, **changes)


def talk(item: Petition | None = None, *, by: Actor | None = None, redact: Any = PLAIN, **changes: Any) -> Talk:
    return new_talk(
        command=msgspec.structs.replace(COMMAND, **changes),
        petition=item or petition(),
        actor=by or actor(),
        directory=DIRECTORY,
        redact=redact,
        number="城关信谈〔2026〕1号",
        form=papers().talk,
        now=NOW,
    )


def refused_field(**changes: Any) -> str | None:
    with pytest.raises(InvalidInput) as refusal:
        talk(**changes)
    return refusal.value.field


def test_a_record_holds_what_was_said_in_three_copies_with_its_numbers_masked() -> None:
    made = talk(unit_in_charge="zrzy", answer="按程序办理", answer_kind=AnswerKind.EXPLAINED)
    assert (made.receivers, made.copies, made.on) == (["甲", "乙"], 3, TODAY)
    assert made.questions[0].answer == "去年，电话 138****1234。"
    assert made.evidence == ["征收协议复印件"]
    assert (made.unit_in_charge, made.suggestion, made.tenant) == ("zrzy", None, "611021001")
    assert remark(made) == "城关信谈〔2026〕1号，2026-11-22，接访大厅，接谈人：甲、乙"


def test_two_receive_and_one_named_twice_is_one() -> None:
    for receivers in ([], ["甲"], ["甲", " 甲"], ["甲", " "]):
        assert refused_field(receivers=receivers) == "receivers"


@pytest.mark.parametrize("field", ["place", "purpose", "demands", "facts", "issue", "opinion"])
def test_what_is_mandatory_is_asked_for_by_its_field(field: str) -> None:
    assert refused_field(**{field: " "}) == field


def test_a_talk_lies_between_the_day_of_receipt_and_now() -> None:
    assert refused_field(at=NOW + timedelta(seconds=1)) == "at"
    assert refused_field(at=NOW - timedelta(days=1)) == "at"
    earlier = petition(received_on=TODAY - timedelta(days=1))
    assert talk(earlier, at=NOW - timedelta(days=1)).on == TODAY - timedelta(days=1)


def test_an_answer_on_the_spot_says_of_what_kind_it_is() -> None:
    assert refused_field(answer="可以办理") == "answerKind"
    assert refused_field(answer_kind=AnswerKind.CLEAR) == "answer"


def test_who_is_accused_takes_no_part_and_gets_nothing() -> None:
    item = petition(accused=["zrzy"], accused_people=["张 三"])
    for changes in (
        {"receivers": ["甲", "张三"]},
        {"leader": "张三（局长）"},
        {"unit_in_charge": "zrzy"},
        {"by": actor("zrzy", TenantKind.BUREAU)},
        {"by": actor(name="张三")},
    ):
        with pytest.raises(AccusedUnit):
            talk(item, **changes)
    assert talk(item, unit_in_charge="slj").unit_in_charge == "slj"


@pytest.mark.parametrize("code", ["nobody", "old"])
def test_a_unit_that_is_not_there_has_charge_of_nothing(code: str) -> None:
    assert refused_field(unit_in_charge=code) == "unitInCharge"


def test_an_item_of_an_old_register_is_talked_about_no_more() -> None:
    with pytest.raises(HistoricalPetition):
        talk(petition(historical=True))


def test_an_item_that_hides_its_people_hides_them_in_the_record_too() -> None:
    person = PetitionerInput(name="赵小树", phone="0914-7321234", address="洛南县城关街道演示路1号")
    made = talk(
        petition(confidential=True),
        redact=redactor([person]),
        facts="赵小树住演示路1号",
        opinion="请联系赵小树",
        signatures=[Signature(who=SignerRole.PETITIONER, signed=False, remark="赵小树不会写字，按指印")],
    )
    assert "赵小树" not in str(msgspec.to_builtins(made))
    assert "演示路1号" not in made.facts


def test_an_accusations_record_is_for_whom_the_accusation_is_for() -> None:
    item = petition(nature=Nature.ACCUSATION, accused=["zrzy"], readers=["shen"])
    assert talk(item).named == item.named == frozenset({"u", "shen", "!@zrzy"})


def test_a_signature_that_is_missing_says_why_and_none_is_older_than_the_talk() -> None:
    unsigned = Signature(who=SignerRole.PETITIONER, signed=False)
    assert refused_field(signatures=[unsigned]) == "signatures.0.remark"
    for on in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        early = Signature(who=SignerRole.RECEIVER, signed=True, on=on)
        assert refused_field(signatures=[early]) == "signatures.0.on"


def test_its_own_tenant_enters_who_signed_the_whole_list_anew() -> None:
    first = talk(signatures=[Signature(who=SignerRole.RECEIVER, signed=True)])
    command = SignTalk(
        talk_id=first.id,
        signatures=[
            Signature(who=SignerRole.PETITIONER, signed=True, on=TODAY),
            Signature(who=SignerRole.LEADER, signed=False, remark="外出"),
        ],
    )
    after = signed(talk=first, command=command, actor=actor(), redact=PLAIN, now=NOW)
    assert [each.who for each in after.signatures] == [SignerRole.PETITIONER, SignerRole.LEADER]
    assert signed_remark(after) == "城关信谈〔2026〕1号，已签字：信访人；未签字：接访领导"
    with pytest.raises(Forbidden):
        signed(talk=first, command=command, actor=actor("xfj", TenantKind.COUNTY), redact=PLAIN, now=NOW)


def test_a_record_taken_back_stays_with_its_reason_and_is_signed_no_more() -> None:
    first = talk()
    with pytest.raises(InvalidInput):
        taken_back(talk=first, actor=actor(), redact=PLAIN, reason="")
    with pytest.raises(Forbidden):
        taken_back(talk=first, actor=actor("xfj", TenantKind.COUNTY), redact=PLAIN, reason="误记")
    back = taken_back(talk=first, actor=actor(), redact=PLAIN, reason="误记")
    assert (back.taken_back, back.number) == ("误记", first.number)
    command = SignTalk(talk_id=first.id, signatures=[Signature(who=SignerRole.RECEIVER, signed=True)])
    with pytest.raises(WrongState):
        signed(talk=back, command=command, actor=actor(), redact=PLAIN, now=NOW)
    with pytest.raises(WrongState):
        taken_back(talk=back, actor=actor(), redact=PLAIN, reason="误记")


def take_part(item: Petition, who: Actor) -> None:
    holding = [referral(ReferralRole.LEAD, ReferralState.RECEIVED)]
    check_takes_part(actor=who, petition=item, holding=holding, doing="记录该件的接谈")


def test_the_county_office_the_registrar_and_the_holder_take_part_and_nobody_else() -> None:
    take_part(petition(), actor("xfj", TenantKind.COUNTY))
    take_part(petition(), actor())
    take_part(petition(), actor("zrzy", TenantKind.BUREAU))
    with pytest.raises(Forbidden):
        take_part(petition(), actor("slj", TenantKind.BUREAU))


def test_to_whom_a_case_is_closed_it_is_not_there() -> None:
    accusation = petition(nature=Nature.ACCUSATION, accused=["slj"], accused_users=["wang"], readers=["shen"])
    cleared = frozenset({Role.CLERK, Role.ACCUSATIONS})
    take_part(accusation, actor())
    take_part(accusation, actor(user="shen"))
    take_part(accusation, actor(user="other", roles=cleared))
    for closed in (
        actor(user="other"),
        actor("xfj", TenantKind.COUNTY, user="other"),
        actor(user="wang", roles=cleared),
        actor("slj", TenantKind.BUREAU, roles=cleared),
    ):
        with pytest.raises(NotFound):
            take_part(accusation, closed)
    with pytest.raises(NotFound):
        take_part(petition(accused_users=["wang"]), actor(user="wang"))
    take_part(petition(accused_users=["wang"]), actor())


def test_the_days_of_a_talk_are_legal_days() -> None:
    # 00:30 in China is the day before in UTC.
    after_midnight = NOW.replace(day=21, hour=16, minute=30)
    assert talk(at=after_midnight).on == date(2026, 11, 22)
