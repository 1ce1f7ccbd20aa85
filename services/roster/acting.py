"""Who may act for whom in a tenant's roster. Pure."""

from collections.abc import Iterable
from datetime import date

from services.common.errors import Forbidden, Refusal
from services.contracts.actor import READS_CASES, Actor, Role
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Rank

ANYBODY_SERVING = tuple(sorted(READS_CASES - {Role.SYSTEM}))
"""Whoever sits in a duty table acts for himself, whatever else he does."""
OFFICE = frozenset({Role.CLERK, Role.HEAD})
"""Who acts for the members of his tenant."""


class OwnRequest(Refusal):
    code = "OWN_REQUEST"
    default = "本人的申请不能由本人审批，请由主要负责人或其他负责人审批"


def is_own(member: Member, actor: Actor) -> bool:
    return member.login is not None and (member.tenant, member.login) == (actor.tenant, actor.user)


def check_acts_for(member: Member, actor: Actor) -> bool:
    """Whether he acts on behalf of another. Raises ``Forbidden`` for who is neither himself nor of his office."""
    if is_own(member, actor):
        return False
    if member.tenant != actor.tenant or not actor.roles & OFFICE:
        raise Forbidden(f"只有{member.name}本人或本单位经办人、负责人可以办理")
    return True


def check_decides(member: Member, actor: Actor, members: Iterable[Member], *, today: date) -> None:
    """Raises ``OwnRequest`` unless ``decides``."""
    if not decides(member, actor, members, today=today):
        raise OwnRequest()


def decides(member: Member, actor: Actor, members: Iterable[Member], *, today: date) -> bool:
    """Whether a head decides on what this member asks for: on his own only where no other chief of the tenant can."""
    return not is_own(member, actor) or not any(
        other.rank is Rank.CHIEF and other.login is not None and other.id != member.id and other.serves(today)
        for other in members
    )
