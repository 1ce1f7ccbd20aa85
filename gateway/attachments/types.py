"""What a file is, told by its content and not by its name. Pure."""

import filetype

from services.common.errors import Refusal
from services.contracts.attachments import MEDIA_TYPES

HEAD = 8192
"""Bytes from the beginning by which a file is known."""
TEXT = "text/plain"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the documents of Office 97-2003 and of WPS begin, of whichever program."""
TYPE_OF_END = {end: media_type for media_type, ends in MEDIA_TYPES.items() for end in ends}
ZIP = b"PK\x03\x04"
OFFICE = {TYPE_OF_END["docx"]: b"word/", TYPE_OF_END["xlsx"]: b"xl/"}
ONE_CONTAINER = {"audio/mp4", "video/mp4", "video/quicktime"}
"""Sound and film lie in the same kind of box, whose brands programs fill in as they like."""
ALLOWED = "、".join(TYPE_OF_END)


class AttachmentType(Refusal):
    code = "ATTACHMENT_TYPE"
    default = f"不支持的文件：可以上传 {ALLOWED}，文件内容须与扩展名一致"


def media_type_of(*, name: str, head: bytes) -> str:
    """The media type under which a file of this name that begins so is kept.

    Raises ``AttachmentType`` for what is not allowed, and where the end of the name says something else.
    """
    end = name.rpartition(".")[2].strip().lower()
    claimed = TYPE_OF_END.get(end)
    found = _found(head, claimed)
    if claimed is None or found != claimed:
        raise AttachmentType(
            f"“{end}”不是可以上传的文件类型，可以上传 {ALLOWED}"
            if claimed is None
            else f"该文件的内容不是 {end} 格式，请核对文件；可以上传 {ALLOWED}，内容须与扩展名一致",
            field="name",
        )
    return found


def _found(head: bytes, claimed: str | None) -> str | None:
    if head.startswith(COMPOUND) and claimed in ("application/msword", "application/vnd.ms-excel"):
        return claimed
    folder = OFFICE.get(claimed or "")
    if folder and head.startswith(ZIP) and folder in head and (b"[Content_Types].xml" in head or b"_rels/" in head):
        return claimed
    known = filetype.guess(head)
    if known is not None:
        return claimed if {known.mime, claimed} <= ONE_CONTAINER else str(known.mime)
    return TEXT if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        # The last character may be cut in two.
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
