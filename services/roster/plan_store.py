"""A tenant's table planned from what is stored, and written: reads, asks the pure planner, writes what is different."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from services.common.database import Entry, Transaction
from services.common.public_table import public_table
from services.common.workdays import ONE_DAY
from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_commands import PlanReport
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_settings import RosterRules
from services.contracts.shifts import Shift
from services.roster.ledgers import Planned
from services.roster.limits import LIMITS
from services.roster.planning import plan
from services.roster.replanning import as_planned, changes, empty_posts, kept_seats, moved, not_again
from services.roster.scoring import coverage_percent, fairness
from services.roster.stored import announced_from, calendar_for, of_tenant, served_before, shifts_between


def plan_tenant(
    tx: Transaction, *, tenant: str, until: date | None = None, anew: bool = False, dry_run: bool = False
) -> PlanReport:
    """Plans what has not begun, up to ``until`` (the horizon of ``planning.toml``) and as far as shifts stand already.

    Takes the lock ``roster <tenant>``. Whoever stands in the table stays as long as he can serve; ``anew`` deals the
    turns again that are neither public nor arranged by people. With ``dry_run`` it writes nothing. It reads the
    tenant's whole roster, whoever acts. Raises ``OutsideCalendar``.
    """
    tx.lock(f"roster {tenant}")
    with tx.whole_county():
        return _plan(tx, tenant, until or tx.today + timedelta(days=LIMITS.plan_ahead_days), anew, dry_run)


def _plan(tx: Transaction, tenant: str, until: date, anew: bool, dry_run: bool) -> PlanReport:
    calendar = calendar_for(tx, tenant)
    kept_rules = tx.read(RosterRules, tenant)
    rules = {rule.id: rule for rule in kept_rules.state.rules} if kept_rules else {}
    members = {row.state.id: row.state for row in of_tenant(tx, Member, tenant)}
    # A shift of yesterday may go on; what is before is over, and only its turns count.
    yesterday = tx.today - ONE_DAY
    rows = shifts_between(tx, first=yesterday, last=date.max, tenant=tenant)
    versions = {row.state.id: row.version for row in rows}
    served = served_before(tx, tenant, yesterday)
    # A tenant that has no table yet gets one for the whole of today: who is on duty now is asked on the first day too.
    since = tx.now if rows or served else datetime.combine(yesterday, time.max, LEGAL_ZONE)
    begun, coming = _parted([row.state for row in rows], since)
    by_hand = [shift for shift in coming if shift.by_hand and shift.cancelled is None]
    ours = [shift for shift in coming if not shift.by_hand and (shift.cancelled is None or shift.dropped)]
    standing = [shift for shift in ours if shift.cancelled is None]
    first, last = tx.today, max([until, *(shift.day for shift in standing)])
    public = public_table(announced_from(tx, tenant, first), at=tx.now, first=first, last=date.max)
    hand = [as_planned(shift, calendar) for shift in by_hand]
    after = plan(
        tenant=tenant,
        rules=list(rules.values()),
        members=list(members.values()),
        absences=[row.state for row in of_tenant(tx, Absence, tenant)],
        past=[*(as_planned(shift, calendar) for shift in begun if shift.cancelled is None), *hand],
        kept=kept_seats(standing, public={row.turn.shift for row in public}, anew=anew),
        calendar=calendar,
        first=first,
        last=last,
        now=since,
        served=served,
        without=not_again(begun=begun, coming=coming),
    )
    news = changes(tenant=tenant, before=ours, after=after, rules=rules, members=members, calendar=calendar)
    if not dry_run:
        # Whoever books into one that is dropped at this moment has booked before, or sees that it is cancelled.
        for shift in sorted(each.shift.id for each in news if each.act is Act.SHIFT_CANCELLED):
            tx.lock(shift)
        tx.record_many(
            [Entry(each.shift, each.act, versions.get(each.shift.id, 0), each.words or None) for each in news]
        )
    table: list[Planned] = [*after, *hand]
    return PlanReport(
        tenant=tenant,
        first=first,
        last=last,
        planned=len(table),
        added=sum(each.act is Act.SHIFT_PLANNED for each in news),
        removed=sum(each.act is Act.SHIFT_CANCELLED for each in news),
        moved=moved(news, limit=LIMITS.report_lines),
        empty=empty_posts(after, rules, limit=LIMITS.report_lines),
        fairness=fairness(table, rules=list(rules.values()), members=list(members.values()), first=first, last=last),
        coverage_percent=coverage_percent(table),
    )


def _parted(shifts: Collection[Shift], now: datetime) -> tuple[list[Shift], list[Shift]]:
    """Those that have begun, which nothing changes any more, and those to come."""
    begun = [shift for shift in shifts if shift.begins <= now]
    return begun, [shift for shift in shifts if shift.begins > now]
