"""That the file of a closed case was handed to the archive room (归档): CC-02."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, OfCase


class CaseArchive(OfCase, frozen=True, kw_only=True):
    """One per petition; taken back and done again it is the same one."""

    fact_type: ClassVar[str] = "routing.archive.v1"

    petition_number: str
    registered_by: str
    on: date
    """The day on which the archive room took it."""
    room: str
    """Which archive room, and the number that it gave (档号), as the office writes it."""
    catalogue: str
    """SHA-256 of the catalogue of what was handed over, in hexadecimal: ``catalogue.json`` of the package."""
    items: int
    """How many papers and files the catalogue lists."""
    by: ActorRef
    taken_back: str | None = None
    """Why the entry was taken back; the file then counts as not handed over."""

    @property
    def aggregate_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.registered_by})


class ArchiveCase(Command, frozen=True, kw_only=True):
    """``catalogue`` and ``items`` are the gateway's: of the package as it is at this moment."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "archive_case"

    petition_id: str
    on: date
    room: Annotated[str, Meta(max_length=200)]
    catalogue: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    items: Annotated[int, Meta(ge=1)]


class TakeBackArchive(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "take_back_archive"

    petition_id: str
    reason: Annotated[str, Meta(max_length=500)]
