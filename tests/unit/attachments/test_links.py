"""A link opens one file for one user of one tenant, for a time, and nothing else."""

import asyncio
import base64
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.attachments import routes
from gateway.identity import Unauthenticated
from gateway.identity.tokens import Access, issue_access, read_access
from services.common import clock, links
from services.common.links import LinkExpired, LinkInvalid
from services.contracts.actor import Actor, Role, TenantKind

KEY, OTHER = "11" * 32, "22" * 32
CLERK = Actor(
    county="611021", tenant="slj", kind=TenantKind.BUREAU, user="slj.clerk", name="", roles=frozenset({Role.CLERK})
)


def token(minutes: float = 5, key: str = KEY) -> str:
    until = clock.now() + timedelta(minutes=minutes)
    path = links.sign(actor=CLERK, attachment_id="a1", key=key, until=until)
    assert path.startswith("/files/")
    return path.removeprefix("/files/")


TOKEN = token(600)


def test_a_link_names_its_reader_and_its_file() -> None:
    assert links.read(TOKEN, key=KEY) == (CLERK, "a1")


def test_a_link_ends() -> None:
    with pytest.raises(LinkExpired):
        links.read(token(-1), key=KEY)


def test_an_expired_link_that_was_altered_is_only_invalid() -> None:
    with pytest.raises(LinkInvalid):
        links.read(token(-1, key=OTHER), key=KEY)


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_character_of_a_link_can_be_altered(place: int, other: str) -> None:
    altered = TOKEN[:place] + other + TOKEN[place + 1 :]
    try:
        assert links.read(altered, key=KEY) == (CLERK, "a1")
    except LinkInvalid:
        assert altered != TOKEN
    else:
        # The last character of a part holds bits that mean nothing: another spelling of the same link.
        assert [_bytes(part) for part in altered.split(".")] == [_bytes(part) for part in TOKEN.split(".")]


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@given(st.text(max_size=400))
def test_no_other_text_is_a_link(text: str) -> None:
    with pytest.raises(LinkInvalid):
        links.read(text, key=KEY)


def test_another_tenant_is_not_written_into_a_link_without_the_key() -> None:
    claims = jwt.decode(TOKEN, options={"verify_signature": False})
    forged = {**claims, "tenant": "gongan"}
    for made in (
        jwt.encode(forged, bytes.fromhex(OTHER), algorithm="HS256"),
        jwt.encode(forged, "", algorithm="none"),
    ):
        with pytest.raises(LinkInvalid):
            links.read(made, key=KEY)


def test_a_link_is_no_login_and_a_login_no_link_though_one_key_signed_both() -> None:
    now, access = clock.now(), Access(county=CLERK.county, session="s", username=CLERK.user)
    with pytest.raises(Unauthenticated):
        read_access(TOKEN, key=KEY)
    with pytest.raises(LinkInvalid):
        links.read(issue_access(access, key=KEY, now=now, until=now + timedelta(minutes=5)), key=KEY)


def fetched(monkeypatch: pytest.MonkeyPatch, account: Any) -> Any:
    """What the route of signed links hands on for a link of the clerk."""

    async def find_account(engine: Any, *, code: str, username: str) -> Any:
        assert (code, username) == (CLERK.county, CLERK.user)
        return account

    async def file(request: Any, actor: Actor, attachment_id: str) -> tuple[str, str]:
        return actor.tenant, attachment_id

    state = SimpleNamespace(engine=None, config=SimpleNamespace(link_key=KEY))
    request: Any = SimpleNamespace(app=SimpleNamespace(state=state), path_params={"token": token()})
    monkeypatch.setattr(routes, "find_account", find_account)
    monkeypatch.setattr(routes, "_file", file)
    return asyncio.run(routes.linked(request))


def test_a_link_ends_with_the_account_for_which_it_was_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    standing = SimpleNamespace(active=True, tenant="slj")
    assert fetched(monkeypatch, standing) == ("slj", "a1")
    # A bureau's own system has no account.
    assert fetched(monkeypatch, None) == ("slj", "a1")
    for ended in (SimpleNamespace(active=False, tenant="xfj"), SimpleNamespace(active=True, tenant="zrzy")):
        with pytest.raises(links.LinkInvalid):
            fetched(monkeypatch, ended)
