"""The leader who owns a case (包案): who names him, and who may change that. Pure."""

from datetime import date

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.reviews import AssignCaseOwner, CaseOwner
from services.contracts.routing import Referral


class CaseOwned(Refusal):
    """Another tenant has named the owner; what it named is changed by it and by the county office."""

    code = "CASE_OWNED"
    default = "该件已由其他单位确定包案领导，如需变更请报县信访局"


def check_assigner(*, actor: Actor, petition: Petition, standing: list[Referral], tenant: str) -> None:
    """The county office names a leader of any tenant; the head of a tenant that registered or holds the case, its own.

    Raises ``Forbidden``. ``standing`` are the hand-overs that the actor sees and that stand.
    """
    if actor.kind is TenantKind.COUNTY:
        return
    parties = {petition.registered_by} | {referral.to_tenant for referral in standing}
    if actor.tenant not in parties or Role.HEAD not in actor.roles:
        raise Forbidden("包案领导由县信访局确定，或由登记单位、承办单位的负责人确定")
    if tenant != actor.tenant:
        raise Forbidden("本单位只能确定本单位的包案领导；由其他单位领导包案的，请报县信访局确定")


def check_change(*, actor: Actor, before: CaseOwner | None) -> None:
    """The first assignment is free. Raises ``Forbidden`` or ``CaseOwned`` for a change that is not this actor's."""
    if before is None:
        return
    if actor.kind is not TenantKind.COUNTY and before.assigned_by != actor.tenant:
        raise CaseOwned()
    if not actor.roles & {Role.HEAD, Role.LEADER}:
        raise Forbidden(f"包案领导已确定为{before.leader}，变更须由负责人或领导办理")


def check_tenant(*, tenant: str, petition: Petition, directory: dict[str, Organisation]) -> Organisation:
    """Raises ``InvalidInput`` for a tenant that is not there, ``AccusedUnit`` for one that the petition accuses."""
    organisation = directory.get(tenant)
    if organisation is None or not organisation.active:
        raise InvalidInput(f"包案领导所在单位代码 {tenant} 不在本县机构名录中，请核对", field="tenant")
    if tenant in petition.accused:
        raise AccusedUnit(
            f"{organisation.name}是被反映单位，依照《信访工作条例》第三十条不得包案，请选择其他单位的领导",
            field="tenant",
        )
    return organisation


def case_owner(*, command: AssignCaseOwner, before: CaseOwner | None, assigned_by: str, today: date) -> CaseOwner:
    """Raises ``WrongState`` where nothing would change."""
    petition = command.petition
    leader, post = command.leader.strip(), command.post.strip()
    if before is not None and (before.tenant, before.leader, before.post) == (command.tenant, leader, post):
        raise WrongState(f"包案领导已经是{leader}，无需变更")
    return CaseOwner(
        petition_id=petition.id,
        tenant=command.tenant,
        leader=leader,
        post=post,
        since=today,
        reason=command.reason.strip(),
        assigned_by=assigned_by,
        restricted_to=None if petition.named is None else sorted(petition.named),
    )
