from datetime import date
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Channel, Nature
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import RegisterPetition
from services.intake.numbers import CODE_ALPHABET, petition_number, query_code
from services.intake.registration import check_content, check_petitioners, check_registrar, is_anonymous
from tests.unit.intake.made import petition

TODAY = date(2026, 11, 22)


def command(*people: PetitionerInput) -> RegisterPetition:
    return RegisterPetition(
        channel=Channel.LETTER,
        received_on=TODAY,
        petitioners=list(people),
        title="标题",
        body="内容",
        nature=Nature.APPEAL,
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": "\n"}, "body"),
        ({"received_on": date(2026, 11, 23)}, "receivedOn"),
    ],
)
def test_incomplete_content_is_refused_by_its_field(given: dict[str, Any], field: str) -> None:
    content: dict[str, Any] = {"title": "标题", "body": "内容", "received_on": TODAY, "today": TODAY, **given}
    with pytest.raises(InvalidInput) as refused:
        check_content(**content)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (PetitionerInput(name=" "), "petitioners.0.name"),
        (PetitionerInput(name="张三", identity_number="12345"), "petitioners.0.identityNumber"),
        (PetitionerInput(name="张三", phone="call me"), "petitioners.0.phone"),
    ],
)
def test_an_unusable_petitioner_is_refused_by_its_field(person: PetitionerInput, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_petitioners(command(person))
    assert refused.value.field == field


def test_values_are_tidied_and_blanks_are_none() -> None:
    (person,) = check_petitioners(
        command(
            PetitionerInput(name=" 张三 ", identity_number="61102119800101123x", phone="138 0000 1234", address=" ")
        )
    )
    assert person == PetitionerInput(name="张三", identity_number="61102119800101123X", phone="13800001234")


def test_who_cannot_be_reached_is_owed_no_notice() -> None:
    assert is_anonymous([])
    assert is_anonymous([PetitionerInput(name="张三")])
    assert not is_anonymous([PetitionerInput(name="张三"), PetitionerInput(name="李四", phone="13800001234")])


def test_a_number_reads_tenant_channel_day_and_sequence() -> None:
    number = petition_number(prefix="611021", channel=Channel.VISIT, day=TODAY, sequence=7)
    assert number == "611021V202611220007"
    assert petition_number(prefix="611021", channel=Channel.VISIT, day=TODAY, sequence=12345).endswith("12345")


def test_query_codes_are_random_and_readable() -> None:
    codes = {query_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert set("".join(codes)) <= set(CODE_ALPHABET)


def accusation(**changes: Any) -> RegisterPetition:
    return msgspec.structs.replace(command(), nature=Nature.ACCUSATION, **changes)


def registrar(tenant: str = "slj") -> Actor:
    return Actor(
        county="611021",
        tenant=tenant,
        kind=TenantKind.BUREAU,
        user=f"{tenant}.clerk@luonan",
        name="窗口",
        roles=frozenset({Role.CLERK}),
    )


def test_nobody_registers_what_accuses_himself() -> None:
    given = accusation(accused_users=["slj.clerk@luonan"])
    with pytest.raises(AccusedUnit, match="您是被反映人") as refused:
        check_registrar(given, actor=registrar())
    assert refused.value.field == "accusedUsers"
    check_registrar(given, actor=registrar("xfj"))


def test_a_unit_registers_no_accusation_of_itself_but_other_complaints_about_it() -> None:
    with pytest.raises(AccusedUnit, match="纪检监察机关") as refused:
        check_registrar(accusation(accused=["slj"]), actor=registrar())
    assert refused.value.field == "accused"
    check_registrar(accusation(accused=["slj"]), actor=registrar("xfj"))
    check_registrar(msgspec.structs.replace(command(), accused=["slj"]), actor=registrar())


@pytest.mark.parametrize(
    ("nature", "accused", "named", "confined"),
    [
        (Nature.APPEAL, [], None, False),
        (Nature.APPEAL, ["a@x"], {"*", "!a@x"}, False),
        (Nature.ACCUSATION, [], {"61.clerk@x"}, True),
        (Nature.ACCUSATION, ["a@x", "b@x"], {"61.clerk@x", "!a@x", "!b@x"}, True),
    ],
)
def test_who_is_named_and_who_is_barred(
    nature: Nature, accused: list[str], named: set[str] | None, confined: bool
) -> None:
    case = petition(nature=nature, accused_users=accused, registrar="61.clerk@x", accused=["slj"])
    units = {"!@slj"} if nature is Nature.ACCUSATION else set()
    assert case.named == (None if named is None else named | units)
    assert case.confined is confined
