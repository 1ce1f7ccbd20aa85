"""What every storage does, the folder and the object store alike."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.attachments.folder import Folder
from gateway.attachments.storage import Place, Storage
from services.common import clock
from services.common.ids import new_id
from tests.unit.attachments.object_server import BUCKET, client, object_store

Made = Callable[[Path], Storage]


@pytest.fixture(params=["folder", "s3"])
def made(request: pytest.FixtureRequest) -> Made:
    if request.param == "folder":
        return lambda path: Folder(path)
    url: str = request.getfixturevalue("url")
    return lambda path: object_store(url, path / "incoming")


@pytest.fixture
def storage(made: Made, tmp_path: Path) -> Storage:
    return made(tmp_path)


def place(county: str = "611021") -> Place:
    return Place(county, new_id())


def keep(storage: Storage, where: Place, content: bytes) -> bool:
    path = storage.incoming()
    path.write_bytes(content)
    kept = asyncio.run(storage.keep(where, path))
    assert path.read_bytes() == content  # It is left to the caller.
    path.unlink()
    return kept


def read(storage: Storage, where: Place) -> bytes:
    async def whole() -> bytes:
        return b"".join([chunk async for chunk in await storage.open(where)])

    return asyncio.run(whole())


def test_what_is_kept_is_given_out_as_it_was(storage: Storage) -> None:
    storage.check()
    for content in (b"one", bytes(range(256)) * 4096):
        where = place()
        assert keep(storage, where, content)
        assert read(storage, where) == content


def test_what_is_there_is_never_replaced(storage: Storage) -> None:
    where = place()
    assert [keep(storage, where, content) for content in (b"one", b"two")] == [True, False]
    assert read(storage, where) == b"one"


def test_of_two_at_once_one_is_kept(storage: Storage) -> None:
    where, contents = place(), [b"a" * 500_000, b"b" * 500_000]
    paths = [storage.incoming() for _ in contents]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)

    async def both() -> list[bool]:
        return list(await asyncio.gather(*(storage.keep(where, path) for path in paths)))

    kept = asyncio.run(both())
    assert sorted(kept) == [False, True]
    assert read(storage, where) == contents[kept.index(True)]


def test_what_is_removed_is_gone_and_may_be_removed_again(storage: Storage) -> None:
    where = place()
    assert keep(storage, where, b"one")
    for _ in range(2):
        asyncio.run(storage.remove(where))
    with pytest.raises(FileNotFoundError):
        read(storage, where)


def test_it_lists_what_it_holds_with_size_and_time(storage: Storage) -> None:
    where, before = place("611099"), clock.now()
    assert keep(storage, where, b"four")
    (found,) = (each for each in storage.listed() if each.place.county == "611099")
    assert (found.place, found.size) == (where, 4)
    # A store tells whole seconds.
    assert before - timedelta(seconds=1) <= found.since <= clock.now()
    asyncio.run(storage.remove(where))


def test_what_only_arrives_is_no_file_and_can_be_cleared_away(storage: Storage) -> None:
    path, now = storage.incoming(), clock.now()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.name not in {each.place.id for each in storage.listed()}
    os.utime(path, times=((now - timedelta(hours=2)).timestamp(),) * 2)
    assert storage.unfinished(before=now - timedelta(hours=3), remove=True) == 0
    assert storage.unfinished(before=now - timedelta(hours=1), remove=False) == 1
    assert path.exists()
    assert storage.unfinished(before=now - timedelta(hours=1), remove=True) == 1
    assert not path.exists()


def test_a_key_says_where_a_file_is_and_nothing_else_is_a_key() -> None:
    where = place()
    assert Place.of_key(where.key) == where
    for other in ("incoming/tmpabc", f"{where.key}x", f"611021/00/{where.id[:-2]}ff", "../x", ""):
        assert Place.of_key(other) is None


def test_foreign_things_in_the_store_are_not_ours(made: Made, storage: Storage, tmp_path: Path) -> None:
    if isinstance(storage, Folder):
        (tmp_path / "notes" / "a").mkdir(parents=True)
        (tmp_path / "notes" / "a" / "b").write_bytes(b"x")
    else:
        client(storage._endpoint).put_object(Bucket=BUCKET, Key="notes/a/b", Body=b"x")  # type: ignore[attr-defined]
    assert "notes" not in {each.place.county for each in storage.listed()}
