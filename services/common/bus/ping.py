"""``ping``: a service answers that it lives and reaches its database."""

from typing import Any

import msgspec
import sqlalchemy as sa
from nameko.rpc import Rpc

from services.common.bus.commands import CommandConsumer
from services.common.database import Database


class PingEntrypoint(Rpc):
    rpc_consumer: Any = CommandConsumer()

    def handle_message(self, body: bytes, message: Any) -> None:
        self.container.spawn_worker(
            self, (), {}, handle_result=lambda ctx, result, exc: self.handle_result(message, ctx, result, exc)
        )


class Pings:
    """What every service class derives from: nameko wants entry points on the class itself."""

    database: Database

    @PingEntrypoint.decorator
    def ping(self) -> Any:
        with self.database.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
        return msgspec.to_builtins({"status": "ok"})
