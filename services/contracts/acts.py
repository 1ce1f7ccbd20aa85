"""Every act that can stand on a petition's timeline, with the words in which people read it."""

from services.contracts.base import Labelled


class Act(Labelled):
    REGISTERED = "REGISTERED", "登记"
    IMPORTED = "IMPORTED", "历史件导入"
    REVEALED = "REVEALED", "查看信访人信息"
    REFERRED = "REFERRED", "转送（交办）"
    WITHDRAWN = "WITHDRAWN", "撤回"
    RECEIVED = "RECEIVED", "签收"
    OBJECTED = "OBJECTED", "提出异议"
    OBJECTION_UPHELD = "OBJECTION_UPHELD", "异议成立，退回"
    OBJECTION_DISMISSED = "OBJECTION_DISMISSED", "异议不成立"
    ACCEPTED = "ACCEPTED", "受理"
    ANSWERED = "ANSWERED", "作出答复意见"
    DELIVERED = "DELIVERED", "送达"
    PART_CLOSED = "PART_CLOSED", "承办环节办结"
    CLOSED = "CLOSED", "办结"
    CLOCK_OPENED = "CLOCK_OPENED", "开始计时"
    CLOCK_CHANGED = "CLOCK_CHANGED", "期限变更"
    CLOCK_MET = "CLOCK_MET", "按要求完成"
    CLOCK_CANCELLED = "CLOCK_CANCELLED", "终止计时"
    DUTY_NOTED = "DUTY_NOTED", "记录值班领导"
    ORGANISATION_CHANGED = "ORGANISATION_CHANGED", "机构名录变更"
    DUTY_TABLE_CHANGED = "DUTY_TABLE_CHANGED", "值班表变更"
