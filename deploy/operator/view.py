"""``./xinqiao view``: the view made anew from the services, and what two views differ in."""

import asyncio

import click
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.local.progress import Steps
from deploy.operator.view_rebuild import RebuildFailed, Rebuilt, counties, rebuild
from gateway.database import connect
from gateway.model import VIEW
from gateway.rebuilding import comparing, schemas
from gateway.rebuilding.filling import ReplayRefused
from gateway.rebuilding.schemas import OLD
from gateway.rpc import LOST
from services.common.errors import Refusal
from services.common.settings import Settings, load

STEPS = 8
HOW = {"changed": "不同", "missing": "新视图中没有", "extra": "新视图中多出"}


@click.group(help="网关的视图：由各服务重建（rebuild），核对新旧视图（compare）")
def command() -> None:
    pass


@command.command(
    "rebuild",
    help="由各服务的数据重建网关的视图并切换过去，其间可照常办理；完成后逐行核对新旧视图，有差别时以退出码 1 结束",
)
@click.option("--keep", is_flag=True, help="保留旧视图（数据库中的 gateway_view_old），下次重建时删除")
def rebuild_command(keep: bool) -> None:
    config = load("amqp_url", "admin_database_url")
    done = run(config, keep=keep)
    click.echo(
        f"视图已重建，用时 {done.seconds:.0f} s，其间并入 {done.facts} 个变动，写入暂停 {done.held_seconds:.2f} s。"
    )
    _tell(done.counties)


@command.command(
    "compare",
    help="核对当前视图与 rebuild --keep 保留的旧视图；切换以后的办理也会列为差别，有差别时以退出码 1 结束",
)
def compare_command() -> None:
    _tell(asyncio.run(_compare(load("admin_database_url"))))


def run(config: Settings, *, keep: bool = False) -> Rebuilt:
    """Raises ``RebuildFailed``: then the present view stands as it was."""
    try:
        return asyncio.run(rebuild(config, keep=keep, steps=Steps(STEPS)))
    except (ReplayRefused, Refusal) as error:
        raise RebuildFailed(f"有服务没有提供数据，原视图未受影响，请用 ./xinqiao status 查看：{error}") from error
    except (SQLAlchemyError, *LOST) as error:
        raise RebuildFailed(f"数据库或消息总线中断，原视图未受影响，恢复后请重试：{type(error).__name__}") from error


def told(tables: list[comparing.Table]) -> list[str]:
    """What was found, a line for each table and for each key that is named."""
    lines = []
    for table in tables:
        same = (
            f"{table.after.rows} 行，一致"
            if table.equal
            else f"旧 {table.before.rows} 行，新 {table.after.rows} 行，不一致"
        )
        lines.append(f"{table.name:<16} {table.after.digest[:12]:<12} {same}")
        lines += [f"    {HOW[how]}：{key}" for how, key in (each.split(" ", 1) for each in table.differing)]
    return lines


def _tell(counties: dict[str, list[comparing.Table]]) -> None:
    for code, tables in counties.items():
        click.echo(f"{code}：")
        for line in told(tables):
            click.echo(f"  {line}")
    if not all(table.equal for tables in counties.values() for table in tables):
        click.echo("新旧视图有差别，见上。")
        click.get_current_context().exit(1)
    click.echo("新旧视图完全一致。")


async def _compare(config: Settings) -> dict[str, list[comparing.Table]]:
    engine = connect(config.admin_database_url)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            if not await schemas.exists(connection, OLD):
                raise LocalError("没有保留的旧视图；请先用 ./xinqiao view rebuild --keep 重建")
            codes = await counties(connection)
            return {code: await comparing.compare(connection, before=OLD, after=VIEW, county=code) for code in codes}
    finally:
        await engine.dispose()
