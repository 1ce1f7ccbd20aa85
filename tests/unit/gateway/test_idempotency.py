"""Which idempotency keys are taken."""

import pytest
from starlette.requests import Request

from gateway.idempotency import InvalidKey, key_of


def asked(*keys: str) -> Request:
    headers = [(b"idempotency-key", key.encode("latin-1")) for key in keys]
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": headers})


@pytest.mark.parametrize("key", ["0192f6a0-6c1e-7d57-9a5b-2a3f5e8c1d40", "a", "x" * 128, "k:1/2+3="])
def test_a_key_is_what_the_caller_says(key: str) -> None:
    assert key_of(asked(key)) == key


def test_none_is_none() -> None:
    assert key_of(asked()) is None


@pytest.mark.parametrize("key", ["", " ", "x" * 129, "two words", "a\tb", "\xe9"])
def test_an_empty_a_cut_off_and_an_unreadable_key_are_refused(key: str) -> None:
    with pytest.raises(InvalidKey):
        key_of(asked(key))


def test_two_keys_are_none() -> None:
    with pytest.raises(InvalidKey):
        key_of(asked("a", "b"))
