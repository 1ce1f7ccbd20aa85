"""Errors as the caller sees them: GraphQL's form, a code, a sentence in Chinese; nothing of what went wrong inside."""

import re
from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from gateway.context import extensions_of
from gateway.database import AWAY, DatabaseAway
from gateway.graphql_http.refusals import QueryTooCostly
from services.common import errors, logs
from services.contracts.fact import Problem

SUGGESTION = re.compile(r" Did you mean .*\?$")

log = logs.get(__name__)


def shown_error(
    error: GraphQLError,
    trace: str,
    *,
    of: type[errors.Refusal] = errors.InvalidInput,
    suggestions: bool = False,
    judge: Callable[[Problem], Problem] = lambda problem: problem,
) -> dict[str, Any]:
    """The error as the caller sees it: refusals with their code, faults masked behind the trace id.

    ``of``: the refusal that stands for what is wrong in the request itself. ``suggestions``: with the names of the
    schema that graphql-core thinks were meant. ``judge``: what the request itself tells of a failure.
    """
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is None or isinstance(cause, GraphQLError):
        # The caller's own document or variables: graphql-core's words name the place.
        words = error.message if suggestions else SUGGESTION.sub("", error.message)
        problem = of(f"请求内容不符合接口定义：{words}").problem
    elif isinstance(cause, errors.Refusal):
        problem = cause.problem
    elif isinstance(cause, AWAY):
        log.warning("database_away", trace=trace, error=type(cause).__name__)
        problem = DatabaseAway().problem
    else:
        log.error("resolver_failed", trace=trace, exc_info=cause)
        problem = errors.Internal(f"{errors.Internal.default}（追踪编号 {trace}）").problem
    shown = shown_problem(judge(problem))
    if error.path:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return shown


def shown_refusal(refusal: errors.Refusal) -> dict[str, Any]:
    """One that was raised before anything was executed; of a limit, with what was found and what is allowed."""
    shown = shown_problem(refusal.problem)
    if isinstance(refusal, QueryTooCostly):
        shown["extensions"] |= refusal.extensions
    return shown


def shown_problem(problem: Problem) -> dict[str, Any]:
    return {"message": problem.message, "extensions": extensions_of(problem)}
