"""When somebody is away: asked for, decided, ended, and taken from a calendar. Pure."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from services.common.clock import A_YEAR
from services.common.errors import InvalidInput, Refusal, WrongState, require
from services.contracts.absences import ImportedAbsence, ImportStep, RequestAbsence
from services.contracts.actor import Actor
from services.contracts.roster_people import Absence, AbsenceState, Member
from services.roster.standing_in import Gap

ABSENCE_IDS = uuid.UUID("0b7f6f0e-7a0c-5d0b-9a3f-54f0f9e1c6d2")
"""Namespace of the ids of imported absences. Never change it: they would be imported a second time."""
SHOWN = 5
"""How many candidates and turns a message names."""


class SubstituteNeeded(Refusal):
    code = "SUBSTITUTE_NEEDED"
    default = "请假期间有值班安排，请指定替班人员"


class AbsenceOverlaps(Refusal):
    code = "ABSENCE_OVERLAPS"
    default = "该期间已有请假或外出记录，请先销假，或改填其余日期"


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """One absence as an import leaves it."""

    uid: str
    absence: Absence
    step: ImportStep


def check_days(first: date, last: date, *, today: date, field: str) -> None:
    """Raises ``InvalidInput``: a year about today at most, and not the end before the beginning."""
    if last < first:
        raise InvalidInput(f"结束日期 {last} 早于开始日期 {first}，请核对", field="last")
    for day, name in ((first, field), (last, "last")):
        if abs(day - today) > A_YEAR:
            raise InvalidInput(f"日期 {day} 距今超过一年，请核对", field=name)


def requested(
    *, id: str, command: RequestAbsence, member: Member, standing: Iterable[Absence], actor: Actor, today: date
) -> Absence:
    """Counts as away from now on. Raises ``InvalidInput`` and ``AbsenceOverlaps``."""
    check_days(command.first, command.last, today=today, field="first")
    require(command.reason, "reason", "请填写请假（外出）事由")
    if command.substitute == member.id:
        raise InvalidInput("替班人员不能是请假人本人，请另选", field="substitute")
    overlap = next(
        (each for each in standing if each.away and each.first <= command.last and command.first <= each.last), None
    )
    if overlap is not None:
        raise AbsenceOverlaps(
            f"{member.name} {overlap.first} 至 {overlap.last} 已登记{overlap.kind.label}，请先销假，或改填其余日期",
            field="first",
        )
    return Absence(
        id=id,
        tenant=member.tenant,
        member=member.id,
        kind=command.kind,
        first=command.first,
        last=command.last,
        reason=command.reason.strip(),
        state=AbsenceState.REQUESTED,
        substitute=command.substitute,
        requested_by=actor.reference,
    )


def check_gaps(gaps: Sequence[Gap]) -> None:
    """Raises ``SubstituteNeeded``, which says for which turns and who could take them (RO-04)."""
    if not gaps:
        return
    turns = "；".join(
        f"{gap.shift.day} {gap.shift.start:%H:%M} {gap.shift.name}（{gap.shift.seats[gap.place].role.label}）"
        + (f"，{gap.why}" if gap.why else "")
        + f"，可选：{'、'.join(gap.free[:SHOWN])}"
        for gap in gaps[:SHOWN]
    )
    more = f"……共 {len(gaps)} 班" if len(gaps) > SHOWN else ""
    raise SubstituteNeeded(
        f"请假期间有值班安排，请指定替班人员（都有空的可选一人；否则请先申请换班）：{turns}{more}",
        field="substitute",
    )


def decided(absence: Absence, *, approve: bool, reason: str, actor: Actor) -> Absence:
    """Raises ``WrongState`` for one that waits for no decision, ``InvalidInput`` for a refusal without a reason."""
    if absence.state is not AbsenceState.REQUESTED:
        raise WrongState(f"该请假{absence.state.label}，不能再审批，请刷新后查看")
    if not approve:
        require(reason, "reason", "不批准的，请填写理由")
    state = AbsenceState.APPROVED if approve else AbsenceState.REFUSED
    return msgspec.structs.replace(absence, state=state, decided_by=actor.reference, decision=reason.strip() or None)


def cancelled(absence: Absence, *, today: date, reason: str = "") -> Absence:
    """He is not away, or is back before its end: the days until yesterday stay. Raises ``WrongState`` for what is
    over."""
    if not absence.away:
        raise WrongState(f"该请假{absence.state.label}，不必销假")
    if absence.last < today:
        raise WrongState(f"该请假已于 {absence.last} 结束，不必销假")
    decision = reason.strip() or absence.decision
    if absence.first < today:
        return msgspec.structs.replace(absence, last=today - timedelta(days=1), decision=decision)
    return msgspec.structs.replace(absence, state=AbsenceState.CANCELLED, decision=decision)


def check_import(given: Sequence[ImportedAbsence], members: Mapping[str, Member], *, today: date) -> None:
    """Raises ``InvalidInput`` with the number of the entry, from 0, in the field."""
    for number, each in enumerate(given):
        if each.member not in members:
            raise InvalidInput(f"人员 {each.member} 不在本单位值班人员中，请核对", field=f"absences.{number}.member")
        try:
            check_days(each.first, each.last, today=today, field="first")
        except InvalidInput as invalid:
            raise InvalidInput(invalid.message, field=f"absences.{number}.{invalid.field}") from invalid


def imported(
    *,
    given: Sequence[ImportedAbsence],
    stored: Iterable[Absence],
    decided: Collection[str],
    tenant: str,
    actor: Actor,
    today: date,
) -> list[Imported]:
    """What becomes of each entry, and of what stands of the same ``uid`` and is no longer among them.

    ``decided``: ids of the members on whom the actor decides: of these it is approved, of others it waits. What the
    office called off or refused stays so until the calendar says something else. What is over does not change.
    """
    by_source: dict[tuple[str, str], list[Absence]] = defaultdict(list)
    for absence in stored:
        if absence.source is not None:
            by_source[absence.member, absence.source].append(absence)
    series: dict[tuple[str, str], list[ImportedAbsence]] = defaultdict(list)
    for each in given:
        series[each.member, each.uid].append(each)
    found: list[Imported] = []
    for (member, uid), entries in series.items():
        known = {absence.id: absence for absence in by_source[member, uid]}
        wanted = {_id(tenant, each): each for each in entries if not each.cancelled}
        for id, each in wanted.items():
            if id in known or each.last >= today:
                approve = member in decided
                found.append(_step(id, each, known.get(id), approve, tenant=tenant, actor=actor, today=today))
        for id, absence in known.items():
            if id not in wanted and absence.away and absence.last >= today:
                found.append(Imported(uid=uid, absence=cancelled(absence, today=today), step=ImportStep.CANCELLED))
    return found


def _step(
    id: str, each: ImportedAbsence, known: Absence | None, approve: bool, *, tenant: str, actor: Actor, today: date
) -> Imported:
    wanted = Absence(
        id=id,
        tenant=tenant,
        member=each.member,
        kind=each.kind,
        first=each.first,
        last=each.last,
        reason=each.reason.strip(),
        state=AbsenceState.APPROVED if approve else AbsenceState.REQUESTED,
        substitute=known.substitute if known else None,
        requested_by=actor.reference,
        decided_by=actor.reference if approve else None,
        source=each.uid,
    )
    if known is None:
        return Imported(uid=each.uid, absence=wanted, step=ImportStep.ADDED)
    same = (known.kind, known.first, known.last) == (wanted.kind, wanted.first, wanted.last)
    over = known.last < today and wanted.last < today
    if (same and known.reason == wanted.reason) or over or (same and not known.away):
        return Imported(uid=each.uid, absence=known, step=ImportStep.UNCHANGED)
    if same:
        return Imported(
            uid=each.uid, absence=msgspec.structs.replace(known, reason=wanted.reason), step=ImportStep.CHANGED
        )
    return Imported(uid=each.uid, absence=wanted, step=ImportStep.CHANGED)


def _id(tenant: str, each: ImportedAbsence) -> str:
    """Of an entry that is moved it stays the same."""
    return str(uuid.uuid5(ABSENCE_IDS, f"{tenant}/{each.member}/{each.uid}/{each.occurrence}"))
