"""People and programs whom an outside issuer vouches for, at a real gateway, with a real issuer, all over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import psycopg
import pytest
from joserfc import jwk

from deploy.local.instance import ROOT
from deploy.local.ports import free_ports
from tests.harness.issuer import CLIENT, QUIET, SECRET, Issuer, started_issuer
from tests.harness.platform import NO_TLS, Platform
from tests.harness.waiting import eventually

pytestmark = QUIET

ME = "{ me { username roles tenant { code } } }"
LOGIN = "/auth/oidc/province/login"
USERS: dict[str, dict[str, Any]] = {
    "1": {"preferred_username": "xfj.clerk", "name": "窗口甲", "org": "xfj", "roles": ["xf-clerk"]},
    "2": {"preferred_username": "xin.ren", "name": "新来的", "org": "zrzy", "roles": ["xf-clerk", "others"]},
    "3": {"preferred_username": "lu.ren", "name": "路人", "org": "zrzy", "roles": ["others"]},
    "4": {"preferred_username": "xfj.clerk", "name": "窗口甲", "org": "zrzy", "roles": ["xf-clerk"]},
    "5": {"preferred_username": "xfj.admin", "name": "用户管理", "org": "xfj", "roles": ["xf-clerk"]},
}
PROVIDER = """
[[providers]]
id = "province"
name = "省统一身份认证"
county = "611021"
issuer = "{issuer}"
client_id = "{client}"
client_secret = "{secret}"
audiences = ["xinqiao-api"]
unknown_users = "create"
[providers.claims]
tenant = "org"
roles = "roles"
[providers.roles]
"xf-clerk" = ["CLERK"]
"""


@pytest.fixture(scope="module")
def outside() -> Iterator[Issuer]:
    with started_issuer(USERS) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def address(platform: Platform, outside: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A second gateway of the platform, which knows the issuer."""
    file: Path = tmp_path_factory.mktemp("oidc") / "oidc.toml"
    file.write_text(PROVIDER.format(issuer=outside.address, client=CLIENT, secret=SECRET), "utf-8")
    port = free_ports(1)[0]
    here = f"http://127.0.0.1:{port}"
    more = {"XINQIAO_OIDC_FILE": str(file), "XINQIAO_PORT": str(port), "XINQIAO_PUBLIC_ADDRESS": here}
    with (file.parent / "gateway.log").open("w") as log:
        # NO_PROXY: the issuer is on this very machine.
        environ = {**os.environ, **platform.instance.environ, **more, "NO_PROXY": "*"}
        process = subprocess.Popen([sys.executable, "-m", "gateway"], cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        eventually(lambda: _answers(here), 60, what="the second gateway")
        yield here
    finally:
        process.terminate()
        process.wait(30)


def _answers(here: str) -> bool:
    try:
        return httpx.get(f"{here}/auth/oidc", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30, trust_env=False, verify=NO_TLS) as client:
        yield client


def begun(browser: httpx.Client) -> str:
    answer = browser.get(LOGIN, params={"return_to": "/console?x=1"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def back(browser: httpx.Client, outside: Issuer, sub: str) -> dict[str, str]:
    """What the page is told behind the ``#`` when somebody signed in."""
    answer = browser.get(outside.sign_in(begun(browser), sub=sub))
    assert answer.status_code == 303, answer.text
    page = urlsplit(answer.headers["location"])
    assert (page.path, page.query) == ("/console", "x=1")
    return dict(parse_qsl(page.fragment))


def ask(address: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"{address}/graphql", json={"query": ME}, headers=headers, trust_env=False, verify=NO_TLS)


def code(answer: httpx.Response) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def in_ledger(platform: Platform, act: str, login: str) -> None:
    def there() -> bool:
        with psycopg.connect(platform.settings.admin_database_url) as admin:
            query = "SELECT 1 FROM ledger.entry WHERE act = %s AND login = %s"
            return admin.execute(query, (act, login)).fetchone() is not None

    platform.eventually(there)


def test_somebody_signs_in_at_the_issuer_and_gets_his_tokens_once(
    platform: Platform, outside: Issuer, browser: httpx.Client, address: str
) -> None:
    told = back(browser, outside, "1")
    given = browser.post("/auth/oidc/exchange", json=told)
    assert given.status_code == 200, given.text
    me = ask(address, given.json()["access_token"]).json()["data"]["me"]
    assert (me["username"], me["tenant"]["code"]) == ("xfj.clerk@luonan", "xfj")
    again = browser.post("/auth/oidc/exchange", json=told)
    assert (again.status_code, code(again)) == (400, "SIGN_IN_EXPIRED")
    in_ledger(platform, "SIGNED_IN", "xfj.clerk@luonan")


def test_an_unknown_user_gets_the_account_that_the_mapping_gives(
    platform: Platform, outside: Issuer, browser: httpx.Client, address: str
) -> None:
    given = browser.post("/auth/oidc/exchange", json=back(browser, outside, "2")).json()
    me = ask(address, given["access_token"]).json()["data"]["me"]
    assert (me["username"], me["roles"], me["tenant"]["code"]) == ("xin.ren@luonan", ["CLERK"], "zrzy")
    in_ledger(platform, "SIGNED_IN", "xin.ren@luonan")


@pytest.mark.parametrize(("sub", "says"), [("3", "没有给您本平台的岗位"), ("4", "不一致"), ("5", "单位管理员")])
def test_who_has_no_role_another_tenant_or_too_high_a_post_is_told_so(
    outside: Issuer, browser: httpx.Client, sub: str, says: str
) -> None:
    told = back(browser, outside, sub)
    assert told["error"] == "NOT_ADMITTED"
    assert says in told["message"]


def test_a_state_is_good_once_and_in_its_own_browser(outside: Issuer, browser: httpx.Client, address: str) -> None:
    returned = outside.sign_in(begun(browser), sub="1")
    with httpx.Client(base_url=address, trust_env=False, verify=NO_TLS) as stranger:
        answer = stranger.get(returned)
        assert (answer.status_code, code(answer)) == (400, "SIGN_IN_EXPIRED")
    returned = outside.sign_in(begun(browser), sub="1")
    assert browser.get(returned).status_code == 303
    for again in (returned, f"{address}/auth/oidc/province/callback?state=made-up&code=x"):
        answer = browser.get(again)
        assert (answer.status_code, code(answer)) == (400, "SIGN_IN_EXPIRED")


@pytest.mark.parametrize(
    "altered",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "others"},
        {"exp": 1},
        {"azp": "others"},
        {"iss": "http://x.invalid"},
    ],
)
def test_an_answer_of_the_issuer_that_is_not_for_this_sign_in_is_refused(
    outside: Issuer, browser: httpx.Client, altered: dict[str, Any]
) -> None:
    outside.alter = lambda claims: {name: value for name, value in {**claims, **altered}.items() if value is not None}
    try:
        assert back(browser, outside, "1")["error"] == "ISSUER_REFUSED"
    finally:
        outside.alter = None


def test_nobody_is_sent_to_a_page_of_others(browser: httpx.Client) -> None:
    for to in ("https://evil.example/", "//evil.example/"):
        answer = browser.get(LOGIN, params={"return_to": to})
        assert (answer.status_code, code(answer)) == (400, "INVALID_INPUT")
    answer = browser.get("/auth/oidc/nobody/login")
    assert (answer.status_code, code(answer)) == (404, "NOT_FOUND")


def test_a_bearer_token_of_the_issuer_acts_for_its_account(platform: Platform, outside: Issuer, address: str) -> None:
    me = ask(address, outside.token(**USERS["1"])).json()["data"]["me"]
    assert (me["username"], me["roles"], me["tenant"]["code"]) == ("xfj.clerk@luonan", ["CLERK"], "xfj")
    refused = {
        "another audience": outside.token(aud="others", **USERS["1"]),
        "expired": outside.token(exp=int(time.time()) - 3600, **USERS["1"]),
        "signature": outside.token(key=jwk.RSAKey.generate_key(2048, {"kid": str(outside.key.kid)}), **USERS["1"]),
        "unknown issuer": outside.token(iss="https://elsewhere.invalid", **USERS["1"]),
    }
    for why, token in refused.items():
        answer = ask(address, token)
        assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED"), why
    for sub in ("3", "4", "5"):
        answer = ask(address, outside.token(**USERS[sub]))
        assert (answer.status_code, code(answer)) == (403, "NOT_ADMITTED")
    in_ledger(platform, "SIGN_IN_REFUSED", "xfj.clerk@luonan")


def test_an_account_that_the_administrator_closed_is_out_with_an_outside_token_too(
    platform: Platform, outside: Issuer, browser: httpx.Client, address: str
) -> None:
    claims = {**USERS["2"], "preferred_username": "yao.zou"}
    token = outside.token(**claims)
    assert ask(address, token).json()["data"]["me"]["username"] == "yao.zou@luonan"
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        admin.execute("UPDATE gateway.account SET active = false WHERE username = 'yao.zou@luonan'")
    answer = ask(address, token)
    assert (answer.status_code, code(answer)) == (403, "NOT_ADMITTED")
