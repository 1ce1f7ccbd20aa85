"""Recurring duties of the offices: recording that one was done, and taking the record back. Pure."""

from datetime import date

import msgspec

from services.common.errors import InvalidInput, NotFound, Refusal, require
from services.contracts.actor import Actor
from services.contracts.office import OfficeDuty, OfficeDutyDone, RecordOfficeDuty
from services.contracts.rules import Regime


class OfficeDutyAlreadyDone(Refusal):
    code = "OFFICE_DUTY_ALREADY_DONE"
    default = "这一期的工作已记录完成；如记录有误，请先撤销再重新记录"


def duty_of(regime: Regime | None, duty_id: str) -> OfficeDuty:
    """Raises ``NotFound`` for a duty that the county has not set."""
    found = [each for each in regime.office_duties if each.id == duty_id] if regime else []
    if not found:
        raise NotFound("本县没有设定这项定期工作，请核对编号（officeDuties 列出全部）", field="duty")
    return found[0]


def recorded(
    *, duty: OfficeDuty, known: OfficeDutyDone | None, command: RecordOfficeDuty, actor: Actor, today: date
) -> OfficeDutyDone:
    """``known``: what stands of the same duty, tenant and period. Raises a refusal that says what is wrong."""
    if actor.kind not in duty.kinds:
        raise InvalidInput(f"“{duty.name}”不由本单位承担", field="duty")
    if command.period.kind is not duty.every:
        raise InvalidInput(f"“{duty.name}”每{duty.every.label}一次，请按此填写期别", field="period")
    require(command.note, "note", "请简要填写完成情况（如会议时间、议题）")
    if not command.period.first <= command.on <= today:
        raise InvalidInput(
            f"完成日期 {command.on} 应在本期开始（{command.period.first}）至今天之间，请核对", field="on"
        )
    if known is not None and known.taken_back is None:
        raise OfficeDutyAlreadyDone()
    return OfficeDutyDone(
        duty=duty.id,
        tenant=actor.tenant,
        period=command.period,
        on=command.on,
        note=command.note.strip(),
        by=actor.reference,
    )


def taken_back(*, known: OfficeDutyDone | None, reason: str) -> OfficeDutyDone:
    """Raises ``NotFound`` where nothing stands that could be taken back."""
    require(reason, "reason", "请填写撤销理由")
    if known is None or known.taken_back is not None:
        raise NotFound()
    return msgspec.structs.replace(known, taken_back=reason.strip())
