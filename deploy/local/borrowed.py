"""Tests on servers that a person named: a database and a virtual host of their own there, dropped afterwards."""

import contextlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from deploy.local.config import plain_database_url
from deploy.local.errors import LocalError
from deploy.local.instance import RUN, Instance
from deploy.local.rabbitmq import call_management

PREFIX = "xinqiao_test_"
SETTINGS_OF = {"AMQP_URI": "amqp_url", "DATABASE_URL": "admin_database_url"}


def refuse_shared(environ: Mapping[str, str]) -> None:
    """Raises ``LocalError`` where ``./xinqiao up`` uses a server that is named for the tests.

    Roles and bureaus' accounts belong to the whole server, and the tests would change their passwords.
    """
    in_use = _settings(RUN)
    for variable, key in SETTINGS_OF.items():
        if environ.get(variable) and _place(environ[variable]) == _place(in_use.get(key, "")):
            raise LocalError(
                f"{variable} 指向的服务器正由 ./xinqiao up 使用，测试会改动其中的账号。请为测试另备一套，例如：\n"
                "  XQ_AMQP_PORT=5673 XQ_AMQP_ADMIN_PORT=15673 XQ_DATABASE_PORT=5433 \\\n"
                "    docker compose -p xinqiao-test -f deploy/compose.yaml up -d --wait"
            )


def borrow(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with each named server's URL pointing into a new database or virtual host there."""
    refuse_shared(environ)
    own = dict(environ)
    name = PREFIX + folder.name.removeprefix("test-")
    if own.get("DATABASE_URL"):
        url = plain_database_url(own["DATABASE_URL"])
        _execute(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _execute(url, "CREATE DATABASE {}", name)
        own["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
    if own.get("AMQP_URI") and own.get("AMQP_ADMIN_URI"):
        user = quote(urlsplit(own["AMQP_URI"]).username or "guest", safe="")
        call_management(own["AMQP_ADMIN_URI"], "PUT", f"/api/vhosts/{name}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        call_management(own["AMQP_ADMIN_URI"], "PUT", f"/api/permissions/{name}/{user}", everything)
        own["AMQP_URI"] = urlsplit(own["AMQP_URI"])._replace(path=f"/{name}").geturl()
    return own


def give_back(instance: Instance) -> None:
    """Drops what ``borrow`` made for this instance; a server that is gone meanwhile needs nothing dropped."""
    said = _settings(instance.folder)
    database, broker = said.get("admin_database_url", ""), said.get("amqp_url", "")
    name = urlsplit(database).path.lstrip("/")
    if instance.database is None and name.startswith(PREFIX):
        with contextlib.suppress(psycopg.OperationalError):
            _execute(database, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    vhost = urlsplit(broker).path.lstrip("/")
    if instance.broker is None and vhost.startswith(PREFIX):
        with contextlib.suppress(OSError):
            call_management(said["amqp_admin_url"], "DELETE", f"/api/vhosts/{vhost}")


def _settings(folder: Path) -> dict[str, str]:
    path = folder / "xinqiao.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _place(url: str) -> tuple[str | None, int | None]:
    parts = urlsplit(url)
    return parts.hostname, parts.port


def _execute(url: str, statement: str, database: str) -> None:
    maintenance = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, connect_timeout=5, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
