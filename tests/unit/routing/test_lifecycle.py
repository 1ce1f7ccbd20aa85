"""Every act from every state by every side: allowed as the table says, refused with its code otherwise."""

from datetime import UTC, date, datetime

import pytest

from services.common.errors import Forbidden, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.routing.lifecycle import TRANSITIONS, Side, advance

S = ReferralState


def actor(tenant: str, kind: TenantKind = TenantKind.BUREAU) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user="u", name="n", roles=frozenset({Role.CLERK}))


SENDER = actor("611021001", TenantKind.TOWNSHIP)
RECEIVER = actor("zrzy")
COUNTY = actor("xfj", TenantKind.COUNTY)
STRANGER = actor("slj")


def referral(state: ReferralState) -> Referral:
    return Referral(
        id="r",
        petition_id="p",
        petition_number="n",
        registered_by="611021001",
        kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD,
        from_tenant="611021001",
        to_tenant="zrzy",
        state=state,
        sent_at=datetime(2026, 11, 22, tzinfo=UTC),
        sent_on=date(2026, 11, 22),
        due_on=None,
        note=None,
    )


# The law's road, written down a second time by hand: act, from, to.
ALLOWED = {
    (Act.WITHDRAWN, S.SENT): S.WITHDRAWN,
    (Act.RECEIVED, S.SENT): S.RECEIVED,
    (Act.OBJECTED, S.RECEIVED): S.OBJECTED,
    (Act.OBJECTION_UPHELD, S.OBJECTED): S.RETURNED,
    (Act.OBJECTION_DISMISSED, S.OBJECTED): S.RECEIVED,
    (Act.ACCEPTED, S.RECEIVED): S.ACCEPTED,
    (Act.ANSWERED, S.ACCEPTED): S.ANSWERED,
    (Act.DELIVERED, S.ANSWERED): S.DELIVERED,
    (Act.PART_CLOSED, S.ANSWERED): S.CLOSED,
    (Act.PART_CLOSED, S.DELIVERED): S.CLOSED,
}
SENDERS_ACTS = {Act.WITHDRAWN, Act.OBJECTION_UPHELD, Act.OBJECTION_DISMISSED, Act.PART_CLOSED, Act.DELIVERED}
RECEIVERS_ACTS = {Act.RECEIVED, Act.OBJECTED, Act.ACCEPTED, Act.ANSWERED, Act.DELIVERED}


def expected(act: Act, state: ReferralState, who: Actor) -> ReferralState | type[Refusal]:
    may = (who in (SENDER, COUNTY) and act in SENDERS_ACTS) or (who is RECEIVER and act in RECEIVERS_ACTS)
    if not may:
        return Forbidden
    return ALLOWED.get((act, state), WrongState)


@pytest.mark.parametrize("who", [SENDER, RECEIVER, COUNTY, STRANGER], ids=["sender", "receiver", "county", "stranger"])
@pytest.mark.parametrize("state", list(S), ids=str)
@pytest.mark.parametrize("act", list(TRANSITIONS), ids=str)
def test_each_cell_of_the_table(act: Act, state: ReferralState, who: Actor) -> None:
    wanted = expected(act, state, who)
    if isinstance(wanted, ReferralState):
        assert advance(referral=referral(state), act=act, actor=who).state is wanted
    else:
        with pytest.raises(wanted):
            advance(referral=referral(state), act=act, actor=who)


def test_a_refusal_says_in_chinese_what_state_it_is_in_and_what_is_needed() -> None:
    with pytest.raises(WrongState, match=r"待签收.*已签收"):
        advance(referral=referral(S.SENT), act=Act.ACCEPTED, actor=RECEIVER)


def test_every_side_is_used() -> None:
    assert {transition.side for transition in TRANSITIONS.values()} == set(Side)
