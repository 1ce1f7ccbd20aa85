"""Files by which new passwords are handed to people: readable by their owner alone, kept across runs."""

import os
import secrets
from pathlib import Path
from typing import TypeVar

import msgspec

from deploy.local.errors import LocalError

E = TypeVar("E", bound=msgspec.Struct)

PASSWORD_BYTES = 12
"""Entropy of a made password: 96 bits, 16 characters."""


class HandoverError(LocalError):
    """The file cannot be read; the message says what to do."""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """A user's first password, as ``logins.json`` lists it."""

    county: str
    """The county's slug."""
    username: str
    password: str
    tenant: str
    kind: str
    role: str
    """The user's roles, separated by ``;``."""
    label: str


class BureauAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The broker account of a bureau's own system, as ``bureaus.json`` lists it."""

    county: str
    """The county's slug."""
    tenant: str
    username: str
    password: str
    queue: str
    amqp_url: str


class Password(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one account's password."""

    text: str | None
    """None: nobody learns it, since there is no file to hand it over."""
    to_set: bool
    """Whether the account must be given it; False where the account keeps what it has."""


def decide_password(*, listed: str | None, standing: bool, handed_over: bool) -> Password:
    """The password of an account that the file lists (or not), that exists already (or not).

    A listed password is kept, and set again where the account is new (its store was emptied). An account that is
    not listed gets a new password where a file hands it over; otherwise it keeps what it has, be it none.
    """
    if listed is not None:
        return Password(text=listed, to_set=not standing)
    if handed_over:
        return Password(text=make_password(), to_set=True)
    return Password(text=None, to_set=False)


def make_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def read_entries(path: Path, entry: type[E]) -> list[E]:
    """The entries of the file; none where there is no file. Raises ``HandoverError``."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[entry])  # type: ignore[valid-type]
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError) as error:
        raise HandoverError(
            f"无法读取密码文件 {path}：{error}。请恢复该文件，或将它移走后重试（将生成新密码）"
        ) from error


def write_entries(path: Path, entries: list[E]) -> None:
    """Replaces the file in one step, with mode 0600 from its first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(entries), indent=2) + b"\n")
    fresh.replace(path)
