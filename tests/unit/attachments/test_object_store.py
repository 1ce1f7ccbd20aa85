"""The object store beside what every storage does: large files, two at once, and what goes wrong with it."""

import asyncio
import hashlib
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from deploy.local.ports import LOOPBACK, free_ports
from gateway.attachments.object_store import CHUNK, PART, ObjectStore
from gateway.attachments.storage import Place, StorageError
from gateway.attachments.stores import storage_of
from services.common.errors import Unavailable
from services.common.ids import new_id
from services.common.settings import Settings, SettingsError
from tests.unit.attachments.object_server import BUCKET, client, object_store

MEBI = 1024 * 1024


@pytest.fixture
def store(url: str, tmp_path: Path) -> ObjectStore:
    return object_store(url, tmp_path)


def large(store: ObjectStore, megabytes: int) -> Path:
    path = store.incoming()
    with path.open("wb") as file:
        for number in range(megabytes):
            file.write(bytes([number]) * MEBI)
    return path


def uploads(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client(url).list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    return found


def test_thirty_megabytes_pass_through_in_parts_both_ways(store: ObjectStore, url: str) -> None:
    path, place = large(store, 30), Place("611021", new_id())
    tracemalloc.start()
    try:
        assert asyncio.run(store.keep(place, path))

        async def fetched() -> tuple[str, int]:
            digest, most = hashlib.sha256(), 0
            async for chunk in await store.open(place):
                digest.update(chunk)
                most = max(most, len(chunk))
            return digest.hexdigest(), most

        digest, most = asyncio.run(fetched())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    with path.open("rb") as file:
        assert digest == hashlib.file_digest(file, "sha256").hexdigest()
    assert most <= CHUNK
    assert peak < 2 * PART + 6 * MEBI
    assert client(url).head_object(Bucket=BUCKET, Key=place.key)["ETag"].strip('"').endswith("-4")
    assert uploads(url) == []


def test_a_large_file_is_not_written_over_either(store: ObjectStore, url: str) -> None:
    place, path = Place("611021", new_id()), large(store, 9)
    assert asyncio.run(store.keep(place, path))
    assert not asyncio.run(store.keep(place, path))
    assert uploads(url) == []


def test_an_upload_that_breaks_leaves_nothing_and_one_that_was_killed_is_cleared_away(
    store: ObjectStore, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, path = Place("611021", new_id()), large(store, 20)
    real = store._client.upload_part

    def breaks(**given: Any) -> Any:
        if given["PartNumber"] == 2:
            raise ClientError({"Error": {"Code": "InternalError"}}, "UploadPart")
        return real(**given)

    monkeypatch.setattr(store._client, "upload_part", breaks)
    with pytest.raises(Unavailable):
        asyncio.run(store.keep(place, path))
    path.unlink()
    assert uploads(url) == []
    assert place not in {each.place for each in store.listed()}

    client(url).create_multipart_upload(Bucket=BUCKET, Key=place.key)
    client(url).create_multipart_upload(Bucket=BUCKET, Key="not-ours")
    # This server says of every upload that it began in November 2010.
    assert store.unfinished(before=datetime(2010, 11, 1, tzinfo=UTC), remove=True) == 0
    assert store.unfinished(before=datetime(2010, 12, 1, tzinfo=UTC), remove=True) == 1
    assert [each["Key"] for each in uploads(url)] == ["not-ours"]


def test_the_operator_is_told_what_is_wrong_with_the_store(url: str, tmp_path: Path) -> None:
    object_store(url, tmp_path).check()
    with pytest.raises(StorageError, match="没有存储桶 elsewhere"):
        object_store(url, tmp_path, bucket="elsewhere").check()
    nobody = f"http://{LOOPBACK}:{free_ports(1)[0]}"
    with pytest.raises(StorageError, match="连接不上"):
        object_store(nobody, tmp_path).check()


def test_a_store_that_is_away_refuses_and_lets_one_try_again(tmp_path: Path) -> None:
    store = object_store(f"http://{LOOPBACK}:{free_ports(1)[0]}", tmp_path)
    path = store.incoming()
    path.write_bytes(b"x")
    for act in (store.keep(Place("611021", new_id()), path), store.open(Place("611021", new_id()))):
        with pytest.raises(Unavailable, match="附件存储暂时不可用"):
            asyncio.run(act)


def test_the_settings_name_the_storage_and_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="s3_bucket、s3_secret_key"):
        storage_of(Settings(attachment_storage="s3", s3_endpoint="http://x", s3_access_key="a"), folder=tmp_path)
    whole = Settings(
        attachment_storage="s3", s3_endpoint="http://x", s3_bucket="b", s3_access_key="a", s3_secret_key="s"
    )
    assert isinstance(storage_of(whole, folder=tmp_path), ObjectStore)
