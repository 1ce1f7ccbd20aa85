"""Who is on duty on a day, and what a newly loaded set of weekly tables changes. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from services.common.errors import InvalidInput
from services.contracts.roster import DutyTable, DutyTurn


def turn_on(table: DutyTable | None, day: date) -> DutyTurn | None:
    """The turn of the legal day ``day``; None where the tenant has no table or nobody stands in it for that day."""
    turns = table.turns if table is not None else []
    return next((turn for turn in turns if turn.weekday == day.isoweekday()), None)


def check_tables(tables: list[DutyTable]) -> None:
    """Raises ``InvalidInput`` unless each tenant has one table, with one leader a day at most."""
    for tenant, count in Counter(table.tenant for table in tables).items():
        if count > 1:
            raise InvalidInput(f"单位 {tenant} 的值班表出现了 {count} 次，每个单位只能有一张", field="tables")
    for table in tables:
        for weekday, count in Counter(turn.weekday for turn in table.turns).items():
            if count > 1:
                reason = f"单位 {table.tenant} 星期 {weekday} 有 {count} 名值班领导，同一天只能有一名"
                raise InvalidInput(reason, field="tables")


def changed_tables(*, stored: Mapping[str, DutyTable], wanted: list[DutyTable]) -> list[DutyTable]:
    """The tables that differ from the stored ones (by tenant); of a tenant left out, the table without turns."""
    kept = {table.tenant for table in wanted}
    emptied = [DutyTable(tenant=tenant, turns=[]) for tenant in sorted(stored.keys() - kept)]
    return [table for table in [*wanted, *emptied] if table != stored.get(table.tenant)]
