"""``./xinqiao down``: stops what ``up`` started, after the work in hand, and nothing else."""

import time

import click

from deploy.local.instance import RUN, remembered
from deploy.local.lock import exclusive
from deploy.local.progress import say
from deploy.local.running import stop_everything
from deploy.local.supervise import Keeper


@click.command(help="停止 up 启动的一切；数据保留")
def command() -> None:
    with exclusive(RUN):
        instance = remembered(RUN)
        started = time.monotonic()
        if instance is not None and Keeper(instance).running():
            say("正在停止，等待手头的工作完成 …")
        if instance is not None and stop_everything(instance):
            say(f"已停止，用时 {time.monotonic() - started:.1f} s。数据保留在本机，再次运行 ./xinqiao up 可继续使用。")
        else:
            say("平台没有在运行。")
