"""The bureau link's routing side: what is told to a bureau's queue, and how its replies are read in their order."""

import functools
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from kombu import Message

from services.common import links, settings, topology, tracing
from services.common.bus.messages import MessageEntrypoint, Unreadable
from services.common.copies import headers_of
from services.common.database import Transaction
from services.common.settings import Settings
from services.common.wording import UNDECODABLE
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.attachments import Attachment
from services.contracts.bureau import (
    ATTACHMENT_EVENT,
    RECEIPT_EVENT,
    REFERRAL_EVENT,
    REFUSED_EVENT,
    BureauAttachment,
    BureauAttachmentNews,
    BureauReceipt,
    BureauRefusal,
)
from services.contracts.directory import Organisation
from services.contracts.fact import Problem
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.contracts.topology import BUREAU, BUREAU_REPLY, VOUCHED, bureau_queue
from services.routing.bureau_events import accuses_readers, bureau_event

SYSTEM_NAME = "部门业务系统"
MAX_ID = 200
"""Characters of a reply's id."""


@dataclass(frozen=True)
class BureauReply:
    """A message of a bureau, whose sender the broker has vouched for; all else in it is unchecked."""

    actor: Actor
    event_id: str | None
    event_type: str
    body: bytes
    headers: tracing.Headers


class BureauReplyEntrypoint(MessageEntrypoint):
    """One reply at a time, in the order in which they came.

    A bureau's system that sends "received" and "accepted" in one go means them in that order; and a flood of
    replies keeps one worker busy, not all. The queue has one active consumer, so this holds for several processes.
    """

    def setup(self) -> None:
        self.queue = topology.bureau_reply_queue()
        self._in_turn: deque[tuple[BureauReply, Message]] = deque()
        super().setup()

    def spawn(self, argument: BureauReply, message: Message) -> None:
        self._in_turn.append((argument, message))
        if len(self._in_turn) == 1:
            super().spawn(argument, message)

    def finish(self, message: Message, result: Any, exc_info: Any) -> tuple[Any, Any]:
        settled = super().finish(message, result, exc_info)
        self._in_turn.popleft()
        if self._in_turn:
            super().spawn(*self._in_turn[0])
        return settled

    def read(self, body: bytes, message: Message) -> BureauReply:
        return BureauReply(
            actor=_sender(message),
            event_id=_usable_id(message.headers.get("cloudEvents:id")),
            event_type=str(message.headers.get("cloudEvents:type", "")),
            body=body,
            headers=message.headers,
        )


def _usable_id(value: object) -> str | None:
    """The id if it can be stored and repeated as a request id."""
    usable = isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable()
    return str(value) if usable else None


def _sender(message: Message) -> Actor:
    """The bureau, by the ``user-id`` that the broker compared with the connection.

    A message that returns from our own retry ladder carries it in a header, because its publisher was ours; a
    bureau cannot reach the queue that way, for it may write to exchange ``bureau.reply`` only.
    """
    direct = message.delivery_info.get("exchange") == BUREAU_REPLY
    account = message.properties.get("user_id") if direct else headers_of(message).get(VOUCHED)
    kind, _, rest = str(account or "").partition(".")
    county, _, tenant = rest.partition(".")
    if kind != BUREAU or not tenant or bureau_queue(county, tenant) != account:
        raise Unreadable(f"no bureau vouched for: user-id {account!r}")
    return bureau_actor(county, tenant)


def bureau_actor(county: str, tenant: str) -> Actor:
    """The bureau's own system, as whom its replies are carried out and its links are opened."""
    return Actor(
        county=county,
        tenant=tenant,
        kind=TenantKind.BUREAU,
        user=bureau_queue(county, tenant),
        name=SYSTEM_NAME,
        # What is in the bureau's queue was referred to it on purpose, accusations too.
        roles=frozenset({Role.CLERK, Role.ACCUSATIONS}),
    )


def tell_bureau(
    *, tx: Transaction, receiver: Organisation | None, referral: Referral, version: int, petition: Petition | None
) -> None:
    """Puts the referral's new state into its receiver's queue, if the receiver is a bureau."""
    if receiver is None or receiver.kind is not TenantKind.BUREAU:
        return
    # A bureau does not see the petition that routing keeps, only what it is told of it.
    with tx.whole_county():
        kept = tx.kept(Petition, referral.petition_id)
        files = tx.kept_of_petition(Attachment, referral.petition_id) if referral.stands else []
    event = bureau_event(
        receiver=receiver,
        referral=referral,
        version=version,
        about=kept.state if kept else petition,
        text=petition,
        attachments=told_attachments(tx, referral.to_tenant, [row.state for row in files]),
    )
    tx.send_to_bureau(referral.to_tenant, event_type=REFERRAL_EVENT, subject=referral.id, data=event)


def tell_attachment(*, tx: Transaction, receiver: Organisation | None, referral: Referral, file: Attachment) -> None:
    """Tells a bureau of a file of a case that it holds, or that it was taken back; of what the referral's own event
    withholds nothing."""
    if receiver is None or receiver.kind is not TenantKind.BUREAU or file.reserved:
        return
    petition = tx.kept(Petition, file.petition_id)
    if petition is None:
        raise LookupError(f"attachment {file.id} of a petition that routing has not heard of")
    if accuses_readers(receiver, petition.state):
        return
    news = BureauAttachmentNews(
        referral_id=referral.id,
        petition_number=file.petition_number,
        attachment=_told(tx, referral.to_tenant, file),
        taken_back=file.taken_back,
    )
    tx.send_to_bureau(referral.to_tenant, event_type=ATTACHMENT_EVENT, subject=referral.id, data=news)


def told_attachments(tx: Transaction, tenant: str, files: list[Attachment]) -> list[BureauAttachment]:
    """Those that the bureau may have, each with a link for it alone."""
    return [_told(tx, tenant, one) for one in files if one.taken_back is None and not one.reserved]


def _told(tx: Transaction, tenant: str, file: Attachment) -> BureauAttachment:
    config = _config()
    path = links.sign(
        actor=bureau_actor(tx.actor.county, tenant),
        attachment_id=file.id,
        key=config.link_key,
        until=tx.now + timedelta(days=config.bureau_link_days),
    )
    return BureauAttachment(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        url=f"{config.public_address.rstrip('/')}{path}",
    )


@functools.cache
def _config() -> Settings:
    return settings.load("link_key", "public_address")


def tell_receipt(*, tx: Transaction, reply: BureauReply, verb: str, referral_id: str, at: datetime) -> None:
    """Puts the receipt of a reply that was carried out at ``at`` into the queue of the bureau that sent it."""
    row = tx.read(Referral, referral_id)
    if row is None or reply.event_id is None:
        raise RuntimeError(f"the reply {reply.event_id} was carried out on {referral_id}, which is not there")
    receipt = BureauReceipt(
        in_reply_to=reply.event_id,
        verb=verb,
        referral_id=referral_id,
        state=row.state.state,
        state_label=row.state.state.label,
        version=row.version,
        at=at,
    )
    tx.send_to_bureau(reply.actor.tenant, event_type=RECEIPT_EVENT, subject=referral_id, data=receipt)


def tell_refusal(*, tx: Transaction, reply: BureauReply, problem: Problem) -> None:
    """Puts the reason for which a reply changed nothing into the queue of the bureau that sent it."""
    refusal = BureauRefusal(in_reply_to=reply.event_id, code=problem.code, message=problem.message, field=problem.field)
    tx.send_to_bureau(reply.actor.tenant, event_type=REFUSED_EVENT, subject=reply.event_id or "unknown", data=refusal)


def reply_body(reply: BureauReply, limit: int) -> msgspec.Raw | str:
    """The reply's command as JSON, or what is wrong with it in Chinese."""
    if reply.event_id is None:
        return f"消息头 cloudEvents:id 缺失或不合要求（1 到 {MAX_ID} 个可见字符），无法识别重复消息，请改正后重发"
    if len(reply.body) > limit:
        return f"消息超过 {limit} 字节，请缩短后重发"
    try:
        msgspec.json.decode(reply.body, type=dict[str, Any])
    except UNDECODABLE:
        return "消息体不是有效的 JSON 对象，请检查后重发"
    return msgspec.Raw(reply.body)
