"""Roster's commands about a visit on the day, as a part of the service class: from the number in the queue to what came
of it. The rules stand in ``visiting``."""

import msgspec

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import NotFound, WrongState, require
from services.common.ids import is_id
from services.common.locking import locked
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.people import PetitionerInput
from services.contracts.receptions import (
    Appointment,
    AppointmentState,
    Arrive,
    CallNext,
    FinishAppointment,
    MissAppointment,
    RevealVisitor,
    TakeBackVisit,
)
from services.contracts.shifts import Shift
from services.roster import confining, visitors
from services.roster.acting import ANYBODY_SERVING
from services.roster.reception_desk import (
    check_did_not_step_aside,
    check_receives,
    held,
    judged,
    masker,
    numbers_given,
    petition_of,
    put,
    shift_of,
    visit_of,
)
from services.roster.stored import of_shifts
from services.roster.visiting import arrived, check_held, finished, missed, next_called, next_number, step_back


class VisitCommands:
    """Each answers the appointment as it now is. A base of the service class."""

    vault: Vault

    @command(Arrive, roles=ANYBODY_SERVING)
    def arrive(self, tx: Transaction, body: Arrive) -> Appointment:
        """Who receives may have changed since he booked: it is asked once more who must not, and who may see it."""
        row, shift = self._of_reception(tx, body.appointment_id)
        check_held(shift)
        number = next_number(numbers_given(tx, shift))
        after = arrived(row.state, number=number, now=tx.now, today=tx.today)
        person = visitors.opened(tx, self.vault, after.id)
        if person is None:
            raise NotFound()
        after = judged(tx, after, shift=shift, visit=visit_of(tx, after, name=person.name))
        return put(tx, after, act=Act.VISITOR_CAME, base=row.version, remark=f"{after.number} 号")

    @command(CallNext, roles=ANYBODY_SERVING)
    def call_next(self, tx: Transaction, body: CallNext) -> Appointment | None:
        """Of those whom the actor may know of: an accusation is called by who is named for it."""
        shift = shift_of(tx, body.shift_id)
        tx.lock(shift.id)
        rows = of_shifts(tx, Appointment, [shift.id])
        check_receives(tx, shift)
        chosen = next_called((row.state for row in rows), now=tx.now)
        if chosen is None:
            return None
        # Under its case's lock alone somebody may have changed it meanwhile; who waits is decided under this one.
        row = tx.find(Appointment, chosen.id)
        after = None if row is None else next_called([row.state], now=tx.now)
        if row is None or after is None:
            raise WrongState()
        return put(tx, after, act=Act.VISITOR_CALLED, base=row.version, remark=f"{after.number} 号")

    @command(FinishAppointment, roles=ANYBODY_SERVING)
    def finish_appointment(self, tx: Transaction, body: FinishAppointment) -> Appointment:
        if body.petition_id is not None and not is_id(body.petition_id):
            raise NotFound("没有这件信访件，或您无权查看，请核对")
        row, shift = self._of_reception(tx, body.appointment_id, body.petition_id)
        check_did_not_step_aside(tx, shift, row.state)
        # A case that was registered a moment ago may not be known here yet: what it allows follows with its fact, which
        # waits for the lock that this command holds on it.
        petition = petition_of(tx, body.petition_id)
        if petition is not None:
            if not confining.sees(petition, tx.actor):
                raise NotFound("没有这件信访件，或您无权查看，请核对")
            confining.check_actor(actor=tx.actor, accusation=False, matter="", petition=petition)
        after = finished(row.state, body, by=tx.actor.reference, now=tx.now)
        mask = masker(tx, self.vault, after.id)
        if after.outcome is not None:
            after = msgspec.structs.replace(
                after, outcome=msgspec.structs.replace(after.outcome, text=mask(after.outcome.text))
            )
        if petition is not None:
            after = self._restricted(tx, after, shift)
        return put(tx, after, act=Act.VISITOR_RECEIVED, base=row.version, remark=_outcome_remark(after))

    @command(MissAppointment, roles=ANYBODY_SERVING)
    def miss_appointment(self, tx: Transaction, body: MissAppointment) -> Appointment:
        row, _ = self._of_reception(tx, body.appointment_id)
        return put(tx, missed(row.state), act=Act.VISITOR_MISSED, base=row.version)

    @command(TakeBackVisit, roles=ANYBODY_SERVING)
    def take_back_visit(self, tx: Transaction, body: TakeBackVisit) -> Appointment:
        require(body.reason, "reason", "请填写撤销原因")
        row, _ = self._of_reception(tx, body.appointment_id)
        after = step_back(row.state)
        reason = masker(tx, self.vault, after.id)(body.reason.strip())
        remark = f"由{row.state.state.label}恢复为{after.state.label}：{reason}"
        return put(tx, after, act=Act.VISIT_TAKEN_BACK, base=row.version, remark=remark)

    @command(RevealVisitor, roles=HANDLES_CASES, keep=False)
    def reveal_visitor(self, tx: Transaction, body: RevealVisitor) -> PetitionerInput:
        """Its answer is not kept: each look is an act of its own, recorded before it leaves the house."""
        require(body.reason, "reason", "请填写查看理由，理由将记入台账")
        row = locked(tx, Appointment, body.appointment_id)
        person = visitors.opened(tx, self.vault, body.appointment_id)
        if person is None:
            raise NotFound()
        reason = masker(tx, self.vault, row.state.id)(body.reason.strip())
        tx.record(row.state, act=Act.VISITOR_REVEALED, base=row.version, remark=reason)
        return person

    def _of_reception(
        self, tx: Transaction, appointment_id: str, *cases: str | None
    ) -> tuple[Versioned[Appointment], Shift]:
        row = held(tx, appointment_id, cases=cases)
        shift = shift_of(tx, row.state.shift)
        check_receives(tx, shift, row.state)
        return row, shift

    def _restricted(self, tx: Transaction, appointment: Appointment, shift: Shift) -> Appointment:
        """For the people of the petition that came of it; who received him is past."""
        person = visitors.opened(tx, self.vault, appointment.id)
        if person is None:
            raise NotFound()
        now = judged(tx, appointment, shift=shift, visit=visit_of(tx, appointment, name=person.name))
        return msgspec.structs.replace(appointment, restricted_to=now.restricted_to)


def _outcome_remark(appointment: Appointment) -> str | None:
    outcome = appointment.outcome
    if outcome is None or appointment.state is not AppointmentState.DONE:
        return None
    by = f"，{outcome.promised_on} 前办理" if outcome.promised_on else ""
    return f"{outcome.kind.label}{by}"
