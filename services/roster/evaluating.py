"""How somebody received is said once a month (RO-38): by whom, of whom, and what is told. Pure."""

from datetime import date

import msgspec

from services.common.errors import Forbidden, InvalidInput, WrongState, require
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.evaluations import EvaluateMember, Evaluation
from services.contracts.roster_people import Member

COUNTY_EVALUATORS = frozenset({Role.HEAD, Role.SUPERVISOR})
MAY = "接访人员由本单位负责人评价；县信访局的负责人和督办员可以评价各单位的接访人员"


def evaluation_id(member: str, month: date) -> str:
    return f"{member}.{month:%Y-%m}"


def evaluated(
    *, member: Member, known: Evaluation | None, command: EvaluateMember, actor: Actor, today: date
) -> Evaluation:
    """``known``: what was said of him for this month before.

    Raises ``Forbidden`` for who may not say it, of oneself among them, ``InvalidInput`` for a month that has not begun
    or in which he did not serve and for a missing reason, ``WrongState`` where one stands already.
    """
    check_evaluator(actor, member)
    require(command.reason, "reason", "请写明评价的事实和理由")
    month = command.month.replace(day=1)
    if month > today:
        raise InvalidInput("该月尚未开始，不能评价", field="month")
    if member.since >= _after(month) or (member.until is not None and member.until < month):
        raise InvalidInput(f"{member.name}该月不在任，不能评价", field="month")
    if known is not None and known.taken_back is None:
        raise WrongState(
            f"{month.year}年{month.month}月对{member.name}已有评价（{known.verdict.label}），如需更改，请先撤销再重新评价"
        )
    return Evaluation(
        id=evaluation_id(member.id, month),
        tenant=member.tenant,
        member=member.id,
        month=month,
        verdict=command.verdict,
        reason=command.reason.strip(),
        by=actor.reference,
        on=today,
    )


def taken_back(*, evaluation: Evaluation, member: Member | None, reason: str, actor: Actor) -> Evaluation:
    """Raises ``Forbidden`` for who may not, ``WrongState`` where it does not stand, ``InvalidInput`` for no reason."""
    if member is not None:
        check_evaluator(actor, member)
    own = evaluation.by is None or evaluation.by.tenant == actor.tenant
    if not own and actor.kind is not TenantKind.COUNTY:
        raise Forbidden("这是县信访局作出的评价，由县信访局撤销")
    require(reason, "reason", "请写明撤销的理由")
    if evaluation.taken_back is not None:
        raise WrongState("该评价已经撤销")
    return msgspec.structs.replace(evaluation, taken_back=reason.strip())


def check_evaluator(actor: Actor, member: Member) -> None:
    """Raises ``Forbidden`` for whoever may not evaluate him."""
    county = actor.kind is TenantKind.COUNTY and bool(actor.roles & COUNTY_EVALUATORS)
    head = actor.tenant == member.tenant and Role.HEAD in actor.roles
    if not (county or head):
        raise Forbidden(MAY)
    if member.login == actor.user:
        raise Forbidden("不能评价自己，请由县信访局评价" if not county else "不能评价自己，请由本局其他负责人评价")


def _after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
