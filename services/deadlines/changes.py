"""What a new computation changes: each clock that differs from the stored one, with the act that tells it."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from services.contracts.acts import Act
from services.contracts.base import LEGAL_ZONE
from services.contracts.deadlines import Clock, ClockState, clock_state


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
        wanted[gone] = _ended(stored[gone])
    ordered = sorted(wanted.values(), key=lambda clock: (clock.starts_on, clock.id))
    return [_change(stored.get(clock.id), clock) for clock in ordered if clock != stored.get(clock.id)]


def _ended(clock: Clock) -> Clock:
    return msgspec.structs.replace(
        clock, met_on=None, met_at=None, paused_since=None, extendable_days=0, extendable_by=None, cancelled=True
    )


def _change(old: Clock | None, new: Clock) -> Change:
    what = f"{new.obligation.label}（{new.basis}）"
    if new.met_on is not None:
        # Once it is met, its state is the same at whatever instant one asks.
        late = "，已超期" if clock_state(new, new.due_at) is ClockState.MET_LATE else ""
        done = _minute(new.met_at) if new.met_at else str(new.met_on)
        return Change(clock=new, act=Act.CLOCK_MET, remark=f"{what}：{done} 完成，期限 {_due(new)}{late}")
    if new.cancelled:
        return Change(clock=new, act=Act.CLOCK_CANCELLED, remark=f"{what}：不再计时")
    if new.paused_since is not None and (old is None or old.paused_since != new.paused_since):
        return Change(clock=new, act=Act.CLOCK_PAUSED, remark=f"{what}：{new.paused_since} 起中止计时")
    if old is None or not old.open:
        said = f"，{_expected(new)}" if new.expected_on else ""
        return Change(clock=new, act=Act.CLOCK_OPENED, remark=f"{what}：{_due(new)} 到期{said}")
    return Change(clock=new, act=Act.CLOCK_CHANGED, remark=f"{what}：{'，'.join(_said(old, new))}")


def _said(old: Clock, new: Clock) -> list[str]:
    said = []
    if old.paused_since is not None and new.paused_since is None:
        said.append("恢复计时")
    if new.extension and new.extension != old.extension:
        said.append(f"经批准延长 {new.extension.days} 日")
    if new.case_owner != old.case_owner:
        said.append(f"包案领导为{new.case_owner}" if new.case_owner else "不再有包案领导")
    if new.expected_on and new.expected_on != old.expected_on:
        said.append(_expected(new))
    if _end(new) != _end(old):
        return [*said, f"期限由 {_end(old)} 变为 {_due(new)}"]
    return [*said, f"期限仍为 {_due(new)}"]


def _expected(clock: Clock) -> str:
    late = "，晚于期限，请提前办结或依法申请延期" if clock.expected_late else ""
    return f"预计 {clock.expected_on} 办结{late}"


def _due(clock: Clock) -> str:
    return f"{_end(clock)}{'（暂定）' if clock.provisional else ''}"


def _end(clock: Clock) -> str:
    return _minute(clock.due_at) if clock.starts_at else str(clock.effective_due_on)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}"
