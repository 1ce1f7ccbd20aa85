"""Follow-ups (回访): what is entered of each, and how one is taken back. Pure."""

from datetime import date, datetime

import msgspec

from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, WrongState, require
from services.contracts.actor import Actor
from services.contracts.intake import Petition
from services.contracts.ratings import FollowUp, RecordFollowUp


def followed_up(
    *, follow_up_id: str, command: RecordFollowUp, petition: Petition, actor: Actor, today: date, now: datetime
) -> FollowUp:
    """The follow-up. ``command.content``: already without what is masked in texts. Raises ``InvalidInput`` and
    ``HistoricalPetition``."""
    if petition.historical:
        raise HistoricalPetition("历史件已经办结，不再登记回访；如有新诉求请重新登记")
    if not petition.received_on <= command.on <= today:
        raise InvalidInput(f"回访日期应在收到之日 {petition.received_on} 至今天 {today} 之间，请核对", field="on")
    missing = "请填写信访人的意见" if command.reached else "请填写未能回访的情况（如电话无人接听）"
    require(command.content, "content", missing)
    return FollowUp(
        id=follow_up_id,
        petition_id=petition.id,
        restricted_to=None if petition.named is None else sorted(petition.named),
        tenant=actor.tenant,
        by=actor.reference,
        on=command.on,
        at=now,
        way=command.way,
        reached=command.reached,
        content=command.content.strip(),
        recording=(command.recording or "").strip() or None,
    )


def taken_back(*, follow_up: FollowUp, actor: Actor, reason: str) -> FollowUp:
    """The follow-up as it counts no more; that it was entered stays in the case file, with the reason."""
    if actor.tenant != follow_up.tenant:
        raise Forbidden("回访记录只能由登记它的单位撤销")
    if follow_up.taken_back is not None:
        raise WrongState(f"该回访记录已撤销：{follow_up.taken_back}")
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(follow_up, taken_back=reason.strip())


def remark(follow_up: FollowUp) -> str:
    reached = "" if follow_up.reached else "，未能回访"
    return f"{follow_up.way.label}{reached}：{follow_up.content}"
