"""What is refused before anything is executed: requests that are none, and documents that ask for too much."""

from collections.abc import Mapping
from typing import Any

from services.common.errors import Refusal

BEYOND = 999_999_999
"""Told of what is more: fragments that double each other come to numbers that nobody reads."""


class InvalidQuery(Refusal):
    code = "INVALID_QUERY"
    default = "查询语句不符合接口定义，请对照接口说明修改"


class NotAcceptable(Refusal):
    code = "NOT_ACCEPTABLE"
    default = (
        "请求头 Accept 所列的格式都不提供；请使用 application/graphql-response+json 或 application/json（UTF-8 编码）"
    )


class UnsupportedMediaType(Refusal):
    code = "UNSUPPORTED_MEDIA_TYPE"
    default = "请以 Content-Type: application/json（UTF-8 编码）提交；表单和其他格式不接受"


class BatchingRefused(Refusal):
    code = "BATCHING_REFUSED"
    default = "不接受批量请求：每次请求只能包含一个查询，请逐个提交"


class MutationNeedsPost(Refusal):
    code = "MUTATION_NEEDS_POST"
    default = "GET 只能用于查询；办理操作（mutation）请以 POST 提交"


class SubscriptionNeedsSocket(Refusal):
    code = "SUBSCRIPTION_NEEDS_SOCKET"
    default = "实时订阅（subscription）请改用 WebSocket 提交（graphql-transport-ws 协议）"


class UnknownDocument(Refusal):
    code = "UNKNOWN_DOCUMENT"
    default = "没有登记过这个 documentId 的查询语句，请核对，或联系管理员更新语句清单"


class PersistedOnly(Refusal):
    code = "PERSISTED_ONLY"
    default = "本系统只执行事先登记的查询语句：请以 documentId 代替 query"


class QueryTooCostly(Refusal):
    """A document that asks for more than is answered at once; ``extensions`` says how much, and what is allowed. Those
    below are kinds of it."""

    code = "QUERY_TOO_COSTLY"
    default = words = "查询的开销为 {found}，最多 {limit}：请减少每页条数、嵌套的列表或字段，分次查询"
    """With the number found and the limit in it."""

    def __init__(self, *, limit: int, found: int | None = None, cost: int | None = None, field: str | None = None):
        numbers = {"limit": limit, "found": found, "cost": cost}
        told = {name: min(value, BEYOND) for name, value in numbers.items() if value is not None}
        super().__init__(self.words.format_map(told), field=field)
        self.extensions: Mapping[str, Any] = told


class QueryTooLong(QueryTooCostly):
    code = "QUERY_TOO_LONG"
    default = words = "查询语句过长（最多 {limit} 个字符或词），请拆成几次查询"


class QueryTooDeep(QueryTooCostly):
    code = "QUERY_TOO_DEEP"
    default = words = "查询语句嵌套过深：最多 {limit} 层，请减少层次，分次查询"


class TooManyAliases(QueryTooCostly):
    code = "TOO_MANY_ALIASES"
    default = words = "查询语句中的别名有 {found} 个，最多 {limit} 个，请分次查询"


class TooManyRootFields(QueryTooCostly):
    code = "TOO_MANY_ROOT_FIELDS"
    default = words = "一次请求了 {found} 项，最多 {limit} 项，请分次请求"


class TooManyDirectives(QueryTooCostly):
    code = "TOO_MANY_DIRECTIVES"
    default = words = "查询语句中的指令（@…）有 {found} 个，最多 {limit} 个，请减少后重试"


class TooManyRepeats(QueryTooCostly):
    code = "TOO_MANY_REPEATS"
    default = words = "查询语句中重复的字段（含片段展开）有 {found} 个，最多 {limit} 个，请去掉重复后重试"


class ListTooLong(QueryTooCostly):
    code = "LIST_TOO_LONG"
    default = words = "一页要求了 {found} 条，最多 {limit} 条，请用 after 翻页"


HTTP_STATUSES = {
    NotAcceptable.code: 406,
    UnsupportedMediaType.code: 415,
    MutationNeedsPost.code: 405,
    PersistedOnly.code: 403,
}
"""Of these in both media types; whatever else stands here is a 400 of a request, or of a document."""
