"""Files that belong to a case (附件): what is known of each. The bytes never travel on the bus."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase

MEDIA_TYPES: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/msword": ("doc", "wps"),
    "application/vnd.ms-excel": ("xls", "et"),
    "text/plain": ("txt",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "video/mp4": ("mp4",),
    "video/quicktime": ("mov",),
}
"""What may be kept, each with the ends of names under which it may come. No archives: nobody sees what is in one."""


class AttachmentKind(Labelled):
    ENVELOPE = "ENVELOPE", "信封"
    ENCLOSURE = "ENCLOSURE", "来件附件"
    EVIDENCE = "EVIDENCE", "证据材料"
    REPLY = "REPLY", "办理材料"


FROM_PETITIONER = frozenset({AttachmentKind.ENVELOPE, AttachmentKind.ENCLOSURE})
"""What came with the item, and may show who wrote it."""


class Scan(Labelled):
    """What the virus scan said. What it found something in was never kept."""

    CLEAN = "CLEAN", "未发现病毒"
    NOT_SCANNED = "NOT_SCANNED", "未经病毒扫描"


class Attachment(OfCase, frozen=True, kw_only=True):
    fact_type: ClassVar[str] = "intake.attachment.v1"

    id: str
    petition_number: str
    registered_by: str
    kind: AttachmentKind
    name: str
    """Of the file, without anything that a system could take for a path."""
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    """In hexadecimal."""
    scanned: Scan
    reserved: bool
    """It may show who wrote a confidential (保密) petition: for the registering tenant and the county office only."""
    uploaded_by: str
    """Code of the tenant."""
    by: ActorRef
    at: datetime
    """Instant, UTC."""
    taken_back: str | None = None
    """Why it was taken back; nobody can download it any more."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.uploaded_by, self.registered_by})


class AddAttachment(Command, frozen=True, kw_only=True):
    """Enters a file that the gateway has checked and stored. The register knows the petition itself."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "add_attachment"

    petition_id: str
    attachment_id: str
    kind: AttachmentKind
    name: Annotated[str, Meta(max_length=1000)]
    media_type: Annotated[str, Meta(max_length=100)]
    size: Annotated[int, Meta(ge=1)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    scanned: Scan


class TakeBackAttachment(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "take_back_attachment"

    attachment_id: str
    reason: Annotated[str, Meta(max_length=500)]
