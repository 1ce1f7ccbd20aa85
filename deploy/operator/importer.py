"""``./xinqiao import letters FILE --columns MAPPING``: registers the letters of an older system in bulk."""

import asyncio
import logging
import os
import sys
import time
from pathlib import Path

import click
from aio_pika.exceptions import AMQPError
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.local.instance import RUN
from deploy.local.progress import say
from deploy.operator.cli import CALLER
from deploy.operator.import_letter import Letters
from deploy.operator.import_mapping import load_mapping
from deploy.operator.import_report import Progress, Rejects, reason_lines
from deploy.operator.import_rows import Source, open_source
from deploy.operator.import_run import Import
from deploy.operator.import_trial import on_trial
from deploy.operator.known_county import NoCounty, known_county
from gateway.database import connect
from gateway.reading import ViewReader
from gateway.rpc import Rpc
from services.common import tracing
from services.common.settings import Settings, load
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.directory import Organisation
from services.contracts.fact import Reply
from services.contracts.register_commands import ImportPetition

LUONAN = "611021"


async def importing_actor(settings: Settings, county: str) -> Actor:
    """Who imports: the county office of the county with this division code or slug. Raises ``NoCounty``."""
    engine = connect(settings.gateway_database_url)
    try:
        code = (await known_county(engine, county)).code
        reader = ViewReader(engine=engine, actor=system_actor(code, "operator"))
        directory = await reader.shared(Organisation)
        await reader.release()
    except (SQLAlchemyError, OSError) as error:
        raise LocalError("连不上网关的数据库，请确认平台正在运行（./xinqiao status）") from error
    finally:
        await engine.dispose()
    office = next((one for one in directory.values() if one.kind is TenantKind.COUNTY and one.active), None)
    if office is None:
        raise NoCounty(f"县 {code} 的名录中没有县信访局，请重新运行 ./xinqiao provision 载入该县")
    return Actor(
        county=code,
        tenant=office.code,
        kind=TenantKind.COUNTY,
        user="@import",
        name="历史件导入",
        roles=frozenset({Role.OPERATOR}),
    )


async def import_letters(
    *, settings: Settings, actor: Actor, source: Source, letters: Letters, rejects: Rejects, terminal: bool
) -> Import:
    """Registers every letter of the file that can be taken. Raises ``LocalError``; run again, it goes on."""
    trace = tracing.trace_id()
    progress = Progress(total=source.count, terminal=terminal)
    try:
        async with Rpc.connect(settings.amqp_url, timeout=settings.rpc_timeout_seconds) as rpc:

            async def send(letter: ImportPetition, request_id: str) -> Reply:
                return await rpc.call(actor, letter, request_id=request_id, trace=trace)

            run = Import(send=send, letters=letters, rejects=rejects, progress=progress)
            try:
                await run.run(source)
            except asyncio.CancelledError:
                progress.note(f"中断前：{run.counts}。重新运行同一命令即从中断处继续，不会重复登记。")
                raise
            return run
    except (AMQPError, ConnectionError) as error:
        raise LocalError(f"连不上消息总线，请确认平台正在运行（./xinqiao status）：{error}") from error
    finally:
        progress.close()
        rejects.close()


async def try_letters(*, settings: Settings, actor: Actor, source: Source, letters: Letters, terminal: bool) -> Import:
    """What an import of the file would do; writes nothing. Raises ``LocalError``."""
    progress = Progress(total=source.count, terminal=terminal)
    try:
        with on_trial(intake_database_url=settings.intake_database_url, county=actor.county) as trial:
            run = Import(send=trial, letters=letters, rejects=None, progress=progress)
            await run.run(source)
            return run
    finally:
        progress.close()


@click.group(help="批量导入历史数据")
def command() -> None:
    pass


@command.command(
    "letters",
    help="导入历史信件：FILE 是 XLSX 工作簿，或 UTF-8、GB18030（GBK）编码的 CSV 文件；第一行为列名",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--columns",
    type=click.Path(path_type=Path),
    required=True,
    help="列对照文件（TOML），说明哪一列是什么；样例见 deploy/examples/import/",
)
@click.option("--county", default=LUONAN, show_default=True, help="登记到哪个县：区划代码，或登录名 @ 后面的部分")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="退回清单写入的文件，默认 .run/文件名.rejects.csv；每次运行重写",
)
@click.option("--dry-run", is_flag=True, help="只检查不登记：可登记、已有、将退回各多少，以及退回的原因")
def letters_command(file: Path, columns: Path, county: str, rejects: Path | None, dry_run: bool) -> None:
    started = time.monotonic()
    # The import says itself that somebody is away; the client's tracebacks would only bury it.
    for name in ("aio_pika", "aiormq"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    settings = load("amqp_url", "gateway_database_url", *(["intake_database_url"] if dry_run else []))
    mapping = load_mapping(columns)
    source = open_source(file, sheet=mapping.sheet)
    letters = Letters(mapping=mapping, mapping_file=columns, source=source)
    target = rejects_file(file, rejects)
    actor = asyncio.run(importing_actor(settings, county))
    say(f"{file.name}：{source.kind}，{source.count} 行；登记到 {actor.county} {actor.tenant}")
    terminal = sys.stderr.isatty()
    if dry_run:
        tried = asyncio.run(
            try_letters(settings=settings, actor=actor, source=source, letters=letters, terminal=terminal)
        )
        counts, took = tried.counts, time.monotonic() - started
        say(
            f"试运行，没有登记：可登记 {counts.registered}，已有 {counts.already}，将退回 {counts.rejected}，"
            f"合计 {counts.total}；用时 {took:.1f} s"
        )
        for line in reason_lines(tried.reasons):
            say(line)
        return
    done = asyncio.run(
        import_letters(
            settings=settings,
            actor=actor,
            source=source,
            letters=letters,
            rejects=Rejects(target, header=source.header),
            terminal=terminal,
        )
    )
    counts = done.counts
    say(f"{counts}，合计 {counts.total}；用时 {time.monotonic() - started:.1f} s")
    for line in reason_lines(done.reasons):
        say(line)
    if counts.rejected:
        say(f"退回的行和原因见 {target}；改正后可以直接导入该文件。")
    if counts.registered:
        say("登记的信件片刻后出现在列表中。")


def rejects_file(file: Path, chosen: Path | None) -> Path:
    """Where rejects go: the person's choice, seen from where he stands. Raises ``LocalError`` for the input itself."""
    target = RUN / f"{file.name}.rejects.csv" if chosen is None else Path(os.environ.get(CALLER, ".")) / chosen
    if target.resolve() == file.resolve():
        raise LocalError(f"退回清单不能是导入的文件本身：{file}。请用 --rejects 另选一个文件")
    return target
