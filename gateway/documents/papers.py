"""The papers of a hand-over as DOCX, from ``templates``, which an office may edit: the letter that hands it over
(转送函, 交办函), what the petitioner is given (处理意见书, 不予受理告知书) and the receipt for it (送达回证).

A paper for the petitioner holds nothing of what the bodies wrote to each other: no note, progress, part of a supporting
body or legal adviser's opinion.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.documents.remedy import remedy, review_rule
from gateway.documents.rendering import paragraphs, rendered, written
from services.contracts.base import Labelled
from services.contracts.deadlines import Clock
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.routing import Referral, ReferralKind, ReferralRole, RefusalReason

HANDED_OVER = frozenset({ReferralKind.TRANSFER, ReferralKind.ASSIGN})
BASIS = {
    RefusalReason.IN_PROCEDURE: "《信访工作条例》第三十一条",
    RefusalReason.OUTSIDE_COMPETENCE: "《信访工作条例》第二十三条",
    RefusalReason.IN_HAND: "《信访工作条例》第十九条",
    RefusalReason.FINAL: "《信访工作条例》第三十六条第三款",
}
NOBODY, HIDDEN = "信访人（未留姓名）", "信访人（申请保密）"
NO_NUMBER = "（未编号）"


class PaperKind(Labelled):
    LETTER = "LETTER", "转送（交办）函"
    OPINION = "OPINION", "信访处理意见书"
    REFUSAL = "REFUSAL", "不予受理（不再受理）告知书"
    RECEIPT = "RECEIPT", "送达回证"


@dataclass(frozen=True, kw_only=True)
class PaperCase:
    """What papers are made of, as the one who downloads sees it."""

    petition: Petition
    petitioners: Sequence[str] | None
    """Masked names; None where he may not know who it is."""
    referral: Referral
    referrals: Sequence[Referral]
    clocks: Sequence[Clock]
    directory: Mapping[str, Organisation]

    def name(self, code: str) -> str:
        organisation = self.directory.get(code)
        return organisation.name if organisation else code

    @property
    def issuer(self) -> str:
        """The body that answers, as it was called when it got the case."""
        return self.referral.to_name or self.name(self.referral.to_tenant)

    @property
    def petitioner(self) -> str:
        return HIDDEN if self.petitioners is None else "、".join(self.petitioners) or NOBODY


def papers_of(referral: Referral) -> list[PaperKind]:
    """Those that can be made of it now. A branch within a body has none: its parent speaks to the outside."""
    answers = referral.role is ReferralRole.LEAD
    there = {
        PaperKind.LETTER: referral.kind in HANDED_OVER,
        PaperKind.OPINION: answers and referral.answer is not None,
        PaperKind.REFUSAL: answers and referral.refusal is not None,
        PaperKind.RECEIPT: answers and (referral.answer is not None or referral.refusal is not None),
    }
    return [paper for paper, is_there in there.items() if is_there]


def title_of(paper: PaperKind, case: PaperCase) -> str:
    referral = case.referral
    if paper is PaperKind.LETTER:
        return f"信访事项{referral.kind.label}函"
    if paper is PaperKind.REFUSAL and referral.refusal is not None:
        final = referral.refusal.reason is RefusalReason.FINAL
        return "信访事项不再受理告知书" if final else "信访事项不予受理告知书"
    if paper is PaperKind.OPINION and review_rule(case.petition, referral) is None:
        return "信访事项答复意见书"
    return paper.label


def paper_document(paper: PaperKind, case: PaperCase) -> bytes:
    """Raises ``ValueError`` for a paper that is none of ``papers_of``."""
    if paper not in papers_of(case.referral):
        raise ValueError(f"referral {case.referral.id} has no {paper}")
    common = {
        "title": title_of(paper, case),
        "petition_number": case.petition.number,
        "petition": case.petition.title,
        "petitioner": case.petitioner,
        "received_on": written(case.petition.received_on),
        "channel": case.petition.channel.label,
    }
    return rendered(f"referral_{paper.lower()}.docx", {**common, **VALUES[paper](case)})


def _letter(case: PaperCase) -> dict[str, Any]:
    referral = case.referral
    beside = [each for each in case.referrals if _was_beside(each, referral) and each.kind in HANDED_OVER]
    # The county office may know who asked to stay unknown; the body to which this letter goes may not.
    hidden = case.petition.hides_petitioners and referral.to_tenant != case.petition.registered_by
    return {
        "petitioner": HIDDEN if hidden else case.petitioner,
        "issuer": case.name(referral.from_tenant),
        "receiver": case.issuer,
        "unit": referral.to_unit_name or "",
        "kind": referral.kind.label,
        "role": referral.role.label,
        "beside": [f"{each.to_name or case.name(each.to_tenant)}（{each.role.label}）" for each in beside],
        "content": paragraphs(case.petition.body),
        "due_on": written(referral.due_on) if referral.due_on else "",
        "note": paragraphs(referral.note),
        "on": written(referral.sent_on),
    }


def _was_beside(other: Referral, referral: Referral) -> bool:
    """Whether it was sent before or together with this one, and held then: a letter names nobody who came later."""
    held = other.stands or (other.ended_on is not None and other.ended_on > referral.sent_on)
    earlier = other.id != referral.id and other.sent_at <= referral.sent_at
    return earlier and held and other.role is not ReferralRole.UNIT


def _opinion(case: PaperCase) -> dict[str, Any]:
    referral, answer = case.referral, case.referral.answer
    assert answer is not None
    body = case.directory.get(referral.to_tenant)
    return {
        "issuer": case.issuer,
        "number": answer.number or NO_NUMBER,
        "accepted_on": written(referral.accepted_on) if referral.accepted_on else "",
        "demands": paragraphs(answer.demands),
        "facts": paragraphs(answer.facts),
        "outcome": answer.outcome.label,
        "opinion": paragraphs(answer.opinion),
        "basis": paragraphs(answer.basis),
        "remedy": remedy(
            petition=case.petition,
            referral=referral,
            clocks=case.clocks,
            reviewer=case.directory.get(body.superior) if body and body.superior else None,
        )
        or "",
        "on": written(answer.answered_on),
    }


def _refusal(case: PaperCase) -> dict[str, Any]:
    refusal = case.referral.refusal
    assert refusal is not None
    return {
        "issuer": case.issuer,
        "decision": "不再受理" if refusal.reason is RefusalReason.FINAL else "不予受理",
        "reason": refusal.reason.label,
        "basis": BASIS[refusal.reason],
        "explanation": paragraphs(refusal.explanation),
        "way": paragraphs(refusal.way),
        "on": written(refusal.on),
    }


def _receipt(case: PaperCase) -> dict[str, Any]:
    """Of the answer, or of the notice where there is none; what is not done yet is left to be filled in by hand."""
    answer, delivery = case.referral.answer, case.referral.delivery
    served = PaperKind.REFUSAL if answer is None else PaperKind.OPINION
    number = (answer.number if answer else None) or ""
    return {
        "issuer": case.issuer,
        "paper": title_of(served, case),
        "paper_number": number,
        "mode": delivery.mode.label if delivery else "",
        "delivered_on": written(delivery.on) if delivery else "",
        "signed": ("已签收" if delivery.signed else "拒收") if delivery else "",
        "recipient": delivery.recipient.label if delivery and delivery.recipient else "",
        "receipt": (delivery.receipt or "") if delivery else "",
        "remark": (delivery.remark or "") if delivery else "",
    }


VALUES: dict[PaperKind, Callable[[PaperCase], dict[str, Any]]] = {
    PaperKind.LETTER: _letter,
    PaperKind.OPINION: _opinion,
    PaperKind.REFUSAL: _refusal,
    PaperKind.RECEIPT: _receipt,
}
