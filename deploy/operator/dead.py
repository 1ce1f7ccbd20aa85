"""``./xinqiao dead``: the messages that a consumer could not handle, and what to do with them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from kombu import Connection, Message
from kombu.pools import producers

from services.common import settings
from services.contracts.topology import ATTEMPT, BUREAU, ERROR, VOUCHED, consumer_queues, dead_queue


@dataclass(frozen=True)
class DeadLetter:
    """One dead letter, with the message still in the hands of the reader."""

    queue: str
    """The consumer's queue, to which a replay returns it."""
    message: Message

    @property
    def id(self) -> str:
        return str(self.message.headers.get("cloudEvents:id") or self.message.properties.get("message_id") or "-")

    @property
    def reason(self) -> str:
        if error := self.message.headers.get(ERROR):
            return f"{error}（第 {self.message.headers.get(ATTEMPT, 0)} 次）"
        deaths = self.message.headers.get("x-death") or [{}]
        return str(deaths[0].get("reason", "未知"))

    def described(self) -> dict[str, Any]:
        """All of it, as JSON types."""
        body = self.message.body
        text = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
        try:
            content = json.loads(text)
        except ValueError:
            content = text
        return {
            "queue": self.queue,
            "id": self.id,
            "reason": self.reason,
            "headers": {key: value for key, value in self.message.headers.items() if key != "x-death"},
            "properties": {key: str(value) for key, value in self.message.properties.items() if key != "headers"},
            "body": content,
        }


@contextmanager
def broker(amqp_url: str) -> Iterator[Connection]:
    with Connection(amqp_url, transport_options={"confirm_publish": True}) as connection:
        yield connection


def letters(connection: Connection, *, queue: str | None = None) -> Iterator[DeadLetter]:
    """Every dead letter, oldest first in each queue. What is not acked returns to its queue with the channel."""
    for name in (*consumer_queues(), BUREAU):
        if queue not in (None, name, dead_queue(name)):
            continue
        with connection.channel() as channel:
            # Those that lie there now: what is replayed may come back at once, and is not met again.
            for _ in range(channel.queue_declare(dead_queue(name), passive=True).message_count):
                message = channel.basic_get(dead_queue(name))
                if message is None:
                    break
                origin = _bureau_of(message) if name == BUREAU else name
                yield DeadLetter(origin, channel.message_to_python(message))


def _bureau_of(message: Any) -> str:
    """The queue of the bureau whose system refused it: they share their dead letters, and the broker notes whose."""
    return str(message.headers["x-death"][0]["queue"])


def replay(connection: Connection, letter: DeadLetter) -> None:
    """Puts the message back into its consumer's queue with a full ladder before it, then takes it off."""
    headers = {key: value for key, value in letter.message.headers.items() if key not in (ATTEMPT, ERROR, "x-death")}
    properties = letter.message.properties
    # A message that never came into our hands still carries the sender whom the broker checked.
    if sender := properties.get("user_id"):
        headers[VOUCHED] = sender
    with producers[connection].acquire(block=True) as producer:
        producer.publish(
            letter.message.body,
            exchange="",
            routing_key=letter.queue,
            headers=headers,
            content_type=properties.get("content_type", "application/json"),
            content_encoding="binary",
            message_id=properties.get("message_id"),
            delivery_mode=2,
            mandatory=True,
        )
    letter.message.ack()


def discard(connection: Connection, letter: DeadLetter) -> None:
    letter.message.ack()


def treat(amqp_url: str, *, ids: tuple[str, ...], act: Callable[[Connection, DeadLetter], None]) -> int:
    """Does ``act`` to the dead letters with these ids, or to all where ``ids`` is empty; returns how many."""
    with broker(amqp_url) as connection:
        done = 0
        for letter in letters(connection):
            if not ids or letter.id in ids:
                act(connection, letter)
                done += 1
        return done


def _config() -> settings.Settings:
    try:
        return settings.load("amqp_url")
    except settings.SettingsError as error:
        raise click.ClickException(str(error)) from error


@click.group(help="查看和处理死信：各部分未能处理的消息")
def command() -> None:
    pass


@command.command("list", help="列出死信：编号、队列、原因")
def list_letters() -> None:
    with broker(_config().amqp_url) as connection:
        count = 0
        for letter in letters(connection):
            count += 1
            kind = letter.message.headers.get("cloudEvents:type", "-")
            click.echo(f"{letter.id}  {letter.queue}  {kind}  {letter.reason}")
        click.echo(f"共 {count} 条死信。" if count else "没有死信。")


@command.command("show", help="显示一条死信的全部内容（可能含个人信息，请注意保密）")
@click.argument("letter_id")
def show_letter(letter_id: str) -> None:
    with broker(_config().amqp_url) as connection:
        for letter in letters(connection):
            if letter.id == letter_id:
                click.echo(json.dumps(letter.described(), ensure_ascii=False, indent=2))
                return
    raise click.ClickException(f"没有编号为 {letter_id} 的死信；用 ./xinqiao dead list 查看现有编号")


@command.command("replay", help="排除原因后重新投递：指定编号，或 --all 全部")
@click.argument("letter_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="全部死信")
def replay_letters(letter_ids: tuple[str, ...], everything: bool) -> None:
    _run(letter_ids, everything, replay, "重新投递")


@command.command("discard", help="丢弃死信，不可恢复：指定编号，或 --all 全部")
@click.argument("letter_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="全部死信")
def discard_letters(letter_ids: tuple[str, ...], everything: bool) -> None:
    _run(letter_ids, everything, discard, "丢弃")


def _run(
    letter_ids: tuple[str, ...], everything: bool, act: Callable[[Connection, DeadLetter], None], verb: str
) -> None:
    if everything == bool(letter_ids):
        raise click.UsageError("请指定死信编号，或用 --all 处理全部（二者选一）")
    done = treat(_config().amqp_url, ids=letter_ids, act=act)
    if letter_ids and done < len(letter_ids):
        raise click.ClickException(f"已{verb} {done} 条；其余编号没有对应的死信")
    click.echo(f"已{verb} {done} 条。")
