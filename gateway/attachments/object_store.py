"""An object store that speaks S3 as storage. Files go to it and come from it in pieces, never whole in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from gateway.attachments.incoming import Incoming
from gateway.attachments.storage import Place, StorageError, Stored
from services.common import logs
from services.common.errors import Unavailable

CHUNK = 256 * 1024
"""Bytes of a download."""
PART = 8 * 1024 * 1024
"""Bytes of an upload in one request; an object store takes no smaller parts than 5 MiB."""
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
NO_BUCKET = frozenset({"404", "NoSuchBucket"})
DENIED = frozenset({"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})
TAKEN = frozenset({"412", "PreconditionFailed", "409", "ConditionalRequestConflict"})
"""Another upload of the same file was there first, or is under way."""

AWAY = "附件存储暂时不可用，请稍后用同一请求编号重试；若持续出现请联系管理员"

log = logs.get(__name__)


class ObjectStore:
    def __init__(
        self, *, endpoint: str, bucket: str, region: str, access_key: str, secret_key: str, incoming: Path
    ) -> None:
        self._endpoint, self._bucket = endpoint, bucket
        self._incoming = Incoming(incoming)
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                # Stores other than Amazon's know neither a name for each bucket nor the newer checksums.
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                retries={"mode": "standard", "total_max_attempts": 3},
                connect_timeout=5,
                read_timeout=60,
                max_pool_connections=32,
            ),
        )

    def check(self) -> None:
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            code = _code(error)
            if code in NO_BUCKET:
                why = f"没有存储桶 {self._bucket}，请先在对象存储中建立，或核对 s3_bucket"
            elif code in DENIED:
                why = f"拒绝访问存储桶 {self._bucket}，请核对 s3_access_key、s3_secret_key 及其权限"
            else:
                why = f"返回 {code}，请核对 s3_endpoint、s3_region"
            raise StorageError(f"附件的对象存储 {self._endpoint} {why}") from error
        except BotoCoreError as error:
            raise StorageError(
                f"连接不上附件的对象存储 {self._endpoint}（{type(error).__name__}），请检查网络并核对 s3_endpoint"
            ) from error

    def incoming(self) -> Path:
        return self._incoming.file()

    async def keep(self, place: Place, arrived: Path) -> bool:
        return await asyncio.to_thread(self._keep, place, arrived)

    async def open(self, place: Place) -> AsyncIterator[bytes]:
        return _chunks(await asyncio.to_thread(self._open, place))

    async def remove(self, place: Place) -> None:
        await asyncio.to_thread(self._call, "delete_object", Key=place.key)

    def listed(self) -> Iterator[Stored]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            for found in page.get("Contents", ()):
                place = Place.of_key(found["Key"])
                if place is not None:
                    yield Stored(place, found["Size"], found["LastModified"])

    def unfinished(self, *, before: datetime, remove: bool) -> int:
        local = list(self._incoming.older(before))
        uploads = [
            upload
            for page in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket)
            for upload in page.get("Uploads", ())
            if upload["Initiated"] < before and Place.of_key(upload["Key"]) is not None
        ]
        if remove:
            for path in local:
                path.unlink(missing_ok=True)
            for upload in uploads:
                self._call("abort_multipart_upload", Key=upload["Key"], UploadId=upload["UploadId"])
        return len(local) + len(uploads)

    def _keep(self, place: Place, arrived: Path) -> bool:
        # Asked first as well: older stores do not know the condition, and write over what is there.
        if self._is_there(place):
            return False
        with arrived.open("rb") as file:
            try:
                if arrived.stat().st_size <= PART:
                    self._call("put_object", Key=place.key, Body=file, IfNoneMatch="*")
                else:
                    self._put_in_parts(place, file)
            except _TakenError:
                return False
        return True

    def _is_there(self, place: Place) -> bool:
        try:
            self._call("head_object", Key=place.key)
        except FileNotFoundError:
            return False
        return True

    def _put_in_parts(self, place: Place, file: BinaryIO) -> None:
        upload = {"Key": place.key, "UploadId": self._call("create_multipart_upload", Key=place.key)["UploadId"]}
        try:
            parts: list[dict[str, Any]] = []
            while piece := file.read(PART):
                number = len(parts) + 1
                tag = self._call("upload_part", **upload, PartNumber=number, Body=piece)["ETag"]
                parts.append({"PartNumber": number, "ETag": tag})
            self._call("complete_multipart_upload", **upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            try:
                self._call("abort_multipart_upload", **upload)
            except (Unavailable, FileNotFoundError):
                log.warning("upload_left_unfinished", key=place.key)
            raise

    def _open(self, place: Place) -> Any:
        return self._call("get_object", Key=place.key)["Body"]

    def _call(self, operation: str, **given: Any) -> Any:
        """Raises ``FileNotFoundError`` for what is not there, ``_TakenError`` for what must not be written over, and
        ``Unavailable`` for everything else, which is logged."""
        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **given)
        except ClientError as error:
            code = _code(error)
            if code in ABSENT:
                raise FileNotFoundError(given["Key"]) from error
            if code in TAKEN:
                raise _TakenError from error
            log.error("storage_failed", operation=operation, code=code)
            raise Unavailable(AWAY) from error
        except BotoCoreError as error:
            log.error("storage_failed", operation=operation, code=type(error).__name__)
            raise Unavailable(AWAY) from error


class _TakenError(Exception):
    pass


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


async def _chunks(body: Any) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(body.read, CHUNK):
            yield chunk
    finally:
        body.close()
