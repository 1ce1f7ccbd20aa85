"""Routing: the directory, the facts that it follows, and what bureaus reply. Every command mixin is a base."""

from typing import Any

import msgspec

from services.common import settings
from services.common.bus import command, on_fact
from services.common.bus.ping import Pings
from services.common.bus.replaying import Replays
from services.common.database import Database, Transaction
from services.common.following import follow_names
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.attachments import Attachment
from services.contracts.calendar import CalendarYear
from services.contracts.directory import LoadDirectory, Organisation
from services.contracts.fact import Fact
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.routing.approval_commands import ApprovalCommands
from services.routing.archive_commands import ArchiveCommands
from services.routing.bureau_link import tell_attachment
from services.routing.bureau_replies import BureauReplies
from services.routing.conflict_commands import ConflictCommands
from services.routing.county_tables import directory
from services.routing.handling_commands import HandlingCommands
from services.routing.meeting_commands import MeetingCommands
from services.routing.owner_commands import OwnerCommands
from services.routing.proposal_commands import ProposalCommands, propose_for
from services.routing.referral_commands import ReferralCommands
from services.routing.review_commands import ReviewCommands
from services.routing.settlement_commands import SettlementCommands

CONFIG = settings.load("amqp_url", "routing_database_url", "link_key", "public_address")


class RoutingService(
    BureauReplies,
    ReferralCommands,
    HandlingCommands,
    ProposalCommands,
    ReviewCommands,
    OwnerCommands,
    ApprovalCommands,
    MeetingCommands,
    SettlementCommands,
    ConflictCommands,
    ArchiveCommands,
    Pings,
    Replays,
):
    name = "routing"
    database = Database(service="routing", url=CONFIG.routing_database_url)

    @command(LoadDirectory, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_directory(self, tx: Transaction, body: LoadDirectory) -> Any:
        """Enters the directory; returns the codes added, changed and closed."""
        # One load at a time, so that none works from a directory that another is changing.
        tx.lock("directory")
        known = {row.state.code: row for row in tx.all(Organisation)}
        wanted = {organisation.code: organisation for organisation in body.organisations}
        closed = [
            msgspec.structs.replace(row.state, active=False)
            for code, row in known.items()
            if code not in wanted and row.state.active
        ]
        added: list[str] = []
        changed: list[str] = []
        for organisation in [*wanted.values(), *closed]:
            row = known.get(organisation.code)
            if row is not None and row.state == organisation:
                continue
            tx.record(organisation, act=Act.ORGANISATION_CHANGED, base=row.version if row else 0)
            (changed if row else added).append(organisation.code)
        return {"added": added, "changed": changed, "closed": [organisation.code for organisation in closed]}

    @on_fact(Petition)
    def petition_changed(self, tx: Transaction, fact: Fact[Petition]) -> None:
        follow_names(tx, fact.state)
        propose_for(tx, fact.state)

    @on_fact(CalendarYear)
    def calendar_changed(self, tx: Transaction, fact: Fact[CalendarYear]) -> None:
        """Keeping it is all: what is proposed from now on counts by it."""

    @on_fact(Attachment)
    def attachment_changed(self, tx: Transaction, fact: Fact[Attachment]) -> None:
        """The bureaus that hold the case learn of it. Its referral may be on the way: whichever comes second knows of
        the other, because both hold the case's lock."""
        tx.lock(fact.state.petition_id)
        for row in tx.of_petition(Referral, fact.state.petition_id):
            if row.state.stands:
                receiver = directory(tx).get(row.state.to_tenant)
                tell_attachment(tx=tx, receiver=receiver, referral=row.state, file=fact.state)
