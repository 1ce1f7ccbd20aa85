"""Executing one GraphQL request: parsed and validated once a document, errors masked."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from graphene.validation import DisableIntrospection, depth_limit_validator
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    execute,
    parse,
    specified_rules,
    validate,
)

from gateway.context import Context, camel
from gateway.readings import note
from services.common import errors, logs
from services.contracts.fact import Problem
from services.contracts.intake import ReadingKind

MAX_DEPTH = 12
MAX_TOKENS = 4000
CACHED_DOCUMENTS = 1000

log = logs.get(__name__)


class InvalidQuery(errors.Refusal):
    code = "INVALID_QUERY"
    default = "查询语句不符合接口定义，请对照接口说明修改"


class InvalidDocument(Exception):
    """The query does not parse or does not fit the schema."""

    def __init__(self, found: list[GraphQLError]) -> None:
        self.found = found
        super().__init__()


class Executor:
    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        introspection: bool,
        more_rules: Sequence[type[ASTValidationRule]] = (),
        cached: int = CACHED_DOCUMENTS,
    ) -> None:
        self._schema, self._cached = schema, cached
        self._rules = [*specified_rules, depth_limit_validator(max_depth=MAX_DEPTH), *more_rules]
        if not introspection:
            self._rules.append(DisableIntrospection)
        self._documents: OrderedDict[str, DocumentNode] = OrderedDict()

    def document(self, query: str) -> DocumentNode:
        """Raises ``InvalidDocument``. Documents in use are kept, for parsing costs more than most queries."""
        if query in self._documents:
            self._documents.move_to_end(query)
            return self._documents[query]
        try:
            document = parse(query, no_location=False, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            raise InvalidDocument([error]) from error
        if found := validate(self._schema, document, self._rules):
            raise InvalidDocument(found)
        self._documents[query] = document
        if len(self._documents) > self._cached:
            self._documents.popitem(last=False)
        return document

    async def execute(
        self, *, query: str, variables: dict[str, Any] | None, operation: str | None, context: Context
    ) -> dict[str, Any]:
        """The response as JSON types. Raises ``InvalidDocument``."""
        document = self.document(query)
        try:
            outcome = execute(
                self._schema,
                document,
                context_value=context,
                variable_values=variables,
                operation_name=operation,
            )
            result: ExecutionResult = outcome if isinstance(outcome, ExecutionResult) else await outcome
            try:
                await note(context.reader, kind=ReadingKind.CASE, states=context.read.values())
            except errors.Refusal as refusal:
                return {"data": None, "errors": [_shown(refusal.problem)]}
        finally:
            await context.reader.release()
        response: dict[str, Any] = {"data": result.data}
        if result.errors:
            response["errors"] = [shown_error(error, context.trace) for error in result.errors]
        return response


def shown_error(error: GraphQLError, trace: str, *, of: type[errors.Refusal] = errors.InvalidInput) -> dict[str, Any]:
    """The error as the caller sees it: refusals with their code, faults masked behind the trace id.

    ``of``: the refusal that stands for what is wrong in the request itself.
    """
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, GraphQLError):
        # The caller's own document or variables: graphql-core's words name the place.
        problem = of(f"请求内容不符合接口定义：{error.message}").problem
    elif isinstance(cause, errors.Refusal):
        problem = cause.problem
    else:
        log.error("resolver_failed", trace=trace, exc_info=cause)
        problem = errors.Internal(f"{errors.Internal.default}（追踪编号 {trace}）").problem
    shown = _shown(problem)
    if error.path:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return shown


def _shown(problem: Problem) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": problem.message, "extensions": {"code": problem.code}}
    if problem.field:
        shown["extensions"]["field"] = camel(problem.field)
    return shown
