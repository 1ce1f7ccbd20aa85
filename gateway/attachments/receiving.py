"""Taking in a file: streamed to the disk, measured, known by its content, scanned; never whole in memory."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.attachments.storage import Storage
from gateway.attachments.types import HEAD, media_type_of
from services.common import logs
from services.common.errors import InvalidInput, Refusal, Unavailable
from services.contracts.attachments import Scan

SCAN_SECONDS = 300
MEBI = 1024 * 1024

log = logs.get(__name__)


class AttachmentTooLarge(Refusal):
    code = "ATTACHMENT_TOO_LARGE"
    default = "文件超过大小上限，请压缩或拆分后上传"


class AttachmentInfected(Refusal):
    code = "ATTACHMENT_INFECTED"
    default = "病毒扫描未通过，文件没有保存；请清除病毒后重新上传"


@dataclass(frozen=True)
class Arrived:
    path: Path
    media_type: str
    size: int
    sha256: str
    scanned: Scan


@asynccontextmanager
async def arrived(
    *, storage: Storage, body: AsyncIterator[bytes], name: str, max_mb: int, scan: tuple[str, ...]
) -> AsyncIterator[Arrived]:
    """The checked file while the block lasts; afterwards, and after whatever went wrong, it is gone.

    Raises ``AttachmentTooLarge``, ``AttachmentType``, ``AttachmentInfected``, and ``InvalidInput`` for an empty one.
    """
    path = await asyncio.to_thread(storage.incoming)
    try:
        head, size, sha256 = await _write(path, body, max_mb)
        if not size:
            raise InvalidInput("文件是空的，请重新选择文件", field="file")
        media_type = media_type_of(name=name, head=head)
        yield Arrived(path, media_type, size, sha256, await _scanned(path, scan))
    finally:
        path.unlink(missing_ok=True)


async def _write(path: Path, body: AsyncIterator[bytes], max_mb: int) -> tuple[bytes, int, str]:
    """The first bytes, how many there are, and the digest of all."""
    head, size, digest = b"", 0, hashlib.sha256()
    with path.open("wb", buffering=0) as file:

        def take(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(chunk)

        async for chunk in body:
            size += len(chunk)
            if size > max_mb * MEBI:
                raise AttachmentTooLarge(f"文件超过 {max_mb} MB，请压缩或拆分后上传", field="file")
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
            await asyncio.to_thread(take, chunk)
    return head, size, digest.hexdigest()


async def _scanned(path: Path, scan: tuple[str, ...]) -> Scan:
    """Raises ``AttachmentInfected``, and ``Unavailable`` where the scan itself does not work."""
    if not scan:
        return Scan.NOT_SCANNED
    silent = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(*scan, str(path), stdin=silent, stdout=silent, stderr=silent)
    except OSError as error:
        log.error("scan_failed", command=scan[0], error=str(error))
        raise Unavailable("病毒扫描暂时不可用，文件没有保存，请稍后重试；若持续出现请联系管理员") from error
    try:
        async with asyncio.timeout(SCAN_SECONDS):
            code = await process.wait()
    except TimeoutError as error:
        log.error("scan_too_slow", command=scan[0], seconds=SCAN_SECONDS)
        raise Unavailable("病毒扫描超时，文件没有保存，请稍后重试；若持续出现请联系管理员") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code:
        log.warning("attachment_infected", exit_code=code)
        raise AttachmentInfected(field="file")
    return Scan.CLEAN
