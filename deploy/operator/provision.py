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
from deploy.operator.broker_accounts import load_bureaus, without_queue
from deploy.operator.logins import LOGINS, check_slug, load_users
from deploy.operator.management import Management
from deploy.operator.profile import Profile, load_profile
from gateway.database import connect
from gateway.rpc import Rpc
from services.common import tracing
from services.common.errors import Unavailable
from services.common.ids import new_id
from services.common.settings import Settings, load
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import Command
from services.contracts.bureau import ResendReferrals
from services.contracts.directory import LoadDirectory, Organisation
from services.contracts.fact import AnyFact, Fact, Reply, typed
from services.contracts.flows import Flow, LoadFlows
from services.contracts.intake_rules import IntakeRules, LoadIntakeRules
from services.contracts.proposals import ProposeAnew, RoutingRules
from services.contracts.public_pages import LoadPublicPages, PublicPages
from services.contracts.questionnaires import LoadQuestionnaire, Questionnaire
from services.contracts.roster_commands import LoadRoster
from services.contracts.roster_settings import RosterRules
from services.contracts.rules import LoadRegime, Regime

NEEDED = ("amqp_url", "amqp_admin_url", "gateway_database_url", "intake_database_url")
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
    broker = Management(settings.amqp_admin_url)
    fresh = await asyncio.to_thread(
        without_queue, broker=broker, amqp_url=settings.amqp_url, county=profile.county, bureaus=bureaus
    )
    # Queues first: a referral to a bureau that has none yet would be lost.
    accounts = await asyncio.to_thread(
        load_bureaus,
        broker=broker,
        amqp_url=settings.amqp_url,
        county=profile.county,
        slug=profile.slug,
        bureaus=bureaus,
        file=logins_file.with_name(BUREAUS) if logins_file else None,
    )
    async with Rpc.connect(settings.amqp_url, timeout=settings.rpc_timeout_seconds) as rpc:
        directory = await _command(rpc, profile, LoadDirectory(organisations=profile.organisations))
        roster = await _command(rpc, profile, LoadRoster(rosters=profile.rosters))
        limits = await _command(rpc, profile, LoadRegime(regime=profile.regime))
        flows = await _command(rpc, profile, LoadFlows(flows=profile.flows))
        rules = await _command(rpc, profile, profile.routing)
        desks = await _command(rpc, profile, LoadIntakeRules(rules=profile.intake))
        pages = await _command(rpc, profile, LoadPublicPages(pages=profile.pages))
        asked = await _command(rpc, profile, LoadQuestionnaire(questionnaire=profile.questionnaire))
        proposed_anew = await _propose_anew(rpc, operator_of(profile.county))
        # A queue that is new where referrals stand: the bureau had none before, or the broker lost it.
        if fresh:
            await resend(rpc, operator_of(profile.county), fresh)
    await arrive(
        settings=settings,
        engine=engine,
        county=profile.county,
        facts=[*directory, *roster, *limits, *flows, *rules, *desks, *pages, *asked],
    )
    by = operator_of(profile.county).reference
    users = await load_users(engine, profile=profile, file=logins_file, by=by)
    names = {one.code: one.short_name for one in profile.organisations}
    return [
        *(_organisation_line(fact) for fact in directory),
        *(_roster_line(typed(fact, RosterRules), names) for fact in roster if fact.type == RosterRules.fact_type),
        *(_regime_line(fact) for fact in limits),
        *(_flow_line(fact) for fact in flows),
        *(line for fact in rules for line in _rules_lines(fact)),
        *(_desks_line(fact) for fact in desks),
        *(_pages_line(fact) for fact in pages),
        *(_questionnaire_line(fact) for fact in asked),
        *([f"重新提出转办建议：{proposed_anew} 件"] if proposed_anew else []),
        *users,
        *accounts,
    ]


async def resend(rpc: Rpc, operator: Actor, tenants: list[str]) -> dict[str, int]:
    """Has every referral that stands told anew to these bureaus; how many to each. Raises ``ProvisionError``."""
    sent: dict[str, int] = (await _call(rpc, operator, ResendReferrals(tenants=tenants))).value["sent"]
    return sent


async def _command(rpc: Rpc, profile: Profile, command: Command) -> list[AnyFact]:
    """The facts that the command made. Raises ``ProvisionError``."""
    reply = await _call(rpc, operator_of(profile.county), command)
    return [msgspec.json.decode(fact, type=AnyFact) for fact in reply.facts]


async def _call(rpc: Rpc, operator: Actor, command: Command) -> Reply:
    try:
        reply = await rpc.call(operator, command, request_id=new_id(), trace=tracing.trace_id())
    except Unavailable as error:
        raise ProvisionError(f"{command.service} 服务没有应答，请确认平台正在运行（./xinqiao status）后重试") from error
    if reply.problems:
        reasons = "；".join(problem.message for problem in reply.problems)
        raise ProvisionError(f"{command.service} 服务未接受：{reasons}")
    return reply


def operator_of(county: str) -> Actor:
    """Who runs the platform for a county: he loads its tables, and sees no case."""
    return Actor(
        county=county,
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


def _roster_line(fact: Fact[RosterRules], names: dict[str, str]) -> str:
    """A tenant's rules are told of with every change of its roster."""
    loaded = fact.state.loaded
    people, rules = (len(loaded.members), len(loaded.rules)) if loaded is not None else (0, 0)
    verb = "新增" if fact.version == 1 else "变更" if people or rules else "停用"
    return f"{verb}值班接访：{names.get(fact.state.tenant, fact.state.tenant)}（人员 {people} 人，规则 {rules} 条）"


def _regime_line(fact: AnyFact) -> str:
    regime = typed(fact, Regime).state
    verb = "新增" if fact.version == 1 else "变更"
    names = "、".join(rule_set.name for rule_set in regime.rule_sets)
    return f"{verb}期限规定：{names or '没有内部规定，按法规办理'}"


async def _propose_anew(rpc: Rpc, operator: Actor) -> int:
    """Has routing propose anew by what it has now, batch after batch; how many proposals changed."""
    changed = 0
    after: str | None = None
    while True:
        told = (await _call(rpc, operator, ProposeAnew(after=after))).value
        changed += int(told["changed"])
        after = told["next"]
        if after is None:
            return changed


def _rules_lines(fact: AnyFact) -> list[str]:
    rules = typed(fact, RoutingRules).state
    verb = "新增" if fact.version == 1 else "变更"
    found = [f"  {finding.kind.label}：{finding.message}" for finding in rules.findings]
    return [f"{verb}转办规则：{len(rules.rules)} 条，分类 {len(rules.categories)} 个", *found]


def _desks_line(fact: AnyFact) -> str:
    rules = typed(fact, IntakeRules).state
    verb = "新增" if fact.version == 1 else "变更"
    return f"{verb}登记设置：{len(rules.desks)} 个单位"


def _pages_line(fact: AnyFact) -> str:
    verb = "新增" if fact.version == 1 else "变更"
    return f"{verb}公示内容：{len(typed(fact, PublicPages).state.pages)} 篇"


def _questionnaire_line(fact: AnyFact) -> str:
    verb = "新增" if fact.version == 1 else "变更"
    return f"{verb}接访评价问卷：{len(typed(fact, Questionnaire).state.questions)} 个问题"


def _flow_line(fact: AnyFact) -> str:
    flow = typed(fact, Flow).state
    verb = "新增" if fact.version == 1 else "变更" if flow.active else "停用"
    return f"{verb}呈批流程：{flow.name}（{flow.id}）"


@click.command(
    help="载入或更新一个县的机构、账号、值班接访、期限规定、呈批流程、转办规则、登记设置、公示内容和接访评价问卷；"
    "PROFILE 是县配置文件夹，填法见其中的 README.md"
)
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
