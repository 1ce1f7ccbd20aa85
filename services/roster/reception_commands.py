"""Roster's commands about appointments before the day, as a part of the service class. The rules stand in
``appointing``, ``booking``, ``confining`` and ``reception_rules``."""

import hmac
from typing import Any

import msgspec

from services.common.bus import command
from services.common.codes import random_code
from services.common.database import Transaction, Versioned
from services.common.errors import InvalidInput, NotFound, WrongQueryCode, require
from services.common.ids import is_id, new_id
from services.common.masking import mask_name
from services.common.public_table import newest
from services.common.receiving import OPEN, slots_of
from services.common.redacting import redacted
from services.common.vault import Vault
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import Nature, Petition
from services.contracts.public import tidy_code
from services.contracts.receptions import (
    Appointment,
    AppointmentState,
    BookAppointment,
    BookingWay,
    CancelAppointment,
    CancelOwnAppointment,
    DecideAppointment,
    MoveAppointment,
    MoveAppointments,
)
from services.contracts.shifts import Shift
from services.roster import confining, visitors
from services.roster.acting import OFFICE
from services.roster.appointing import cancelled, check_movable, check_shift, check_way, decided, move_remark, moved
from services.roster.booking import ReceptionFull, slot_for
from services.roster.reception_desk import (
    appointments_of,
    check_office,
    held,
    judged,
    lock_all,
    masker,
    numbers_given,
    petition_of,
    put,
    shift_now,
    shift_of,
    visit_of,
)
from services.roster.reception_rules import is_checked_first, representatives_of, slots_for
from services.roster.stored import announced_from, of_shifts
from services.roster.visiting import next_number


class ReceptionCommands:
    """Each answers the appointment as it now is. A base of the service class."""

    vault: Vault

    @command(BookAppointment, roles=OFFICE | {Role.PUBLIC})
    def book_appointment(self, tx: Transaction, body: BookAppointment) -> Appointment:
        shift = shift_of(tx, body.shift_id)
        if Role.PUBLIC not in tx.actor.roles:
            check_office(tx, shift.tenant)
        check_shift(shift, now=tx.now)
        check_way(command=body, shift=shift, actor=tx.actor, today=tx.today, announced=_is_announced(tx, shift))
        person = visitors.tidy(body, tx=tx)
        visitors.check_once(tx, self.vault, person, tenant=shift.tenant, day=shift.day)
        lock_all(tx, cases=[body.petition_id], shifts=[shift.id])
        # Whether it takes place, who receives, and what the case allows: as it is now that none of it changes.
        shift = shift_now(tx, shift)
        petition = _known_petition(tx, body.petition_id)
        accusation = body.accusation or (petition is not None and petition.nature is Nature.ACCUSATION)
        concerns = _known_units(tx, body.concerns, petition)
        matter = body.matter.strip()
        kind = _kind(tx, shift.tenant)
        confining.check_unit(tenant=shift.tenant, kind=kind, concerns=concerns, accusation=accusation)
        confining.check_actor(actor=tx.actor, accusation=accusation, matter=matter, petition=petition)
        walk_in = body.way is BookingWay.WALK_IN
        first = is_checked_first(way=body.way, day=shift.day, today=tx.today)
        appointment = Appointment(
            id=new_id(),
            tenant=shift.tenant,
            shift=shift.id,
            day=shift.day,
            slot=None,
            slots=slots_for(people=body.people, most=len(slots_of(shift))),
            way=body.way,
            number=None,
            code=random_code(),
            name=mask_name(person.name),
            people=body.people,
            representatives=representatives_of(people=body.people, given=body.representatives, on=shift.day),
            matter=redacted(matter, [person]),
            petition_id=body.petition_id,
            needs=body.needs,
            concerns=concerns,
            accusation=accusation,
            accused_users=sorted(set(body.accused_users)) if accusation else [],
            booked_at=tx.now,
            booked_by=None if Role.PUBLIC in tx.actor.roles else tx.actor.reference,
            state=AppointmentState.REQUESTED if first else AppointmentState.ACCEPTED,
        )
        visit = visit_of(tx, appointment, name=person.name, matter=matter)
        appointment = judged(tx, appointment, shift=shift, visit=visit)
        there = [row.state for row in appointments_of(tx, shift.id)]
        if walk_in:
            number, state = next_number(numbers_given(tx, shift)), AppointmentState.WAITING
            appointment = msgspec.structs.replace(appointment, number=number, state=state, came_at=tx.now)
        else:
            slot = slot_for(shift=shift, booked=there, wanted=body.slot, count=appointment.slots, now=tx.now)
            appointment = msgspec.structs.replace(appointment, slot=slot)
        with tx.whole_county():
            tx.record(appointment, act=Act.APPOINTMENT_BOOKED, remark=_booked_remark(appointment, shift))
            visitors.store(tx, self.vault, person, appointment)
        return appointment

    @command(DecideAppointment, roles=OFFICE)
    def decide_appointment(self, tx: Transaction, body: DecideAppointment) -> Appointment:
        row = self._of_office(tx, body.appointment_id)
        after = decided(row.state, body)
        after = msgspec.structs.replace(after, reason=after.reason and masker(tx, self.vault, after.id)(after.reason))
        words = "同意预约" if body.accept else "不同意预约"
        remark = f"{words}：{after.reason}" if after.reason else words
        return put(tx, after, act=Act.APPOINTMENT_DECIDED, base=row.version, remark=remark)

    @command(MoveAppointment, roles=OFFICE)
    def move_appointment(self, tx: Transaction, body: MoveAppointment) -> Appointment:
        require(body.reason, "reason", "请填写改约的原因")
        to = shift_of(tx, body.shift_id)
        check_office(tx, to.tenant)
        check_shift(to, now=tx.now)
        person = visitors.opened(tx, self.vault, body.appointment_id) if is_id(body.appointment_id) else None
        if person is not None:
            visitors.check_once(tx, self.vault, person, tenant=to.tenant, day=to.day, besides=body.appointment_id)
        row = self._of_office(tx, body.appointment_id, to.id)
        return self._move(tx, row, to=shift_now(tx, to), wanted=body.slot, reason=body.reason)

    @command(MoveAppointments, roles=OFFICE)
    def move_appointments(self, tx: Transaction, body: MoveAppointments) -> Any:
        """Those that the actor sees, and of the others how many they are; of a day on which somebody has another
        appointment he keeps that one, too."""
        require(body.reason, "reason", "请填写改约的原因")
        of, to = shift_of(tx, body.from_shift), shift_of(tx, body.to_shift)
        check_office(tx, of.tenant)
        check_office(tx, to.tenant)
        check_shift(to, now=tx.now)
        if of.id == to.id:
            raise InvalidInput("请选择另一次接访", field="to_shift")
        seen = {row.state.id: row.state for row in _still_to_come(tx, of.id)}
        lock_all(tx, cases=[each.petition_id for each in seen.values()], shifts=[of.id, to.id])
        to = shift_now(tx, to)
        # Only those whose cases are locked: who booked in between is moved by another command.
        there = _still_to_come(tx, of.id)
        rows = [row for row in there if row.state.id in seen]
        with tx.whole_county():
            hidden = len(_still_to_come(tx, of.id)) - len(there)
        done: list[str] = []
        left: list[str] = []
        for row in sorted(rows, key=lambda row: (row.state.slot is None, row.state.slot, row.state.id)):
            try:
                done.append(self._move(tx, row, to=to, wanted=None, reason=body.reason).id)
            except ReceptionFull:
                left.append(row.state.id)
        return {"moved": done, "left": left, "hidden": hidden}

    @command(CancelAppointment, roles=OFFICE)
    def cancel_appointment(self, tx: Transaction, body: CancelAppointment) -> Appointment:
        row = self._of_office(tx, body.appointment_id)
        reason = masker(tx, self.vault, row.state.id)(body.reason.strip()) or "来访人取消"
        return put(tx, cancelled(row.state, reason), act=Act.APPOINTMENT_CANCELLED, base=row.version, remark=reason)

    @command(CancelOwnAppointment, roles=(Role.PUBLIC,))
    def cancel_own_appointment(self, tx: Transaction, body: CancelOwnAppointment) -> Any:
        """The same refusal for a wrong code and for an appointment that does not exist."""
        with tx.whole_county():
            row = tx.read(Appointment, body.appointment_id) if is_id(body.appointment_id) else None
            fits = hmac.compare_digest((row.state.code if row else "").encode(), tidy_code(body.code).encode())
            if row is None or not fits:
                raise WrongQueryCode()
            row = held(tx, body.appointment_id)
            after = cancelled(row.state, "来访人自行取消")
        put(tx, after, act=Act.APPOINTMENT_CANCELLED, base=row.version, remark=after.reason)
        return {"appointment_id": after.id}

    def _of_office(self, tx: Transaction, appointment_id: str, *shifts: str) -> Versioned[Appointment]:
        row = held(tx, appointment_id, shifts=shifts)
        check_office(tx, row.state.tenant)
        return row

    def _move(
        self, tx: Transaction, row: Versioned[Appointment], *, to: Shift, wanted: Any, reason: str
    ) -> Appointment:
        """The caller holds both receptions, and knows that the visitor is free on that day."""
        before = row.state
        check_movable(before)
        booked = [each.state for each in appointments_of(tx, to.id) if each.state.id != before.id]
        count = slots_for(people=before.people, most=len(slots_of(to)))
        slot = slot_for(shift=to, booked=booked, wanted=wanted, count=count, now=tx.now)
        after = moved(before, to=to, slot=slot, slots=count)
        person = visitors.opened(tx, self.vault, before.id)
        if person is None:
            raise NotFound()
        after = judged(tx, after, shift=to, visit=visit_of(tx, after, name=person.name))
        words = redacted(reason.strip(), [person])
        return put(tx, after, act=Act.APPOINTMENT_MOVED, base=row.version, remark=move_remark(before, after, words))


def _still_to_come(tx: Transaction, shift_id: str) -> list[Versioned[Appointment]]:
    return [row for row in of_shifts(tx, Appointment, [shift_id]) if row.state.state in OPEN]


def _is_announced(tx: Transaction, shift: Shift) -> bool:
    if Role.PUBLIC not in tx.actor.roles:
        return True
    public = newest(announced_from(tx, shift.tenant, shift.day), tenant=shift.tenant, day=shift.day)
    return public is not None and any(turn.shift == shift.id for turn in public.turns)


def _known_petition(tx: Transaction, petition_id: str | None) -> Petition | None:
    """Raises ``NotFound``, alike for what is unknown and for what the actor may not know of."""
    if petition_id is None:
        return None
    petition = petition_of(tx, petition_id) if is_id(petition_id) else None
    if petition is None or not confining.sees(petition, tx.actor):
        raise NotFound("没有这件信访件，或您无权查看；刚登记的请稍后再试")
    return petition


def _known_units(tx: Transaction, codes: list[str], petition: Petition | None) -> list[str]:
    """Codes of the units that it is about, with those that the petition accuses. Raises ``InvalidInput``."""
    for code in codes:
        if tx.kept(Organisation, code) is None:
            raise InvalidInput(f"没有代码为 {code} 的单位，请在单位名录中选择", field="concerns")
    return sorted({*codes, *(petition.accused if petition else ())})


def _kind(tx: Transaction, tenant: str) -> TenantKind:
    kept = tx.kept(Organisation, tenant)
    return tx.actor.kind if kept is None else kept.state.kind


def _booked_remark(appointment: Appointment, shift: Shift) -> str:
    when = f"{appointment.slot:%H:%M}" if appointment.slot else f"{appointment.number} 号"
    return f"{appointment.day} {when}，{shift.name}（{appointment.way.label}）"
