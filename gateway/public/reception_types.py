"""What a citizen is told of receptions: the public table, free slots, and his own appointment."""

import graphene

WEEKDAYS = "一二三四五六日"


class PublicTurn(graphene.ObjectType):
    """公示的一次领导接访，以及它出自哪一次公示"""

    tenant = graphene.ID(required=True)
    tenant_name = graphene.String(required=True)
    shift = graphene.ID(required=True)
    day = graphene.Date(required=True)
    weekday = graphene.String(required=True)
    start = graphene.Time(required=True)
    end = graphene.Time(required=True)
    leader = graphene.String(required=True)
    post = graphene.String(required=True)
    portfolio = graphene.List(graphene.NonNull(graphene.String), required=True, description="分管工作")
    place = graphene.String(required=True)
    mode = graphene.String(required=True, description="接访形式")
    phone = graphene.String()
    announcement = graphene.ID(required=True, description="公示的标识，由公示的全部内容算出")
    published_at = graphene.DateTime(required=True)
    urgent = graphene.Boolean(required=True, description="是否紧急变更")
    changed = graphene.String(description="该次公示与此前的不同，及原因")
    hash = graphene.String(required=True, description="该次公示全部内容的 SHA-256")


class ReceptionSlots(graphene.ObjectType):
    """可以预约的一次接访，及其空闲时段"""

    tenant = graphene.ID(required=True)
    tenant_name = graphene.String(required=True)
    shift = graphene.ID(required=True)
    day = graphene.Date(required=True)
    weekday = graphene.String(required=True)
    start = graphene.Time(required=True)
    end = graphene.Time(required=True)
    leaders = graphene.List(graphene.NonNull(graphene.String), required=True)
    place = graphene.String(required=True)
    phone = graphene.String()
    slot_minutes = graphene.Int(required=True, description="每个时段的分钟数")
    free = graphene.List(graphene.NonNull(graphene.Time), required=True, description="空闲时段的开始时间")


class AskedQuestion(graphene.ObjectType):
    """接访评价的一个问题"""

    id = graphene.ID(required=True, description="问题编号")
    text = graphene.String(required=True, description="问题")
    score = graphene.Int(description="已评的分，1 至 5 分，5 分最好；未评价的为空")


class AskedVisitor(graphene.ObjectType):
    """可以作出（更正）的接访评价"""

    until = graphene.Date(required=True, description="可以评价、更正的最后一日")
    questions = graphene.List(graphene.NonNull(AskedQuestion), required=True, description="问题")
    answered = graphene.Boolean(required=True, description="是否已评价")
    suggestion = graphene.String(description="已提的意见建议")


class AppointmentStatus(graphene.ObjectType):
    """预约的情况；不显示预约人和事由"""

    number = graphene.String(required=True, description="预约号")
    tenant_name = graphene.String(required=True)
    day = graphene.Date(required=True)
    weekday = graphene.String(required=True)
    slot = graphene.Time(description="时段的开始时间")
    place = graphene.String(required=True)
    phone = graphene.String()
    state = graphene.String(required=True)
    reason = graphene.String(description="未通过审核或取消的原因")
    queue_number = graphene.Int(description="到场后取得的号")
    can_cancel = graphene.Boolean(required=True)
    questionnaire = graphene.Field(AskedVisitor, description="接访评价；不能评价的为空")
