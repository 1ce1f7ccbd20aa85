"""Agreements that end a quarrel (调解, 和解): who records them and when. Pure.

Art. 33 of 《信访工作条例》 (2022): in handling an appeal (申诉求决), with both sides' consent and within the discretion
that the law leaves; what is agreed upon is written down. Days are legal days, Asia/Shanghai.
"""

from datetime import date

import msgspec

from services.common import accused
from services.common.errors import Forbidden, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.intake import Nature, Petition
from services.contracts.meetings import RecordSettlement, Settlement, SettlementKind
from services.contracts.routing import Referral, ReferralRole, ReferralState

AFTER_ACCEPTANCE = frozenset(
    {
        ReferralState.ACCEPTED,
        ReferralState.IN_PROGRESS,
        ReferralState.REWORK,
        ReferralState.ANSWERED,
        ReferralState.DELIVERED,
    }
)
"""The states of the lead's hand-over in which an agreement is recorded: accepted, and the case not closed."""


def lead_of(*, actor: Actor, petition: Petition, standing: list[Referral]) -> Referral:
    """The lead hand-over under which the actor records: his own, or for the county office anybody's.

    ``standing`` are the hand-overs that the actor sees and that stand. Raises ``Forbidden`` for anybody else,
    ``AccusedUnit`` for who is accused, ``WrongState`` for the wrong time and for what is no appeal.
    """
    lead = next((each for each in standing if each.role is ReferralRole.LEAD), None)
    if actor.kind is not TenantKind.COUNTY and (lead is None or lead.to_tenant != actor.tenant):
        raise Forbidden("调解、和解协议由主办（牵头）单位或县信访局登记，请转告其登记")
    accused.check_actor(petition=petition, actor=actor, doing="登记该件的调解、和解协议")
    if petition.nature is not Nature.APPEAL:
        raise WrongState(
            f"该件为“{petition.nature.label}”，只有申诉求决事项可以调解、和解（《信访工作条例》第三十三条）"
        )
    if lead is None:
        raise WrongState("该件尚无主办单位，受理后方可登记调解、和解协议")
    if lead.state not in AFTER_ACCEPTANCE:
        raise WrongState(f"该件目前{lead.state.label}，调解、和解协议须在受理之后、办结之前登记")
    return lead


def recorded(*, command: RecordSettlement, lead: Referral, today: date) -> Settlement:
    """The agreement. Raises ``InvalidInput``, and ``AccusedUnit`` for a mediator whom the petition accuses."""
    petition = command.petition
    if not petition.received_on <= command.agreed_on <= today:
        raise InvalidInput(
            f"签订日期 {command.agreed_on} 应在收到之日 {petition.received_on} 至今天 {today} 之间，请核对",
            field="agreed_on",
        )
    require(command.terms, "terms", "请填写协议的内容")
    mediator = (command.mediator or "").strip() or None
    if command.kind is SettlementKind.MEDIATION and mediator is None:
        raise InvalidInput("调解协议书须写明调解人", field="mediator")
    if command.kind is SettlementKind.RECONCILIATION and mediator is not None:
        raise InvalidInput("和解由争议双方自行达成，没有调解人；有调解人的，请选择“调解协议书”", field="mediator")
    if mediator is not None:
        accused.check_people(petition=petition, people=mediator, doing="调解该件", field="mediator")
    return Settlement(
        id=new_id(),
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        referral_id=lead.id,
        tenant=lead.to_tenant,
        kind=command.kind,
        agreed_on=command.agreed_on,
        terms=command.terms.strip(),
        mediator=mediator,
        restricted_to=lead.restricted_to,
    )


def fulfilled(*, settlement: Settlement, actor: Actor, on: date, today: date) -> Settlement:
    """Carried out as agreed, on this day."""
    _check_standing(settlement, actor)
    if settlement.fulfilled_on is not None:
        raise WrongState(f"该协议已登记于 {settlement.fulfilled_on} 履行完毕")
    if not settlement.agreed_on <= on <= today:
        raise InvalidInput(f"履行日期 {on} 应在签订之日 {settlement.agreed_on} 至今天之间，请核对", field="on")
    return msgspec.structs.replace(settlement, fulfilled_on=on)


def taken_back(*, settlement: Settlement, actor: Actor, reason: str) -> Settlement:
    """The agreement as it counts no more; it stays in the case file with the reason."""
    _check_standing(settlement, actor)
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(settlement, taken_back=reason.strip())


def _check_standing(settlement: Settlement, actor: Actor) -> None:
    if actor.kind is not TenantKind.COUNTY and actor.tenant != settlement.tenant:
        raise Forbidden("调解、和解协议的履行和撤销由主办（牵头）单位或县信访局登记")
    if settlement.taken_back is not None:
        raise WrongState(f"该协议记录已撤销：{settlement.taken_back}")
