"""The limits of the public side: by address, and by the number of which somebody tries codes."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from gateway.public.limiting import Buckets, Guesses, QueryLocked, TooManyRequests, client_address, networks
from gateway.public.routes import PUBLIC_ROUTES, PublicSide
from gateway.web.refusals import refused as told
from services.common.errors import Refusal, Unavailable, WrongQueryCode
from services.common.settings import Settings, SettingsError


def taken(buckets: Buckets, key: str, now: float, times: int) -> int:
    """How many of so many requests at one moment went through."""
    through = 0
    for _ in range(times):
        try:
            buckets.take(key, now=now)
        except TooManyRequests:
            continue
        through += 1
    return through


def test_an_address_has_so_many_requests_and_gets_them_back_evenly() -> None:
    buckets = Buckets(size=60, seconds=60)
    assert taken(buckets, "a", 0.0, 100) == 60
    assert taken(buckets, "b", 0.0, 100) == 60
    # One a second, and never more than sixty.
    assert taken(buckets, "a", 10.0, 100) == 10
    assert taken(buckets, "a", 100_000.0, 100) == 60


def test_what_is_given_back_was_never_taken() -> None:
    buckets = Buckets(size=3, seconds=60)
    for _ in range(50):
        buckets.take("a", now=0.0)
        buckets.give_back("a")
    assert taken(buckets, "a", 0.0, 10) == 3
    buckets.give_back("nobody")
    assert taken(buckets, "nobody", 0.0, 10) == 3


def test_who_is_refused_is_told_when_to_come_again() -> None:
    buckets = Buckets(size=2, seconds=3600)
    assert taken(buckets, "a", 0.0, 2) == 2
    with pytest.raises(TooManyRequests) as refused:
        buckets.take("a", now=600.0)
    assert refused.value.retry_after == 1200
    assert "20 分钟" in refused.value.message
    buckets.take("a", now=600.0 + refused.value.retry_after)


def test_an_address_that_asks_too_often_is_answered_429_and_others_are_not() -> None:
    app = Starlette(routes=PUBLIC_ROUTES, exception_handlers={Refusal: told})
    app.state.public = PublicSide.of(Settings(public_reads_per_minute=3, trusted_proxies=("127.0.0.1",)))

    async def ask(address: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            # What it would take as an answer is not to be had, so it goes no further than the limit.
            headers = {"X-Forwarded-For": address, "Accept": "image/png"}
            return await client.post("/public/any/graphql", content=b"", headers=headers)

    async def asked() -> list[httpx.Response]:
        return [await ask(address) for address in ("192.0.2.1",) * 4 + ("192.0.2.2",)]

    *allowed, refused, other = asyncio.run(asked())
    assert {each.status_code for each in (*allowed, other)} == {406}
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"


def test_memory_is_bounded_and_the_longest_absent_are_forgotten() -> None:
    buckets = Buckets(size=1, seconds=60, remembered=3)
    for key in ("a", "b", "c", "d"):
        buckets.take(key, now=0.0)
    assert len(buckets._full_at) == 3
    assert taken(buckets, "d", 0.0, 1) == 0
    assert taken(buckets, "a", 0.0, 1) == 1


def wrong(guesses: Guesses, number: str, now: float) -> None:
    with pytest.raises(WrongQueryCode), guesses.at(number, now=now):
        raise WrongQueryCode


def test_a_number_is_locked_after_wrong_codes_even_for_the_right_one_and_opens_again() -> None:
    guesses = Guesses(most=3, seconds=3600)
    for second in range(3):
        wrong(guesses, "n", float(second))
    with pytest.raises(QueryLocked) as refused, guesses.at("n", now=600.0):
        raise AssertionError("nothing is tried while it is locked")
    assert refused.value.retry_after == 3000
    assert "50 分钟" in refused.value.message
    wrong(guesses, "other", 600.0)
    with guesses.at("n", now=3600.0):
        pass
    for second in range(3):
        wrong(guesses, "n", 3601.0 + second)


def test_the_right_code_clears_the_count_and_a_fault_of_ours_does_not_count() -> None:
    guesses = Guesses(most=2, seconds=60)
    for _ in range(5):
        wrong(guesses, "n", 0.0)
        with guesses.at("n", now=0.0):
            pass
    for _ in range(5):
        with pytest.raises(Unavailable), guesses.at("n", now=0.0):
            raise Unavailable
    wrong(guesses, "n", 0.0)
    wrong(guesses, "n", 0.0)
    with pytest.raises(QueryLocked), guesses.at("n", now=0.0):
        pass


def test_many_tries_at_once_are_no_more_than_one_after_another() -> None:
    guesses = Guesses(most=2, seconds=60)
    first, second, third = (guesses.at("n", now=0.0) for _ in range(3))
    first.__enter__()
    second.__enter__()
    with pytest.raises(QueryLocked):
        third.__enter__()
    assert not first.__exit__(WrongQueryCode, WrongQueryCode(), None)
    assert not second.__exit__(None, None, None)


def test_a_proxy_that_is_no_address_stops_the_gateway_by_its_key() -> None:
    with pytest.raises(SettingsError, match=r"trusted_proxies.*1\.2\.3"):
        networks(["1.2.3"])


PROXIES = networks(["10.0.0.0/8", "2001:db8::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        # Whoever is no proxy of ours writes what he likes.
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "made up", "?"),
        ("", "", "?"),
        ("2001:db8:5:6:aaaa::1", "", "2001:db8:5:6::/64"),
        ("2001:db8::1", "2001:db8:7:8::9", "2001:db8:7:8::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
    ],
)
def test_who_is_counted_behind_proxies(peer: str, forwarded: str, counted: str) -> None:
    assert client_address(peer=peer, forwarded=forwarded, trusted=PROXIES) == counted
