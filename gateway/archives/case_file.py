"""The account of a whole case for its file (信访事项办理情况): registration, hand-overs, opinions, delivery, reviews,
supervision, ratings and every step, as one user sees it.

Who looked at the case is no step of it: that stands in the ledger, and would change a file that nobody worked on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.documents.copies import Rows, filled, written_at
from gateway.documents.papers import HIDDEN, NOBODY
from gateway.documents.rendering import paragraphs, rendered, written
from gateway.reading import CaseParts, TimelineRow, ViewReader
from gateway.reading_lists import PetitionRow
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.routing import Answer, Delivery, Referral
from services.contracts.supervision import Supervision

TEMPLATE = "archive_case.docx"
TITLE = "信访事项办理情况"
NO_STEPS = frozenset(
    {
        *(Act.READ, Act.REVEALED, Act.TEXT_REVEALED),
        *(Act.ARCHIVED, Act.ARCHIVE_TAKEN_BACK),
    }
)
"""Acts that are no step of the case: looking at it, and its own way to the archive room."""


class Section(NamedTuple):
    heading: str
    rows: Rows
    paragraphs: list[str] = []


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    row: PetitionRow
    petitioners: Sequence[str] | None
    """Masked names; None where he may not know who it is."""
    parts: CaseParts
    supervisions: Sequence[Supervision]
    timeline: Sequence[TimelineRow]
    directory: Mapping[str, Organisation]

    @classmethod
    async def of(cls, reader: ViewReader, row: PetitionRow) -> "CaseFile":
        id = row.state.id
        people = (await reader.private.load(id)).petitioners
        return cls(
            row=row,
            petitioners=None if people is None else [person.name for person in people],
            parts=await reader.parts.load(id),
            supervisions=await reader.supervisions(id),
            timeline=await reader.timeline.load(id),
            directory=await reader.shared(Organisation),
        )

    def name(self, code: str | None) -> str:
        organisation = self.directory.get(code or "")
        return organisation.name if organisation else code or ""


def case_file(case: CaseFile) -> bytes:
    """As DOCX."""
    parts = case.parts
    told = [
        _registration(case),
        Section("转送交办", [(_body(each, case), _referral(each)) for each in parts.referrals]),
        *_answers(case),
        Section("送达", [(_body(each, case), _delivery(each.delivery)) for each in parts.referrals if each.delivery]),
        _reviews(case),
        _agreed(case),
        _supervised(case),
        _rated(case),
    ]
    values: dict[str, Any] = {
        "title": TITLE,
        "issuer": case.name(case.row.state.registered_by),
        "number": case.row.state.number,
        "sections": [
            {"heading": each.heading, "rows": filled(each.rows), "paragraphs": each.paragraphs}
            for each in told
            if each.rows or each.paragraphs
        ],
        "steps": [
            {
                "at": written_at(step.at),
                "act": Act(step.act).label if step.act in Act.__members__ else step.act,
                "tenant": case.name(step.tenant),
                "by": step.actor_name,
                "remark": step.remark or "",
            }
            for step in case.timeline
            if step.act not in NO_STEPS
        ],
    }
    return rendered(TEMPLATE, values)


def _registration(case: CaseFile) -> Section:
    petition, closure = case.row.state, case.parts.closure
    people = HIDDEN if case.petitioners is None else "、".join(case.petitioners) or NOBODY
    rows = [
        ("信访事项", petition.title),
        ("信访人", people),
        ("信访形式", petition.channel.label),
        ("信访性质", petition.nature.label),
        ("内容分类", petition.category or ""),
        ("问题属地", petition.place_name or ""),
        ("收到日期", written(petition.received_on)),
        ("登记日期", written(petition.registered_on)),
        ("办理状态", case.row.status.label),
        ("办结日期", written(closure.closed_on) if closure else ""),
    ]
    demands = [f"诉求：{text}" for text in paragraphs(petition.demands)]
    return Section("登记", rows, [*paragraphs(petition.body), *demands])


def _body(referral: Referral, case: CaseFile) -> str:
    return referral.to_name or case.name(referral.to_tenant)


def _referral(referral: Referral) -> str:
    days = (
        ("发出", referral.sent_on),
        ("签收", referral.received_on),
        ("受理", referral.accepted_on),
        ("要求反馈", referral.due_on),
        ("退回或撤回", referral.ended_on),
    )
    told = [f"{name} {written(day)}" for name, day in days if day]
    return "；".join([f"{referral.kind.label}，{referral.role.label}，{referral.state.label}", *told])


def _answers(case: CaseFile) -> Iterable[Section]:
    for referral in case.parts.referrals:
        body = _body(referral, case)
        for rework in referral.reworks:
            yield _answer(f"{body}的处理意见（{written(rework.on)}退回重办：{rework.reason}）", rework.answer)
        if referral.answer is not None:
            yield _answer(f"{body}的处理意见", referral.answer)
        if referral.refusal is not None:
            refusal = referral.refusal
            rows = [("理由", refusal.reason.label), ("日期", written(refusal.on))]
            texts = [*paragraphs(refusal.explanation), *paragraphs(refusal.way)]
            yield Section(f"{body}不予受理", rows, texts)


def _answer(heading: str, answer: Answer) -> Section:
    rows = [
        ("文号", answer.number or ""),
        ("日期", written(answer.answered_on)),
        ("结论", answer.outcome.label),
        ("诉求", answer.demands or ""),
        ("事实", answer.facts or ""),
        ("依据", answer.basis or ""),
        *((f"{part.name}的意见", f"{part.outcome.label}：{part.opinion}") for part in answer.parts),
    ]
    return Section(heading, rows, paragraphs(answer.opinion))


def _delivery(delivery: Delivery | None) -> str:
    if delivery is None:
        return ""
    signed = "已签收" if delivery.signed else "拒收"
    return "，".join(filter(None, (written(delivery.on), delivery.mode.label, signed, delivery.receipt)))


def _reviews(case: CaseFile) -> Section:
    rows: Rows = []
    for review in case.parts.reviews:
        about = f"{review.stage.label}（{case.name(review.body)}）"
        rows.append((about, f"{written(review.requested_on)} 申请：{review.reason}"))
        if review.decision is not None:
            decided = review.decision
            rows.append((about, f"{written(decided.decided_on)} {decided.outcome.label}：{decided.opinion}"))
        if review.delivery is not None:
            rows.append((about, f"送达 {_delivery(review.delivery)}"))
    return Section("复查、复核", rows)


def _agreed(case: CaseFile) -> Section:
    rows: Rows = [
        (f"{written(each.held_on)}{each.kind.label}", f"{each.chair}主持，{each.place}。{each.decision}")
        for each in case.parts.meetings
        if each.taken_back is None
    ]
    rows += [
        (f"{written(each.agreed_on)}{each.kind.label}", each.terms)
        for each in case.parts.settlements
        if each.taken_back is None
    ]
    return Section("会议、调解和和解", rows)


def _supervised(case: CaseFile) -> Section:
    rows: Rows = [
        (f"{written(entry.on)}{entry.step.label}", f"{case.name(entry.by.tenant)}：{entry.text}")
        for thread in case.supervisions
        for entry in thread.entries
    ]
    rows += [
        (f"{written(each.requested_on)}申请延期 {each.days} 天", f"{each.state.label}：{each.reason}")
        for each in case.parts.extensions
    ]
    return Section("督办和延期", rows)


def _rated(case: CaseFile) -> Section:
    rows: Rows = [
        (each.side.label, f"{written(each.rated_on)} {each.value.label}{f'：{each.reason}' if each.reason else ''}")
        for each in case.parts.ratings
    ]
    rows += [
        (f"{written(each.on)}回访", f"{each.way.label}：{each.content}")
        for each in case.parts.follow_ups
        if each.taken_back is None
    ]
    return Section("评价和回访", rows)
