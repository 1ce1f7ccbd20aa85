"""The opinion: its content, the parts of the others, and how it is sent back."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.intake import Nature, Petition, Route
from services.contracts.referral_commands import AnswerReferral
from services.contracts.routing import Answer, LegalReview, Outcome, Referral, ReferralKind, ReferralRole
from services.contracts.routing import ReferralState as S
from services.routing import answering
from tests.unit.routing.made import TODAY, petition, referral

LEAD, SUPPORT, UNIT = ReferralRole.LEAD, ReferralRole.SUPPORT, ReferralRole.UNIT
ACCEPTED = referral("zrzy", LEAD, S.ACCEPTED)
CONTENT = {"demands": "请求补发补偿款", "facts": "经查属实", "basis": "《土地管理法》第四十八条"}


def command(**changes: Any) -> AnswerReferral:
    fields = {"outcome": Outcome.SUPPORTED, "opinion": "本月内发放", **CONTENT}
    return AnswerReferral(referral_id="r", **{**fields, **changes})


def answer(opinion: str, **changes: Any) -> Answer:
    return Answer(outcome=Outcome.EXPLAINED, opinion=opinion, answered_on=TODAY, **changes)


@pytest.mark.parametrize(
    ("given", "role", "needed"),
    [
        (petition(), LEAD, True),
        (petition(route=Route.PETITION), LEAD, True),
        (petition(route=Route.ARBITRATION), LEAD, False),
        (petition(nature=Nature.SUGGESTION), LEAD, False),
        (petition(), SUPPORT, False),
        (petition(), UNIT, False),
    ],
)
def test_the_leads_opinion_on_an_appeal_holds_demands_facts_and_basis(
    given: Petition, role: ReferralRole, needed: bool
) -> None:
    one = referral("zrzy", role, S.ACCEPTED)
    assert answering.needed_fields(referral=one, petition=given) == (list(CONTENT) if needed else [])
    for field in CONTENT:
        for gap in (None, " "):
            less = command(**{field: gap})
            if needed:
                with pytest.raises(InvalidInput, match="第三十二条") as refused:
                    answering.check_content(command=less, referral=one, petition=given, today=TODAY)
                assert refused.value.field == field
            else:
                answering.check_content(command=less, referral=one, petition=given, today=TODAY)
    answering.check_content(command=command(), referral=one, petition=given, today=TODAY)


def test_a_legal_review_was_done_by_somebody_who_is_not_accused_and_not_tomorrow() -> None:
    given = petition(accused_people=["张三"])
    sound = LegalReview(by="李四", on=TODAY, opinion="合法")

    def check(**changes: Any) -> None:
        reviewed = command(legal_review=msgspec.structs.replace(sound, **changes))
        answering.check_content(command=reviewed, referral=ACCEPTED, petition=given, today=TODAY)

    check()
    for wrong in ({"by": " "}, {"opinion": ""}, {"on": date(2026, 11, 23)}):
        with pytest.raises(InvalidInput) as refused:
            check(**wrong)
        assert refused.value.field == "legalReview"
    with pytest.raises(AccusedUnit):
        check(by="法律顾问张三")


def made(lead: Referral, *others: Referral, **changes: Any) -> Answer:
    return answering.new_answer(command=command(**changes), referral=lead, case=[lead, *others], today=TODAY)


def test_a_joint_answer_takes_up_what_stands_of_supports_and_of_its_own_units() -> None:
    others = [
        referral("slj", SUPPORT, S.ANSWERED, to_name="水利局", answer=answer("渠道已修")),
        referral("old", SUPPORT, S.RETURNED, answer=answer("退回前的意见")),
        referral("zrzy", UNIT, S.ANSWERED, parent_id="zrzy", to_unit_name="耕地股", answer=answer("已测量")),
        referral("station", UNIT, S.ACCEPTED, parent_id="zrzy"),
        referral("slj", UNIT, S.ANSWERED, parent_id="slj", answer=answer("水利局内部意见")),
    ]
    given = made(ACCEPTED, *others, parts_missing="多余的理由")
    assert [(part.tenant, part.name, part.opinion) for part in given.parts] == [
        ("slj", "水利局", "渠道已修"),
        ("zrzy", "耕地股", "已测量"),
    ]
    assert given.parts_missing is None


def test_a_supporting_body_contributes_with_what_its_own_units_gave_it() -> None:
    support = referral("slj", SUPPORT, S.ACCEPTED)
    others = [
        referral("slj", UNIT, S.ANSWERED, id="u", parent_id="slj", answer=answer("已勘察")),
        referral("gongan", SUPPORT, S.ANSWERED, answer=answer("另一协办")),
        ACCEPTED,
    ]
    assert [part.opinion for part in made(support, *others).parts] == ["已勘察"]


@pytest.mark.parametrize("state", [S.SENT, S.RECEIVED, S.OBJECTED, S.DISPUTED, S.ACCEPTED, S.IN_PROGRESS, S.REWORK])
def test_a_support_that_has_not_contributed_is_named_and_waited_for_unless_there_is_a_reason(state: S) -> None:
    late = referral("slj", SUPPORT, state, to_name="水利局")
    for reason in (None, "  "):
        with pytest.raises(answering.PartsMissing, match="水利局") as refused:
            made(ACCEPTED, late, parts_missing=reason)
        assert refused.value.field == "partsMissing"
    given = made(ACCEPTED, late, parts_missing=" 期限将至 ")
    assert (given.parts, given.parts_missing) == ([], "期限将至")


def test_what_was_sent_back_is_kept_and_the_new_opinion_takes_its_number() -> None:
    first = answer("初稿", number="自然资源局信处〔2026〕1号")
    answered = referral("zrzy", LEAD, S.ANSWERED, answer=first)
    reworks = answering.with_rework(referral=answered, reason=" 未说明依据 ", today=TODAY)
    assert [(each.reason, each.on, each.answer) for each in reworks] == [("未说明依据", TODAY, first)]
    again = msgspec.structs.replace(answered, reworks=reworks, answer=None)
    assert answering.earlier_number(again) == first.number
    assert answering.earlier_number(ACCEPTED) is None
    full = msgspec.structs.replace(answered, reworks=reworks * answering.MAX_REWORKS)
    with pytest.raises(answering.RecordFull, match="督办"):
        answering.with_rework(referral=full, reason="再改", today=TODAY)


def test_notes_are_bounded() -> None:
    one = ACCEPTED
    for number in range(answering.MAX_NOTES):
        notes = answering.with_note(referral=one, text=f" 第{number}次 ", by="经办人", today=TODAY)
        one = msgspec.structs.replace(one, notes=notes)
    assert (one.notes[0].text, one.notes[-1].by) == ("第0次", "经办人")
    with pytest.raises(answering.RecordFull, match="已满"):
        answering.with_note(referral=one, text="再记", by="经办人", today=TODAY)


def test_own_handling_answers_as_a_lead_does() -> None:
    own = referral("zrzy", LEAD, S.ACCEPTED, kind=ReferralKind.OWN)
    assert answering.needed_fields(referral=own, petition=petition()) == list(CONTENT)
