"""Which passwords are taken, and that a name which nobody has takes as long as one that somebody has."""

import asyncio
import time
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher

from gateway.identity import passwords
from gateway.identity.passwords import WeakPassword, check, made, matches

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LOGIN = "xfj.clerk@luonan"


@pytest.mark.parametrize("password", ["竹影扫阶尘不动", "kettle-orbit-93-maple", "春风又绿江南岸1085", "Qz7!mW2#rT9x"])
def test_what_nobody_guesses_is_taken(password: str) -> None:
    long = password if len(password) >= passwords.SHORTEST else password + "月穿潭底"
    check(long, username=LOGIN, field="new_password")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Kz8-qwPn2", "10 至 128"),
        ("", "10 至 128"),
        ("x9" * 65, "10 至 128"),
        ("my-XFJ.Clerk-93x", "用户名"),
        ("1234567890", "容易猜到"),
        ("woaini1314", "容易猜到"),
        ("Passw0rd123", "容易猜到"),
        ("1qaz2wsx3edc", "容易猜到"),
        ("aaaaaaaaaaaaaaaa", "容易猜到"),
        ("luonan2026", "容易猜到"),
        ("qwertyuiop", "容易猜到"),
    ],
)
def test_what_is_easily_guessed_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(WeakPassword, match=reason) as refused:
        check(password, username=LOGIN, field="new_password")
    assert refused.value.field == "new_password"
    assert len(password) < 3 or password not in refused.value.message


def test_a_name_of_two_letters_may_stand_in_a_password() -> None:
    check("kettle-orbit-93-maple", username="ma@luonan", field="new_password")


def test_a_made_password_is_taken_and_never_the_same() -> None:
    some = {made() for _ in range(20)}
    assert len(some) == 20
    for one in some:
        check(one, username=LOGIN, field="new_password")


def test_a_password_matches_its_hash_and_nothing_else() -> None:
    with patch.object(passwords, "hasher", QUICK):
        digest = passwords.hash_of("kettle-orbit-93-maple")
        assert asyncio.run(matches(digest, "kettle-orbit-93-maple"))
        assert not asyncio.run(matches(digest, "kettle-orbit-93-mapl"))
        assert not asyncio.run(matches("no hash at all", "kettle-orbit-93-maple"))


def test_nobodys_password_matches_nothing_not_even_its_own() -> None:
    assert not asyncio.run(matches(None, "nobody has this password"))


def test_where_there_is_no_account_argon2_works_all_the_same() -> None:
    def seconds(expected: str | None) -> float:
        began = time.process_time()
        asyncio.run(matches(expected, "kettle-orbit-93-maple"))
        return time.process_time() - began

    digest = passwords.hash_of("another one")
    somebody, nobody = min(seconds(digest) for _ in range(5)), min(seconds(None) for _ in range(5))
    assert nobody > somebody / 3
