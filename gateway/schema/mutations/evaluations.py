"""Mutations of evaluations of receivers (RO-38), which the roster carries out."""

import graphene

from gateway.schema import enums
from gateway.schema.evaluation_types import Evaluation
from gateway.schema.mutations.payload import Error, Kind, state_mutation
from services.contracts.evaluations import EvaluateMember, TakeBackEvaluation
from services.contracts.evaluations import Evaluation as EvaluationFact


class EvaluationPayload(graphene.ObjectType):
    """评价的办理结果"""

    evaluation = graphene.Field(Evaluation)
    errors = graphene.List(graphene.NonNull(Error), required=True)


EVALUATION = Kind(EvaluationFact, EvaluationPayload, "evaluation")


class EvaluateMemberInput(graphene.InputObjectType):
    """不能评价自己；一人一月一项评价，更改的先撤销"""

    member = graphene.ID(required=True, description="接访人员编号")
    month = graphene.Date(required=True, description="该月任一日")
    verdict = graphene.Field(enums.VerdictEnum, required=True)
    reason = graphene.String(required=True, description="事实和理由")


class TakeBackEvaluationInput(graphene.InputObjectType):
    evaluation_id = graphene.ID(required=True)
    reason = graphene.String(required=True)


EvaluateMemberMutation = state_mutation(
    EvaluateMember, EVALUATION, EvaluateMemberInput, "评价接访人员：本单位负责人，或县信访局负责人、督办员"
)
TakeBackEvaluationMutation = state_mutation(
    TakeBackEvaluation, EVALUATION, TakeBackEvaluationInput, "撤销评价：作出评价的单位，或县信访局"
)
