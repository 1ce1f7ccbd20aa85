"""What is to do about what belongs to a case: reviews, extensions, supervisions, approvals, urgent reports, papers.

Pure. A supervision and an urgent report reach tenants that have no part in the case, so these see their own task.
"""

from collections.abc import Iterator

from gateway.work.kinds import TaskKind
from gateway.work.model import COUNTY_OFFICE
from gateway.work.scene import Scene
from gateway.work.task import HEAD, SUPERVISES, TAKES_NOTE, Task, begin_of
from services.contracts.actor import Role, TenantKind
from services.contracts.base import LEGAL_ZONE
from services.contracts.deadlines import Obligation
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.flows import LEADERS, Approval, StepPlace
from services.contracts.ratings import AppealState
from services.contracts.reviews import Review, ReviewState
from services.contracts.supervision import Supervision, SupervisionState, SupervisionStep
from services.contracts.urgent_reports import UrgentReport

REVIEWING = frozenset({Obligation.FIRST_REVIEW, Obligation.FINAL_REVIEW})


def of_parts(scene: Scene) -> Iterator[Task]:
    for review in scene.reviews:
        yield from _of_review(scene, review)
    for extension in scene.extensions:
        yield from _of_extension(scene, extension)
    for supervision in scene.supervisions:
        yield from _of_supervision(scene, supervision)
    for approval in scene.approvals:
        yield from _of_approval(scene, approval)
    for report in scene.urgent_reports:
        yield from _of_report(scene, report)
    yield from _of_papers(scene)


def _of_review(scene: Scene, review: Review) -> Iterator[Task]:
    if review.state is ReviewState.DELIVERED:
        return
    decided = review.decision is not None
    ending = {Obligation.DELIVERY} if decided else REVIEWING
    yield scene.task(
        TaskKind.DELIVER_REVIEW if decided else TaskKind.DECIDE_REVIEW,
        subject=review.id,
        tenant=review.body,
        since=begin_of(review.decision.decided_on if review.decision else review.received_on),
        due_on=scene.due_on(lambda clock: clock.subject == review.id and clock.obligation in ending),
    )


def _of_extension(scene: Scene, extension: Extension) -> Iterator[Task]:
    """It is decided as long as its clock runs."""
    asked = {clock.id for clock in scene.clocks}
    if extension.state is ExtensionState.REQUESTED and extension.clock_id in asked:
        yield scene.task(
            TaskKind.DECIDE_EXTENSION,
            subject=extension.id,
            tenant=extension.tenant,
            roles=HEAD,
            since=begin_of(extension.requested_on),
            due_on=scene.due_on(lambda clock: clock.id == extension.clock_id),
        )
    told = extension.informed_on is not None or scene.petition.anonymous or scene.closure is not None
    if extension.state is ExtensionState.APPROVED and not told:
        yield scene.task(
            TaskKind.TELL_EXTENSION,
            subject=extension.id,
            tenant=extension.tenant,
            since=begin_of(extension.decided_on or extension.requested_on),
        )


def _of_supervision(scene: Scene, supervision: Supervision) -> Iterator[Task]:
    if supervision.state is SupervisionState.OPEN:
        known = any(entry.step is SupervisionStep.ACKNOWLEDGED for entry in supervision.entries)
        yield scene.task(
            TaskKind.ANSWER_SUPERVISION if known else TaskKind.ACKNOWLEDGE_SUPERVISION,
            subject=supervision.id,
            tenant=supervision.addressee,
            since=begin_of(supervision.opened_on),
            due_on=supervision.answer_by,
            seen=True,
        )
    elif supervision.state is SupervisionState.ANSWERED:
        yield scene.task(
            TaskKind.CHECK_SUPERVISION,
            subject=supervision.id,
            tenant=supervision.opened_by,
            roles=_supervisors(scene, supervision.opened_by),
            since=begin_of(supervision.answered_on or supervision.opened_on),
            seen=True,
        )


def _supervisors(scene: Scene, tenant: str) -> frozenset[Role]:
    """Outside the county office the head alone. A tenant supervises what it has a part in; the county office all."""
    of_county = tenant not in scene.parties or (
        tenant == scene.petition.registered_by and scene.petition.registered_kind is TenantKind.COUNTY
    )
    return SUPERVISES if of_county else HEAD


def _of_approval(scene: Scene, approval: Approval) -> Iterator[Task]:
    step = approval.next_step
    if step is None:
        return
    places = {
        StepPlace.OWN: approval.tenant,
        StepPlace.HANDLING: approval.handling,
        StepPlace.COUNTY: COUNTY_OFFICE,
    }
    tenant = places[step.place]
    if tenant is None or tenant in approval.accused:
        return
    # A clerk enters what a leader wrote on paper.
    roles = {*step.roles, Role.CLERK} if LEADERS & set(step.roles) else set(step.roles)
    since = approval.entries[-1].at if approval.entries else begin_of(approval.started_on)
    yield scene.task(TaskKind.PASS_STEP, subject=approval.id, tenant=tenant, roles=roles, since=since)


def _of_report(scene: Scene, report: UrgentReport) -> Iterator[Task]:
    """What cannot wait is due on the day on which one was told; the final report ends it."""
    if report.ended_at is not None:
        return
    for told in report.told:
        if told.tenant is not None and told.acknowledged_at is None:
            yield scene.task(
                TaskKind.ACKNOWLEDGE_REPORT,
                subject=report.id,
                tenant=told.tenant,
                roles=TAKES_NOTE,
                login=told.login,
                since=told.at,
                due_on=told.at.astimezone(LEGAL_ZONE).date(),
                seen=True,
                named=report.named,
            )


def _of_papers(scene: Scene) -> Iterator[Task]:
    for notice in scene.notices:
        if notice.delivery is None and notice.taken_back is None:
            since = begin_of(notice.issued_on)
            yield scene.task(TaskKind.DELIVER_NOTICE, subject=notice.id, tenant=notice.tenant, since=since)
    for settlement in scene.settlements:
        if settlement.fulfilled_on is None and settlement.taken_back is None:
            since = begin_of(settlement.agreed_on)
            yield scene.task(TaskKind.CONFIRM_SETTLEMENT, subject=settlement.id, tenant=settlement.tenant, since=since)
    for rating in scene.ratings:
        if rating.appeal is not None and rating.appeal.state is AppealState.OPEN:
            yield scene.task(
                TaskKind.DECIDE_RATING_APPEAL,
                subject=f"{scene.petition.id}.{rating.side}",
                tenant=COUNTY_OFFICE,
                roles=SUPERVISES,
                since=begin_of(rating.appeal.on),
            )
