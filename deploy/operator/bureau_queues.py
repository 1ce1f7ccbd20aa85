"""What waits unread in the bureaus' queues, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError

from deploy.operator.broker_accounts import vhost_of
from deploy.operator.management import BrokerError, Management
from services.common.settings import Settings
from services.contracts.topology import BUREAU


@dataclass(frozen=True)
class BureauQueue:
    account: str
    county: str
    """Division code."""
    tenant: str
    messages: int
    """Unread, those in a reader's hands as well; as the broker counted some seconds ago."""
    consumers: int
    oldest: datetime | None
    """When the oldest unread message was written; None where there is none, or where a system is connected."""


def bureau_queues(settings: Settings, *, county: str | None = None) -> list[BureauQueue]:
    """Every bureau's queue by name, or those of one county. Raises ``BrokerError``."""
    rows = Management(settings.amqp_admin_url).queues(vhost_of(settings.amqp_url))
    try:
        return _looked_at(rows, settings.amqp_url, county)
    except (OSError, AMQPError, OperationalError) as error:
        raise BrokerError(f"连不上消息总线，请确认平台正在运行（./xinqiao status）：{error}") from error


def _looked_at(rows: list[dict[str, Any]], amqp_url: str, county: str | None) -> list[BureauQueue]:
    with Connection(amqp_url) as connection:
        found = []
        for row in sorted(rows, key=lambda each: str(each["name"])):
            kind, _, rest = row["name"].partition(".")
            code, _, tenant = rest.partition(".")
            if kind != BUREAU or not tenant or county not in (None, code):
                continue
            messages, consumers = row.get("messages", 0), row.get("consumers", 0)
            # Looked at only where nobody reads: what is looked at stands back in its place, but a reader that
            # comes at this moment would get the next ones first.
            oldest = _oldest(connection, row["name"]) if messages and not consumers else None
            found.append(BureauQueue(row["name"], code, tenant, messages, consumers, oldest))
        return found


def _oldest(connection: Connection, queue: str) -> datetime | None:
    with connection.channel() as channel:
        message = channel.basic_get(queue)
        # Not acknowledged: it returns with the channel.
        return None if message is None else datetime.fromisoformat(message.headers["cloudEvents:time"])


def unread_line(queues: Sequence[BureauQueue], *, now: datetime) -> str | None:
    """One line about what nobody reads; None where there is nothing of the kind."""
    unread = [queue for queue in queues if queue.messages and not queue.consumers]
    if not unread:
        return None
    most = max(unread, key=lambda queue: queue.messages)
    since = min((queue.oldest for queue in unread if queue.oldest), default=None)
    oldest = f"，最早的已等 {age_words(now - since)}" if since else ""
    return (
        f"部门接口：{len(unread)} 个单位有未读消息且没有业务系统连接，"
        f"最多的 {most.account} 有 {most.messages} 条{oldest}。消息一直保留；详见 ./xinqiao bureau list"
    )


def age_words(age: timedelta) -> str:
    """``3 天``, ``5 小时``, ``12 分钟``."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)} 天"
    return f"{minutes // 60} 小时" if minutes >= 60 else f"{minutes} 分钟"
