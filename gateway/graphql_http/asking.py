"""What a request asks: the parameters of GraphQL over HTTP, from a JSON body or from the query string of a GET."""

import re
from typing import Any

import msgspec
from starlette.requests import Request

from gateway.graphql_http.refusals import BatchingRefused, UnsupportedMediaType
from services.common.errors import InvalidInput
from services.common.wording import UNDECODABLE, explain

HINT = "请以 JSON 提交 query 或 documentId（以及 variables、operationName、extensions）"
JSON_TYPE = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*', re.IGNORECASE)
NUL = rb"\u0000"
"""As both write it; also where its backslash is itself escaped, as in a document within JSON."""
PARAMETERS = ("query", "documentId", "variables", "operationName", "extensions")


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Either ``query`` or ``document_id``; ``extensions`` is taken and means nothing here."""

    query: str | None = None
    document_id: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


async def asked_of(request: Request) -> Asked:
    """Raises ``UnsupportedMediaType`` for a body that does not say it is JSON in UTF-8, among them every form that
    another site's page could send; ``BatchingRefused`` for several in one, and ``InvalidInput`` for what does not
    fit."""
    if request.method == "POST":
        return _complete(_of_body(request.headers.get("content-type", ""), await request.body()))
    return _complete(_of_query_string(request))


def _of_body(content_type: str, body: bytes) -> Asked:
    if not JSON_TYPE.fullmatch(content_type):
        raise UnsupportedMediaType()
    refuse_nul(body)
    try:
        decoded = msgspec.json.decode(body)
        if isinstance(decoded, list):
            raise BatchingRefused()
        return msgspec.convert(decoded, Asked)
    except UNDECODABLE as error:
        raise InvalidInput(f"{HINT}：{explain(error)[0]}") from error


def refuse_nul(said: bytes) -> None:
    """Raises ``InvalidInput`` for the one character that JSON and GraphQL can carry and PostgreSQL cannot take."""
    if NUL in said or b"\0" in said:
        raise InvalidInput("内容中有无法保存的空字符（NUL），请删除后重新提交")


def _of_query_string(request: Request) -> Asked:
    given: dict[str, Any] = {}
    for name in PARAMETERS:
        values = request.query_params.getlist(name)
        if len(values) > 1:
            raise InvalidInput(f"参数 {name} 只能出现一次")
        if values and values[0]:
            refuse_nul(values[0].encode())
            given[name] = values[0]
    try:
        for name in ("variables", "extensions"):
            if name in given:
                given[name] = msgspec.json.decode(given[name])
        return msgspec.convert(given, Asked)
    except UNDECODABLE as error:
        raise InvalidInput(f"variables、extensions 应为 JSON 对象：{explain(error)[0]}") from error


def _complete(asked: Asked) -> Asked:
    if (asked.query is None) == (asked.document_id is None):
        raise InvalidInput(f"{HINT}：query 和 documentId 应有其一，且只有其一")
    return asked
