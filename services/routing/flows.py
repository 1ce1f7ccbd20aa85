"""Approval flows (呈批, 批示): who starts a run, whose step it is, and what a step makes of the run. Pure.

A flow is the county's own order of work; the articles are those of 《信访工作条例》 (2022).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

import msgspec

from services.common import accused
from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.directory import Organisation
from services.contracts.flows import (
    Approval,
    ApprovalEntry,
    ApprovalState,
    EntryKind,
    Flow,
    FlowStep,
    PassApprovalStep,
    ReturnApproval,
    StartApproval,
    StepPlace,
    enters_paper,
)
from services.contracts.routing import Referral
from services.routing import receiving

DOING = "办理该件的呈批"


class ApprovalRunning(Refusal):
    code = "APPROVAL_RUNNING"
    default = "该件的这一流程正在办理，请在原流程中继续，或先撤销原流程"


def started(
    *,
    command: StartApproval,
    flow: Flow | None,
    actor: Actor,
    parties: Collection[str],
    directory: dict[str, Organisation],
    referral: Referral | None,
    running: Iterable[Approval],
    today: date,
) -> Approval:
    """A run at its first step.

    ``parties`` are the tenants that registered, hold or review the case; ``referral`` is that of the command;
    ``running`` are the runs of this case that the actor sees. Raises a refusal.
    """
    petition = command.petition
    if flow is None or not flow.active:
        raise InvalidInput(f"没有“{command.flow}”这个流程，请在流程清单中选择", field="flow")
    if flow.kinds and actor.kind not in flow.kinds:
        kinds = "、".join(kind.label for kind in flow.kinds)
        raise Forbidden(f"“{flow.name}”只由{kinds}发起")
    if petition.historical:
        raise HistoricalPetition("这是从旧登记簿导入的历史件，已经办结，不再呈批；如有新诉求请重新登记")
    _check_party(actor=actor, parties=parties)
    require(command.subject, "subject", "请填写呈批事项")
    for other in running:
        same = (other.flow, other.tenant, other.referral_id) == (flow.id, actor.tenant, command.referral_id)
        if same and other.state is ApprovalState.RUNNING:
            raise ApprovalRunning()
    approval = Approval(
        id=new_id(),
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        flow=flow.id,
        flow_name=flow.name,
        gate=flow.gate,
        tenant=actor.tenant,
        handling=None,
        referral_id=command.referral_id,
        subject=command.subject.strip(),
        steps=flow.steps,
        entries=[],
        state=ApprovalState.RUNNING,
        step=0,
        started_on=today,
        restricted_to=None if petition.named is None else sorted(petition.named),
        accused=petition.accused,
        accused_people=petition.accused_people,
    )
    _check_not_accused(approval, actor)
    if any(step.place is StepPlace.COUNTY for step in flow.steps):
        for office in (each for each in directory.values() if each.kind is TenantKind.COUNTY):
            accused.check_unit(petition=petition, tenant=office.code, name=office.name, doing=DOING, field="flow")
    named = command.handling or (referral.to_tenant if referral and _handled(flow.steps) else None)
    approval = _with_handling(approval, named, parties=parties, directory=directory, today=today)
    _check_reachable(approval)
    return approval


def passed(
    *,
    approval: Approval,
    command: PassApprovalStep,
    actor: Actor,
    parties: Collection[str],
    directory: dict[str, Organisation],
    now: datetime,
    today: date,
) -> Approval:
    """The run after its next step was passed, or skipped; done after the last. Raises a refusal."""
    _check_party(actor=actor, parties=parties)
    step = _running(approval)
    if command.step != step.id:
        raise WrongState(f"该呈批的下一环节是“{step.name}”，请刷新后再办理", field="step")
    _check_turn(approval, step, actor, skip=command.skip, leader=command.leader)
    if command.skip and not step.optional:
        raise InvalidInput(f"“{step.name}”是必经环节，不能略过", field="skip")
    require(command.text, "text", "请填写略过的理由" if command.skip else f"请填写“{step.name}”的内容")
    kind = EntryKind.SKIPPED if command.skip else EntryKind.PASSED
    after = _entered(approval, kind, command.text, actor=actor, leader=command.leader, now=now, today=today)
    # Only now, when the turn was the actor's: who names the handling tenant names it for the steps to come.
    after = _with_handling(after, command.handling, parties=parties, directory=directory, today=today)
    place = approval.step + 1
    if place < len(approval.steps):
        after = msgspec.structs.replace(after, step=place)
        _check_reachable(after)
        return after
    return msgspec.structs.replace(after, step=place, state=ApprovalState.DONE, ended_on=today)


def returned(
    *,
    approval: Approval,
    command: ReturnApproval,
    actor: Actor,
    parties: Collection[str],
    now: datetime,
    today: date,
) -> Approval:
    """The run back at an earlier step; what was passed from there on is to be passed again."""
    _check_party(actor=actor, parties=parties)
    kind, leader, to = EntryKind.RETURNED, command.leader, command.to_step
    _check_turn(approval, _running(approval), actor, skip=False, leader=leader)
    earlier = [step.id for step in approval.steps[: approval.step]]
    if to not in earlier:
        names = "、".join(f"{step.id}（{step.name}）" for step in approval.steps[: approval.step])
        raise InvalidInput(f"只能退回以前的环节：{names or '尚无，如不再办理请撤销'}", field="to_step")
    require(command.reason, "reason", "请填写退回的理由")
    after = _entered(approval, kind, command.reason, actor=actor, leader=leader, now=now, today=today, to_step=to)
    return msgspec.structs.replace(after, step=earlier.index(to))


def withdrawn(*, approval: Approval, actor: Actor, reason: str, now: datetime, today: date) -> Approval:
    """The run given up; whatever was entered stays. By the tenant that started it, and by the county office."""
    _running(approval)
    if actor.tenant != approval.tenant and actor.kind is not TenantKind.COUNTY:
        raise Forbidden("呈批由发起单位或县信访局撤销")
    _check_not_accused(approval, actor)
    require(reason, "reason", "请填写撤销的理由")
    after = _entered(approval, EntryKind.WITHDRAWN, reason, actor=actor, leader=None, now=now, today=today)
    return msgspec.structs.replace(after, state=ApprovalState.WITHDRAWN, ended_on=today)


def _check_party(*, actor: Actor, parties: Collection[str]) -> None:
    if actor.kind is not TenantKind.COUNTY and actor.tenant not in parties:
        raise Forbidden("只有县信访局、登记单位和承办单位可以办理该件的呈批")


def _check_not_accused(approval: Approval, actor: Actor, leader: str | None = None) -> None:
    """Raises ``AccusedUnit`` for an accused actor, tenant of his, or leader in whose name he enters."""
    accused.check_unit(petition=approval, tenant=actor.tenant, name="本单位", doing=DOING)
    if leader is not None:
        accused.check_people(petition=approval, people=leader, doing="批示、审批该件", field="leader")
    accused.check_people(petition=approval, people=actor.name, doing=DOING)


def _with_handling(
    approval: Approval, named: str | None, *, parties: Collection[str], directory: dict[str, Organisation], today: date
) -> Approval:
    """The run with this tenant at its handling steps; as it was where none is named."""
    if named is None or named == approval.handling:
        return approval
    if not _handled(approval.steps):
        raise InvalidInput(f"“{approval.flow_name}”没有由承办单位办理的环节，请不要填写承办单位", field="handling")
    organisation = receiving.check_takes(code=named, directory=directory, day=today, field="handling")
    accused.check_unit(petition=approval, tenant=named, name=organisation.name, doing=DOING, field="handling")
    if named not in parties:
        raise InvalidInput(f"{organisation.name}尚未承办该件，请先转送、交办，再填写为承办单位", field="handling")
    return msgspec.structs.replace(approval, handling=named)


def _handled(steps: Iterable[FlowStep]) -> bool:
    return any(step.place is StepPlace.HANDLING for step in steps)


def _check_reachable(approval: Approval) -> None:
    """A step of the handling tenant needs one."""
    step = approval.next_step
    if step is not None and step.place is StepPlace.HANDLING and approval.handling is None:
        raise InvalidInput(f"“{step.name}”由承办单位办理，请先转送、交办，并填写承办单位", field="handling")


def _running(approval: Approval) -> FlowStep:
    step = approval.next_step
    if step is None:
        raise WrongState(f"该呈批{approval.state.label}，不再办理")
    return step


def _check_turn(approval: Approval, step: FlowStep, actor: Actor, *, skip: bool, leader: str | None) -> None:
    """Whether the actor may take the next step: by his role, in a leader's name from paper, or to skip it."""
    if not approval.is_at(step.place, actor):
        raise Forbidden(f"“{step.name}”应由{step.place.label}办理")
    _check_not_accused(approval, actor, leader)
    own, paper = bool(actor.roles & set(step.roles)), enters_paper(step, actor)
    roles = "、".join(role.label for role in step.roles)
    if leader is not None and leader.strip():
        if not paper:
            raise InvalidInput("领导姓名只在经办人代录书面批示时填写；由您本人办理的，请不要填写", field="leader")
    elif not own and paper and not skip:
        raise InvalidInput(f"“{step.name}”由{roles}办理；代录书面批示的，请填写领导姓名", field="leader")
    elif not own and not paper:
        raise Forbidden(f"“{step.name}”应由{step.place.label}的{roles}办理")


def _entered(
    approval: Approval,
    kind: EntryKind,
    text: str,
    *,
    actor: Actor,
    leader: str | None,
    now: datetime,
    today: date,
    to_step: str | None = None,
) -> Approval:
    entry = ApprovalEntry(
        step=approval.steps[approval.step].id,
        kind=kind,
        to_step=to_step,
        text=text.strip(),
        leader=(leader or "").strip() or None,
        at=now,
        on=today,
        by=actor.reference,
    )
    return msgspec.structs.replace(approval, entries=[*approval.entries, entry])
