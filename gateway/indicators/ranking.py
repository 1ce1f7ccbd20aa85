"""Units beside each other: by their on-time rate, townships and bureaus apart. Pure."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from gateway.indicators.figures import Indicator, of_tenant
from services.contracts.directory import Organisation


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    rank: int
    """From 1; units of equal rate share a rank, and the next rank counts them (1, 2, 2, 4)."""
    unit: Organisation
    of_unit: dict[str, Indicator]


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    standings: list[Standing]
    unranked: list[Organisation]
    """Units that had nothing due in the period."""


def rank(units: Sequence[Organisation], figures: dict[str, Indicator], *, by: str) -> Ranking:
    """Ranks units by the indicator ``by``, highest first; within a rank in the order of their codes."""
    found: list[tuple[Fraction, Organisation, dict[str, Indicator]]] = []
    unranked = []
    for unit in sorted(units, key=lambda one: one.code):
        of_unit = {code: of_tenant(one, unit.code) for code, one in figures.items()}
        value = of_unit[by].value
        if value is None:
            unranked.append(unit)
        else:
            found.append((value, unit, of_unit))
    found.sort(key=lambda one: -one[0])
    standings = [
        Standing(rank=1 + sum(other > value for other, _, _ in found), unit=unit, of_unit=of_unit)
        for value, unit, of_unit in found
    ]
    return Ranking(standings=standings, unranked=unranked)
