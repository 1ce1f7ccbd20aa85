"""How much may be asked in one request: limits as settings, each with a refusal of its own."""

from dataclasses import dataclass

from gateway.graphql_http.measuring import Measure
from gateway.graphql_http.refusals import (
    ListTooLong,
    QueryTooCostly,
    QueryTooDeep,
    TooManyAliases,
    TooManyDirectives,
    TooManyRepeats,
    TooManyRootFields,
)
from services.common.settings import Settings

MAX_REPEATS = 100
"""Fields that stand twice. A console whose views bring their own fragments has some dozens."""

MAX_CHARACTERS = 100_000
"""Of one document: its tokens may be as long as they like."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    characters: int = MAX_CHARACTERS
    tokens: int
    depth: int
    aliases: int
    root_fields: int
    directives: int
    rows: int
    """Of one page."""
    cost: int

    @classmethod
    def of(cls, config: Settings) -> "Limits":
        return cls(
            tokens=config.query_max_tokens,
            depth=config.query_max_depth,
            aliases=config.query_max_aliases,
            root_fields=config.query_max_root_fields,
            directives=config.query_max_directives,
            rows=config.query_max_rows,
            cost=config.query_max_cost,
        )

    def check_shape(self, found: Measure) -> None:
        """What does not depend on variables. Raises the refusal of the first limit that is passed."""
        for kind, many, limit in (
            (QueryTooDeep, found.depth, self.depth),
            (TooManyRootFields, found.root_fields, self.root_fields),
            (TooManyAliases, found.aliases, self.aliases),
            (TooManyDirectives, found.directives, self.directives),
            (TooManyRepeats, found.repeats, MAX_REPEATS),
        ):
            if many > limit:
                raise kind(limit=limit, found=many, cost=found.cost)

    def check_amount(self, found: Measure) -> None:
        """What the request's variables decide, too. Raises ``ListTooLong`` or ``QueryTooCostly``."""
        if found.longest > self.rows:
            raise ListTooLong(limit=self.rows, found=found.longest, cost=found.cost, field="first")
        if found.cost > self.cost:
            raise QueryTooCostly(limit=self.cost, found=found.cost, cost=found.cost)
