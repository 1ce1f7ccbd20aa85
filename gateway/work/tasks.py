"""What somebody must do next for a case: a pure function of the case as a whole.

It says in one place what the services' rules allow piece by piece, so that a list need not ask them; a test holds it
against the table of routing. What one *may* do besides (note progress, forward, withdraw) is no task.
"""

from collections.abc import Collection, Iterator
from datetime import date

from gateway.status import is_held
from gateway.work.kinds import TaskKind
from gateway.work.model import COUNTY_OFFICE
from gateway.work.part_tasks import of_parts
from gateway.work.scene import OpenClock, Scene
from gateway.work.task import COORDINATE, DECIDE, Task, begin_of
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.deadlines import Obligation
from services.contracts.intake import Petition
from services.contracts.routing import Referral, ReferralRole
from services.contracts.routing import ReferralState as S

BY_CLOCK = {
    Obligation.URGENT_REPORT: TaskKind.REPORT_URGENT,
    Obligation.PRESENTATION: TaskKind.PRESENT,
    Obligation.DIRECT_NOTICE: TaskKind.NOTIFY,
    Obligation.NOTICE: TaskKind.NOTIFY,
    Obligation.CASE_MEETING: TaskKind.HOLD_MEETING,
    Obligation.FOLLOW_UP: TaskKind.FOLLOW_UP,
}
"""What is to do because a clock runs, whatever the state of the case."""
ANSWERING = frozenset({Obligation.HANDLING, Obligation.REPORT, Obligation.PROMISE})
NOTIFYING = frozenset({Obligation.NOTICE, Obligation.DIRECT_NOTICE})
BEING_HANDLED = (S.ACCEPTED, S.IN_PROGRESS)


def tasks(scene: Scene) -> list[Task]:
    """What is to do now, each once, by id. What was finished before it came here (历史件) leaves nothing to do."""
    if scene.petition.historical:
        return []
    found = [*_of_petition(scene), *_of_referrals(scene), *of_parts(scene)]
    found += _of_clocks(scene, tells={task.tenant for task in found if task.kind is TaskKind.ACCEPT})
    mine: dict[str, Task] = {}
    # Several clocks may ask for the same thing: it is due with the first of them, whichever was read first.
    for task in sorted(found, key=lambda each: (each.id, each.due_on, each.since)):
        if _may(scene.petition, task):
            mine.setdefault(task.id, task)
    return list(mine.values())


def _may(petition: Petition, task: Task) -> bool:
    """Nobody decides on what accuses him (Art. 30); who registered it keeps what is left to do."""
    return task.tenant not in petition.accused or task.tenant == petition.registered_by


def _of_petition(scene: Scene) -> Iterator[Task]:
    """To be handed over, as long as nobody has the lead."""
    if scene.closure or any(each.stands and each.role is ReferralRole.LEAD for each in scene.referrals):
        return
    petition = scene.petition
    back = [each for each in scene.referrals if each.state is S.RETURNED and each.role is not ReferralRole.UNIT]
    ended = [each.ended_on for each in back if each.ended_on]
    yield scene.task(
        TaskKind.REFER_ANEW if back else TaskKind.REFER,
        subject=petition.id,
        tenant=COUNTY_OFFICE if scene.county_decides(coming=0) else petition.registered_by,
        since=begin_of(max(ended)) if ended else petition.registered_at,
        due_on=scene.due_on(lambda clock: clock.obligation is Obligation.TRANSFER),
    )


def _of_referrals(scene: Scene) -> Iterator[Task]:
    by_id = {each.id: each for each in scene.referrals}
    for referral in scene.referrals:
        if is_held(referral, by_id):
            task = _with_receiver(scene, referral) or _with_others(scene, referral)
            if task is not None:
                yield task


def _with_receiver(scene: Scene, referral: Referral) -> Task | None:
    unit = referral.role is ReferralRole.UNIT
    tenant, state = referral.to_tenant, referral.state
    if state is S.SENT:
        kind = TaskKind.RECEIVE_FORWARDED if unit else TaskKind.RECEIVE
        return _task(scene, referral, kind, tenant, since=referral.sent_on)
    if state is S.RECEIVED and not unit:
        return _task(scene, referral, TaskKind.ACCEPT, tenant, since=referral.received_on, ending=NOTIFYING)
    if state in BEING_HANDLED or state is S.RECEIVED:
        since = referral.accepted_on or referral.received_on
        return _task(scene, referral, TaskKind.ANSWER, tenant, since=since, ending=ANSWERING)
    if state is S.REWORK:
        since = max((each.on for each in referral.reworks), default=None)
        return _task(scene, referral, TaskKind.ANSWER_ANEW, tenant, since=since, ending=ANSWERING)
    return None


def _with_others(scene: Scene, referral: Referral) -> Task | None:
    lead, state = referral.role is ReferralRole.LEAD, referral.state
    if state is S.OBJECTED and referral.objection:
        county = lead and scene.county_decides(coming=1)
        tenant = COUNTY_OFFICE if county else referral.from_tenant
        since = referral.objection.raised_on
        return _task(scene, referral, TaskKind.DECIDE_OBJECTION, tenant, since=since, roles=DECIDE)
    if state is S.DISPUTED and referral.dispute:
        tenant, since = referral.dispute.decider, referral.dispute.raised_on
        return _task(scene, referral, TaskKind.DECIDE_DISPUTE, tenant, since=since, roles=COORDINATE)
    if not lead or scene.closure:
        return None
    if state is S.ANSWERED and referral.answer:
        # The rule names who delivers; where none does, who answered.
        owners = [clock.owner for clock in scene.owed if _ends(clock, referral, {Obligation.DELIVERY})]
        tenant, since = min(owners, default=referral.to_tenant), referral.answer.answered_on
        return _task(scene, referral, TaskKind.DELIVER, tenant, since=since, ending={Obligation.DELIVERY})
    if state is S.REFUSED and referral.refusal:
        return _task(scene, referral, TaskKind.CHECK_REFUSAL, referral.registered_by, since=referral.refusal.on)
    if state is S.DELIVERED and referral.delivery and scene.supports_done:
        return _task(scene, referral, TaskKind.CLOSE, referral.registered_by, since=referral.delivery.on)
    return None


def _task(
    scene: Scene,
    referral: Referral,
    kind: TaskKind,
    tenant: str,
    *,
    since: date | None,
    roles: Collection[Role] = HANDLES_CASES,
    ending: Collection[Obligation] = (),
) -> Task:
    """Due with the clocks of ``ending``, else with those of the referral, else with the petition. A unit has no clocks:
    of what was forwarded the day that its sender named counts."""
    due = [clock.due_on for clock in scene.owed if _ends(clock, referral, ending)]
    due = due or [clock.due_on for clock in scene.owed if clock.subject == referral.id and clock.owner == tenant]
    if referral.role is ReferralRole.UNIT and referral.due_on:
        due.append(referral.due_on)
    return scene.task(
        kind,
        subject=referral.id,
        tenant=tenant,
        roles=roles,
        since=begin_of(since or referral.sent_on),
        due_on=min(due, default=None),
    )


def _ends(clock: OpenClock, referral: Referral, obligations: Collection[Obligation]) -> bool:
    """Of the referral, or of the petition and owed by its receiver."""
    if clock.obligation not in obligations:
        return False
    return clock.subject == referral.id or (clock.subject is None and clock.owner == referral.to_tenant)


def _of_clocks(scene: Scene, *, tells: set[str]) -> Iterator[Task]:
    """``tells``: tenants that are to accept, and tell the petitioner by it; so the notice of a hand-over is never to do
    by itself."""
    for clock in scene.owed:
        kind = BY_CLOCK.get(clock.obligation)
        told_otherwise = kind is TaskKind.NOTIFY and (clock.subject is not None or clock.owner in tells)
        if kind is not None and not told_otherwise:
            since = begin_of(clock.starts_on)
            yield scene.task(kind, subject=scene.petition.id, tenant=clock.owner, since=since, due_on=clock.due_on)
