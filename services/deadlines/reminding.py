"""A reminder (催办) that somebody sends by hand, and the receipts for reminders. Pure."""

from datetime import date, datetime

import msgspec

from services.common.errors import Forbidden, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, Role
from services.contracts.deadlines import Clock, level_of
from services.contracts.reminders import Receipt, Reminder
from services.deadlines.digesting import item_of

ACKNOWLEDGES: dict[Role, frozenset[Role]] = {
    Role.CLERK: frozenset({Role.CLERK, Role.HANDLER, Role.HEAD}),
    Role.HEAD: frozenset({Role.HEAD}),
    Role.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.HEAD}),
    Role.LEADER: frozenset({Role.LEADER}),
}
"""For whom a reminder is, and who may sign for it: the head for his people too, they not for him."""


def by_hand(*, clock: Clock, actor: Actor, text: str, now: datetime, today: date) -> Reminder:
    """An urgent reminder of one open clock. Raises ``WrongState`` for a clock that is met or over."""
    if not clock.open:
        raise WrongState(f"“{clock.obligation.label}”已完成或已终止，无须催办")
    require(text, "text", "请写明催办的内容和要求")
    return Reminder(
        id=new_id(),
        tenant=clock.owner,
        role=Role.CLERK,
        on=today,
        at=now,
        urgent=True,
        text=text,
        sent_by=actor.reference,
        items=[item_of(clock, level_of(clock, now), today)],
        restricted_to=clock.restricted_to,
    )


def acknowledged(*, reminder: Reminder, actor: Actor, now: datetime) -> Reminder:
    """The reminder with the actor's receipt; each user signs once."""
    if actor.tenant != reminder.tenant or not actor.roles & ACKNOWLEDGES[reminder.role]:
        raise Forbidden(f"该催办发给被催办单位的{reminder.role.label}，由其签收")
    if any((each.by.tenant, each.by.user) == (actor.tenant, actor.user) for each in reminder.receipts):
        raise WrongState("您已签收该催办，无须重复签收")
    return msgspec.structs.replace(reminder, receipts=[*reminder.receipts, Receipt(by=actor.reference, at=now)])
