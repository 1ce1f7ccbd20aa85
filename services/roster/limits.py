"""How far ahead the table is planned and watched, as data with its reasons (``planning.toml``)."""

import tomllib
from pathlib import Path

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    plan_ahead_days: int
    furthest_days: int
    coverage_days: int
    unmanned_after_minutes: int
    check_in_before_minutes: int
    check_out_after_minutes: int
    report_lines: int


LIMITS = msgspec.convert(tomllib.loads((Path(__file__).parent / "planning.toml").read_text("utf-8")), Limits)
