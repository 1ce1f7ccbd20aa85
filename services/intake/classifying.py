"""How an item is classified, at registration and when that is corrected: pure checks and the corrected petition."""

from datetime import datetime

import msgspec

from services.common.errors import HistoricalPetition, InvalidInput, Refusal, WrongState, require
from services.contracts.base import Labelled
from services.contracts.intake import Channel, Nature, Petition, Procedure, Urgency
from services.contracts.register_commands import ClassifyPetition, RegisterPetition
from services.contracts.routing import Referral, ReferralState

UNDECIDED = "未定"


class ClassificationRestricted(Refusal):
    """Who may see an item follows from whether it is an accusation (Art. 30), so that cannot be changed afterwards."""

    code = "CLASSIFICATION_RESTRICTED"
    default = "检举控告与其他性质之间不能更正，因为可查看的人员不同（《信访工作条例》第三十条）；请按正确的性质重新登记"


def check_classes(item: RegisterPetition | Petition, *, group_visit_size: int) -> None:
    """Raises ``InvalidInput`` where the classes do not fit each other.

    ``group_visit_size``: the county's own figure (``Regime``), from which a visit is a group's (集体访).
    """
    if item.route is not None and item.nature is not Nature.APPEAL:
        raise InvalidInput(
            f"办理途径只适用于申诉求决事项（《信访工作条例》第三十一条），{item.nature.label}请不要选择", field="route"
        )
    if item.visitors is not None and item.channel is not Channel.VISIT:
        raise InvalidInput(f"来访人数只适用于来访，{item.channel.label}请不要填写", field="visitors")
    if item.procedure is Procedure.SIMPLIFIED:
        _check_simple(item, group_visit_size)


def _check_simple(item: RegisterPetition | Petition, group_visit_size: int) -> None:
    """简易办理 is for first-time items with clear facts and little dispute (《信访事项简易办理办法（试行）》)."""
    exclusions = {
        "检举控告": item.nature is Nature.ACCUSATION,
        "重大紧急的事项": item.urgency is Urgency.CRITICAL,
        "重复信访": item.repeated,
        f"{group_visit_size} 人及以上的集体访": item.visitors is not None and item.visitors >= group_visit_size,
    }
    for what, holds in exclusions.items():
        if holds:
            raise InvalidInput(
                f"简易办理适用于初次提出、事实清楚、争议不大的事项，{what}请选择普通办理", field="procedure"
            )


def urgent_since(*, urgency: Urgency, before: datetime | None, now: datetime) -> datetime | None:
    """The instant at which it was first found to be critical, as long as it stays so; None while it is not."""
    if urgency is not Urgency.CRITICAL:
        return None
    return before or now


def reclassified(
    *, petition: Petition, command: ClassifyPetition, now: datetime, group_visit_size: int
) -> tuple[Petition, str]:
    """The petition as corrected, and the remark that tells what changed from what to what, and why.

    An item that is an appeal no longer loses its route, and of another nature the tenant's own class, which had that
    nature. Raises ``InvalidInput`` and ``ClassificationRestricted``.
    """
    require(command.reason, "reason", "请填写更正理由，理由将记入办理轨迹")
    nature = command.nature or petition.nature
    if nature is not petition.nature and Nature.ACCUSATION in (nature, petition.nature):
        raise ClassificationRestricted(field="nature")
    kept_route = petition.route if nature is Nature.APPEAL else None
    urgency = command.urgency or petition.urgency
    after = msgspec.structs.replace(
        petition,
        nature=nature,
        route=command.route or kept_route,
        procedure=command.procedure or petition.procedure,
        local_kind=petition.local_kind if nature is petition.nature else None,
        urgency=urgency,
        urgent_since=urgent_since(urgency=urgency, before=petition.urgent_since, now=now),
    )
    check_classes(after, group_visit_size=group_visit_size)
    changes = [
        f"{name}由“{_label(before)}”改为“{_label(now_is)}”"
        for name, before, now_is in (
            ("信访性质", petition.nature, after.nature),
            ("办理途径", petition.route, after.route),
            ("办理程序", petition.procedure, after.procedure),
            ("紧急程度", petition.urgency, after.urgency),
        )
        if before is not now_is
    ]
    if not changes:
        raise InvalidInput("更正前后的分类相同，请至少更改性质、办理途径、办理程序、紧急程度中的一项")
    if after.local_kind != petition.local_kind:
        changes.append(f"本单位内容分类“{petition.local_kind}”随之清除")
    return after, f"{'；'.join(changes)}。理由：{command.reason.strip()}"


def check_correctable(*, petition: Petition, referrals: list[Referral]) -> None:
    """Raises a refusal once the case is over: what its clocks were is then on record."""
    if petition.historical:
        raise HistoricalPetition("历史件已经办结，不能更正分类；如有新诉求请重新登记")
    if any(referral.state is ReferralState.CLOSED for referral in referrals):
        raise WrongState("该件已办结，不能再更正分类；如有新诉求请重新登记")


def _label(value: Labelled | None) -> str:
    return UNDECIDED if value is None else value.label
