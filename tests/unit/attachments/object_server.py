"""An object store of its own, as a process that speaks S3 over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx

from deploy.local.ports import LOOPBACK, free_ports
from gateway.attachments.object_store import ObjectStore
from tests.harness.waiting import eventually

BUCKET = "xinqiao"
OURS: dict[str, str] = {"region": "us-east-1", "access_key": "test", "secret_key": "test"}


@contextmanager
def object_server(log: Path) -> Iterator[str]:
    """The address of a running store with an empty bucket."""
    (port,) = free_ports(1)
    url = f"http://{LOOPBACK}:{port}"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)], stdout=file, stderr=file
        )
        try:
            eventually(lambda: _answers(url), 60, what="the object store answers")
            client(url).create_bucket(Bucket=BUCKET)
            yield url
        finally:
            process.kill()
            process.wait()


def client(url: str) -> Any:
    """To look at the store from outside."""
    return boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


def object_store(url: str, incoming: Path, **changes: str) -> ObjectStore:
    return ObjectStore(**{"endpoint": url, "bucket": BUCKET, **OURS, **changes}, incoming=incoming)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/moto-api/", trust_env=False).is_success
    except httpx.TransportError:
        return False
