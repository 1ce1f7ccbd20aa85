"""Whether a petition may be referred to these tenants, and whether a case may be closed. Pure."""

from datetime import date, datetime

from services.common.clock import A_YEAR
from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.referral_commands import Addressee, ReferPetition
from services.contracts.routing import CaseGrade, Closure, Referral, ReferralKind, ReferralRole, ReferralState


class AlreadyReferred(Refusal):
    code = "ALREADY_REFERRED"
    default = "该单位已在承办该件，不能重复转送；如需改派请先撤回"


class ObjectionDecided(Refusal):
    code = "OBJECTION_DECIDED"
    default = "异议已核实不成立，请受理办理；仍有争议的，请报县信访局协调（《信访工作条例》第二十四条）"


class LeadMissing(Refusal):
    code = "LEAD_MISSING"
    default = "须且只能有一个主办（牵头）单位，请指定"


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


def check_addressees(
    *,
    actor: Actor,
    petition: Petition,
    kind: ReferralKind,
    addressees: list[Addressee],
    directory: dict[str, Organisation],
    standing: list[Referral],
) -> None:
    """Raises a refusal naming the tenant that stands in the way."""
    holders = {referral.to_tenant for referral in standing}
    for addressee in addressees:
        organisation = directory.get(addressee.tenant)
        if organisation is None or not organisation.active:
            raise InvalidInput(f"承办单位代码 {addressee.tenant} 不在本县机构名录中，请核对", field="to")
        if addressee.tenant in petition.accused:
            raise AccusedUnit(f"{organisation.name}：{AccusedUnit.default}", field="to")
        _check_kind(kind, addressee, own=addressee.tenant == actor.tenant)
        if addressee.tenant in holders:
            raise AlreadyReferred(f"{organisation.name}已在承办该件，不能重复转送；如需改派请先撤回", field="to")
        holders.add(addressee.tenant)
    leads = [a for a in addressees if a.role is ReferralRole.LEAD]
    leads_standing = [r for r in standing if r.role is ReferralRole.LEAD]
    if len(leads) + len(leads_standing) != 1:
        raise LeadMissing(field="to")


def _check_kind(kind: ReferralKind, addressee: Addressee, *, own: bool) -> None:
    """What stays with the sender is 自办, and only that."""
    if own and kind is not ReferralKind.OWN:
        raise InvalidInput(f"不能{kind.label}给本单位；由本单位办理的，办理方式请选择“自办”", field="to")
    if kind is ReferralKind.OWN and not (own and addressee.role is ReferralRole.LEAD):
        raise InvalidInput("自办只能由本单位主办；由其他单位办理或协办的，请选择转送或交办", field="to")


def check_first_objection(referral: Referral) -> None:
    """A dismissed objection stands; who still disputes it goes to the common superior (Art. 24)."""
    if referral.objection is not None and referral.objection.decided_on is not None and referral.stands:
        raise ObjectionDecided()


def new_referral(*, actor: Actor, command: ReferPetition, addressee: Addressee, now: datetime, today: date) -> Referral:
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
        state=ReferralState.RECEIVED if own else ReferralState.SENT,
        sent_at=now,
        sent_on=today,
        due_on=command.due_on,
        note=command.note,
        received_on=today if own else None,
        restricted_to=None if petition.named is None else sorted(petition.named),
        accused=petition.accused,
    )


def check_grade(referral: Referral, grade: CaseGrade | None) -> None:
    """Grades are for accusations, which are the referrals that only named people see."""
    if grade is not None and referral.named is None:
        raise InvalidInput("案件等级只适用于检举控告，请不要填写", field="grade")


def check_closable(standing: list[Referral]) -> None:
    """The lead's answer is delivered, and every supporting body has given its part."""
    if not standing:
        raise WrongState("该件尚无承办单位，不能办结；请先转送或交办")
    for referral in standing:
        done = {ReferralState.DELIVERED}
        if referral.role is ReferralRole.SUPPORT:
            done.add(ReferralState.ANSWERED)
        if referral.state not in done:
            raise WrongState(
                f"{referral.role.label}单位 {referral.to_tenant} 目前{referral.state.label}，答复送达后方可办结"
            )
