"""Appeals against ratings (对评价的申诉): who asks that one be not counted, with which evidence, who decides. Pure."""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState, require
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.attachments import Attachment
from services.contracts.intake import Petition
from services.contracts.ratings import AppealState, Rating, RatingAppeal, RatingSide
from services.contracts.routing import Referral, ReferralRole
from services.intake.taking_part import check_takes_part


class RatingAppealed(Refusal):
    code = "RATING_APPEALED"
    default = "对该评价已提出过申诉，每个评价只能申诉一次，请等待县信访局裁定或查看裁定结果"


def rated_tenant(*, petition: Petition, side: RatingSide, standing: Iterable[Referral]) -> str | None:
    """Whose work a side is: who registered the item, or the lead that answered it. None while nobody leads it."""
    if side is RatingSide.OFFICE:
        return petition.registered_by
    return next((each.to_tenant for each in standing if each.role is ReferralRole.LEAD), None)


def check_appealing(*, actor: Actor, petition: Petition, side: RatingSide, standing: Iterable[Referral]) -> None:
    """Raises ``NotFound`` or ``Forbidden`` to who has no part in the case, and ``Forbidden`` to who was not rated."""
    held = list(standing)
    check_takes_part(actor=actor, petition=petition, holding=held, doing="对评价提出申诉")
    if actor.tenant != rated_tenant(petition=petition, side=side, standing=held):
        who = "登记单位" if side is RatingSide.OFFICE else "作出答复的主办单位"
        raise Forbidden(f"{side.label}的评价由被评价的{who}申诉")


def usable(*, actor: Actor, petition: Petition, there: Iterable[Attachment]) -> frozenset[str]:
    """Ids of the case's attachments that stand and that the actor may see: what shows who asked to stay unknown is for
    the registering tenant and the county office."""
    knows = actor.kind is TenantKind.COUNTY or actor.tenant == petition.registered_by
    return frozenset(each.id for each in there if each.taken_back is None and (knows or not each.reserved))


def appealed(
    *, rating: Rating, reason: str, evidence: list[str], usable: Collection[str], actor: Actor, today: date
) -> Rating:
    """The rating with the appeal. Raises ``RatingAppealed``, and ``InvalidInput`` for evidence beside ``usable``."""
    if rating.appeal is not None:
        raise RatingAppealed()
    require(reason, "reason", "请填写申诉理由")
    for index, attachment_id in enumerate(evidence):
        if attachment_id not in usable:
            raise InvalidInput("申诉证据须为该件的附件，且未撤销；请先上传附件再申诉", field=f"evidence.{index}")
    appeal = RatingAppeal(
        tenant=actor.tenant,
        by=actor.reference,
        on=today,
        reason=reason.strip(),
        evidence=list(dict.fromkeys(evidence)),
    )
    return msgspec.structs.replace(rating, appeal=appeal)


def decided(*, rating: Rating, uphold: bool, reason: str, actor: Actor, today: date) -> Rating:
    """The rating after the county office has decided.

    An appeal of another tenant is decided by the county office's head or a supervisor. Where the county office itself
    was rated, by its head or a leader alone; and never by who appealed. Raises ``Forbidden`` and ``WrongState``.
    """
    appeal = rating.appeal
    if appeal is None:
        raise WrongState("该评价没有提出申诉，无须裁定")
    if appeal.state is not AppealState.OPEN:
        raise WrongState(f"该申诉已于 {appeal.decided_on} 裁定：{appeal.state.label}")
    own = appeal.tenant == actor.tenant
    if not actor.roles & ({Role.HEAD, Role.LEADER} if own else {Role.HEAD, Role.SUPERVISOR}):
        raise Forbidden(
            "被评价的是县信访局自己，申诉由县信访局负责人或领导裁定" if own else "评价申诉由县信访局负责人或督办员裁定"
        )
    if actor.user == appeal.by.user:
        raise Forbidden("提出申诉的人不能裁定该申诉，请由其他负责人或领导裁定")
    require(reason, "reason", "请填写裁定理由")
    state = AppealState.UPHELD if uphold else AppealState.DISMISSED
    settled = msgspec.structs.replace(appeal, state=state, decided_on=today, decision=reason.strip())
    return msgspec.structs.replace(rating, appeal=settled)


def remark(rating: Rating) -> str:
    """For the timeline: whose rating, and what was said last about it."""
    appeal = rating.appeal
    assert appeal is not None
    if appeal.state is AppealState.OPEN:
        return f"{rating.side.label}的评价：{appeal.reason}"
    return f"{rating.side.label}的评价：{appeal.state.label}（{appeal.decision}）"
