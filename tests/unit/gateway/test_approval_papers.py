"""The papers of approval flows: what stands in them, in how many copies, and that nobody's words are markup."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document

from gateway.documents.approval_blank import TEMPLATES as BLANKS
from gateway.documents.approvals import PAPERS, form_document, paper_document
from gateway.documents.rendering import TEMPLATES
from services.contracts.actor import ActorRef, Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.flows import Approval, ApprovalEntry, ApprovalState, EntryKind, FlowStep, StepKind, StepPlace

DAY = date(2026, 11, 22)
DIRECTORY = {
    code: Organisation(
        code=code, kind=kind, name=name, short_name=name, number_prefix=code, superior=None, responsibilities=[],
        places=[], phone=None, active=True,
    )
    for code, kind, name in (("xfj", TenantKind.COUNTY, "演示县信访局"), ("t", TenantKind.TOWNSHIP, "东河镇"))
}  # fmt: skip
STEPS = [
    FlowStep(id="notice", name="下达通知单", kind=StepKind.HANDLE, roles=[Role.CLERK], paper="《越级信访通知单》"),
    FlowStep(
        id="duties", name="签订责任书", kind=StepKind.HANDLE, place=StepPlace.HANDLING, roles=[Role.CLERK],
        paper="《双向责任书》", optional=True,
    ),
    FlowStep(
        id="answer", name="出具答复", kind=StepKind.HANDLE, place=StepPlace.HANDLING, roles=[Role.CLERK],
        paper="《信访答复意见书》",
    ),
]  # fmt: skip


def entry(step: str, kind: EntryKind, text: str, **changes: str) -> ApprovalEntry:
    by = ActorRef(tenant="xfj", user="u", name="窗口甲")
    fields = {"leader": None, "to_step": None, **changes}
    return ApprovalEntry(
        step=step, kind=kind, text=text, at=datetime(2026, 11, 22, tzinfo=UTC), on=DAY, by=by, **fields
    )


RUN = Approval(
    id="a", petition_id="p", petition_number="611021B20261122001", registered_by="xfj", flow="skip-level",
    flow_name="越级走访三联单", gate=None, tenant="xfj", handling="t", referral_id=None, subject="越级初访",
    steps=STEPS,
    entries=[
        entry("notice", EntryKind.PASSED, "请于三十日内 <b>办结</b> {{ 并答复 }}", leader="王局长"),
        entry("duties", EntryKind.RETURNED, "责任单位有误", to_step="notice"),
        entry("notice", EntryKind.PASSED, "请在三十日内 <b>办结</b> {{ 并答复 }}", leader="王局长"),
    ],
    state=ApprovalState.RUNNING, step=1, started_on=DAY,
)  # fmt: skip


def text_of(made: bytes) -> str:
    document = Document(io.BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def paper(step: int, *petitioners: str) -> str:
    return text_of(
        paper_document(
            approval=RUN, step=STEPS[step], title="反映征地补偿", petitioners=list(petitioners), received_on=DAY,
            directory=DIRECTORY,
        )
    )  # fmt: skip


def test_the_form_tells_what_stands_of_each_step_and_what_was_returned() -> None:
    text = text_of(form_document(approval=RUN, title="反映征地补偿", directory=DIRECTORY))
    for said in ("611021B20261122001", "反映征地补偿", "越级初访", "演示县信访局，2026年11月22日", "东河镇", "办理中"):
        assert said in text
    assert "请在三十日内 <b>办结</b> {{ 并答复 }}" in text
    assert "请于三十日内" not in text
    assert "王局长（窗口甲代录）" in text
    assert "退回（签订责任书），窗口甲：责任单位有误" in text


def test_each_paper_is_printed_three_times_and_says_who_keeps_which() -> None:
    text = paper(0, "赵**")
    for number, keeper in enumerate(("信访人", "责任单位", "信访局"), start=1):
        assert f"第 {number} 联（共 3 联）：{keeper}存" in text
    assert text.count("办理要求和期限：请在三十日内 <b>办结</b> {{ 并答复 }}") == 3
    assert text.count("赵**于2026年11月22日到演示县信访局反映：反映征地补偿") == 3


def test_what_is_not_yet_said_is_left_blank_to_be_written_by_hand() -> None:
    text = paper(1)
    assert "三、双方约定：　　" in text
    assert "　　年　　月　　日" in text
    assert "信访人：　　" in text


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (0, "不因越级走访、也不因是否持有本通知单而受影响"),
        (1, "签订与否，不影响该事项的受理、办理、答复"),
        (2, "可以依照《信访工作条例》第三十五条的规定，请求责任单位的上一级机关复查"),
    ],
)
def test_no_paper_is_a_condition_for_a_review_and_each_says_so(step: int, said: str) -> None:
    assert paper(step, "赵**").count(said) == 3


def test_the_templates_that_are_shipped_are_those_that_can_be_made_anew(tmp_path: Path) -> None:
    assert BLANKS.keys() == {"approval.docx", *PAPERS.values()}
    for name, made in BLANKS.items():
        made().save(str(tmp_path / name))
        assert text_of((tmp_path / name).read_bytes()) == text_of((TEMPLATES / name).read_bytes())
