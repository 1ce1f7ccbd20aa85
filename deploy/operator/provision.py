"""``./xinqiao provision PROFILE``: loads a county profile, or brings the platform to what it says now."""

import asyncio
from pathlib import Path

import click
import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.errors import LocalError
from deploy.local.instance import RUN
from deploy.operator.arrival import arrive
from deploy.operator.broker_accounts import load_bureaus
from deploy.operator.logins import check_slug, load_users
from deploy.operator.management import Management
from deploy.operator.profile import Profile, load_profile
from gateway.database import connect
from gateway.rpc import Rpc
from services.common.errors import Unavailable
from services.common.ids import new_id
from services.common.settings import Settings, load
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import Command
from services.contracts.directory import LoadDirectory, Organisation
from services.contracts.fact import AnyFact, typed
from services.contracts.roster import DutyTable, LoadDutyTables
from services.contracts.rules import LoadRegime, Regime

NEEDED = ("amqp_url", "amqp_admin_url", "gateway_database_url", "intake_database_url")
LOGINS = "logins.json"
BUREAUS = "bureaus.json"


class ProvisionError(LocalError):
    """A service did not take the profile; the message says what to do."""


def run(*, settings: Settings, profile: Path, logins_file: Path | None) -> list[str]:
    """Loads the profile in the folder ``profile`` and returns what changed, in Chinese lines; none if nothing did.

    A profile with mistakes is refused with ``ProfileError`` before anything changes. New passwords go to
    ``logins_file``, those of the bureaus' broker accounts to ``bureaus.json`` beside it; without it new accounts
    have no password yet. Safe to repeat: what stands keeps its password. Raises ``LocalError``.
    """
    return asyncio.run(_run(settings, load_profile(profile), logins_file))


async def _run(settings: Settings, profile: Profile, logins_file: Path | None) -> list[str]:
    engine = connect(settings.gateway_database_url)
    try:
        return await _load(engine, settings, profile, logins_file)
    except ConnectionError as error:
        raise ProvisionError(f"连不上消息总线，请检查配置项 amqp_url：{error}") from error
    except SQLAlchemyError as error:
        raise ProvisionError(f"网关的数据库未能保存用户，请检查配置项 gateway_database_url：{error}") from error
    finally:
        await engine.dispose()


async def _load(engine: AsyncEngine, settings: Settings, profile: Profile, logins_file: Path | None) -> list[str]:
    await check_slug(engine, profile)
    bureaus = {one.code: one.short_name for one in profile.organisations if one.kind is TenantKind.BUREAU}
    # Queues first: a referral to a bureau that has none yet would be lost.
    accounts = await asyncio.to_thread(
        load_bureaus,
        broker=Management(settings.amqp_admin_url),
        amqp_url=settings.amqp_url,
        county=profile.county,
        slug=profile.slug,
        bureaus=bureaus,
        file=logins_file.with_name(BUREAUS) if logins_file else None,
    )
    async with Rpc.connect(settings.amqp_url, timeout=settings.rpc_timeout_seconds) as rpc:
        directory = await _command(rpc, profile, LoadDirectory(organisations=profile.organisations))
        tables = await _command(rpc, profile, LoadDutyTables(tables=profile.tables))
        limits = await _command(rpc, profile, LoadRegime(regime=profile.regime))
    await arrive(settings=settings, engine=engine, county=profile.county, facts=[*directory, *tables, *limits])
    users = await load_users(engine, profile=profile, file=logins_file)
    names = {one.code: one.short_name for one in profile.organisations}
    return [
        *(_organisation_line(fact) for fact in directory),
        *(_table_line(fact, names) for fact in tables),
        *(_regime_line(fact) for fact in limits),
        *users,
        *accounts,
    ]


async def _command(rpc: Rpc, profile: Profile, command: Command) -> list[AnyFact]:
    """The facts that the command made. Raises ``ProvisionError``."""
    trace = new_id()
    try:
        reply = await rpc.call(_operator(profile), command, request_id=new_id(), trace=trace)
    except Unavailable as error:
        raise ProvisionError(f"{command.service} 服务没有应答，请确认平台正在运行（./xinqiao status）后重试") from error
    if reply.problems:
        reasons = "；".join(problem.message for problem in reply.problems)
        raise ProvisionError(f"{command.service} 服务未接受县配置：{reasons}")
    return [msgspec.json.decode(fact, type=AnyFact) for fact in reply.facts]


def _operator(profile: Profile) -> Actor:
    return Actor(
        county=profile.county,
        tenant="@operator",
        kind=TenantKind.COUNTY,
        user="@operator",
        name="系统管理员",
        roles=frozenset({Role.OPERATOR}),
    )


def _organisation_line(fact: AnyFact) -> str:
    organisation = typed(fact, Organisation).state
    verb = "新增" if fact.version == 1 else "变更" if organisation.active else "停用"
    return f"{verb}单位：{organisation.name}（{organisation.code}）"


def _table_line(fact: AnyFact, names: dict[str, str]) -> str:
    table = typed(fact, DutyTable).state
    verb = "新增" if fact.version == 1 else "变更" if table.turns else "停用"
    return f"{verb}值班表：{names.get(table.tenant, table.tenant)}（每周 {len(table.turns)} 天）"


def _regime_line(fact: AnyFact) -> str:
    regime = typed(fact, Regime).state
    verb = "新增" if fact.version == 1 else "变更"
    names = "、".join(rule_set.name for rule_set in regime.rule_sets)
    return f"{verb}期限规定：{names or '没有内部规定，按法规办理'}"


@click.command(help="载入或更新一个县的机构、账号、值班表和期限规定；PROFILE 是县配置文件夹，填法见其中的 README.md")
@click.argument("profile", type=click.Path(path_type=Path))
@click.option(
    "--logins",
    type=click.Path(path_type=Path, dir_okay=False),
    default=RUN / LOGINS,
    help="新密码写入的文件（只有本人可读），默认 .run/logins.json",
)
def command(profile: Path, logins: Path) -> None:
    for line in run(settings=load(*NEEDED), profile=profile, logins_file=logins) or ["没有变化"]:
        click.echo(line)
