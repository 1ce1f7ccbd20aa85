"""What is done for a case, matters to a clock, and is no act of another service. Pure.

Days are legal days, Asia/Shanghai.
"""

from datetime import date, datetime

import msgspec

from services.common.clock import A_YEAR
from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.intake import Petition, Urgency
from services.contracts.milestones import Milestone, MilestoneKind
from services.contracts.routing import Referral


def check_recorder(*, actor: Actor, petition: Petition, referrals: list[Referral]) -> None:
    """The county office, the tenant that registered the case, and each that holds it."""
    holds = any(each.stands and each.to_tenant == actor.tenant for each in referrals)
    if actor.kind is not TenantKind.COUNTY and actor.tenant != petition.registered_by and not holds:
        raise Forbidden("只有县信访局、登记单位和承办单位可以记录该件的办理节点")


def recorded(
    *,
    petition: Petition,
    actor: Actor,
    kind: MilestoneKind,
    on: date,
    note: str,
    until: date | None,
    now: datetime,
    today: date,
) -> Milestone:
    """The milestone, entered at ``now`` for the day ``on``.

    Raises ``HistoricalPetition``, ``WrongState`` for an urgent report of what is not critical, ``InvalidInput``.
    """
    if petition.historical:
        raise HistoricalPetition("这是从旧登记簿导入的历史件，已经办结，不再记录办理节点；如有新诉求请重新登记")
    if kind is MilestoneKind.URGENT_REPORTED and petition.urgency is not Urgency.CRITICAL:
        raise WrongState(
            f"该件为“{petition.urgency.label}”，只有“{Urgency.CRITICAL.label}”事项须作紧急报告；"
            "如情况紧急，请先更正紧急程度"
        )
    if not petition.received_on <= on <= today:
        raise InvalidInput(f"日期 {on} 应在收到之日 {petition.received_on} 至今天 {today} 之间，请核对", field="on")
    require(note, "note", _what_to_note(kind))
    _check_until(kind=kind, on=on, until=until)
    return Milestone(
        id=new_id(),
        petition_id=petition.id,
        kind=kind,
        at=now,
        on=on,
        tenant=actor.tenant,
        by=actor.reference,
        note=note,
        until=until,
        restricted_to=None if petition.named is None else sorted(petition.named),
    )


def taken_back(*, milestone: Milestone, actor: Actor, reason: str) -> Milestone:
    """The milestone as it counts no more; it stays in the case file with the reason."""
    if actor.tenant != milestone.tenant:
        raise Forbidden("办理节点只能由记录单位撤销")
    if milestone.taken_back is not None:
        raise WrongState(f"该办理节点已撤销：{milestone.taken_back}")
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(milestone, taken_back=reason)


def _check_until(*, kind: MilestoneKind, on: date, until: date | None) -> None:
    if kind is not MilestoneKind.PROMISED:
        if until is not None:
            raise InvalidInput(f"只有“{MilestoneKind.PROMISED.label}”需要填写承诺日期", field="until")
        return
    if until is None:
        raise InvalidInput("请填写承诺办结的日期", field="until")
    if not on <= until <= on + A_YEAR:
        raise InvalidInput(f"承诺日期 {until} 应在作出承诺之日 {on} 以后一年之内，请核对", field="until")


def _what_to_note(kind: MilestoneKind) -> str:
    if kind is MilestoneKind.URGENT_REPORTED:
        return "请写明向谁报告、采取了哪些临时处置措施（《信访工作条例》第二十五条）"
    return f"请写明“{kind.label}”的情况"
