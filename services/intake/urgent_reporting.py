"""Urgent reports (紧急报告): the chain of times, later reports and receipts. Pure; who is told: ``telling``.

What is major and urgent goes to the county office, the leaders and the bodies that are named (Art. 25 of
《信访工作条例》); a visitor who may need a doctor is known to whoever was told of him alone. Texts come here redacted.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.intake import Petition, Procedure, Urgency
from services.contracts.register_commands import ClassifyPetition
from services.contracts.routing import Referral, ReferralState
from services.contracts.urgent_reports import AddLaterReport, LaterReport, ReportKind, ReportUrgent, Told, UrgentReport
from services.intake.classifying import reclassified
from services.intake.instants import check_happened
from services.intake.telling import Directory, minute, offices, told_of, who

MOST_LATER = 100


def made_critical(*, petition: Petition, since: datetime, group_visit_size: int) -> tuple[Petition, str] | None:
    """The petition as ``Urgency.CRITICAL``, with the remark that says what changed; None where it is already.

    ``since``: the instant from which its minutes run: when it was learned, where that is said, so that who reports late
    is late. What is critical cannot go the simplified way, so it leaves that with it.
    """
    if petition.urgency is Urgency.CRITICAL:
        return None
    simplified = petition.procedure is Procedure.SIMPLIFIED
    change = ClassifyPetition(
        petition_id=petition.id,
        urgency=Urgency.CRITICAL,
        procedure=Procedure.ORDINARY if simplified else None,
        reason="紧急报告",
    )
    return reclassified(petition=petition, command=change, now=since, group_visit_size=group_visit_size)


def check_open(*, petition: Petition, standing: Iterable[Referral]) -> None:
    """Raises a refusal once the case is over. ``standing``: the hand-overs that stand."""
    if petition.historical:
        raise HistoricalPetition("历史件已经办结，不能报告紧急情况；如有新情况请重新登记")
    if any(each.state is ReferralState.CLOSED for each in standing):
        raise WrongState("该件已办结，不能再报告紧急情况；如有新情况请重新登记")


def reported(
    *,
    command: ReportUrgent,
    petition: Petition,
    accused: frozenset[str],
    there: Iterable[UrgentReport],
    directory: Directory,
    actor: Actor,
    now: datetime,
) -> UrgentReport:
    """The report. ``accused``: codes of every tenant that the item or a hand-over of it accuses; ``there``: the
    petition's reports; ``directory``: the county's active organisations.

    Raises ``InvalidInput``, ``AccusedUnit``, and ``WrongState`` where the tenant's last report of this kind is open.
    """
    require(command.content, "content", "请写明紧急情况的内容")
    require(command.measures, "measures", "请写明已采取的临时措施；尚未采取的，请写明原因")
    if any(each.kind is command.kind and each.tenant == actor.tenant and not each.ended_at for each in there):
        raise WrongState("本单位对该件的上一次报告尚未终报，新的情况请续报")
    learned_at = _chain(command, petition, now)
    told = told_of(command.told, command.kind, petition, accused, directory, since=learned_at, now=now)
    if command.kind is ReportKind.URGENT:
        told += offices(directory, accused, besides=told, now=now)
    elif not told:
        raise InvalidInput("请填写通报了哪些部门：公安、卫生健康（疾控），以及监护人或所在单位", field="told")
    return UrgentReport(
        id=new_id(),
        petition_id=petition.id,
        kind=command.kind,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        tenant=actor.tenant,
        by=actor.reference,
        occurred_at=command.occurred_at,
        learned_at=learned_at,
        reported_at=now,
        content=command.content.strip(),
        measures=command.measures.strip(),
        told=told,
        restricted_to=None if petition.named is None else sorted(petition.named),
    )


def continued(
    *,
    report: UrgentReport,
    command: AddLaterReport,
    petition: Petition,
    accused: frozenset[str],
    directory: Directory,
    actor: Actor,
    now: datetime,
) -> UrgentReport:
    """The report with what came after (续报), and whom one told besides. The final one ends it.

    Raises ``Forbidden``, ``WrongState``, ``InvalidInput`` and ``AccusedUnit``.
    """
    if actor.tenant != report.tenant and actor.kind is not TenantKind.COUNTY:
        raise Forbidden("续报由原报告单位或县信访局填写")
    if report.ended_at is not None:
        raise WrongState(f"该报告已于 {minute(report.ended_at)} 终报；有新的紧急情况请重新报告")
    if len(report.later) >= MOST_LATER:
        raise WrongState(f"该报告已续报 {MOST_LATER} 次，请终报后重新报告")
    require(command.text, "text", "请填写续报的内容")
    told = told_of(command.told, report.kind, petition, accused, directory, since=report.learned_at, now=now)
    known = {who(each) for each in report.told}
    later = LaterReport(at=now, by=actor.reference, text=command.text.strip(), final=command.final)
    return msgspec.structs.replace(
        report,
        told=[*report.told, *(each for each in told if who(each) not in known)],
        later=[*report.later, later],
        ended_at=now if command.final else None,
    )


def acknowledged(*, report: UrgentReport, actor: Actor, now: datetime) -> UrgentReport | None:
    """The report with the receipt of the actor's tenant, or his own where he was told by name; None where it has it.

    Raises ``Forbidden`` where neither was told.
    """
    mine = [each for each in report.told if _is_for(each, actor)]
    if not mine:
        raise Forbidden("该报告没有发给本单位或您本人，无须签收")
    if all(each.acknowledged_at for each in mine):
        return None
    receipt = {"acknowledged_at": now, "acknowledged_by": actor.reference}
    return msgspec.structs.replace(
        report,
        told=[
            msgspec.structs.replace(each, **receipt) if _is_for(each, actor) and not each.acknowledged_at else each
            for each in report.told
        ],
    )


def remark(report: UrgentReport) -> str | None:
    """For the timeline, which all read who see the case; of a visitor's health it says nothing."""
    if report.kind is not ReportKind.URGENT:
        return None
    return f"已告知：{'、'.join(dict.fromkeys(each.name for each in report.told))}"


def _chain(command: ReportUrgent, petition: Petition, now: datetime) -> datetime:
    """When it was learned. Raises ``InvalidInput`` where the times do not follow each other, or one has not come."""
    for at, field in ((command.occurred_at, "occurred_at"), (command.learned_at, "learned_at")):
        if at is not None:
            check_happened(at=at, now=now, field=field)
    learned_at = command.learned_at or petition.registered_at
    if command.occurred_at is not None and command.occurred_at > learned_at:
        raise InvalidInput(
            f"发生时间 {minute(command.occurred_at)} 晚于获知时间 {minute(learned_at)}，请核对；"
            "获知时间不填的，为登记时间",
            field="occurred_at",
        )
    return learned_at


def _is_for(told: Told, actor: Actor) -> bool:
    return told.login == actor.user if told.login is not None else told.tenant == actor.tenant
