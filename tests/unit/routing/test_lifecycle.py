"""Every act from every state by every side: allowed as the table says, refused with its code otherwise."""

from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, Refusal, WrongState
from services.contracts.actor import Actor, TenantKind
from services.contracts.acts import Act
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.routing.lifecycle import TRANSITIONS, Side, advance
from tests.unit.routing import made
from tests.unit.routing.made import actor

S = ReferralState


SENDER = actor("611021001", TenantKind.TOWNSHIP)
RECEIVER = actor("zrzy")
COUNTY = actor("xfj", TenantKind.COUNTY)
STRANGER = actor("slj")


def referral(state: ReferralState, **changes: Any) -> Referral:
    return made.referral("zrzy", ReferralRole.LEAD, state, from_tenant="611021001", **changes)


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


# Own handling (自办): the sender is the receiver, it begins received, and a mistake is withdrawn from there.
OWN = {
    **{
        cell: state
        for cell, state in ALLOWED.items()
        if cell[0] not in {Act.WITHDRAWN, Act.OBJECTED, Act.OBJECTION_UPHELD, Act.OBJECTION_DISMISSED, Act.RECEIVED}
    },
    (Act.WITHDRAWN, S.RECEIVED): S.WITHDRAWN,
}
REACHED_BY_OWN = [S.RECEIVED, S.ACCEPTED, S.ANSWERED, S.DELIVERED, S.CLOSED, S.WITHDRAWN]


@pytest.mark.parametrize("who", [RECEIVER, COUNTY, STRANGER], ids=["own", "county", "stranger"])
@pytest.mark.parametrize("state", REACHED_BY_OWN, ids=str)
@pytest.mark.parametrize("act", list(TRANSITIONS), ids=str)
def test_each_cell_of_own_handling(act: Act, state: ReferralState, who: Actor) -> None:
    own = referral(state, kind=ReferralKind.OWN, registered_by="zrzy")
    own = msgspec.structs.replace(own, from_tenant="zrzy")
    may = who is RECEIVER or (who is COUNTY and act in SENDERS_ACTS)
    wanted = OWN.get((act, state), WrongState) if may else Forbidden
    if isinstance(wanted, ReferralState):
        assert advance(referral=own, act=act, actor=who).state is wanted
    else:
        with pytest.raises(wanted):
            advance(referral=own, act=act, actor=who)


def test_nobody_objects_to_his_own_handling_and_is_told_what_to_do_instead() -> None:
    own = msgspec.structs.replace(referral(S.RECEIVED, kind=ReferralKind.OWN), from_tenant="zrzy")
    with pytest.raises(WrongState, match="撤回后转送"):
        advance(referral=own, act=Act.OBJECTED, actor=RECEIVER)


def test_a_refusal_says_in_chinese_what_state_it_is_in_and_what_is_needed() -> None:
    with pytest.raises(WrongState, match=r"待签收.*已签收"):
        advance(referral=referral(S.SENT), act=Act.ACCEPTED, actor=RECEIVER)


def test_every_side_is_used() -> None:
    assert {transition.side for transition in TRANSITIONS.values()} == set(Side)
