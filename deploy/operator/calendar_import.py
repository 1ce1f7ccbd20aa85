"""``./xinqiao calendar import``: makes a year firm, then watches the sweeper count the touched clocks anew."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.local.progress import say
from deploy.operator.calendar_recount import RecountWatch
from services.common.database import Database
from services.common.known_calendar import statutory_days
from services.common.settings import Settings
from services.common.workdays import Calendar, CalendarDay
from services.deadlines.model import load_calendar
from services.deadlines.notices import BadNotice, Notice, parse_notice
from services.deadlines.seeding import apply_notice

CONNECT_SECONDS = 3


def stored_calendar(url: str) -> Calendar | None:
    """The calendar of the platform's database; None where it does not answer or holds none."""
    try:
        with _connected(url) as connection:
            calendar = load_calendar(connection, since=date.min)
    except SQLAlchemyError:
        return None
    return calendar if calendar.days else None


def import_notice(file: Path, settings: Settings) -> None:
    """Loads the notice and tells what came of it. Raises ``LocalError``; nothing changes by a bad file."""
    database = Database(service="deadlines", url=settings.deadlines_database_url)
    try:
        notice = parse_notice(_content(file), statutory_days=statutory_days)
        watch = RecountWatch(database)
        with _connected(settings.admin_database_url) as connection:
            changed, cause_id = apply_notice(connection, notice)
        _tell(notice, changed)
        if cause_id is not None:
            watch.follow(cause_id=cause_id, terminal=sys.stderr.isatty())
    except BadNotice as error:
        raise LocalError(f"{file.name}：{error}。工作日历没有改动") from error
    except SQLAlchemyError as error:
        raise LocalError(f"{_why(error)}，请确认平台正在运行（./xinqiao status）后重试；重复载入没有害处") from error
    finally:
        database.engine.dispose()


def _tell(notice: Notice, changed: list[CalendarDay]) -> None:
    for day, name in sorted(notice.kept.items()):
        say(f"注意：通知没有列出法定节假日{name}（{day}），仍按放假处理，请核对文件")
    for day in notice.worked_anyway:
        say(f"注意：通知列为上班的 {day} 不是周末，本来就上班，请核对日期")
    if not changed:
        say(f"{notice.year} 年的放假安排已经载入，没有任何变化。")
        return
    say(f"已载入 {notice.year} 年放假安排，工作日历更新 {len(changed)} 天{_beside(changed, notice.year)}。")


def _beside(changed: list[CalendarDay], year: int) -> str:
    """The changed days of other years, by name: they move dates that were firm."""
    others = "、".join(f"{day.day}（{day.kind.label}）" for day in changed if day.day.year != year)
    return f"，其中 {year} 年以外：{others}" if others else ""


def _why(error: SQLAlchemyError) -> str:
    return "连不上数据库" if isinstance(error, OperationalError) else f"数据库不能完成（{type(error).__name__}）"


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise LocalError(f"不能读取通知文件 {file}：请核对路径和权限") from error


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """A transaction, on a connection that is given up soon where nobody answers."""
    engine = sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), connect_args={"connect_timeout": CONNECT_SECONDS}
    )
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
