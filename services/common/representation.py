"""Representatives of a group (信访代表): how many the law lets in at most. The law is data: ``representation.toml``."""

import tomllib
from datetime import date
from pathlib import Path

import msgspec


class Bound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    since: date
    most: int
    basis: str


LAW = msgspec.convert(
    tomllib.loads((Path(__file__).parent / "representation.toml").read_text("utf-8"))["bound"], tuple[Bound, ...]
)
"""The newest first."""


def law_on(day: date) -> Bound:
    return next((bound for bound in LAW if bound.since <= day), LAW[-1])
