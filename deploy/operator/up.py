"""``./xinqiao up``: everything from a fresh clone to an address and a login, or from there to the newest code."""

import importlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

from deploy.local import config, graphiql, health, parts, software
from deploy.local.errors import LocalError
from deploy.local.instance import ROOT, RUN, Instance, remembered, settle
from deploy.local.lock import exclusive
from deploy.local.logfiles import tail
from deploy.local.ports import is_free
from deploy.local.processes import end_strays, wait_until
from deploy.local.progress import Steps, say
from deploy.local.running import await_infrastructure, check_named_servers, start_infrastructure
from deploy.local.supervise import Keeper
from gateway.attachments.storage import StorageError
from gateway.attachments.stores import storage_of
from services.common.settings import Settings

PROFILE = ROOT / "deploy" / "counties" / "luonan"
HEALTHY_SECONDS = 120


@click.command(help="在本机安装并启动整个平台；已在运行时，以当前代码重新启动各服务")
def command() -> None:
    with exclusive(RUN):
        settings = bring_up(RUN, environ=os.environ)
    announce(settings, RUN / "logins.json")


def bring_up(run: Path, *, environ: Mapping[str, str]) -> Settings:
    """Starts the platform and waits until it is healthy and the demonstration county is loaded."""
    steps = Steps(7)
    with steps.step("检查 PostgreSQL 和 RabbitMQ"):
        known = remembered(run)
        software.ensure(
            broker=not environ.get("AMQP_URI") and (known is None or known.broker is not None),
            database=not environ.get("DATABASE_URL") and (known is None or known.database is not None),
            log=run / "apt.log",
            say=steps.note,
        )
    with steps.step("准备配置"):
        check_named_servers(environ)
        instance = settle(run, environ=environ)
        keeper = Keeper(instance)
        if not keeper.running():
            end_strays(instance)  # what a killed keeper left would hold the ports
        _check_port(instance, keeper, environ)
        settings = config.ensure(instance, environ=environ)
        _check_storage(settings, run)
        bring_graphiql(settings, run, steps)
    with steps.step("启动数据库和消息总线"):
        start_infrastructure(instance, settings, keeper, environ)
        # Read while the broker starts: it takes its time.
        migrate = importlib.import_module("deploy.operator.migrate")
        provision = importlib.import_module("deploy.operator.provision")
        await_infrastructure(instance, settings)
    with steps.step("更新数据库结构和消息队列"):
        migrate.run(settings)
    with steps.step("启动各服务和网关"):
        keeper.start_parts(parts.PLATFORM)
    with steps.step("等待各部分就绪"):
        await_health(instance, settings, keeper)
    with steps.step("载入洛南县的机构、账号、值班人员和规则"):
        provision.run(settings=settings, profile=PROFILE, logins_file=run / "logins.json")
    return settings


def await_health(instance: Instance, settings: Settings, keeper: Keeper) -> None:
    """Waits until the gateway says that all is well; raises ``LocalError`` that shows who is not, and its log."""
    if wait_until(lambda: health.healthy(settings), seconds=HEALTHY_SECONDS):
        return
    unwell = health.unwell(health.report(settings))
    lines = [f"平台没有在 {HEALTHY_SECONDS} 秒内就绪。"]
    for state in keeper.states():
        lines.append(f"  {state.name}：{state.state} {state.error}".rstrip())
        if not state.running or state.name in unwell:
            log = instance.logs / f"{state.name}.log"
            lines += [f"    {log} 的末尾：", *(f"    | {line}" for line in tail(log, 15))]
    raise LocalError("\n".join(lines))


def announce(settings: Settings, logins_file: Path) -> None:
    """Says where the platform is and how to come in."""
    url = health.address(settings)
    say(f"\n信桥已启动：{url}\n  接口 {url}/graphql    健康状况 {url}/healthz")
    if settings.graphiql:
        say(f"  在浏览器中试用接口：{url}/graphiql")
    logins = json.loads(logins_file.read_text("utf-8"))
    first_of_kind = {login["kind"]: login for login in reversed(logins)}
    say(f"演示账号共 {len(logins)} 个，见 {logins_file}，例如：")
    for login in first_of_kind.values():
        say(f"  {login['label']}    用户名 {login['username']}    密码 {login['password']}")
    say("登录（返回的 access_token 放入请求头 Authorization: Bearer …）：")
    example = json.dumps({key: logins[0][key] for key in ("username", "password")})
    say(f"  curl -s {url}/auth/token -H 'Content-Type: application/json' -d '{example}'")
    say("停止：./xinqiao down    状态：./xinqiao status    日志：./xinqiao logs")


def bring_graphiql(settings: Settings, run: Path, steps: Steps) -> None:
    """Nothing else waits for it: where npm's registry is away, the page itself says what to do."""
    if not settings.graphiql:
        return
    try:
        graphiql.install(run)
    except LocalError as error:
        steps.note(f"GraphiQL 没有装上，其余照常启动。{error}")


def _check_storage(settings: Settings, run: Path) -> None:
    """Refuses a storage of attachments that takes nothing."""
    try:
        storage_of(settings, folder=run).check()
    except StorageError as error:
        raise LocalError(str(error)) from error


def _check_port(instance: Instance, keeper: Keeper, environ: Mapping[str, str]) -> None:
    """Refuses, before anything is touched, a gateway port on which another program listens."""
    before = config.gateway_address(instance, {})
    host, port = config.gateway_address(instance, environ)
    ours = (host, port) == before and any(state.name == parts.GATEWAY and state.pid for state in keeper.states())
    if not ours and not is_free(port, host):
        raise LocalError(f"端口 {port} 已被其他程序占用。请用 PORT 另选一个端口，例如：PORT={port + 1} ./xinqiao up")
