"""The catalogue of a case's file (卷内目录): what is in it, in which order, with the digest of each piece.

It is made again the same as long as the case is the same: no moment of making stands in it. So its own digest says
which file was handed to the archive room.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from gateway.documents.copies import filled
from gateway.documents.rendering import rendered, written
from gateway.reading_lists import PetitionRow
from services.contracts.directory import Organisation
from services.contracts.routing import Closure

TEMPLATE = "archive_catalogue.docx"
TITLE = "卷内目录"
FORMAT = 1
LONGEST_NAME = 80
"""Characters of a name in the package; file systems take 255 bytes, and a Chinese character has three."""
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
KIB = 1024


class Item(msgspec.Struct, frozen=True, kw_only=True):
    order: int
    section: str
    title: str
    day: date
    file: str
    """Its name in the package."""
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    """In hexadecimal."""
    attachment_id: str | None


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """``catalogue.json``."""

    format: int
    petition_id: str
    number: str
    title: str
    kind: str
    """By which the archive room sorts: how the item came."""
    nature: str
    registered_by: str
    received_on: date
    closed_on: date | None
    items: list[Item]

    @property
    def encoded(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1)

    @property
    def digest(self) -> str:
        """SHA-256 of ``encoded``, in hexadecimal."""
        return hashlib.sha256(self.encoded).hexdigest()


def catalogue_of(*, row: PetitionRow, closure: Closure | None, items: Sequence[Item]) -> Catalogue:
    petition = row.state
    return Catalogue(
        format=FORMAT,
        petition_id=petition.id,
        number=petition.number,
        title=petition.title,
        kind=petition.channel.label,
        nature=petition.nature.label,
        registered_by=petition.registered_by,
        received_on=petition.received_on,
        closed_on=closure.closed_on if closure else None,
        items=list(items),
    )


def catalogue_document(catalogue: Catalogue, directory: Mapping[str, Organisation]) -> bytes:
    """To be printed and bound in front; page numbers and signatures are written in by hand."""
    office = directory.get(catalogue.registered_by)
    closed_on = catalogue.closed_on
    values: dict[str, Any] = {
        "title": TITLE,
        "issuer": office.name if office else catalogue.registered_by,
        "number": catalogue.number,
        "facts": filled(
            [
                ("案卷题名", catalogue.title),
                ("类别", f"{catalogue.kind}　{catalogue.nature}"),
                ("收到日期", written(catalogue.received_on)),
                ("办结日期", written(closed_on) if closed_on else "（尚未办结）"),
                ("件数", f"{len(catalogue.items)} 件"),
            ]
        ),
        "items": [
            {
                "order": str(item.order),
                "title": item.title,
                "day": written(item.day),
                "section": item.section,
                "size": f"{-(-item.size // KIB)} KB",
            }
            for item in catalogue.items
        ],
    }
    return rendered(TEMPLATE, values)


def file_name(order: int, title: str, ending: str) -> str:
    """A name that every system takes, whatever people wrote."""
    plain = UNSAFE.sub("_", title).strip(" .")[:LONGEST_NAME].rstrip(" .")
    return f"{order:03d}_{plain}.{ending}"
