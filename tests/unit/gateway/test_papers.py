"""The papers of a hand-over: what each says, and what none of them tells the petitioner."""

import dataclasses
import io
from datetime import date, timedelta
from typing import Any

import docx
import msgspec
import pytest

from gateway.documents import paper_blank
from gateway.documents.papers import HIDDEN, PaperCase, PaperKind, paper_document, papers_of, title_of
from gateway.documents.remedy import review_rule
from gateway.documents.rendering import TEMPLATES
from services.contracts.actor import TenantKind
from services.contracts.deadlines import Clock, Obligation, Unit
from services.contracts.directory import Organisation
from services.contracts.intake import Nature, Route
from services.contracts.routing import (
    Answer,
    AnswerPart,
    Delivery,
    DeliveryMode,
    LegalReview,
    NonAcceptance,
    Outcome,
    ProgressNote,
    Recipient,
    Referral,
    ReferralKind,
    ReferralRole,
    ReferralState,
    RefusalReason,
)
from tests.unit.gateway import made
from tests.unit.gateway.made import TODAY

ANSWER = Answer(
    outcome=Outcome.PARTLY_SUPPORTED,
    opinion="补偿款本月内发放。\n青苗费不予支持 & <无据>。",
    answered_on=date(2026, 11, 20),
    number="洛水信处〔2026〕3号",
    demands="发放补偿款和青苗费",
    facts="地块已于去年征收。",
    basis="《中华人民共和国土地管理法》第四十八条",
    legal_review=LegalReview(by="顾问甲", on=TODAY, opinion="内部审查意见"),
    parts=[
        AnswerPart(tenant="czj", name="县财政局", outcome=Outcome.EXPLAINED, opinion="内部协办意见", answered_on=TODAY)
    ],
    parts_missing="内部说明",
)
REFUSAL = NonAcceptance(
    reason=RefusalReason.OUTSIDE_COMPETENCE, way="请向县人民法院提出", explanation="属于诉讼事项", on=TODAY
)
HOUR = timedelta(hours=1)
DELIVERY = Delivery(
    mode=DeliveryMode.REGISTERED_MAIL,
    on=TODAY,
    signed=False,
    recipient=Recipient.FAMILY,
    receipt="XA123",
    remark="拒收",
)


def organisation(code: str, name: str, superior: str | None, kind: TenantKind = TenantKind.BUREAU) -> Organisation:
    return Organisation(
        code=code, kind=kind, name=name, short_name=name, number_prefix=code, superior=superior,
        responsibilities=[], places=[], phone=None, active=True,
    )  # fmt: skip


DIRECTORY = {
    one.code: one
    for one in (
        organisation("xfj", "洛南县信访局", None, TenantKind.COUNTY),
        organisation("slj", "洛南县水利局", "gov"),
        organisation("gov", "洛南县人民政府", None),
        organisation("zrzy", "洛南县自然资源局", "xfj"),
    )
}


def case(*, clocks: tuple[Clock, ...] = (), petition: dict[str, Any] | None = None, **referral: Any) -> PaperCase:
    """An appeal that the water bureau, called otherwise on that day, was assigned."""
    item = made.petition(title="反映补偿款未到位", body="第一段\n第二段", **(petition or {}))
    hand_over = made.referral(
        item,
        "slj",
        **{
            "kind": ReferralKind.ASSIGN, "to_name": "洛南县水务局", "due_on": date(2026, 12, 20), "note": "内部批注",
            "accepted_on": TODAY, "notes": [ProgressNote(on=TODAY, by="甲", text="内部进展")],
            **referral,
        },
    )  # fmt: skip
    clocks = tuple(msgspec.structs.replace(clock, referral_id=hand_over.id) for clock in clocks)
    return PaperCase(
        petition=item, petitioners=["赵**"], referral=hand_over, referrals=[hand_over], clocks=clocks,
        directory=DIRECTORY,
    )  # fmt: skip


def words(paper: PaperKind, of: PaperCase) -> str:
    read = docx.Document(io.BytesIO(paper_document(paper, of)))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])
    assert "{" not in text
    return text


def test_the_opinion_says_what_the_law_orders_and_nothing_of_what_bodies_wrote_to_each_other() -> None:
    text = words(PaperKind.OPINION, case(answer=ANSWER))
    for wanted in (
        *("洛南县水务局", "信访处理意见书", "洛水信处〔2026〕3号", "赵**：", "反映补偿款未到位"),
        *("投诉请求\n发放补偿款和青苗费", "事实和理由\n地块已于去年征收。", "部分支持"),
        *("补偿款本月内发放。\n青苗费不予支持 & <无据>。", "法律法规依据\n《中华人民共和国土地管理法》第四十八条"),
        "2026年11月20日",
        "如不服本处理意见，可以依照《信访工作条例》第三十五条，自收到本意见书之日起30日内，向洛南县人民政府请求复查。",
    ):
        assert wanted in text
    assert "内部" not in text
    assert "县财政局" not in text


def test_once_delivered_the_opinion_names_the_last_day_of_the_clock() -> None:
    clock = made.clock(
        due_on=date(2026, 12, 22), length=30, obligation=Obligation.FIRST_REVIEW_REQUEST, lapses=True,
        petitioner_side=True, effective_due_on=date(2026, 12, 24),
    )  # fmt: skip
    assert clock.legal is not None
    legal = msgspec.structs.replace(clock.legal, basis="《某条例》第一条", length=3, unit=Unit.MONTHS)
    text = words(PaperKind.OPINION, case(answer=ANSWER, clocks=(msgspec.structs.replace(clock, legal=legal),)))
    assert "依照《某条例》第一条，自收到本意见书之日起3个月内（至2026年12月24日止" in text


def test_an_accused_superior_is_not_named_as_the_one_to_turn_to() -> None:
    text = words(PaperKind.OPINION, case(answer=ANSWER, petition={"accused": ["gov"]}))
    assert "向原办理机关、单位的上一级机关、单位请求复查。" in text
    assert "洛南县人民政府" not in text


def test_of_a_body_below_the_county_office_the_office_takes_the_request() -> None:
    below = case(answer=ANSWER)
    moved = msgspec.structs.replace(below.referral, to_tenant="zrzy")
    text = words(PaperKind.OPINION, dataclasses.replace(below, referral=moved))
    assert "向原办理机关、单位的上一级机关、单位请求复查，申请由洛南县信访局接收。" in text


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "信访处理意见书"),
        ({"route": Route.PETITION}, "信访处理意见书"),
        ({"route": Route.ARBITRATION}, "信访事项答复意见书"),
        ({"nature": Nature.SUGGESTION}, "信访事项答复意见书"),
        # Under the regulations before 2022 a review was for suggestions, too.
        ({"nature": Nature.SUGGESTION, "received_on": date(2020, 6, 1)}, "信访处理意见书"),
    ],
)
def test_only_who_may_ask_for_a_review_is_told_of_one(changes: dict[str, Any], title: str) -> None:
    answered = case(answer=ANSWER, petition=changes)
    text = words(PaperKind.OPINION, answered)
    assert title_of(PaperKind.OPINION, answered) == title
    assert title in text
    assert ("复查" in text) == (title == "信访处理意见书")


def test_a_support_has_no_review_of_its_own() -> None:
    supporting = case(role=ReferralRole.SUPPORT)
    assert review_rule(supporting.petition, supporting.referral) is None


def test_the_letter_hands_the_case_over_with_its_limit_and_who_else_has_it() -> None:
    assigned = case(to_unit_name="水资源股")
    support = made.referral(assigned.petition, "czj", role=ReferralRole.SUPPORT, to_name="县财政局")
    gone = made.referral(assigned.petition, "gone", state=ReferralState.RETURNED, to_name="已退回的单位")
    branch = made.referral(assigned.petition, "b", role=ReferralRole.UNIT, kind=ReferralKind.FORWARD, to_name="某村")
    whole = dataclasses.replace(assigned, referrals=[assigned.referral, support, gone, branch])
    text = words(PaperKind.LETTER, whole)
    for wanted in ("信访事项交办函", "洛南县信访局", "洛南县水务局（水资源股）：", "交办你单位", "主办（牵头）"):
        assert wanted in text
    for wanted in ("县财政局（协办）", "2026年12月20日前", "第一段\n第二段", "内部批注", "赵**于"):
        assert wanted in text
    assert "已退回的单位" not in text
    assert "某村" not in text
    assert "信访事项转送函" in words(PaperKind.LETTER, case(kind=ReferralKind.TRANSFER, due_on=None, note=None))


def test_a_letter_to_a_body_does_not_say_who_asked_to_stay_unknown() -> None:
    text = words(PaperKind.LETTER, case(petition={"confidential": True}))
    assert HIDDEN in text
    assert "赵**" not in text


@pytest.mark.parametrize(
    ("reason", "title", "basis"),
    [
        (RefusalReason.OUTSIDE_COMPETENCE, "信访事项不予受理告知书", "第二十三条"),
        (RefusalReason.FINAL, "信访事项不再受理告知书", "第三十六条第三款"),
    ],
)
def test_a_refusal_says_why_and_where_to_go(reason: RefusalReason, title: str, basis: str) -> None:
    refusal = msgspec.structs.replace(REFUSAL, reason=reason)
    text = words(PaperKind.REFUSAL, case(refusal=refusal, state=ReferralState.REFUSED))
    for wanted in (title, reason.label, basis, title[4:8], "请向县人民法院提出", "属于诉讼事项"):
        assert wanted in text
    assert "内部" not in text


def test_the_receipt_is_blank_before_delivery_and_filled_in_after_it() -> None:
    before = words(PaperKind.RECEIPT, case(answer=ANSWER))
    assert "《信访处理意见书》洛水信处〔2026〕3号" in before
    assert "挂号" not in before
    after = words(PaperKind.RECEIPT, case(answer=ANSWER, delivery=DELIVERY))
    for wanted in ("编号：XA123", "挂号邮寄", "2026年11月22日", "拒收", "同住成年家属"):
        assert wanted in after
    assert "《信访事项不予受理告知书》" in words(PaperKind.RECEIPT, case(refusal=REFUSAL))


def test_each_paper_can_be_had_once_there_is_what_it_says() -> None:
    def of(**changes: Any) -> list[PaperKind]:
        return papers_of(case(**changes).referral)

    assert of() == [PaperKind.LETTER]
    assert of(kind=ReferralKind.OWN) == []
    assert of(answer=ANSWER) == [PaperKind.LETTER, PaperKind.OPINION, PaperKind.RECEIPT]
    assert of(refusal=REFUSAL) == [PaperKind.LETTER, PaperKind.REFUSAL, PaperKind.RECEIPT]
    assert of(answer=ANSWER, role=ReferralRole.SUPPORT) == [PaperKind.LETTER]
    assert of(answer=ANSWER, role=ReferralRole.UNIT, kind=ReferralKind.FORWARD) == []
    with pytest.raises(ValueError, match="REFUSAL"):
        paper_document(PaperKind.REFUSAL, case(answer=ANSWER))


@pytest.mark.parametrize("name", paper_blank.TEMPLATES)
def test_the_shipped_templates_have_every_mark_of_fresh_ones(name: str) -> None:
    def marks(document: Any) -> list[str]:
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return [text for text in [*(paragraph.text for paragraph in document.paragraphs), *cells] if "{" in text]

    assert marks(docx.Document(str(TEMPLATES / name))) == marks(paper_blank.TEMPLATES[name]())


def test_a_letter_names_who_held_the_case_when_it_was_sent_and_nobody_who_came_or_had_gone() -> None:
    base = case()
    sent, before, later = base.referral, base.referral.sent_at - HOUR, base.referral.sent_at + HOUR

    def other(name: str, **changes: Any) -> Referral:
        return made.referral(base.petition, name, to_name=name, role=ReferralRole.SUPPORT, **changes)

    others = [
        other("同时协办"),
        other("先前协办", sent_at=before),
        other("以前退回", sent_at=before, state=ReferralState.RETURNED, ended_on=sent.sent_on),
        other("后来协办", sent_at=later),
    ]
    text = words(PaperKind.LETTER, dataclasses.replace(base, referrals=[*others, sent]))
    assert "同时协办（协办）" in text
    assert "先前协办（协办）" in text
    assert "以前退回" not in text
    assert "后来协办" not in text
