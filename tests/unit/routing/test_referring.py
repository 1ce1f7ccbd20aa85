from datetime import date
from functools import partial

import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, TenantKind
from services.contracts.intake import Nature
from services.contracts.proposals import RoutingRules
from services.contracts.referral_commands import Addressee, ReferPetition
from services.contracts.routing import CaseGrade, Closure, ReferralKind, ReferralRole, ReferralState
from services.routing import referring
from services.routing.receiving import OrganisationEnded
from tests.unit.routing.made import DIRECTORY, NOW, TODAY, actor, petition, referral

COUNTY = actor("xfj", TenantKind.COUNTY)
TOWNSHIP = actor("611021001", TenantKind.TOWNSHIP)
LEAD, SUPPORT = ReferralRole.LEAD, ReferralRole.SUPPORT


def addressees(*pairs: tuple[str, ReferralRole]) -> list[Addressee]:
    return [Addressee(tenant=tenant, role=role) for tenant, role in pairs]


@pytest.mark.parametrize(
    ("to", "standing", "refusal"),
    [
        ([("nowhere", LEAD)], [], InvalidInput),
        ([("merged", LEAD)], [], OrganisationEnded),
        ([("zrzy", LEAD), ("zrzy", ReferralRole.UNIT)], [], InvalidInput),
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
            due_on=date(2026, 12, 31),
            directory=DIRECTORY,
            today=TODAY,
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
            due_on=date(2026, 12, 31),
            directory=DIRECTORY,
            today=TODAY,
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
            due_on=date(2026, 12, 31),
            directory=DIRECTORY,
            today=TODAY,
            standing=[],
        )


def test_a_unit_does_not_handle_what_accuses_it() -> None:
    with pytest.raises(AccusedUnit):
        referring.check_addressees(
            actor=COUNTY,
            petition=petition(accused=["xfj"]),
            kind=ReferralKind.OWN,
            addressees=addressees(("xfj", LEAD)),
            due_on=date(2026, 12, 31),
            directory=DIRECTORY,
            today=TODAY,
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
    made = referring.new_referral(
        actor=COUNTY, command=command, addressee=addressee, receiver=DIRECTORY[to], now=NOW, today=TODAY
    )
    assert (made.state, made.sent_on, made.received_on) == (state, TODAY, received_on)
    assert given.named is not None
    assert (made.accused, made.restricted_to) == (["gongan"], sorted(given.named))


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


def test_a_support_may_have_a_limit_of_its_own_and_each_a_unit_that_the_sender_knows() -> None:
    to = [
        Addressee(tenant="611021001", unit="611021001001"),
        Addressee(tenant="zrzy", role=SUPPORT, unit="gdk", due_on=date(2026, 12, 1)),
    ]
    check = partial(
        referring.check_addressees,
        actor=COUNTY,
        petition=petition(),
        kind=ReferralKind.ASSIGN,
        standing=[],
        directory=DIRECTORY,
        today=TODAY,
    )
    check(addressees=to, due_on=date(2026, 12, 31))
    with pytest.raises(InvalidInput, match="第二十二条"):
        check(addressees=to, due_on=None)
    with pytest.raises(InvalidInput, match="早于今天"):
        check(addressees=[Addressee(tenant="slj", due_on=date(2026, 11, 1))], due_on=date(2026, 12, 31))
    for stranger in ("611021001", "gdk"):
        with pytest.raises(InvalidInput, match="没有代码为"):
            check(addressees=[Addressee(tenant="611021001", unit=stranger)], due_on=date(2026, 12, 31))
    command = ReferPetition(
        petition=petition(), petition_version=1, kind=ReferralKind.ASSIGN, to=to, due_on=date(2026, 12, 31)
    )
    made = [
        referring.new_referral(
            actor=COUNTY, command=command, addressee=each, receiver=DIRECTORY[each.tenant], now=NOW, today=TODAY
        )
        for each in to
    ]
    assert [(each.to_name, each.to_unit_name, each.due_on) for each in made] == [
        ("611021001单位", "东街村", date(2026, 12, 31)),
        ("zrzy单位", "gdk股", date(2026, 12, 1)),
    ]


@pytest.mark.parametrize(
    ("returns", "objected", "limit", "who", "free"),
    [
        (2, None, 3, TOWNSHIP, True),
        (3, None, 3, TOWNSHIP, False),
        (4, None, 3, COUNTY, True),
        (9, None, None, TOWNSHIP, True),
        # The objection that would make the third return is the county's to decide; a support's makes none.
        (1, LEAD, 3, TOWNSHIP, True),
        (2, LEAD, 3, TOWNSHIP, False),
        (2, LEAD, 3, COUNTY, True),
        (2, SUPPORT, 3, TOWNSHIP, True),
        (3, SUPPORT, 3, TOWNSHIP, False),
    ],
)
def test_from_the_return_that_the_rules_name_on_only_the_county_office_decides(
    returns: int, objected: ReferralRole | None, limit: int | None, who: Actor, free: bool
) -> None:
    case = [referral(f"b{n}", LEAD, ReferralState.RETURNED) for n in range(returns)]
    case += [referral("s", SUPPORT, ReferralState.RETURNED), referral("w", LEAD, ReferralState.WITHDRAWN)]
    rules = RoutingRules(
        version="v", loaded_on=TODAY, categories=[], rules=[], findings=[], county_decides_from_return=limit
    )
    now = referral("o", objected, ReferralState.OBJECTED) if objected else None
    if free:
        referring.check_returns(actor=who, case=case, rules=rules, objected=now)
    else:
        with pytest.raises(referring.CountyDecides, match=f"已退回 {returns} 次.*第 3 次退回起"):
            referring.check_returns(actor=who, case=case, rules=rules, objected=now)
    referring.check_returns(actor=who, case=case, rules=None, objected=now)


def test_the_expected_day_lies_between_today_and_a_year() -> None:
    for day in (date(2026, 11, 21), date(2027, 11, 24)):
        with pytest.raises(InvalidInput, match="预计办结日期"):
            referring.check_expected(expected_on=day, today=TODAY)
    for free in (None, TODAY, date(2027, 11, 22)):
        referring.check_expected(expected_on=free, today=TODAY)


UNIT = ReferralRole.UNIT


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        ([], "尚无主办单位"),
        ([(SUPPORT, ReferralState.ANSWERED)], "尚无主办单位"),
        ([(LEAD, ReferralState.ANSWERED)], "主办单位 b0 目前已答复"),
        ([(LEAD, ReferralState.DELIVERED)], None),
        ([(LEAD, ReferralState.REFUSED)], None),
        ([(LEAD, ReferralState.REFUSED), (SUPPORT, ReferralState.RECEIVED)], None),
        ([(LEAD, ReferralState.DELIVERED), (SUPPORT, ReferralState.ACCEPTED)], "协办单位 b1 目前已受理"),
        ([(LEAD, ReferralState.DELIVERED), (SUPPORT, ReferralState.ANSWERED)], None),
        ([(LEAD, ReferralState.DELIVERED), (UNIT, ReferralState.SENT)], None),
    ],
)
def test_a_case_closes_when_the_lead_has_delivered_and_all_have_answered_or_the_lead_refused(
    standing: list[tuple[ReferralRole, ReferralState]], says: str | None
) -> None:
    rows = [referral(f"b{index}", role, state) for index, (role, state) in enumerate(standing)]
    if says is None:
        referring.check_closable(rows)
    else:
        with pytest.raises(WrongState, match=says):
            referring.check_closable(rows)
