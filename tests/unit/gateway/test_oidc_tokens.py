"""Tokens of an outside issuer, which speaks HTTP: which are believed, and how often its keys are fetched."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from joserfc import jwk

from gateway.oidc.configuration import Provider
from gateway.oidc.issuers import BETWEEN_SECONDS, FRESH_SECONDS, KEPT_SECONDS, Issuer, IssuerAway
from gateway.oidc.tokens import BadToken, check_party, public_keys, said, verified
from tests.harness.issuer import QUIET, started_issuer
from tests.harness.issuer import Issuer as Outside

pytestmark = QUIET

JWKS, DISCOVERY = "/jwks", "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    with started_issuer({}) as issuer:
        yield issuer


def believed(outside: Outside, token: str, **more: Any) -> dict[str, Any]:
    keys = public_keys({"keys": [outside.key.as_dict(private=False)]})
    given = {"issuer": outside.address, "algorithms": ["RS256"], "audiences": ["xinqiao-api"]}
    return verified(token, keys, now=int(time.time()), **{**given, **more})


def refused(outside: Outside, token: str, **more: Any) -> str:
    with pytest.raises(BadToken) as error:
        believed(outside, token, **more)
    return str(error.value)


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_token_of_the_issuer_is_believed(outside: Outside) -> None:
    assert believed(outside, outside.token(sub="7"))["sub"] == "7"


def test_an_audience_among_several_is_enough(outside: Outside) -> None:
    assert believed(outside, outside.token(aud=["others", "xinqiao-api"]))["sub"] == "1"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        *(({"aud": "others"}, "aud"), ({"aud": []}, "aud"), ({"aud": None}, "aud"), ({"exp": None}, "exp")),
        *(({"exp": 1}, "expired"), ({"exp": "soon"}, "exp"), ({"iat": None}, "iat"), ({"sub": None}, "sub")),
        *(({"iss": "https://elsewhere.invalid"}, "iss"), ({"nbf": 9_999_999_999}, "nbf")),
        ({"iat": 9_999_999_999}, "iat"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_of_now_is_refused(
    outside: Outside, claims: dict[str, Any], why: str
) -> None:
    assert why in refused(outside, outside.token(**claims))


def test_a_token_signed_by_another_key_is_refused_even_under_the_right_key_id(outside: Outside) -> None:
    thief = jwk.RSAKey.generate_key(2048, {"kid": str(outside.key.kid)})
    assert "signature" in refused(outside, outside.token(key=thief))


def test_a_token_whose_claims_were_changed_is_refused(outside: Outside) -> None:
    header, _, signature = outside.token().split(".")
    _, claims, _ = outside.token(sub="somebody else").split(".")
    refused(outside, f"{header}.{claims}.{signature}")


def test_a_token_without_a_signature_is_refused(outside: Outside) -> None:
    _, claims, _ = outside.token().split(".")
    for algorithm in ("none", "None", "NONE"):
        refused(outside, f"{_part({'alg': algorithm})}.{claims}.")


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(outside: Outside) -> None:
    _, claims, _ = outside.token().split(".")
    header = _part({"alg": "HS256", "kid": outside.key.kid})
    digest = hmac.digest(outside.key.as_pem(private=False), f"{header}.{claims}".encode(), "sha256")
    refused(outside, f"{header}.{claims}.{_text(digest)}")


def test_another_algorithm_than_the_configured_is_refused(outside: Outside) -> None:
    token = outside.token(alg="RS512")
    refused(outside, token)
    assert believed(outside, token, algorithms=["RS256", "RS512"])


def test_a_nonce_that_is_asked_for_must_be_repeated(outside: Outside) -> None:
    assert believed(outside, outside.token(nonce="n"), nonce="n")
    assert "nonce" in refused(outside, outside.token(nonce="m"), nonce="n")
    assert "nonce" in refused(outside, outside.token(), nonce="n")


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "a.b.c.d", "x" * 20_000, "e30.e30.", "bnVsbA.bnVsbA."])
def test_what_is_no_token_says_nothing(text: str) -> None:
    assert said(text) is None


def test_an_id_token_for_another_party_is_refused() -> None:
    check_party({"aud": "us"}, client_id="us")
    check_party({"aud": ["us", "them"], "azp": "us"}, client_id="us")
    for claims in ({"aud": ["us", "them"]}, {"aud": "us", "azp": "them"}):
        with pytest.raises(BadToken):
            check_party(claims, client_id="us")


def test_only_public_signing_keys_are_taken() -> None:
    signing = jwk.RSAKey.generate_key(2048).as_dict(private=False)
    secret = jwk.OctKey.generate_key(256).as_dict(private=True)
    assert len(public_keys({"keys": [secret, {**signing, "use": "enc"}, signing]}).keys) == 1
    mistakes: list[Any] = [{}, {"keys": []}, {"keys": [secret]}, [], None]
    for wrong in mistakes:
        with pytest.raises(ValueError, match="no signing key"):
            public_keys(wrong)


class Moment:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def asked(outside: Outside, work: Callable[[Issuer, Moment], Any]) -> list[str]:
    """What the issuer was asked for while ``work`` was done, with an empty memory."""
    outside.fetched.clear()
    provider = Provider(id="p", name="p", county="611021", issuer=outside.address, client_id="c")

    async def run() -> None:
        moment = Moment()
        async with httpx2.AsyncClient(trust_env=False) as client:
            await work(Issuer(provider, client=client, moment=moment), moment)

    asyncio.run(run())
    return list(outside.fetched)


def test_keys_are_fetched_once_for_many_tokens_at_once(outside: Outside) -> None:
    async def work(issuer: Issuer, moment: Moment) -> None:
        await asyncio.gather(*(issuer.keys(outside.key.kid) for _ in range(20)))

    assert asked(outside, work) == [DISCOVERY, JWKS]


def test_a_rotated_key_is_found_by_its_unknown_id(outside: Outside) -> None:
    async def work(issuer: Issuer, moment: Moment) -> None:
        await issuer.keys(outside.key.kid)
        outside.rotate()
        moment.now += BETWEEN_SECONDS
        found = await issuer.keys(outside.key.kid)
        assert [key.kid for key in found.keys] == [outside.key.kid]

    assert asked(outside, work).count(JWKS) == 2


def test_made_up_key_ids_do_not_have_the_keys_fetched_without_end(outside: Outside) -> None:
    async def work(issuer: Issuer, moment: Moment) -> None:
        for number in range(50):
            await issuer.keys(f"made up {number}")
            moment.now += BETWEEN_SECONDS / 100

    assert asked(outside, work).count(JWKS) == 1


def test_keys_are_fetched_anew_after_an_hour(outside: Outside) -> None:
    async def work(issuer: Issuer, moment: Moment) -> None:
        for _ in range(3):
            await issuer.keys(outside.key.kid)
            moment.now += FRESH_SECONDS / 2

    assert asked(outside, work).count(JWKS) == 2


def test_the_keys_that_are_known_do_for_a_day_while_the_issuer_is_away(outside: Outside) -> None:
    async def work(issuer: Issuer, moment: Moment) -> None:
        known = await issuer.keys(None)
        issuer._client = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(503)))
        moment.now += KEPT_SECONDS - 1
        assert await issuer.keys(None) is known
        moment.now += 2 + BETWEEN_SECONDS
        with pytest.raises(IssuerAway):
            await issuer.keys(None)
        await issuer._client.aclose()

    asked(outside, work)


def test_an_issuer_that_is_away_is_not_asked_by_every_request(outside: Outside) -> None:
    tries: list[str] = []

    def away(request: httpx2.Request) -> httpx2.Response:
        tries.append(str(request.url))
        raise httpx2.ConnectError("away")

    async def work(issuer: Issuer, moment: Moment) -> None:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(away)) as client:
            issuer._client = client
            for _ in range(10):
                with pytest.raises(IssuerAway):
                    await issuer.keys(None)

    asked(outside, work)
    assert len(tries) == 1


@pytest.mark.parametrize(
    "changed",
    [{"issuer": "https://another.invalid"}, {"jwks_uri": "http://elsewhere.invalid/jwks"}, {"token_endpoint": None}],
)
def test_an_issuer_that_names_another_or_an_address_without_tls_is_not_believed(
    outside: Outside, changed: dict[str, Any]
) -> None:
    there = httpx2.get(outside.address + DISCOVERY, trust_env=False).json()

    async def work(issuer: Issuer, moment: Moment) -> None:
        answer = httpx2.MockTransport(lambda _: httpx2.Response(200, json={**there, **changed}))
        async with httpx2.AsyncClient(transport=answer) as client:
            issuer._client = client
            with pytest.raises(IssuerAway):
                await issuer.metadata()

    asked(outside, work)
