"""What is a member's own affair: his kin, and why he is away."""

from datetime import date

import pytest

from gateway.schema.roster_types import sees_personal
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank

OURS = Member(
    id="slj-a", tenant="slj", login="slj.leader", name="甲", rank=Rank.LEADER, post="副局长", portfolio=[],
    phone=None, since=date(2026, 1, 1),
)  # fmt: skip
STAFF = Member(
    id="slj-b", tenant="slj", login=None, name="乙", rank=Rank.STAFF, post="科员", portfolio=[], phone=None,
    since=date(2026, 1, 1),
)  # fmt: skip


def actor(tenant: str, *roles: Role, user: str = "u") -> Actor:
    kind = TenantKind.COUNTY if tenant == "xfj" else TenantKind.BUREAU
    return Actor(county="611021", tenant=tenant, kind=kind, user=user, name="n", roles=frozenset(roles))


@pytest.mark.parametrize(
    ("reads", "who"),
    [
        (True, actor("slj", Role.LEADER, user="slj.leader")),
        (True, actor("slj", Role.CLERK)),
        (True, actor("slj", Role.HEAD)),
        (True, actor("xfj", Role.HEAD)),
        (True, actor("xfj", Role.SUPERVISOR)),
        (False, actor("slj", Role.HANDLER)),
        (False, actor("slj", Role.LEADER)),
        (False, actor("slj", Role.SUPERVISOR)),
        (False, actor("xfj", Role.CLERK)),
        (False, actor("xfj", Role.LEADER)),
        (False, actor("jw", Role.HEAD)),
    ],
)
def test_his_own_affairs_are_for_himself_and_those_who_answer_for_his_roster(reads: bool, who: Actor) -> None:
    assert sees_personal(who, OURS) is reads


def test_who_has_no_login_is_nobody_else() -> None:
    assert not sees_personal(actor("slj", Role.HANDLER, user=""), STAFF)
