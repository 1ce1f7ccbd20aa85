"""Where words that a test planted stand in clear: in the tables, in the queues, in the logs of a running platform."""

from collections.abc import Iterator
from contextlib import suppress

import psycopg
from amqp.exceptions import ResourceLocked

from deploy.operator.broker_accounts import vhost_of
from deploy.operator.management import Management
from tests.harness.broker import channel
from tests.harness.platform import Platform


def in_tables(platform: Platform, secrets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every column of every table, the sealed ones too: as text, and as the bytes of a binary column."""
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        tables = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 20
        for schema, table in tables:
            for secret in secrets:
                query = f'SELECT 1 FROM "{schema}"."{table}" AS t WHERE t::text LIKE ANY(%s) LIMIT 1'
                # JSON may also write a character by its number.
                forms = (secret, secret.encode().hex(), secret.encode("unicode_escape").decode())
                patterns = [f"%{form}%".replace("\\", "\\\\") for form in forms]
                if admin.execute(query.encode(), (patterns,)).fetchone():
                    yield f"{schema}.{table}", secret


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
