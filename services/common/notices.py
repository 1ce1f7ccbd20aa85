"""How long before a reception the public is told of it, and before a change. The service holds an office to it, and the
gateway reminds it."""

import tomllib
from pathlib import Path

import msgspec


class NoticePeriods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, and the regulations that ask for them."""

    publish_days: int
    publish_basis: str
    change_days: int
    change_basis: str
    remind_days: int
    """So long before a publication is due an office is reminded of it."""


PERIODS = msgspec.convert(tomllib.loads((Path(__file__).parent / "notices.toml").read_text("utf-8")), NoticePeriods)
