"""What the public side answers, as a citizen reads it."""

from typing import Any

import graphene

from gateway.public.telling import Side
from gateway.schema import enums
from services.contracts.intake_rules import OpenHours

WEEKDAYS = "一二三四五六日"


class NextDeadline(graphene.ObjectType):
    """下一个期限"""

    what = graphene.String(required=True)
    by = graphene.Date(required=True, description="最后一日")
    text = graphene.String(required=True, description="完整的说明")


class Told(graphene.ObjectType):
    """已送达信访人的告知书"""

    what = graphene.String(required=True)
    number = graphene.String(required=True)
    on = graphene.Date(required=True)


class PublicisedPage(graphene.ObjectType):
    """单位公示的一项制度、办事指南"""

    address = graphene.ID(required=True, description="地址名，本县内不重复")
    path = graphene.String(required=True, description="单独显示、打印的网址路径")
    tenant = graphene.ID(required=True)
    tenant_name = graphene.String(required=True)
    title = graphene.String(required=True)
    since = graphene.Date(required=True, description="施行日期")
    text = graphene.String(required=True, description="正文，Markdown 或纯文本原文")


class DeliveredAnswer(graphene.ObjectType):
    """已送达的答复意见"""

    text = graphene.String(required=True)
    agency = graphene.String(required=True)
    delivered_on = graphene.Date(required=True)


class RatingStatus(graphene.ObjectType):
    """一方的满意度评价"""

    side = graphene.Field(enums.RatingSideEnum, required=True)
    side_label = graphene.String(required=True)
    state = graphene.Field(enums.RatingStateEnum, required=True)
    state_label = graphene.String(required=True)
    opens_on = graphene.Date()
    ends_on = graphene.Date(description="可以评价的最后一日")
    can_rate = graphene.Boolean(required=True)
    value = graphene.Field(enums.RatingValueEnum, description="已作的评价")
    value_label = graphene.String()

    @staticmethod
    def resolve_side_label(row: Side, info: graphene.ResolveInfo) -> str:
        return row.window.side.label

    @staticmethod
    def resolve_state_label(row: Side, info: graphene.ResolveInfo) -> str:
        return row.window.state.label

    @staticmethod
    def resolve_side(row: Side, info: graphene.ResolveInfo) -> Any:
        return row.window.side

    @staticmethod
    def resolve_state(row: Side, info: graphene.ResolveInfo) -> Any:
        return row.window.state

    @staticmethod
    def resolve_opens_on(row: Side, info: graphene.ResolveInfo) -> Any:
        return row.window.opens_on

    @staticmethod
    def resolve_ends_on(row: Side, info: graphene.ResolveInfo) -> Any:
        return row.window.ends_on

    @staticmethod
    def resolve_value(row: Side, info: graphene.ResolveInfo) -> Any:
        return row.rating.value if row.rating else None

    @staticmethod
    def resolve_value_label(row: Side, info: graphene.ResolveInfo) -> str | None:
        return row.rating.value.label if row.rating else None


class PetitionStatus(graphene.ObjectType):
    """信访事项的办理情况"""

    number = graphene.String(required=True)
    received_on = graphene.Date(required=True)
    status = graphene.String(required=True)
    handled_by = graphene.List(graphene.NonNull(graphene.String), required=True, description="办理单位")
    next_deadline = graphene.Field(NextDeadline)
    told = graphene.List(graphene.NonNull(Told), required=True, description="已送达的告知书")
    answer = graphene.Field(DeliveredAnswer, description="答复意见，送达后方可查看")
    ratings = graphene.List(graphene.NonNull(RatingStatus), required=True)


class DeskHours(graphene.ObjectType):
    """接待时间"""

    weekday = graphene.Int(required=True, description="1 为周一，7 为周日")
    weekday_label = graphene.String(required=True)
    hours = graphene.String(required=True)

    @staticmethod
    def resolve_weekday_label(row: OpenHours, info: graphene.ResolveInfo) -> str:
        return f"周{WEEKDAYS[row.weekday - 1]}"


class Desk(graphene.ObjectType):
    """受理单位（《信访工作条例》第十八条）"""

    tenant = graphene.ID(required=True)
    name = graphene.String(required=True)
    address = graphene.String()
    postcode = graphene.String()
    phone = graphene.String()
    email = graphene.String()
    website = graphene.String()
    hours = graphene.List(graphene.NonNull(DeskHours), required=True)
    scope = graphene.String(description="受理范围")
    takes_online = graphene.Boolean(required=True, description="是否受理网上提交")


class Named(graphene.ObjectType):
    """代码和名称"""

    code = graphene.ID(required=True)
    name = graphene.String(required=True)
