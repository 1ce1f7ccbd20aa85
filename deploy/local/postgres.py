"""A private PostgreSQL: loopback only, passwords only, its own folder and port."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from deploy.local import software
from deploy.local.errors import LocalError
from deploy.local.instance import Instance, database_user
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK
from services.common.settings import Settings

NAME = "postgres"


def prepare(instance: Instance, settings: Settings) -> None:
    """Makes the data folder if there is none yet; clears the trace of a server that died with the machine."""
    assert instance.database is not None
    data = Path(instance.database.data)
    if (data / "PG_VERSION").exists():
        _forget_dead_server(data)
        return
    user = database_user()
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted run left half made
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user, pwd.getpwnam(user).pw_gid)
    admin = urlsplit(settings.admin_database_url)
    with tempfile.TemporaryDirectory() as folder:
        password = Path(folder) / "password"
        password.write_text(f"{admin.password}\n")
        password.chmod(0o400)
        if user:
            Path(folder).chmod(0o711)
            shutil.chown(password, user)
        _initdb(data=data, user=user, admin=admin.username or "", password=password, durable=instance.durable)


def _initdb(*, data: Path, user: str | None, admin: str, password: Path, durable: bool) -> None:
    made = subprocess.run(
        [
            _binary(data) / "initdb",
            *("--pgdata", data, "--username", admin, "--pwfile", password),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
            *([] if durable else ["--no-sync"]),
        ],
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        cwd="/",
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        raise LocalError(f"无法建立数据库目录 {data}：\n{made.stdout[-500:]}{made.stderr[-1500:]}")


def part(instance: Instance) -> Part:
    assert instance.database is not None
    data = Path(instance.database.data)
    options = {
        "listen_addresses": LOOPBACK,
        "port": str(instance.database.port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # The server's defaults are for the smallest machines; a sweep or an import writes some gigabytes in a minute.
        "shared_buffers": "512MB",
        "max_wal_size": "4GB",
    }
    if not instance.durable:
        # Safe when a process dies, not when the machine does.
        options |= {"fsync": "off", "full_page_writes": "off"}
    return Part(
        name=NAME,
        label="数据库",
        command=(
            str(_binary(data) / "postgres"),
            "-D",
            str(data),
            *(word for key, value in options.items() for word in ("-c", f"{key}={value}")),
        ),
        user=pwd.getpwuid(data.stat().st_uid).pw_name if os.geteuid() == 0 else None,
        directory=Path("/"),
        stop_signal=signal.SIGINT,  # the fast shutdown: ends connections, loses nothing
    )


def ready(settings: Settings) -> bool:
    """Whether it takes connections; the platform's own database is made the first time that it does."""
    url = urlsplit(settings.admin_database_url)
    name = url.path.lstrip("/")
    try:
        with psycopg.connect(url._replace(path="/postgres").geturl(), connect_timeout=2, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error:
        return False
    return True


def _binary(data: Path) -> Path:
    """The programs that fit the data: those of the version that made it."""
    version = data / "PG_VERSION"
    wanted = version.read_text().strip() if version.exists() else None
    found = software.postgres_bin(wanted)
    if found is None:
        raise LocalError(
            f"数据目录 {data} 由 PostgreSQL {wanted or ''} 建立，而本机没有这一版本的程序。"
            f"请执行：apt-get install postgresql-{wanted or ''}"
        )
    return found


def _forget_dead_server(data: Path) -> None:
    """After a power cut the number in the lock file may belong to another program, and stop the start."""
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    pid = lock.read_text().split("\n", 1)[0].strip()
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        command = []
    if os.fsencode(data) not in command:
        lock.unlink()
