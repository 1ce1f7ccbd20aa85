"""Agreements of both sides (Art. 33): by the lead body or the county office, after acceptance and before closing."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from services.contracts.meetings import RecordSettlement, Settlement, SettlementKind
from services.contracts.routing import Referral, ReferralRole, ReferralState
from services.routing import settling
from tests.unit.routing.made import TODAY, actor, petition, referral

OFFICE = actor("xfj", TenantKind.COUNTY, Role.CLERK)
TOWNSHIP = actor("611021001", TenantKind.TOWNSHIP)
RECEIVED = TODAY - timedelta(days=40)
SUPPORT = referral("slj", ReferralRole.SUPPORT, ReferralState.ACCEPTED)


def lead(state: ReferralState = ReferralState.ACCEPTED, **changes: Any) -> Referral:
    return referral("zrzy", ReferralRole.LEAD, state, **changes)


def lead_for(who: Actor, standing: list[Referral], nature: Nature = Nature.APPEAL) -> Referral:
    return settling.lead_of(actor=who, petition=petition(nature=nature), standing=standing)


def settlement(**changes: Any) -> Settlement:
    fields: dict[str, Any] = {
        "petition": petition(received_on=RECEIVED), "kind": SettlementKind.MEDIATION, "agreed_on": TODAY,
        "terms": " 分两期兑付 ", "mediator": " 周调解员 ",
    }  # fmt: skip
    return settling.recorded(command=RecordSettlement(**{**fields, **changes}), lead=lead(), today=TODAY)


def test_the_lead_body_and_the_county_office_record_and_nobody_else() -> None:
    assert lead_for(actor("zrzy"), [SUPPORT, lead()]).to_tenant == "zrzy"
    assert lead_for(OFFICE, [SUPPORT, lead()]).to_tenant == "zrzy"
    for who in (actor("slj"), TOWNSHIP):
        with pytest.raises(Forbidden):
            lead_for(who, [SUPPORT, lead()])
    with pytest.raises(Forbidden):
        lead_for(actor("slj"), [SUPPORT])


@pytest.mark.parametrize("state", ReferralState)
def test_it_is_recorded_after_acceptance_and_before_closing(state: ReferralState) -> None:
    after = {"ACCEPTED", "IN_PROGRESS", "REWORK", "ANSWERED", "DELIVERED"}
    if state.value in after:
        assert lead_for(OFFICE, [lead(state)]).state is state
    else:
        with pytest.raises(WrongState, match=state.label):
            lead_for(OFFICE, [lead(state)])


def test_whoever_is_accused_records_none() -> None:
    for accusing in (petition(accused=["xfj"]), petition(accused_people=[OFFICE.name])):
        with pytest.raises(AccusedUnit):
            settling.lead_of(actor=OFFICE, petition=accusing, standing=[lead()])


def test_nothing_is_settled_before_there_is_a_lead_body() -> None:
    with pytest.raises(WrongState, match="主办单位"):
        lead_for(OFFICE, [SUPPORT])


@pytest.mark.parametrize("nature", [Nature.SUGGESTION, Nature.ACCUSATION, Nature.INQUIRY])
def test_only_an_appeal_is_settled(nature: Nature) -> None:
    with pytest.raises(WrongState, match="第三十三条"):
        lead_for(OFFICE, [lead()], nature)


def test_an_agreement_is_the_lead_bodys_whoever_enters_it() -> None:
    made = settlement()
    assert (made.tenant, made.referral_id, made.registered_by) == ("zrzy", "zrzy", "611021001")
    assert (made.terms, made.mediator) == ("分两期兑付", "周调解员")
    assert made.audience == frozenset({"zrzy", "611021001"})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agreed_on": RECEIVED - timedelta(days=1)}, "agreed_on"),
        ({"agreed_on": TODAY + timedelta(days=1)}, "agreed_on"),
        ({"terms": " "}, "terms"),
        ({"mediator": None}, "mediator"),
        ({"mediator": "  "}, "mediator"),
        ({"kind": SettlementKind.RECONCILIATION}, "mediator"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        settlement(**changes)
    assert refused.value.field == field


def test_a_reconciliation_has_no_mediator() -> None:
    assert settlement(kind=SettlementKind.RECONCILIATION, mediator=None).mediator is None


def test_an_accused_person_does_not_mediate() -> None:
    with pytest.raises(AccusedUnit):
        settlement(petition=petition(received_on=RECEIVED, accused_people=["周调解员"]))


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_it_is_carried_out_neither_before_it_was_agreed_nor_in_the_future(day: date) -> None:
    with pytest.raises(InvalidInput):
        settling.fulfilled(settlement=settlement(), actor=OFFICE, on=day, today=TODAY)


def test_it_is_fulfilled_once_and_after_it_was_taken_back_never() -> None:
    made = settlement()
    done = settling.fulfilled(settlement=made, actor=actor("zrzy"), on=TODAY, today=TODAY)
    assert done.fulfilled_on == TODAY
    with pytest.raises(WrongState):
        settling.fulfilled(settlement=done, actor=OFFICE, on=TODAY, today=TODAY)
    for who in (actor("slj"), TOWNSHIP):
        with pytest.raises(Forbidden):
            settling.fulfilled(settlement=made, actor=who, on=TODAY, today=TODAY)
        with pytest.raises(Forbidden):
            settling.taken_back(settlement=made, actor=who, reason="误记")
    with pytest.raises(InvalidInput):
        settling.taken_back(settlement=made, actor=OFFICE, reason="")
    back = settling.taken_back(settlement=done, actor=OFFICE, reason="误记")
    assert back.taken_back == "误记"
    with pytest.raises(WrongState, match="误记"):
        settling.taken_back(settlement=back, actor=OFFICE, reason="再撤")
    with pytest.raises(WrongState, match="误记"):
        settling.fulfilled(settlement=back, actor=OFFICE, on=TODAY, today=TODAY)
