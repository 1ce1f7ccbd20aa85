"""The package of a case's file: one ZIP, the catalogue in front, the files of the case copied chunk by chunk.

The same file gives the same bytes: entries have no times of their own.
"""

import asyncio
import hashlib
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from gateway.archives.catalogue import TITLE, Catalogue, Item, catalogue_document, catalogue_of, file_name
from gateway.archives.contents import Entry, entries_of
from gateway.attachments.storage import Place, Storage
from gateway.documents.circulars import MEDIA_TYPE
from gateway.reading import ViewReader
from gateway.reading_lists import PetitionRow
from gateway.readings import note
from services.common import logs
from services.common.errors import Forbidden, NotFound, Refusal
from services.common.ids import is_id
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.attachments import Attachment
from services.contracts.directory import Organisation
from services.contracts.intake import Petition, ReadingKind

LARGEST_BYTES = 4 * 1024**3
"""Of all files of a case together; a package is put together on the disk before it leaves."""
ARCHIVISTS = frozenset({Role.CLERK, Role.HEAD})

log = logs.get(__name__)


class ArchiveTooLarge(Refusal):
    code = "ARCHIVE_TOO_LARGE"
    default = "该件的附件太大，不能一次打包；请先单独下载大的附件"


class ArchiveDamaged(Refusal):
    code = "ARCHIVE_DAMAGED"
    default = "该件有附件缺失或已损坏，案卷不完整，未予打包；请系统管理员运行 ./xinqiao attachments check 核对"


@dataclass(frozen=True)
class Paper:
    item: Item
    body: bytes


@dataclass(frozen=True)
class Kept:
    item: Item
    file: Attachment


@dataclass(frozen=True)
class Package:
    row: PetitionRow
    catalogue: Catalogue
    pieces: list[Paper | Kept]
    cover: bytes
    """The catalogue to be printed."""


def check_archivist(actor: Actor, petition: Petition) -> None:
    """Raises ``Forbidden``. Whoever sees the case knows already that it is there."""
    if not actor.roles & ARCHIVISTS or (actor.kind is not TenantKind.COUNTY and actor.tenant != petition.registered_by):
        raise Forbidden("案卷由登记单位或县信访局的经办人、负责人整理和归档")


async def package_of(reader: ViewReader, petition_id: str) -> Package:
    """Everything but the bytes of files. Raises ``NotFound`` for a case that the actor does not see, ``Forbidden``."""
    row = await reader.petition(petition_id) if is_id(petition_id) else None
    if row is None:
        raise NotFound()
    check_archivist(reader.actor, row.state)
    parts, directory = await reader.parts.load(petition_id), await reader.shared(Organisation)
    entries = await entries_of(reader, row)
    await note(reader, kind=ReadingKind.DOCUMENT, states=[row.state])
    pieces = [await _piece(number, entry) for number, entry in enumerate(entries, 1)]
    catalogue = catalogue_of(row=row, closure=parts.closure, items=[piece.item for piece in pieces])
    cover = await asyncio.to_thread(catalogue_document, catalogue, directory)
    return Package(row, catalogue, pieces, settled(cover))


async def _piece(order: int, entry: Entry) -> Paper | Kept:
    file = entry.file
    if file is not None:
        stem, _, ending = file.name.rpartition(".")
        name = file_name(order, f"{file.kind.label}_{stem}", ending)
        return Kept(_item(order, entry, name, file.media_type, file.size, file.sha256, file.id), file)
    assert entry.make is not None
    body = settled(await entry.make())
    name = file_name(order, entry.title, "docx")
    return Paper(_item(order, entry, name, MEDIA_TYPE, len(body), hashlib.sha256(body).hexdigest(), None), body)


def _item(order: int, entry: Entry, name: str, media_type: str, size: int, digest: str, id: str | None) -> Item:
    return Item(
        order=order,
        section=entry.section.label,
        title=entry.title,
        day=entry.day,
        file=name,
        media_type=media_type,
        size=size,
        sha256=digest,
        attachment_id=id,
    )


def settled(document: bytes) -> bytes:
    """The DOCX without the moments at which its parts were packed."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(document)) as source, ZipFile(made, "w") as target:
        for name in sorted(source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            info = ZipInfo(name)
            info.compress_type = source.getinfo(name).compress_type
            target.writestr(info, source.read(name))
    return made.getvalue()


async def pack(package: Package, *, storage: Storage, county: str, path: Path) -> None:
    """Writes the package. Raises ``ArchiveTooLarge``; ``ArchiveDamaged`` where a file is not what was entered."""
    size = sum(piece.item.size for piece in package.pieces)
    if size > LARGEST_BYTES or size > shutil.disk_usage(path.parent).free // 2:
        raise ArchiveTooLarge()
    folder = package.catalogue.number
    with ZipFile(path, "w", ZIP_STORED) as target:
        first: Sequence[tuple[str, bytes]] = (
            (f"000_{TITLE}.docx", package.cover),
            ("catalogue.json", package.catalogue.encoded),
        )
        for name, body in first:
            target.writestr(ZipInfo(f"{folder}/{name}"), body)
        for piece in package.pieces:
            info = ZipInfo(f"{folder}/{piece.item.file}")
            if isinstance(piece, Paper):
                target.writestr(info, piece.body)
            else:
                await _copy(target, info, piece, storage=storage, county=county)


async def _copy(target: ZipFile, info: ZipInfo, kept: Kept, *, storage: Storage, county: str) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        content = await storage.open(Place(county, kept.file.id))
        with target.open(info, "w", force_zip64=True) as entry:
            async for chunk in content:
                digest.update(chunk)
                size += len(chunk)
                await asyncio.to_thread(entry.write, chunk)
    except FileNotFoundError as error:
        log.error("archived_file_missing", attachment=kept.file.id)
        raise ArchiveDamaged() from error
    if digest.hexdigest() != kept.file.sha256 or size != kept.file.size:
        log.error("archived_file_damaged", attachment=kept.file.id)
        raise ArchiveDamaged()
