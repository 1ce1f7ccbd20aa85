"""The whole platform as a test meets it: its gateway, its logins, and a hand that can kill any part of it."""

import json
import signal
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import httpx
import pytest
from argon2 import PasswordHasher

from deploy.local import health, parts, postgres, rabbitmq
from deploy.local.instance import ROOT
from services.common.settings import Settings
from services.contracts.actor import Actor
from tests.harness import standing_in
from tests.harness.instance import TestInstance
from tests.harness.waiting import eventually

T = TypeVar("T")

COUNTIES = ROOT / "deploy" / "counties"
HEALTHY_SECONDS = 60
TOKEN_AGE_SECONDS = 20 * 60
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The passwords of a throw-away county guard nothing, and it has some hundred."""
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of the gateway, which speaks HTTP: a context of their own has all authorities read, 30 ms of each."""


class GraphQLFailed(AssertionError):
    """The answer has top-level errors, which no well-formed request of a test should meet."""


class Platform:
    def __init__(self, instance: TestInstance) -> None:
        self.instance = instance
        self.settings: Settings = instance.settings
        self.url = health.address(instance.settings)
        self.logins_file: Path = instance.folder / "logins.json"
        self._clients: dict[str, tuple[float, httpx.Client]] = {}

    @property
    def logins(self) -> list[dict[str, Any]]:
        """``{username, password, county, tenant, kind, role, label}`` of every demonstration user."""
        found: list[dict[str, Any]] = json.loads(self.logins_file.read_text("utf-8"))
        return found

    def provision(self, county: str) -> None:
        """Loads a county's profile from ``deploy/counties``; its logins join the others."""
        from deploy.operator import provision
        from gateway.identity import passwords

        # The hash tells how it was made, so that logging in is quick too.
        with patch.object(passwords, "hasher", QUICK):
            provision.run(settings=self.settings, profile=COUNTIES / county, logins_file=self.logins_file)

    def login(self, tenant: str, role: str, county: str = "luonan") -> httpx.Client:
        """A client with the bearer token of a demonstration user of this tenant who has this role."""
        there = [one for one in self.logins if (one["tenant"], one["county"]) == (tenant, county)]
        # Who has this role alone before who has it among others.
        for login in sorted(there, key=lambda one: one["role"].count(";")):
            if role in login["role"].split(";"):
                return self.client(login["username"], login["password"])
        raise LookupError(f"no demonstration login of {tenant} in {county} with the role {role}")

    def client(self, username: str, password: str) -> httpx.Client:
        """A client with this user's token; kept, so that a test run does not log in thousands of times."""
        made, client = self._clients.get(username, (0.0, None))
        if client is None or time.monotonic() - made > TOKEN_AGE_SECONDS:
            if client is None:
                client = httpx.Client(base_url=self.url, timeout=30, trust_env=False, verify=NO_TLS)
            given = {"username": username, "password": password}
            answer = client.post("/auth/token", json=given)
            answer.raise_for_status()
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            self._clients[username] = (time.monotonic(), client)
        return client

    def stand_in(self, actor: Actor) -> httpx.Client:
        """A client of a user whom no profile has; see ``tests.harness.standing_in``. The caller closes it."""
        client = httpx.Client(base_url=self.url, timeout=30, trust_env=False, verify=NO_TLS)
        standing_in.stand_in(self.settings, client, actor)
        return client

    def gql(self, client: httpx.Client, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of the answer; raises ``GraphQLFailed`` where it has top-level errors."""
        answer = client.post("/graphql", json={"query": query, "variables": dict(variables or {})})
        body: dict[str, Any] = answer.json()
        if body.get("errors") or body.get("data") is None:
            raise GraphQLFailed(f"{answer.status_code}: {json.dumps(body, ensure_ascii=False)[:2000]}")
        data: dict[str, Any] = body["data"]
        return data

    def eventually(self, condition: Callable[[], T | None], timeout: float = 20) -> T:
        """See ``tests.harness.waiting.eventually``."""
        return eventually(condition, timeout)

    def start(self, part: str) -> None:
        """Starts a part that was stopped."""
        self.instance.keeper[part].start()

    def stop(self, part: str) -> None:
        """Ends a part gracefully and leaves it so, until ``start``."""
        self.instance.keeper[part].stop()

    def kill9(self, part: str) -> None:
        """Kills a part in its tracks; it comes back by itself."""
        self.instance.keeper[part].send(signal.SIGKILL)

    def terminate(self, part: str) -> None:
        """Asks a part to end (SIGTERM): it drains, ends, and comes back by itself."""
        self.instance.keeper[part].send(signal.SIGTERM)

    def kill9_broker(self) -> None:
        """Kills the broker, and waits until it takes connections again; the parts find it by themselves."""
        self._kill_server(rabbitmq.NAME, lambda: rabbitmq.ready(self.settings))

    def kill9_database(self) -> None:
        """Kills the database server, and waits until it takes connections again."""
        self._kill_server(postgres.NAME, lambda: postgres.ready(self.settings))

    def healthy(self) -> bool:
        """Whether the gateway says that every part is well."""
        return health.healthy(self.settings)

    def await_health(self, timeout: float = HEALTHY_SECONDS) -> None:
        """Waits until every part is well."""
        try:
            eventually(self.healthy, timeout)
        except AssertionError:
            raise AssertionError(f"not healthy within {timeout} s: {health.report(self.settings)}") from None

    def close(self) -> None:
        for _, client in self._clients.values():
            client.close()
        standing_in.close()

    def _kill_server(self, name: str, ready: Callable[[], bool]) -> None:
        if name not in self.instance.keeper:
            pytest.skip(f"{name} is not ours to kill: its address was given from outside")
        kept = self.instance.keeper[name]
        starts = kept.starts
        kept.send(signal.SIGKILL)
        eventually(lambda: kept.starts > starts and ready(), 60, what=f"{name} is back")


@contextmanager
def started_platform(instance: TestInstance) -> Iterator[Platform]:
    """All parts running and healthy, with the demonstration county loaded."""
    platform = Platform(instance)
    for part in parts.platform({}):
        instance.keeper.add(part)
    try:
        platform.await_health()
        platform.provision("luonan")
        yield platform
    finally:
        platform.close()
        for name in parts.PLATFORM:
            instance.keeper[name].stop(signal.SIGKILL)
