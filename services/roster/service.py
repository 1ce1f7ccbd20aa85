"""Roster: who serves when, who is there, and who comes to be received. Entry points only; the rules stand beside."""

from services.common import settings
from services.common.bus import on_fact
from services.common.bus.ping import Pings
from services.common.database import Database, Transaction
from services.common.vault import Vault
from services.contracts.calendar import CalendarYear
from services.contracts.directory import Organisation
from services.contracts.fact import Fact
from services.contracts.rules import Regime

CONFIG = settings.load("amqp_url", "roster_database_url", "vault_key", "index_key")


class RosterService(
    Pings,
):
    name = "roster"
    database = Database(service="roster", url=CONFIG.roster_database_url)
    vault = Vault(key=CONFIG.vault_key, index_key=CONFIG.index_key)

    @on_fact(Organisation)
    def organisation_changed(self, tx: Transaction, fact: Fact[Organisation]) -> None:
        """Keeping it is all: names and places are read from what is kept."""

    @on_fact(Regime)
    def regime_changed(self, tx: Transaction, fact: Fact[Regime]) -> None:
        """Keeping it is all: the county's days off are read from what is kept, and the watcher plans by them."""

    @on_fact(CalendarYear)
    def calendar_changed(self, tx: Transaction, fact: Fact[CalendarYear]) -> None:
        """As with the regime."""
