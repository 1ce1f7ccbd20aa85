"""Whether a tenant may supervise, or remind, another; and the thread that is opened. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, Refusal, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.deadlines import Clock, Obligation
from services.contracts.intake import Petition
from services.contracts.reviews import CaseOwner
from services.contracts.routing import Referral
from services.contracts.supervision import (
    Supervision,
    SupervisionEntry,
    SupervisionReason,
    SupervisionState,
    SupervisionStep,
)
from services.deadlines.clocks import leader_named
from services.deadlines.supervising import SUPERVISORS, check_answer_day


class SupervisionOpenAlready(Refusal):
    code = "SUPERVISION_OPEN_ALREADY"
    default = "对该单位的同一期限已有未办结的督办，请在原督办中升级或退回重报"


@dataclass(frozen=True)
class Matter:
    """What a thread is about: a clock, or a case that somebody holds."""

    petition: Petition
    clock: Clock | None
    addressee: str
    first_receiver: str
    case_owner: str | None

    @property
    def restricted_to(self) -> list[str] | None:
        if self.clock is not None:
            return self.clock.restricted_to
        return None if self.petition.named is None else sorted(self.petition.named)


def holders(*, actor: Actor, referrals: list[Referral]) -> set[str]:
    """The tenants that hold the case and answer to the actor's: all to the county office, to others to whom they sent.

    ``referrals``: all of the case, as far as the actor sees them.
    """
    every = actor.kind is TenantKind.COUNTY
    return {each.to_tenant for each in referrals if each.stands and (every or each.from_tenant == actor.tenant)}


def matter_of_clock(*, petition: Petition, clock: Clock) -> Matter:
    """Raises ``AccusedUnit``; ``InvalidInput`` or ``WrongState`` for a clock that nobody can be pressed to keep."""
    _check_not_accused(petition, clock.owner)
    if clock.petitioner_side or clock.lapses:
        raise InvalidInput(f"“{clock.obligation.label}”是权利的期限，不是应尽的职责，不能督办", field="clock_id")
    if clock.obligation is Obligation.SUPERVISION_REPLY:
        raise InvalidInput("逾期未回复督办的，请在原督办中升级，不再另行督办", field="clock_id")
    if clock.cancelled:
        raise WrongState("该期限已终止，不能督办；请按信访件和承办单位督办")
    return Matter(
        petition=petition,
        clock=clock,
        addressee=clock.owner,
        first_receiver=clock.first_receiver,
        case_owner=clock.case_owner,
    )


def matter_of_case(*, petition: Petition, addressee: str, held_by: set[str], case_owner: CaseOwner | None) -> Matter:
    """A tenant that holds the case is supervised for no one clock. ``held_by``: see ``holders``.

    Raises ``AccusedUnit``, ``InvalidInput`` for a tenant that does not hold it.
    """
    _check_not_accused(petition, addressee)
    if addressee not in held_by:
        raise InvalidInput("该单位目前没有承办该件，不能向其督办，请核对承办单位", field="addressee")
    return Matter(
        petition=petition,
        clock=None,
        addressee=addressee,
        first_receiver=petition.registrar_name or petition.registrar,
        case_owner=leader_named(case_owner),
    )


def check_supervisor(*, actor: Actor, addressee: str) -> None:
    """That the actor may supervise at all; whom, ``holders`` says."""
    if not actor.roles & SUPERVISORS[actor.kind]:
        raise Forbidden("督办由县信访局督办员、负责人或领导发出；乡镇和部门由负责人向其转送、交办的单位发出")
    if addressee == actor.tenant:
        raise Forbidden("不能督办本单位，请由县信访局督办")


def opened(
    *,
    matter: Matter,
    actor: Actor,
    reason: SupervisionReason,
    text: str,
    answer_by: date,
    standing: list[Supervision],
    now: datetime,
    today: date,
) -> Supervision:
    """The new thread with its first entry. ``standing``: all threads of the case.

    Raises ``SupervisionOpenAlready``, ``InvalidInput``.
    """
    require(text, "text", "请写明督办的事实和要求")
    check_answer_day(answer_by, today)
    clock_id = matter.clock.id if matter.clock else None
    for each in standing:
        if each.ended_on is None and (each.clock_id, each.addressee) == (clock_id, matter.addressee):
            raise SupervisionOpenAlready()
    entry = SupervisionEntry(
        step=SupervisionStep.OPENED, at=now, on=today, by=actor.reference, text=text, answer_by=answer_by
    )
    return Supervision(
        id=new_id(),
        petition_id=matter.petition.id,
        petition_number=matter.petition.number,
        clock_id=clock_id,
        obligation=matter.clock.obligation if matter.clock else None,
        reason=reason,
        opened_by=actor.tenant,
        addressee=matter.addressee,
        state=SupervisionState.OPEN,
        opened_on=today,
        answer_by=answer_by,
        answered_on=None,
        ended_on=None,
        first_receiver=matter.first_receiver,
        case_owner=matter.case_owner,
        entries=[entry],
        restricted_to=matter.restricted_to,
    )


def _check_not_accused(petition: Petition, addressee: str) -> None:
    if addressee in petition.accused:
        raise AccusedUnit(
            "该单位是被反映单位，依照《信访工作条例》第三十条不得向其透露，不能向其督办；请向其上级或纪检监察机关提出"
        )
