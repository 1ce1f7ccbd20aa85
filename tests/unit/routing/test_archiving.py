"""When a case's file may be entered as handed to the archive room, and by whom."""

from datetime import date, timedelta

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.archives import ArchiveCase, CaseArchive
from services.contracts.intake import Nature
from services.contracts.routing import Closure
from services.routing.archiving import AlreadyArchived, archived, check_archivist, check_day, taken_back
from tests.unit.gateway.made import TODAY, petition

CLOSED = Closure(petition_id="p", closed_on=TODAY - timedelta(days=5), closed_by="xfj")
CASE = petition()
COMMAND = ArchiveCase(petition_id=CASE.id, on=TODAY, room=" 县档案室 2026-3 ", catalogue="a" * 64, items=7)


def actor(tenant: str = "xfj", kind: TenantKind = TenantKind.COUNTY) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user="u", name="n", roles=frozenset({Role.CLERK}))


def entered(before: CaseArchive | None = None) -> CaseArchive:
    return archived(petition=CASE, before=before, command=COMMAND, actor=actor())


@pytest.mark.parametrize(
    ("tenant", "kind", "refused"),
    [
        ("xfj", TenantKind.COUNTY, False),
        ("611021102", TenantKind.TOWNSHIP, False),
        ("611021103", TenantKind.TOWNSHIP, True),
        ("slj", TenantKind.BUREAU, True),
    ],
)
def test_the_registering_office_and_the_county_office_hand_it_over(
    tenant: str, kind: TenantKind, refused: bool
) -> None:
    if refused:
        with pytest.raises(Forbidden):
            check_archivist(actor=actor(tenant, kind), registered_by="611021102")
    else:
        check_archivist(actor=actor(tenant, kind), registered_by="611021102")


@pytest.mark.parametrize("days", [0, 5])
def test_from_the_day_of_closing_until_today(days: int) -> None:
    check_day(on=TODAY - timedelta(days=days), closure=CLOSED, today=TODAY)


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), CLOSED.closed_on - timedelta(days=1), date(1900, 1, 1)])
def test_not_on_another_day(on: date) -> None:
    with pytest.raises(InvalidInput):
        check_day(on=on, closure=CLOSED, today=TODAY)


def test_an_open_case_is_not_archived() -> None:
    with pytest.raises(WrongState):
        check_day(on=TODAY, closure=None, today=TODAY)


def test_the_entry_names_who_when_where_and_what() -> None:
    made = entered()
    assert (made.room, made.on, made.items, made.catalogue) == ("县档案室 2026-3", TODAY, 7, "a" * 64)
    assert (made.by.tenant, made.by.user, made.taken_back) == ("xfj", "u", None)
    assert made.audience == {CASE.registered_by}


def test_once_until_it_is_taken_back_and_then_again() -> None:
    made = entered()
    with pytest.raises(AlreadyArchived):
        entered(made)
    back = taken_back(archive=made, reason=" 档号写错 ")
    assert back.taken_back == "档号写错"
    with pytest.raises(WrongState):
        taken_back(archive=back, reason="再次")
    assert entered(back) == made


def test_of_an_accusation_it_is_seen_by_those_who_see_the_case() -> None:
    case = msgspec.structs.replace(CASE, nature=Nature.ACCUSATION, readers=["reader"])
    made = archived(petition=case, before=None, command=COMMAND, actor=actor())
    assert case.named is not None
    assert made.restricted_to == sorted(case.named)
