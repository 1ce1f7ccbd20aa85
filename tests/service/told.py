"""A case as the facts tell it, for tests of deadlines: made, kept, counted, and what was told of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from services.common.database import Database
from services.common.facts import decode_fact
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.base import State
from services.contracts.deadlines import Clock
from services.contracts.fact import Fact, typed
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.routing import Answer, Outcome, Referral, ReferralKind, ReferralRole, ReferralState
from services.deadlines.cases import recount_many
from services.deadlines.rules import load_rules
from tests.harness.instance import TestInstance

MOMENT = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
RULES = load_rules()


def petition(**changes: Any) -> Petition:
    base = Petition(
        id=new_id(),
        number="2026-1",
        query_code="ABCD2345",
        channel=Channel.LETTER,
        received_on=date(2026, 8, 3),
        registered_at=MOMENT,
        registered_on=date(2026, 8, 3),
        registered_by="xfj",
        registrar="clerk",
        registrar_name="王登记",
        petitioners=[],
        anonymous=False,
        place=None,
        place_name=None,
        title="某村道路",
        body="请求修路",
        nature=Nature.APPEAL,
        category=None,
        urgency=Urgency.NORMAL,
        confidential=False,
        accused=[],
        aliases=[],
        historical=False,
        past_answer=None,
    )
    return msgspec.structs.replace(base, **changes)


def way_of_a_referral(item: Petition, *, to: str, role: ReferralRole = ReferralRole.LEAD) -> list[Referral]:
    """All its states, from sent to answered."""
    sent = Referral(
        id=new_id(),
        petition_id=item.id,
        petition_number=item.number,
        registered_by=item.registered_by,
        kind=ReferralKind.ASSIGN,
        role=role,
        from_tenant="xfj",
        to_tenant=to,
        state=ReferralState.SENT,
        sent_at=MOMENT,
        sent_on=date(2026, 8, 4),
        due_on=date(2026, 9, 30),
        note=None,
        restricted_to=None if item.named is None else sorted(item.named),
    )
    received = msgspec.structs.replace(sent, state=ReferralState.RECEIVED, received_on=date(2026, 8, 5))
    accepted = msgspec.structs.replace(received, state=ReferralState.ACCEPTED, accepted_on=date(2026, 8, 7))
    answer = Answer(outcome=Outcome.SUPPORTED, opinion="已列入计划", answered_on=date(2026, 9, 1))
    return [sent, received, accepted, msgspec.structs.replace(accepted, state=ReferralState.ANSWERED, answer=answer)]


class Desk:
    """One county's cases in the service's own database, without the bus; each call is a transaction at one instant."""

    def __init__(self, *, database: Database, admin: sa.Engine, county: str) -> None:
        self.database = database
        self.admin = admin
        self.county = county
        self.actor = system_actor(county, "deadlines")

    def keep(self, *states: State, now: datetime = MOMENT, version: int = 1) -> None:
        """Facts of other services arrive, and their cases are counted anew."""
        with self.database.begin(self.actor, trace="test", now=now) as tx:
            for state in states:
                tx.keep(state, version=version, fact_id=new_id())
            cases = {state.case_id for state in states if state.case_id is not None}
            recount_many(tx, petition_ids=sorted(cases), rules=RULES)

    def clocks(self, petition_id: str) -> dict[str, Clock]:
        """By obligation the newest clock of the case that is not cancelled."""
        with self.database.begin(self.actor, trace="test") as tx:
            found = [each.state for each in tx.of_petition(Clock, petition_id)]
        return {str(clock.obligation): clock for clock in found if not clock.cancelled}

    def facts(self, state: type[Any]) -> list[Fact[Any]]:
        """What the outbox holds of one type, in the order in which the relay would take it."""
        query = sa.text(
            "SELECT body FROM deadlines.outbox WHERE county_id = :county AND routing_key = :key ORDER BY seq"
        )
        with self.admin.connect() as connection:
            found = connection.execute(query, {"county": self.county, "key": f"{self.county}.{state.fact_type}"})
            return [typed(decode_fact(bytes(body)), state) for body in found.scalars()]

    def one(self, statement: str, **parameters: Any) -> Any:
        with self.admin.begin() as connection:
            return connection.execute(sa.text(statement), {"county": self.county, **parameters}).scalar()


@contextmanager
def nobody_else(instance: TestInstance) -> Iterator[None]:
    """The sweeper and the relay of a platform that runs in the same session stand still meanwhile."""
    running = [name for name in ("sweeper", "relay") if name in instance.keeper]
    for name in running:
        instance.keeper[name].stop()
    try:
        yield
    finally:
        for name in running:
            instance.keeper[name].start()
