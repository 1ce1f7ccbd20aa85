#!/usr/bin/env python3
"""A bureau's own system at the bureau link of Xinqiao: copy this file and build on it.

Needs Python 3.11 or later and aio-pika, nothing of the platform. ``README.md`` beside it (Chinese) describes every
message. As a program: ``python client.py --help``. As a module: ``listen`` takes what the county sends,
``send_reply`` answers it.
"""

import argparse
import asyncio
import json
import logging
import os
import sqlite3
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
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
REFUSED = "cn.xinqiao.bureau.refused.v1"
ENDED = {"WITHDRAWN", "RETURNED"}
"""States in which the bureau holds the case no longer."""

RECONNECT_SECONDS = 3
PREFETCH = 20


@dataclass(frozen=True)
class Event:
    """A CloudEvent from the county."""

    id: str
    type: str
    data: dict[str, Any]


class Inbox:
    """What has come, kept in a file: an event that comes again, or after a newer one, is handled only once.

    A system of your own keeps the same two tables in its own database.
    """

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path)
        with self._database:
            self._database.execute("CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY)")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS referral"
                " (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, petition TEXT)"
            )

    def take(self, event: Event, handle: Callable[[Event], None]) -> None:
        """Calls ``handle`` if the event brings news. If ``handle`` raises, the event was not seen."""
        with self._database:
            if self._is_news(event):
                handle(event)

    def close(self) -> None:
        self._database.close()

    def _is_news(self, event: Event) -> bool:
        entered = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (event.id,))
        if not entered.rowcount:
            return False
        return event.type != REFERRAL or self._is_newest(event.data)

    def _is_newest(self, data: dict[str, Any]) -> bool:
        """Keeps the newest state of a referral, and the petition, which comes with the first event only."""
        row = self._database.execute(
            "SELECT version, state, petition FROM referral WHERE id = ?", (data["referral_id"],)
        ).fetchone()
        version, state, petition = row or (0, data["state"], None)
        newest: bool = data["version"] > version
        if newest:
            version, state = data["version"], data["state"]
        if state in ENDED:
            petition = None  # What is no longer ours to handle is no longer ours to keep.
        elif data["petition"] is not None:
            petition = json.dumps(data["petition"], ensure_ascii=False)
        self._database.execute(
            "INSERT OR REPLACE INTO referral VALUES (?, ?, ?, ?)", (data["referral_id"], version, state, petition)
        )
        return newest


def account_of(url: str) -> str:
    """The broker account in the URL; the bureau's queue has the same name."""
    return unquote(urlsplit(url).username or "")


async def listen(url: str, inbox: Inbox, handle: Callable[[Event], None]) -> None:
    """Takes events from the bureau's queue for ever; connects again when the broker was away.

    Each is acknowledged after it was handled and noted: one that is cut off in between comes again.
    """
    while True:
        try:
            async with await aio_pika.connect(url) as connection:
                channel = await connection.channel()
                await channel.set_qos(prefetch_count=PREFETCH)
                # Without ensure the client declares nothing, which the account may not do.
                queue = await channel.get_queue(account_of(url), ensure=False)
                print(f"已连接，等待 {queue.name} 的消息", file=sys.stderr, flush=True)
                async with queue.iterator() as messages:
                    async for message in messages:
                        inbox.take(read(message), handle)
                        await message.ack()
        except ProbableAuthenticationError:
            raise
        except (AMQPConnectionError, ChannelInvalidStateError) as error:
            print(f"与消息总线的连接断开（{error}），{RECONNECT_SECONDS} 秒后重试", file=sys.stderr, flush=True)
        await asyncio.sleep(RECONNECT_SECONDS)


def read(message: AbstractIncomingMessage) -> Event:
    headers = message.headers
    return Event(
        id=str(headers["cloudEvents:id"]), type=str(headers["cloudEvents:type"]), data=json.loads(message.body)
    )


async def send_reply(url: str, verb: str, data: dict[str, Any], *, reply_id: str | None = None) -> str:
    """Sends one reply and returns its id; when this returns, the broker has stored it.

    Not sure whether it arrived? Send it again under the same id: it acts once.
    """
    reply_id = reply_id or str(uuid.uuid4())
    account, event_type = account_of(url), f"cn.xinqiao.bureau.{verb}.v1"
    message = aio_pika.Message(
        json.dumps(data, ensure_ascii=False).encode(),
        # The broker compares it with the account of the connection: nobody can speak for another bureau.
        user_id=account,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={
            "cloudEvents:specversion": "1.0",
            "cloudEvents:id": reply_id,
            "cloudEvents:type": event_type,
            "cloudEvents:source": f"/{account}",
            "cloudEvents:subject": str(data.get("referral_id", "")),
            "cloudEvents:time": datetime.now(UTC).isoformat(),
        },
    )
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(REPLIES, ensure=False)
        await exchange.publish(message, routing_key=event_type, mandatory=True)
    return reply_id


def show(event: Event) -> None:
    """One event as one line of JSON. Here your own system would begin its work."""
    print(json.dumps({"id": event.id, "type": event.type, "data": event.data}, ensure_ascii=False), flush=True)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="信桥部门接口样例：接收转送交办，回复签收、受理、异议、答复")
    parser.add_argument(
        "--url",
        default=os.environ.get("XINQIAO_BUREAU_URL"),
        help="接口账号的地址 amqp://账号:密码@主机:端口/，也可写在环境变量 XINQIAO_BUREAU_URL 中",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listening = commands.add_parser("listen", help="持续接收消息，每条打印为一行 JSON")
    listening.add_argument("--inbox", default="bureau-inbox.sqlite", help="已收消息的记录文件，用于去重")
    replies = {"receive": "签收", "accept": "受理", "object": "提出异议", "answer": "作出答复意见"}
    for verb, label in replies.items():
        reply = commands.add_parser(verb, help=label)
        reply.add_argument("referral_id", help="转送交办的标识（消息中的 referral_id）")
        reply.add_argument("--id", dest="reply_id", help="重发同一条回复时，填第一次发送时打印的编号")
        if verb == "object":
            reply.add_argument("--reason", required=True, help="异议理由")
        if verb == "answer":
            reply.add_argument("--outcome", required=True, choices=["SUPPORTED", "EXPLAINED", "NOT_SUPPORTED"])
            reply.add_argument("--opinion", required=True, help="处理意见")
    return parser


async def run(given: argparse.Namespace) -> None:
    if given.command == "listen":
        inbox = Inbox(given.inbox)
        try:
            await listen(given.url, inbox, show)
        finally:
            inbox.close()
        return
    data = {key: value for key in ("referral_id", "reason", "outcome", "opinion") if (value := vars(given).get(key))}
    reply_id = await send_reply(given.url, given.command, data, reply_id=given.reply_id)
    print(f"已发出，编号 {reply_id}。处理结果见 listen 收到的消息。")


def main() -> int:
    parser = arguments()
    given = parser.parse_args()
    if not given.url:
        parser.error("请用 --url 或环境变量 XINQIAO_BUREAU_URL 给出接口账号的地址")
    for name in ("aio_pika", "aiormq"):  # We say ourselves that the broker is away, without a traceback.
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        asyncio.run(run(given))
    except KeyboardInterrupt:
        print("已停止。", file=sys.stderr)
    except ProbableAuthenticationError:
        print("登录被拒绝：请检查账号和密码。", file=sys.stderr)
        return 1
    except AMQPChannelError as error:
        print(f"消息总线拒绝了该操作，请检查账号：{error}", file=sys.stderr)
        return 1
    except (AMQPError, ConnectionError) as error:
        print(f"消息没有送达，请稍后用同一编号重发：{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
