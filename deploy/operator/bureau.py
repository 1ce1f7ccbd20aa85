"""``./xinqiao bureau``: the accounts and queues of the bureaus' own systems."""

import asyncio
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.local.instance import RUN
from deploy.operator.broker_accounts import rotate
from deploy.operator.bureau_queues import BureauQueue, age_words, bureau_queues
from deploy.operator.known_county import KnownCounty, known_county
from deploy.operator.management import Management
from deploy.operator.provision import BUREAUS, operator_of, resend
from gateway.database import connect
from gateway.rpc import Rpc
from services.common import clock
from services.common.settings import Settings, load

NEEDED = ("amqp_url", "amqp_admin_url", "gateway_database_url")


@click.group(help="县直部门业务系统的接口账号和队列")
def command() -> None:
    pass


@command.command("list", help="列出接口账号：未读消息数、连接数、最早一条未读消息的等待时间；COUNTY 可省略")
@click.argument("county", required=False)
def list_bureaus(county: str | None) -> None:
    settings = load(*NEEDED)
    code = county_of(settings, county).code if county else None
    queues = bureau_queues(settings, county=code)
    for queue in queues:
        click.echo(_line(queue))
    click.echo(f"共 {len(queues)} 个接口账号。" if queues else "没有接口账号。")


@command.command("rotate", help="更换一个部门的接口密码：旧密码立即失效，已有连接断开，新密码写入文件")
@click.argument("county")
@click.argument("tenant")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=RUN / BUREAUS,
    help="新密码写入的文件（只有本人可读），默认 .run/bureaus.json",
)
def rotate_password(county: str, tenant: str, file: Path) -> None:
    settings = load(*NEEDED)
    known = county_of(settings, county)
    broker = Management(settings.amqp_admin_url)
    account = rotate(
        broker=broker, amqp_url=settings.amqp_url, county=known.code, slug=known.slug, tenant=tenant, file=file
    )
    click.echo(f"已更换 {account.username} 的密码，旧密码已失效，原有连接已断开。新密码在 {file} 中，请交给该部门。")


@command.command("resend", help="把该部门仍在承办的全部件（含信访件内容）重新放入其队列：其业务系统丢失数据时用")
@click.argument("county")
@click.argument("tenant")
def resend_all(county: str, tenant: str) -> None:
    settings = load(*NEEDED)
    known = county_of(settings, county)

    async def run() -> dict[str, int]:
        async with Rpc.connect(settings.amqp_url, timeout=settings.rpc_timeout_seconds) as rpc:
            return await resend(rpc, operator_of(known.code), [tenant])

    try:
        sent = asyncio.run(run())
    except ConnectionError as error:
        raise LocalError(f"连不上消息总线，请确认平台正在运行（./xinqiao status）：{error}") from error
    click.echo(f"已重新发送 {sent[tenant]} 件。")


def county_of(settings: Settings, given: str) -> KnownCounty:
    """The county with this code or slug. Raises ``LocalError``."""

    async def find() -> KnownCounty:
        engine = connect(settings.gateway_database_url)
        try:
            return await known_county(engine, given)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(find())
    except (SQLAlchemyError, OSError) as error:
        raise LocalError("连不上网关的数据库，请确认平台正在运行（./xinqiao status）") from error


def _line(queue: BureauQueue) -> str:
    reading = f"{queue.consumers} 个连接在接收" if queue.consumers else "没有连接"
    waiting = f"，最早的已等 {age_words(clock.now() - queue.oldest)}" if queue.oldest else ""
    return f"{queue.account}  未读 {queue.messages} 条{waiting}  {reading}"
