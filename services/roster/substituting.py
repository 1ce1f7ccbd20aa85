"""That somebody sits in another's place (替班), or that two change places (换班): asked for, agreed, undone. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from services.common.errors import InvalidInput, Refusal, WrongState, require
from services.contracts.actor import Actor
from services.contracts.roster_people import Member
from services.contracts.shifts import SeatOrigin, Shift
from services.contracts.substitutions import RequestSubstitution, Substitution, SubstitutionKind, SubstitutionState
from services.roster.seating import Table, candidates, given_back, place_of, pool_of, taken_by, why_not, with_seat

SHOWN = 5
WAITING = SubstitutionState.REQUESTED


class NotFree(Refusal):
    code = "MEMBER_NOT_FREE"
    default = "替班人员不能担任或没有空，请另选"


class ShiftBegun(Refusal):
    code = "SHIFT_BEGUN"
    default = "该班次已经开始，不能再变更"


def requested(
    *,
    id: str,
    command: RequestSubstitution,
    table: Table,
    standing: Iterable[Substitution],
    actor: Actor,
    on_behalf: bool,
    now: datetime,
) -> Substitution:
    """Raises ``InvalidInput``, ``WrongState``, ``ShiftBegun`` and ``NotFree``.

    ``table``: with the shifts and members that the command names. ``standing``: what was asked about these shifts.
    """
    require(command.reason, "reason", "请填写替班（换班）理由")
    shift = table.shifts[command.shift_id]
    if any(each.state is WAITING and each.shift == shift.id and each.member == command.member for each in standing):
        raise WrongState("该班次已有待批准的替班（换班）申请，请先撤回")
    substitution = Substitution(
        id=id,
        tenant=shift.tenant,
        kind=SubstitutionKind.SUBSTITUTE if command.in_return is None else SubstitutionKind.SWAP,
        shift=shift.id,
        day=shift.day,
        member=command.member,
        by_member=command.by_member,
        in_return=command.in_return,
        reason=command.reason.strip(),
        requested_by=actor.reference,
        on_behalf=on_behalf,
        state=WAITING,
    )
    carried_out(substitution, table=table, now=now)
    return substitution


def carried_out(substitution: Substitution, *, table: Table, now: datetime) -> dict[str, Shift]:
    """The shifts, by id, as they are once it is approved. Raises as ``requested`` does: what was free then may not be
    any more."""
    shift = _open(table, substitution.shift, now)
    member, by = table.members[substitution.member], table.members[substitution.by_member]
    if member.id == by.id:
        raise InvalidInput("替班人员不能是本人，请另选", field="by_member")
    if substitution.in_return is None:
        return {shift.id: _seated(table, shift, member, by, SeatOrigin.SUBSTITUTE, leaving=())}
    other = _open(table, substitution.in_return, now)
    if other.id == shift.id:
        raise InvalidInput("换班须是两个不同的班次，请另选", field="in_return")
    both = (shift.id, other.id)
    return {
        shift.id: _seated(table, shift, member, by, SeatOrigin.SWAPPED, leaving=both),
        other.id: _seated(table, other, by, member, SeatOrigin.SWAPPED, leaving=both),
    }


def decided(substitution: Substitution, *, approve: bool, reason: str, actor: Actor, now: datetime) -> Substitution:
    """Raises ``WrongState`` for one that waits for no decision, ``InvalidInput`` for a refusal without a reason."""
    if substitution.state is not WAITING:
        raise WrongState(f"该申请{substitution.state.label}，不能再审批，请刷新后查看")
    if not approve:
        require(reason, "reason", "不批准的，请填写理由")
    return msgspec.structs.replace(
        substitution,
        state=SubstitutionState.APPROVED if approve else SubstitutionState.REFUSED,
        decided_by=actor.reference,
        decided_at=now,
        decision=reason.strip() or None,
    )


def taken_back(substitution: Substitution, *, reason: str) -> Substitution:
    require(reason, "reason", "请填写撤回理由")
    if substitution.state not in (WAITING, SubstitutionState.APPROVED):
        raise WrongState(f"该申请{substitution.state.label}，不必撤回")
    return msgspec.structs.replace(substitution, state=SubstitutionState.TAKEN_BACK)


def undone(substitution: Substitution, *, table: Table, now: datetime) -> dict[str, Shift]:
    """The shifts, by id, as they are when everybody takes his own turn again. Raises ``ShiftBegun``, ``NotFree`` where
    he is away by now, and ``WrongState`` where the table has been changed since."""
    shift = _open(table, substitution.shift, now)
    member, by = table.members[substitution.member], table.members[substitution.by_member]
    if substitution.in_return is None:
        return {shift.id: _returned(table, shift, member, by, leaving=())}
    other = _open(table, substitution.in_return, now)
    both = (shift.id, other.id)
    return {
        shift.id: _returned(table, shift, member, by, leaving=both),
        other.id: _returned(table, other, by, member, leaving=both),
    }


def _open(table: Table, shift_id: str, now: datetime) -> Shift:
    shift = table.shifts[shift_id]
    if shift.cancelled is not None:
        raise WrongState(f"{shift.day} 的“{shift.name}”已取消，不必替班")
    if shift.begins <= now:
        raise ShiftBegun(f"{shift.day} {shift.start:%H:%M} 的“{shift.name}”已经开始，不能再变更")
    return shift


def _seated(
    table: Table, shift: Shift, member: Member, by: Member, origin: SeatOrigin, *, leaving: tuple[str, ...]
) -> Shift:
    place = place_of(shift, member.id)
    if place is None:
        raise InvalidInput(f"{shift.day} 的“{shift.name}”没有{member.name}的班，请核对", field="member")
    seat = shift.seats[place]
    if place_of(shift, by.id) is not None:
        raise NotFree(f"{by.name}已在 {shift.day} 的“{shift.name}”中，请另选", field="by_member")
    why = why_not(table, by, shift, leaving=leaving)
    if all(each.id != by.id for each in pool_of(table, shift, place)):
        why = f"{by.name}不能担任{seat.role.label}"
    if why is not None:
        free = "、".join(each.name for each in candidates(table, shift, place)[:SHOWN]) or "无"
        raise NotFree(f"{why}，请另选，可选：{free}", field="by_member")
    return with_seat(shift, place, taken_by(seat, by, origin=origin))


def _returned(table: Table, shift: Shift, member: Member, by: Member, *, leaving: tuple[str, ...]) -> Shift:
    place = place_of(shift, by.id)
    if place is None:
        raise WrongState(f"{shift.day} 的“{shift.name}”已另作安排，不能恢复，请按现有安排申请替班")
    why = why_not(table, member, shift, leaving=leaving)
    if why is not None:
        raise NotFree(f"{why}，不能恢复本人班次，请维持替班", field="substitution_id")
    return with_seat(shift, place, given_back(shift.seats[place], member, by_hand=shift.by_hand))
