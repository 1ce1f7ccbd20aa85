"""``./xinqiao status``: each part, whether it runs and whether it is well."""

import os
import sys

import click

from deploy.local import config, health, parts
from deploy.local.instance import RUN, remembered
from deploy.local.progress import say
from deploy.local.supervise import Keeper, PartState
from services.common import clock
from services.common.settings import Settings, folder

WORDS = {
    "RUNNING": "运行中",
    "STARTING": "启动中",
    "BACKOFF": "启动失败，正在重试",
    "STOPPING": "停止中",
    "STOPPED": "已停止",
    "EXITED": "已退出",
    "FATAL": "无法启动",
    "UNKNOWN": "状态不明",
}


@click.command(help="各部分的运行状态；全部正常时退出码为 0")
def command() -> None:
    instance = remembered(RUN)
    states = Keeper(instance).states() if instance else []
    if instance is None or not states:
        say("平台没有在运行。启动：./xinqiao up")
        sys.exit(1)
    settings = config.ensure(instance, environ={k: v for k, v in os.environ.items() if k not in config.CHANGES})
    answer = health.report(settings)
    unwell = health.unwell(answer)
    say(f"{'':12}{'进程号':>5}  {'运行时间':>6}  状态")
    for state in states:
        say(f"{state.name:12}{state.pid or '-':>8}  {_time(state.seconds):>10}  {_words(state, unwell)}")
    trouble = storage_trouble(settings)
    well = health.healthy(settings) and all(state.running for state in states) and trouble is None
    verdict = "一切正常" if well else "尚未就绪，或有部分不正常（日志：./xinqiao logs 部分）"
    say(f"\n{health.address(settings)}  {verdict}")
    if trouble:
        say(trouble)
    say_unread(settings)
    sys.exit(0 if well else 1)


def storage_trouble(settings: Settings) -> str | None:
    """Why attachments cannot be stored; None where they can."""
    # Imported here: an object store needs its client.
    from gateway.attachments.storage import StorageError
    from gateway.attachments.stores import storage_of

    try:
        storage_of(settings, folder=folder()).check()
    except StorageError as error:
        return str(error)
    return None


def say_unread(settings: Settings) -> None:
    """What bureaus leave unread; nothing where the broker is away, of which the lines above tell."""
    # Imported here: only a running platform needs a client of its broker.
    from deploy.operator.bureau_queues import bureau_queues, unread_line
    from deploy.operator.management import BrokerError

    try:
        line = unread_line(bureau_queues(settings), now=clock.now())
    except BrokerError:
        return
    if line:
        say(line)


def _words(state: PartState, unwell: set[str]) -> str:
    label = parts.LABELS.get(state.name, state.name)
    word = WORDS.get(state.state, state.state)
    return f"{label}：{word}{'，但不正常' if state.running and state.name in unwell else ''} {state.error}".rstrip()


def _time(seconds: int) -> str:
    if seconds == 0:
        return "-"
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"
