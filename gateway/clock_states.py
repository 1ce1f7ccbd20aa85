"""The state of a clock at a moment, as a condition on its row.

``in_state`` says in SQL what ``services.contracts.deadlines.clock_state`` says of the clock itself; a test holds the
two together. The state is never stored: it would be wrong a moment later.
"""

from datetime import datetime

import sqlalchemy as sa

from gateway.model import clock
from services.contracts.deadlines import ClockState


def in_state(state: ClockState, now: datetime) -> sa.ColumnElement[bool]:
    """Whether a clock is in this state at ``now``."""
    c = clock.c
    runs = sa.and_(c.open, ~c.paused)
    # By ``due_at`` too, because lists of open clocks are in its order and its index ends the search.
    over = sa.and_(c.due_at <= now, c.over_at <= now)
    conditions = {
        ClockState.RUNNING: sa.and_(runs, c.warned_at > now),
        ClockState.WARNED: sa.and_(runs, c.warned_at <= now, c.due_today_at > now),
        ClockState.DUE_TODAY: sa.and_(runs, c.due_today_at <= now, c.over_at > now),
        ClockState.OVERDUE: sa.and_(runs, over, ~c.lapses),
        ClockState.LAPSED: sa.and_(runs, over, c.lapses),
        ClockState.PAUSED: sa.and_(c.open, c.paused),
        ClockState.MET: sa.and_(c.met_on.is_not(None), ~c.met_late),
        ClockState.MET_LATE: sa.and_(c.met_on.is_not(None), c.met_late),
        ClockState.CANCELLED: sa.and_(c.met_on.is_(None), c.cancelled),
    }
    return conditions[state]
