"""Not accepting what one has registered oneself: kept and refused in one act."""

from typing import Any

import pytest

from services.common.errors import AccusedUnit, Forbidden, WrongState
from services.contracts.actor import Actor, TenantKind
from services.contracts.acts import Act
from services.contracts.intake import Petition
from services.contracts.referral_commands import DeclinePetition
from services.contracts.routing import ReferralKind, ReferralRole, ReferralState, RefusalReason
from services.routing import declining, disputing, referring
from services.routing.lifecycle import advance
from tests.unit.routing import made
from tests.unit.routing.made import DIRECTORY, NOW, TODAY, actor

TOWNSHIP = actor("611021001", TenantKind.TOWNSHIP)


def decline(item: Petition, reason: RefusalReason = RefusalReason.IN_PROCEDURE) -> DeclinePetition:
    return DeclinePetition(
        petition=item, petition_version=1, reason=reason, way="请向县人民法院提出", explanation="已经起诉"
    )


def check(item: Petition, who: Actor = TOWNSHIP, *states: ReferralState) -> None:
    standing = [made.referral("zrzy", ReferralRole.LEAD, state) for state in states]
    declining.check_declinable(actor=who, petition=item, standing=standing)


def test_only_who_registered_it_declines_it_at_the_desk() -> None:
    check(made.petition())
    for who in (actor("xfj", TenantKind.COUNTY), actor("zrzy")):
        with pytest.raises(Forbidden):
            check(made.petition(), who)


def test_what_somebody_has_is_refused_where_he_has_it() -> None:
    for state in (ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.CLOSED):
        with pytest.raises(WrongState):
            check(made.petition(), TOWNSHIP, state)


@pytest.mark.parametrize("accused", [{"accused": ["611021001"]}, {"accused_people": ["n"]}])
def test_who_is_accused_does_not_decide_that_it_is_not_accepted(accused: dict[str, Any]) -> None:
    with pytest.raises(AccusedUnit):
        check(made.petition(**accused))


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_it_ends_as_an_own_referral_that_was_refused(reason: RefusalReason) -> None:
    command = decline(made.petition(), reason)
    first = declining.kept(command=command, actor=TOWNSHIP)
    referring.check_addressees(
        actor=TOWNSHIP, petition=first.petition, kind=first.kind, addressees=first.to, due_on=None,
        directory=DIRECTORY, standing=[], today=TODAY,
    )  # fmt: skip
    own = referring.new_referral(
        actor=TOWNSHIP, command=first, addressee=first.to[0], receiver=DIRECTORY["611021001"], now=NOW, today=TODAY
    )
    assert (own.kind, own.state, own.role) == (ReferralKind.OWN, ReferralState.RECEIVED, ReferralRole.LEAD)
    second = declining.refused(command=command, referral_id=own.id)
    refusal = disputing.refused(referral=own, command=second, today=TODAY)
    after = advance(referral=own, act=Act.REFUSED, actor=TOWNSHIP, refusal=refusal)
    assert after.state is ReferralState.REFUSED
    assert after.refusal is not None
    assert (after.refusal.reason, after.refusal.way) == (reason, "请向县人民法院提出")
