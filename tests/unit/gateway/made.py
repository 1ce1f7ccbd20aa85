"""Petitions, hand-overs and clocks, and the facts that tell of them, as the tests of the view want them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from services.common.ids import new_id
from services.common.workdays import Due
from services.contracts.actor import ActorRef
from services.contracts.base import LEGAL_ZONE, State
from services.contracts.deadlines import Binding, Bound, Clock, Event, Obligation, Unit
from services.contracts.fact import AnyFact
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.contracts.rules import Owner, Per, Rule, RuleKind, RuleSet, Warnings
from services.deadlines.bounds import Limit
from services.deadlines.events import Moment
from services.deadlines.marks import marks_of

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
BASIS = "《信访工作条例》第三十四条"

RULE = Rule(
    id="r", obligation=Obligation.HANDLING, article="第三十四条", per=Per.REFERRAL, starts=Event.REFERRAL_ACCEPTED,
    length=60, unit=Unit.CALENDAR_DAYS, met_by=(Event.REFERRAL_ANSWERED,), owner=Owner.RECEIVER,
)  # fmt: skip
LAW = RuleSet(
    id="law", name="《信访工作条例》", kind=RuleKind.LAW, jurisdiction="CN", since=date(2022, 5, 1), rules=(RULE,)
)


def petition(**changes: Any) -> Petition:
    made = Petition(
        id=new_id(), number=new_id(), query_code="q", channel=Channel.LETTER, received_on=TODAY, registered_at=NOW,
        registered_on=TODAY, registered_by="611021102", registrar="clerk", petitioners=[], anonymous=True, place=None,
        place_name=None, title="t", body="b", nature=Nature.APPEAL, category=None, urgency=Urgency.NORMAL,
        confidential=False, accused=[], aliases=[], historical=False, past_answer=None,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def referral(case: Petition, to: str, **changes: Any) -> Referral:
    made = Referral(
        id=new_id(), petition_id=case.id, petition_number=case.number, registered_by=case.registered_by,
        kind=ReferralKind.TRANSFER, role=ReferralRole.LEAD, from_tenant="xfj", to_tenant=to, state=ReferralState.SENT,
        sent_at=NOW, sent_on=TODAY, due_on=None, note=None,
        restricted_to=None if case.named is None else sorted(case.named),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def clock(*, due_on: date = TODAY, length: int = 60, marked: bool = True, **changes: Any) -> Clock:
    """A clock of so many days that ends on this day, with the marks that deadlines sets."""
    starts_on = due_on - timedelta(days=length)
    due_at = datetime.combine(due_on + timedelta(days=1), time(), LEGAL_ZONE)
    bound = Bound(
        rule="r", basis=BASIS, starts=Event.REFERRAL_ACCEPTED, starts_on=starts_on, length=length,
        unit=Unit.CALENDAR_DAYS, due_on=due_on, effective_due_on=due_on, provisional=False,
    )  # fmt: skip
    limit = Limit(
        rule=RULE,
        rule_set=LAW,
        start=Moment(on=starts_on),
        due=Due(nominal=due_on, effective=due_on, provisional=False),
        due_at=due_at,
    )
    lapses = bool(changes.get("lapses", False))
    made = Clock(
        id=new_id(), petition_id="p", petition_number="n", referral_id=None, owner="zrzy",
        obligation=Obligation.HANDLING, rule="r", basis=BASIS, binding=Binding.LEGAL, legal=bound, internal=None,
        starts_on=starts_on, due_on=due_on, effective_due_on=due_on, due_at=due_at, provisional=False, lapses=lapses,
        marks=marks_of(limit, warnings=Warnings(), lapses=lapses) if marked else [], met_on=None, cancelled=False,
        first_receiver="窗口甲",
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def fact(state: State, *, county: str = "611021", version: int = 1, **changes: Any) -> AnyFact:
    """The fact that tells of a state, as it comes over the bus."""
    made = AnyFact(
        id=new_id(),
        county=county,
        type=state.fact_type,
        subject=state.aggregate_id,
        version=version,
        time=NOW,
        act="CLOCK_CHANGED",
        actor=ActorRef(tenant="xfj", user="u", name="n"),
        petition=state.case_id,
        remark="r",
        trace=new_id(),
        state=msgspec.Raw(msgspec.json.encode(state)),
    )
    return msgspec.structs.replace(made, **changes)
