"""The door itself: who gets in, how errors look, and lists that page, filter and sort."""

import uuid
from typing import Any

import httpx
import pytest

from tests.harness.platform import Platform
from tests.journey.story import REGISTER, Walker, done, letter

ME = "{ me { username } }"


def ask(platform: Platform, query: str, **headers: str) -> httpx.Response:
    client = platform.login("xfj", "CLERK")
    return client.post("/graphql", json={"query": query}, headers=headers)


def code(answer: httpx.Response) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def test_a_wrong_name_and_a_wrong_password_answer_alike(platform: Platform) -> None:
    login = platform.logins[0]
    answers = [
        httpx.post(f"{platform.url}/auth/token", json={"username": name, "password": "wrong"}, trust_env=False)
        for name in (login["username"], "nobody@luonan", "nobody@nowhere", "nobody")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert code(answers[0]) == "WRONG_LOGIN"


def test_a_login_is_taken_as_json_and_as_a_form(platform: Platform) -> None:
    login = {key: platform.logins[0][key] for key in ("username", "password")}
    for sent in ({"json": login}, {"data": login}):
        answer = httpx.post(f"{platform.url}/auth/token", **sent, trust_env=False)  # type: ignore[arg-type]
        assert answer.json()["token_type"] == "bearer"
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        me = httpx.post(f"{platform.url}/graphql", json={"query": ME}, headers=bearer, trust_env=False).json()
        assert me["data"]["me"]["username"] == login["username"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x.y.z", "Basic eDp5", "Bearer eyJhbGciOiJub25lIn0.e30."]
)
def test_without_a_token_of_ours_nobody_comes_in(platform: Platform, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = httpx.post(f"{platform.url}/graphql", json={"query": ME}, headers=headers, trust_env=False)
    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ me {", "INVALID_QUERY"),
        ("{ nothing }", "INVALID_QUERY"),
        ("{ petitions { nodes { referrals { toTenant { " + "nope " * 3 + "} } } } }", "INVALID_QUERY"),
        ("{" + "a: me { name } " * 2000 + "}", "TOO_MANY_REPEATS"),
    ],
)
def test_a_document_that_does_not_fit_is_refused(platform: Platform, query: str, expected: str) -> None:
    answer = ask(platform, query, Accept="application/graphql-response+json")
    assert (answer.status_code, code(answer)) == (400, expected)
    assert ask(platform, query).status_code == 200  # as older clients expect it


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("{ petitions(first: 0) { totalCount } }", "first"),
        ('{ petitions(after: "zzz") { totalCount } }', "after"),
        ('{ petitions(after: "WyJ4IiwieCIsIngiXQ==") { totalCount } }', "after"),
        ('{ petitions(after: "🙂") { totalCount } }', "after"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_by_its_name(platform: Platform, query: str, field: str) -> None:
    (error,) = ask(platform, query).json()["errors"]
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert error["extensions"]["field"] == field


def test_a_body_that_is_no_request_and_one_that_is_too_large(platform: Platform) -> None:
    client = platform.login("xfj", "CLERK")
    for body, status, expected in (
        (b"garbage", 400, "INVALID_INPUT"),
        (b'{"query": 1}', 400, "INVALID_INPUT"),
        (b'{"query": "\xff"}', 400, "INVALID_INPUT"),
        (b"[]", 400, "BATCHING_REFUSED"),
        (b"x" * 1_100_000, 413, "BODY_TOO_LARGE"),
    ):
        answer = client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, code(answer)) == (status, expected)


def test_an_unknown_address_says_in_chinese_where_to_go(platform: Platform) -> None:
    for method, path, status, said in (("GET", "/nowhere", 404, "/graphql"), ("PUT", "/graphql", 405, "Allow")):
        answer = httpx.request(method, platform.url + path, trust_env=False)
        assert (answer.status_code, code(answer)) == (status, "NO_SUCH_ROUTE")
        assert said in answer.json()["errors"][0]["message"]
    assert "POST" in answer.headers["Allow"]
    assert "信桥" in httpx.get(platform.url, trust_env=False).text


def test_the_media_type_of_the_standard_is_spoken_to_who_asks_for_it(platform: Platform) -> None:
    wanted = "application/graphql-response+json"
    assert ask(platform, ME, Accept=wanted).headers["content-type"] == f"{wanted}; charset=utf-8"
    assert ask(platform, ME).headers["content-type"] == "application/json; charset=utf-8"


def test_the_same_idempotency_key_registers_once(platform: Platform) -> None:
    client = platform.login("xfj", "CLERK")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"query": REGISTER, "variables": {"input": letter()}}
    first, second = (client.post("/graphql", json=body, headers=key).json() for _ in range(2))
    assert first["data"]["registerPetition"]["errors"] == []
    assert first == second


def test_two_mutations_of_one_document_share_a_key_and_are_two(platform: Platform) -> None:
    client = platform.login("xfj", "CLERK")
    query = REGISTER.replace("registerPetition(", "a: registerPetition(").rstrip().rstrip("}")
    query += " b: registerPetition(input: $input) { petition { id } errors { code } } }"
    body = {"query": query, "variables": {"input": letter()}}
    data = client.post("/graphql", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}).json()["data"]
    assert data["a"]["petition"]["id"] != data["b"]["petition"]["id"]


@pytest.fixture(scope="module")
def seven(platform: Platform) -> str:
    """A word that stands in the titles of seven petitions, and nowhere else."""
    word = f"分页{uuid.uuid4().hex[:8]}"
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    for index in range(7):
        changes: dict[str, Any] = {"channel": "CALL"} if index % 2 else {}
        done(walker.register(letter(title=f"{word} {index}", place=f"61102110{index % 3 + 1}", **changes)))
    return word


def listed(platform: Platform, word: str, *, order: str, first: int, **filters: Any) -> list[list[str]]:
    """The titles, page by page, following the cursors."""
    query = """query($f: PetitionFilter, $o: PetitionOrder, $n: Int, $a: Cursor) {
      petitions(filter: $f, orderBy: $o, first: $n, after: $a) {
        totalCount nodes { title } edges { cursor } pageInfo { hasNextPage endCursor } } }"""
    pages: list[list[str]] = []
    after = None
    while True:
        variables = {"f": {"text": word, **filters}, "o": order, "n": first, "a": after}
        page = platform.gql(platform.login("xfj", "CLERK"), query, variables)["petitions"]
        pages.append([node["title"].split()[1] for node in page["nodes"]])
        assert page["totalCount"] == sum(map(len, pages)) or page["pageInfo"]["hasNextPage"]
        if not page["pageInfo"]["hasNextPage"]:
            return pages
        after = page["pageInfo"]["endCursor"]
        assert page["edges"][-1]["cursor"] == after


@pytest.mark.parametrize("first", [1, 3, 7, 100])
@pytest.mark.parametrize("order", ["NEWEST_FIRST", "OLDEST_FIRST", "MOST_URGENT_FIRST", "RECEIVED_NEWEST_FIRST"])
def test_pages_follow_each_other_without_gap_or_double(platform: Platform, seven: str, first: int, order: str) -> None:
    pages = listed(platform, seven, order=order, first=first)
    titles = [title for page in pages for title in page]
    assert sorted(titles) == list("0123456")
    assert all(len(page) == first for page in pages[:-1])
    if order == "OLDEST_FIRST":
        assert titles == list("0123456")
    if order == "NEWEST_FIRST":
        assert titles == list("6543210")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "0123456"),
        ({"channel": ["CALL"]}, "135"),
        ({"channel": ["CALL", "LETTER"]}, "0123456"),
        ({"channel": ["CALL"], "place": "611021101"}, "3"),
        ({"place": "6110211"}, "0123456"),
        ({"status": ["REGISTERED"]}, "0123456"),
        ({"status": ["CLOSED"]}, ""),
        ({"registeredBy": "slj"}, ""),
        ({"involves": "xfj"}, "0123456"),
        ({"receivedTo": "2020-01-01"}, ""),
        ({"nature": ["ACCUSATION"]}, ""),
    ],
)
def test_filters_combine(platform: Platform, seven: str, filters: dict[str, Any], expected: str) -> None:
    pages = listed(platform, seven, order="OLDEST_FIRST", first=100, **filters)
    assert "".join(pages[0]) == expected


def test_percent_and_underscore_are_letters_like_others(platform: Platform, seven: str) -> None:
    for wild in ("%", "_", f"{seven[:4]}%"):
        assert listed(platform, wild + uuid.uuid4().hex, order="NEWEST_FIRST", first=10) == [[]]


def test_a_cursor_of_another_order_is_refused(platform: Platform, seven: str) -> None:
    client = platform.login("xfj", "CLERK")
    query = "{ petitions(orderBy: NEWEST_FIRST, first: 1) { pageInfo { endCursor } } }"
    cursor = platform.gql(client, query)["petitions"]["pageInfo"]["endCursor"]
    answer = ask(platform, f'{{ petitions(orderBy: MOST_URGENT_FIRST, after: "{cursor}") {{ totalCount }} }}')
    assert code(answer) == "INVALID_INPUT"


def test_the_directory_is_there_for_everybody(platform: Platform) -> None:
    for tenant in ("xfj", "slj", "611021101"):
        data = platform.gql(platform.login(tenant, "CLERK"), "{ tenants(kind: TOWNSHIP) { code name kindLabel } }")
        assert len(data["tenants"]) == 16
