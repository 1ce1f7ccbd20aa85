"""What can be to do: the words in which the inbox says it, and what it is done to. And how an overview is sorted."""

from services.contracts.base import Labelled


class Subject(Labelled):
    """What a task is about; its id stands in ``subject`` of the task."""

    PETITION = "PETITION", "信访件"
    REFERRAL = "REFERRAL", "转送交办"
    REVIEW = "REVIEW", "复查复核"
    EXTENSION = "EXTENSION", "延期申请"
    SUPERVISION = "SUPERVISION", "督办"
    APPROVAL = "APPROVAL", "呈批"
    URGENT_REPORT = "URGENT_REPORT", "紧急报告"
    NOTICE = "NOTICE", "告知书"
    SETTLEMENT = "SETTLEMENT", "调解和解"
    REMINDER = "REMINDER", "催办"
    ABSENCE = "ABSENCE", "请假外出"
    SUBSTITUTION = "SUBSTITUTION", "替班换班"
    DUTY_LOG = "DUTY_LOG", "值班日志"
    APPOINTMENT = "APPOINTMENT", "预约"
    INFORMATION = "INFORMATION", "基层信息"


class TaskKind(Labelled):
    REFER = "REFER", "转送、交办或自办"
    REFER_ANEW = "REFER_ANEW", "已退回，重新转送、交办"
    RECEIVE = "RECEIVE", "签收转送、交办件"
    RECEIVE_FORWARDED = "RECEIVE_FORWARDED", "签收下转件"
    ACCEPT = "ACCEPT", "决定是否受理并告知"
    DECIDE_OBJECTION = "DECIDE_OBJECTION", "核实异议并决定"
    DECIDE_DISPUTE = "DECIDE_DISPUTE", "协调职责争议并决定"
    ANSWER = "ANSWER", "办理并作出答复"
    ANSWER_ANEW = "ANSWER_ANEW", "已退回重办，重新作出答复"
    DELIVER = "DELIVER", "送达答复意见"
    CHECK_REFUSAL = "CHECK_REFUSAL", "核实不予受理，办结或纠正"
    CLOSE = "CLOSE", "核实办理情况并办结"
    DECIDE_REVIEW = "DECIDE_REVIEW", "审查并作出复查、复核意见"
    DELIVER_REVIEW = "DELIVER_REVIEW", "送达复查、复核意见"
    DECIDE_EXTENSION = "DECIDE_EXTENSION", "审批延期申请"
    TELL_EXTENSION = "TELL_EXTENSION", "向信访人告知延期及理由"
    ACKNOWLEDGE_SUPERVISION = "ACKNOWLEDGE_SUPERVISION", "签收督办"
    ANSWER_SUPERVISION = "ANSWER_SUPERVISION", "书面回复督办"
    CHECK_SUPERVISION = "CHECK_SUPERVISION", "核实督办回复，办结或退回"
    PASS_STEP = "PASS_STEP", "办理呈批步骤"
    ACKNOWLEDGE_REPORT = "ACKNOWLEDGE_REPORT", "签收紧急报告"
    REPORT_URGENT = "REPORT_URGENT", "报告重大紧急情况"
    PRESENT = "PRESENT", "呈领导阅批"
    NOTIFY = "NOTIFY", "书面告知信访人"
    HOLD_MEETING = "HOLD_MEETING", "召开调度会"
    FOLLOW_UP = "FOLLOW_UP", "回访信访人"
    DELIVER_NOTICE = "DELIVER_NOTICE", "送达告知书"
    CONFIRM_SETTLEMENT = "CONFIRM_SETTLEMENT", "核实协议履行情况"
    DECIDE_RATING_APPEAL = "DECIDE_RATING_APPEAL", "裁定评价申诉"
    ACKNOWLEDGE_REMINDER = "ACKNOWLEDGE_REMINDER", "签收催办"
    DECIDE_ABSENCE = "DECIDE_ABSENCE", "审批请假外出"
    DECIDE_SUBSTITUTION = "DECIDE_SUBSTITUTION", "审批替班换班"
    TAKE_OVER = "TAKE_OVER", "接班并签收值班日志"
    DECIDE_APPOINTMENT = "DECIDE_APPOINTMENT", "审核预约"
    ACT_ON_INFORMATION = "ACT_ON_INFORMATION", "处置基层信息"

    @property
    def about(self) -> Subject:
        return _ABOUT.get(self, Subject.PETITION)


_ABOUT = {
    **dict.fromkeys(
        (
            *(TaskKind.RECEIVE, TaskKind.RECEIVE_FORWARDED, TaskKind.ACCEPT, TaskKind.DECIDE_OBJECTION),
            *(TaskKind.DECIDE_DISPUTE, TaskKind.ANSWER, TaskKind.ANSWER_ANEW, TaskKind.DELIVER),
            *(TaskKind.CHECK_REFUSAL, TaskKind.CLOSE),
        ),
        Subject.REFERRAL,
    ),
    **dict.fromkeys((TaskKind.DECIDE_REVIEW, TaskKind.DELIVER_REVIEW), Subject.REVIEW),
    **dict.fromkeys((TaskKind.DECIDE_EXTENSION, TaskKind.TELL_EXTENSION), Subject.EXTENSION),
    **dict.fromkeys(
        (TaskKind.ACKNOWLEDGE_SUPERVISION, TaskKind.ANSWER_SUPERVISION, TaskKind.CHECK_SUPERVISION), Subject.SUPERVISION
    ),
    TaskKind.PASS_STEP: Subject.APPROVAL,
    TaskKind.ACKNOWLEDGE_REPORT: Subject.URGENT_REPORT,
    TaskKind.DELIVER_NOTICE: Subject.NOTICE,
    TaskKind.CONFIRM_SETTLEMENT: Subject.SETTLEMENT,
    TaskKind.ACKNOWLEDGE_REMINDER: Subject.REMINDER,
    TaskKind.DECIDE_ABSENCE: Subject.ABSENCE,
    TaskKind.DECIDE_SUBSTITUTION: Subject.SUBSTITUTION,
    TaskKind.TAKE_OVER: Subject.DUTY_LOG,
    TaskKind.DECIDE_APPOINTMENT: Subject.APPOINTMENT,
    TaskKind.ACT_ON_INFORMATION: Subject.INFORMATION,
}


class OverviewOrder(Labelled):
    """Of the lines of an overview; where they are equal, in the order of the tenants' codes."""

    TENANT = "TENANT", "按单位代码"
    OPEN = "OPEN", "未办结多的在前"
    DUE = "DUE", "临期多的在前"
    OVERDUE = "OVERDUE", "超期多的在前"
    RETURNED = "RETURNED", "退回多的在前"
    LEAST_SATISFIED = "LEAST_SATISFIED", "满意率低的在前"
