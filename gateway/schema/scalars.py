"""Scalars of our own, and what is said of those that graphene brings."""

import uuid
from typing import Any

import graphene
from graphql import GraphQLError, StringValueNode
from graphql.language import Node


def _identifier(value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError) as error:
        raise GraphQLError("标识应为 UUID，形如 01990000-0000-7000-8000-000000000000") from error


class UUID(graphene.Scalar):
    """UUID（RFC 9562），标识一个对象；人们称呼信访件用编号"""

    class Meta:
        specified_by_url = "https://www.rfc-editor.org/rfc/rfc9562"

    @staticmethod
    def serialize(value: Any) -> str:
        return str(value)

    @staticmethod
    def parse_value(value: Any) -> str:
        return _identifier(value)

    @staticmethod
    def parse_literal(node: Node, _variables: Any = None) -> str:
        return _identifier(node.value if isinstance(node, StringValueNode) else None)


class Cursor(graphene.Scalar):
    """列表中的位置：原样交回，不要解析"""

    @staticmethod
    def serialize(value: Any) -> str:
        return str(value)

    @staticmethod
    def parse_value(value: Any) -> str:
        if not isinstance(value, str):
            raise GraphQLError("位置应为上一次得到的 cursor")
        return value

    @staticmethod
    def parse_literal(node: Node, _variables: Any = None) -> str:
        return Cursor.parse_value(node.value if isinstance(node, StringValueNode) else None)
