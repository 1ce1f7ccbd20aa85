#!/usr/bin/env python3
"""A bureau's own system at the bureau link of Xinqiao: copy this file and build on it.

Needs Python 3.11 or later and aio-pika, nothing of the platform. ``README.md`` beside it (Chinese) describes every
message. As a program: ``python client.py --help``. As a module: ``Store`` keeps what came and what was sent,
``listen`` takes what the county sends and repeats replies that nobody answered, ``send_reply`` sends one.

What it does so that nothing is lost and nothing is done twice, in both directions:
an event is stored first and acknowledged then, and known by its id when it comes again; a reply is stored first and
sent then, with publisher confirms, and sent again under the same id until its receipt or its refusal is there.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import (
    AMQPChannelError,
    AMQPConnectionError,
    AMQPError,
    ChannelInvalidStateError,
    ProbableAuthenticationError,
)

REPLIES = "bureau.reply"
"""The one exchange to which a bureau may publish."""
REFERRAL = "cn.xinqiao.bureau.referral.v1"
ATTACHMENT = "cn.xinqiao.bureau.attachment.v1"
RECEIPT = "cn.xinqiao.bureau.receipt.v1"
REFUSED = "cn.xinqiao.bureau.refused.v1"
ENDED = {"WITHDRAWN", "RETURNED"}
"""States in which the bureau holds the case no longer."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
"""Between two tries to connect; each pause is twice the last."""
REPEAT_SECONDS = 60.0
"""A reply without an answer is sent again after so long."""
PREFETCH = 20
LOST = (AMQPConnectionError, ChannelInvalidStateError, ConnectionError)
"""What a connection that breaks raises; connecting again is the cure."""


@dataclass(frozen=True)
class Event:
    """A CloudEvent from the county."""

    id: str
    type: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What is sent to the county; under its id it acts once, however often it is sent."""

    id: str
    verb: str
    data: dict[str, Any]


class Store:
    """What came and what was sent, in a file. A system of your own keeps the same three tables in its database."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, timeout=30)
        with self._database:
            self._database.execute("CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY)")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS referral"
                " (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, petition TEXT)"
            )
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS attachment"
                " (referral TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (referral, id))"
            )
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS reply (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL,"
                " verb TEXT NOT NULL, data TEXT NOT NULL, sent REAL NOT NULL, answer TEXT)"
            )

    def take(self, event: Event, handle: Callable[[Event], None]) -> None:
        """Calls ``handle`` if the event brings news. If ``handle`` raises, the event was not seen."""
        with self._database:
            if self._is_news(event):
                handle(event)

    def enter(self, reply: Reply) -> Reply:
        """Keeps a reply that is about to be sent; gives back the one that was kept under this id before, if any."""
        with self._database:
            self._database.execute(
                "INSERT OR IGNORE INTO reply (id, verb, data, sent) VALUES (?, ?, ?, ?)",
                (reply.id, reply.verb, json.dumps(reply.data, ensure_ascii=False), time.time()),
            )
        (verb, data), *_ = self._database.execute("SELECT verb, data FROM reply WHERE id = ?", (reply.id,))
        return Reply(reply.id, verb, json.loads(data))

    def to_repeat(self, *, older_than: float) -> list[Reply]:
        """Replies without an answer that were last sent so many seconds ago, in the order of their first sending."""
        query = "SELECT id, verb, data FROM reply WHERE answer IS NULL AND sent <= ? ORDER BY number"
        rows = self._database.execute(query, (time.time() - older_than,)).fetchall()
        return [Reply(reply_id, verb, json.loads(data)) for reply_id, verb, data in rows]

    def was_sent(self, reply: Reply) -> None:
        with self._database:
            self._database.execute("UPDATE reply SET sent = ? WHERE id = ?", (time.time(), reply.id))

    def attachments(self, referral_id: str) -> list[dict[str, Any]]:
        """The files of a referral that the bureau holds, each with its newest link."""
        query = "SELECT data FROM attachment WHERE referral = ? ORDER BY id"
        return [json.loads(data) for (data,) in self._database.execute(query, (referral_id,))]

    def answer(self, reply_id: str) -> Event | None:
        """The receipt or the refusal of a reply, when it has come."""
        row = self._database.execute("SELECT answer FROM reply WHERE id = ?", (reply_id,)).fetchone()
        return None if row is None or row[0] is None else Event(**json.loads(row[0]))

    def close(self) -> None:
        self._database.close()

    def _is_news(self, event: Event) -> bool:
        entered = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (event.id,))
        if not entered.rowcount:
            return False
        if event.type in (RECEIPT, REFUSED):
            return self._is_first_answer(event)
        if event.type == ATTACHMENT:
            self._keep_attachment(event.data)
        return event.type != REFERRAL or self._is_newest(event.data)

    def _keep_attachment(self, data: dict[str, Any]) -> None:
        """Keeps a file that came later, with a referral that is still ours; gives up one that was taken back."""
        row = self._database.execute("SELECT state FROM referral WHERE id = ?", (data["referral_id"],)).fetchone()
        if data["taken_back"] is not None:
            key = (data["referral_id"], data["attachment"]["id"])
            self._database.execute("DELETE FROM attachment WHERE referral = ? AND id = ?", key)
        elif row is None or row[0] not in ENDED:
            self._keep_link(data["referral_id"], data["attachment"])

    def _keep_link(self, referral_id: str, attachment: dict[str, Any]) -> None:
        text = json.dumps(attachment, ensure_ascii=False)
        row = (referral_id, attachment["id"], text)
        self._database.execute("INSERT OR REPLACE INTO attachment VALUES (?, ?, ?)", row)

    def _is_first_answer(self, event: Event) -> bool:
        """Keeps a reply's answer. A reply that was sent twice is answered twice, and the second tells nothing new."""
        reply_id = event.data["in_reply_to"]
        row = self._database.execute("SELECT answer FROM reply WHERE id = ?", (reply_id,)).fetchone()
        if row is None:
            return True  # not sent from here
        text = json.dumps({"id": event.id, "type": event.type, "data": event.data}, ensure_ascii=False)
        kept = self._database.execute("UPDATE reply SET answer = ? WHERE id = ? AND answer IS NULL", (text, reply_id))
        return kept.rowcount == 1

    def _is_newest(self, data: dict[str, Any]) -> bool:
        """Keeps the newest state of a referral, and the petition, which comes with the first event only."""
        row = self._database.execute(
            "SELECT version, state, petition FROM referral WHERE id = ?", (data["referral_id"],)
        ).fetchone()
        version, state, petition = row or (0, data["state"], None)
        newest: bool = data["version"] > version
        if newest:
            version, state = data["version"], data["state"]
            self._database.execute("DELETE FROM attachment WHERE referral = ?", (data["referral_id"],))
            for attachment in data["attachments"]:
                self._keep_link(data["referral_id"], attachment)
        if state in ENDED:
            petition = None  # What is no longer ours to handle is no longer ours to keep.
        elif data["petition"] is not None:
            petition = json.dumps(data["petition"], ensure_ascii=False)
        self._database.execute(
            "INSERT OR REPLACE INTO referral VALUES (?, ?, ?, ?)", (data["referral_id"], version, state, petition)
        )
        return newest


def fetch(attachment: dict[str, Any], folder: Path) -> Path:
    """Downloads one file by its link and gives its path; what is there already is not fetched again.

    Raises ``OSError`` where the link does not answer or has ended, ``ValueError`` where what came is another file.
    """
    # The name is only a word to read: nothing in it may lead out of the folder.
    name = attachment["name"].replace("\\", "/").rpartition("/")[2]
    path = folder / f"{attachment['id'][-6:]}-{name}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part, digest = path.with_name(f"{path.name}.part"), hashlib.sha256()
    with urllib.request.urlopen(attachment["url"], timeout=60) as answer, part.open("wb") as file:
        while chunk := answer.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != attachment["sha256"]:
        part.unlink()
        raise ValueError(f"{attachment['name']} 的校验值不符，请重新下载")
    part.replace(path)
    return path


def account_of(url: str) -> str:
    """The broker account in the URL; the bureau's queue has the same name."""
    return unquote(urlsplit(url).username or "")


async def listen(url: str, store: Store, handle: Callable[[Event], None]) -> None:
    """Takes events from the bureau's queue for ever, and repeats replies that wait for an answer too long.

    Connects again, after ever longer pauses, when the broker was away. Raises ``ProbableAuthenticationError`` where
    it does not let us in: a changed password is nothing that trying again would cure.
    """
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            async with await aio_pika.connect(url) as connection:
                pause = FIRST_PAUSE_SECONDS
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(take_events(connection, account_of(url), store, handle))
                    tasks.create_task(repeat_replies(connection, account_of(url), store))
        except ProbableAuthenticationError:
            raise
        except LOST as error:
            tell(f"连不上消息总线（{error}），{pause:.0f} 秒后重试")
        except ExceptionGroup as group:
            _, other = group.split(LOST)
            if other is not None:
                raise other.exceptions[0] from None
            tell(f"与消息总线的连接断开，{pause:.0f} 秒后重试")
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def take_events(
    connection: AbstractConnection, account: str, store: Store, handle: Callable[[Event], None]
) -> None:
    """Each event is acknowledged after it was handled and noted: one that is cut off in between comes again."""
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    # Without ensure the client declares nothing, which the account may not do.
    queue = await channel.get_queue(account, ensure=False)
    async with queue.iterator() as messages:
        tell(f"已连接，等待 {account} 的消息")
        async for message in messages:
            try:
                event = read(message)
            except (KeyError, ValueError) as error:
                tell(f"收到一条读不懂的消息（{error!r}），已退给县信访局")
                await message.reject(requeue=False)
                continue
            store.take(event, handle)
            await message.ack()
    raise ConnectionError("the consumer was cancelled")


async def repeat_replies(connection: AbstractConnection, account: str, store: Store) -> None:
    """Sends again what nobody has answered, in the order in which it was sent first."""
    while True:
        for reply in store.to_repeat(older_than=REPEAT_SECONDS):
            await publish(connection, account, reply)
            store.was_sent(reply)
        await asyncio.sleep(REPEAT_SECONDS / 4)


def read(message: AbstractIncomingMessage) -> Event:
    headers = message.headers
    return Event(
        id=str(headers["cloudEvents:id"]), type=str(headers["cloudEvents:type"]), data=json.loads(message.body)
    )


async def send_reply(url: str, verb: str, data: dict[str, Any], *, reply_id: str | None = None) -> str:
    """Sends one reply over a connection of its own and returns its id; when it returns, the broker has stored it.

    Not sure whether it arrived? Send it again under the same id: it acts once.
    """
    reply = Reply(reply_id or str(uuid.uuid4()), verb, data)
    async with await aio_pika.connect(url) as connection:
        await publish(connection, account_of(url), reply)
    return reply.id


async def publish(connection: AbstractConnection, account: str, reply: Reply) -> None:
    """Sends one reply; when this returns, the broker has stored it."""
    event_type = f"cn.xinqiao.bureau.{reply.verb}.v1"
    message = aio_pika.Message(
        json.dumps(reply.data, ensure_ascii=False).encode(),
        # The broker compares it with the account of the connection: nobody can speak for another bureau.
        user_id=account,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={
            "cloudEvents:specversion": "1.0",
            "cloudEvents:id": reply.id,
            "cloudEvents:type": event_type,
            "cloudEvents:source": f"/{account}",
            "cloudEvents:subject": str(reply.data.get("referral_id", "")),
            "cloudEvents:time": datetime.now(UTC).isoformat(),
        },
    )
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        exchange = await channel.get_exchange(REPLIES, ensure=False)
        await exchange.publish(message, routing_key=event_type, mandatory=True)
    finally:
        await channel.close()


async def answered(store: Store, reply_id: str, *, seconds: float) -> Event | None:
    """The answer to a reply, which ``listen`` puts into the store; None where none came in time."""
    limit = time.monotonic() + seconds
    while (answer := store.answer(reply_id)) is None and time.monotonic() < limit:
        await asyncio.sleep(0.1)
    return answer


def show(event: Event) -> None:
    """One event as one line of JSON. Here your own system would begin its work."""
    print(json.dumps({"id": event.id, "type": event.type, "data": event.data}, ensure_ascii=False), flush=True)


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


Option = tuple[str, dict[str, Any]]


def needed(name: str, words: str, **more: Any) -> Option:
    return name, {"required": True, "help": words, **more}


def optional(name: str, words: str, **more: Any) -> Option:
    return name, {"help": words, **more}


DAY = "日期，写作 2026-01-31"
VERBS: dict[str, tuple[str, list[Option]]] = {
    "receive": ("签收", [optional("expected_on", f"预计办结{DAY}")]),
    "object": ("提出异议", [needed("reason", "异议理由"), optional("materials", "随件退回的材料")]),
    "dispute": ("异议不成立后，报请协调争议", [needed("reason", "仍有争议的理由")]),
    "accept": ("受理", [optional("grade", "检举控告案件等级", choices=["ORDINARY", "COMPLEX", "SERIOUS"])]),
    "refuse": (
        "不予受理",
        [
            needed("reason", "原因", choices=["IN_PROCEDURE", "OUTSIDE_COMPETENCE", "IN_HAND", "FINAL"]),
            needed("way", "告知信访人的正确途径"),
            needed("explanation", "说明"),
        ],
    ),
    "forward": (
        "下转本单位股室或直属下级",
        [
            optional("unit", "股室代码，可重复", action="append"),
            optional("tenant", "直属下级单位代码，可重复", action="append"),
            optional("due_on", f"要求反馈的{DAY}"),
            optional("note", "说明"),
        ],
    ),
    "progress": ("记录办理进展", [needed("text", "进展"), optional("expected_on", f"新的预计办结{DAY}")]),
    "answer": (
        "作出处理意见",
        [
            needed("outcome", "结论", choices=["SUPPORTED", "PARTLY_SUPPORTED", "EXPLAINED", "NOT_SUPPORTED"]),
            needed("opinion", "处理意见"),
            optional("demands", "投诉请求"),
            optional("facts", "查明的事实和理由"),
            optional("basis", "法律法规依据"),
            optional("parts_missing", "协办单位尚未提供意见的原因"),
            optional("review_by", "法律审核人（与下两项同时填写）"),
            optional("review_on", f"法律审核{DAY}"),
            optional("review_opinion", "法律审核意见"),
        ],
    ),
}


def data_of(given: argparse.Namespace) -> dict[str, Any]:
    """The reply's body: what was given, in the form of the contract."""
    names = ["referral_id", *(name for name, _ in VERBS[given.command][1])]
    data = {name: value for name in names if (value := getattr(given, name)) is not None}
    if given.command == "forward":
        units, tenants = data.pop("unit", []), data.pop("tenant", [])
        data["to"] = [*({"unit": unit} for unit in units), *({"tenant": tenant} for tenant in tenants)]
    review = {name: data.pop(f"review_{name}", None) for name in ("by", "on", "opinion")}
    if any(review.values()):
        data["legal_review"] = review
    return data


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="信桥部门接口样例：接收转送交办，回复签收、受理、异议、答复等")
    parser.add_argument(
        "--url",
        default=os.environ.get("XINQIAO_BUREAU_URL"),
        help="接口账号的地址 amqp://账号:密码@主机:端口/，也可写在环境变量 XINQIAO_BUREAU_URL 中",
    )
    parser.add_argument("--store", default="bureau.sqlite", help="记录收到的消息和发出的回复的文件")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("listen", help="持续接收消息，每条打印为一行 JSON；重发没有回音的回复")
    files = commands.add_parser("fetch", help="下载一件转送交办的附件，并核对校验值（sha256）")
    files.add_argument("referral_id", help="转送交办的标识（消息中的 referral_id）")
    files.add_argument("folder", type=Path, help="存到哪个目录")
    for verb, (label, options) in VERBS.items():
        reply = commands.add_parser(verb, help=label)
        reply.add_argument("referral_id", help="转送交办的标识（消息中的 referral_id）")
        for name, settings in options:
            reply.add_argument(f"--{name.replace('_', '-')}", dest=name, **settings)
        reply.add_argument("--id", dest="reply_id", help="重发同一条回复时，填第一次发送时打印的编号")
        reply.add_argument(
            "--wait", type=float, default=30, help="等待回执的秒数（listen 须正在运行），默认 30，0 为不等"
        )
    return parser


async def reply_once(given: argparse.Namespace, store: Store) -> int:
    reply = store.enter(Reply(given.reply_id or str(uuid.uuid4()), given.command, data_of(given)))
    print(f"编号 {reply.id}", flush=True)
    await send_reply(given.url, reply.verb, reply.data, reply_id=reply.id)
    wait = f"等待回执，最多 {given.wait:.0f} 秒（listen 须正在运行）…" if given.wait > 0 else ""
    print(f"已发出。{wait}", flush=True)
    if given.wait <= 0:
        return 0
    answer = await answered(store, reply.id, seconds=given.wait)
    if answer is None:
        tell(
            f"{given.wait:.0f} 秒内没有回音。请确认 listen 正在运行，且使用同一个 --store 文件；"
            "它会自动重发，不会重复办理。"
        )
        return 2
    if answer.type == REFUSED:
        tell(f"未接受（{answer.data['code']}）：{answer.data['message']}")
        return 1
    print(f"已办成：{VERBS[reply.verb][0]}，该件目前{answer.data['state_label']}。")
    return 0


def fetch_all(given: argparse.Namespace, store: Store) -> int:
    for attachment in store.attachments(given.referral_id):
        try:
            print(fetch(attachment, given.folder), flush=True)
        except (OSError, ValueError) as error:
            tell(f"没有下载 {attachment['name']}：{error}。链接过期的，请县信访局重新发送")
            return 1
    return 0


async def run(given: argparse.Namespace) -> int:
    with contextlib.closing(Store(given.store)) as store:
        if given.command == "listen":
            await listen(given.url, store, show)
        if given.command == "fetch":
            return fetch_all(given, store)
        return await reply_once(given, store)


def main() -> int:
    parser = arguments()
    given = parser.parse_args()
    if not given.url:
        parser.error("请用 --url 或环境变量 XINQIAO_BUREAU_URL 给出接口账号的地址")
    for name in ("aio_pika", "aiormq"):  # We say ourselves that the broker is away, without a traceback.
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        return asyncio.run(run(given))
    except KeyboardInterrupt:
        tell("已停止。")
        return 0
    except ProbableAuthenticationError:
        tell("登录被拒绝：账号或密码不对，或密码已更换，请向县信访局的系统管理员索取新密码。")
    except AMQPChannelError as error:
        tell(f"消息总线拒绝了该操作，请检查账号：{error}")
    except (AMQPError, ConnectionError) as error:
        tell(f"没有送达，请稍后用同一编号重发（listen 运行时会自动重发）：{error}")
    except sqlite3.Error as error:
        tell(f"记录文件 {given.store} 不能读写（{error}），请检查磁盘空间和权限。没有确认的消息会再来一次。")
    return 1


if __name__ == "__main__":
    sys.exit(main())
