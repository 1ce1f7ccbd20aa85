"""Deadlines: every case's clocks, counted anew with each fact. Entry points only."""

from services.common import settings
from services.common.bus import on_fact
from services.common.bus.ping import Pings
from services.common.bus.replaying import Replays
from services.common.database import Database, Transaction
from services.contracts.actor import TenantKind
from services.contracts.desk import Notice
from services.contracts.directory import Organisation
from services.contracts.fact import Fact
from services.contracts.flows import Approval
from services.contracts.intake import Petition
from services.contracts.meetings import CaseMeeting
from services.contracts.ratings import FollowUp
from services.contracts.reviews import CaseOwner, Review
from services.contracts.routing import Closure, Referral
from services.contracts.urgent_reports import UrgentReport
from services.deadlines.cases import recount
from services.deadlines.circular_commands import CircularCommands
from services.deadlines.extension_commands import ExtensionCommands
from services.deadlines.milestone_commands import MilestoneCommands
from services.deadlines.office_commands import OfficeCommands
from services.deadlines.readers import follow_readers
from services.deadlines.regime_commands import RegimeCommands
from services.deadlines.rules import load_rules
from services.deadlines.supervision_commands import SupervisionCommands
from services.deadlines.telling_calendar import tell_calendar

CONFIG = settings.load("amqp_url", "deadlines_database_url")


class DeadlinesService(
    RegimeCommands,
    ExtensionCommands,
    MilestoneCommands,
    SupervisionCommands,
    CircularCommands,
    OfficeCommands,
    Pings,
    Replays,
):
    name = "deadlines"
    database = Database(service="deadlines", url=CONFIG.deadlines_database_url)
    rules = load_rules()

    @on_fact(Petition)
    def petition_changed(self, tx: Transaction, fact: Fact[Petition]) -> None:
        follow_readers(tx, fact.state)
        recount(tx, petition_id=fact.state.id, rules=self.rules)

    @on_fact(Referral)
    def referral_changed(self, tx: Transaction, fact: Fact[Referral]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(Closure)
    def case_closed(self, tx: Transaction, fact: Fact[Closure]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(Review)
    def review_changed(self, tx: Transaction, fact: Fact[Review]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(CaseOwner)
    def case_owner_changed(self, tx: Transaction, fact: Fact[CaseOwner]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(CaseMeeting)
    def case_meeting_changed(self, tx: Transaction, fact: Fact[CaseMeeting]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(Approval)
    def approval_changed(self, tx: Transaction, fact: Fact[Approval]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(Notice)
    def notice_changed(self, tx: Transaction, fact: Fact[Notice]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(UrgentReport)
    def urgent_report_changed(self, tx: Transaction, fact: Fact[UrgentReport]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(FollowUp)
    def follow_up_changed(self, tx: Transaction, fact: Fact[FollowUp]) -> None:
        recount(tx, petition_id=fact.state.petition_id, rules=self.rules)

    @on_fact(Organisation)
    def organisation_changed(self, tx: Transaction, fact: Fact[Organisation]) -> None:
        """Who reminds and who is reminded is read from what is kept. A county that joins learns which notices were
        imported before it came; later ones the sweeper tells."""
        if fact.state.kind is TenantKind.COUNTY:
            tell_calendar(tx)
