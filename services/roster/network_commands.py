"""Commands about the grassroots network and what it sends upwards; the rules: ``network``, ``information``."""

from services.common.bus import command
from services.common.database import Entry, Transaction, Versioned
from services.common.errors import InvalidInput, NotFound
from services.common.ids import is_id
from services.common.redacting import redacted, redactor
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.network import InformationItem, NetworkPost
from services.contracts.network_commands import (
    DecideInformation,
    ForwardInformation,
    ImportNetwork,
    LinkInformation,
    NetworkReport,
    SaveNetworkPost,
    SendInformation,
    TakeBackInformation,
)
from services.roster import information, network
from services.roster.stored import of_tenant

OFFICES = (Role.CLERK, Role.HEAD, Role.SUPERVISOR)
ANY_POST = (*OFFICES, Role.HANDLER, Role.LEADER)
"""Whoever holds a post may send and act by it, whatever his role."""


class NetworkCommands:
    """Each answers the post, or the item, as it now is."""

    @command(SaveNetworkPost, roles=OFFICES)
    def save_network_post(self, tx: Transaction, body: SaveNetworkPost) -> NetworkPost:
        tx.lock(f"network {body.post.tenant}")
        before = None if body.post_id is None else _found(tx, body.post_id)
        post = network.post_of(
            given=body.post,
            before=before.state if before else None,
            others=[row.state for row in of_tenant(tx, NetworkPost, body.post.tenant)],
            actor=tx.actor,
            directory=_directory(tx),
            today=tx.today,
        )
        tx.record(post, act=Act.NETWORK_POST_CHANGED, base=before.version if before else 0)
        return post

    @command(ImportNetwork, roles=OFFICES)
    def import_network(self, tx: Transaction, body: ImportNetwork) -> NetworkReport:
        tenants = sorted({line.post.tenant for line in body.lines})
        for tenant in tenants:
            tx.lock(f"network {tenant}")
        stored = {row.state.id: row for tenant in tenants for row in of_tenant(tx, NetworkPost, tenant)}
        posts, report = network.imported(
            lines=body.lines,
            stored=[row.state for row in stored.values()],
            actor=tx.actor,
            directory=_directory(tx),
            today=tx.today,
        )
        if not body.dry_run:
            versions = {id: row.version for id, row in stored.items()}
            tx.record_many([Entry(post, Act.NETWORK_POST_CHANGED, versions.get(post.id, 0)) for post in posts])
        return report

    @command(SendInformation, roles=ANY_POST)
    def send_information(self, tx: Transaction, body: SendInformation) -> InformationItem:
        item = information.sent(
            command=body,
            post=_found(tx, body.post).state,
            actor=tx.actor,
            directory=_directory(tx),
            now=tx.now,
            redact=redactor(body.names),
        )
        tx.record(item, act=Act.INFORMATION_SENT)
        return item

    @command(ForwardInformation, roles=ANY_POST)
    def forward_information(self, tx: Transaction, body: ForwardInformation) -> InformationItem:
        row = _waiting(tx, body.item_id)
        item = information.forwarded(item=row.state, command=body, actor=tx.actor, now=tx.now, redact=_masked)
        tx.record(item, act=Act.INFORMATION_FORWARDED, base=row.version)
        return item

    @command(DecideInformation, roles=ANY_POST)
    def decide_information(self, tx: Transaction, body: DecideInformation) -> InformationItem:
        row = _waiting(tx, body.item_id)
        post = tx.read(NetworkPost, row.state.post)
        item = information.decided(
            item=row.state,
            post=post.state if post else None,
            command=body,
            actor=tx.actor,
            now=tx.now,
            redact=_masked,
        )
        tx.record(item, act=Act.INFORMATION_DECIDED, base=row.version)
        return item

    @command(LinkInformation, roles=ANY_POST)
    def link_information(self, tx: Transaction, body: LinkInformation) -> InformationItem:
        if (body.petition_id is None) is (body.conflict_id is None):
            raise InvalidInput("请填写信访件或矛盾纠纷其中一项", field="petition_id")
        if body.petition_id is not None:
            # Before the item, as the handler of the case's fact does it: who may see the case stays as it is read.
            tx.lock(body.petition_id)
        row = _waiting(tx, body.item_id)
        petition = None
        if body.petition_id is not None:
            kept = tx.kept(Petition, body.petition_id)
            if kept is None:
                raise NotFound("未找到该信访件，或您无权查看；刚登记的请稍候再试")
            petition = kept.state
        item = information.linked(item=row.state, command=body, petition=petition, actor=tx.actor, now=tx.now)
        tx.record(item, act=Act.INFORMATION_LINKED, base=row.version)
        return item

    @command(TakeBackInformation, roles=ANY_POST)
    def take_back_information(self, tx: Transaction, body: TakeBackInformation) -> InformationItem:
        row = _item(tx, body.item_id)
        item = information.taken_back(
            item=row.state,
            post=_found(tx, row.state.post).state,
            reason=body.reason,
            actor=tx.actor,
            now=tx.now,
            redact=_masked,
        )
        tx.record(item, act=Act.INFORMATION_TAKEN_BACK, base=row.version)
        return item


def _masked(text: str) -> str:
    return redacted(text, ())


def _directory(tx: Transaction) -> dict[str, Organisation]:
    return {row.state.code: row.state for row in tx.kept_all(Organisation)}


def _found(tx: Transaction, post_id: str) -> Versioned[NetworkPost]:
    row = tx.find(NetworkPost, post_id) if is_id(post_id) else None
    if row is None:
        raise NotFound()
    return row


def _item(tx: Transaction, item_id: str) -> Versioned[InformationItem]:
    row = tx.find(InformationItem, item_id) if is_id(item_id) else None
    if row is None:
        raise NotFound()
    return row


def _waiting(tx: Transaction, item_id: str) -> Versioned[InformationItem]:
    """The item, for somebody whose turn it is. Raises ``Forbidden`` for anybody else."""
    row = _item(tx, item_id)
    held = [each.state for each in of_tenant(tx, NetworkPost, tx.actor.tenant) if each.state.login == tx.actor.user]
    information.check_acts(item=row.state, actor=tx.actor, posts=held, today=tx.today)
    return row
