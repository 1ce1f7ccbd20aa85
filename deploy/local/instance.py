"""One installation on one machine: its folder, and where its private broker and database stand."""

import hashlib
import os
import pwd
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.local.errors import LocalError
from deploy.local.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
MARK = "XQ_INSTANCE"
"""Variable in the environment of every process of an instance; its value is the instance's folder."""


class BrokerPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The loopback ports of a private RabbitMQ, and the folder of its data."""

    amqp: int
    management: int
    distribution: int
    epmd: int
    data: str


class DatabasePlace(msgspec.Struct, frozen=True, kw_only=True):
    """The loopback port of a private PostgreSQL, and the folder of its data."""

    port: int
    data: str


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen once and remembered in ``instance.json``; None stands for a server that the person named."""

    run: str
    broker: BrokerPlace | None
    database: DatabasePlace | None
    durable: bool = True
    """False for tests: the database does not wait for the disk."""

    @property
    def folder(self) -> Path:
        return Path(self.run)

    @property
    def config(self) -> Path:
        return self.folder / "xinqiao.toml"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


def remembered(run: Path) -> Instance | None:
    """The instance of this folder, if there is one yet."""
    path = run / "instance.json"
    if not path.exists():
        return None
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Instance)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise LocalError(
            f"{path} 已损坏（{error}）。请从备份恢复该文件；其中记着本机数据库和消息总线的位置。"
        ) from error
    return found if found.run == str(run) else _moved(found, run)


def _moved(found: Instance, run: Path) -> Instance:
    """The instance after its clone was moved: what lay within its folder lies there still."""

    def place(data: str) -> str:
        inside = Path(data).is_relative_to(found.run)
        return str(run / Path(data).relative_to(found.run)) if inside else data

    return msgspec.structs.replace(
        found,
        run=str(run),
        broker=found.broker and msgspec.structs.replace(found.broker, data=place(found.broker.data)),
        database=found.database and msgspec.structs.replace(found.database, data=place(found.database.data)),
    )


def settle(run: Path, *, environ: Mapping[str, str], durable: bool = True) -> Instance:
    """The instance of this folder; a new one is given ports and a place for its data, and remembered.

    A server named by ``AMQP_URI`` or ``DATABASE_URL`` takes the place of a private one from then on.
    """
    run.mkdir(parents=True, exist_ok=True)
    instance = remembered(run)
    if instance is None:
        ports = free_ports(5)
        instance = Instance(
            run=str(run),
            broker=BrokerPlace(
                amqp=ports[0], management=ports[1], distribution=ports[2], epmd=ports[3], data=str(_broker_folder(run))
            ),
            database=DatabasePlace(port=ports[4], data=str(_database_folder(run))),
            durable=durable,
        )
    if environ.get("AMQP_URI"):
        if not environ.get("AMQP_ADMIN_URI"):
            raise LocalError(
                "设置了 AMQP_URI，还须设置 AMQP_ADMIN_URI：RabbitMQ 管理接口的地址和管理员账号，"
                "例如 http://用户:密码@127.0.0.1:15672（须启用 rabbitmq_management 插件）。"
            )
        instance = msgspec.structs.replace(instance, broker=None)
    if environ.get("DATABASE_URL"):
        instance = msgspec.structs.replace(instance, database=None)
    instance.logs.mkdir(exist_ok=True)
    _write(run / "instance.json", msgspec.json.format(msgspec.json.encode(instance)))
    return instance


def database_user() -> str | None:
    """The user as whom PostgreSQL runs: it refuses root. None where we are not root and it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise LocalError(
        "PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户。请先执行：useradd --system postgres"
    )


def outside_folder(run: Path) -> Path:
    """Where data lie that cannot lie in the instance's own folder."""
    state = Path("/var/lib") if os.geteuid() == 0 else Path.home() / ".local" / "state"
    return state / "xinqiao" / hashlib.sha256(str(run).encode()).hexdigest()[:16]


def _database_folder(run: Path) -> Path:
    """Outside if the database's user may not enter the instance's folder, as in a clone under a closed home."""
    user = database_user()
    if user is None or _may_enter(user, run):
        return run / "postgres"
    return outside_folder(run) / "postgres"


def _broker_folder(run: Path) -> Path:
    """Outside if the path is not ASCII: RabbitMQ cannot open its message store there."""
    for folder in (run, outside_folder(run)):
        if str(folder).isascii():
            return folder / "rabbitmq"
    raise LocalError(
        f"RabbitMQ 不支持含中文的路径，而本目录和主目录都含中文（{run}）。请把本目录移到不含中文的路径下。"
    )


def _may_enter(user: str, folder: Path) -> bool:
    # Asked of the kernel itself: modes, groups and access lists all count.
    return subprocess.run(["/usr/bin/test", "-x", folder], user=user, group=_group(user), cwd="/").returncode == 0


def _group(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
