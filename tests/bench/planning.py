"""How long a county's duty tables take to plan: ``.venv/bin/python -m tests.bench.planning``. No part of ``test``.

Each tenant has twelve leaders, a watch of 24 hours on every day of the last five years, and leave; 90 days are planned.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from services.common.database import Database, Entry
from services.common.known_calendar import library_calendar
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_settings import RosterRules
from services.contracts.shifts import Shift
from services.roster.plan_store import plan_tenant
from services.roster.replanning import changes
from tests.bench.sweep import machine_line, own_instance
from tests.harness.instance import TestInstance
from tests.unit.roster.years import LAST, House, lived, office

COUNTY = "991001"
NOW = datetime.combine(LAST + timedelta(days=1), datetime.min.time(), LEGAL_ZONE)


def served(house: House) -> list[Shift]:
    rules = {rule.id: rule for rule in house.rules}
    members = {member.id: member for member in house.members}
    made = changes(
        tenant="xfj", before=[], after=lived(house), rules=rules, members=members, calendar=library_calendar()
    )
    return [change.shift for change in made]


def seed(database: Database, house: House, past: list[Shift], tenant: str) -> None:
    def own(id: str) -> str:
        return f"{tenant}-{id}"

    with database.begin(system_actor(COUNTY, "roster"), trace="bench") as tx:
        people = [msgspec.structs.replace(each, id=own(each.id), tenant=tenant) for each in house.members]
        leave = [
            msgspec.structs.replace(each, id=own(each.id), member=own(each.member), tenant=tenant)
            for each in house.absences
        ]
        shifts = [
            msgspec.structs.replace(
                each,
                id=own(each.id),
                tenant=tenant,
                seats=[msgspec.structs.replace(seat, member=own(str(seat.member))) for seat in each.seats],
            )
            for each in past
        ]
        rules = RosterRules(tenant=tenant, rules=house.rules)
        tx.record_many([Entry(state, Act.SHIFT_PLANNED) for state in (*people, *leave, *shifts, rules)])


def run(instance: TestInstance, *, tenants: int) -> Iterator[tuple[str, float, float, int]]:
    database = Database(service="roster", url=instance.settings.roster_database_url)
    house = office()
    past = served(house)
    codes = [f"t{number:03d}" for number in range(tenants)]
    for tenant in codes:
        seed(database, house, past, tenant)
    for what in ("planned for the first time", "planned again, nothing new"):
        begun, used = time.perf_counter(), time.process_time()
        longest, written = 0.0, 0
        for tenant in codes:
            one = time.perf_counter()
            with database.begin(system_actor(COUNTY, "roster"), trace="bench", now=NOW) as tx:
                report = plan_tenant(tx, tenant=tenant)
            longest, written = max(longest, time.perf_counter() - one), written + report.added + len(report.moved)
        whole, own = time.perf_counter() - begun, time.process_time() - used
        yield f"{tenants} tenants, {len(past)} shifts of the past each, {what}", whole, own, written
        yield "one of them (seconds: the slowest)", longest, own / tenants, written // tenants
    database.engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=51)
    given = parser.parse_args()
    print(machine_line(), "", "| plan | seconds | CPU s, planner | shifts written |", "|---|--:|--:|--:|", sep="\n")
    with own_instance() as instance:
        for what, seconds, own, written in run(instance, tenants=given.tenants):
            print(f"| {what} | {seconds:.2f} | {own:.2f} | {written} |", flush=True)


if __name__ == "__main__":
    main()
