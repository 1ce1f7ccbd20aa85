"""``./xinqiao user``: the way back in where no administrator is left who could open the door."""

import asyncio

import click
import msgspec
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.operator.known_county import known_county
from deploy.operator.provision import operator_of
from gateway.database import connect
from gateway.identity.managing import reset_password
from services.common.errors import Refusal
from services.common.settings import Settings, load
from services.contracts.actor import Role


class NotReset(LocalError):
    """The account cannot get a password; the message says why."""


@click.group(help="用户账号（平时由单位管理员在系统中管理）")
def command() -> None:
    pass


@command.command(
    "reset", help="重设一个用户的密码并解除登录限制，显示一次性密码；NAME 是登录名，如 xfj.admin@luonan。记入台账"
)
@click.argument("name")
def reset(name: str) -> None:
    password = asyncio.run(reset_by_operator(load("gateway_database_url"), name))
    click.echo(f"{name} 的一次性密码：{password}\n只显示这一次；本人首次登录时须另设密码，其原有会话已终止。")


async def reset_by_operator(settings: Settings, name: str) -> str:
    """Gives the account a one-time password and returns it. Raises ``LocalError``."""
    engine = connect(settings.gateway_database_url)
    try:
        county = await known_county(engine, name.rpartition("@")[2])
        by = msgspec.structs.replace(operator_of(county.code), roles=frozenset({Role.ADMINISTRATOR}))
        return (await reset_password(engine, by, username=name)).password
    except Refusal as refusal:
        raise NotReset(f"{name}：{refusal.message}") from refusal
    except SQLAlchemyError as error:
        raise NotReset("网关的数据库没有应答，请确认平台正在运行（./xinqiao status）") from error
    finally:
        await engine.dispose()
