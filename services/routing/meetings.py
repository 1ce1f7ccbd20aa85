"""Meetings about a case (调度会, 听证会, 集体研究, 联席会议): who records them, and what may stand in the record. Pure.

Days are legal days, Asia/Shanghai. Nobody whom the petition accuses convenes, chairs, attends or gets a task (Art. 30).
"""

from datetime import date

import msgspec

from services.common import accused
from services.common.clock import A_YEAR
from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.meetings import Attendance, CaseMeeting, MeetingTask, RecordCaseMeeting
from services.contracts.routing import Referral

Directory = dict[str, Organisation]


def check_recorder(*, actor: Actor, petition: Petition, standing: list[Referral]) -> None:
    """The county office, the tenant that registered the case, and each that holds it; none that it accuses.

    Raises ``Forbidden`` or ``AccusedUnit``. ``standing`` are the hand-overs that the actor sees and that stand.
    """
    holds = any(each.to_tenant == actor.tenant for each in standing)
    if actor.kind is not TenantKind.COUNTY and actor.tenant != petition.registered_by and not holds:
        raise Forbidden("只有县信访局、登记单位和承办单位可以记录该件的会议")
    accused.check_actor(petition=petition, actor=actor, doing="召集该件的会议")


def recorded(*, command: RecordCaseMeeting, actor: Actor, directory: Directory, today: date) -> CaseMeeting:
    """The meeting as the record has it. It may be entered late, and after the case was closed.

    Raises ``HistoricalPetition``, ``InvalidInput``, ``AccusedUnit``.
    """
    petition, held_on = command.petition, command.held_on
    if petition.historical:
        raise HistoricalPetition("这是从旧登记簿导入的历史件，已经办结，不再记录会议；如有新诉求请重新登记")
    if not petition.received_on <= held_on <= today:
        raise InvalidInput(
            f"会议日期 {held_on} 应在收到之日 {petition.received_on} 至今天 {today} 之间，请核对", field="held_on"
        )
    require(command.chair, "chair", "请填写会议主持人")
    require(command.decision, "decision", "请填写会议议定的事项")
    accused.check_people(petition=petition, people=command.chair, doing="主持该件的会议", field="chair")
    return CaseMeeting(
        id=new_id(),
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        tenant=actor.tenant,
        kind=command.kind,
        held_on=held_on,
        entered_on=today,
        chair=command.chair.strip(),
        place=command.place.strip(),
        attendance=[_attendance(each, petition, directory) for each in command.attendance],
        decision=command.decision.strip(),
        tasks=[_task(each, petition, directory, held_on=held_on, today=today) for each in command.tasks],
        restricted_to=None if petition.named is None else sorted(petition.named),
    )


def taken_back(*, meeting: CaseMeeting, actor: Actor, reason: str) -> CaseMeeting:
    """The meeting as it counts no more; it stays in the case file with the reason."""
    if actor.tenant != meeting.tenant:
        raise Forbidden("会议记录只能由记录单位撤销")
    if meeting.taken_back is not None:
        raise WrongState(f"该会议记录已撤销：{meeting.taken_back}")
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(meeting, taken_back=reason.strip())


def _attendance(given: Attendance, petition: Petition, directory: Directory) -> Attendance:
    unit = directory.get(given.tenant)
    # It may have been merged since the meeting, so it need not stand today.
    if unit is None:
        raise InvalidInput(f"参会单位代码 {given.tenant} 不在本县机构名录中，请核对", field="attendance")
    require(given.people, "attendance", f"请填写{unit.name}的参会人员姓名和职务")
    doing = "参加该件的会议"
    accused.check_unit(petition=petition, tenant=given.tenant, name=unit.name, doing=doing, field="attendance")
    accused.check_people(petition=petition, people=given.people, doing=doing, field="attendance")
    return msgspec.structs.replace(given, people=given.people.strip())


def _task(given: MeetingTask, petition: Petition, directory: Directory, *, held_on: date, today: date) -> MeetingTask:
    unit = directory.get(given.tenant)
    if unit is None or not unit.takes(today):
        raise InvalidInput(f"任务承担单位代码 {given.tenant} 不在本县机构名录中，请核对", field="tasks")
    require(given.task, "tasks", f"请填写交给{unit.name}的任务")
    accused.check_unit(
        petition=petition, tenant=given.tenant, name=unit.name, doing="承担该件的会议任务", field="tasks"
    )
    if given.due_on is not None and not held_on <= given.due_on <= held_on + A_YEAR:
        raise InvalidInput(f"任务完成日期 {given.due_on} 应在会议之日 {held_on} 以后一年之内，请核对", field="tasks")
    return msgspec.structs.replace(given, task=given.task.strip())
