"""The bureau link as an AsyncAPI 3.0 document, made from the contracts: ``python -m deploy.operator.asyncapi`` writes
``docs/asyncapi.json``. It is written from where a bureau's own system stands: it receives events and sends replies."""

from typing import Any

import msgspec

from deploy.local.instance import ROOT
from services.common.tracing import LONGEST
from services.contracts.base import Labelled
from services.contracts.bureau import (
    ATTACHMENT_EVENT,
    MAX_REPLY_BYTES,
    RECEIPT_EVENT,
    REFERRAL_EVENT,
    REFUSED_EVENT,
    REMINDER_EVENT,
    VERBS,
    BureauAttachmentNews,
    BureauReceipt,
    BureauReferral,
    BureauRefusal,
    BureauReminder,
    verb_type,
)
from services.contracts.topology import BUREAU_REPLY, bureau_queue

DOCUMENT = ROOT / "docs" / "asyncapi.json"
BINDING = {"bindingVersion": "0.3.0"}
TRACEPARENT = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
TRACE_WORDS = "W3C Trace Context：这条消息所属的追踪；回复时带上收到的 traceparent，两边的日志就能对上，不带也可以"

EVENTS: dict[str, tuple[str, type[msgspec.Struct], str]] = {
    "referral": (REFERRAL_EVENT, BureauReferral, "转送交办的最新状态"),
    "attachment": (ATTACHMENT_EVENT, BureauAttachmentNews, "附件：承办的件后来增加或撤销了一个附件"),
    "reminder": (REMINDER_EVENT, BureauReminder, "催办"),
    "receipt": (RECEIPT_EVENT, BureauReceipt, "回执：一条回复已办成"),
    "refused": (REFUSED_EVENT, BureauRefusal, "未接受：一条回复没有办成，什么都没有改变"),
}
WORDS = {
    "receive": "签收",
    "object": "提出异议（《信访工作条例》第二十三条）",
    "dispute": "异议不成立后，报请协调争议（第二十四条）",
    "accept": "受理",
    "refuse": "不予受理（第十九条、第二十三条）",
    "forward": "下转本单位的股室或直属下级",
    "progress": "记录办理进展",
    "answer": "作出处理意见（第三十二条）",
}


def document() -> dict[str, Any]:
    """The whole document as JSON types."""
    replies = {verb: (verb_type(verb), struct, WORDS[verb]) for verb, struct in VERBS.items()}
    messages = {**EVENTS, **replies}
    _, schemas = msgspec.json.schema_components(
        [struct for _, struct, _ in messages.values()], ref_template="#/components/schemas/{name}"
    )
    for kind in _below(Labelled):
        if kind.__name__ in schemas:
            schemas[kind.__name__] = {
                **schemas[kind.__name__],
                "description": "；".join(f"{one.value} {one.label}" for one in kind),
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "信桥部门接口",
            "version": "1.0.0",
            "description": "县直部门自己的业务系统怎样接收转送交办、怎样回复。"
            "消息是 CloudEvents 1.0（AMQP 二进制模式）；可能增加新的字段和类型，不认识的请忽略。"
            "说明和样例见 deploy/examples/bureau。",
        },
        "defaultContentType": "application/json",
        "servers": {"broker": _server()},
        "channels": {
            "inbox": {
                "address": bureau_queue("{county}", "{tenant}"),
                "title": "本部门的队列，名称与接口账号相同",
                "parameters": {
                    "county": {"description": "县代码，六位"},
                    "tenant": {"description": "单位编码"},
                },
                "messages": _references("#/components/messages", EVENTS),
                "bindings": {
                    "amqp": {
                        "is": "queue",
                        "queue": {"durable": True, "exclusive": False, "autoDelete": False},
                        **BINDING,
                    }
                },
            },
            "replies": {
                "address": BUREAU_REPLY,
                "title": "各部门回复所发往的交换机，路由键任意",
                "messages": _references("#/components/messages", replies),
                "bindings": {
                    "amqp": {
                        "is": "routingKey",
                        "exchange": {"name": BUREAU_REPLY, "type": "topic", "durable": True, "autoDelete": False},
                        **BINDING,
                    }
                },
            },
        },
        "operations": {
            "takeEvents": {
                "action": "receive",
                "channel": {"$ref": "#/channels/inbox"},
                "summary": "存好再确认（ack）；按 cloudEvents:id 去重，按 referral_id 和 version 只要新的",
                "bindings": {"amqp": {"ack": True, **BINDING}},
            },
            **{verb: _sending(verb, words) for verb, (_, _, words) in replies.items()},
        },
        "components": {
            "messages": {name: _message(name, *message) for name, message in messages.items()},
            "schemas": schemas,
            "securitySchemes": {"account": {"type": "userPassword", "description": "接口账号及其密码"}},
        },
    }


def _server() -> dict[str, Any]:
    return {
        "host": "{host}:{port}",
        "protocol": "amqp",
        "protocolVersion": "0-9-1",
        "variables": {"host": {"description": "由县信访局告知"}, "port": {"default": "5672"}},
        "security": [{"$ref": "#/components/securitySchemes/account"}],
    }


def _sending(verb: str, words: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/replies"},
        "summary": words,
        "messages": [{"$ref": f"#/channels/replies/messages/{verb}"}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, **BINDING}},
        "reply": {
            "channel": {"$ref": "#/channels/inbox"},
            "messages": [{"$ref": f"#/channels/inbox/messages/{name}"} for name in ("receipt", "refused")],
        },
    }


def _message(name: str, event_type: str, struct: type[msgspec.Struct], words: str) -> dict[str, Any]:
    size = f"；不超过 {MAX_REPLY_BYTES} 字节" if name in VERBS else ""
    return {
        "name": event_type,
        "title": words.partition("：")[0],
        "summary": f"{words}{size}",
        "contentType": "application/json",
        "headers": _headers(event_type),
        "payload": {"$ref": f"#/components/schemas/{struct.__name__}"},
        "bindings": {"amqp": {"contentEncoding": "utf-8", "messageType": event_type, **BINDING}},
    }


def _headers(event_type: str) -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["cloudEvents:id", "cloudEvents:type"],
        "properties": {
            "cloudEvents:specversion": {"type": "string", "const": "1.0"},
            "cloudEvents:id": {"type": "string", "minLength": 1, "maxLength": 200},
            "cloudEvents:type": {"type": "string", "const": event_type},
            "cloudEvents:source": text,
            "cloudEvents:subject": text,
            "cloudEvents:time": {"type": "string", "format": "date-time"},
            "traceparent": {"type": "string", "pattern": TRACEPARENT, "description": TRACE_WORDS},
            "tracestate": {"type": "string", "maxLength": LONGEST},
            "cloudEvents:traceparent": {"type": "string", "pattern": TRACEPARENT},
            "cloudEvents:tracestate": {"type": "string", "maxLength": LONGEST},
        },
    }


def _references(base: str, names: dict[str, Any]) -> dict[str, Any]:
    return {name: {"$ref": f"{base}/{name}"} for name in names}


def _below(kind: type[Labelled]) -> list[type[Labelled]]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]


def encoded() -> bytes:
    """As it stands in ``docs/asyncapi.json``."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=2) + b"\n"


if __name__ == "__main__":
    DOCUMENT.write_bytes(encoded())
