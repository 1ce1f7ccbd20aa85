"""Many at the gateway while its parts fail: each client keeps its input and repeats what it may, as a console would.

What each of them saw is counted; what became of it is looked up in the services' own tables at the end.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import httpx
import psycopg

from tests.harness.platform import NO_TLS, Platform
from tests.journey.story import letter

REGISTER = """mutation($input: RegisterPetitionInput!) { done: registerPetition(input: $input) {
  petition { id timeline { act at } } errors { code repeat retryAfter } } }"""
REFER = """mutation($input: ReferPetitionInput!) { done: referPetition(input: $input) {
  petition { id timeline { act at } } errors { code repeat retryAfter } } }"""
READ = "{ petitions(first: 5) { totalCount } }"

PAUSE_SECONDS = 0.3
ANSWER_SECONDS = 40.0
GIVE_UP_SECONDS = 90.0
NO_ANSWER = "no answer"
"""The connection broke, or was refused: the gateway was not there."""

MADE = """
SELECT state ->> 'title' AS title, count(*) FROM intake.aggregate
WHERE type = 'intake.petition.v1' AND state ->> 'title' LIKE %(run)s || ' %%' GROUP BY 1
"""
REFERRED = """
SELECT petition.state ->> 'title' AS title, count(*) FROM routing.aggregate AS referral
JOIN intake.aggregate AS petition ON petition.type = 'intake.petition.v1' AND petition.id = referral.petition_id
WHERE referral.type = 'routing.referral.v1' AND petition.state ->> 'title' LIKE %(run)s || ' %%' GROUP BY 1
"""


@dataclass
class Seen:
    """What the clients of one run were told."""

    at_once: int = 0
    """Acts that were done when they were first asked for."""
    codes: Counter[str] = field(default_factory=Counter)
    """Of answers that were no success, by code."""
    later: int = 0
    """Acts that were done by a repetition."""
    found_done: int = 0
    """Acts that had been done already when they were repeated."""
    never: int = 0
    """Acts that were refused for good, or given up."""
    longest: float = 0.0
    """Seconds until an answer, of any."""
    reads: int = 0
    reads_failed: Counter[str] = field(default_factory=Counter)
    registered: list[str] = field(default_factory=list)
    """Titles of the letters of which the client was told that they are."""
    referred: list[str] = field(default_factory=list)

    def add(self, other: "Seen") -> None:
        for name in ("at_once", "later", "found_done", "never", "reads"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest = max(self.longest, other.longest)
        self.codes += other.codes
        self.reads_failed += other.reads_failed
        self.registered += other.registered
        self.referred += other.referred


class Ended(NamedTuple):
    """What became of it."""

    lost: int
    """Acts of which somebody was told that they are done, and that are not."""
    double: int
    """Acts that were done more than once."""


class Client:
    """One clerk's window: registers letters and hands them on, one after the other, and looks at the list between."""

    def __init__(self, platform: Platform, *, name: str) -> None:
        self._name = name
        self.seen = Seen()
        token = platform.login("xfj", "CLERK").headers["Authorization"]
        self._http = httpx.Client(
            base_url=platform.url,
            timeout=ANSWER_SECONDS,
            trust_env=False,
            verify=NO_TLS,
            headers={"Authorization": token},
        )

    def work(self, stop: threading.Event) -> None:
        index = 0
        with self._http:
            while not stop.is_set():
                index += 1
                title = f"{self._name} {index}"
                petition = self._act(REGISTER, letter(title=title), "REGISTERED")
                if petition is None:
                    continue
                self.seen.registered.append(title)
                self._read()
                given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
                if self._act(REFER, given, "REFERRED") is not None:
                    self.seen.referred.append(title)

    def _act(self, query: str, given: dict[str, Any], act: str) -> str | None:
        """The petition's id once it is done, however often it must be asked for; None where it was refused."""
        key, began, first, unsure = str(uuid.uuid4()), time.monotonic(), True, False
        while time.monotonic() - began < GIVE_UP_SECONDS:
            sent = time.time()
            found, code, wait = self._once(query, given, key)
            if found is not None:
                self._note(found, act, sent=sent, first=first, unsure=unsure)
                petition: str = found["id"]
                return petition
            self.seen.codes[code] += 1
            # Meanwhile he goes on reading.
            self._read()
            if wait is None:
                break
            first, unsure = False, unsure or code not in {"UNAVAILABLE", "SERVICE_BUSY"}
            time.sleep(wait)
        self.seen.never += 1
        return None

    def _note(self, petition: dict[str, Any], act: str, *, sent: float, first: bool, unsure: bool) -> None:
        if first:
            self.seen.at_once += 1
            return
        self.seen.later += 1
        acts = [entry["at"] for entry in petition["timeline"] if entry["act"] == act]
        if unsure and acts and datetime.fromisoformat(acts[0]).timestamp() < sent:
            self.seen.found_done += 1

    def _once(self, query: str, given: dict[str, Any], key: str) -> tuple[dict[str, Any] | None, str, float | None]:
        """The petition, or a code and the seconds after which the same may be asked again (None: never)."""
        began = time.monotonic()
        try:
            answer = self._http.post(
                "/graphql",
                json={"query": query, "variables": {"input": given}},
                headers={"Idempotency-Key": key},
            )
            body = answer.json()
        except (httpx.TransportError, ValueError):
            return None, NO_ANSWER, PAUSE_SECONDS
        finally:
            self.seen.longest = max(self.seen.longest, time.monotonic() - began)
        done = (body.get("data") or {}).get("done")
        if done is not None and not done["errors"] and done["petition"] is not None:
            return done["petition"], "", None
        found = done["errors"] if done is not None and done["errors"] else [one["extensions"] for one in body["errors"]]
        error = found[0]
        wait = float(error.get("retryAfter") or PAUSE_SECONDS)
        return None, error["code"], wait if error.get("repeat") == "YES" else None

    def _read(self) -> None:
        try:
            body = self._http.post("/graphql", json={"query": READ}).json()
        except (httpx.TransportError, ValueError):
            self.seen.reads_failed[NO_ANSWER] += 1
            return
        if body.get("errors"):
            self.seen.reads_failed[body["errors"][0]["extensions"]["code"]] += 1
        else:
            self.seen.reads += 1


def run(platform: Platform, *, clients: int, fault: Callable[[], None]) -> tuple[Seen, Ended]:
    """All of them at work while ``fault`` is done, which returns when it is over; then each ends what it began."""
    name = uuid.uuid4().hex[:8]
    many = [Client(platform, name=f"{name} {number}") for number in range(clients)]
    stop = threading.Event()
    threads = [threading.Thread(target=client.work, args=(stop,)) for client in many]
    for thread in threads:
        thread.start()
    try:
        platform.eventually(lambda: all(client.seen.registered for client in many), 60)
        fault()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    seen = Seen()
    for client in many:
        seen.add(client.seen)
    return seen, _ended(platform, name, seen)


def _ended(platform: Platform, name: str, seen: Seen) -> Ended:
    with psycopg.connect(platform.settings.admin_database_url) as database:
        made: dict[str, int] = dict(database.execute(MADE, {"run": name}).fetchall())
        referred: dict[str, int] = dict(database.execute(REFERRED, {"run": name}).fetchall())
    lost = sum(title not in made for title in seen.registered) + sum(title not in referred for title in seen.referred)
    double = sum(count - 1 for count in (*made.values(), *referred.values()))
    return Ended(lost=lost, double=double)
