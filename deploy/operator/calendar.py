"""``./xinqiao calendar``: counts periods for anyone, shows a year of the calendar, and loads a year's notice."""

import sys
from pathlib import Path

import click

from deploy.local.errors import LocalError
from services.common.settings import load
from services.common.workdays import Calendar, calendar_of

# Counting must answer at once and without a platform: what speaks to a database is imported where it is used.


@click.group(help="工作日历：计算期限（due）、查看一年的放假安排（show）、载入国务院办公厅的放假通知（import）")
def command() -> None:
    pass


@command.command("due")
@click.option("--start", help="起算事件的日期（当日不计入），如 2026-02-02；不给出时从标准输入逐行读取 JSON")
@click.option("--length", type=int, help="期限长度，如 15；0 表示当日")
@click.option("--unit", default="calendar_days", show_default=True, help="calendar_days、working_days 或 months")
@click.option("--no-roll", is_flag=True, help="期满日为休息日时不顺延")
def due_command(start: str | None, length: int | None, unit: str, no_roll: bool) -> None:
    """按《民法典》第二百条至第二百零四条计算期限，每个结果一行 JSON。

    例：--start 2026-02-02 --length 15 --unit calendar_days

    或标准输入每行一个：{"start": "2026-02-02", "length": 15, "unit": "working_days"}
    """
    from deploy.operator.calendar_answers import answer, answers, question_from
    from services.common.errors import Refusal

    if start is not None:
        try:
            question = question_from({"start": start, "length": length, "unit": unit})
            click.echo(answer(question, calendar=known_calendar(), roll_forward=not no_roll))
        except Refusal as refusal:
            raise LocalError(refusal.message) from refusal
        return
    lines = sys.stdin.buffer
    if length is not None or lines.isatty():
        raise click.UsageError("请用 --start 给出起算日期，或从标准输入逐行给出 JSON")
    complete = True
    for line, answered in answers(lines, calendar=known_calendar(), roll_forward=not no_roll):
        click.echo(line)  # Flushes, so that whoever asks line by line is answered line by line.
        complete = complete and answered
    if not complete:
        click.get_current_context().exit(1)


@command.command("show", help="一年的放假和调休上班日期、来源，以及是否暂定")
@click.argument("year", type=int)
def show_command(year: int) -> None:
    from deploy.operator.calendar_year import year_lines

    calendar = known_calendar()
    lines = list(year_lines(calendar, year))
    if not lines:
        raise LocalError(f"工作日历没有 {year} 年；现有 {min(calendar.days).year} 至 {max(calendar.days).year} 年")
    for line in lines:
        click.echo(line)


@command.command("import", help="载入放假通知：NOTICE 是 holiday-cn 格式的 JSON 文件；有关的未办结期限随后重新计算")
@click.argument("notice", type=click.Path(path_type=Path))
def import_command(notice: Path) -> None:
    from deploy.operator.calendar_import import import_notice

    import_notice(notice, load("admin_database_url", "deadlines_database_url"))


def known_calendar() -> Calendar:
    """The platform's calendar, which may hold imported notices; without a platform the one that is shipped."""
    url = load().deadlines_database_url
    if url:
        from deploy.operator.calendar_import import stored_calendar

        if (stored := stored_calendar(url)) is not None:
            return stored
        click.echo("注意：连不上平台的数据库，按随软件提供的工作日历计算，不含之后载入的放假通知", err=True)
    from services.common.known_calendar import horizon, known_days

    return calendar_of(known_days(last_year=horizon()))
