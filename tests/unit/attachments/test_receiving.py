"""A file that arrives: measured while it comes, scanned when it is there, gone where anything is wrong."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.attachments.folder import Folder
from gateway.attachments.receiving import Arrived, AttachmentInfected, AttachmentTooLarge, arrived
from gateway.attachments.storage import Place
from services.common.errors import Unavailable
from services.common.ids import new_id
from services.contracts.attachments import Scan

PDF = b"%PDF-1.7\n"
FINDS_EICAR = (sys.executable, "-c", "import sys; sys.exit(b'EICAR' in open(sys.argv[1], 'rb').read())")


def receive(root: Path, *chunks: bytes, scan: tuple[str, ...] = ()) -> tuple[Arrived, bytes]:
    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def run() -> tuple[Arrived, bytes]:
        async with arrived(storage=Folder(root), body=body(), name="a.pdf", max_mb=1, scan=scan) as file:
            return file, file.path.read_bytes()

    return asyncio.run(run())


def left(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_file_is_measured_and_gone_afterwards(tmp_path: Path) -> None:
    file, content = receive(tmp_path, PDF[:3], PDF[3:], b"x" * 9000)
    assert content == PDF + b"x" * 9000
    assert (file.media_type, file.size, file.scanned) == ("application/pdf", len(content), Scan.NOT_SCANNED)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert left(tmp_path) == []


def test_the_scan_decides(tmp_path: Path) -> None:
    assert receive(tmp_path, PDF, scan=FINDS_EICAR)[0].scanned is Scan.CLEAN
    with pytest.raises(AttachmentInfected):
        receive(tmp_path, PDF, b"EICAR", scan=FINDS_EICAR)
    assert left(tmp_path) == []


def test_without_its_scanner_nothing_is_let_in(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        receive(tmp_path, PDF, scan=(str(tmp_path / "no-such-scanner"),))
    assert left(tmp_path) == []


def test_what_grows_too_large_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(AttachmentTooLarge, match="1 MB"):
        receive(tmp_path, PDF, *[bytes(64 * 1024)] * 16)
    assert left(tmp_path) == []


def test_the_folder_never_replaces_what_it_holds(tmp_path: Path) -> None:
    async def run() -> None:
        folder, place = Folder(tmp_path), Place("611021", new_id())
        for content, kept in ((b"one", True), (b"two", False)):
            path = folder.incoming()
            path.write_bytes(content)
            assert await folder.keep(place, path) is kept
            path.unlink()
        assert b"".join([chunk async for chunk in await folder.open(place)]) == b"one"
        (file,) = left(tmp_path)
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        for _ in range(2):
            await folder.remove(place)
        with pytest.raises(FileNotFoundError):
            await folder.open(place)

    asyncio.run(run())
