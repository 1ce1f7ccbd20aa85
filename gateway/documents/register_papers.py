"""The papers of the register as DOCX, from ``templates``, which an office may edit: the registration form of a visit,
letter or call (来访登记表) in three copies, and the form that goes round in the house (信访事项处理表).

What is handed to ``rendered`` for the petitioner's copy has nothing internal in it, so no template can let it out: no
class, mark, accused, reader, opinion, suggestion or remark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.documents.copies import EVERY_COPY, INTERNAL_COPIES, PaperCopy, Rows, filled, written_at
from gateway.documents.papers import HIDDEN, NOBODY
from gateway.documents.rendering import paragraphs, rendered, written
from services.contracts.channels import Call, Letter, Visit
from services.contracts.desk import Talk
from services.contracts.directory import Organisation
from services.contracts.flows import Approval, EntryKind, StepKind
from services.contracts.intake import Petition
from services.contracts.people import MaskedPetitioner
from services.contracts.routing import Referral, ReferralRole

HANDLING = "信访事项处理表"


@dataclass(frozen=True, kw_only=True)
class RegisterCase:
    """What these papers are made of, as the one who downloads sees it."""

    petition: Petition
    petitioners: Sequence[MaskedPetitioner] | None
    """None where he may not know who it is."""
    query_code: str | None
    status: str
    """As people read it."""
    talks: Sequence[Talk]
    referrals: Sequence[Referral]
    approvals: Sequence[Approval]
    directory: Mapping[str, Organisation]

    def name(self, code: str | None) -> str:
        organisation = self.directory.get(code or "")
        return organisation.name if organisation else code or ""

    @property
    def talk(self) -> Talk | None:
        """The last one that stands."""
        return next((each for each in reversed(self.talks) if each.taken_back is None), None)

    @property
    def people(self) -> str:
        if self.petitioners is None:
            return HIDDEN
        return "、".join(person.name for person in self.petitioners) or NOBODY


def registration_title(petition: Petition) -> str:
    return f"{petition.channel.label}登记表"


def registration_document(case: RegisterCase, copy: PaperCopy) -> bytes:
    petition, talk = case.petition, case.talk
    values: dict[str, Any] = {
        **_common(case, copy, EVERY_COPY),
        "title": registration_title(petition),
        "people": [_person(person) for person in case.petitioners or []],
        "people_note": "" if case.petitioners else case.people,
        "facts": filled(_facts(case)),
        "content": paragraphs(petition.body),
        "demands": paragraphs(petition.demands),
        "answer": paragraphs(talk.answer if talk else None),
        "answer_kind": talk.answer_kind.label if talk and talk.answer_kind else "",
        "result": case.status,
        "query_code": "" if copy.internal else case.query_code or "",
        "internal": filled(_internal(case, copy)) if copy.internal else [],
        "opinion": paragraphs(talk.opinion) if talk and copy.internal else [],
        "suggestion": paragraphs(talk.suggestion) if talk and copy.internal else [],
    }
    return rendered("registration.docx", values)


def handling_document(case: RegisterCase, copy: PaperCopy) -> bytes:
    """Raises ``ValueError`` for a copy for the petitioner: it is the house's own."""
    if not copy.internal:
        raise ValueError("the handling form has no copy for the petitioner")
    petition, talk = case.petition, case.talk
    lead = next((each for each in case.referrals if each.role is ReferralRole.LEAD and each.stands), None)
    values: dict[str, Any] = {
        **_common(case, copy, INTERNAL_COPIES),
        "title": HANDLING,
        "facts": filled([("信访人", case.people), *_facts(case)]),
        "internal": filled(_internal(case, copy)),
        "content": paragraphs(petition.body),
        "demands": paragraphs(petition.demands),
        "opinion": paragraphs(talk.opinion) if talk else [],
        "suggestion": paragraphs(talk.suggestion) if talk else [],
        "instructions": [instruction for approval in case.approvals for instruction in _instructions(approval)],
        "bodies": [
            {
                "name": each.to_name or case.name(each.to_tenant),
                "kind": f"{each.kind.label}，{each.role.label}",
                "sent_on": written(each.sent_on),
                "due_on": written(each.due_on) if each.due_on else "",
                "state": each.state.label,
            }
            for each in case.referrals
            if each.role is not ReferralRole.UNIT and each.stands
        ],
        "result": _result(lead, case.status),
    }
    return rendered("handling.docx", values)


def _common(case: RegisterCase, copy: PaperCopy, among: Sequence[PaperCopy]) -> dict[str, Any]:
    return {
        "issuer": case.name(case.petition.registered_by),
        "number": case.petition.number,
        "petition": case.petition.title,
        "copy": copy.line(among),
        "on": written(case.petition.registered_on),
    }


def _person(person: MaskedPetitioner) -> dict[str, str]:
    """Sex, age, occupation and the like lie sealed; an office writes them in by hand."""
    return {
        "name": person.name,
        "role": person.role.label + ("（代表）" if person.representative else ""),
        "document": f"{person.document.label}{person.identity_number}" if person.identity_number else "",
        "phone": person.phone or "",
        "address": person.address or "",
    }


def _facts(case: RegisterCase) -> Rows:
    """What the petitioner knows himself."""
    petition = case.petition
    return [
        ("收到日期", written(petition.received_on)),
        ("登记时间", f"{written_at(petition.registered_at)}，{petition.registrar_name}".rstrip("，")),
        ("信访事项", petition.title),
        ("信访目的", petition.purpose.label if petition.purpose else ""),
        ("问题属地", petition.place_name or ""),
        ("涉及人数", f"{petition.people_involved} 人" if petition.people_involved else ""),
        ("来访人数", f"{petition.visitors} 人" if petition.visitors else ""),
        *(_of_channel(petition) if case.petitioners is not None else []),
        ("代填人", petition.filled_in_by or ""),
    ]


def _of_channel(petition: Petition) -> Rows:
    """A postmark or a line can tell who wrote: for those alone who may know it."""
    return [*_of_visit(petition.visit), *_of_letter(petition.letter), *_of_call(petition.call)]


def _of_visit(visit: Visit | None) -> Rows:
    if visit is None:
        return []
    companions = "、".join(f"{each.kind.label} {each.count} 人" for each in visit.companions)
    return [
        ("来访时间", written_at(visit.at) if visit.at else ""),
        ("接待地点", visit.place or ""),
        ("接待人员", "、".join(visit.receivers)),
        ("接访领导", visit.leader or ""),
        ("陪同人员", companions),
    ]


def _of_letter(letter: Letter | None) -> Rows:
    if letter is None:
        return []
    enclosures = "、".join(
        f"{each.name} {each.count} 份{'（原件）' if each.original else ''}" for each in letter.enclosures
    )
    return [
        ("来信形式", letter.form.label),
        ("邮戳日期", written(letter.postmarked_on) if letter.postmarked_on else ""),
        ("邮件编号", letter.tracking_number or ""),
        ("受信人", letter.addressed_to or ""),
        ("页数", f"{letter.pages} 页" if letter.pages else ""),
        ("随信材料", enclosures),
    ]


def _of_call(call: Call | None) -> Rows:
    if call is None:
        return []
    return [
        ("来电时间", written_at(call.at) if call.at else ""),
        ("接听电话", call.line or ""),
        ("通话时长", f"{call.minutes} 分钟" if call.minutes else ""),
    ]


def _internal(case: RegisterCase, copy: PaperCopy) -> Rows:
    petition, talk = case.petition, case.talk
    known = case.petitioners is not None
    letter, call = (petition.letter, petition.call) if known else (None, None)
    damage = letter.damage if letter and not (letter.envelope_intact and letter.stamp_intact) else None
    yes = {"重复信访": petition.repeated, "越级": petition.skips_level, "要求保密": petition.confidential}
    marks = [*(name for name, holds in yes.items() if holds), *(each.label for each in petition.marks)]
    return [
        ("信访性质", petition.nature.label),
        ("内容分类", petition.category or ""),
        ("本单位分类", petition.local_kind or ""),
        ("紧急程度", petition.urgency.label),
        ("信访来源", petition.source.label),
        (
            "标记",
            "、".join(marks),
        ),
        ("此前程序", "、".join(each.label for each in petition.prior)),
        ("被反映单位", "、".join(case.name(code) for code in petition.accused)),
        ("被反映人", "、".join(petition.accused_people)),
        ("知悉人员", "、".join(petition.readers) if copy is PaperCopy.ARCHIVE else ""),
        ("启封日期", written(letter.opened_on) if letter and letter.opened_on else ""),
        ("未当日启封的原因", (letter.opened_late or "") if letter else ""),
        ("信封、邮票破损情况", damage or ""),
        ("录音编号", (call.recording or "") if call else ""),
        ("归口单位", case.name(talk.unit_in_charge) if talk else ""),
        ("问题性质", talk.issue if talk else ""),
    ]


def _instructions(approval: Approval) -> list[dict[str, str]]:
    """What leaders wrote on the item (批示), in the order of the flow's steps."""
    standing = approval.standing
    found = [standing[step.id] for step in approval.steps if step.kind is StepKind.INSTRUCT and step.id in standing]
    return [
        {"text": entry.text, "by": entry.leader or entry.by.name, "on": written(entry.on)}
        for entry in found
        if entry.kind is EntryKind.PASSED
    ]


def _result(lead: Referral | None, status: str) -> list[str]:
    if lead is not None and lead.answer is not None:
        return [f"{status}：{lead.answer.outcome.label}", *paragraphs(lead.answer.opinion)]
    if lead is not None and lead.refusal is not None:
        return [f"{status}：{lead.refusal.reason.label}", *paragraphs(lead.refusal.explanation)]
    return [status]
