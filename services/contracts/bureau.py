"""The bureau link: what a bureau's own system reads from its queue, and what it may answer.

Both directions are CloudEvents 1.0 in AMQP's binary mode. To the bureau: ``cn.xinqiao.bureau.referral.v1`` for
each change of a referral, ``cn.xinqiao.bureau.reminder.v1`` for what it owes (each morning, and urgent items at once),
``cn.xinqiao.bureau.refused.v1`` where a reply could not be carried out. From the bureau, to exchange ``bureau.reply``
with the AMQP property ``user-id``: ``cn.xinqiao.bureau.<verb>.v1`` with the verbs of ``VERBS``. The id of a reply is
its request id: sent twice, it acts once.
"""

from datetime import date

import msgspec

from services.contracts.actor import Role
from services.contracts.base import Command
from services.contracts.deadlines import Level, Obligation
from services.contracts.intake import Channel, MaskedPetitioner, Nature, Urgency
from services.contracts.referral_commands import AcceptReferral, AnswerReferral, ObjectToReferral, ReceiveReferral
from services.contracts.reminders import ReminderDuty
from services.contracts.routing import ReferralKind, ReferralRole, ReferralState

REFERRAL_EVENT = "cn.xinqiao.bureau.referral.v1"
REMINDER_EVENT = "cn.xinqiao.bureau.reminder.v1"
REFUSED_EVENT = "cn.xinqiao.bureau.refused.v1"

VERBS: dict[str, type[Command]] = {
    "cn.xinqiao.bureau.receive.v1": ReceiveReferral,
    "cn.xinqiao.bureau.object.v1": ObjectToReferral,
    "cn.xinqiao.bureau.accept.v1": AcceptReferral,
    "cn.xinqiao.bureau.answer.v1": AnswerReferral,
}

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
    petitioners: list[MaskedPetitioner]


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
    petition: BureauPetition | None
    """With the first event only."""


class BureauReminderItem(msgspec.Struct, frozen=True, kw_only=True):
    petition_number: str
    obligation: Obligation
    obligation_label: str
    level: Level | None
    level_label: str | None
    due_on: date
    """The effective last day."""


class BureauReminder(msgspec.Struct, frozen=True, kw_only=True):
    """What the bureau owes: the morning's reminder, or an urgent one. Accusations are never in it."""

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


class BureauRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a reply changed nothing."""

    in_reply_to: str | None
    code: str
    message: str
    field: str | None
