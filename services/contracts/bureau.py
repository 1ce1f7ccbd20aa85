"""The bureau link: what a bureau's own system reads from its queue, and what it may answer.

Both directions are CloudEvents 1.0 in AMQP's binary mode. To the bureau: ``cn.xinqiao.bureau.referral.v1`` for
each change of a referral, ``cn.xinqiao.bureau.attachment.v1`` for a file that came to its case later or was taken back,
``cn.xinqiao.bureau.reminder.v1`` for what it owes (each morning, and urgent items at once),
``cn.xinqiao.bureau.receipt.v1`` for a reply that was carried out, ``cn.xinqiao.bureau.refused.v1`` for one that could
not be. From the bureau, to exchange ``bureau.reply`` with the AMQP property ``user-id``:
``cn.xinqiao.bureau.<verb>.v1`` with the verbs of ``VERBS``. The id of a reply is its request id: sent twice, it acts
once and gets its receipt twice.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from services.contracts.actor import Role
from services.contracts.base import Command
from services.contracts.deadlines import Level, Obligation
from services.contracts.intake import Channel, Nature, Procedure, Route, Urgency
from services.contracts.people import MaskedPetitioner
from services.contracts.referral_commands import (
    AcceptReferral,
    AnswerReferral,
    ForwardReferral,
    NoteProgress,
    ObjectToReferral,
    RaiseDispute,
    ReceiveReferral,
    RefuseReferral,
)
from services.contracts.reminders import AtOnceReason, ReminderDuty
from services.contracts.routing import NonAcceptance, ReferralKind, ReferralRole, ReferralState

PREFIX = "cn.xinqiao.bureau."
REFERRAL_EVENT = f"{PREFIX}referral.v1"
REMINDER_EVENT = f"{PREFIX}reminder.v1"
ATTACHMENT_EVENT = f"{PREFIX}attachment.v1"
RECEIPT_EVENT = f"{PREFIX}receipt.v1"
REFUSED_EVENT = f"{PREFIX}refused.v1"


def verb_type(verb: str) -> str:
    """The CloudEvents type of a reply with this verb."""
    return f"{PREFIX}{verb}.v1"


VERBS: dict[str, type[Command]] = {
    "receive": ReceiveReferral,
    "object": ObjectToReferral,
    "dispute": RaiseDispute,
    "accept": AcceptReferral,
    "refuse": RefuseReferral,
    "forward": ForwardReferral,
    "progress": NoteProgress,
    "answer": AnswerReferral,
}
"""What a bureau's system may do, each the command that a clerk gives in the gateway."""
VERB_OF_TYPE = {verb_type(verb): verb for verb in VERBS}

MAX_REPLY_BYTES = 262_144


class BureauPetition(msgspec.Struct, frozen=True, kw_only=True):
    """The petition as the bureau gets it; petitioners masked, none where they asked to stay unknown."""

    number: str
    title: str
    body: str
    channel: Channel
    nature: Nature
    urgency: Urgency
    category: str | None
    place: str | None
    place_name: str | None
    received_on: date
    route: Route | None
    """The way of Art. 31 in which an appeal is dealt with."""
    procedure: Procedure
    petitioners: list[MaskedPetitioner]


class BureauObjection(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the bureau's objection; ``upheld`` is None until the sender has decided."""

    upheld: bool | None
    decision: str | None


class BureauDispute(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the bureau's dispute; all None until it is decided."""

    decided_on: date | None
    competent: str | None
    """Code of the tenant that was found competent."""
    decision: str | None


class BureauRework(msgspec.Struct, frozen=True, kw_only=True):
    """That the sender sent the answer back."""

    on: date
    reason: str


class BureauAttachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the case (附件)."""

    id: str
    name: str
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    url: str
    """For this bureau alone and for some days; no login is needed. It ends when the bureau holds the case no more."""


class BureauReferral(msgspec.Struct, frozen=True, kw_only=True):
    """The newest state of a referral to this bureau; ``version`` grows, so an older event can be dropped."""

    referral_id: str
    version: int
    petition_number: str
    kind: ReferralKind
    role: ReferralRole
    state: ReferralState
    state_label: str
    sent_on: date
    due_on: date | None
    note: str | None
    parent_id: str | None
    """Of what was forwarded, the referral from which it branches."""
    unit: str | None
    """Code of the bureau's unit that is to handle it, where the sender named one."""
    unit_name: str | None
    expected_on: date | None
    """When the bureau expects the result, as it said itself."""
    objection: BureauObjection | None
    dispute: BureauDispute | None
    refusal: NonAcceptance | None
    """That it was not accepted; None again once the sender has overruled it."""
    rework: BureauRework | None
    """The last time that an answer was sent back."""
    answer_needs: list[str]
    """Fields that the answer must hold beside outcome and opinion (Art. 32)."""
    withheld: bool
    """The text is not in the queue, because people of the county are accused by name (Art. 30): the bureau's cleared
    users read it in the gateway, which knows who they are."""
    attachments: list[BureauAttachment]
    """The files of the case as they are now; none where ``withheld``, or where the bureau holds the case no more."""
    petition: BureauPetition | None
    """With the first event, and again where the bureau was sent everything anew; never where ``withheld``."""


class BureauAttachmentNews(msgspec.Struct, frozen=True, kw_only=True):
    """That a file came to a case that the bureau holds, or was taken back. Never where the referral is ``withheld``."""

    referral_id: str
    petition_number: str
    attachment: BureauAttachment
    taken_back: str | None
    """Why it was taken back: it counts no more, and should be deleted."""


class BureauReminderItem(msgspec.Struct, frozen=True, kw_only=True):
    petition_number: str
    obligation: Obligation
    obligation_label: str
    level: Level | None
    level_label: str | None
    due_on: date
    """The effective last day."""
    expected_on: date | None = None
    """The day on which the bureau expected to be done, where that has passed without an answer."""


class BureauAtOnce(msgspec.Struct, frozen=True, kw_only=True):
    """An item of which the bureau's head is told at once: urgent, or a visit of many people (集体访)."""

    petition_number: str
    reason: AtOnceReason
    reason_label: str
    basis: str
    visitors: int | None


class BureauReminder(msgspec.Struct, frozen=True, kw_only=True):
    """What the bureau owes: the morning's reminder, or an urgent one, of a clock or an item. Never of an accusation."""

    reminder_id: str
    on: date
    urgent: bool
    role: Role
    """For whom: ``CLERK`` or ``HEAD``."""
    items: list[BureauReminderItem]
    """Most urgent first."""
    more: int
    """How many it leaves out."""
    duties: list[ReminderDuty]
    """Recurring duties of the office itself that are due soon or overdue."""
    text: str | None = None
    """What is asked of whoever reads it."""
    at_once: BureauAtOnce | None = None


class BureauReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """That a reply was carried out; written in the transaction of the act."""

    in_reply_to: str
    verb: str
    referral_id: str
    state: ReferralState
    """Of the referral when the receipt was written: for a reply that was repeated it may have moved on since."""
    state_label: str
    version: int
    at: datetime
    """Instant of the act, UTC."""


class BureauRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a reply changed nothing."""

    in_reply_to: str | None
    code: str
    message: str
    field: str | None


class ResendReferrals(Command, frozen=True, kw_only=True):
    """Puts the newest state of every hand-over that stands into the queues of these bureaus, with the petition: for a
    bureau whose queue is new, or whose own system has lost what it had."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "resend_referrals"

    tenants: Annotated[list[str], Meta(min_length=1)]
