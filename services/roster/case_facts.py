"""What the roster does about a case that others have told of: notes who was on duty, and calls who is."""

from datetime import timedelta

from services.common.clock import legal_day
from services.common.database import Transaction
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.duty_calls import DutyCall
from services.contracts.duty_notes import DutyNote
from services.contracts.intake import Petition
from services.contracts.roster_people import Member
from services.contracts.urgent_reports import UrgentReport
from services.roster.calling import call_words, called, on_duty, tenants_called
from services.roster.noting import turn_at
from services.roster.stored import shifts_between

A_DAY = timedelta(days=1)


def note_duty(tx: Transaction, petition: Petition) -> None:
    """Notes the leader on duty once, by the table of that moment: a later table does not rewrite history."""
    if tx.find(DutyNote, petition.id) is not None:
        return
    day = legal_day(petition.registered_at)
    rows = shifts_between(tx, first=day - A_DAY, last=day, tenant=petition.registered_by)
    note = DutyNote(
        petition_id=petition.id,
        tenant=petition.registered_by,
        on=petition.registered_on,
        turn=turn_at([row.state for row in rows], petition.registered_at),
    )
    tx.record(note, act=Act.DUTY_NOTED)


def call_on_duty(tx: Transaction, petition_id: str) -> None:
    """Calls whoever is on duty now with the urgent reports of the petition, each tenant once for each report.

    Petition and report come by two ways, in either order: whichever is second calls. The transaction must see the
    whole county.
    """
    tx.lock(petition_id)
    petition = tx.kept(Petition, petition_id)
    if petition is None:
        return
    reports = [row for row in tx.kept_of_petition(UrgentReport, petition_id) if row.state.ended_at is None]
    directory = [row.state for row in tx.kept_all(Organisation)] if reports else []
    for row in reports:
        known = tx.find(DutyCall, row.state.id)
        before = known.state if known else None
        codes = tenants_called(row.state, petition.state, directory, known=before)
        if not codes:
            continue
        shifts = [each.state for each in shifts_between(tx, first=tx.today - A_DAY, last=tx.today)]
        going = [each for each in shifts if each.holds(tx.now)]
        ids = {member for shift in going for member in shift.members}
        members = {id: each.state for id, each in tx.several(Member, sorted(ids)).items()}
        call = called(
            report=row.state,
            petition=petition.state,
            tenants=codes,
            present=on_duty(going, members, at=tx.now),
            members=members,
            known=before,
            now=tx.now,
        )
        tx.record(call, act=Act.DUTY_CALLED, base=known.version if known else 0, remark=call_words(call))
