"""``./xinqiao attachments check``: whether the stored files are those that the register knows, and no others."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.local.progress import say
from deploy.operator.attachments_compared import Compared, compared
from gateway.attachments.storage import Storage, StorageError, Stored
from gateway.attachments.stores import storage_of
from gateway.database import connect
from gateway.model import county as county_table
from services.common import clock, settings
from services.common.database import Database
from services.common.errors import Refusal
from services.common.settings import Settings
from services.contracts.actor import system_actor
from services.contracts.attachments import Attachment

NEEDED = ("intake_database_url", "gateway_database_url")
OLD = timedelta(days=1)
"""No upload takes so long: what was stored before and is not entered never will be."""
LISTED = 50
"""Of each kind; of more only the number is told."""


@click.group(help="附件：核对存储的文件与登记是否一致（check）")
def command() -> None:
    pass


@command.command("check", help="核对附件的文件与登记；有附件缺文件或文件损坏时退出码为 1")
@click.option("--remove", is_flag=True, help="删除一天以前留下、登记中没有的文件，以及中断的上传")
def check_command(remove: bool) -> None:
    found = check(settings.load(*NEEDED), folder=settings.folder(), remove=remove)
    click.get_current_context().exit(1 if found.missing or found.damaged else 0)


def check(config: Settings, *, folder: Path, remove: bool) -> Compared:
    """Compares, says what was found, and removes what nobody needs where asked for. ``folder``: the instance's.

    Raises ``LocalError``.
    """
    storage = storage_of(config, folder=folder)
    before = clock.now() - OLD
    try:
        storage.check()
        # First the register: what is stored meanwhile is young, and what is entered meanwhile was stored before.
        register = _register(config)
        found = compared(register=register, stored=storage.listed(), before=before)
        unfinished = storage.unfinished(before=before, remove=remove)
        if remove:
            asyncio.run(_remove(storage, found.orphans))
    except StorageError as error:
        raise LocalError(str(error)) from error
    except Refusal as refusal:
        raise LocalError(refusal.message) from refusal
    except SQLAlchemyError as error:
        raise LocalError("连接不上登记库，请检查数据库是否在运行（./xinqiao status）") from error
    _say(found, unfinished, removed=remove)
    return found


def _register(config: Settings) -> dict[str, dict[str, Attachment]]:
    """Every attachment by county and id."""
    counties = asyncio.run(_counties(config))
    database = Database(service="intake", url=config.intake_database_url)
    try:
        return {county: _of_county(database, county) for county in counties}
    finally:
        database.engine.dispose()


def _of_county(database: Database, county: str) -> dict[str, Attachment]:
    with database.begin(system_actor(county, "intake")) as tx:
        return {row.state.id: row.state for row in tx.all(Attachment)}


async def _counties(config: Settings) -> list[str]:
    engine = connect(config.gateway_database_url)
    try:
        async with engine.connect() as connection:
            return list((await connection.execute(sa.select(county_table.c.code))).scalars())
    finally:
        await engine.dispose()


async def _remove(storage: Storage, files: list[Stored]) -> None:
    for file in files:
        await storage.remove(file.place)


def _say(found: Compared, unfinished: int, *, removed: bool) -> None:
    say(f"与登记一致的文件 {found.fit} 个；一天以内、可能正在登记的 {found.young} 个。")
    done = "，已删除" if removed else "；加 --remove 删除"
    _list(f"登记中没有的文件{{}}个{done}：", [f"{file.place.key}  {file.size} 字节" for file in found.orphans])
    if unfinished:
        say(f"中断的上传 {unfinished} 个{done}。")
    _list(
        "登记库中没有任何附件的县的文件{}个，没有删除；请核对是否连接了正确的数据库：",
        [file.place.key for file in found.strangers],
    )
    for what, attachments in (
        ("缺少文件的附件{}个，请从备份恢复：", found.missing),
        ("文件大小与登记不符的附件{}个，请从备份恢复：", found.damaged),
    ):
        _list(what, [f"{one.petition_number}  {county}  {one.id}  登记 {one.size} 字节" for county, one in attachments])


def _list(heading: str, lines: list[str]) -> None:
    if not lines:
        return
    say(heading.format(f" {len(lines)} "))
    for line in lines[:LISTED]:
        say(f"  {line}")
    if len(lines) > LISTED:
        say(f"  … 共 {len(lines)} 个")
