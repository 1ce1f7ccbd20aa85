"""Where words that a test planted stand in clear: in the tables, in the queues, in the logs of a running platform."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
from amqp.exceptions import ResourceLocked

from deploy.operator.broker_accounts import vhost_of
from deploy.operator.management import Management
from tests.harness.broker import channel
from tests.harness.platform import Platform

PIECE_BYTES = 1_000_000


def in_tables(platform: Platform, secrets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every column of every table, the sealed ones too: as text, and as the bytes of a binary column."""
    # JSON may also write a character by its number.
    forms = {
        secret: {secret.encode(), secret.encode().hex().encode(), secret.encode("unicode_escape")} for secret in secrets
    }
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        tables = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 20
        for schema, table in tables:
            found: set[str] = set()
            for text in _written(admin, f'"{schema}"."{table}"'):
                found |= {secret for secret, written in forms.items() if any(form in text for form in written)}
            yield from ((f"{schema}.{table}", secret) for secret in secrets if secret in found)


def _written(admin: psycopg.Connection[Any], table: str) -> Iterator[bytes]:
    """All rows of a table as text, many in a piece; sought through here, which takes a tenth of what LIKE takes."""
    piece: list[bytes] = []
    size = 0
    with admin.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT".encode()) as rows:
        for row in rows:
            piece.append(bytes(row))
            size += len(row)
            if size > PIECE_BYTES:
                yield _plain(piece)
                piece, size = [], 0
    yield _plain(piece)


def _plain(rows: list[bytes]) -> bytes:
    # COPY writes a backslash as two.
    return b"".join(rows).replace(rb"\\", b"\\")


def in_queues(platform: Platform, secrets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every message of every queue: facts on their way, retries, dead letters, bureaus' own."""
    settings = platform.settings
    names = [queue["name"] for queue in Management(settings.amqp_admin_url).queues(vhost_of(settings.amqp_url))]
    assert len(names) > 20
    for name in names:
        if name.startswith("rpc.reply"):
            continue
        # Not acknowledged: they return when the channel closes. A queue for one reader at a time shows nobody else any.
        with suppress(ResourceLocked), channel(settings.amqp_url) as opened:
            while message := opened.basic_get(name):
                body = message.body if isinstance(message.body, bytes) else message.body.encode()
                text = body.decode("utf-8", "replace") + str(message.properties)
                yield from ((name, secret) for secret in secrets if secret in text)


def in_logs(platform: Platform, secrets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    files = list((platform.instance.folder / "logs").glob("*.log"))
    assert len(files) > 5
    for file in files:
        text = file.read_text("utf-8", "replace")
        yield from ((file.name, secret) for secret in secrets if secret in text)
