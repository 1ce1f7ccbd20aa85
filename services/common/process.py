"""One nameko service as a process: ``python -m services.common.process services.intake.service``.

The order matters: psycopg must be told to wait through Python's selectors before it is imported, and eventlet
must patch before anything opens a socket. Otherwise one slow query stops every worker of the process.
"""

import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"

import eventlet

eventlet.monkey_patch()

import importlib  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from services.common import logs, settings, tracing  # noqa: E402
from services.common.bus.messages import RETRY_DELAYS  # noqa: E402

WORKERS = 10
HEARTBEAT_SECONDS = 30


def service_class(module: str) -> Any:
    """The one class of the module that carries a service's name."""
    found = [item for item in vars(importlib.import_module(module)).values() if isinstance(item, type)]
    return next(item for item in found if item.__module__ == module and isinstance(getattr(item, "name", None), str))


def main(module: str) -> None:
    part = module.split(".")[1]
    try:
        config = settings.load("amqp_url", f"{part}_database_url")
    except settings.SettingsError as error:
        sys.exit(str(error))
    logs.configure(part=part, level=config.log_level)
    runner = ServiceRunner(
        {
            "AMQP_URI": config.amqp_url,
            "max_workers": WORKERS,
            "heartbeat": HEARTBEAT_SECONDS,
            RETRY_DELAYS: list(config.retry_delays_seconds),
        }
    )
    runner.add_service(service_class(module))
    # A signal handler may not wait, so the draining stop runs in a green thread.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn_n(runner.stop))
    with tracing.exporting(part=part, config=config):
        runner.start()
        logs.get(__name__).info("service_started")
        runner.wait()
    logs.get(__name__).info("service_stopped")


if __name__ == "__main__":
    main(sys.argv[1])
