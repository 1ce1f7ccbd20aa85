"""The counties that come with the platform load, and are what they claim to be."""

import re
from pathlib import Path

import pytest

from deploy.operator.profile import Profile, load_profile
from services.contracts.actor import Role, TenantKind
from services.contracts.directory import ContactPost, Organ

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"


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
    }


def test_only_the_office_and_the_discipline_commission_may_see_accusations(luonan: Profile) -> None:
    cleared = {user.tenant for user in luonan.users if Role.ACCUSATIONS in user.roles}
    assert cleared == {"xfj", "jw"}


def test_somebody_is_on_duty_every_day_in_the_office_and_every_weekday_elsewhere(luonan: Profile) -> None:
    tables = {table.tenant: [turn.weekday for turn in table.turns] for table in luonan.tables}
    assert tables.keys() == {one.code for one in luonan.organisations}
    assert tables.pop("xfj") == [1, 2, 3, 4, 5, 6, 7]
    assert all(days[:5] == [1, 2, 3, 4, 5] for days in tables.values())


def test_people_and_telephones_are_plainly_fictional(luonan: Profile) -> None:
    contacts = [
        contact
        for one in luonan.organisations
        for some in (one.contacts, *(unit.contacts for unit in one.units))
        for contact in some
    ]
    names = {user.name for user in luonan.users} | {turn.leader for table in luonan.tables for turn in table.turns}
    names |= {contact.name for contact in contacts}
    assert [name for name in names if not name.startswith("演示·")] == []
    phones = {one.phone for one in luonan.organisations} | {t.phone for table in luonan.tables for t in table.turns}
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
