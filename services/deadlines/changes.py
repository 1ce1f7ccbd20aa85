"""What a new computation changes: each clock that differs from the stored one, with the act that tells it."""

from collections.abc import Mapping

import msgspec

from services.contracts.acts import Act
from services.contracts.deadlines import Clock


class Change(msgspec.Struct, frozen=True, kw_only=True):
    clock: Clock
    act: Act
    remark: str
    """As the timeline shows it."""


def changes(*, stored: Mapping[str, Clock], derived: list[Clock]) -> list[Change]:
    """By clock id what is stored, and what the facts now give. Nothing changed gives nothing.

    A stored clock that the facts no longer give (the item was classified anew) is cancelled, met or not: the end
    must not depend on the order in which the facts came.
    """
    wanted = {clock.id: clock for clock in derived}
    for gone in stored.keys() - wanted.keys():
        wanted[gone] = msgspec.structs.replace(stored[gone], met_on=None, cancelled=True)
    ordered = sorted(wanted.values(), key=lambda clock: (clock.starts_on, clock.id))
    return [_change(stored.get(clock.id), clock) for clock in ordered if clock != stored.get(clock.id)]


def _change(old: Clock | None, new: Clock) -> Change:
    what = f"{new.obligation.label}（{new.basis}）"
    due = f"{new.effective_due_on}{'（暂定）' if new.provisional else ''}"
    if new.met_on is not None:
        late = "，已超期" if new.met_on > new.effective_due_on else ""
        return Change(clock=new, act=Act.CLOCK_MET, remark=f"{what}：{new.met_on} 完成，期限 {due}{late}")
    if new.cancelled:
        return Change(clock=new, act=Act.CLOCK_CANCELLED, remark=f"{what}：不再计时")
    if old is None or old.met_on is not None or old.cancelled:
        return Change(clock=new, act=Act.CLOCK_OPENED, remark=f"{what}：{due} 到期")
    moved = f"期限由 {old.effective_due_on} 变为 {due}"
    kept = f"期限仍为 {due}"
    remark = f"{what}：{kept if new.effective_due_on == old.effective_due_on else moved}"
    return Change(clock=new, act=Act.CLOCK_CHANGED, remark=remark)
