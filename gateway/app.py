"""The door: the table of routes, and what the gateway keeps while it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from gateway.adapters.routes import ADAPTER_HANDLERS, ADAPTER_ROUTES
from gateway.api_keys.client import ClientAddress
from gateway.api_keys.trying import by_key
from gateway.archives.routes import ARCHIVE_ROUTES
from gateway.attachments.routes import ROUTES
from gateway.attachments.stores import storage_of
from gateway.database import connect
from gateway.documents.routes import DOCUMENT_ROUTES
from gateway.execution import executor_of
from gateway.exports.routes import AT_A_TIME, EXPORT_ROUTES
from gateway.feeds.routes import FEED_ROUTES
from gateway.graphql_http.graphiql import GRAPHIQL_ROUTES
from gateway.graphql_http.routes import GRAPHQL_ROUTES
from gateway.health import HEALTH_ROUTES
from gateway.identity.routes import AUTH_ROUTES, Door
from gateway.metrics.routes import METRICS_ROUTES, Readers
from gateway.oidc.bearer import by_outside_token
from gateway.oidc.routes import OIDC_HANDLERS, OIDC_ROUTES
from gateway.oidc.side import OidcSide
from gateway.pages import PAGE_ROUTES
from gateway.public.limiting import Buckets
from gateway.public.routes import A_MINUTE, PUBLIC_ROUTES, PublicSide
from gateway.rpc import Rpc
from gateway.schema.root import build_schema
from gateway.subscriptions.site import SOCKET_ROUTES, subscriptions
from gateway.web.refusals import HANDLERS
from gateway.web.stack import stack
from services.common import settings, tracing
from services.common.settings import Settings

ROUTES_OF_ALL = [
    *GRAPHQL_ROUTES,
    *GRAPHIQL_ROUTES,
    *SOCKET_ROUTES,
    *AUTH_ROUTES,
    *OIDC_ROUTES,
    *ADAPTER_ROUTES,
    *DOCUMENT_ROUTES,
    *ROUTES,
    *EXPORT_ROUTES,
    *ARCHIVE_ROUTES,
    *PUBLIC_ROUTES,
    *FEED_ROUTES,
    *PAGE_ROUTES,
    *HEALTH_ROUTES,
    *METRICS_ROUTES,
]


def create_app(config: Settings) -> Starlette:
    oidc = OidcSide.of(config, folder=settings.folder())

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        engine = connect(config.gateway_database_url)
        app.state.storage = storage_of(config, folder=settings.folder())
        app.state.oidc = oidc
        with tracing.exporting(part="gateway", config=config):
            async with Rpc.connect(
                config.amqp_url,
                timeout=config.rpc_timeout_seconds,
                in_flight=config.commands_in_flight,
                patient=True,
            ) as rpc:
                app.state.config, app.state.engine, app.state.rpc = config, engine, rpc
                app.state.schema = build_schema()
                app.state.executor = executor_of(app.state.schema, config)
                app.state.exports = asyncio.Semaphore(AT_A_TIME)
                app.state.public = PublicSide.of(config)
                app.state.users = Buckets(size=config.user_requests_per_minute, seconds=A_MINUTE)
                app.state.metrics_readers = Readers.of(config)
                app.state.door, app.state.bearers = Door.of(config), [by_key, by_outside_token]
                async with subscriptions(app.state) as app.state.subscriptions:
                    yield
        await oidc.close()
        await engine.dispose()

    return Starlette(
        routes=ROUTES_OF_ALL,
        middleware=[*stack(config), Middleware(ClientAddress)],
        exception_handlers={**HANDLERS, **OIDC_HANDLERS, **ADAPTER_HANDLERS},
        lifespan=lifespan,
    )
