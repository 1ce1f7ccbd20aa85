"""What one may ask of routing about hand-overs."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Part
from services.contracts.intake import Petition
from services.contracts.routing import (
    CaseGrade,
    DeliveryMode,
    LegalReview,
    Outcome,
    Recipient,
    ReferralKind,
    ReferralRole,
    RefusalReason,
)

Text = Annotated[str, Meta(max_length=2000)]
LongText = Annotated[str, Meta(max_length=20_000)]


class Addressee(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tenant: str
    role: ReferralRole = ReferralRole.LEAD
    unit: str | None = None
    """Code of the unit of the tenant that should handle it, where the sender knows."""
    due_on: date | None = None
    """A limit of its own; else the command's."""


class ReferPetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "refer_petition"

    petition: Petition
    """The newest state that the gateway knows, so that a petition can be referred the moment it is registered."""
    petition_version: int
    kind: ReferralKind
    to: Annotated[list[Addressee], Meta(min_length=1, max_length=20)]
    due_on: date | None = None
    note: Text | None = None
    against_reason: Text | None = None
    """Why it goes elsewhere than was proposed."""


class WithdrawReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "withdraw_referral"

    referral_id: str
    reason: Text


class ReceiveReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "receive_referral"

    referral_id: str
    expected_on: date | None = None
    """When the receiver expects the result (预计办结日期)."""


class ObjectToReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "object_to_referral"

    referral_id: str
    reason: Text
    materials: Text | None = None


class DecideObjection(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "decide_objection"

    referral_id: str
    uphold: bool
    reason: Text | None = None


class AcceptReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "accept_referral"

    referral_id: str
    grade: CaseGrade | None = None


class AnswerReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "answer_referral"

    referral_id: str
    outcome: Outcome
    opinion: LongText
    demands: LongText | None = None
    facts: LongText | None = None
    basis: LongText | None = None
    """These three are required for the lead's opinion on an appeal (申诉求决) that takes the way of Art. 31 (6)."""
    legal_review: LegalReview | None = None
    parts_missing: Text | None = None
    """Required where a supporting body has not yet contributed."""


class DeliverAnswer(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "deliver_answer"

    referral_id: str
    mode: DeliveryMode
    on: date
    signed: bool
    recipient: Recipient | None = None
    receipt: Annotated[str, Meta(max_length=100)] | None = None
    remark: Text | None = None


class ClosePetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "close_petition"

    petition: Petition
    petition_version: int


class RefuseReferral(Command, frozen=True, kw_only=True):
    """不予受理, told to the petitioner with the reason and the right way to go (Art. 19, 23)."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "refuse_referral"

    referral_id: str
    reason: RefusalReason
    way: Text
    explanation: Text


class DeclinePetition(Command, frozen=True, kw_only=True):
    """The tenant that registered an item does not accept it: keeps it (自办) and refuses it in one act (IN-15)."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "decline_petition"

    petition: Petition
    """The newest state that the gateway knows, as with ``ReferPetition``."""
    petition_version: int
    reason: RefusalReason
    way: Text
    explanation: Text


class OverruleRefusal(Command, frozen=True, kw_only=True):
    """The sender finds that the item must be accepted after all (纠正不予受理)."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "overrule_refusal"

    referral_id: str
    reason: Text


class NoteProgress(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "note_progress"

    referral_id: str
    text: Text
    expected_on: date | None = None


class SendBackAnswer(Command, frozen=True, kw_only=True):
    """退回重办: before delivery."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "send_back_answer"

    referral_id: str
    reason: Text


class RaiseDispute(Command, frozen=True, kw_only=True):
    """After a dismissed objection: asks the common superior to decide (Art. 24)."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "raise_dispute"

    referral_id: str
    reason: Text


class DecideDispute(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "decide_dispute"

    referral_id: str
    competent: str
    """Code of the tenant that is competent: the holder accepts, for anybody else the item comes back."""
    reason: Text


class Forwardee(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit (股室, 村) of the receiver itself, or a tenant directly below it."""

    unit: str | None = None
    tenant: str | None = None


class ForwardReferral(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "forward_referral"

    referral_id: str
    to: Annotated[list[Forwardee], Meta(min_length=1, max_length=20)]
    due_on: date | None = None
    note: Text | None = None
