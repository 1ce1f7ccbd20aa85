"""The leader who owns a case: named by the county office or a party's head, changed by whoever named him."""

from datetime import timedelta
from typing import Any

import pytest

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from services.contracts.reviews import AssignCaseOwner, CaseOwner, OwnerLevel, OwnershipGround
from services.contracts.routing import ReferralRole, ReferralState
from services.routing import owning
from tests.unit.routing.made import DIRECTORY, TODAY, actor, petition, referral

COUNTY, TOWNSHIP, BUREAU = TenantKind.COUNTY, TenantKind.TOWNSHIP, TenantKind.BUREAU
HELD = [referral("zrzy", ReferralRole.LEAD, ReferralState.ACCEPTED)]


def owner(**changes: Any) -> CaseOwner:
    fields: dict[str, Any] = {
        "petition_id": "p", "tenant": "zrzy", "leader": "张局长", "post": "局长", "since": TODAY, "reason": "r",
        "assigned_by": "zrzy",
    }  # fmt: skip
    return CaseOwner(**{**fields, **changes})


def assignment(**changes: Any) -> AssignCaseOwner:
    fields: dict[str, Any] = {
        "petition": petition(), "tenant": "zrzy", "leader": " 李局长 ", "post": "局长", "reason": "久拖未决",
    }  # fmt: skip
    return AssignCaseOwner(**{**fields, **changes})


@pytest.mark.parametrize(
    ("who", "tenant", "may"),
    [
        *((actor("xfj", COUNTY, role), "slj", True) for role in (Role.HEAD, Role.LEADER, Role.SUPERVISOR)),
        (actor("611021001", TOWNSHIP, Role.HEAD), "611021001", True),
        (actor("611021001", TOWNSHIP, Role.HEAD), "zrzy", False),
        (actor("611021001", TOWNSHIP, Role.LEADER), "611021001", False),
        (actor("zrzy", BUREAU, Role.HEAD), "zrzy", True),
        (actor("zrzy", BUREAU, Role.HEAD), "slj", False),
        (actor("slj", BUREAU, Role.HEAD), "slj", False),
    ],
)
def test_the_county_office_names_anybodys_leader_and_a_partys_head_its_own(who: Actor, tenant: str, may: bool) -> None:
    if may:
        owning.check_assigner(actor=who, petition=petition(), standing=HELD, tenant=tenant)
    else:
        with pytest.raises(Forbidden):
            owning.check_assigner(actor=who, petition=petition(), standing=HELD, tenant=tenant)


def test_whoever_is_accused_names_no_owner() -> None:
    for accusing in (petition(accused=["xfj"]), petition(accused_people=["n"])):
        with pytest.raises(AccusedUnit):
            owning.check_assigner(actor=actor("xfj", COUNTY, Role.HEAD), petition=accusing, standing=[], tenant="slj")


@pytest.mark.parametrize(
    ("who", "before", "refusal"),
    [
        (actor("xfj", COUNTY, Role.SUPERVISOR), None, None),
        (actor("xfj", COUNTY, Role.SUPERVISOR), owner(), Forbidden),
        (actor("xfj", COUNTY, Role.LEADER), owner(), None),
        (actor("xfj", COUNTY, Role.HEAD), owner(), None),
        (actor("zrzy", BUREAU, Role.HEAD), owner(), None),
        (actor("zrzy", BUREAU, Role.HEAD), owner(assigned_by="xfj"), owning.CaseOwned),
    ],
)
def test_a_change_is_for_heads_and_leaders_of_who_named_him(
    who: Actor, before: CaseOwner | None, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        owning.check_change(actor=who, before=before)
    else:
        with pytest.raises(refusal):
            owning.check_change(actor=who, before=before)


def checked(**changes: Any) -> str:
    """The code of the tenant whose leader may own the case."""
    return owning.check_owner(command=assignment(**changes), directory=DIRECTORY, today=TODAY).code


def test_an_accused_unit_or_person_owns_no_case_and_a_tenant_must_be_there() -> None:
    accusing = petition(accused=["zrzy"], accused_people=["李大山"])
    with pytest.raises(AccusedUnit):
        checked(petition=accusing, tenant="zrzy")
    with pytest.raises(AccusedUnit) as refused:
        checked(petition=accusing, tenant="slj", leader="李 大山")
    assert refused.value.field == "leader"
    for absent in ("nowhere", "old"):
        with pytest.raises(InvalidInput):
            checked(petition=accusing, tenant=absent)
    assert checked(petition=accusing, tenant="slj") == "slj"


@pytest.mark.parametrize("ground", OwnershipGround)
def test_the_chief_leader_owns_what_is_his_and_group_items_anybodys(ground: OwnershipGround) -> None:
    assert checked(ground=ground, level=OwnerLevel.CHIEF) == "zrzy"
    for level in (OwnerLevel.MEMBER, None):
        if ground is OwnershipGround.GROUP:
            assert checked(ground=ground, level=level) == "zrzy"
        else:
            with pytest.raises(InvalidInput, match="主要领导") as refused:
                checked(ground=ground, level=level)
            assert refused.value.field == "level"


HEAD = actor("xfj", COUNTY, Role.HEAD)
LATER = TODAY + timedelta(days=40)


def test_earlier_owners_stay_with_why_and_by_whom_they_were_replaced() -> None:
    first = owning.case_owner(command=assignment(leader="甲"), before=None, actor=HEAD, today=TODAY)
    second = owning.case_owner(
        command=assignment(leader="乙", reason="分工调整"), before=first, actor=HEAD, today=LATER
    )
    third = owning.case_owner(command=assignment(leader="甲", tenant="slj"), before=second, actor=HEAD, today=LATER)
    assert (first.earlier, [one.leader for one in third.earlier]) == ([], ["甲", "乙"])
    (before,) = second.earlier
    assert (before.tenant, before.leader, before.since, before.until) == ("zrzy", "甲", TODAY, LATER)
    assert (before.replaced, before.approved_by) == ("分工调整", HEAD.reference)
    assert (second.since, third.tenant) == (LATER, "slj")


def test_the_same_leader_with_another_ground_owns_the_case_on() -> None:
    first = owning.case_owner(command=assignment(), before=None, actor=HEAD, today=TODAY)
    named = assignment(level=OwnerLevel.CHIEF, ground=OwnershipGround.POLICY)
    again = owning.case_owner(command=named, before=first, actor=HEAD, today=LATER)
    assert (again.since, again.earlier, again.ground) == (TODAY, [], OwnershipGround.POLICY)


def test_the_owner_of_an_accusation_is_for_the_same_named_people() -> None:
    secret = assignment(petition=petition(nature=Nature.ACCUSATION, registrar="clerk"))
    made = owning.case_owner(command=secret, before=None, actor=HEAD, today=TODAY)
    assert made.leader == "李局长"
    assert (made.named, made.audience) == (frozenset({"clerk"}), frozenset({"zrzy", "xfj"}))


def test_naming_the_same_leader_again_changes_nothing_and_is_refused() -> None:
    with pytest.raises(WrongState, match="张局长"):
        owning.case_owner(command=assignment(leader="张局长"), before=owner(), actor=HEAD, today=TODAY)
