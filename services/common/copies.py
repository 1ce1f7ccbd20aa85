"""What a copy of a message carries that we publish in its sender's place."""

from typing import Any

from kombu import Message

from services.contracts.topology import ATTEMPT, BUREAU_REPLY, ERROR, ORIGIN, VOUCHED

KEPT_PROPERTIES = ("content_type", "user_id", "message_id", "correlation_id", "reply_to")
OURS = frozenset({ATTEMPT, ERROR, ORIGIN, VOUCHED})


def headers_of(message: Message) -> dict[str, Any]:
    """The message's headers, without ours where somebody else may have written them.

    A bureau may publish to ``bureau.reply`` alone; copies that we made come by other ways. Without this a bureau could
    put another's name on a message, and a replay of the dead letter would believe it.
    """
    forgeable = message.delivery_info.get("exchange") == BUREAU_REPLY
    return {name: value for name, value in message.headers.items() if not (forgeable and name in OURS)}


def passed_on(message: Message) -> tuple[dict[str, Any], dict[str, Any]]:
    """Headers and properties of a copy that we publish in the sender's place.

    The broker checks user-id against the connection that publishes, and ours is not the sender's: whom it had checked
    stands in a header.
    """
    properties = {key: message.properties[key] for key in KEPT_PROPERTIES if message.properties.get(key) is not None}
    headers = headers_of(message)
    sender = properties.pop("user_id", None)
    if sender is not None:
        headers[VOUCHED] = sender
    return headers, {"content_type": "application/json", **properties}


def body_of(message: Message) -> bytes:
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)
