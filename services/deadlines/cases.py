"""Counting a case anew: what is known of it, what its clocks are now, and a fact for each that changed."""

from datetime import date

from services.common import logs
from services.common.database import Transaction
from services.contracts.deadlines import Clock
from services.contracts.intake import Petition
from services.contracts.routing import Closure, Referral
from services.deadlines.changes import changes
from services.deadlines.model import load_calendar
from services.deadlines.obligations import CaseFacts, obligations
from services.deadlines.rules import Rules

log = logs.get(__name__)


def recount(tx: Transaction, *, petition_id: str, rules: Rules) -> None:
    """Brings the stored clocks of a case to what its facts give, whichever fact came last.

    Facts that came before their petition wait in what is kept until it comes. A historical item never has clocks,
    and thousands of them come at once: no calendar is read for them. Raises ``OutsideCalendar`` where a
    period leaves the calendar.
    """
    # Two handlers of one case would each miss the fact that the other has not committed yet. The second waits
    # here, and then reads what the first has written.
    tx.lock(petition_id)
    case = case_facts(tx, petition_id)
    if case is None or case.petition.historical:
        return
    if rules.for_item(case.petition.received_on) is None:
        log.warning("no_law_for_item", received_on=str(case.petition.received_on))
    stored = {each.state.id: each for each in tx.of_petition(Clock, petition_id)}
    calendar = load_calendar(tx.connection, since=_first_day(case))
    derived = obligations(case=case, rules=rules, calendar=calendar)
    for change in changes(stored={key: each.state for key, each in stored.items()}, derived=derived):
        known = stored.get(change.clock.id)
        tx.record(change.clock, act=change.act, base=known.version if known else 0, remark=change.remark)


def case_facts(tx: Transaction, petition_id: str) -> CaseFacts | None:
    """What is kept of the case; None while its petition has not come."""
    petition = tx.kept(Petition, petition_id)
    if petition is None:
        return None
    closure = tx.kept(Closure, petition_id)
    return CaseFacts(
        petition=petition.state,
        referrals=tuple(each.state for each in tx.kept_of_petition(Referral, petition_id)),
        closure=closure.state if closure else None,
    )


def _first_day(case: CaseFacts) -> date:
    """No period of the case begins or ends before it."""
    named = [referral.due_on for referral in case.referrals if referral.due_on]
    return min([case.petition.received_on, *(referral.sent_on for referral in case.referrals), *named])
