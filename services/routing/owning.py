"""The leader who owns a case (包案): who names him, and who may change that. Pure."""

from datetime import date

import msgspec

from services.common import accused
from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.reviews import AssignCaseOwner, CaseOwner, EarlierOwner, OwnerLevel, OwnershipGround
from services.contracts.routing import Referral

CHIEFS_OWN = frozenset(OwnershipGround) - {OwnershipGround.GROUP}
"""Grounds on which the chief leader owns the case himself; group items are decided upon by the leaders' meeting."""


class CaseOwned(Refusal):
    """Another tenant has named the owner; what it named is changed by it and by the county office."""

    code = "CASE_OWNED"
    default = "该件已由其他单位确定包案领导，如需变更请报县信访局"


def check_assigner(*, actor: Actor, petition: Petition, standing: list[Referral], tenant: str) -> None:
    """The county office names a leader of any tenant; the head of a tenant that registered or holds the case, its own.

    Raises ``Forbidden``, and ``AccusedUnit`` for who is accused. ``standing`` are the hand-overs that the actor sees
    and that stand.
    """
    accused.check_actor(petition=petition, actor=actor, doing="确定该件的包案领导")
    if actor.kind is TenantKind.COUNTY:
        return
    parties = {petition.registered_by} | {referral.to_tenant for referral in standing}
    if actor.tenant not in parties or Role.HEAD not in actor.roles:
        raise Forbidden("包案领导由县信访局确定，或由登记单位、承办单位的负责人确定")
    if tenant != actor.tenant:
        raise Forbidden("本单位只能确定本单位的包案领导；由其他单位领导包案的，请报县信访局确定")


def check_change(*, actor: Actor, before: CaseOwner | None) -> None:
    """The first assignment is free; after it the owner stays unless a head or leader of who named him, or of the county
    office, approves another. Raises ``Forbidden`` or ``CaseOwned`` for a change that is not this actor's."""
    if before is None:
        return
    if actor.kind is not TenantKind.COUNTY and before.assigned_by != actor.tenant:
        raise CaseOwned()
    if not actor.roles & {Role.HEAD, Role.LEADER}:
        raise Forbidden(f"包案领导已确定为{before.leader}，变更须由负责人或领导办理")


def check_owner(*, command: AssignCaseOwner, directory: dict[str, Organisation], today: date) -> Organisation:
    """The tenant whose leader it is.

    Raises ``InvalidInput`` for a tenant that is not there and for a ground that asks for the chief leader,
    ``AccusedUnit`` for a tenant or a leader that the petition accuses.
    """
    petition, tenant = command.petition, command.tenant
    organisation = directory.get(tenant)
    if organisation is None or not organisation.takes(today):
        raise InvalidInput(f"包案领导所在单位代码 {tenant} 不在本县机构名录中，请核对", field="tenant")
    accused.check_unit(petition=petition, tenant=tenant, name=organisation.name, doing="包案", field="tenant")
    accused.check_people(petition=petition, people=command.leader, doing="包案", field="leader")
    if command.ground is not None and command.ground in CHIEFS_OWN and command.level is not OwnerLevel.CHIEF:
        raise InvalidInput(
            f"“{command.ground.label}”的事项应由主要领导亲自包案，请选择“{OwnerLevel.CHIEF.label}”", field="level"
        )
    return organisation


def case_owner(*, command: AssignCaseOwner, before: CaseOwner | None, actor: Actor, today: date) -> CaseOwner:
    """The owner as he now is, with those before him. The same leader with another post, level or ground owns it on.

    Raises ``WrongState`` where nothing would change.
    """
    petition = command.petition
    owner = CaseOwner(
        petition_id=petition.id,
        tenant=command.tenant,
        leader=command.leader.strip(),
        post=command.post.strip(),
        since=today,
        reason=command.reason.strip(),
        assigned_by=actor.tenant,
        level=command.level,
        ground=command.ground,
        restricted_to=None if petition.named is None else sorted(petition.named),
    )
    if before is None:
        return owner
    if (before.tenant, before.leader) != (owner.tenant, owner.leader):
        return msgspec.structs.replace(owner, earlier=[*before.earlier, _replaced(before, owner, actor)])
    if (before.post, before.level, before.ground) == (owner.post, owner.level, owner.ground):
        raise WrongState(f"包案领导已经是{owner.leader}，无需变更")
    return msgspec.structs.replace(owner, since=before.since, earlier=before.earlier)


def _replaced(before: CaseOwner, after: CaseOwner, approver: Actor) -> EarlierOwner:
    return EarlierOwner(
        tenant=before.tenant,
        leader=before.leader,
        post=before.post,
        since=before.since,
        until=after.since,
        replaced=after.reason,
        approved_by=approver.reference,
    )
