"""A gateway without a platform: the real door, and behind it a small schema whose resolvers need nothing."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from graphql import GraphQLSchema, build_schema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway.execution import executor_of
from gateway.graphql_http import routes
from gateway.graphql_http.graphiql import GRAPHIQL_ROUTES
from gateway.graphql_http.routes import GRAPHQL_ROUTES
from gateway.identity import SignedIn
from gateway.web.refusals import HANDLERS
from gateway.web.stack import stack
from services.common.settings import Settings
from services.contracts.actor import Actor, Role, TenantKind

CLERK = Actor(
    county="611021",
    tenant="xfj",
    kind=TenantKind.COUNTY,
    user="clerk@luonan",
    name="甲",
    roles=frozenset({Role.CLERK}),
)
SDL = """
type Query {
  me: User!
  petition(id: ID): Petition
  petitions(first: Int = 20, after: String): PetitionConnection!
  recent(first: Int = 10): [Petition!]!
  tenants: [Tenant!]!
  broken: String
}
type Mutation { register(title: String!): Petition close: Boolean }
type Subscription { caseChanged: Petition }
type User { name: String! tenant: Tenant }
type Tenant { code: ID! name: String! head: User desks: [Desk!]! roles: [String!]! }
type Desk { place: String! }
type Petition { id: ID! title: String! tenant: Tenant referrals: [Referral!]! similar(first: Int = 10): [Petition!]! }
type Referral { id: ID! to: Tenant! }
type PetitionConnection { nodes: [Petition!]! edges: [PetitionEdge!]! pageInfo: PageInfo! totalCount: Int! }
type PetitionEdge { node: Petition! cursor: String! }
type PageInfo { hasNextPage: Boolean! }
"""
GRAPHQL = {"Accept": "application/graphql-response+json"}


def schema() -> GraphQLSchema:
    made = build_schema(SDL)
    assert made.query_type is not None
    assert made.mutation_type is not None

    def fail(*_: Any) -> None:
        raise RuntimeError("赵小树 13800001234")

    made.query_type.fields["me"].resolve = lambda *_: {"name": "甲"}
    made.query_type.fields["recent"].resolve = lambda *_, first: []
    made.query_type.fields["broken"].resolve = fail
    made.mutation_type.fields["close"].resolve = lambda *_: True
    return made


async def admitted(request: Request) -> Actor:
    request.state.signed_in = SignedIn(actor=CLERK, session=None, must_change=False)
    return CLERK


async def echo(request: Request) -> Response:
    """For what holds on every route: ``?raise=1`` fails, and ``?own=1`` brings a policy of its own."""
    if request.query_params.get("raise"):
        raise RuntimeError("赵小树 13800001234")
    own = {"Content-Security-Policy": "sandbox", "Cache-Control": "private"} if request.query_params.get("own") else {}
    return Response(await request.body(), headers=own)


def client(monkeypatch: pytest.MonkeyPatch, config: Settings | None = None, **changes: Any) -> TestClient:
    """With the production defaults, and these changes."""
    config = msgspec.structs.replace(config or Settings(token_key="0" * 64), **changes)
    monkeypatch.setattr(routes, "admitted", admitted)
    app = Starlette(
        routes=[
            *GRAPHQL_ROUTES,
            *GRAPHIQL_ROUTES,
            Route("/files/{token}", echo, methods=["GET", "POST"]),
            Route("/attachments", echo, methods=["POST"]),
        ],
        middleware=stack(config),
        exception_handlers=HANDLERS,
    )
    app.state.config, app.state.engine, app.state.rpc = config, None, None
    app.state.executor = executor_of(schema(), config)
    return TestClient(app)


def codes(body: Mapping[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in body.get("errors", ())]
