"""Roster: who receives visitors today. Entry points only; the rules stand in ``duty``."""

from typing import Any

from services.common import settings
from services.common.bus import command, on_fact
from services.common.bus.ping import Pings
from services.common.database import Database, Transaction
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.fact import Fact
from services.contracts.intake import Petition
from services.contracts.roster import DutyNote, DutyTable, LoadDutyTables
from services.roster.duty import changed_tables, check_tables, turn_on

CONFIG = settings.load("amqp_url", "roster_database_url")


class RosterService(Pings):
    name = "roster"
    database = Database(service="roster", url=CONFIG.roster_database_url)

    @command(LoadDutyTables, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_duty_tables(self, tx: Transaction, body: LoadDutyTables) -> Any:
        check_tables(body.tables)
        # One load of a county at a time, so that none works from a set that another is changing.
        tx.lock("duty tables")
        stored = {row.state.tenant: row for row in tx.all(DutyTable)}
        known = {tenant: row.state for tenant, row in stored.items()}
        changed = changed_tables(stored=known, wanted=body.tables)
        for table in changed:
            base = stored[table.tenant].version if table.tenant in stored else 0
            tx.record(table, act=Act.DUTY_TABLE_CHANGED, base=base)
        return {"changed": [table.tenant for table in changed]}

    @on_fact(Petition)
    def petition_registered(self, tx: Transaction, fact: Fact[Petition]) -> None:
        """Notes the leader on duty once, by the table of that moment: a later table does not rewrite history."""
        petition = fact.state
        if petition.historical or tx.find(DutyNote, petition.id) is not None:
            return
        table = tx.read(DutyTable, petition.registered_by)
        note = DutyNote(
            petition_id=petition.id,
            tenant=petition.registered_by,
            on=petition.registered_on,
            turn=turn_on(table.state if table is not None else None, petition.registered_on),
        )
        tx.record(note, act=Act.DUTY_NOTED)
