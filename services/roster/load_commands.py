"""Loading what the county profile says of all rosters: the entry point."""

from typing import Any

from services.common.bus import command
from services.common.database import Entry, Transaction, Versioned
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.roster_commands import LoadRoster, TenantRoster
from services.contracts.roster_people import Member
from services.contracts.roster_settings import RosterQuotas, RosterRules
from services.roster.members import Changed, loading
from services.roster.rule_checks import RosterInvalid, roster_problems, twice
from services.roster.seating_store import lock_table


class LoadCommands:
    """A base of the service class."""

    @command(LoadRoster, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_roster(self, tx: Transaction, body: LoadRoster) -> Any:
        """Plans nothing: the watcher sees at its next round that the rosters are others, and plans them."""
        problems = [f"单位 {code} 写了不止一次" for code in twice(roster.tenant for roster in body.rosters)]
        problems += [f"单位 {one.tenant} 的{problem}" for one in body.rosters for problem in roster_problems(one)]
        if problems:
            raise RosterInvalid("；".join(problems))
        # One load of a county at a time, so that none works from a set that another is changing.
        tx.lock("roster profile")
        stored = {row.state.tenant for row in tx.all(RosterRules)}
        gone = sorted(stored - {roster.tenant for roster in body.rosters})
        wanted = [*body.rosters, *(TenantRoster(tenant=code, members=[], rules=[]) for code in gone)]
        for roster in sorted(wanted, key=lambda one: one.tenant):
            lock_table(tx, roster.tenant)
        # Read only now: what an office saved meanwhile stands in it.
        known = _Stored(tx)
        changes = [change for roster in wanted if (change := known.changed_by(roster)) is not None]
        tx.record_many([entry for change in changes for entry in known.entries(change)])
        return {"changed": [change.rules.tenant for change in changes]}


class _Stored:
    """What stands of a county's rosters when a profile is loaded."""

    def __init__(self, tx: Transaction) -> None:
        self._today = tx.today
        self._rules = {row.state.tenant: row for row in tx.all(RosterRules)}
        self._quotas = {row.state.tenant: row for row in tx.all(RosterQuotas)}
        self._members = {row.state.id: row for row in tx.all(Member)}

    def changed_by(self, roster: TenantRoster) -> Changed | None:
        rules, quotas = self._rules.get(roster.tenant), self._quotas.get(roster.tenant)
        return loading(
            roster=roster,
            rules=rules.state if rules else None,
            quotas=quotas.state if quotas else None,
            members={id: row.state for id, row in self._members.items()},
            today=self._today,
        )

    def entries(self, change: Changed) -> list[Entry]:
        tenant = change.rules.tenant
        found = [Entry(each, Act.MEMBER_CHANGED, _version(self._members.get(each.id))) for each in change.members]
        found.append(Entry(change.rules, Act.ROSTER_RULES_CHANGED, _version(self._rules.get(tenant))))
        if change.quotas is not None:
            found.append(Entry(change.quotas, Act.ROSTER_QUOTAS_CHANGED, _version(self._quotas.get(tenant))))
        return found


def _version(known: Versioned[Any] | None) -> int:
    return 0 if known is None else known.version
