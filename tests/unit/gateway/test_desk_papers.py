"""The papers of register and desk: what each says, and what the petitioner's copy never says."""

import dataclasses
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import docx
import msgspec
import pytest
from docx.document import Document as DocumentObject

from gateway.documents import desk_blank
from gateway.documents.copies import EVERY_COPY, PaperCopy, written_at
from gateway.documents.desk_papers import notice_document, talk_document, urgent_document
from gateway.documents.papers import HIDDEN
from gateway.documents.register_papers import RegisterCase, handling_document, registration_document
from gateway.documents.rendering import TEMPLATES
from services.common.ids import new_id
from services.contracts.actor import ActorRef, Role
from services.contracts.channels import Call, Enclosure, Letter, LetterForm, Mark, PriorProcedure, Purpose, Visit
from services.contracts.desk import (
    AnswerKind,
    Notice,
    NoticeDelivery,
    NoticeKind,
    QuestionAnswer,
    Signature,
    SignerRole,
    Talk,
)
from services.contracts.flows import Approval, ApprovalEntry, ApprovalState, EntryKind, FlowStep, StepKind
from services.contracts.intake import Channel, Petition, Urgency
from services.contracts.people import MaskedPetitioner
from services.contracts.routing import DeliveryMode, ReferralKind, ReferralRole
from services.contracts.urgent_reports import Addressee, LaterReport, ReportKind, Told, UrgentReport
from tests.unit.gateway import made
from tests.unit.gateway.made import NOW, TODAY
from tests.unit.gateway.test_papers import DIRECTORY

CLERK = ActorRef(tenant="zrzy", user="u", name="记录人丁")
PERSON = MaskedPetitioner(
    id="m", name="赵**", identity_number="6110************34", phone="138****1234", address="洛南县城关****",
    representative=True,
)  # fmt: skip
INTERNAL = ("内部", "czj", "王某", "reader-login", "扬言", "紧急", "法院已受理", "归口", "问题性质")
"""What stands in the case for the house alone, as ``case`` and ``talk`` make it."""


def talk(**changes: Any) -> Talk:
    first = Talk(
        id=new_id(), petition_id="p", number="城关信谈〔2026〕3号", tenant="zrzy", on=TODAY, at=NOW, place="接访大厅",
        receivers=["甲某", "乙某"], leader="丙局长", purpose="反映情况",
        questions=[QuestionAnswer(question="何时征收？", answer="去年 & <今年>。")],
        demands="要求发放补偿款", facts="三亩地\n已被征收", evidence=["征收协议复印件"], answer="按程序办理",
        answer_kind=AnswerKind.EXPLAINED, unit_in_charge="slj", issue="内部定性", opinion="内部处理意见",
        suggestion="内部建议",
        signatures=[Signature(who=SignerRole.PETITIONER, signed=False, remark="内部说明")], copies=3, by=CLERK,
    )  # fmt: skip
    return msgspec.structs.replace(first, **changes)


def petition(**changes: Any) -> Petition:
    given: dict[str, Any] = {
        "channel": Channel.VISIT,
        "title": "反映补偿款未到位",
        "body": "第一段 {{ number }}\n第二段 & <无据>",
        "demands": "发放补偿款",
        "purpose": Purpose.DEMAND,
        "visitors": 3,
        "accused": ["czj"],
        "accused_people": ["王某"],
        "readers": ["reader-login"],
        "marks": [Mark.THREAT],
        "prior": [PriorProcedure.COURT],
        "urgency": Urgency.URGENT,
        "category": "内部分类",
        "visit": Visit(at=NOW, place="大厅一号窗", receivers=["甲某", "乙某"], leader="丙局长"),
    }
    return made.petition(**given | changes)


def case(item: Petition | None = None, **changes: Any) -> RegisterCase:
    of = item or petition()
    whole = RegisterCase(
        petition=of, petitioners=[PERSON], query_code="QUERYCODE7", status="办理中", talks=[talk()],
        referrals=[made.referral(of, "slj", kind=ReferralKind.ASSIGN, to_name="洛南县水利局", due_on=TODAY)],
        approvals=[], directory=DIRECTORY,
    )  # fmt: skip
    return dataclasses.replace(whole, **changes)


def words(document: bytes) -> str:
    read = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def registration(copy: PaperCopy, of: RegisterCase | None = None) -> str:
    return words(registration_document(of or case(), copy))


def record(copy: PaperCopy, of: Talk | None = None, names: list[str] | None = None) -> str:
    return words(
        talk_document(talk=of or talk(), petition=petition(), petitioners=names, directory=DIRECTORY, copy=copy)
    )


@pytest.mark.parametrize("copy", list(PaperCopy))
def test_every_copy_of_the_registration_form_says_what_the_petitioner_brought(copy: PaperCopy) -> None:
    text = registration(copy)
    for wanted in (
        *(
            "来访登记表",
            copy.line(EVERY_COPY),
            "赵**",
            "138****1234",
            "反映补偿款未到位",
            "要求解决问题",
            "3 人",
            "大厅一号窗",
        ),
        *("第一段 {{ number }}", "第二段 & <无据>", "发放补偿款", "甲某、乙某", "丙局长", "按程序办理", "办理中"),
        "2026年11月22日",
    ):
        assert wanted in text


def test_the_petitioners_copy_is_free_of_everything_internal() -> None:
    assert [word for word in INTERNAL if word in registration(PaperCopy.PETITIONER)] == []
    archived = registration(PaperCopy.ARCHIVE)
    assert [word for word in INTERNAL if word not in archived] == []


def test_the_query_code_is_on_the_petitioners_copy_alone_and_readers_go_to_no_superior() -> None:
    assert "QUERYCODE7" in registration(PaperCopy.PETITIONER)
    for copy in (PaperCopy.ARCHIVE, PaperCopy.SUPERIOR):
        assert "QUERYCODE7" not in registration(copy)
    assert "reader-login" not in registration(PaperCopy.SUPERIOR)
    assert "查询码" not in registration(PaperCopy.PETITIONER, case(query_code=None))


def test_who_may_not_know_the_petitioner_finds_neither_him_nor_his_envelope() -> None:
    letter = Letter(
        form=LetterForm.REGISTERED,
        postmarked_on=TODAY,
        tracking_number="XA1",
        enclosures=[Enclosure(name="地契")],
        stamp_intact=False,
        damage="邮票缺失",
    )
    item = petition(channel=Channel.LETTER, confidential=True, letter=letter, visitors=None)
    for copy in PaperCopy:
        hidden = registration(copy, case(item, petitioners=None))
        assert HIDDEN in hidden
        for told in ("赵**", "XA1", "地契", "邮票缺失", "大厅一号窗"):
            assert told not in hidden
    known = registration(PaperCopy.ARCHIVE, case(item))
    for told in ("来信登记表", "挂号信", "XA1", "地契 1 份", "邮票缺失"):
        assert told in known


def test_a_call_has_its_form_and_an_item_without_a_talk_leaves_the_answer_to_be_written() -> None:
    call = Call(at=NOW, line="0914-7320000", minutes=12, recording="R-7")
    item = petition(channel=Channel.CALL, call=call, visit=None)
    text = registration(PaperCopy.PETITIONER, case(item, talks=[]))
    for wanted in ("来电登记表", "0914-7320000", "12 分钟", "当场答复"):
        assert wanted in text
    assert "R-7" not in text
    assert "R-7" in registration(PaperCopy.ARCHIVE, case(item, talks=[]))


def test_the_last_talk_that_stands_is_the_one_that_the_form_tells_of() -> None:
    talks = [talk(answer="先前的答复"), talk(answer="后来的答复"), talk(answer="误记的答复", taken_back="误记")]
    text = registration(PaperCopy.ARCHIVE, case(talks=talks))
    assert "后来的答复" in text
    assert "先前的答复" not in text
    assert "误记的答复" not in text


def test_the_handling_form_goes_round_in_the_house_only() -> None:
    instruct = FlowStep(id="i", name="批示", kind=StepKind.INSTRUCT, roles=[Role.LEADER])
    entry = ApprovalEntry(
        step="i", kind=EntryKind.PASSED, text="请水利局速办", leader="丙局长", at=NOW, on=TODAY, by=CLERK
    )
    run = Approval(
        id="a", petition_id="p", petition_number="n", registered_by="zrzy", flow="f", flow_name="批示", gate=None,
        tenant="zrzy", handling=None, referral_id=None, subject="s", steps=[instruct], entries=[entry],
        state=ApprovalState.DONE, step=1, started_on=TODAY,
    )  # fmt: skip
    whole = case(approvals=[run])
    unit = made.referral(whole.petition, "slj", role=ReferralRole.UNIT, to_name="水资源股")
    text = words(handling_document(dataclasses.replace(whole, referrals=[*whole.referrals, unit]), PaperCopy.ARCHIVE))
    # The petitioner has none of it, so there are two.
    assert "第一联（共二联）：存档联" in text
    for wanted in ("信访事项处理表", "内部处理意见", "请水利局速办（丙局长，2026年11月22日）", "洛南县水利局", "交办"):
        assert wanted in text
    assert "水资源股" not in text
    with pytest.raises(ValueError, match="no copy for the petitioner"):
        handling_document(whole, PaperCopy.PETITIONER)


@pytest.mark.parametrize("copy", list(PaperCopy))
def test_the_record_of_a_talk_says_what_was_said_to_whom(copy: PaperCopy) -> None:
    text = record(copy, names=["赵**"])
    for wanted in (
        *(
            "接谈笔录",
            "城关信谈〔2026〕3号",
            copy.line(EVERY_COPY),
            "赵**",
            "接访大厅",
            "甲某、乙某",
            "丙局长",
            "记录人丁",
        ),
        *("问：何时征收？", "答：去年 & <今年>。", "要求发放补偿款", "征收协议复印件", "当场答复（解释）", "未签字"),
        "2026年11月22日 12:00",
    ):
        assert wanted in text


def test_the_petitioners_copy_of_a_talk_has_nothing_that_is_the_houses_own() -> None:
    text = record(PaperCopy.PETITIONER, names=["赵**"])
    for word in ("内部", "处理意见", "建议", "归口单位", "问题性质", "水利局"):
        assert word not in text
    for copy in (PaperCopy.ARCHIVE, PaperCopy.SUPERIOR):
        kept = record(copy, names=["赵**"])
        for word in ("内部定性", "内部处理意见", "内部建议", "内部说明", "洛南县水利局"):
            assert word in kept


def test_a_record_in_two_copies_says_so() -> None:
    assert "第二联（共二联）：存档联" in record(PaperCopy.ARCHIVE, talk(copies=2))
    assert "第三联（共三联）：报送联" in record(PaperCopy.SUPERIOR)


def test_a_record_taken_back_says_so_without_its_reason() -> None:
    text = record(PaperCopy.PETITIONER, talk(taken_back="内部理由"))
    assert "（已撤销）" in text
    assert "内部理由" not in text
    assert HIDDEN in text


def notice(kind: NoticeKind, **changes: Any) -> str:
    given = Notice(
        id=new_id(), petition_id="p", kind=kind, number="自然资源局信告〔2026〕1号", tenant="zrzy", issued_on=TODAY,
        by=CLERK, text="第一步 & <核实>\n第二步答复", body=changes.pop("body", "slj"),
        delivery=NoticeDelivery(mode=DeliveryMode.IN_PERSON, on=TODAY, signed=False, remark="内部送达情况"),
    )  # fmt: skip
    return words(
        notice_document(
            notice=given, petition=petition(), petitioners=["赵**"], query_code="QUERYCODE7", directory=DIRECTORY
        )
    )


def test_the_notice_of_receipt_tells_way_procedure_and_how_to_ask() -> None:
    text = notice(NoticeKind.RECEIVED)
    for wanted in (
        *("信访事项接收告知书", "自然资源局信告〔2026〕1号", "赵**：", "《信访工作条例》第二十三条"),
        *("第一步 & <核实>", "第二步答复", "该事项由洛南县水利局办理", "QUERYCODE7", "洛南县自然资源局（盖章）"),
    ):
        assert wanted in text
    assert "内部" not in text


def test_guidance_names_the_body_or_leaves_it_to_the_text() -> None:
    text = notice(NoticeKind.GUIDANCE)
    assert "请您向洛南县水利局提出。" in text
    assert "QUERYCODE7" not in text
    assert "现将应当通过的途径告知如下：" in notice(NoticeKind.GUIDANCE, body=None)


def test_an_urgent_report_tells_its_times_in_their_order() -> None:
    told = Told(
        whom=Addressee.PARTY_AND_GOVERNMENT, tenant="xfj", login=None, name="县委、县政府", way="电话", at=NOW,
        acknowledged_at=NOW + timedelta(minutes=9), acknowledged_by=CLERK,
    )  # fmt: skip
    report = UrgentReport(
        id=new_id(), petition_id="p", kind=ReportKind.URGENT, petition_number="XF1", registered_by="zrzy",
        tenant="zrzy", by=CLERK, occurred_at=NOW - timedelta(minutes=30), learned_at=NOW - timedelta(minutes=5),
        reported_at=NOW, content="五十人聚集 & <喊话>", measures="已派人到场", told=[told],
        later=[LaterReport(at=NOW + timedelta(hours=1), by=CLERK, text="已劝返", final=True)],
    )  # fmt: skip
    text = words(urgent_document(report=report, directory=DIRECTORY))
    for wanted in (
        *("重大紧急信访信息报告", "五十人聚集 & <喊话>", "已派人到场", "县委、县政府", "电话"),
        *("2026年11月22日 12:09", "终报（2026年11月22日 13:00，记录人丁）", "已劝返"),
    ):
        assert wanted in text
    times = [text.index(f"2026年11月22日 {at}　") for at in ("11:30", "11:55", "12:00")]
    assert times == sorted(times)


def test_instants_are_written_in_legal_time() -> None:
    assert written_at(NOW.replace(hour=16, minute=5)) == "2026年11月23日 0:05"


@pytest.mark.parametrize(("name", "blank"), sorted(desk_blank.TEMPLATES.items()))
def test_the_kept_template_has_the_marks_of_a_fresh_one(name: str, blank: Callable[[], DocumentObject]) -> None:
    def marks(document: DocumentObject) -> list[str]:
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return [text for text in [*(p.text for p in document.paragraphs), *cells] if "{" in text]

    assert marks(docx.Document(str(TEMPLATES / name))) == marks(blank())
