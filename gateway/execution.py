"""Executing one GraphQL request: parsed and validated once a document, measured, errors masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from gateway.context import Context
from gateway.graphql_http.asking import Asked
from gateway.graphql_http.costs import load
from gateway.graphql_http.documents import CACHED_DOCUMENTS, Cache, Prepared, manifests
from gateway.graphql_http.limits import Limits
from gateway.graphql_http.measuring import Measure, measure, sizes
from gateway.graphql_http.refusals import (
    InvalidQuery,
    PersistedOnly,
    QueryTooDeep,
    QueryTooLong,
    SubscriptionNeedsSocket,
    UnknownDocument,
)
from gateway.graphql_http.showing import shown_error, shown_problem
from gateway.readings import note
from services.common import errors, tracing
from services.common.settings import Settings
from services.contracts.intake import ReadingKind

MAX_ERRORS = 8
"""Told of one document; the first few say what is wrong with it."""
LONGEST_NAME = 80
"""Characters of an operation's name that a trace tells."""
TOO_MANY_TOKENS, TOO_DEEP = "tokens. Parsing aborted", "nested too deeply"
"""In graphql-core's words: it has no types for these."""


class InvalidDocument(Exception):
    """The query does not parse or does not fit the schema."""

    def __init__(self, found: list[GraphQLError]) -> None:
        self.found = found
        super().__init__()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An operation that may be executed."""

    document: DocumentNode
    operation: OperationDefinitionNode
    measure: Measure

    @property
    def writes(self) -> bool:
        return self.operation.operation is OperationType.MUTATION


class Executor:
    """``documents``: those entered beforehand, by id; with ``persisted_only`` no others are executed."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        introspection: bool,
        limits: Limits | None = None,
        suggestions: bool = True,
        more_rules: Sequence[type[ASTValidationRule]] = (),
        cached: int = CACHED_DOCUMENTS,
        documents: Mapping[str, str] | None = None,
        persisted_only: bool = False,
    ) -> None:
        self.schema = schema
        self._limits = limits if limits is not None else Limits.of(Settings())
        self._suggestions, self._costs = suggestions, load()
        self._documents, self._persisted_only = documents or {}, persisted_only
        self._rules = [*specified_rules, *more_rules]
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._cache = Cache(most=cached)
        self._persisted: dict[str, Prepared] = {}

    def checked(self, asked: Asked) -> Checked:
        """What is asked, as far as it may be executed: the limits of cost and page size are kept too.

        Raises ``InvalidDocument``, ``InvalidQuery`` where no operation is meant, ``PersistedOnly``, ``UnknownDocument``
        and the subclasses of ``QueryTooCostly``.
        """
        prepared = self._prepared_of(asked)
        operation = get_operation_ast(prepared.document, asked.operation_name)
        if operation is None:
            raise InvalidQuery("没有这个名称的操作，或有多个操作而没有指明：请以 operationName 指明要执行的一个")
        found = self._measured(prepared, operation, asked.variables or {})
        self._limits.check_amount(found)
        return Checked(document=prepared.document, operation=operation, measure=found)

    async def execute(
        self, *, query: str, variables: dict[str, Any] | None, operation: str | None, context: Context
    ) -> dict[str, Any]:
        """``answer`` to a query. Raises what ``checked`` does."""
        asked = Asked(query=query, variables=variables, operation_name=operation)
        return await self.answer(self.checked(asked), variables=variables, context=context)

    async def answer(
        self, checked: Checked, *, variables: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        """The response as JSON types. Without ``data`` where nothing was executed, as variables did not fit."""
        if checked.operation.operation is OperationType.SUBSCRIPTION:
            raise SubscriptionNeedsSocket()
        return await self.executed(checked, variables=variables, context=context)

    async def executed(
        self, checked: Checked, *, variables: Mapping[str, Any] | None, context: Context, root: Any = None
    ) -> dict[str, Any]:
        """As ``answer``; of a subscription to one event, ``root``."""
        name = checked.operation.name
        # The caller chose the name; by its grammar it is a word.
        about = {"graphql.operation.name": name.value[:LONGEST_NAME]} if name is not None else None
        with tracing.span(checked.operation.operation.value, attributes=about) as span:
            response = await self._executed(checked, variables=variables, context=context, root=root)
            if found := response.get("errors"):
                span.set_attribute("xinqiao.code", found[0]["extensions"]["code"])
            return response

    async def _executed(
        self, checked: Checked, *, variables: Mapping[str, Any] | None, context: Context, root: Any
    ) -> dict[str, Any]:
        name = checked.operation.name
        try:
            outcome = execute(
                self.schema,
                checked.document,
                root_value=root,
                context_value=context,
                variable_values=dict(variables) if variables else None,
                operation_name=name.value if name is not None else None,
            )
            result: ExecutionResult = outcome if isinstance(outcome, ExecutionResult) else await outcome
            try:
                await note(context.reader, kind=ReadingKind.CASE, states=context.read.values())
            except errors.Refusal as refusal:
                return {"data": None, "errors": [shown_problem(context.judged(refusal.problem))]}
        finally:
            await context.reader.release()
        shown = [
            shown_error(error, context.trace, suggestions=self._suggestions, judge=context.judged)
            for error in result.errors or ()
        ]
        if result.data is None and shown and not any("path" in each for each in shown):
            return {"errors": shown}
        return {"data": result.data, **({"errors": shown} if shown else {})}

    def shown(
        self, error: GraphQLError, trace: str, *, of: type[errors.Refusal] = errors.InvalidInput
    ) -> dict[str, Any]:
        """``shown_error``, with or without suggestions as the settings say."""
        return shown_error(error, trace, of=of, suggestions=self._suggestions)

    def _prepared_of(self, asked: Asked) -> Prepared:
        if asked.document_id is None:
            if self._persisted_only:
                raise PersistedOnly()
            return self._prepared(asked.query or "")
        known = self._persisted.get(asked.document_id)
        if known is None:
            text = self._documents.get(asked.document_id)
            if text is None:
                raise UnknownDocument()
            known = self._persisted[asked.document_id] = self._made(text)
        return known

    def _prepared(self, query: str) -> Prepared:
        """Documents in use are kept, for parsing costs more than most queries."""
        found = self._cache.get(query)
        if found is None:
            found = self._made(query)
            self._cache.keep(query, found)
        return found

    def _made(self, text: str) -> Prepared:
        document = _parsed(text, self._limits)
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        if not operations:
            raise InvalidQuery("查询语句中没有操作（query 或 mutation）")
        try:
            prepared = Prepared(document, sizes(document))
            # Before validation, whose time grows with the square of what is repeated.
            for one in operations:
                self._limits.check_shape(self._measured(prepared, one, {}))
            found = validate(self.schema, document, self._rules, max_errors=MAX_ERRORS)
        except RecursionError as error:
            raise QueryTooDeep(limit=self._limits.depth) from error
        if found:
            raise InvalidDocument(found)
        return prepared

    def _measured(
        self, prepared: Prepared, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Measure:
        # Only what pages are sized by counts.
        given = prepared.sizes_in(variables)
        key = (operation.name.value if operation.name else None, tuple(sorted(given.items())))
        found = prepared.measures.get(key)
        if found is None:
            found = measure(self.schema, prepared.document, operation, variables=given, costs=self._costs)
            prepared.keep(key, found)
        return found


def executor_of(schema: GraphQLSchema, config: Settings) -> Executor:
    """As the settings say. Raises ``SettingsError`` for a manifest of documents that is none."""
    return Executor(
        schema,
        introspection=config.introspection,
        limits=Limits.of(config),
        suggestions=config.query_suggestions,
        documents=manifests(config.persisted_documents),
        persisted_only=config.persisted_only,
    )


def _parsed(text: str, limits: Limits) -> DocumentNode:
    if len(text) > limits.characters:
        raise QueryTooLong(limit=limits.characters, found=len(text))
    try:
        return parse(text, no_location=False, max_tokens=limits.tokens)
    except GraphQLError as error:
        if TOO_MANY_TOKENS in error.message:
            raise QueryTooLong(limit=limits.tokens) from error
        if TOO_DEEP in error.message:
            raise QueryTooDeep(limit=limits.depth) from error
        raise InvalidDocument([error]) from error
    except RecursionError as error:
        raise QueryTooDeep(limit=limits.depth) from error
