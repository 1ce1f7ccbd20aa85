"""``./xinqiao ledger``: whether the ledger is whole, and what it says of a case."""

import re
import sys
from collections.abc import Iterator
from typing import Any

import click
import psycopg
from psycopg.rows import dict_row
from tqdm import tqdm

from deploy.local.errors import LocalError
from services.common.ledger import Broken, Entry, Head, Kept, verify
from services.common.ledger_tables import entry_of
from services.common.scope import SET_SCOPE, scope_parameters
from services.common.settings import load
from services.contracts.actor import system_actor
from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE

AT_ONCE = 5000
"""Rows fetched at a time: a ledger of millions needs no more memory than that."""
FIGURES = 16
"""Of a seal, hexadecimal, as it is shown and written down."""
KEPT = re.compile(r"(\d+):([0-9a-fA-F]{8,64})")

ENTRIES = "SELECT * FROM ledger.entry WHERE county_id = %s ORDER BY seq"
SCOPE = re.sub(r":(\w+)", r"%(\1)s", SET_SCOPE)
HEAD = "SELECT county_id, seq, chain, seal FROM ledger.head WHERE county_id = %s"
COUNTIES = "SELECT county_id FROM ledger.head UNION SELECT county_id FROM ledger.entry GROUP BY 1 ORDER BY 1"


class LedgerBroken(LocalError):
    """A link does not hold; the message names the first."""


@click.group(help="核对台账是否完整（verify），查看台账（show）")
def command() -> None:
    pass


@command.command("verify", help="逐条核对台账的校验链；有缺失、改动、插入或调换时，指出第一处并以退出码 1 结束")
@click.option("--county", help="只核对一个县：区划代码；不给出时核对全部")
@click.option(
    "--kept",
    multiple=True,
    metavar="序号:校验值",
    help="此前核对时抄存的序号和校验值，如 1204:9f0c2a…；须同时给出 --county，可重复",
)
def verify_command(county: str | None, kept: tuple[str, ...]) -> None:
    seals = [_kept(text) for text in kept]
    if seals and county is None:
        raise click.UsageError("--kept 须与 --county 同时使用")
    config = load("relay_database_url", "ledger_key")
    with _connected(config.relay_database_url) as connection:
        counties = [row["county_id"] for row in connection.execute(COUNTIES)]
        if county is not None and county not in counties:
            raise LocalError(f"台账中没有县 {county}；现有：{'、'.join(counties) or '无'}")
        for code in counties if county is None else [county]:
            click.echo(verified(connection, county=code, key=bytes.fromhex(config.ledger_key), kept=seals))


@command.command(
    "show",
    help="一件信访件（--petition 编号或标识）、一个事实（--fact 标识）或一个变更对象（--subject 标识，如一次公示）"
    "在台账中的记录，不含任何内容",
)
@click.option("--petition", help="编号或标识")
@click.option("--fact", help="事实的标识")
@click.option("--subject", help="变更对象的标识，如一次公示的标识")
@click.option("--county", help="区划代码；不给出时在全部县中查找")
def show_command(petition: str | None, fact: str | None, subject: str | None, county: str | None) -> None:
    if sum(each is not None for each in (petition, fact, subject)) != 1:
        raise click.UsageError("请给出 --petition、--fact 或 --subject 其中之一")
    config = load("relay_database_url", "gateway_database_url")
    with _connected(config.relay_database_url) as connection:
        if fact is not None:
            column, wanted = "fact_id", [fact]
        elif subject is not None:
            column, wanted = "subject", [subject]
        else:
            column, wanted = "petition_id", _ids(config.gateway_database_url, petition or "", connection, county)
        rows = connection.execute(
            f"SELECT * FROM ledger.entry WHERE county_id = ANY(%s) AND {column} = ANY(%s) ORDER BY county_id, seq",
            ([county] if county else [row["county_id"] for row in connection.execute(COUNTIES)], wanted),
        )
        lines = [line(entry_of(row)) for row in rows]
    for each in lines:
        click.echo(each)
    click.echo(f"共 {len(lines)} 条。" if lines else "台账中没有。刚刚办理的，稍后才进入台账。")


def verified(connection: psycopg.Connection[dict[str, Any]], *, county: str, key: bytes, kept: list[Kept]) -> str:
    """What is said of a ledger that is whole. Raises ``LedgerBroken``."""
    # One moment for head and entries, while the relay goes on writing.
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute(HEAD, (county,)).fetchone()
        head = None if row is None else _head(row)
        total = 0 if head is None else head.seq + 1
        with tqdm(total=total, unit="条", desc=county, disable=not sys.stderr.isatty()) as bar:
            broken = verify(_streamed(connection, county, bar), head=head, county=county, key=key, kept=kept)
    if broken is not None:
        raise LedgerBroken(_words(county, broken))
    if head is None:
        return f"{county}：台账为空。"
    seal = f"{head.seq}:{head.chain.hex()[:FIGURES]}"
    return f"{county}：{head.seq} 条记录，校验链完整。请抄存于别处，供以后核对：--kept {seal}"


def line(entry: Entry) -> str:
    """An entry as a person reads it."""
    at = entry.at.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    act = Act(entry.act).label if entry.act in Act.__members__ else entry.act
    who = f"{entry.tenant}/{entry.login}"
    seal = entry.chain.hex()[:FIGURES]
    what = f"{entry.type} 第 {entry.version} 版"
    return f"{entry.county} {entry.seq:>8}  {at}  {act}  {who}  {what}  {entry.fact_id}  {seal}"


def _words(county: str, broken: Broken) -> str:
    fact = f"，事实 {broken.fact_id}" if broken.fact_id else ""
    return f"{county}：台账第 {broken.seq} 条{broken.fault.label}{fact}。此处之前的记录完整，请保全数据库并查明原因"


def _streamed(connection: psycopg.Connection[dict[str, Any]], county: str, bar: Any) -> Iterator[Entry]:
    with connection.cursor(name="ledger", row_factory=dict_row) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(ENTRIES, (county,))
        for row in cursor:
            yield entry_of(row)
            bar.update()


def _head(row: dict[str, Any]) -> Head:
    return Head(county=row["county_id"], seq=row["seq"], chain=bytes(row["chain"]), seal=bytes(row["seal"]))


def _kept(text: str) -> Kept:
    match = KEPT.fullmatch(text)
    if match is None:
        raise click.UsageError(f"--kept 的值“{text}”不是“序号:校验值”（校验值至少 8 位十六进制）")
    return Kept(int(match[1]), match[2])


def _ids(gateway_url: str, petition: str, connection: psycopg.Connection[Any], county: str | None) -> list[str]:
    """The petition's id: of its number by the view, or as it was given."""
    counties = [county] if county else [row["county_id"] for row in connection.execute(COUNTIES)]
    found = [petition]
    with _connected(gateway_url) as view:
        for code in counties:
            with view.transaction():
                view.execute(SCOPE, scope_parameters(system_actor(code, "operator")))
                query = "SELECT id FROM gateway_view.petition WHERE county_id = %s AND number = %s"
                found += [row["id"] for row in view.execute(query, (code, petition))]
    return found


def _connected(url: str) -> psycopg.Connection[dict[str, Any]]:
    try:
        return psycopg.connect(url, row_factory=dict_row, autocommit=True)
    except psycopg.OperationalError as error:
        raise LocalError("连不上数据库，请确认平台正在运行（./xinqiao status）") from error
