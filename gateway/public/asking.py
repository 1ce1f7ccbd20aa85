"""What a resolver of the public side works with, and how much one request may ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import ASTValidationRule, FieldNode, GraphQLError, OperationDefinitionNode

from gateway.context import Context
from gateway.public.limiting import Guesses, QueryLocked
from services.common import clock
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation
from services.contracts.public import tidy_code

LONGEST_NUMBER = 40


@dataclass(kw_only=True)
class PublicContext(Context):
    guesses: Guesses
    slug: str
    """The county's, as it stands in the address that was asked."""
    moment: float
    """Seconds of the clock by which guesses are counted."""
    locked: QueryLocked | None = None
    """That the request was refused because of the wrong codes before it."""

    @contextmanager
    def trying(self, number: str) -> Iterator[None]:
        """Inside, a code of this number is tried; see ``Guesses.at``."""
        try:
            with self.guesses.at(f"{self.actor.county}|{tidy_code(number)[:LONGEST_NUMBER]}", now=self.moment):
                yield
        except QueryLocked as locked:
            self.locked = locked
            raise


def public_context(info: graphene.ResolveInfo) -> PublicContext:
    context: PublicContext = info.context
    return context


async def active_organisations(info: graphene.ResolveInfo) -> list[Organisation]:
    """The county office first, then by code."""
    today = clock.legal_day(clock.now())
    known = (await public_context(info).reader.shared(Organisation)).values()
    return sorted(
        (one for one in known if one.takes(today)), key=lambda one: (one.kind is not TenantKind.COUNTY, one.code)
    )


class OneThingAtATime(ASTValidationRule):
    """One field at the root of a request: what is limited is what is asked, not how often somebody connects."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        selections = node.selection_set.selections
        if len(selections) != 1 or not isinstance(selections[0], FieldNode):
            self.report_error(GraphQLError("公众端每次请求只能包含一项查询或一项操作", node))
