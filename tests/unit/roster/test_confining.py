"""Who may see an appointment that accuses somebody, and who takes none (Art. 30)."""

from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from services.roster.confining import check_actor, check_unit, seen_by, sees
from tests.unit.roster.receptions_made import CHIEF, DEPUTY, petition

CLERK = Actor(
    county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="clerk", name="甲", roles=frozenset({Role.CLERK})
)
ACCUSATION = petition(nature=Nature.ACCUSATION, readers=["reader"], accused_users=["login-m1"], accused=["zrzy"])


def seen(**changes: Any) -> list[str] | None:
    given: dict[str, Any] = {
        "accusation": False,
        "booked_by": "clerk",
        "concerns": [],
        "receivers": [CHIEF, DEPUTY],
        "concerned": [],
        "petition": None,
    }
    return seen_by(**{**given, **changes})


def test_an_ordinary_one_is_seen_by_its_tenant() -> None:
    assert seen() is None
    assert seen(petition=petition()) is None


def test_an_accusation_is_for_its_receivers_and_who_booked_it_and_never_for_whom_it_is_about() -> None:
    assert seen(accusation=True, concerns=["zrzy"], receivers=[DEPUTY], concerned=[CHIEF]) == sorted(
        ["clerk", "login-m2", "!login-m1", "!@zrzy"]
    )
    assert seen(accusation=True, booked_by="login-m1", receivers=[DEPUTY], concerned=[CHIEF]) == sorted(
        ["login-m2", "!login-m1"]
    )
    assert seen(accusation=True, booked_by=None, receivers=[]) == []


def test_whom_an_accusation_names_never_sees_it_be_he_a_member_or_not() -> None:
    assert seen(accusation=True, receivers=[DEPUTY], accused_users=["special"]) == sorted(
        ["clerk", "login-m2", "!special"]
    )
    assert seen(accusation=True, receivers=[DEPUTY], accused_users=["clerk"]) == sorted(["login-m2", "!clerk"])
    assert "!special" in (seen(accusation=True, petition=ACCUSATION, accused_users=["special"]) or ())
    assert seen(accused_users=["special"]) is None


def test_of_an_accusation_that_is_registered_its_own_people_alone_see_it() -> None:
    assert seen(petition=ACCUSATION) == sorted(ACCUSATION.named or ())
    assert seen(petition=ACCUSATION, accusation=True, concerned=[DEPUTY]) == sorted(
        {*(ACCUSATION.named or ()), "!login-m2"}
    )


def test_whom_a_case_accuses_who_is_no_accusation_does_not_see_it_either() -> None:
    assert seen(petition=petition(accused_users=["somebody"])) == ["!somebody", "*"]


def test_a_unit_takes_no_appointment_against_itself() -> None:
    check_unit(tenant="xfj", kind=TenantKind.COUNTY, concerns=["zrzy"], accusation=True)
    check_unit(tenant="zrzy", kind=TenantKind.BUREAU, concerns=["zrzy"], accusation=False)
    with pytest.raises(AccusedUnit, match="到县信访局预约"):
        check_unit(tenant="zrzy", kind=TenantKind.BUREAU, concerns=["zrzy"], accusation=True)
    with pytest.raises(AccusedUnit, match="纪检监察机关"):
        check_unit(tenant="xfj", kind=TenantKind.COUNTY, concerns=["xfj"], accusation=True)


def test_whom_it_accuses_does_not_arrange_it() -> None:
    named = msgspec.structs.replace(CLERK, name=CHIEF.name)
    check_actor(actor=named, accusation=False, matter=f"找{CHIEF.name}反映", petition=None)
    with pytest.raises(AccusedUnit):
        check_actor(actor=named, accusation=True, matter=f"举报{CHIEF.name}", petition=None)
    with pytest.raises(AccusedUnit):
        check_actor(actor=named, accusation=False, matter="", petition=petition(accused_people=[CHIEF.name]))


def test_a_case_is_known_to_whom_it_names() -> None:
    assert sees(petition(), CLERK)
    assert not sees(ACCUSATION, CLERK)
    assert sees(ACCUSATION, msgspec.structs.replace(CLERK, user="reader"))
    assert sees(ACCUSATION, msgspec.structs.replace(CLERK, roles=frozenset({Role.CLERK, Role.ACCUSATIONS})))
    assert not sees(ACCUSATION, msgspec.structs.replace(CLERK, user="login-m1", roles=frozenset({Role.ACCUSATIONS})))
