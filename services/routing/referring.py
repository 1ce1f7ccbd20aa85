"""Whether a petition may be referred to these tenants, and whether a case may be closed. Pure.

The articles are those of 《信访工作条例》 (2022).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from services.common.clock import A_YEAR
from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.journeys import journey_of
from services.contracts.proposals import RoutingRules
from services.contracts.referral_commands import Addressee, ReferPetition
from services.contracts.routing import CaseGrade, Closure, Referral, ReferralKind, ReferralRole, ReferralState
from services.routing.receiving import check_takes


class AlreadyReferred(Refusal):
    code = "ALREADY_REFERRED"
    default = "该单位已在承办该件，不能重复转送；如需改派请先撤回"


class LeadMissing(Refusal):
    code = "LEAD_MISSING"
    default = "须且只能有一个主办（牵头）单位，请指定"


class CountyDecides(Refusal):
    """The case went to and fro (乒乓件): the county's own rules say from which return on its office decides."""

    code = "COUNTY_DECIDES"
    default = "该件已多次退回，由县信访局核实异议、确定承办单位，请报县信访局办理"


def check_sender(*, actor: Actor, petition: Petition) -> None:
    """The county office refers any petition, another tenant those that it registered."""
    if actor.kind is not TenantKind.COUNTY and actor.tenant != petition.registered_by:
        raise Forbidden("只有县信访局和登记单位可以转送、交办该件")


def check_open(*, petition: Petition, closure: Closure | None, standing: list[Referral]) -> None:
    if petition.historical:
        raise HistoricalPetition()
    if closure is not None:
        raise WrongState(f"该件已于 {closure.closed_on} 办结")
    # A closure is seen by who closed the case; its closed parts by who registered it, too.
    if any(referral.state is ReferralState.CLOSED for referral in standing):
        raise WrongState("该件已办结")


def check_limit(*, kind: ReferralKind, due_on: date | None, today: date) -> None:
    """交办 asks for a report within a designated period (Art. 22 ¶1 (3))."""
    if kind is ReferralKind.ASSIGN and due_on is None:
        raise InvalidInput("交办须指定反馈办理结果的期限（《信访工作条例》第二十二条）", field="dueOn")
    if due_on is not None and due_on < today:
        raise InvalidInput(f"办理期限 {due_on} 早于今天 {today}，请核对", field="dueOn")
    if due_on is not None and due_on > today + A_YEAR:
        raise InvalidInput(f"办理期限 {due_on} 在一年以后，请核对年份", field="dueOn")


def check_returns(
    *, actor: Actor, case: Iterable[Referral], rules: RoutingRules | None, objected: Referral | None = None
) -> None:
    """From the return on that the county's rules name, its office decides: about the objection that would make that
    return (``objected``), and about whoever gets the case after it. ``case``: every hand-over of it.

    Raises ``CountyDecides``.
    """
    limit = rules.county_decides_from_return if rules else None
    returns = journey_of(case).returns
    coming = int(objected is not None and objected.role is ReferralRole.LEAD)
    if limit is not None and returns + coming >= limit and actor.kind is not TenantKind.COUNTY:
        done = "核实异议" if objected else "确定承办单位"
        raise CountyDecides(f"该件已退回 {returns} 次，本县规定第 {limit} 次退回起由县信访局{done}，请报县信访局办理")


def check_addressees(
    *,
    actor: Actor,
    petition: Petition,
    kind: ReferralKind,
    addressees: list[Addressee],
    due_on: date | None,
    directory: Mapping[str, Organisation],
    standing: list[Referral],
    today: date,
) -> None:
    """Raises a refusal naming the tenant that stands in the way."""
    if kind is ReferralKind.FORWARD or any(each.role is ReferralRole.UNIT for each in addressees):
        raise InvalidInput("下转由承办单位在其承办的件上办理，转送、交办请选择主办或协办单位", field="to")
    holders = {referral.to_tenant for referral in standing}
    for addressee in addressees:
        organisation = check_takes(code=addressee.tenant, directory=directory, day=today, field="to")
        if addressee.tenant in petition.accused:
            raise AccusedUnit(f"{organisation.name}：{AccusedUnit.default}", field="to")
        _check_kind(kind, addressee, own=addressee.tenant == actor.tenant)
        if addressee.tenant in holders:
            raise AlreadyReferred(f"{organisation.name}已在承办该件，不能重复转送；如需改派请先撤回", field="to")
        holders.add(addressee.tenant)
        if addressee.unit is not None:
            unit_name(organisation=organisation, unit=addressee.unit)
        check_limit(kind=kind, due_on=addressee.due_on or due_on, today=today)
    leads = [a for a in addressees if a.role is ReferralRole.LEAD]
    leads_standing = [r for r in standing if r.role is ReferralRole.LEAD]
    if len(leads) + len(leads_standing) != 1:
        raise LeadMissing(field="to")


def unit_name(*, organisation: Organisation, unit: str) -> str:
    """What people call its section (股室), or its village. Raises ``InvalidInput``."""
    name = organisation.unit_name(unit)
    if name is None:
        raise InvalidInput(f"{organisation.name}没有代码为 {unit} 的内设机构（股室、村），请核对", field="to")
    return name


def _check_kind(kind: ReferralKind, addressee: Addressee, *, own: bool) -> None:
    """What stays with the sender is 自办, and only that."""
    if own and kind is not ReferralKind.OWN:
        raise InvalidInput(f"不能{kind.label}给本单位；由本单位办理的，办理方式请选择“自办”", field="to")
    if kind is ReferralKind.OWN and not (own and addressee.role is ReferralRole.LEAD):
        raise InvalidInput("自办只能由本单位主办；由其他单位办理或协办的，请选择转送或交办", field="to")


def new_referral(
    *, actor: Actor, command: ReferPetition, addressee: Addressee, receiver: Organisation, now: datetime, today: date
) -> Referral:
    """Sent; what the sender handles itself is received the moment it is made."""
    petition = command.petition
    own = command.kind is ReferralKind.OWN
    return Referral(
        id=new_id(),
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        kind=command.kind,
        role=addressee.role,
        from_tenant=actor.tenant,
        to_tenant=addressee.tenant,
        to_name=receiver.name,
        to_unit=addressee.unit,
        to_unit_name=unit_name(organisation=receiver, unit=addressee.unit) if addressee.unit else None,
        state=ReferralState.RECEIVED if own else ReferralState.SENT,
        sent_at=now,
        sent_on=today,
        due_on=addressee.due_on or command.due_on,
        note=command.note,
        received_on=today if own else None,
        restricted_to=None if petition.named is None else sorted(petition.named),
        accused=petition.accused,
    )


def check_expected(*, expected_on: date | None, today: date) -> None:
    """The day on which the receiver expects the result, as it announces it (预计办结日期)."""
    if expected_on is not None and not today <= expected_on <= today + A_YEAR:
        raise InvalidInput(f"预计办结日期 {expected_on} 应在今天 {today} 至一年之内，请核对", field="expectedOn")


def check_grade(referral: Referral, grade: CaseGrade | None) -> None:
    """Grades are for accusations, which are the referrals that only named people see."""
    if grade is not None and not referral.confined:
        raise InvalidInput("案件等级只适用于检举控告，请不要填写", field="grade")


def check_closable(standing: list[Referral]) -> None:
    """The lead's answer is delivered and every supporting body has given its part, or the lead does not accept.

    What a lead or a support forwarded within does not count: it ends with the case.
    """
    lead = next((each for each in standing if each.role is ReferralRole.LEAD), None)
    if lead is None:
        raise WrongState("该件尚无主办单位，不能办结；请先转送或交办")
    if lead.state is ReferralState.REFUSED:
        return
    if lead.state is not ReferralState.DELIVERED:
        raise WrongState(
            f"主办单位{_called(lead)}目前{lead.state.label}，答复送达后（或者核实同意其不予受理后）方可办结"
        )
    for support in standing:
        if support.role is ReferralRole.SUPPORT and support.state is not ReferralState.ANSWERED:
            raise WrongState(
                f"协办单位{_called(support)}目前{support.state.label}，请待其反馈协办意见后办结；尚未签收的可以撤回"
            )


def _called(referral: Referral) -> str:
    return referral.to_name or f" {referral.to_tenant} "
