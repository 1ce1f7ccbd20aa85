"""Recurring duties of the offices: the entry points. Each answers the duty of the period as it now is."""

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.circulars import ReportingPeriod
from services.contracts.office import OfficeDutyDone, RecordOfficeDuty, TakeBackOfficeDuty, duty_key
from services.contracts.rules import Regime
from services.deadlines import office

RECORDERS = (Role.CLERK, Role.HEAD, Role.SUPERVISOR)


class OfficeCommands:
    """A base of the service class."""

    @command(RecordOfficeDuty, roles=RECORDERS)
    def record_office_duty(self, tx: Transaction, body: RecordOfficeDuty) -> OfficeDutyDone:
        regime = tx.read(Regime, tx.actor.county)
        duty = office.duty_of(regime.state if regime else None, body.duty)
        known = _known(tx, body.duty, body.period)
        done = office.recorded(
            duty=duty, known=known.state if known else None, command=body, actor=tx.actor, today=tx.today
        )
        tx.record(done, act=Act.OFFICE_DUTY_DONE, base=known.version if known else 0)
        return done

    @command(TakeBackOfficeDuty, roles=RECORDERS)
    def take_back_office_duty(self, tx: Transaction, body: TakeBackOfficeDuty) -> OfficeDutyDone:
        known = _known(tx, body.duty, body.period)
        done = office.taken_back(known=known.state if known else None, reason=body.reason)
        tx.record(done, act=Act.OFFICE_DUTY_TAKEN_BACK, base=known.version if known else 0, remark=done.taken_back)
        return done


def _known(tx: Transaction, duty: str, period: ReportingPeriod) -> Versioned[OfficeDutyDone] | None:
    """What stands of the actor's own tenant; nobody else records the same until this transaction ends."""
    key = duty_key(duty=duty, tenant=tx.actor.tenant, period=period)
    tx.lock(key)
    return tx.find(OfficeDutyDone, key)
