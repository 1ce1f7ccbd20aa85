"""Roster: who serves when, who is there, and who comes to be received. Entry points only; the rules stand beside."""

from services.common import settings
from services.common.bus import on_fact
from services.common.bus.ping import Pings
from services.common.bus.replaying import Replays
from services.common.database import Database, Transaction
from services.common.following import follow_names
from services.common.vault import Vault
from services.contracts.calendar import CalendarYear
from services.contracts.directory import Organisation
from services.contracts.fact import Fact
from services.contracts.intake import Petition
from services.contracts.rules import Regime
from services.contracts.urgent_reports import UrgentReport
from services.roster.absence_commands import AbsenceCommands
from services.roster.announcement_commands import AnnouncementCommands
from services.roster.case_facts import call_on_duty, note_duty
from services.roster.evaluation_commands import EvaluationCommands
from services.roster.load_commands import LoadCommands
from services.roster.log_commands import LogCommands
from services.roster.network_commands import NetworkCommands
from services.roster.plan_commands import PlanCommands
from services.roster.presence_commands import PresenceCommands
from services.roster.questionnaire_commands import QuestionnaireCommands
from services.roster.reception_commands import ReceptionCommands
from services.roster.reception_desk import follow_petition
from services.roster.recusal_commands import RecusalCommands
from services.roster.setup_commands import SetupCommands
from services.roster.substitution_commands import SubstitutionCommands
from services.roster.visit_commands import VisitCommands
from services.roster.watching import enter_county

CONFIG = settings.load("amqp_url", "roster_database_url", "vault_key", "index_key")


class RosterService(
    AbsenceCommands,
    AnnouncementCommands,
    EvaluationCommands,
    LoadCommands,
    LogCommands,
    NetworkCommands,
    PlanCommands,
    PresenceCommands,
    QuestionnaireCommands,
    ReceptionCommands,
    RecusalCommands,
    SetupCommands,
    SubstitutionCommands,
    VisitCommands,
    Pings,
    Replays,
):
    name = "roster"
    database = Database(service="roster", url=CONFIG.roster_database_url)
    vault = Vault(key=CONFIG.vault_key, index_key=CONFIG.index_key)

    @on_fact(Organisation)
    def organisation_changed(self, tx: Transaction, fact: Fact[Organisation]) -> None:
        """Names and places are read from what is kept; of a county that has a directory the watcher takes care."""
        enter_county(tx)

    @on_fact(Regime)
    def regime_changed(self, tx: Transaction, fact: Fact[Regime]) -> None:
        """Keeping it is all: the county's days off are read from what is kept, and the watcher plans by them."""

    @on_fact(CalendarYear)
    def calendar_changed(self, tx: Transaction, fact: Fact[CalendarYear]) -> None:
        """As with the regime."""

    @on_fact(Petition)
    def petition_changed(self, tx: Transaction, fact: Fact[Petition]) -> None:
        if not fact.state.historical:
            note_duty(tx, fact.state)
            call_on_duty(tx, fact.state.id)
        follow_petition(tx, self.vault, fact.state)
        follow_names(tx, fact.state)

    @on_fact(UrgentReport)
    def urgent_report_changed(self, tx: Transaction, fact: Fact[UrgentReport]) -> None:
        call_on_duty(tx, fact.state.petition_id)
