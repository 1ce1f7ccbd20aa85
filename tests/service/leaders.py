"""Who leads the receptions of a tenant, as the roster service holds it: the view may still be on its way."""

from services.common.database import Database
from services.contracts.actor import system_actor
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank
from services.roster.stored import of_tenant
from tests.harness.platform import Platform


def leaders_of(platform: Platform, tenant: str, *, county: str = "611021") -> list[Member]:
    """In their order of precedence."""
    database = Database(service="roster", url=platform.settings.roster_database_url)
    with database.begin(system_actor(county, "roster"), trace="test") as tx:
        members = [row.state for row in of_tenant(tx, Member, tenant)]
    database.engine.dispose()
    leading = (each for each in members if each.rank in (Rank.CHIEF, Rank.LEADER))
    return sorted(leading, key=lambda each: each.order)
