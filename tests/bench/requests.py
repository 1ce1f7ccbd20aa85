"""The requests that are measured, as the users of a county send them."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from services.contracts.actor import Actor, Role, TenantKind
from tests.bench.load import Job
from tests.journey.story import REGISTER, WHOLE, in_days, letter

OFFICE = "xfj"
COUNTY = "luonan"
COUNTY_CODE = "611021"

REFER = """mutation($input: ReferPetitionInput!) { referPetition(input: $input) {
  petition { id number status } referral { id state } errors { code message field } } }"""

LIST = """query { petitions(first: 20) { totalCount pageInfo { hasNextPage endCursor } nodes {
  id number title status statusLabel natureLabel urgencyLabel receivedOn nextDueOn
  referrals { id role state stateLabel toTenant { code shortName } dueOn }
  clocks { obligation obligationLabel dueOn effectiveDueOn state owner { code } } } } }"""


@dataclass(frozen=True)
class User:
    """Somebody who is logged in, and his connections to the gateway."""

    username: str
    tenant: str
    client: httpx.AsyncClient

    async def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The data; None where anything failed, in the transport, the document or the payload."""
        body = {"query": query, "variables": variables or {}}
        try:
            answer = await self.client.post("/graphql", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
            found = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        data: dict[str, Any] | None = found.get("data")
        if found.get("errors") or not data or any((payload or {}).get("errors") for payload in data.values()):
            return None
        return data

    @property
    def actor(self) -> Actor:
        """As which the list's SQL is run beside the list."""
        kind = TenantKind.COUNTY if self.tenant == OFFICE else TenantKind.TOWNSHIP
        roles = frozenset({Role.CLERK})
        return Actor(
            county=COUNTY_CODE, tenant=self.tenant, kind=kind, user=self.username, name=self.username, roles=roles
        )


async def log_in(url: str, login: dict[str, Any]) -> User:
    """Raises ``httpx.HTTPStatusError`` for a password that is not (or no longer) right."""
    client = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)
    answer = await client.post("/auth/token", json={"username": login["username"], "password": login["password"]})
    answer.raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return User(login["username"], login["tenant"], client)


def register(user: User, made: list[str]) -> Job:
    """Registers a letter; its id goes into ``made``."""

    async def once() -> bool:
        data = await user.ask(REGISTER, {"input": letter()})
        if data is None:
            return False
        made.append(data["registerPetition"]["petition"]["id"])
        return True

    return once


def refer(user: User, petition_id: str, bureau: str) -> Job:
    given = {"petitionId": petition_id, "kind": "ASSIGN", "to": [{"tenant": bureau}], "dueOn": in_days(30)}

    async def once() -> bool:
        return await user.ask(REFER, {"input": given}) is not None

    return once


def read_list(user: User) -> Job:
    async def once() -> bool:
        data = await user.ask(LIST)
        return data is not None and len(data["petitions"]["nodes"]) == 20

    return once


def read_whole(user: User, petition_id: str) -> Job:
    async def once() -> bool:
        return await user.ask(WHOLE, {"id": petition_id}) is not None

    return once
