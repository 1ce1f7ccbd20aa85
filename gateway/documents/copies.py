"""In which copies a paper of the desk is made out (一式三份), and how papers write instants."""

from collections.abc import Sequence
from datetime import datetime

from gateway.documents.rendering import written
from services.contracts.base import LEGAL_ZONE, Labelled

NUMBERS = "一二三"


class PaperCopy(Labelled):
    """Who keeps it. The petitioner's holds nothing that bodies wrote for themselves."""

    PETITIONER = "PETITIONER", "信访人联"
    ARCHIVE = "ARCHIVE", "存档联"
    SUPERIOR = "SUPERIOR", "报送联"

    @property
    def internal(self) -> bool:
        return self is not PaperCopy.PETITIONER

    def line(self, among: Sequence["PaperCopy"]) -> str:
        """As the paper says of itself, among the copies that it has: ``第一联（共三联）：信访人联``."""
        return f"第{NUMBERS[among.index(self)]}联（共{NUMBERS[len(among) - 1]}联）：{self.label}"


EVERY_COPY = tuple(PaperCopy)
INTERNAL_COPIES = tuple(copy for copy in PaperCopy if copy.internal)
"""Of a form that goes round in the house."""

Rows = list[tuple[str, str]]
"""What stands before the line and behind it."""


def filled(rows: Rows) -> list[dict[str, str]]:
    """The rows of a form that say something."""
    return [{"name": name, "value": value} for name, value in rows if value]


def written_at(instant: datetime) -> str:
    """As papers write an instant, in legal time: ``2026年7月1日 9:05``."""
    local = instant.astimezone(LEGAL_ZONE)
    return f"{written(local.date())} {local.hour}:{local:%M}"
