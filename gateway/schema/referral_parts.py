"""What happens to a hand-over on its way: objection, dispute, refusal, progress, answer and delivery."""

import graphene

from gateway.schema import enums
from gateway.schema.types import Tenant, label_of, tenant_of


class Objection(graphene.ObjectType):
    """异议"""

    reason = graphene.String(required=True)
    raised_on = graphene.Date(required=True)
    materials = graphene.String(description="随件退回的材料清单")
    decided_on = graphene.Date()
    upheld = graphene.Boolean()
    decision = graphene.String(description="核实异议是否成立的理由")


class Dispute(graphene.ObjectType):
    """职责争议：异议不成立而仍有争议的，由共同上级或者信访工作联席会议协调决定（第二十四条）"""

    reason = graphene.String(required=True)
    raised_on = graphene.Date(required=True)
    decider = graphene.Field(Tenant, description="协调决定的单位；经联席会议的，为登记其决定的单位")
    by_conference = graphene.Boolean(required=True, description="经信访工作联席会议协调")
    decided_on = graphene.Date()
    competent = graphene.Field(Tenant, description="认定有权处理的单位")
    decision = graphene.String()

    resolve_decider = tenant_of("decider")
    resolve_competent = tenant_of("competent")


class NonAcceptance(graphene.ObjectType):
    """不予受理（不再受理）"""

    reason = graphene.Field(enums.RefusalReasonEnum, required=True)
    reason_label = graphene.String(required=True)
    way = graphene.String(required=True, description="信访人应当通过的途径")
    explanation = graphene.String(required=True)
    on = graphene.Date(required=True)

    resolve_reason_label = label_of("reason")


class ProgressNote(graphene.ObjectType):
    """办理进展"""

    on = graphene.Date(required=True)
    by = graphene.String(required=True, description="记录人")
    text = graphene.String(required=True)


class LegalReview(graphene.ObjectType):
    """处理意见作出前的合法性审查"""

    by = graphene.String(required=True)
    on = graphene.Date(required=True)
    opinion = graphene.String(required=True)


class AnswerPart(graphene.ObjectType):
    """协办单位、内设机构的办理情况，并入主办单位的处理意见"""

    tenant = graphene.Field(Tenant)
    name = graphene.String(required=True, description="作出时的单位名称")
    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    outcome_label = graphene.String(required=True)
    opinion = graphene.String(required=True)
    answered_on = graphene.Date(required=True)

    resolve_tenant = tenant_of("tenant")
    resolve_outcome_label = label_of("outcome")


class Answer(graphene.ObjectType):
    """处理意见（信访处理意见书，第三十二条）"""

    outcome = graphene.Field(enums.OutcomeEnum, required=True)
    outcome_label = graphene.String(required=True)
    opinion = graphene.String(required=True)
    answered_on = graphene.Date(required=True)
    number = graphene.String(description="意见书编号")
    demands = graphene.String(description="投诉请求")
    facts = graphene.String(description="事实和理由")
    basis = graphene.String(description="法律法规依据")
    legal_review = graphene.Field(LegalReview)
    parts = graphene.List(graphene.NonNull(AnswerPart), required=True, description="协办单位、内设机构的办理情况")
    parts_missing = graphene.String(description="协办单位尚未反馈即作出处理意见的理由")

    resolve_outcome_label = label_of("outcome")


class Rework(graphene.ObjectType):
    """退回重办，及退回时的处理意见"""

    on = graphene.Date(required=True)
    reason = graphene.String(required=True)
    answer = graphene.Field(Answer, required=True)


class Delivery(graphene.ObjectType):
    """送达"""

    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    mode_label = graphene.String(required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True)
    recipient = graphene.Field(enums.RecipientEnum, description="由谁签收")
    recipient_label = graphene.String()
    receipt = graphene.String(description="送达回证编号或挂号邮件号")
    remark = graphene.String()

    resolve_mode_label = label_of("mode")
    resolve_recipient_label = label_of("recipient")
