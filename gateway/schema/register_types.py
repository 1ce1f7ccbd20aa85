"""What a registration keeps of its channel, and who stands behind it, as people read it."""

import graphene

from gateway.schema import enums
from gateway.schema.types import label_of
from services.contracts.register_commands import RevealedText as RevealedTextState


class Enclosure(graphene.ObjectType):
    """随信附件"""

    name = graphene.String(required=True)
    count = graphene.Int(required=True)
    original = graphene.Boolean(required=True, description="原件，应当退还")


class Letter(graphene.ObjectType):
    """来信的信封和附件"""

    form = graphene.Field(enums.LetterFormEnum, required=True)
    form_label = graphene.String(required=True)
    postmarked_on = graphene.Date(description="邮戳日期")
    opened_on = graphene.Date(description="拆信日期")
    opened_late = graphene.String(description="未在收信当日拆封的原因")
    envelope_intact = graphene.Boolean(required=True)
    stamp_intact = graphene.Boolean(required=True)
    damage = graphene.String()
    tracking_number = graphene.String()
    pages = graphene.Int()
    enclosures = graphene.List(graphene.NonNull(Enclosure), required=True)
    addressed_to = graphene.String(description="受信人")
    addressee = graphene.ID(description="收信领导的登录名")

    resolve_form_label = label_of("form")


class Companions(graphene.ObjectType):
    """随访人员"""

    kind = graphene.Field(enums.CompanionKindEnum, required=True)
    kind_label = graphene.String(required=True)
    count = graphene.Int(required=True)
    announced = graphene.Boolean(required=True, description="事先已登记")

    resolve_kind_label = label_of("kind")


class Visit(graphene.ObjectType):
    """来访接待的情况"""

    at = graphene.DateTime()
    place = graphene.String()
    receivers = graphene.List(graphene.NonNull(graphene.String), required=True, description="接待人员")
    leader = graphene.String(description="接访领导")
    identity_checked = graphene.Boolean(required=True, description="已查验证件")
    companions = graphene.List(graphene.NonNull(Companions), required=True)


class Call(graphene.ObjectType):
    """来电的情况"""

    at = graphene.DateTime()
    line = graphene.String()
    minutes = graphene.Int()
    recording = graphene.String(description="录音编号")


class Petitioner(graphene.ObjectType):
    """信访人（已脱敏）"""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    identity_number = graphene.String()
    phone = graphene.String()
    address = graphene.String()
    representative = graphene.Boolean(required=True)
    role = graphene.Field(enums.PersonRoleEnum, required=True)
    role_label = graphene.String(required=True)
    kind = graphene.Field(enums.PersonKindEnum, required=True)
    kind_label = graphene.String(required=True)
    document = graphene.Field(enums.DocumentKindEnum, required=True, description="证件类型")
    document_label = graphene.String(required=True)

    resolve_role_label = label_of("role")
    resolve_kind_label = label_of("kind")
    resolve_document_label = label_of("document")


class RevealedPetitioner(graphene.ObjectType):
    """信访人真实信息：每次查看都会记入办理轨迹"""

    name = graphene.String(required=True)
    identity_number = graphene.String()
    phone = graphene.String()
    address = graphene.String()
    sex = graphene.Field(enums.SexEnum)
    sex_label = graphene.String()
    born_on = graphene.Date()
    age = graphene.Int()
    ethnicity = graphene.String()
    occupation = graphene.String()
    political_status = graphene.Field(enums.PoliticalStatusEnum)
    political_status_label = graphene.String()
    work_unit = graphene.String()
    household_address = graphene.String()
    postcode = graphene.String()
    nationality = graphene.String()
    remark = graphene.String()

    resolve_sex_label = label_of("sex")
    resolve_political_status_label = label_of("political_status")


class RevealedText(graphene.ObjectType):
    """登记时所写的原文：每次查看都会记入办理轨迹"""

    title = graphene.String(required=True)
    body = graphene.String(required=True)
    demands = graphene.String()
    letter = graphene.Field(Letter)
    visit = graphene.Field(Visit)
    call = graphene.Field(Call)
    past_answer_text = graphene.String(description="历史件的办理结果")

    @staticmethod
    def resolve_past_answer_text(text: RevealedTextState, info: graphene.ResolveInfo) -> str | None:
        return text.past_answer.text if text.past_answer else None
