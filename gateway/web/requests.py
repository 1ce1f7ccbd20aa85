"""What a request's line in the log may tell of it, noted while it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import HTTPConnection
from starlette.types import Scope

from services.common import logs
from services.contracts.actor import Actor

TOLD = "xinqiao.told"
"""Where it is kept in the request's scope."""


def tell(request: HTTPConnection, **facts: str | int | None) -> None:
    """Ids and plain identifiers, nothing that anybody wrote."""
    told_in(request.scope).update({name: value for name, value in facts.items() if value is not None})


def told_in(scope: Scope) -> dict[str, str | int]:
    found: dict[str, str | int] = scope.setdefault(TOLD, {})
    return found


@contextmanager
def acting(request: HTTPConnection, actor: Actor) -> Iterator[None]:
    """Inside, the request is this actor's: every line that is logged says for which tenant, and so does its own."""
    tell(request, county=actor.county, tenant=actor.tenant)
    with logs.context(county=actor.county, tenant=actor.tenant):
        yield
