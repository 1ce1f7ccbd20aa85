"""The two programs that Python cannot bring: PostgreSQL and RabbitMQ. Found, or installed where we are root."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.local.errors import LocalError

POLICY = Path("/usr/sbin/policy-rc.d")
CLUSTER_CONF = Path("/etc/postgresql-common/createcluster.conf")

WAYS_ON = """两种办法任选其一：
  一、用容器提供这两样软件，然后再次运行本命令：
      export XQ_PASSWORD=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
      docker compose -f deploy/compose.yaml up -d --wait
      export AMQP_URI=amqp://xinqiao:$XQ_PASSWORD@127.0.0.1:5672/
      export AMQP_ADMIN_URI=http://xinqiao:$XQ_PASSWORD@127.0.0.1:15672
      export DATABASE_URL=postgresql://xinqiao:$XQ_PASSWORD@127.0.0.1:5432/xinqiao
  二、使用现有的 RabbitMQ 和 PostgreSQL：设置 AMQP_URI、AMQP_ADMIN_URI（管理接口，账号须为管理员）
      和 DATABASE_URL（账号须能建库建角色）三个环境变量，然后再次运行本命令。"""


def postgres_bin(version: str | None = None) -> Path | None:
    """The folder with ``initdb`` and ``postgres``: the newest, or that of the given major version."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {_major(folder): folder for folder in folders if (folder / "initdb").exists()}
    if version is not None:
        return found.get(int(version))
    return found[max(found)] if found else None


def _major(folder: Path) -> int:
    out = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(out.split()[2].split(".")[0])


def rabbitmq_sbin() -> Path | None:
    """The folder of RabbitMQ's own scripts; those in /usr/sbin would switch the user."""
    folders = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"), reverse=True)
    on_path = shutil.which("rabbitmq-server")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "rabbitmq-server").exists() and (folder / "rabbitmq-env").exists():
            return folder
    return None


def ensure(*, broker: bool, database: bool, log: Path, say: Callable[[str], None]) -> None:
    """Sees to it that what is wanted is on this machine; installs it on Debian and Ubuntu where we are root.

    Raises ``LocalError`` with the ways on where that cannot be.
    """
    packages = []
    if broker and rabbitmq_sbin() is None:
        packages.append("rabbitmq-server")
    if database and postgres_bin() is None:
        packages.append("postgresql")
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        names = "、".join({"rabbitmq-server": "RabbitMQ", "postgresql": "PostgreSQL"}[name] for name in packages)
        why = "当前用户不是 root" if os.geteuid() != 0 else "本机没有 apt-get"
        raise LocalError(f"本机缺少 {names}，而{why}，无法自动安装。{WAYS_ON}")
    say(f"安装 {'、'.join(packages)}（apt-get，日志：{log}）")
    with ExitStack() as quiet:
        quiet.enter_context(_no_system_services())
        _apt(["update"], log)
        if "postgresql" in packages:
            _apt(["install", "-y", "--no-install-recommends", "postgresql-common"], log)
            quiet.enter_context(_no_system_cluster())
        _apt(["install", "-y", "--no-install-recommends", *packages], log)


def _apt(arguments: list[str], log: Path) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as out:
        done = subprocess.run(
            ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
        raise LocalError(f"apt-get {' '.join(arguments)} 失败，请检查网络和软件源。日志末尾：\n{tail}\n{WAYS_ON}")


@contextmanager
def _no_system_services() -> Iterator[None]:
    """Packages start no service of the system while this lasts: Debian asks this script first."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


@contextmanager
def _no_system_cluster() -> Iterator[None]:
    """PostgreSQL's package makes no database of the system while this lasts."""
    before = CLUSTER_CONF.read_text("utf-8") if CLUSTER_CONF.exists() else None
    CLUSTER_CONF.write_text((before or "") + "\ncreate_main_cluster = false\n", "utf-8")
    try:
        yield
    finally:
        if before is None:
            CLUSTER_CONF.unlink()
        else:
            CLUSTER_CONF.write_text(before, "utf-8")
