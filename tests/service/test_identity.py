"""Accounts, sessions and their administrators through the running gateway, in a county of their own."""

import asyncio
import json
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from deploy.operator import provision
from deploy.operator.user import NotReset, reset_by_operator
from gateway.database import connect
from gateway.identity import managing
from gateway.identity.managing_rules import LastAdministrator
from services.contracts.actor import Actor, Role, TenantKind
from tests.harness.platform import COUNTIES, NO_TLS, Platform
from tests.harness.waiting import eventually
from tests.journey.story import REGISTER, letter

CODE, SLUG = "995001", "shenfen"
STRONG, STRONGER = "kettle-orbit-93-maple", "marble-ticket-58-canoe"
ADDRESSES = count(1)
ME = "{ me { username roles tenant { code } } }"
FIELDS = "user { username name label roles active version lockedUntil mustChangePassword origin tenant { code } }"
ERRORS = "errors { code field id version }"
GIVEN_TYPES = {
    **dict.fromkeys(("closeUser", "reopenUser", "resetPassword"), "UserVersionInput"),
}
ANSWERS = {
    **dict.fromkeys(("createUser", "resetPassword"), f"{FIELDS} oneTimePassword"),
    "endSessions": "ended",
    "changePassword": "changed",
}


class House:
    """A small county whose users must change the passwords that were made for them."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.folder = Path(shutil.copytree(COUNTIES / "yanshi2", folder / SLUG))
        self.logins_file = folder / "logins.json"
        for path in self.folder.iterdir():
            path.write_text(path.read_text("utf-8").replace("990001", CODE).replace("yanshi2", SLUG), "utf-8")
        self.stays(False)
        self.provision()

    def stays(self, stays: bool) -> None:
        path = self.folder / "county.toml"
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("first_passwords_stay")]
        path.write_text("\n".join([*lines, f"first_passwords_stay = {str(stays).lower()}"]) + "\n", "utf-8")

    def provision(self) -> list[str]:
        return provision.run(settings=self.platform.settings, profile=self.folder, logins_file=self.logins_file)

    def password(self, user: str) -> str:
        entries = json.loads(self.logins_file.read_text("utf-8"))
        return next(str(entry["password"]) for entry in entries if entry["username"] == f"{user}@{SLUG}")

    def client(self) -> httpx.Client:
        """From an address of its own, so that no test uses up another's tries."""
        number = next(ADDRESSES)
        headers = {"X-Forwarded-For": f"203.0.{number // 250}.{number % 250}"}
        return httpx.Client(base_url=self.platform.url, timeout=30, trust_env=False, verify=NO_TLS, headers=headers)

    def post(self, path: str, given: Any = None, *, token: str | None = None, of: httpx.Client | None = None) -> Any:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if of is not None:
            return of.post(path, json=given, headers=headers)
        with self.client() as client:
            return client.post(path, json=given, headers=headers)

    def try_login(self, user: str, password: str) -> httpx.Response:
        answer: httpx.Response = self.post("/auth/token", {"username": f"{user}@{SLUG}", "password": password})
        return answer

    def sign_in(self, user: str, password: str) -> dict[str, Any]:
        answer = self.try_login(user, password)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def settle(self, user: str, password: str = STRONG) -> str:
        """An access token of a user who has set a password of his own."""
        tokens = self.sign_in(user, self.password(user))
        given = {"password": self.password(user), "new_password": password}
        answer = self.post("/auth/password", given, token=tokens["access_token"])
        assert answer.status_code == 204, answer.text
        return str(tokens["access_token"])

    def ask(self, token: str, query: str, **variables: Any) -> httpx.Response:
        answer: httpx.Response = self.post("/graphql", {"query": query, "variables": variables}, token=token)
        return answer

    def data(self, token: str, query: str, **variables: Any) -> dict[str, Any]:
        body = self.ask(token, query, **variables).json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    def do(self, token: str, mutation: str, **given: Any) -> dict[str, Any]:
        input_type = GIVEN_TYPES.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
        fields = f"{ANSWERS.get(mutation, FIELDS)} {ERRORS}"
        query = f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {fields} }} }}"
        payload: dict[str, Any] = self.data(token, query, input=given)[mutation]
        return payload

    def done(self, token: str, mutation: str, **given: Any) -> dict[str, Any]:
        payload = self.do(token, mutation, **given)
        assert payload["errors"] == []
        return payload

    def refused(self, token: str, mutation: str, **given: Any) -> str:
        payload = self.do(token, mutation, **given)
        (error,) = payload["errors"]
        assert not any(value for name, value in payload.items() if name != "errors")
        return str(error["code"])

    def user(self, token: str, name: str) -> dict[str, Any]:
        fields = FIELDS.removeprefix("user ")
        found = self.data(token, f"query($name: String!) {{ user(username: $name) {fields} }}", name=f"{name}@{SLUG}")
        user: dict[str, Any] = found["user"]
        return user

    def acts(self, login: str) -> list[str]:
        """What the ledger has of acts by this login, in order."""
        with psycopg.connect(self.platform.settings.admin_database_url) as admin:
            query = "SELECT act FROM ledger.entry WHERE county_id = %s AND login = %s ORDER BY seq"
            return [act for (act,) in admin.execute(query, (CODE, f"{login}@{SLUG}" if login[0] != "@" else login))]


@pytest.fixture(scope="module")
def house(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(platform, tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def office(house: House) -> str:
    """Of the county office's administrator."""
    return house.settle("xfj.admin")


@pytest.fixture(scope="module")
def bureau(house: House) -> str:
    """Of a bureau's administrator, who is its head."""
    return house.settle("zrzy.head")


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


OUT = (401, "UNAUTHENTICATED")


def test_who_was_given_a_password_sets_his_own_before_anything_else(house: House) -> None:
    first = house.password("xfj.clerk")
    tokens, other = house.sign_in("xfj.clerk", first), house.sign_in("xfj.clerk", first)
    assert tokens["must_change_password"] is True
    here = tokens["access_token"]
    assert code(house.ask(here, ME)) == (403, "PASSWORD_CHANGE_REQUIRED")
    for new, reason in ((first, "WEAK_PASSWORD"), ("xfj.clerk-93", "WEAK_PASSWORD"), ("1234567890", "WEAK_PASSWORD")):
        assert code(house.post("/auth/password", {"password": first, "new_password": new}, token=here))[1] == reason
    wrong = house.post("/auth/password", {"password": "x", "new_password": STRONG}, token=here)
    assert code(wrong) == (403, "WRONG_PASSWORD")
    changed = house.post("/auth/password", {"password": first, "new_password": STRONG}, token=here)
    assert changed.status_code == 204
    assert house.data(here, ME)["me"]["username"] == f"xfj.clerk@{SLUG}"
    # Whoever came in with the old password is out.
    assert code(house.ask(other["access_token"], ME)) == OUT
    assert code(house.try_login("xfj.clerk", first)) == (401, "WRONG_LOGIN")
    assert house.sign_in("xfj.clerk", STRONG)["must_change_password"] is False
    assert house.done(here, "changePassword", password=STRONG, newPassword=STRONGER)["changed"]
    wanted = ["SIGNED_IN", "SIGNED_IN", "SIGN_IN_REFUSED", "PASSWORD_CHANGED", "SIGNED_OUT"]
    wanted += ["SIGN_IN_REFUSED", "SIGNED_IN", "PASSWORD_CHANGED", "SIGNED_OUT"]
    eventually(lambda: sorted(house.acts("xfj.clerk")) == sorted(wanted), 20)


def test_a_session_goes_on_by_refresh_and_ends_when_an_old_token_comes_again(house: House) -> None:
    house.settle("xfj.clerk2")
    tokens = house.sign_in("xfj.clerk2", STRONG)
    assert set(tokens) == {
        *("access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in", "must_change_password")
    }
    renewed = house.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]}).json()
    for each in (tokens, renewed):
        assert house.data(each["access_token"], ME)["me"]["username"] == f"xfj.clerk2@{SLUG}"
    # A double click is refused, and ends nothing.
    again = {"refresh_token": tokens["refresh_token"]}
    assert code(house.post("/auth/refresh", again)) == (409, "REFRESH_USED")
    third = house.post("/auth/refresh", {"refresh_token": renewed["refresh_token"]}).json()
    assert house.ask(third["access_token"], ME).status_code == 200
    # An access token is none, and what nobody signed changes nothing.
    for wrong in (tokens["access_token"], "x.y.z", tokens["refresh_token"][:-4]):
        assert code(house.post("/auth/refresh", {"refresh_token": wrong})) == OUT
    assert house.ask(third["access_token"], ME).status_code == 200
    assert code(house.post("/auth/refresh", again)) == OUT
    for each in (tokens, renewed, third):
        assert code(house.ask(each["access_token"], ME)) == OUT
        assert code(house.post("/auth/refresh", {"refresh_token": each["refresh_token"]})) == OUT
    eventually(lambda: house.acts("xfj.clerk2").count("TOKEN_REUSED") == 1, 20)


def test_one_logs_out_and_ends_sessions_of_ones_own(house: House) -> None:
    house.settle("xfj.leader")
    here, there, third = (house.sign_in("xfj.leader", STRONG)["access_token"] for _ in range(3))
    query = "{ mySessions { id current methodLabel address openedAt } }"
    sessions = house.data(here, query)["mySessions"]
    assert [one["current"] for one in sessions] == [False, False, True, False]
    assert {one["methodLabel"] for one in sessions} == {"密码登录"}
    assert all(one["address"].startswith("203.0.") for one in sessions)
    assert house.done(here, "endSessions", sessionId=sessions[0]["id"])["ended"] == 1
    assert code(house.ask(third, ME)) == OUT
    assert house.refused(here, "endSessions", sessionId="x", username=f"zrzy.clerk@{SLUG}") == "INVALID_INPUT"
    assert house.done(here, "endSessions", sessionId=new_session(house))["ended"] == 0
    assert house.done(here, "endSessions")["ended"] == 2
    assert code(house.ask(there, ME)) == OUT
    assert house.post("/auth/logout", token=here).status_code == 204
    assert code(house.ask(here, ME)) == OUT
    assert code(house.post("/auth/logout", token=here)) == OUT


def new_session(house: House) -> str:
    """Somebody else's."""
    house.settle("xfj.supervisor")
    token = house.sign_in("xfj.supervisor", STRONG)["access_token"]
    return str(house.data(token, "{ mySessions { id } }")["mySessions"][0]["id"])


def test_wrong_passwords_lock_an_account_and_the_ledger_has_the_lock_once(house: House, office: str) -> None:
    right = house.password("zrzy.clerk")
    answers = [house.try_login("zrzy.clerk", f"wrong {n}") for n in range(8)]
    answers.append(house.try_login("zrzy.clerk", right))
    answers.append(house.try_login("nobody", right))
    assert {code(answer) for answer in answers} == {(401, "WRONG_LOGIN")}
    assert len({answer.text for answer in answers}) == 1
    eventually(lambda: "SIGN_IN_LOCKED" in house.acts("zrzy.clerk"), 20)
    assert house.acts("zrzy.clerk") == [*["SIGN_IN_REFUSED"] * 4, "SIGN_IN_LOCKED"]
    eventually(lambda: house.acts("@gateway").count("SIGN_IN_REFUSED") == 1, 20)
    user = house.user(office, "zrzy.clerk")
    assert user["lockedUntil"] is not None
    assert house.done(office, "unlockUser", username=user["username"])["user"]["lockedUntil"] is None
    assert house.sign_in("zrzy.clerk", right)["must_change_password"]


def test_an_address_that_tries_many_names_is_slowed_and_no_other(house: House) -> None:
    with house.client() as guesser:
        many = house.platform.settings.login_failures_per_minute + 5
        answers = [
            house.post("/auth/token", {"username": f"n{n}@nowhere", "password": "x"}, of=guesser) for n in range(many)
        ]
        assert code(answers[0]) == (401, "WRONG_LOGIN")
        assert code(answers[-1]) == (429, "TOO_MANY_REQUESTS")
        assert int(answers[-1].headers["Retry-After"]) > 0
        # Also who knows a password, until the address is let in again.
        given = {"username": f"xfj.admin@{SLUG}", "password": STRONG}
        assert house.post("/auth/token", given, of=guesser).status_code == 429
    assert house.try_login("nobody", "x").status_code == 401


def test_a_tenants_administrator_manages_his_tenants_users(house: House, bureau: str) -> None:
    given = {"tenant": "zrzy", "username": "zrzy.new", "name": "新来", "label": "办信", "roles": ["CLERK"]}
    made = house.done(bureau, "createUser", **given)
    user, once = made["user"], made["oneTimePassword"]
    assert (user["username"], user["origin"], user["version"]) == (f"zrzy.new@{SLUG}", "ADMINISTRATOR", 1)
    assert house.refused(bureau, "createUser", **given) == "USERNAME_TAKEN"
    tokens = house.sign_in("zrzy.new", once)
    here = tokens["access_token"]
    assert tokens["must_change_password"]
    house.post("/auth/password", {"password": once, "new_password": STRONG}, token=here)
    assert house.data(here, ME)["me"]["roles"] == ["CLERK"]
    # He read the account before its user set a password.
    stale = house.do(bureau, "updateUser", username=user["username"], version=1, roles=["HANDLER"])["errors"]
    assert stale == [{"code": "VERSION_CONFLICT", "field": "version", "id": user["username"], "version": 2}]
    house.done(bureau, "updateUser", username=user["username"], version=2, roles=["HANDLER"], label="承办")
    # The token is as old as it was; the roles are the account's.
    assert house.data(here, ME)["me"]["roles"] == ["HANDLER"]
    closed = house.done(bureau, "closeUser", username=user["username"], version=3)["user"]
    assert code(house.ask(here, ME)) == OUT
    assert code(house.try_login("zrzy.new", STRONG)) == (401, "WRONG_LOGIN")
    house.done(bureau, "reopenUser", username=user["username"], version=closed["version"])
    assert code(house.ask(here, ME)) == OUT
    again = house.sign_in("zrzy.new", STRONG)["access_token"]
    assert house.data(again, ME)["me"]["roles"] == ["HANDLER"]
    fresh = house.done(bureau, "resetPassword", username=user["username"], version=closed["version"] + 1)
    assert code(house.ask(again, ME)) == OUT
    assert house.sign_in("zrzy.new", fresh["oneTimePassword"])["must_change_password"]
    wanted = {"ACCOUNT_CREATED", "ACCOUNT_CHANGED", "ACCOUNT_CLOSED", "ACCOUNT_REOPENED", "PASSWORD_RESET"}
    eventually(lambda: wanted <= set(house.acts("zrzy.head")), 20)


def test_a_tenants_administrator_does_not_reach_further(house: House, bureau: str) -> None:
    listed = house.data(bureau, "{ users { totalCount nodes { username tenant { code } } } }")["users"]["nodes"]
    assert {one["tenant"]["code"] for one in listed} == {"zrzy"}
    assert house.data(bureau, '{ users(tenant: "xfj") { totalCount nodes { username } } }')["users"]["totalCount"] == 0
    foreign = house.ask(bureau, f'{{ user(username: "xfj.clerk@{SLUG}") {{ name }} }}').json()
    missing = house.ask(bureau, f'{{ user(username: "nobody@{SLUG}") {{ name }} }}').json()
    assert [one["errors"][0]["extensions"]["code"] for one in (foreign, missing)] == ["NOT_FOUND"] * 2
    assert foreign["errors"][0]["message"] == missing["errors"][0]["message"]
    for mutation, more in (("closeUser", {"version": 1}), ("resetPassword", {"version": 1}), ("unlockUser", {})):
        assert house.refused(bureau, mutation, username=f"xfj.clerk@{SLUG}", **more) == "NOT_FOUND"
    assert house.refused(bureau, "endSessions", username=f"xfj.clerk@{SLUG}") == "NOT_FOUND"
    new = {"username": "zrzy.spy", "name": "某", "label": "某"}
    assert house.refused(bureau, "createUser", tenant="xfj", roles=["CLERK"], **new) == "NOT_FOUND"
    for roles in (["CLERK", "ACCUSATIONS"], ["ADMINISTRATOR"]):
        assert house.refused(bureau, "createUser", tenant="zrzy", roles=roles, **new) == "FORBIDDEN"
    assert house.refused(bureau, "createUser", tenant="zrzy", roles=["AUDITOR"], **new) == "INVALID_INPUT"
    clerk = house.user(bureau, "zrzy.clerk")
    given = {"username": clerk["username"], "version": clerk["version"]}
    assert house.refused(bureau, "updateUser", roles=["CLERK", "ACCUSATIONS"], **given) == "FORBIDDEN"
    own = {"username": f"zrzy.head@{SLUG}", "version": house.user(bureau, "zrzy.head")["version"]}
    assert house.refused(bureau, "updateUser", roles=["HEAD"], **own) == "OWN_ACCOUNT"
    assert house.refused(bureau, "closeUser", **own) == "OWN_ACCOUNT"
    assert house.refused(bureau, "resetPassword", **own) == "OWN_ACCOUNT"


def test_accusations_are_opened_by_the_county_office_alone(house: House, office: str) -> None:
    head = house.settle(f"{CODE}101.head")
    registrar = house.settle(f"{CODE}102.clerk")
    item = letter(title="检举某站长", nature="ACCUSATION", place=f"{CODE}102", category=None)
    assert house.data(registrar, REGISTER, input=item)["registerPetition"]["errors"] == []
    # He sees the accusation that he registered, whatever his roles: by a new password somebody else would.
    clerk = house.user(office, f"{CODE}102.clerk")
    given = {"username": clerk["username"], "version": clerk["version"]}
    assert house.refused(house.settle(f"{CODE}102.head"), "resetPassword", **given) == "FORBIDDEN"
    assert house.done(office, "resetPassword", **given)["oneTimePassword"]
    clerk = house.user(office, f"{CODE}101.clerk")
    given = {"username": clerk["username"], "version": clerk["version"]}
    cleared = house.done(office, "updateUser", roles=["CLERK", "ACCUSATIONS"], **given)["user"]
    given["version"] = cleared["version"]
    assert house.refused(head, "resetPassword", **given) == "FORBIDDEN"
    assert house.refused(head, "updateUser", roles=["CLERK"], **given) == "FORBIDDEN"
    assert house.done(head, "updateUser", label="信访经办", **given)["user"]["version"] == given["version"] + 1
    given["version"] += 1
    assert house.done(office, "resetPassword", **given)["oneTimePassword"]


def test_an_administrator_sees_no_case_and_no_other_role_sees_users(house: House, office: str) -> None:
    assert house.data(office, "{ petitions { totalCount } }")["petitions"]["totalCount"] == 0
    clerk = house.sign_in("xfj.clerk2", STRONG)["access_token"]
    for query in ("{ users { totalCount } }", f'{{ user(username: "xfj.head@{SLUG}") {{ name }} }}'):
        answer = house.ask(clerk, query)
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert house.refused(clerk, "unlockUser", username=f"xfj.head@{SLUG}") == "FORBIDDEN"


def test_users_are_found_and_paged(house: House, office: str) -> None:
    query = """query($after: Cursor, $search: String, $active: Boolean) { users(first: 5, after: $after,
      search: $search, active: $active) { totalCount nodes { username } pageInfo { hasNextPage endCursor } } }"""
    names: list[str] = []
    after, total = None, 0
    while True:
        page = house.data(office, query, after=after)["users"]
        names += [one["username"] for one in page["nodes"]]
        total, after = page["totalCount"], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(names) == len(set(names)) == total >= 17
    assert house.data(office, query, search="审计", active=True)["users"]["nodes"] == [
        {"username": f"xfj.auditor@{SLUG}"}
    ]
    assert house.data(office, query, search="100%_")["users"]["totalCount"] == 0


def test_two_administrators_who_close_each_other_leave_one(house: House, office: str) -> None:
    admin = house.user(office, "xfj.admin")
    own = {"username": admin["username"], "version": admin["version"]}
    assert house.refused(office, "closeUser", **own) == "OWN_ACCOUNT"
    # As it is for the second of the two: his request was let in, and then the first one closed him.
    other = Actor(
        county=CODE,
        tenant="xfj",
        kind=TenantKind.COUNTY,
        user=f"closed@{SLUG}",
        name="",
        roles=frozenset({Role.ADMINISTRATOR}),
    )

    async def act(how: Any, **given: Any) -> None:
        engine = connect(house.platform.settings.gateway_database_url)
        try:
            with pytest.raises(LastAdministrator):
                await how(engine, other, **own, **given)
        finally:
            await engine.dispose()

    asyncio.run(act(managing.close_user))
    asyncio.run(act(managing.update_user, roles=[Role.OPERATOR]))
    assert house.user(office, "xfj.admin")["active"]


def test_the_operator_lets_the_last_administrator_in_again(house: House, office: str) -> None:
    for _ in range(6):
        house.try_login("xfj.admin", "wrong")
    assert house.try_login("xfj.admin", STRONG).status_code == 401
    once = asyncio.run(reset_by_operator(house.platform.settings, f"xfj.admin@{SLUG}"))
    assert code(house.ask(office, ME)) == OUT
    tokens = house.sign_in("xfj.admin", once)
    assert tokens["must_change_password"]
    given = {"password": once, "new_password": STRONG}
    assert house.post("/auth/password", given, token=tokens["access_token"]).status_code == 204
    eventually(lambda: "PASSWORD_RESET" in house.acts("@operator"), 20)
    with pytest.raises(NotReset, match="未找到"):
        asyncio.run(reset_by_operator(house.platform.settings, f"nobody@{SLUG}"))


def test_the_profile_undoes_nothing_that_an_administrator_did(house: House) -> None:
    office = house.sign_in("xfj.admin", STRONG)["access_token"]
    head = house.user(office, "jw.head")
    house.done(office, "updateUser", username=head["username"], version=head["version"], label="纪委负责人")
    made = house.done(office, "createUser", tenant="jw", username="jw.new", name="新来", label="办信", roles=["CLERK"])[
        "user"
    ]
    clerk = house.user(office, "jw.clerk")
    house.done(office, "closeUser", username=clerk["username"], version=clerk["version"])
    kept = [line for line in house.provision() if "jw." in line]
    assert kept == [
        f"保留管理员的更改：用户 jw.clerk@{SLUG} 与 users.csv 不同（已停用）",
        f"保留管理员的更改：用户 jw.head@{SLUG} 与 users.csv 不同（岗位）",
    ]
    path = house.folder / "users.csv"
    path.write_text(path.read_text("utf-8").replace("纪委监委负责人", "纪委书记"), "utf-8")
    assert f"变更用户 jw.head@{SLUG}（纪委书记）" in house.provision()
    found = {name: house.user(office, name) for name in ("jw.head", "jw.new", "jw.clerk")}
    assert found["jw.head"]["label"] == "纪委书记"
    assert found["jw.new"] == made
    assert not found["jw.clerk"]["active"]
