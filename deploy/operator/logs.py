"""``./xinqiao logs``: the last lines of the parts' logs, and what follows."""

from pathlib import Path

import click

from deploy.local.errors import LocalError
from deploy.local.instance import RUN
from deploy.local.logfiles import follow, tail
from deploy.local.progress import say


@click.command(help="查看各部分（或一个部分）的日志末尾")
@click.argument("part", required=False, metavar="[部分]")
@click.option("-f", "--follow", "following", is_flag=True, help="持续显示新的内容，Ctrl-C 结束")
@click.option("-n", "--lines", type=click.IntRange(min=0), default=20, help="每个日志显示的行数，默认 20")
def command(part: str | None, following: bool, lines: int) -> None:
    logs = chosen(RUN / "logs", part)
    for log in logs:
        say(f"==> {log.stem} <==")
        for line in tail(log, lines):
            say(line)
    if following:
        for log, line in follow(logs):
            say(line if len(logs) == 1 else f"{log.stem:10} | {line}")


def chosen(folder: Path, part: str | None) -> list[Path]:
    """The log of this part, or all logs; raises ``LocalError`` where there is none."""
    logs = sorted(folder.glob("*.log"))
    if not logs:
        raise LocalError("还没有日志：平台尚未启动过。启动：./xinqiao up")
    if part is None:
        return logs
    found = [log for log in logs if log.stem == part]
    if not found:
        raise LocalError(f"没有名为 {part} 的部分。可选：{'、'.join(log.stem for log in logs)}")
    return found
