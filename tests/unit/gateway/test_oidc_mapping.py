"""Outside issuers as an operator writes them, and what their tokens give."""

from pathlib import Path
from typing import Any

import pytest

from gateway.oidc.configuration import Claims, Provider, load_providers
from gateway.oidc.mapping import NotAdmitted, check_sensitive, claim, mapped
from gateway.oidc.routes import own_page
from gateway.oidc.side import OidcSide
from gateway.oidc.tokens import Said
from services.common.errors import InvalidInput, NotFound
from services.common.settings import Settings, SettingsError
from services.contracts.actor import Role

PLAIN = {"id": "province", "name": "省统一身份认证", "county": "611021", "client_id": "xinqiao"}
WHOLE = """
[[providers]]
id = "province"
name = "省统一身份认证"
county = "611021"
issuer = "https://id.example.gov.cn"
client_id = "xinqiao"
client_secret = "not told"
audiences = ["xinqiao-api"]
unknown_users = "create"
sensitive_roles = ["ADMINISTRATOR"]
[providers.claims]
login = "employee"
tenant = "org.code"
roles = "realm_access.roles"
[providers.tenants]
"11611021" = "zrzy"
[providers.roles]
"xf-clerk" = ["CLERK"]
"xf-admin" = ["ADMINISTRATOR"]
"""


def provider(**more: Any) -> Provider:
    return Provider(**{**PLAIN, "issuer": "https://id.example.gov.cn", **more})


def with_roles(**more: Any) -> Provider:
    claims = Claims(tenant="org", roles="roles")
    roles = {"clerk": (Role.CLERK,), "head": (Role.HEAD, Role.CLERK), "admin": (Role.ADMINISTRATOR,)}
    return provider(**{"claims": claims, "roles": roles, "sensitive_roles": (Role.ADMINISTRATOR,), **more})


def loaded(tmp_path: Path, text: str) -> tuple[Provider, ...]:
    file = tmp_path / "oidc.toml"
    file.write_text(text, "utf-8")
    return load_providers(file)


def test_what_an_operator_writes_is_read(tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, WHOLE)
    assert (found.id, found.claims.roles, found.tenants) == ("province", "realm_access.roles", {"11611021": "zrzy"})
    assert (found.algorithms, found.scopes) == (("RS256",), ("openid", "profile"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[[providers]]", "[[providers", "TOML"),
        ('name = "省统一身份认证"', 'nome = "x"', "nome"),
        ('county = "611021"', 'county = "luonan"', "county"),
        ("https://id.", "http://id.", "https://"),
        ('audiences = ["xinqiao-api"]', 'algorithms = ["HS256"]', "HS256"),
        ('audiences = ["xinqiao-api"]', 'algorithms = ["none"]', "none"),
        ('audiences = ["xinqiao-api"]', "algorithms = []", "algorithms"),
        ('audiences = ["xinqiao-api"]', 'scopes = ["profile"]', "openid"),
        ('sensitive_roles = ["ADMINISTRATOR"]', "", "sensitive_roles"),
        ('sensitive_roles = ["ADMINISTRATOR"]', 'sensitive_roles = ["ADMINISTRATOR", "CLERK"]', "CLERK"),
        ('["CLERK"]', '["SYSTEM"]', "SYSTEM"),
        ('["CLERK"]', '["PUBLIC"]', "PUBLIC"),
        ('["CLERK"]', '["KING"]', "KING"),
        ('roles = "realm_access.roles"', "", "claims.roles"),
        ('tenant = "org.code"', "", "claims.tenant"),
        ('id = "province"', 'id = "the province"', "id"),
    ],
)
def test_a_mistake_is_told_by_its_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in WHOLE
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, WHOLE.replace(old, new, 1))
    assert told in str(error.value)
    assert "not told" not in str(error.value)


def test_two_providers_of_one_id_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="重复"):
        loaded(tmp_path, WHOLE + WHOLE)
    with pytest.raises(SettingsError, match="oidc_file"):
        load_providers(tmp_path / "nothing.toml")


AGAIN = WHOLE.replace('"province"', '"other"').replace("611021", "611022", 1).replace("-api", "-other")


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (AGAIN.replace("11611021", "11611022").replace("-other", "-api"), "audiences"),
        (AGAIN, "不得重复"),
        (AGAIN.replace('[providers.tenants]\n"11611021" = "zrzy"\n', ""), "同名"),
    ],
)
def test_one_issuer_for_two_counties_tells_their_people_apart(tmp_path: Path, second: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        loaded(tmp_path, WHOLE + second)


def test_two_counties_may_have_one_issuer(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, WHOLE + AGAIN.replace("11611021", "11611022"))) == 2


def test_without_an_address_of_its_own_the_gateway_takes_no_provider(tmp_path: Path) -> None:
    (tmp_path / "oidc.toml").write_text(WHOLE, "utf-8")
    with pytest.raises(SettingsError, match="public_address"):
        OidcSide.of(Settings(oidc_file="oidc.toml"), folder=tmp_path)
    assert OidcSide.of(Settings(), folder=tmp_path).providers == {}


def test_a_claim_is_found_by_its_name_or_its_path() -> None:
    claims = {"a.b": 1, "a": {"b": 2, "c": {"d": 3}}}
    assert [claim(claims, path) for path in ("a.b", "a.c.d", "a.x", "a.b.x", "z")] == [1, 3, None, None, None]


def test_an_account_is_named_by_the_login_with_the_countys_ending() -> None:
    for given in ("zhang.san", "Zhang.San", "zhang.san@luonan", " zhang.san "):
        who = mapped(provider(), {"preferred_username": given, "name": "张三"}, slug="luonan")
        assert (who.username, who.name, who.tenant, who.roles) == ("zhang.san@luonan", "张三", None, None)


@pytest.mark.parametrize(
    "given", [None, "", "zhang@elsewhere", "zhang@yanshi2", "a b", "@luonan", 7, ["zhang"], "张三", "\u212aong", "li\0"]
)
def test_no_account_is_named_by_anything_else(given: Any) -> None:
    with pytest.raises(NotAdmitted):
        mapped(provider(), {"preferred_username": given}, slug="luonan")


def test_a_name_is_one_line_that_the_store_takes() -> None:
    for given, name in ((" 张　三\n", "张 三"), ("张\0三", None), ("\u202e三", None), (7, None)):
        assert mapped(provider(), {"preferred_username": "zhang", "name": given}, slug="luonan").name == name


def said_of(roles: Any, tenant: Any = "zrzy", **more: Any) -> Any:
    claims = {"preferred_username": "zhang", "org": tenant, "roles": roles}
    return mapped(with_roles(**more), claims, slug="luonan")


def test_roles_are_those_of_the_table_and_of_it_alone() -> None:
    assert said_of(["clerk", "unknown", "OPERATOR"]).roles == {Role.CLERK}
    assert said_of("head").roles == {Role.HEAD, Role.CLERK}
    assert said_of(["admin"]).roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("roles", [None, [], "", ["CLERK"], ["ACCUSATIONS"], "clerk admin", 1, {"clerk": True}])
def test_who_has_no_role_by_the_table_is_not_admitted(roles: Any) -> None:
    with pytest.raises(NotAdmitted):
        said_of(roles)


def test_a_tenant_is_that_of_the_table_or_the_value_itself() -> None:
    assert said_of("clerk", "zrzy").tenant == "zrzy"
    assert said_of("clerk", "116", tenants={"116": "xfj"}).tenant == "xfj"


@pytest.mark.parametrize("tenant", [None, [], "xfj", ["116", "117"], 116])
def test_who_is_of_no_tenant_or_of_two_is_not_admitted(tenant: Any) -> None:
    with pytest.raises(NotAdmitted):
        said_of("clerk", tenant, tenants={"116": "zrzy", "117": "xfj"})


@pytest.mark.parametrize("role", [Role.ACCUSATIONS, Role.OPERATOR, Role.ADMINISTRATOR])
def test_a_sensitive_role_comes_in_only_where_the_configuration_names_it(role: Role) -> None:
    with pytest.raises(NotAdmitted, match=role.label):
        check_sensitive(provider(), frozenset({Role.CLERK, role}))
    check_sensitive(provider(sensitive_roles=(role,)), frozenset({Role.CLERK, role}))


OWN = "https://xinqiao.example.gov.cn"


@pytest.mark.parametrize(
    ("given", "page"),
    [
        *(("/", f"{OWN}/"), ("", f"{OWN}/"), ("/a/b?c=1#d", f"{OWN}/a/b?c=1"), ("a", f"{OWN}/a")),
        (f"{OWN}/console", f"{OWN}/console"),
    ],
)
def test_a_page_of_ours_is_returned_to(given: str, page: str) -> None:
    assert own_page(given, own=OWN) == page


@pytest.mark.parametrize(
    "given",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"),
        *("http://xinqiao.example.gov.cn/", f"{OWN}.evil.example/", f"{OWN}@evil.example/", f"{OWN}:444/"),
        *("https:/\t/evil.example", "/\n/evil.example", "data:text/html,x", "https://[::1"),
    ],
)
def test_no_other_page_is_returned_to(given: str) -> None:
    with pytest.raises(InvalidInput):
        own_page(given, own=OWN)


def test_a_token_is_of_the_provider_whose_audience_it_names() -> None:
    one, other = provider(id="one", audiences=("one-api",)), provider(id="other", audiences=("other-api",))
    side = OidcSide.with_providers([provider(id="silent"), one, other])

    def of(issuer: str, *audiences: str) -> Provider | None:
        return side.of_token(Said(issuer=issuer, audiences=list(audiences), key_id=None))

    assert of(one.issuer, "other-api") is other
    assert of(one.issuer, "strange") is one
    assert of("https://elsewhere.invalid", "one-api") is None
    assert OidcSide.with_providers([provider()]).of_token(Said(issuer=one.issuer, audiences=[], key_id=None)) is None
    with pytest.raises(NotFound):
        side.provider("nobody")
