"""Tokens: what they say, that they end, and that neither kind does for the other."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from gateway.identity import tokens
from gateway.identity.tokens import Access, Renewal, Unauthenticated
from services.common import clock

KEY, OTHER = "11" * 32, "22" * 32
ACCESS = Access(county="611021", session="s1", username="xfj.clerk@luonan")
RENEWAL = Renewal(county="611021", session="s1", generation=3)


def access(minutes: float = 5, key: str = KEY) -> str:
    now = clock.now()
    return tokens.issue_access(ACCESS, key=key, now=now, until=now + timedelta(minutes=minutes))


def renewal(minutes: float = 5, key: str = KEY) -> str:
    now = clock.now()
    return tokens.issue_renewal(RENEWAL, key=key, now=now, until=now + timedelta(minutes=minutes))


def test_what_was_said_is_read_again() -> None:
    assert tokens.read_access(access(), key=KEY) == ACCESS
    assert tokens.read_renewal(renewal(), key=KEY) == RENEWAL


def test_a_token_names_neither_roles_nor_tenant_which_may_change_before_it_ends() -> None:
    claims = jwt.decode(access(), options={"verify_signature": False})
    assert set(claims) == {"iss", "aud", "iat", "exp", "sub", "county", "sid"}


def test_neither_kind_does_for_the_other() -> None:
    with pytest.raises(Unauthenticated):
        tokens.read_access(renewal(), key=KEY)
    with pytest.raises(Unauthenticated):
        tokens.read_renewal(access(), key=KEY)


@pytest.mark.parametrize("token", [access(-1), access(key=OTHER), "", "x", "a.b.c", access()[:-3], f"{access()}x"])
def test_what_is_over_forged_or_cut_off_is_no_token(token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read_access(token, key=KEY)


def test_a_token_without_a_signature_is_none() -> None:
    claims = jwt.decode(access(), options={"verify_signature": False})
    with pytest.raises(Unauthenticated):
        tokens.read_access(jwt.encode(claims, "", algorithm="none"), key=KEY)


@pytest.mark.parametrize("gone", ["county", "sid", "sub", "exp", "iat", "aud", "iss"])
def test_a_token_that_lacks_a_claim_is_none(gone: str) -> None:
    claims = jwt.decode(access(), options={"verify_signature": False})
    del claims[gone]
    with pytest.raises(Unauthenticated):
        tokens.read_access(jwt.encode(claims, bytes.fromhex(KEY), algorithm="HS256"), key=KEY)


def test_no_two_refresh_tokens_are_alike_though_made_in_one_moment() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    some = {tokens.issue_renewal(RENEWAL, key=KEY, now=now, until=now + timedelta(days=1)) for _ in range(10)}
    assert len({tokens.digest(one) for one in some}) == 10


def test_other_issuers_tokens_and_keys_are_not_taken_for_ours() -> None:
    assert tokens.is_ours(access())
    assert not tokens.is_ours("xqk_0123")
    assert not tokens.is_ours(jwt.encode({"iss": "https://sso.example"}, "k" * 32, algorithm="HS256"))
