"""The counties that come with the platform load, and are what they claim to be."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.operator.profile import Profile, load_profile
from services.common.known_calendar import library_calendar
from services.contracts.actor import Role, TenantKind
from services.contracts.directory import ContactPost, Organ
from services.contracts.roster_commands import TenantRoster
from services.contracts.roster_rules import ServiceKind
from services.roster.ledgers import Planned
from services.roster.planning import plan

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"
CALENDAR = library_calendar()


@pytest.fixture(scope="module")
def luonan() -> Profile:
    return load_profile(COUNTIES / "luonan")


def test_every_shipped_county_loads_and_no_two_share_a_code_or_a_login() -> None:
    folders = sorted(path.parent for path in COUNTIES.glob("*/county.toml"))
    profiles = [load_profile(folder) for folder in folders]
    assert [profile.slug for profile in profiles] == [folder.name for folder in folders] == ["luonan", "yanshi2"]
    assert len({profile.county for profile in profiles}) == len(profiles)
    logins = [user.username for profile in profiles for user in profile.users]
    assert len(set(logins)) == len(logins)


def test_luonan_has_its_16_townships_and_247_villages(luonan: Profile) -> None:
    townships = [one for one in luonan.organisations if one.kind is TenantKind.TOWNSHIP]
    assert len(townships) == 16
    assert all(one.places[0].code == one.code == one.number_prefix for one in townships)
    villages = [place for one in townships for place in one.places[1:]]
    assert len(villages) == 247
    assert all(len(village.code) == 12 for village in villages)
    assert {one.short_name for one in townships} >= {"城关街道", "四皓街道", "景村镇", "洛源镇", "高耀镇"}


def test_luonan_has_the_usual_bureaus_and_says_what_each_answers_for(luonan: Profile) -> None:
    bureaus = {one.code: one for one in luonan.organisations if one.kind is TenantKind.BUREAU}
    assert 30 <= len(bureaus) <= 36
    named = "gongan rsj jtj zrzy zjj jtys slj nyncj wjj ybj scjg mzj yjgl sthj sfj swj tyjr lyj wlj zfw jw"
    assert bureaus.keys() >= set(named.split())
    assert [code for code, one in bureaus.items() if not 3 <= len(one.responsibilities) <= 8] == []


def test_everybody_can_work_a_case_in_every_tenant(luonan: Profile) -> None:
    for organisation in luonan.organisations:
        roles = [set(user.roles) for user in luonan.users if user.tenant == organisation.code]
        assert any(Role.CLERK in some for some in roles), organisation.code
        assert any(Role.HEAD in some for some in roles), organisation.code


def test_the_county_office_has_a_user_for_every_duty(luonan: Profile) -> None:
    users = {user.username: set(user.roles) for user in luonan.users if user.tenant == "xfj"}
    assert users == {
        "xfj.head@luonan": {Role.HEAD},
        "xfj.clerk@luonan": {Role.CLERK},
        "xfj.clerk2@luonan": {Role.CLERK},
        "xfj.supervisor@luonan": {Role.SUPERVISOR},
        "xfj.accusations@luonan": {Role.CLERK, Role.ACCUSATIONS},
        "xfj.leader@luonan": {Role.LEADER},
        "xfj.auditor@luonan": {Role.AUDITOR},
        "xfj.operator@luonan": {Role.OPERATOR},
        "xfj.admin@luonan": {Role.ADMINISTRATOR},
    }


@pytest.mark.parametrize("county", ["luonan", "yanshi2"])
def test_every_tenant_with_users_has_an_administrator(county: str) -> None:
    users = load_profile(COUNTIES / county).users
    administered = {user.tenant for user in users if Role.ADMINISTRATOR in user.roles}
    assert {user.tenant for user in users} == administered


def test_only_the_office_and_the_discipline_commission_may_see_accusations(luonan: Profile) -> None:
    cleared = {user.tenant for user in luonan.users if Role.ACCUSATIONS in user.roles}
    assert cleared == {"xfj", "jw"}


QUARTER = (date(2026, 1, 1), date(2026, 3, 31))
"""With Spring Festival in it."""


def planned(roster: TenantRoster) -> list[Planned]:
    return plan(
        tenant=roster.tenant,
        rules=roster.rules,
        members=roster.members,
        absences=[],
        past=[],
        kept={},
        calendar=CALENDAR,
        first=QUARTER[0],
        last=QUARTER[1],
    )


@pytest.mark.parametrize("county", ["luonan", "yanshi2"])
def test_every_body_has_people_enough_for_every_working_day(county: str) -> None:
    days = map(date.fromordinal, range(QUARTER[0].toordinal(), QUARTER[1].toordinal() + 1))
    working = {day for day in days if CALENDAR.is_workday(day)}
    for roster in load_profile(COUNTIES / county).rosters:
        table = planned(roster)
        assert [shift for shift in table if shift.gaps] == [], roster.tenant
        assert {shift.day for shift in table} >= working, roster.tenant


def test_in_the_office_somebody_watches_at_every_hour(luonan: Profile) -> None:
    (office,) = [roster for roster in luonan.rosters if roster.tenant == "xfj"]
    watches = sorted(shift.span for shift in planned(office) if shift.kind is not ServiceKind.RECEPTION)
    assert [(one.ends, two.begins) for one, two in pairwise(watches) if one.ends != two.begins] == []


def test_people_and_telephones_are_plainly_fictional(luonan: Profile) -> None:
    contacts = [
        contact
        for one in luonan.organisations
        for some in (one.contacts, *(unit.contacts for unit in one.units))
        for contact in some
    ]
    names = {user.name for user in luonan.users} | {
        member.name for roster in luonan.rosters for member in roster.members
    }
    names |= {contact.name for contact in contacts}
    assert [name for name in names if not name.startswith("演示·")] == []
    phones = {one.phone for one in luonan.organisations} | {
        m.phone for roster in luonan.rosters for m in roster.members
    }
    phones |= {contact.phone for contact in contacts}
    assert [phone for phone in phones if phone is None or not re.fullmatch(r"0914-0000\d{3}", phone)] == []


def test_every_body_and_every_unit_of_luonan_names_its_three_people(luonan: Profile) -> None:
    for one in luonan.organisations:
        for contacts in (one.contacts, *(unit.contacts for unit in one.units)):
            assert [contact.post for contact in contacts] == list(ContactPost), one.code
        assert one.aliases, one.code
        assert one.units, one.code


def test_luonan_has_an_organ_for_every_diversion_of_the_law(luonan: Profile) -> None:
    organs = {organ: one.code for one in luonan.organisations for organ in one.organs}
    assert organs == {
        Organ.DISCIPLINE: "jw",
        Organ.POLITICAL_LEGAL: "zfw",
        Organ.COURT: "fy",
        Organ.PROCURATORATE: "jcy",
        Organ.POLICE: "gongan",
        Organ.JUSTICE: "sfj",
        Organ.ARBITRATION: "rsj",
    }
