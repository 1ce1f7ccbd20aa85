"""What visitors answered after a reception (GW-08), as people read it. Nobody's name stands in it, nor the day."""

from datetime import date
from typing import Any

import graphene

from gateway.schema.receiver_types import Receiver
from gateway.schema.types import Tenant


class QuestionScores(graphene.ObjectType):
    """一个问题的评分汇总"""

    question = graphene.ID(required=True, description="问题编号，见县配置 questionnaire.toml")
    text = graphene.String(required=True, description="问题")
    count = graphene.Int(required=True, description="评分人数")
    average = graphene.Float(description="平均分，1 至 5 分；无人评分的为空")


class VisitAnswerFigures(graphene.ObjectType):
    """来访人对接访的评价汇总"""

    answered = graphene.Int(required=True, description="作出评价的批数")
    questions = graphene.List(graphene.NonNull(QuestionScores), required=True, description="各问题的评分")


class QuestionScore(graphene.ObjectType):
    """对一个问题的评分"""

    question = graphene.ID(required=True, description="问题编号")
    text = graphene.String(required=True, description="问题；已不再询问的为编号")
    score = graphene.Int(required=True, description="1 至 5 分，5 分最好")


class VisitAnswer(graphene.ObjectType):
    """一位来访人对接访的评价；不含来访人姓名和接访日期"""

    tenant = graphene.Field(Tenant, description="接访单位")
    month = graphene.Date(required=True, description="接访所在月份的一日")
    receivers = graphene.List(graphene.NonNull(Receiver), required=True, description="接访人员")
    scores = graphene.List(graphene.NonNull(QuestionScore), required=True, description="各问题的评分")
    suggestion = graphene.String(description="意见建议，已隐去个人信息")
    online = graphene.Boolean(required=True, description="来访人网上自行评价；否则为回访登记")

    @staticmethod
    def resolve_month(row: dict[str, Any], info: graphene.ResolveInfo) -> date:
        day: date = row["day"]
        return day.replace(day=1)
