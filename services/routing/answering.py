"""The opinion (信访处理意见书): what it must hold, what the others contribute, and how it is sent back. Pure.

The articles are those of 《信访工作条例》 (2022).
"""

from collections.abc import Iterable
from datetime import date

from services.common import accused
from services.common.errors import InvalidInput, Refusal, require
from services.contracts.intake import Nature, Petition, Route
from services.contracts.referral_commands import AnswerReferral
from services.contracts.routing import (
    Answer,
    AnswerPart,
    LegalReview,
    ProgressNote,
    Referral,
    ReferralRole,
    Rework,
)

MAX_NOTES = 50
MAX_REWORKS = 10
"""What one referral carries: its state travels whole with every act on it."""

CONTENT = {
    "demands": "请填写信访人的诉求和请求（《信访工作条例》第三十二条）",
    "facts": "请填写查明的事实和理由（《信访工作条例》第三十二条）",
    "basis": "请填写处理意见的法律法规政策依据（《信访工作条例》第三十二条）",
}


class PartsMissing(Refusal):
    code = "PARTS_MISSING"
    default = "有协办单位尚未反馈协办意见；确需先行答复的，请填写理由"


class RecordFull(Refusal):
    code = "RECORD_FULL"
    default = "该件的记录已满，请在答复意见中说明后续情况"


def needed_fields(*, referral: Referral, petition: Petition) -> list[str]:
    """What the opinion must hold beside its outcome: Art. 32, of an appeal that takes the way of Art. 31 (6)."""
    of_procedure = petition.nature is Nature.APPEAL and petition.route in (None, Route.PETITION)
    return list(CONTENT) if referral.role is ReferralRole.LEAD and of_procedure else []


def check_content(*, command: AnswerReferral, referral: Referral, petition: Petition, today: date) -> None:
    """Raises ``InvalidInput`` with the field that is missing, ``AccusedUnit`` for an adviser who is accused."""
    require(command.opinion, "opinion", "请填写处理意见（《信访工作条例》第三十二条）")
    for field in needed_fields(referral=referral, petition=petition):
        require(getattr(command, field) or "", field, CONTENT[field])
    if command.legal_review is not None:
        _check_legal_review(command.legal_review, petition, today)


def new_answer(*, command: AnswerReferral, referral: Referral, case: Iterable[Referral], today: date) -> Answer:
    """The opinion without its number. ``case``: every hand-over of the petition.

    Raises ``PartsMissing`` naming the supporting bodies that have not contributed, where no reason is given.
    """
    parts, missing = [], []
    for other in case:
        if not other.stands or not _contributes(other, to=referral):
            continue
        if other.answer is not None:
            parts.append(_part(other, other.answer))
        elif other.role is ReferralRole.SUPPORT:
            missing.append(other.to_name or other.to_tenant)
    reason = _text(command.parts_missing)
    if missing and reason is None:
        raise PartsMissing(
            f"{'、'.join(missing)}尚未反馈协办意见；请待其反馈后答复，确需先行答复的请填写理由", field="partsMissing"
        )
    return Answer(
        outcome=command.outcome,
        opinion=command.opinion.strip(),
        answered_on=today,
        demands=_text(command.demands),
        facts=_text(command.facts),
        basis=_text(command.basis),
        legal_review=command.legal_review,
        parts=sorted(parts, key=lambda part: (part.answered_on, part.tenant, part.name)),
        parts_missing=reason if missing else None,
    )


def earlier_number(referral: Referral) -> str | None:
    """Of an opinion that was sent back: the new one takes its place in the series."""
    return referral.reworks[-1].answer.number if referral.reworks else None


def with_rework(*, referral: Referral, reason: str, today: date) -> list[Rework]:
    """The answers that were sent back, with the present one."""
    if len(referral.reworks) >= MAX_REWORKS:
        raise RecordFull(f"该件已退回重办 {MAX_REWORKS} 次，请以督办方式督促承办单位")
    if referral.answer is None:
        raise RuntimeError(f"referral {referral.id} is answered and has no answer")
    return [*referral.reworks, Rework(on=today, reason=reason.strip(), answer=referral.answer)]


def with_note(*, referral: Referral, text: str, by: str, today: date) -> list[ProgressNote]:
    """The notes on progress with one more."""
    if len(referral.notes) >= MAX_NOTES:
        raise RecordFull(f"该件的进展记录已满 {MAX_NOTES} 条，请在答复意见中说明后续情况")
    return [*referral.notes, ProgressNote(on=today, by=by, text=text.strip())]


def _contributes(other: Referral, *, to: Referral) -> bool:
    """Supports contribute to the lead's answer, and whoever was forwarded something to the one who forwarded it."""
    if other.parent_id is not None:
        return other.parent_id == to.id
    return to.role is ReferralRole.LEAD and other.role is ReferralRole.SUPPORT


def _part(other: Referral, answer: Answer) -> AnswerPart:
    return AnswerPart(
        tenant=other.to_tenant,
        name=other.to_unit_name or other.to_name or other.to_tenant,
        outcome=answer.outcome,
        opinion=answer.opinion,
        answered_on=answer.answered_on,
    )


def _check_legal_review(review: LegalReview, petition: Petition, today: date) -> None:
    require(review.by, "legalReview", "请填写进行合法性审查的法律顾问姓名")
    require(review.opinion, "legalReview", "请填写合法性审查意见")
    if review.on > today:
        raise InvalidInput(f"合法性审查日期 {review.on} 晚于今天 {today}，请核对", field="legalReview")
    accused.check_people(petition=petition, people=review.by, doing="审查该件的处理意见", field="legalReview")


def _text(text: str | None) -> str | None:
    return (text or "").strip() or None
