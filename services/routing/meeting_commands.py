"""Routing's commands about meetings, as a part of the service class. The rules stand in ``meetings``."""

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.meetings import CaseMeeting, RecordCaseMeeting, TakeBackCaseMeeting
from services.contracts.routing import Referral
from services.routing import meetings
from services.routing.county_tables import directory

RECORDERS = (*HANDLES_CASES, Role.SUPERVISOR, Role.LEADER)


class MeetingCommands:
    """Each answers the meeting as it now is."""

    @command(RecordCaseMeeting, roles=RECORDERS)
    def record_case_meeting(self, tx: Transaction, body: RecordCaseMeeting) -> CaseMeeting:
        petition = body.petition
        tx.lock(petition.id)
        standing = [row.state for row in tx.of_petition(Referral, petition.id) if row.state.stands]
        meetings.check_recorder(actor=tx.actor, petition=petition, standing=standing)
        organisations = directory(tx)
        meeting = meetings.recorded(command=body, actor=tx.actor, directory=organisations, today=tx.today)
        remark = f"{meeting.kind.label}，{meeting.held_on}，{meeting.chair}主持：{meeting.decision}"
        tx.record(meeting, act=Act.MEETING_RECORDED, remark=remark)
        return meeting

    @command(TakeBackCaseMeeting, roles=RECORDERS)
    def take_back_case_meeting(self, tx: Transaction, body: TakeBackCaseMeeting) -> CaseMeeting:
        row = tx.find(CaseMeeting, body.meeting_id) if is_id(body.meeting_id) else None
        if row is None:
            raise NotFound()
        meeting = meetings.taken_back(meeting=row.state, actor=tx.actor, reason=body.reason)
        remark = f"{meeting.kind.label}，{meeting.held_on}：{meeting.taken_back}"
        tx.record(meeting, act=Act.MEETING_TAKEN_BACK, base=row.version, remark=remark)
        return meeting
