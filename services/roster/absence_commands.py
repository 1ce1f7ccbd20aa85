"""The roster's commands about absences, as a part of the service class. The rules stand in ``absences`` and
``standing_in``."""

from collections.abc import Collection, Mapping

from services.common.bus import command
from services.common.database import Entry, Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id, new_id
from services.contracts.absences import (
    AbsenceImported,
    AbsenceImportReport,
    CancelAbsence,
    DecideAbsence,
    ImportAbsences,
    ImportStep,
    RequestAbsence,
)
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.roster_commands import Moved
from services.contracts.roster_people import Absence, AbsenceState
from services.contracts.shifts import Shift
from services.contracts.substitutions import Substitution, SubstitutionState
from services.roster import absences
from services.roster.acting import ANYBODY_SERVING, OFFICE, check_acts_for, check_decides, decides
from services.roster.plan_store import plan_tenant
from services.roster.seating import Table
from services.roster.seating_store import lock_table, member_of, record_shifts, table_of
from services.roster.standing_in import give_back, moved_words, shifts_touched, stand_in
from services.roster.stored import of_shifts, of_tenant

BACK = "销假，恢复本人班次"
MOST_MOVED = 200
"""How many moved turns an import report names."""


class AbsenceCommands:
    """Each answers the absence as it now is; the duty table follows it at once."""

    @command(RequestAbsence, roles=ANYBODY_SERVING)
    def request_absence(self, tx: Transaction, body: RequestAbsence) -> Absence:
        tenant = tx.actor.tenant
        member = member_of(tx, body.member)
        check_acts_for(member, tx.actor)
        lock_table(tx, tenant)
        standing = [row.state for row in of_tenant(tx, Absence, tenant) if row.state.member == member.id]
        absence = absences.requested(
            id=new_id(), command=body, member=member, standing=standing, actor=tx.actor, today=tx.today
        )
        named = {member.id: member_of(tx, body.substitute).id} if body.substitute is not None else {}
        tx.record(absence, act=Act.ABSENCE_REQUESTED, remark=absence.reason)
        table = table_of(tx, tenant, first=absence.first, last=absence.last)
        moved, gaps = stand_in(table, {member.id}, named=named, now=tx.now)
        absences.check_gaps(gaps)
        record_shifts(tx, moved, act=Act.SHIFT_MOVED, why=absence.kind.label)
        plan_tenant(tx, tenant=tenant)
        return absence

    @command(DecideAbsence, roles=(Role.HEAD,))
    def decide_absence(self, tx: Transaction, body: DecideAbsence) -> Absence:
        row = _found(tx, body.absence_id)
        member = member_of(tx, row.state.member)
        members = [each.state for each in of_tenant(tx, type(member), tx.actor.tenant)]
        check_decides(member, tx.actor, members, today=tx.today)
        absence = absences.decided(row.state, approve=body.approve, reason=body.reason, actor=tx.actor)
        words = "；".join(each for each in (absence.state.label, body.reason.strip()) if each)
        tx.record(absence, act=Act.ABSENCE_DECIDED, base=row.version, remark=words)
        if not absence.away:
            _take_back(tx, row.state)
        return absence

    @command(CancelAbsence, roles=ANYBODY_SERVING)
    def cancel_absence(self, tx: Transaction, body: CancelAbsence) -> Absence:
        row = _found(tx, body.absence_id)
        check_acts_for(member_of(tx, row.state.member), tx.actor)
        absence = absences.cancelled(row.state, today=tx.today, reason=body.reason)
        tx.record(absence, act=Act.ABSENCE_CANCELLED, base=row.version, remark=body.reason.strip() or None)
        _take_back(tx, row.state)
        return absence

    @command(ImportAbsences, roles=tuple(sorted(OFFICE)))
    def import_absences(self, tx: Transaction, body: ImportAbsences) -> AbsenceImportReport:
        tenant = tx.actor.tenant
        lock_table(tx, tenant)
        stored = {row.state.id: row for row in of_tenant(tx, Absence, tenant)}
        known = {id: row.state for id, row in stored.items()}
        first = min([tx.today, *(each.first for each in body.absences)])
        last = max([tx.today, *(each.last for each in body.absences), *(each.last for each in known.values())])
        table = table_of(tx, tenant, first=first, last=last)
        absences.check_import(body.absences, table.members, today=tx.today)
        people = table.members.values()
        head = Role.HEAD in tx.actor.roles
        found = absences.imported(
            given=body.absences,
            stored=known.values(),
            decided={each.id for each in people if head and decides(each, tx.actor, people, today=tx.today)},
            tenant=tenant,
            actor=tx.actor,
            today=tx.today,
        )
        changed = {each.absence.id: each.absence for each in found if each.step is not ImportStep.UNCHANGED}
        moved = _follow(tx, table, changed, known)
        if not body.dry_run and changed:
            tx.record_many([_entry(absence, stored.get(id)) for id, absence in changed.items()])
            record_shifts(tx, moved, act=Act.SHIFT_MOVED, why="导入请假（外出）记录")
            plan_tenant(tx, tenant=tenant)
        return AbsenceImportReport(
            dry_run=body.dry_run,
            absences=[
                AbsenceImported(
                    uid=each.uid,
                    member=each.absence.member,
                    name=table.name(each.absence.member),
                    kind=each.absence.kind,
                    first=each.absence.first,
                    last=each.absence.last,
                    step=each.step,
                )
                for each in found
            ],
            moved=[
                Moved(shift=id, day=shift.day, name=shift.name, what=moved_words(table.shifts[id], shift))
                for id, shift in sorted(moved.items(), key=lambda each: (each[1].day, each[0]))
            ][:MOST_MOVED],
        )


def _found(tx: Transaction, absence_id: str) -> Versioned[Absence]:
    """An absence of the actor's own tenant, with its duty table locked before it. Raises ``NotFound``."""
    lock_table(tx, tx.actor.tenant)
    row = tx.find(Absence, absence_id) if is_id(absence_id) else None
    if row is None or row.state.tenant != tx.actor.tenant:
        raise NotFound()
    return row


def _take_back(tx: Transaction, before: Absence) -> None:
    """His turns of these days are his own again. ``before``: the absence as it was."""
    table = table_of(tx, before.tenant, first=before.first, last=before.last)
    those = shifts_touched(table, before)
    moved = give_back(table, {before.member}, agreed=_agreed(tx, those), now=tx.now)
    record_shifts(tx, {id: each for id, each in moved.items() if id in those}, act=Act.SHIFT_MOVED, why=BACK)
    plan_tenant(tx, tenant=before.tenant)


def _follow(
    tx: Transaction, table: Table, changed: Mapping[str, Absence], known: Mapping[str, Absence]
) -> dict[str, Shift]:
    """The shifts as these absences leave them: first whoever is back takes his own turns, then others are found."""
    who = {each.member for each in changed.values()}
    after = Table(
        members=table.members,
        absences=[*(each for id, each in known.items() if id not in changed), *changed.values()],
        rules=table.rules,
        shifts=table.shifts,
    )
    back = give_back(after, who, agreed=_agreed(tx, table.shifts), now=tx.now)
    named = {each.member: each.substitute for each in changed.values() if each.away and each.substitute is not None}
    away, _ = stand_in(after.with_shifts(back.values()), who, named=named, now=tx.now)
    return {id: shift for id, shift in {**back, **away}.items() if shift != table.shifts[id]}


def _agreed(tx: Transaction, shifts: Collection[str]) -> set[tuple[str, str]]:
    """Turns that were given to others by an approved substitution; they stand."""
    return {
        (row.state.shift, row.state.member)
        for row in of_shifts(tx, Substitution, shifts)
        if row.state.state is SubstitutionState.APPROVED
    }


def _entry(absence: Absence, row: Versioned[Absence] | None) -> Entry:
    act = Act.ABSENCE_CANCELLED if absence.state is AbsenceState.CANCELLED else Act.ABSENCE_REQUESTED
    return Entry(absence, act, row.version if row else 0, "日历导入")
