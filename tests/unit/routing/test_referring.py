from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.routing import Addressee, Closure, Referral, ReferralKind, ReferralRole, ReferralState
from services.routing import referring

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
COUNTY = Actor(county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="u", name="n", roles=frozenset({Role.CLERK}))


def petition(**changes: Any) -> Petition:
    fields: dict[str, Any] = {
        "id": "p", "number": "n", "query_code": "q", "channel": Channel.LETTER, "received_on": TODAY,
        "registered_at": NOW, "registered_on": TODAY, "registered_by": "611021001", "registrar": "u",
        "petitioners": [], "anonymous": True, "place": None, "place_name": None, "title": "t", "body": "b",
        "nature": Nature.APPEAL, "category": None, "urgency": Urgency.NORMAL, "confidential": False,
        "accused": [], "aliases": [], "historical": False, "past_answer": None,
    }  # fmt: skip
    return Petition(**{**fields, **changes})


def organisation(code: str, *, active: bool = True) -> Organisation:
    return Organisation(
        code=code, kind=TenantKind.BUREAU, name=code, short_name=code, number_prefix=code, superior="xfj",
        responsibilities=[], places=[], phone=None, active=active,
    )  # fmt: skip


def referral(to: str, role: ReferralRole, state: ReferralState) -> Referral:
    return Referral(
        id=to, petition_id="p", petition_number="n", registered_by="611021001", kind=ReferralKind.TRANSFER, role=role,
        from_tenant="xfj", to_tenant=to, state=state, sent_at=NOW, sent_on=TODAY, due_on=None, note=None,
    )  # fmt: skip


DIRECTORY = {code: organisation(code) for code in ("xfj", "slj", "zrzy", "gongan")} | {
    "old": organisation("old", active=False)
}
LEAD, SUPPORT = ReferralRole.LEAD, ReferralRole.SUPPORT


def addressees(*pairs: tuple[str, ReferralRole]) -> list[Addressee]:
    return [Addressee(tenant=tenant, role=role) for tenant, role in pairs]


@pytest.mark.parametrize(
    ("to", "standing", "refusal"),
    [
        ([("nowhere", LEAD)], [], InvalidInput),
        ([("old", LEAD)], [], InvalidInput),
        ([("xfj", LEAD)], [], InvalidInput),
        ([("gongan", LEAD)], [], referring.AccusedUnit),
        ([("zrzy", LEAD), ("gongan", SUPPORT)], [], referring.AccusedUnit),
        ([("zrzy", LEAD), ("zrzy", SUPPORT)], [], referring.AlreadyReferred),
        ([("zrzy", SUPPORT)], [("zrzy", LEAD)], referring.AlreadyReferred),
        ([("zrzy", SUPPORT)], [], referring.LeadMissing),
        ([("zrzy", LEAD), ("slj", LEAD)], [], referring.LeadMissing),
        ([("slj", LEAD)], [("zrzy", LEAD)], referring.LeadMissing),
    ],
)
def test_addressees_that_are_refused(
    to: list[tuple[str, ReferralRole]], standing: list[tuple[str, ReferralRole]], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        referring.check_addressees(
            actor=COUNTY,
            petition=petition(accused=["gongan"]),
            addressees=addressees(*to),
            directory=DIRECTORY,
            standing=[referral(tenant, role, ReferralState.SENT) for tenant, role in standing],
        )
    assert refused.value.field == "to"


def test_one_lead_with_supports_is_taken_and_supports_may_join_later() -> None:
    for to, standing in (
        ([("zrzy", LEAD), ("slj", SUPPORT)], []),
        ([("slj", SUPPORT)], [referral("zrzy", LEAD, ReferralState.ACCEPTED)]),
    ):
        referring.check_addressees(
            actor=COUNTY, petition=petition(), addressees=addressees(*to), directory=DIRECTORY, standing=standing
        )


def test_an_assignment_needs_a_day_and_no_day_lies_in_the_past() -> None:
    with pytest.raises(InvalidInput, match="第二十二条"):
        referring.check_limit(kind=ReferralKind.ASSIGN, due_on=None, today=TODAY)
    for slip in (date(2026, 11, 21), date(2062, 12, 1)):
        with pytest.raises(InvalidInput):
            referring.check_limit(kind=ReferralKind.TRANSFER, due_on=slip, today=TODAY)
    referring.check_limit(kind=ReferralKind.TRANSFER, due_on=None, today=TODAY)


def test_only_the_county_office_and_the_registering_tenant_refer() -> None:
    township = Actor(
        county="611021", tenant="611021001", kind=TenantKind.TOWNSHIP, user="u", name="n", roles=frozenset({Role.CLERK})
    )
    bureau = Actor(
        county="611021", tenant="slj", kind=TenantKind.BUREAU, user="u", name="n", roles=frozenset({Role.CLERK})
    )
    referring.check_sender(actor=COUNTY, petition=petition())
    referring.check_sender(actor=township, petition=petition())
    with pytest.raises(Forbidden):
        referring.check_sender(actor=bureau, petition=petition())


def test_a_closed_and_a_historical_petition_are_not_referred() -> None:
    closure = Closure(petition_id="p", closed_on=TODAY, closed_by="xfj")
    with pytest.raises(WrongState, match="办结"):
        referring.check_open(petition=petition(), closure=closure, standing=[])
    with pytest.raises(referring.HistoricalPetition):
        referring.check_open(petition=petition(historical=True), closure=None, standing=[])


def test_a_case_that_another_tenant_closed_is_not_referred() -> None:
    parts = [referral("slj", LEAD, ReferralState.CLOSED)]
    with pytest.raises(WrongState, match="办结"):
        referring.check_open(petition=petition(), closure=None, standing=parts)
    referring.check_open(petition=petition(), closure=None, standing=[referral("slj", LEAD, ReferralState.ACCEPTED)])


@pytest.mark.parametrize(
    ("standing", "closable"),
    [
        ([], False),
        ([(LEAD, ReferralState.ANSWERED)], False),
        ([(LEAD, ReferralState.DELIVERED)], True),
        ([(LEAD, ReferralState.DELIVERED), (SUPPORT, ReferralState.ACCEPTED)], False),
        ([(LEAD, ReferralState.DELIVERED), (SUPPORT, ReferralState.ANSWERED)], True),
    ],
)
def test_a_case_closes_when_the_lead_has_delivered_and_all_have_answered(
    standing: list[tuple[ReferralRole, ReferralState]], closable: bool
) -> None:
    rows = [referral(f"b{index}", role, state) for index, (role, state) in enumerate(standing)]
    if closable:
        referring.check_closable(rows)
    else:
        with pytest.raises(WrongState):
            referring.check_closable(rows)
