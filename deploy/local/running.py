"""Bringing the private broker and database of an instance up, and taking everything of it down."""

import contextlib
import os
from collections.abc import Callable, Mapping
from functools import partial

from deploy.local import config, parts, postgres, rabbitmq
from deploy.local.errors import LocalError
from deploy.local.instance import Instance
from deploy.local.logfiles import tail
from deploy.local.part import Part
from deploy.local.ports import is_free
from deploy.local.processes import end_strays, wait_until
from deploy.local.supervise import Keeper
from services.common.settings import Settings

READY_SECONDS = 120
NAMED_SECONDS = 10
INFRASTRUCTURE = (postgres.NAME, rabbitmq.NAME)
OTHERS = tuple(name for name in parts.PLATFORM if name != parts.GATEWAY)


def prepare(instance: Instance, settings: Settings) -> list[Part]:
    """Makes the folders and configurations of the private servers; the parts that run them."""
    if instance.database:
        postgres.prepare(instance, settings)
    if instance.broker:
        rabbitmq.prepare(instance, settings)
    return parts.infrastructure(instance)


def start_infrastructure(instance: Instance, settings: Settings, keeper: Keeper, environ: Mapping[str, str]) -> None:
    """Starts the keeper with the broker and the database; where it runs already, only our own parts are stopped.

    Does not wait until they answer: see ``await_infrastructure``.
    """
    if keeper.running():
        stop_platform(keeper)
        if keeper.would_change([*prepare(instance, settings), *parts.platform(environ)]):
            stop_everything(instance)
    wanted = [*prepare(instance, settings), *parts.platform(environ)]
    if not keeper.running():
        _check_ports(instance)
        keeper.start(wanted, environ=parts.environment(instance, environ))
    keeper.start_parts([part.name for part in wanted if part.name in INFRASTRUCTURE])


def await_infrastructure(instance: Instance, settings: Settings) -> None:
    """Waits until database and broker take our connections; raises ``LocalError`` that says why not."""
    private = {
        postgres.NAME: (instance.database is not None, postgres.ready),
        rabbitmq.NAME: (instance.broker is not None, rabbitmq.ready),
    }
    for name, (ours, ready) in private.items():
        if not ours:
            _check_named(name, ready, settings)
        elif not wait_until(partial(ready, settings), seconds=READY_SECONDS):
            log = instance.logs / f"{name}.log"
            raise LocalError(f"{parts.LABELS[name]}没有就绪。日志 {log} 的末尾：\n" + "\n".join(tail(log, 20)))


def check_named_servers(environ: Mapping[str, str]) -> None:
    """Raises ``LocalError`` where a server that the person named cannot be used, before anything depends on it."""
    if environ.get("DATABASE_URL"):
        url = config.plain_database_url(environ["DATABASE_URL"])
        _check_named(postgres.NAME, postgres.ready, Settings(admin_database_url=url))
    if environ.get("AMQP_URI") and environ.get("AMQP_ADMIN_URI"):
        urls = Settings(amqp_url=environ["AMQP_URI"], amqp_admin_url=environ["AMQP_ADMIN_URI"])
        _check_named(rabbitmq.NAME, rabbitmq.ready, urls)


def _check_named(name: str, ready: Callable[[Settings], bool], settings: Settings) -> None:
    # It is there or it is not; the wait is for one that was started a moment ago.
    if not wait_until(partial(ready, settings), seconds=NAMED_SECONDS):
        variables = "DATABASE_URL" if name == postgres.NAME else "AMQP_URI 和 AMQP_ADMIN_URI"
        raise LocalError(
            f"连接不上指定的{parts.LABELS[name]}：请检查 {variables} 的地址、账号和密码，以及该账号是否为管理员。"
        )


def stop_platform(keeper: Keeper) -> None:
    """The door first, then the services with the work in hand, which relay and projector still carry off."""
    keeper.stop_parts([parts.GATEWAY], seconds=40)
    keeper.stop_parts([*parts.SERVICES, parts.SWEEPER, parts.WATCHER], seconds=40)
    keeper.stop_parts([parts.RELAY, parts.PROJECTOR], seconds=40)


def stop_everything(instance: Instance) -> bool:
    """Stops all of the instance and nothing else; tells whether there was anything."""
    keeper = Keeper(instance)
    ran = keeper.running()
    if ran:
        stop_platform(keeper)
        keeper.stop_parts(INFRASTRUCTURE, seconds=70)
        keeper.shut_down()
    # The broker's port mapper (epmd) leaves its group; a keeper that was killed leaves all of its parts.
    strays = end_strays(instance)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(keeper.socket)
    return ran or strays > 0


def _check_ports(instance: Instance) -> None:
    wanted = {}
    if instance.database:
        wanted["database.port"] = instance.database.port
    if instance.broker:
        ports = ("amqp", "management", "distribution", "epmd")
        wanted |= {f"broker.{name}": getattr(instance.broker, name) for name in ports}
    for name, port in wanted.items():
        if not is_free(port):
            raise LocalError(
                f"本机端口 {port} 已被其他程序占用。请停止该程序，"
                f"或在 {instance.folder / 'instance.json'} 中为 {name} 换一个空闲端口，然后重试。"
            )
