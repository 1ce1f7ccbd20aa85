"""Facts on the wire: CloudEvents 1.0 in AMQP's binary mode, attributes in headers, the fact as JSON body."""

from typing import Any

import msgspec

from services.common import tracing
from services.common.wording import UNDECODABLE
from services.contracts.fact import AnyFact, Fact

TYPE_PREFIX = "cn.xinqiao."
CONTENT_TYPE = "application/json"


class UnreadableFact(Exception):
    """The body is no fact that this version understands; the message is parked, not retried."""


def cloud_event_headers(fact: Fact[Any]) -> dict[str, str]:
    return {
        "cloudEvents:specversion": "1.0",
        "cloudEvents:id": fact.id,
        "cloudEvents:type": TYPE_PREFIX + fact.type,
        "cloudEvents:source": f"/counties/{fact.county}/{fact.type.split('.')[0]}",
        "cloudEvents:subject": fact.subject,
        "cloudEvents:time": fact.time.isoformat(),
        "cloudEvents:dataschema": f"https://xinqiao.invalid/schemas/{fact.type}.json",
        **tracing.made_here(),
    }


def encode_fact(fact: Fact[Any]) -> bytes:
    return msgspec.json.encode(fact)


def decode_fact(body: bytes) -> AnyFact:
    """Raises ``UnreadableFact``."""
    try:
        return msgspec.json.decode(body, type=AnyFact)
    except UNDECODABLE as error:
        raise UnreadableFact(str(error)) from error
