"""The sentences of a proposal that say why, for the clerk who decides. Pure."""

from collections.abc import Iterable

from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation, OrgLevel
from services.contracts.proposals import RoutingRule

BARRED = (
    "规则指向的单位中有被反映单位，依照《信访工作条例》第三十条不予推荐；如无其他合适单位，请报其上级或纪检监察机关"
)
UNCOVERED = "没有规则能确定承办单位，请人工确定，并请管理员在 routing.toml 中补充规则"
URGENT = "属于重大紧急事项，请立即报告分管领导（《信访工作条例》第二十五条）"


def cited(rule: RoutingRule) -> str:
    return f"规则“{rule.name}”（{rule.basis}）"


def of_level(*, lead: Organisation, superior: Organisation | None, own: bool, joint: bool) -> Iterable[str]:
    """属地管理、分级负责: of which level the lead is, and what follows. ``own``: it is who registered the item."""
    if own:
        yield "属于登记单位自身职权，由本单位办理"
        if joint:
            yield "自办后，请另行向协办单位转送"
        return
    if lead.level is OrgLevel.UNIT and superior is not None:
        yield f"属于下属单位职权，交由该单位办理，由{superior.name}协调并跟踪督办"
    elif lead.kind is TenantKind.TOWNSHIP:
        yield "按照属地管理，由问题所在乡镇（街道）办理"
    elif lead.level is OrgLevel.PREFECTURE:
        yield "属于上级垂直管理单位职权，转送其驻本县机构"
    else:
        yield "属于县级职权，由县级主管部门办理"
    if joint:
        yield "涉及几个单位，由主办单位牵头、协办单位配合（《信访工作条例》第二十四条第一款）"
