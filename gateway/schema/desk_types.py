"""What the desk writes down, as people read it: triage entries, talk records and notices."""

import graphene

from gateway.documents.desk_fetching import notice_path
from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.supervision_types import Person
from gateway.schema.types import Tenant, label_of, tenant_of
from services.contracts.desk import Notice as NoticeFact


class Triage(graphene.ObjectType):
    """来访（来电）分流登记：没有提出信访事项的来人、来电"""

    id = UUID(required=True)
    number = graphene.String(required=True)
    tenant = graphene.Field(Tenant)
    at = graphene.DateTime(required=True, description="来访（来电）时间")
    on = graphene.Date(required=True)
    channel = graphene.Field(enums.ChannelEnum, required=True)
    channel_label = graphene.String(required=True)
    people = graphene.Int(required=True, description="人数")
    subject = graphene.String(required=True)
    outcome = graphene.Field(enums.TriageOutcomeEnum, required=True)
    outcome_label = graphene.String(required=True)
    directed_to = graphene.String(description="引导到哪个窗口、科室或单位")
    answer_kind = graphene.Field(enums.AnswerKindEnum)
    answer_kind_label = graphene.String()
    answer = graphene.String(description="当场如何解答")
    by = graphene.Field(Person, required=True, description="首问责任人")
    taken_back = graphene.String(description="撤销理由；撤销后不计数")

    resolve_tenant = tenant_of("tenant")
    resolve_channel_label = label_of("channel")
    resolve_outcome_label = label_of("outcome")
    resolve_answer_kind_label = label_of("answer_kind")


class TriageCount(graphene.ObjectType):
    """一种去向的分流登记数"""

    outcome = graphene.Field(enums.TriageOutcomeEnum, required=True)
    outcome_label = graphene.String(required=True)
    entries = graphene.Int(required=True, description="登记数；已撤销的不计")
    people = graphene.Int(required=True, description="人数")

    resolve_outcome_label = label_of("outcome")


class QuestionAnswer(graphene.ObjectType):
    """一问一答"""

    question = graphene.String(required=True)
    answer = graphene.String(required=True)


class Signature(graphene.ObjectType):
    """打印的笔录由谁签了字"""

    who = graphene.Field(enums.SignerRoleEnum, required=True)
    who_label = graphene.String(required=True)
    signed = graphene.Boolean(required=True)
    on = graphene.Date()
    remark = graphene.String(description="未签字的原因，或按指印等情况")

    resolve_who_label = label_of("who")


class Talk(graphene.ObjectType):
    """接谈笔录"""

    id = UUID(required=True)
    number = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="接谈单位")
    on = graphene.Date(required=True)
    at = graphene.DateTime(required=True)
    place = graphene.String(required=True)
    receivers = graphene.List(graphene.NonNull(graphene.String), required=True, description="接谈人")
    leader = graphene.String(description="接访领导")
    purpose = graphene.String(required=True)
    questions = graphene.List(graphene.NonNull(QuestionAnswer), required=True)
    demands = graphene.String(required=True)
    facts = graphene.String(required=True)
    evidence = graphene.List(graphene.NonNull(graphene.String), required=True)
    answer = graphene.String(description="当场答复")
    answer_kind = graphene.Field(enums.AnswerKindEnum)
    answer_kind_label = graphene.String()
    unit_in_charge = graphene.Field(Tenant, description="归口单位")
    issue = graphene.String(required=True, description="问题性质")
    opinion = graphene.String(required=True, description="处理意见：仅供内部使用，不印给信访人")
    suggestion = graphene.String(description="建议：仅供内部使用，不印给信访人")
    signatures = graphene.List(graphene.NonNull(Signature), required=True)
    copies = graphene.Int(required=True, description="一式几份")
    by = graphene.Field(Person, required=True, description="记录人")
    taken_back = graphene.String(description="撤销理由")

    resolve_tenant = tenant_of("tenant")
    resolve_unit_in_charge = tenant_of("unit_in_charge")
    resolve_answer_kind_label = label_of("answer_kind")


class NoticeDelivery(graphene.ObjectType):
    """告知书的送达"""

    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    mode_label = graphene.String(required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True, description="是否签收；否为拒收")
    recipient = graphene.Field(enums.RecipientEnum)
    recipient_label = graphene.String()
    receipt = graphene.String()
    remark = graphene.String()

    resolve_mode_label = label_of("mode")
    resolve_recipient_label = label_of("recipient")


class Notice(graphene.ObjectType):
    """告知书（《信访工作条例》第二十三条）：送达之日即为告知之日"""

    id = UUID(required=True)
    kind = graphene.Field(enums.NoticeKindEnum, required=True)
    kind_label = graphene.String(required=True)
    number = graphene.String(required=True)
    tenant = graphene.Field(Tenant, description="出具单位")
    issued_on = graphene.Date(required=True)
    by = graphene.Field(Person, required=True)
    text = graphene.String(required=True)
    body = graphene.Field(Tenant, description="办理单位，或信访人应当向其提出的单位；不属于本县的为空")
    delivery = graphene.Field(NoticeDelivery)
    told_on = graphene.Date(description="告知之日；未送达、已撤销的为空")
    taken_back = graphene.String(description="撤销理由")
    document_path = graphene.String(required=True, description="告知书的地址（DOCX），用同一令牌下载")

    resolve_kind_label = label_of("kind")
    resolve_tenant = tenant_of("tenant")
    resolve_body = tenant_of("body")

    @staticmethod
    def resolve_document_path(row: NoticeFact, info: graphene.ResolveInfo) -> str:
        return notice_path(row)


class CasePaper(graphene.ObjectType):
    """一份可下载的文书"""

    label = graphene.String(required=True)
    copy = graphene.Field(enums.PaperCopyEnum, description="哪一联；只有一联的为空")
    copy_label = graphene.String()
    document_path = graphene.String(required=True, description="文书的地址（DOCX），用同一令牌下载")

    resolve_copy_label = label_of("copy")
