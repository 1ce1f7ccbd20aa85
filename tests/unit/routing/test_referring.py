from datetime import date

import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.actor import TenantKind
from services.contracts.intake import Nature
from services.contracts.referral_commands import Addressee, ReferPetition
from services.contracts.routing import CaseGrade, Closure, ReferralKind, ReferralRole, ReferralState
from services.routing import referring
from tests.unit.routing.made import DIRECTORY, NOW, TODAY, actor, petition, referral

COUNTY = actor("xfj", TenantKind.COUNTY)
LEAD, SUPPORT = ReferralRole.LEAD, ReferralRole.SUPPORT


def addressees(*pairs: tuple[str, ReferralRole]) -> list[Addressee]:
    return [Addressee(tenant=tenant, role=role) for tenant, role in pairs]


@pytest.mark.parametrize(
    ("to", "standing", "refusal"),
    [
        ([("nowhere", LEAD)], [], InvalidInput),
        ([("old", LEAD)], [], InvalidInput),
        ([("xfj", LEAD)], [], InvalidInput),
        ([("gongan", LEAD)], [], AccusedUnit),
        ([("zrzy", LEAD), ("gongan", SUPPORT)], [], AccusedUnit),
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
            kind=ReferralKind.TRANSFER,
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
            actor=COUNTY,
            petition=petition(),
            kind=ReferralKind.ASSIGN,
            addressees=addressees(*to),
            directory=DIRECTORY,
            standing=standing,
        )


@pytest.mark.parametrize(
    ("kind", "to", "says"),
    [
        (ReferralKind.TRANSFER, [("xfj", LEAD)], "不能转送给本单位.*自办"),
        (ReferralKind.ASSIGN, [("zrzy", LEAD), ("xfj", SUPPORT)], "不能交办给本单位.*自办"),
        (ReferralKind.OWN, [("zrzy", LEAD)], "自办只能由本单位主办"),
        (ReferralKind.OWN, [("xfj", SUPPORT)], "自办只能由本单位主办"),
        (ReferralKind.OWN, [("xfj", LEAD), ("zrzy", SUPPORT)], "自办只能由本单位主办"),
    ],
)
def test_only_own_handling_stays_with_the_sender_and_nothing_else_is_own(
    kind: ReferralKind, to: list[tuple[str, ReferralRole]], says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        referring.check_addressees(
            actor=COUNTY,
            petition=petition(),
            kind=kind,
            addressees=addressees(*to),
            directory=DIRECTORY,
            standing=[],
        )


def test_a_unit_does_not_handle_what_accuses_it() -> None:
    with pytest.raises(AccusedUnit):
        referring.check_addressees(
            actor=COUNTY,
            petition=petition(accused=["xfj"]),
            kind=ReferralKind.OWN,
            addressees=addressees(("xfj", LEAD)),
            directory=DIRECTORY,
            standing=[],
        )


@pytest.mark.parametrize(
    ("kind", "to", "state", "received_on"),
    [
        (ReferralKind.OWN, "xfj", ReferralState.RECEIVED, TODAY),
        (ReferralKind.TRANSFER, "zrzy", ReferralState.SENT, None),
    ],
)
def test_own_handling_is_received_the_moment_it_is_made(
    kind: ReferralKind, to: str, state: ReferralState, received_on: date | None
) -> None:
    (addressee,) = addressees((to, LEAD))
    given = petition(accused=["gongan"], nature=Nature.ACCUSATION)
    command = ReferPetition(petition=given, petition_version=1, kind=kind, to=[addressee])
    made = referring.new_referral(actor=COUNTY, command=command, addressee=addressee, now=NOW, today=TODAY)
    assert (made.state, made.sent_on, made.received_on) == (state, TODAY, received_on)
    assert (made.accused, made.restricted_to) == (["gongan"], ["u"])


def test_a_grade_is_for_accusations_only() -> None:
    ordinary = referral("zrzy", LEAD, ReferralState.RECEIVED)
    with pytest.raises(InvalidInput, match="检举控告"):
        referring.check_grade(ordinary, CaseGrade.SERIOUS)
    referring.check_grade(ordinary, None)
    referring.check_grade(referral("zrzy", LEAD, ReferralState.RECEIVED, restricted_to=["u"]), CaseGrade.SERIOUS)


def test_an_assignment_needs_a_day_and_no_day_lies_in_the_past() -> None:
    with pytest.raises(InvalidInput, match="第二十二条"):
        referring.check_limit(kind=ReferralKind.ASSIGN, due_on=None, today=TODAY)
    for slip in (date(2026, 11, 21), date(2062, 12, 1)):
        with pytest.raises(InvalidInput):
            referring.check_limit(kind=ReferralKind.TRANSFER, due_on=slip, today=TODAY)
    referring.check_limit(kind=ReferralKind.TRANSFER, due_on=None, today=TODAY)


def test_only_the_county_office_and_the_registering_tenant_refer() -> None:
    township = actor("611021001", TenantKind.TOWNSHIP)
    bureau = actor("slj")
    referring.check_sender(actor=COUNTY, petition=petition())
    referring.check_sender(actor=township, petition=petition())
    with pytest.raises(Forbidden):
        referring.check_sender(actor=bureau, petition=petition())


def test_a_closed_and_a_historical_petition_are_not_referred() -> None:
    closure = Closure(petition_id="p", closed_on=TODAY, closed_by="xfj")
    with pytest.raises(WrongState, match="办结"):
        referring.check_open(petition=petition(), closure=closure, standing=[])
    with pytest.raises(HistoricalPetition):
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
