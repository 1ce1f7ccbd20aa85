"""What one may ask about absences: leave, its decision, and imported calendars (RO-04)."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled, Part
from services.contracts.roster_commands import Moved
from services.contracts.roster_people import AbsenceKind

Reason = Annotated[str, Meta(max_length=500)]
Id = Annotated[str, Meta(max_length=60)]


class RequestAbsence(Command, frozen=True, kw_only=True):
    """For oneself, or by the office for somebody (``member``). A turn that falls into it needs a substitute (RO-04)."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "request_absence"

    member: Id
    kind: AbsenceKind
    first: date
    last: date
    reason: Reason
    substitute: Id | None = None


class DecideAbsence(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "decide_absence"

    absence_id: Id
    approve: bool
    reason: Reason = ""


class CancelAbsence(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "cancel_absence"

    absence_id: Id
    reason: Reason


class ImportedAbsence(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a calendar."""

    uid: Annotated[str, Meta(min_length=1, max_length=300)]
    occurrence: Annotated[str, Meta(max_length=20)] = ""
    """Of a series, which of its occurrences: the day on which its rule says that it begins."""
    member: Id
    kind: AbsenceKind
    first: date
    last: date
    reason: Reason = ""
    cancelled: bool = False
    """The entry was called off (``STATUS:CANCELLED``): what was imported of it ends."""


class ImportAbsences(Command, frozen=True, kw_only=True):
    """From a calendar (iCalendar) or a table (CSV), which the gateway has read. The same ``uid`` is the same absence.
    Whoever takes a turn is found by the table. Answers an ``AbsenceImportReport``."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "import_absences"

    absences: Annotated[list[ImportedAbsence], Meta(max_length=2000)]
    dry_run: bool = False
    """Says what would happen, and changes nothing."""


class ImportStep(Labelled):
    """What an import makes of one entry."""

    ADDED = "ADDED", "新增"
    CHANGED = "CHANGED", "更新"
    CANCELLED = "CANCELLED", "取消"
    UNCHANGED = "UNCHANGED", "无变化"


class AbsenceImported(Part, frozen=True, kw_only=True):
    uid: str
    member: str
    name: str
    kind: AbsenceKind
    first: date
    last: date
    step: ImportStep


class AbsenceImportReport(Part, frozen=True, kw_only=True):
    dry_run: bool
    absences: list[AbsenceImported]
    moved: list[Moved]
    """Turns that others take, or that are taken back."""
