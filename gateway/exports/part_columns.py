"""The columns of what belongs to cases, and of what the desk and the villages list. Pure."""

from collections.abc import Callable
from typing import Any, Protocol

from gateway.exports.columns import Beside, Cell, Column
from services.contracts.base import LEGAL_ZONE
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock, clock_state
from services.contracts.desk import Triage
from services.contracts.extensions import Extension
from services.contracts.flows import Approval
from services.contracts.handovers import DutyLog
from services.contracts.ratings import Rating
from services.contracts.reminders import Reminder
from services.contracts.reviews import CaseOwner, Review
from services.contracts.routing import Referral
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport


class OfPetition(Protocol):
    @property
    def petition_id(self) -> str: ...


def _of(read: Callable[[Any], Cell]) -> Callable[[Any, Beside], Cell]:
    return lambda row, beside: read(row)


def _name(read: Callable[[Any], str | None]) -> Callable[[Any, Beside], Cell]:
    return lambda row, beside: beside.name(read(row))


def _number(row: OfPetition, beside: Beside) -> Cell:
    return beside.number(row.petition_id)


def _title(row: OfPetition, beside: Beside) -> Cell:
    return beside.title(row.petition_id)


CASE: tuple[Column[Any], ...] = (Column("信访件编号", _number, 20), Column("标题", _title, 40))

CLOCK_COLUMNS: tuple[Column[Clock], ...] = (
    *CASE,
    Column("责任单位", _name(lambda it: it.owner), 18),
    Column("事项", _of(lambda it: it.obligation.label), 18),
    Column("状态", lambda it, beside: clock_state(it, beside.now).label, 12),
    Column("以何为准", _of(lambda it: it.binding.label), 12),
    Column("依据", _of(lambda it: it.basis), 30),
    Column("起算日期", _of(lambda it: it.starts_on), 12),
    Column("期限", _of(lambda it: it.due_on), 12),
    Column("顺延后的期限", _of(lambda it: it.effective_due_on), 12),
    Column("暂定", _of(lambda it: it.provisional), 8),
    Column("完成日期", _of(lambda it: it.met_on), 12),
    Column("首接责任人", _of(lambda it: it.first_receiver), 14),
    Column("包案领导", _of(lambda it: it.case_owner), 14),
)

SUPERVISION_COLUMNS: tuple[Column[Supervision], ...] = (
    *CASE,
    Column("督办单位", _name(lambda it: it.opened_by), 18),
    Column("被督办单位", _name(lambda it: it.addressee), 18),
    Column("督办事由", _of(lambda it: it.reason.label), 24),
    Column("状态", _of(lambda it: it.state.label), 12),
    Column("发出日期", _of(lambda it: it.opened_on), 12),
    Column("限期回复", _of(lambda it: it.answer_by), 12),
    Column("回复日期", _of(lambda it: it.answered_on), 12),
    Column("办结日期", _of(lambda it: it.ended_on), 12),
    Column("最近一步", _of(lambda it: it.entries[-1].step.label if it.entries else None), 16),
    Column("首接责任人", _of(lambda it: it.first_receiver), 14),
    Column("包案领导", _of(lambda it: it.case_owner), 14),
)

REMINDER_COLUMNS: tuple[Column[Reminder], ...] = (
    Column("被催办单位", _name(lambda it: it.tenant), 18),
    Column("催办对象", _of(lambda it: it.role.label), 12),
    Column("催办日期", _of(lambda it: it.on), 12),
    Column("催办时间", _of(lambda it: it.at), 18),
    Column("即时催办", _of(lambda it: it.urgent), 10),
    Column("催办内容", _of(lambda it: it.text), 40),
    Column("期限数", _of(lambda it: len(it.items) + it.more), 8),
    Column("信访件编号", _of(lambda it: "、".join(dict.fromkeys(one.petition_number for one in it.items))), 40),
    Column("签收人", _of(lambda it: "、".join(one.by.name for one in it.receipts)), 16),
    Column("签收时间", _of(lambda it: it.receipts[0].at if it.receipts else None), 18),
)

CONFLICT_COLUMNS: tuple[Column[Conflict], ...] = (
    Column("排查单位", _name(lambda it: it.tenant), 18),
    Column("地点", _of(lambda it: it.place_name), 18),
    Column("类别", _of(lambda it: it.category), 14),
    Column("发现日期", _of(lambda it: it.found_on), 12),
    Column("涉及人数", _of(lambda it: it.people), 10),
    Column("名称", _of(lambda it: it.title), 30),
    Column("情况", _of(lambda it: it.description), 60),
    Column("责任人", _of(lambda it: it.handler), 14),
    Column("状态", _of(lambda it: it.state.label), 10),
    Column("上报日期", _of(lambda it: it.raised_on), 12),
    Column("上报前的工作", _of(lambda it: it.tried), 40),
    Column("化解（撤销）日期", _of(lambda it: it.ended_on), 14),
    Column("结果", _of(lambda it: it.outcome), 40),
)

REFERRAL_COLUMNS: tuple[Column[Referral], ...] = (
    *CASE,
    Column("方式", _of(lambda it: it.kind.label), 10),
    Column("承办方式", _of(lambda it: it.role.label), 14),
    Column("发出单位", _name(lambda it: it.from_tenant), 18),
    Column("承办单位", lambda it, beside: it.to_name or beside.name(it.to_tenant), 18),
    Column("承办股室（村）", _of(lambda it: it.to_unit_name), 14),
    Column("状态", _of(lambda it: it.state.label), 12),
    Column("发出日期", _of(lambda it: it.sent_on), 12),
    Column("要求报告日期", _of(lambda it: it.due_on), 12),
    Column("签收日期", _of(lambda it: it.received_on), 12),
    Column("受理日期", _of(lambda it: it.accepted_on), 12),
    Column("预计办结日期", _of(lambda it: it.expected_on), 12),
    Column("答复日期", _of(lambda it: it.answer and it.answer.answered_on), 12),
    Column("答复结论", _of(lambda it: it.answer and it.answer.outcome.label), 12),
    Column("答复意见书文号", _of(lambda it: it.answer and it.answer.number), 24),
    Column("送达日期", _of(lambda it: it.delivery and it.delivery.on), 12),
    Column("送达方式", _of(lambda it: it.delivery and it.delivery.mode.label), 12),
    Column("退回（撤回）日期", _of(lambda it: it.ended_on), 14),
    Column("退回重办次数", _of(lambda it: len(it.reworks)), 10),
)

EXTENSION_COLUMNS: tuple[Column[Extension], ...] = (
    *CASE,
    Column("申请单位", _name(lambda it: it.tenant), 18),
    Column("延长天数", _of(lambda it: it.days), 10),
    Column("理由", _of(lambda it: it.reason), 40),
    Column("状态", _of(lambda it: it.state.label), 10),
    Column("申请日期", _of(lambda it: it.requested_on), 12),
    Column("申请人", _of(lambda it: it.requested_by.name), 14),
    Column("审批日期", _of(lambda it: it.decided_on), 12),
    Column("审批人", _of(lambda it: it.decided_by and it.decided_by.name), 14),
    Column("审批意见", _of(lambda it: it.decision), 40),
    Column("告知信访人日期", _of(lambda it: it.informed_on), 14),
)

APPROVAL_COLUMNS: tuple[Column[Approval], ...] = (
    *CASE,
    Column("流程", _of(lambda it: it.flow_name), 18),
    Column("发起单位", _name(lambda it: it.tenant), 18),
    Column("事由", _of(lambda it: it.subject), 40),
    Column("状态", _of(lambda it: it.state.label), 10),
    Column("下一环节", _of(lambda it: it.next_step and it.next_step.name), 18),
    Column("发起日期", _of(lambda it: it.started_on), 12),
    Column("结束日期", _of(lambda it: it.ended_on), 12),
)

CASE_OWNER_COLUMNS: tuple[Column[CaseOwner], ...] = (
    *CASE,
    Column("包案领导", _of(lambda it: it.leader), 14),
    Column("职务", _of(lambda it: it.post), 18),
    Column("所在单位", _name(lambda it: it.tenant), 18),
    Column("层级", _of(lambda it: it.level and it.level.label), 12),
    Column("包案情形", _of(lambda it: it.ground and it.ground.label), 18),
    Column("起始日期", _of(lambda it: it.since), 12),
    Column("理由", _of(lambda it: it.reason), 40),
    Column("信访件状态", lambda it, beside: _status(it, beside), 18),
    Column("最近期限", lambda it, beside: _next_due_on(it, beside), 12),
)

REVIEW_COLUMNS: tuple[Column[Review], ...] = (
    *CASE,
    Column("阶段", _of(lambda it: it.stage.label), 8),
    Column("审查机关", _name(lambda it: it.body), 18),
    Column("原办理单位", _name(lambda it: it.handling_body), 18),
    Column("状态", _of(lambda it: it.state.label), 14),
    Column("申请日期", _of(lambda it: it.requested_on), 12),
    Column("收到日期", _of(lambda it: it.received_on), 12),
    Column("申请理由", _of(lambda it: it.reason), 40),
    Column("意见日期", _of(lambda it: it.decision and it.decision.decided_on), 12),
    Column("意见结论", _of(lambda it: it.decision and it.decision.outcome.label), 12),
    Column("送达日期", _of(lambda it: it.delivery and it.delivery.on), 12),
)

RATING_COLUMNS: tuple[Column[Rating], ...] = (
    *CASE,
    Column("评价对象", _of(lambda it: it.side.label), 14),
    Column("评价", _of(lambda it: it.value.label), 10),
    Column("理由", _of(lambda it: it.reason), 40),
    Column("评价日期", _of(lambda it: it.rated_on), 12),
    Column("方式", _of(lambda it: it.way.label), 14),
    Column("记录单位", _name(lambda it: it.recorded_by), 18),
    Column("申诉", _of(lambda it: it.appeal and it.appeal.state.label), 24),
    Column("计入统计", _of(lambda it: it.counts), 10),
)

TRIAGE_COLUMNS: tuple[Column[Triage], ...] = (
    Column("编号", _of(lambda it: it.number), 20),
    Column("接待单位", _name(lambda it: it.tenant), 18),
    Column("时间", _of(lambda it: it.at), 18),
    Column("形式", _of(lambda it: it.channel.label), 10),
    Column("人数", _of(lambda it: it.people), 8),
    Column("事由", _of(lambda it: it.subject), 40),
    Column("去向", _of(lambda it: it.outcome.label), 24),
    Column("引导到", _of(lambda it: it.directed_to), 18),
    Column("答复类型", _of(lambda it: it.answer_kind and it.answer_kind.label), 12),
    Column("答复", _of(lambda it: it.answer), 40),
    Column("首问责任人", _of(lambda it: it.by.name), 14),
    Column("撤销理由", _of(lambda it: it.taken_back), 20),
)

URGENT_REPORT_COLUMNS: tuple[Column[UrgentReport], ...] = (
    Column("信访件编号", _of(lambda it: it.petition_number), 20),
    Column("类别", _of(lambda it: it.kind.label), 20),
    Column("报告单位", _name(lambda it: it.tenant), 18),
    Column("报告人", _of(lambda it: it.by.name), 14),
    Column("发生时间", _of(lambda it: it.occurred_at), 18),
    Column("获知时间", _of(lambda it: it.learned_at), 18),
    Column("报告时间", _of(lambda it: it.reported_at), 18),
    Column("情况", _of(lambda it: it.content), 60),
    Column("已采取的措施", _of(lambda it: it.measures), 40),
    Column("报告对象", _of(lambda it: "、".join(one.name for one in it.told)), 40),
    Column("终报时间", _of(lambda it: it.ended_at), 18),
)


def _entries(row: DutyLog) -> str:
    """One line each; what a later entry corrects stays, and says so."""
    corrected = {entry.corrects for entry in row.entries}
    lines = []
    for place, entry in enumerate(row.entries):
        marks = [
            *(["已更正"] if place in corrected else []),
            *(["已办结"] if entry.done else []),
            *(["上一班移交"] if entry.carried_from else []),
        ]
        shown = f"（{'，'.join(marks)}）" if marks else ""
        at = f"{entry.at.astimezone(LEGAL_ZONE):%m-%d %H:%M}"
        lines.append(f"{place + 1}. {at} {entry.by.name} {entry.kind.label}{shown}：{entry.text}")
    return "\n".join(lines)


DUTY_LOG_COLUMNS: tuple[Column[DutyLog], ...] = (
    Column("单位", _name(lambda it: it.tenant), 18),
    Column("日期", _of(lambda it: it.day), 12),
    Column("班次", _of(lambda it: it.shift_name), 24),
    Column("状态", _of(lambda it: it.state.label), 14),
    Column("记录", _of(_entries), 80),
    Column("未了事项数", _of(lambda it: len(it.open_matters)), 10),
    Column("交班人", _of(lambda it: it.handed_over_by and it.handed_over_by.name), 14),
    Column("交班时间", _of(lambda it: it.handed_over_at), 18),
    Column("接班人", _of(lambda it: it.acknowledged_by and it.acknowledged_by.name), 14),
    Column("接班时间", _of(lambda it: it.acknowledged_at), 18),
)


def _status(row: OfPetition, beside: Beside) -> Cell:
    found = beside.petitions.get(row.petition_id)
    return found.status.label if found else None


def _next_due_on(row: OfPetition, beside: Beside) -> Cell:
    found = beside.petitions.get(row.petition_id)
    return found.next_due_on if found else None
