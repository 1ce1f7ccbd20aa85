"""What a list looks like as a table: its columns, and what stands beside its rows. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from gateway.reading import CaseParts
from gateway.reading_lists import PetitionRow
from services.contracts.base import LEGAL_ZONE
from services.contracts.people import MaskedPetitioner

T = TypeVar("T")

Cell = str | int | date | datetime | bool | None
LONGEST_CELL = 32_767
"""Characters of one cell: a limit of XLSX."""
CUT = "……（内容过长，以系统中的为准）"
YES, NO = "是", ""


@dataclass(frozen=True)
class Beside:
    """What columns need besides the row itself."""

    now: datetime
    names: Mapping[str, str]
    """Code of a tenant -> what people call it."""
    petitions: Mapping[str, PetitionRow]
    """The petitions of the rows, as far as the actor sees them."""
    people: Mapping[str, list[MaskedPetitioner] | None]
    """Masked; None: the actor may not know who they are."""
    parts: Mapping[str, CaseParts]

    def name(self, code: str | None) -> str:
        return self.names.get(code, code) if code else ""

    def title(self, petition_id: str) -> str:
        row = self.petitions.get(petition_id)
        return row.state.title if row else ""

    def number(self, petition_id: str) -> str:
        row = self.petitions.get(petition_id)
        return row.state.number if row else ""


@dataclass(frozen=True)
class Column(Generic[T]):
    heading: str
    value: Callable[[T, Beside], Cell]
    width: int = 14
    """In characters."""


def shown(cell: Cell) -> str | int | date | datetime | None:
    """The cell as it is written: instants as Chinese time without a zone, which XLSX does not know; nothing as none."""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, datetime):
        return cell.astimezone(LEGAL_ZONE).replace(tzinfo=None)
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return cell[: LONGEST_CELL - len(CUT)] + CUT
    return cell
