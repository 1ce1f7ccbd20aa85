"""What the regulations say of appointments: which are checked first, how long a group has, how many of it come in.

Pure; the days and slots are data: ``receptions.toml``.
"""

import tomllib
from datetime import date
from pathlib import Path

import msgspec

from services.common.errors import InvalidInput
from services.common.representation import law_on
from services.contracts.receptions import BookingWay


class GroupSize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From so many people on, so many slots in a row."""

    people: int
    slots: int
    basis: str


class ReceptionRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"groups": "group"}):
    precheck_days: int
    precheck_basis: str
    groups: list[GroupSize]
    """The smallest first."""


RULES = msgspec.convert(tomllib.loads((Path(__file__).parent / "receptions.toml").read_text("utf-8")), ReceptionRules)


def is_checked_first(*, way: BookingWay, day: date, today: date, rules: ReceptionRules = RULES) -> bool:
    """Whether the office decides before he is sure of his slot (RO-27): of everybody who books so early, and of whoever
    books by himself. Who was sent away because the leader was not there (RO-41) is not asked again."""
    if way is BookingWay.ONLINE:
        return True
    early = (day - today).days >= rules.precheck_days
    return early and way in (BookingWay.CLERK, BookingWay.PHONE, BookingWay.EMAIL)


def slots_for(*, people: int, most: int, rules: ReceptionRules = RULES) -> int:
    """How many slots in a row they have; ``most``: as many as the reception has at all."""
    wanted = max((each.slots for each in rules.groups if people >= each.people), default=1)
    return max(min(wanted, most), 1)


def representatives_of(*, people: int, given: int | None, on: date) -> int | None:
    """How many of a group come in; None where all may. Raises ``InvalidInput`` for more than the law lets in."""
    law = law_on(on)
    if given is not None and given > law.most:
        raise InvalidInput(
            f"依照{law.basis}，代表不得超过 {law.most} 人，请来访群众重新推选代表", field="representatives"
        )
    if given is not None and given > people:
        raise InvalidInput(f"一行 {people} 人，推选的代表不能多于 {people} 人，请核对", field="representatives")
    if people <= law.most:
        return given
    return law.most if given is None else given
