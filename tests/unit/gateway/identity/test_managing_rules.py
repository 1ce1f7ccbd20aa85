"""Who manages whose account, and which roles a user may have."""

from itertools import combinations

import pytest

from gateway.identity import managing_rules as rules
from gateway.identity.roles import ASSIGNABLE, BY_COUNTY_OFFICE, misfits
from services.common.errors import Forbidden, InvalidInput, NotFound
from services.contracts.actor import READS_CASES, Actor, Role, TenantKind
from services.contracts.identity import Account, AccountOrigin

COUNTY, TOWNSHIP, BUREAU = TenantKind.COUNTY, TenantKind.TOWNSHIP, TenantKind.BUREAU


def actor(tenant: str = "slj", kind: TenantKind = BUREAU, *roles: Role) -> Actor:
    given = roles or (Role.ADMINISTRATOR,)
    return Actor(county="1", tenant=tenant, kind=kind, user=f"{tenant}.admin@x", name="", roles=frozenset(given))


OFFICE, BUREAUS = actor("xfj", COUNTY), actor()


def account(username: str = "slj.clerk@x") -> Account:
    return Account(
        username=username,
        tenant="slj",
        kind=BUREAU,
        name="",
        roles=[Role.CLERK],
        label="",
        active=True,
        origin=AccountOrigin.PROFILE,
        version=1,
        must_change=False,
        has_password=True,
        locked_until=None,
        last_signed_in_at=None,
    )


def test_an_administrator_sees_no_case_by_that_role() -> None:
    assert Role.ADMINISTRATOR not in READS_CASES
    assert not OFFICE.reads_cases
    assert not OFFICE.cleared
    assert not OFFICE.audits


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_manages_users(role: Role) -> None:
    with pytest.raises(Forbidden):
        rules.check_sees(actor("xfj", COUNTY, role), "xfj")


def test_whom_an_accusation_names_gets_his_new_password_from_the_county_office() -> None:
    rules.check_not_confided(BUREAUS, confided=False)
    rules.check_not_confided(OFFICE, confided=True)
    with pytest.raises(Forbidden):
        rules.check_not_confided(BUREAUS, confided=True)


def test_a_tenants_administrator_manages_his_tenants_users_only_and_others_are_as_if_not_there() -> None:
    rules.check_sees(BUREAUS, "slj")
    for tenant in ("zrzy", "xfj", ""):
        with pytest.raises(NotFound):
            rules.check_sees(BUREAUS, tenant)


def test_the_county_offices_administrator_manages_every_tenants_users() -> None:
    for tenant in ("slj", "zrzy", "xfj"):
        rules.check_sees(OFFICE, tenant)


@pytest.mark.parametrize("role", sorted(BY_COUNTY_OFFICE))
def test_what_opens_more_than_the_own_tenants_cases_is_the_county_offices_to_give(role: Role) -> None:
    rules.check_reserved(OFFICE, [role])
    with pytest.raises(Forbidden, match=role.label):
        rules.check_reserved(BUREAUS, [Role.CLERK, role])


def test_ordinary_roles_are_the_tenants_own_affair() -> None:
    rules.check_reserved(BUREAUS, [Role.CLERK, Role.HEAD, Role.HANDLER, Role.LEADER])


def test_nobody_changes_himself() -> None:
    with pytest.raises(rules.OwnAccount):
        rules.check_other(BUREAUS, account(BUREAUS.user))
    rules.check_other(BUREAUS, account())


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.SUPERVISOR])
@pytest.mark.parametrize("kind", [TOWNSHIP, BUREAU])
def test_roles_of_the_whole_county_are_for_its_office(role: Role, kind: TenantKind) -> None:
    assert misfits({role}, COUNTY) == []
    with pytest.raises(InvalidInput, match="只能给县信访局的用户"):
        rules.check_roles([role], kind)


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.PUBLIC])
def test_what_only_the_platform_is_nobody_becomes(role: Role) -> None:
    assert role not in ASSIGNABLE
    with pytest.raises(InvalidInput):
        rules.check_roles([role], COUNTY)


@pytest.mark.parametrize(
    "roles", [[], [Role.CLERK, Role.CLERK], [Role.ACCUSATIONS], [Role.AUDITOR, Role.ADMINISTRATOR]]
)
def test_roles_that_do_not_go_together_are_refused(roles: list[Role]) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.check_roles(roles, COUNTY)
    assert refused.value.field == "roles"


def test_whoever_runs_or_audits_handles_no_case() -> None:
    for wide, handling in (
        (wide, one) for wide in (Role.OPERATOR, Role.AUDITOR) for one in READS_CASES - {Role.SYSTEM}
    ):
        with pytest.raises(InvalidInput):
            rules.check_roles([wide, handling], COUNTY)


def test_every_pair_of_a_tenants_own_roles_goes_together() -> None:
    own = [Role.HEAD, Role.CLERK, Role.HANDLER, Role.LEADER, Role.ADMINISTRATOR]
    for kind in TenantKind:
        for pair in combinations(own, 2):
            rules.check_roles(list(pair), kind)


@pytest.mark.parametrize("name", ["", "A.clerk", "a b", "甲", "a@luonan", ".a", "a.", "a" * 41, "a..b"])
def test_a_login_name_is_plain(name: str) -> None:
    with pytest.raises(InvalidInput, match="用户名"):
        rules.check_username(name)


@pytest.mark.parametrize("name", ["a", "slj.clerk2", "611021101.head", "wang-fang", "a" * 40])
def test_such_login_names_are_taken(name: str) -> None:
    rules.check_username(name)


@pytest.mark.parametrize("text", ["", "  ", "甲" * 61, "a\x00b"])
def test_a_name_is_a_line_of_text(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules.tidy(text, field="name", what="姓名")


def test_blanks_of_a_name_are_put_right() -> None:
    assert rules.tidy("  王  芳\n", field="name", what="姓名") == "王 芳"
