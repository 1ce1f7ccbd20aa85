"""The papers of a leader's reception as DOCX, from ``templates``, which an office may edit (四单一记录, RO-32): the
registration sheet (领导干部接待群众来访登记单), the supervision sheet (督办单) and the closing sheet (办结单). The
letter that hands over (交办) and the record of the talk (接谈记录) stand with the papers of hand-over and desk.

All of them are the house's own; the visitor is given none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.documents.copies import Rows, filled, written_at
from gateway.documents.papers import HIDDEN, NOBODY
from gateway.documents.rendering import paragraphs, rendered, written
from services.contracts.base import Labelled
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.ratings import Rating
from services.contracts.receptions import Appointment
from services.contracts.roster_people import Member
from services.contracts.routing import Closure, Delivery, Referral, ReferralRole
from services.contracts.shifts import Shift
from services.contracts.supervision import Supervision, SupervisionStep

Directory = Mapping[str, Organisation]


class ReceptionPaperKind(Labelled):
    """The four sheets and one record of each matter that a leader received."""

    REGISTRATION = "REGISTRATION", "领导干部接待群众来访登记单"
    ASSIGNMENT = "ASSIGNMENT", "交办单"
    SUPERVISION = "SUPERVISION", "督办单"
    CLOSING = "CLOSING", "办结单"
    TALK = "TALK", "接谈记录"


@dataclass(frozen=True, kw_only=True)
class Reception:
    """One visitor of a reception, as the one who downloads sees it."""

    appointment: Appointment
    shift: Shift | None
    members: Mapping[str, Member]
    """By id: those who stepped aside or in."""
    petition_number: str | None
    """Of the petition that it led to."""
    directory: Directory


@dataclass(frozen=True, kw_only=True)
class ClosedCase:
    """A closed case, as the one who downloads sees it."""

    petition: Petition
    petitioners: Sequence[str] | None
    """Masked names; None where he may not know who it is."""
    closure: Closure
    referrals: Sequence[Referral]
    supervisions: Sequence[Supervision]
    ratings: Sequence[Rating]
    receptions: Sequence[Appointment]
    """Those from which it came, as far as he sees them."""
    directory: Directory


def registration_document(reception: Reception) -> bytes:
    appointment, shift = reception.appointment, reception.shift
    outcome = appointment.outcome
    values: dict[str, Any] = {
        "title": ReceptionPaperKind.REGISTRATION.label,
        "issuer": _name(appointment.tenant, reception.directory),
        "number": str(appointment.number) if appointment.number is not None else "",
        "facts": filled([*_of_reception(shift, appointment), *_of_visitor(reception), *_times(appointment)]),
        "content": paragraphs(appointment.matter),
        "outcome": outcome.kind.label if outcome else "",
        "answer": paragraphs(outcome.text) if outcome else [],
        "result": filled(
            [
                ("承诺办理期限", written(outcome.promised_on) if outcome and outcome.promised_on else ""),
                ("信访件编号", reception.petition_number or ""),
                ("登记人", outcome.by.name if outcome else ""),
            ]
        ),
        "recused": [_recusal(each.member, each.reason, each.by_member, reception) for each in appointment.recused],
        "on": written(appointment.day),
    }
    return rendered("reception_registration.docx", values)


def _of_reception(shift: Shift | None, appointment: Appointment) -> Rows:
    rows: Rows = [("接访日期", written(appointment.day))]
    if shift is None:
        return rows
    rows += [
        ("接访名称", shift.name),
        ("接访方式", shift.mode.label if shift.mode else ""),
        ("地点", shift.place),
    ]
    roles = dict.fromkeys(seat.role for seat in shift.seats)
    for role in roles:
        there = [f"{seat.name}（{seat.post}）" if seat.post else seat.name for seat in shift.seats if seat.role is role]
        rows.append((role.label, "、".join(each for each in there if each)))
    return rows


def _of_visitor(reception: Reception) -> Rows:
    appointment = reception.appointment
    return [
        ("来访人", appointment.name),
        ("人数", f"{appointment.people} 人"),
        ("代表人数", f"{appointment.representatives} 人" if appointment.representatives else ""),
        ("来访方式", appointment.way.label),
        ("涉及单位", "、".join(_name(code, reception.directory) for code in appointment.concerns)),
        ("需要参加的人员", "、".join(each.label for each in sorted(appointment.needs))),
        ("状态", appointment.state.label),
    ]


def _times(appointment: Appointment) -> Rows:
    times = (
        ("到场时间", appointment.came_at),
        ("接谈开始", appointment.called_at),
        ("接谈结束", appointment.done_at),
    )
    return [(name, written_at(at) if at else "") for name, at in times]


def _recusal(member: str, reason: str, by: str | None, reception: Reception) -> str:
    def called(id: str) -> str:
        found = reception.members.get(id)
        return found.name if found else "（已离任）"

    instead = f"，由{called(by)}接访" if by else ""
    return f"{called(member)}回避：{reason}{instead}"


def supervision_document(*, supervision: Supervision, petition: Petition, directory: Directory) -> bytes:
    opened = next((each for each in supervision.entries if each.step is SupervisionStep.OPENED), None)
    values: dict[str, Any] = {
        "title": ReceptionPaperKind.SUPERVISION.label,
        "issuer": _name(supervision.opened_by, directory),
        "addressee": _name(supervision.addressee, directory),
        "number": supervision.petition_number,
        "facts": filled(
            [
                ("信访件编号", supervision.petition_number),
                ("信访事项", petition.title),
                ("督办情形", supervision.reason.label),
                ("逾期事项", supervision.obligation.label if supervision.obligation else ""),
                ("书面回复期限", written(supervision.answer_by)),
                ("书面回复日期", written(supervision.answered_on) if supervision.answered_on else ""),
                ("状态", supervision.state.label),
                ("督办结束日期", written(supervision.ended_on) if supervision.ended_on else ""),
            ]
        ),
        "content": paragraphs(opened.text if opened else None),
        "steps": [
            {
                "name": each.step.label,
                "by": f"{_name(each.by.tenant, directory)} {each.by.name}",
                "text": f"{each.text}{_adopted(each.adopted)}",
                "on": written(each.on),
            }
            for each in supervision.entries
            if each is not opened
        ],
        "on": written(supervision.opened_on),
    }
    return rendered("reception_supervision.docx", values)


def _adopted(adopted: bool | None) -> str:
    return "" if adopted is None else "（改进建议：采纳）" if adopted else "（改进建议：未采纳）"


def closing_document(case: ClosedCase) -> bytes:
    petition = case.petition
    lead = next((each for each in case.referrals if each.role is ReferralRole.LEAD and each.stands), None)
    answer = lead.answer if lead else None
    beside = [
        each.to_name or _name(each.to_tenant, case.directory)
        for each in case.referrals
        if each.role is ReferralRole.SUPPORT and each.stands
    ]
    people = HIDDEN if case.petitioners is None else "、".join(case.petitioners) or NOBODY
    values: dict[str, Any] = {
        "title": ReceptionPaperKind.CLOSING.label,
        "issuer": _name(case.closure.closed_by, case.directory),
        "number": petition.number,
        "facts": filled(
            [
                ("信访事项", petition.title),
                ("信访人", people),
                ("信访形式", petition.channel.label),
                ("收到日期", written(petition.received_on)),
                ("接访", "；".join(_received(each, case.directory) for each in case.receptions)),
                ("登记单位", _name(petition.registered_by, case.directory)),
                ("承办单位", (lead.to_name or _name(lead.to_tenant, case.directory)) if lead else ""),
                ("协办单位", "、".join(beside)),
                ("受理日期", written(lead.accepted_on) if lead and lead.accepted_on else ""),
                ("答复日期", written(answer.answered_on) if answer else ""),
                ("答复文号", (answer.number or "") if answer else ""),
                ("处理结果", answer.outcome.label if answer else ""),
                ("送达情况", _delivered(lead.delivery) if lead and lead.delivery else ""),
                ("督办次数", f"{len(case.supervisions)} 次" if case.supervisions else ""),
                (
                    "满意度评价",
                    "；".join(f"{each.side.label}：{each.value.label}" for each in case.ratings if each.counts),
                ),
                ("办结日期", written(case.closure.closed_on)),
                ("历时", f"{(case.closure.closed_on - petition.received_on).days} 天"),
            ]
        ),
        "demands": paragraphs(petition.demands),
        "opinion": paragraphs(answer.opinion if answer else None),
        "on": written(case.closure.closed_on),
    }
    return rendered("reception_closing.docx", values)


def _received(appointment: Appointment, directory: Directory) -> str:
    promised = appointment.outcome.promised_on if appointment.outcome else None
    told = f"，承诺 {written(promised)} 前办理" if promised else ""
    return f"{written(appointment.day)}，{_name(appointment.tenant, directory)}{told}"


def _delivered(delivery: Delivery) -> str:
    return f"{written(delivery.on)}，{delivery.mode.label}，{'已签收' if delivery.signed else '拒收'}"


def _name(code: str | None, directory: Directory) -> str:
    organisation = directory.get(code or "")
    return organisation.name if organisation else code or ""
