"""A county with a township of two villages, and the people of its network."""

from datetime import date
from typing import Any

import msgspec

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation, PlaceRef
from services.contracts.network import NetworkPost, NetworkRole
from services.contracts.network_commands import PostInput

TODAY = date(2026, 11, 22)
EAST, WEST = "611021001201", "611021001202"
ROLE = NetworkRole


def organisation(code: str, kind: TenantKind, *places: str) -> Organisation:
    return Organisation(
        code=code, kind=kind, name=f"单位{code}", short_name=code, number_prefix=code, superior=None,
        responsibilities=[], places=[PlaceRef(code=each, name=f"地{each[-3:]}") for each in places], phone=None,
        active=True,
    )  # fmt: skip


DIRECTORY = {
    one.code: one
    for one in [
        organisation("xfj", TenantKind.COUNTY),
        organisation("slj", TenantKind.BUREAU),
        organisation("cg", TenantKind.TOWNSHIP, "611021001", EAST, WEST),
        *(organisation(f"z{n}", TenantKind.TOWNSHIP, f"61102100{n}", f"61102100{n}201") for n in range(2, 7)),
    ]
}


def actor(tenant: str, *roles: Role, user: str = "clerk") -> Actor:
    return Actor(
        county="611021", tenant=tenant, kind=DIRECTORY[tenant].kind, user=user, name=user,
        roles=frozenset(roles or {Role.CLERK}),
    )  # fmt: skip


OFFICE, TOWNSHIP, OTHER, BUREAU = actor("xfj"), actor("cg"), actor("z2"), actor("slj")

COVERS = {
    ROLE.INSPECTOR: ["611021001", "611021002", "611021003", "611021004"],
    ROLE.HANDLER: [EAST, WEST],
    ROLE.LIAISON: [EAST],
    ROLE.INFORMANT: [f"{EAST}#3"],
    ROLE.OFFICER: [],
}


def given(role: NetworkRole, **changes: Any) -> PostInput:
    base = PostInput(
        tenant={ROLE.INSPECTOR: "xfj", ROLE.OFFICER: "slj"}.get(role, "cg"),
        role=role,
        name="王建国",
        covers=COVERS[role],
        since=date(2026, 3, 1),
        group="一组" if role is ROLE.INSPECTOR else None,
        born_on=date(1996, 1, 1) if role is ROLE.INSPECTOR else None,
    )
    return msgspec.structs.replace(base, **changes)


def post(role: NetworkRole, **changes: Any) -> NetworkPost:
    it = given(role)
    base = NetworkPost(
        id=f"{role.value.lower()}", tenant=it.tenant, role=role, name=it.name, phone=None, login=None, group=it.group,
        covers=it.covers, since=it.since, until=None,
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)
