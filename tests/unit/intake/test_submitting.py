"""Handing in by the public page: whom one may address, and what is registered."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature
from services.contracts.intake_rules import IntakeRules, TenantDesk
from services.contracts.people import PetitionerInput
from services.contracts.public import SubmitPetition, tidy_code
from services.intake.submitting import check_addressee, registration
from tests.unit.intake.made import TODAY

OFFICE = Organisation(
    code="xfj", kind=TenantKind.COUNTY, name="洛南县信访局", short_name="信访局", number_prefix="611021", superior=None,
    responsibilities=[], places=[], phone=None, active=True,
)  # fmt: skip
TOWNSHIP = msgspec.structs.replace(OFFICE, code="611021001", kind=TenantKind.TOWNSHIP)
NOTHING_SET = IntakeRules(county="611021")
RULES = IntakeRules(
    county="611021", desks=[TenantDesk(tenant="611021001", takes_online=True), TenantDesk(tenant="xfj")]
)


def handed_in(tenant: str = "xfj", **changes: Any) -> SubmitPetition:
    return SubmitPetition(**{"tenant": tenant, "title": "t", "body": "b", "nature": Nature.APPEAL, **changes})


def check(organisation: Organisation | None, rules: IntakeRules, **changes: Any) -> None:
    command = handed_in(organisation.code if organisation else "nobody", **changes)
    check_addressee(command=command, organisation=organisation, rules=rules, today=TODAY)


def test_while_nothing_is_set_the_county_office_takes_what_comes_online() -> None:
    check(OFFICE, NOTHING_SET)
    check(OFFICE, IntakeRules(county="611021", draft_days=7))
    for one in (TOWNSHIP, None):
        with pytest.raises(InvalidInput) as refused:
            check(one, NOTHING_SET)
        assert refused.value.field == "tenant"


def test_the_countys_settings_say_who_takes_what_comes_online() -> None:
    check(TOWNSHIP, RULES)
    for one in (OFFICE, msgspec.structs.replace(OFFICE, code="elsewhere")):
        with pytest.raises(InvalidInput, match="网上提交"):
            check(one, RULES)


def test_an_office_that_was_abolished_takes_nothing() -> None:
    with pytest.raises(InvalidInput):
        check(msgspec.structs.replace(OFFICE, until=date(2026, 1, 31)), NOTHING_SET)


def test_an_accusation_is_not_addressed_to_whom_it_accuses() -> None:
    with pytest.raises(AccusedUnit, match="改选其他受理单位") as refused:
        check(OFFICE, NOTHING_SET, nature=Nature.ACCUSATION, accused=["slj", "xfj"])
    assert refused.value.field == "tenant"
    check(OFFICE, NOTHING_SET, nature=Nature.ACCUSATION, accused=["slj"])
    check(OFFICE, NOTHING_SET, accused=["xfj"])


def test_what_was_handed_in_is_registered_as_received_online_today() -> None:
    person = PetitionerInput(name="周小溪", phone="13900007788")
    item = registration(
        handed_in(petitioners=[person], place="", demands="修渠", confidential=True, accused_people=["王某"]),
        today=TODAY,
    )
    assert (item.channel, item.received_on, item.place) == (Channel.ONLINE, TODAY, None)
    assert (item.petitioners, item.demands, item.confidential) == ([person], "修渠", True)
    assert item.accused_people == ["王某"]


@pytest.mark.parametrize("written", ["abcd-efgh", " AbCd EfGh ", "ABCDEFGH", "abcd—efgh", "ＡＢＣＤ　ｅｆｇｈ"])
def test_a_code_is_the_same_however_it_was_copied(written: str) -> None:
    assert tidy_code(written) == "ABCDEFGH"
