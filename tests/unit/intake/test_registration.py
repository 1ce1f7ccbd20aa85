from datetime import date
from typing import Any

import msgspec
import pytest

from services.common.codes import CODE_ALPHABET, random_code
from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Channel, Nature
from services.contracts.register_commands import RegisterPetition
from services.intake.numbers import petition_number
from services.intake.registration import check_content, check_registrar
from tests.unit.intake.made import petition

TODAY = date(2026, 11, 22)


def command() -> RegisterPetition:
    return RegisterPetition(
        channel=Channel.LETTER,
        received_on=TODAY,
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


def test_a_number_reads_tenant_channel_day_and_sequence() -> None:
    number = petition_number(prefix="611021", channel=Channel.VISIT, day=TODAY, sequence=7)
    assert number == "611021V202611220007"
    assert petition_number(prefix="611021", channel=Channel.VISIT, day=TODAY, sequence=12345).endswith("12345")


def test_query_codes_are_random_and_readable() -> None:
    codes = {random_code() for _ in range(1000)}
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
