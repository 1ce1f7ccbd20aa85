"""The watch over posts: called by the watcher for each tenant, again and again. The rules stand in ``posts``."""

from datetime import datetime, timedelta

from services.common.clock import legal_day
from services.common.database import Entry, Transaction
from services.contracts.acts import Act
from services.contracts.presence import AlertKind, PostAlert
from services.roster.limits import LIMITS
from services.roster.posts import Posts, alerts, open_posts
from services.roster.seating_store import lock_table, table_of
from services.roster.stored import open_alerts, shifts_between

POSTS = Posts(ahead=timedelta(days=LIMITS.coverage_days), patience=timedelta(minutes=LIMITS.unmanned_after_minutes))
A_DAY = timedelta(days=1)


def watch_posts(tx: Transaction, *, tenant: str, now: datetime) -> int:
    """Tells of empty and unmanned posts of the tenant once each, and clears those that are filled; how many it wrote.

    Idempotent. The transaction must see the whole county. Most rounds it reads two lists and writes nothing.
    """
    today = legal_day(now)
    first, last = today - A_DAY, legal_day(now + POSTS.ahead)
    shifts = [row.state for row in shifts_between(tx, first=first, last=last, tenant=tenant)]
    if not open_posts(shifts, now=now, posts=POSTS) and not open_alerts(tx, tenant):
        return 0
    lock_table(tx, tenant)
    table = table_of(tx, tenant, first=first, last=last)
    rows = {row.state.id: row for row in open_alerts(tx, tenant)}
    wanted = open_posts(table.shifts.values(), now=now, posts=POSTS)
    # What was cleared before and is open again goes on in its own aggregate.
    rows |= tx.several(PostAlert, [id for id in wanted if id not in rows])
    told, cleared = alerts(table, stored={id: row.state for id, row in rows.items()}, now=now, posts=POSTS)
    entries = [(alert, Act.POST_ALERTED) for alert in told] + [(alert, Act.POST_FILLED) for alert in cleared]
    tx.record_many(
        [Entry(alert, act, rows[alert.id].version if alert.id in rows else 0, _words(alert)) for alert, act in entries]
    )
    return len(entries)


def _words(alert: PostAlert) -> str:
    roles = "、".join(role.label for role in alert.roles)
    return f"{alert.day} {roles} {AlertKind(alert.kind).label}"
