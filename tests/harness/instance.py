"""A private broker and database for one test run, migrated and empty."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import borrowed, config, parts, running, trial
from deploy.local.instance import Instance, settle
from deploy.local.ports import free_ports
from services.common.settings import ENV_PREFIX, Settings
from tests.harness.collector import Collector, started_collector
from tests.harness.keeper import Keeper


@dataclass(frozen=True)
class TestInstance:
    """Servers that run, and the settings that reach them. ``environ`` is what its processes need."""

    __test__ = False

    settings: Settings
    keeper: Keeper
    folder: Path
    environ: dict[str, str]
    place: Instance
    collector: Collector
    """What the parts have told of the requests that asked to be traced."""


@contextmanager
def started_instance(*, durable: bool = False) -> Iterator[TestInstance]:
    """Starts and migrates it; at the end all of its processes are gone, its folder is left to the report.

    ``durable``: the database writes through to the disk as in production, which a benchmark wants and no test needs.
    """
    # Imported here: unit tests read the harness too, and need none of it.
    from deploy.operator import migrate

    folder = trial.folder_of(os.getpid())
    # A developer's own settings must not reach the tests.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
    environ["PORT"] = str(free_ports(1)[0])
    # A short ladder, so that a test sees a message climb all of it.
    environ["XINQIAO_RETRY_DELAYS_SECONDS"] = "[1, 2]"
    # Hundreds of questions stand in one document; what a console may ask has tests of its own.
    environ |= {f"XINQIAO_QUERY_MAX_{name}": "1000000" for name in ("TOKENS", "ALIASES", "ROOT_FIELDS")}
    environ["XINQIAO_QUERY_MAX_COST"] = "1000000000"
    # A test keeps its clients for as long as it runs.
    environ["XINQIAO_TOKEN_MINUTES"] = "480"
    # A test that uses up the limits of the public side does so under an address of its own.
    environ["XINQIAO_TRUSTED_PROXIES"] = '["127.0.0.1"]'
    # A test asks as one user what many would ask.
    environ["XINQIAO_USER_REQUESTS_PER_MINUTE"] = "100000"
    # Of what begins here nothing is exported: a test that wants spans asks with a sampled ``traceparent``.
    environ |= {} if durable else {"XINQIAO_TRACING": "true", "XINQIAO_TRACING_RATIO": "0"}
    try:
        folder.mkdir(parents=True)
        with started_collector() as collector:
            environ["XINQIAO_TRACING_ENDPOINT"] = collector.endpoint
            environ = borrowed.borrow(folder, environ)
            place = settle(folder, environ=environ, durable=durable)
            settings = config.ensure(place, environ=environ)
            child_environ = parts.environment(place, environ)
            keeper = Keeper(environ=child_environ, logs=place.logs)
            for part in running.prepare(place, settings):
                keeper.add(part)
            running.await_infrastructure(place, settings)
            migrate.run(settings)
            yield TestInstance(
                settings=settings, keeper=keeper, folder=folder, environ=child_environ, place=place, collector=collector
            )
            keeper.stop_all(signal.SIGKILL)
    finally:
        trial.end(folder)
