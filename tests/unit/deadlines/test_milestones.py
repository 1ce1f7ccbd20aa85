"""What may be recorded for a case, by whom, for which day, and how it is taken back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.milestones import Milestone, MilestoneKind
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.deadlines import milestones

RECEIVED = date(2026, 8, 3)
TODAY = date(2026, 8, 10)
NOW = datetime(2026, 8, 10, 1, tzinfo=UTC)
K = MilestoneKind


def actor(tenant: str, kind: TenantKind) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user="u", name="n", roles=frozenset({Role.CLERK}))


COUNTY = actor("xfj", TenantKind.COUNTY)
REGISTRAR = actor("611021001", TenantKind.TOWNSHIP)
HOLDER = actor("zrzy", TenantKind.BUREAU)


def petition(**changes: Any) -> Petition:
    fields: dict[str, Any] = {
        "id": "p", "number": "n", "query_code": "q", "channel": Channel.LETTER, "received_on": RECEIVED,
        "registered_at": NOW, "registered_on": RECEIVED, "registered_by": "611021001", "registrar": "clerk",
        "petitioners": [], "anonymous": True, "place": None, "place_name": None, "title": "t", "body": "b",
        "nature": Nature.APPEAL, "category": None, "urgency": Urgency.CRITICAL, "confidential": False,
        "accused": [], "aliases": [], "historical": False, "past_answer": None,
    }  # fmt: skip
    return Petition(**{**fields, **changes})


def referral(to: str, state: ReferralState) -> Referral:
    return Referral(
        id="r", petition_id="p", petition_number="n", registered_by="611021001", kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD, from_tenant="xfj", to_tenant=to, state=state, sent_at=NOW, sent_on=TODAY, due_on=None,
        note=None,
    )  # fmt: skip


def record(kind: MilestoneKind = K.PRESENTED, **changes: Any) -> Milestone:
    given: dict[str, Any] = {
        "petition": petition(),
        "actor": REGISTRAR,
        "kind": kind,
        "on": TODAY,
        "note": "已呈分管领导",
        "until": TODAY if kind is K.PROMISED else None,
        "now": NOW,
        "today": TODAY,
    }
    return milestones.recorded(**{**given, **changes})


@pytest.mark.parametrize("kind", list(K), ids=str)
def test_each_kind_is_recorded_with_who_when_and_for_which_day(kind: MilestoneKind) -> None:
    made = record(kind, on=RECEIVED, until=TODAY if kind is K.PROMISED else None)
    assert (made.kind, made.on, made.at, made.tenant) == (kind, RECEIVED, NOW, "611021001")
    assert (made.by, made.taken_back, made.named) == (REGISTRAR.reference, None, None)


def test_of_an_accusation_it_is_seen_by_who_sees_the_accusation() -> None:
    assert record(petition=petition(nature=Nature.ACCUSATION)).named == frozenset({"clerk"})


@pytest.mark.parametrize(
    ("who", "referrals", "may"),
    [
        (COUNTY, [], True),
        (REGISTRAR, [], True),
        (HOLDER, [referral("zrzy", ReferralState.RECEIVED)], True),
        (HOLDER, [], False),
        (HOLDER, [referral("zrzy", ReferralState.RETURNED)], False),
        (HOLDER, [referral("slj", ReferralState.RECEIVED)], False),
    ],
)
def test_who_holds_the_case_records_and_nobody_else(who: Actor, referrals: list[Referral], may: bool) -> None:
    if may:
        milestones.check_recorder(actor=who, petition=petition(), referrals=referrals)
    else:
        with pytest.raises(Forbidden):
            milestones.check_recorder(actor=who, petition=petition(), referrals=referrals)


@pytest.mark.parametrize(
    ("kind", "changes", "refusal", "field"),
    [
        (K.PRESENTED, {"on": date(2026, 8, 11)}, InvalidInput, "on"),
        (K.PRESENTED, {"on": date(2026, 8, 2)}, InvalidInput, "on"),
        (K.PRESENTED, {"note": "  "}, InvalidInput, "note"),
        (K.URGENT_REPORTED, {"note": ""}, InvalidInput, "note"),
        (K.PROMISED, {"until": None}, InvalidInput, "until"),
        (K.PROMISED, {"until": date(2026, 8, 9)}, InvalidInput, "until"),
        (K.PROMISED, {"until": date(2027, 8, 12)}, InvalidInput, "until"),
        (K.FOLLOWED_UP, {"until": TODAY}, InvalidInput, "until"),
        (K.URGENT_REPORTED, {"petition": petition(urgency=Urgency.URGENT)}, WrongState, None),
        (K.FOLLOWED_UP, {"petition": petition(historical=True)}, HistoricalPetition, None),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    kind: MilestoneKind, changes: dict[str, Any], refusal: type[Refusal], field: str | None
) -> None:
    with pytest.raises(refusal) as raised:
        record(kind, **changes)
    assert raised.value.field == field


def test_a_promise_may_reach_to_a_year_after_it_was_made() -> None:
    assert record(K.PROMISED, until=date(2027, 8, 11)).until == date(2027, 8, 11)


def test_an_urgent_report_without_measures_is_told_what_to_write() -> None:
    with pytest.raises(InvalidInput, match=r"临时处置措施.*第二十五条"):
        record(K.URGENT_REPORTED, note=" ")


def test_the_tenant_that_recorded_takes_back_with_a_reason_and_once() -> None:
    made = record()
    gone = milestones.taken_back(milestone=made, actor=REGISTRAR, reason="误填")
    assert (gone.taken_back, gone.note) == ("误填", made.note)
    with pytest.raises(WrongState, match="误填"):
        milestones.taken_back(milestone=gone, actor=REGISTRAR, reason="误填")
    with pytest.raises(InvalidInput):
        milestones.taken_back(milestone=made, actor=REGISTRAR, reason=" ")
    with pytest.raises(Forbidden):
        milestones.taken_back(milestone=made, actor=COUNTY, reason="误填")
