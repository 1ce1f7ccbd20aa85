"""What a registration is given: the item, its people and what its channel leaves of itself."""

from typing import Any

import graphene

from gateway.schema import enums
from gateway.schema.scalars import UUID
from services.contracts.channels import Call, Companions, Enclosure, Letter, LetterForm, Visit
from services.contracts.intake import Alias, Procedure, Source, Urgency
from services.contracts.people import DocumentKind, PersonKind, PersonRole, PetitionerInput
from services.contracts.register_commands import MatterInput, RegisterPetition


class PetitionerInputType(graphene.InputObjectType):
    """一名信访人、联名人、代理人或随访人；没有证件的不影响登记"""

    class Meta:
        name = "PetitionerInput"

    name = graphene.String(required=True, description="姓名（名称）；匿名件不要添加信访人")
    identity_number = graphene.String(description="证件号码；没有可以不填")
    phone = graphene.String()
    address = graphene.String(description="通讯地址")
    representative = graphene.Boolean(default_value=False, description="是否为信访代表")
    role = graphene.Field(enums.PersonRoleEnum, default_value=PersonRole.PETITIONER)
    kind = graphene.Field(enums.PersonKindEnum, default_value=PersonKind.NATURAL)
    document = graphene.Field(
        enums.DocumentKindEnum,
        default_value=DocumentKind.ID_CARD,
        description="证件类型；法人、其他组织不选时为统一社会信用代码",
    )
    sex = graphene.Field(enums.SexEnum, description="填写身份证号的，可以不填")
    born_on = graphene.Date(description="出生日期；填写身份证号的，可以不填")
    age = graphene.Int(description="年龄；不知道出生日期时填写")
    ethnicity = graphene.String(description="民族")
    occupation = graphene.String(description="职业")
    political_status = graphene.Field(enums.PoliticalStatusEnum, description="政治面貌")
    work_unit = graphene.String(description="工作单位")
    household_address = graphene.String(description="户籍地址")
    postcode = graphene.String(description="邮政编码")
    nationality = graphene.String(description="国籍，或香港、澳门、台湾")
    remark = graphene.String(description="随访人为律师、记者、翻译等；代理人的代理依据")


class EnclosureInput(graphene.InputObjectType):
    name = graphene.String(required=True)
    count = graphene.Int(default_value=1)
    original = graphene.Boolean(default_value=False, description="原件，应当退还")


class LetterInput(graphene.InputObjectType):
    """来信的信封和附件"""

    form = graphene.Field(enums.LetterFormEnum, default_value=LetterForm.ORDINARY)
    postmarked_on = graphene.Date(description="邮戳日期")
    opened_on = graphene.Date(description="拆信日期")
    opened_late = graphene.String(description="未在收信当日拆封的原因")
    envelope_intact = graphene.Boolean(default_value=True, description="信封完好")
    stamp_intact = graphene.Boolean(default_value=True, description="邮票完好")
    damage = graphene.String(description="信封、邮票不完好的情况")
    tracking_number = graphene.String(description="挂号、快递单号")
    pages = graphene.Int(description="页数")
    enclosures = graphene.List(graphene.NonNull(EnclosureInput), default_value=[], description="随信附件")
    addressed_to = graphene.String(description="受信人")
    addressee = graphene.ID(description="收信领导的登录名：登记后即可在其来信列表中看到")


class CompanionsInput(graphene.InputObjectType):
    kind = graphene.Field(enums.CompanionKindEnum, required=True)
    count = graphene.Int(default_value=1)
    announced = graphene.Boolean(default_value=False, description="事先已登记")


class VisitInput(graphene.InputObjectType):
    """来访接待的情况"""

    at = graphene.DateTime(description="来访时间")
    place = graphene.String(description="接待地点")
    receivers = graphene.List(graphene.NonNull(graphene.String), default_value=[], description="接待人员，至少两人")
    leader = graphene.String(description="接访领导")
    identity_checked = graphene.Boolean(default_value=False, description="已查验证件；没有证件不影响登记")
    companions = graphene.List(graphene.NonNull(CompanionsInput), default_value=[], description="随访人员")


class CallInput(graphene.InputObjectType):
    """来电的情况"""

    at = graphene.DateTime(description="来电时间")
    line = graphene.String(description="接听的电话")
    minutes = graphene.Int(description="通话分钟数")
    recording = graphene.String(description="录音编号")


class AliasInput(graphene.InputObjectType):
    system = graphene.String(required=True)
    number = graphene.String(required=True)


class MatterInputType(graphene.InputObjectType):
    """本件与先前某件属于同一信访事项"""

    class Meta:
        name = "MatterInput"

    number = graphene.String(required=True, description="同一事项中任何一件的编号")
    same_people = graphene.Boolean(required=True, description="同一信访人的重复信访；否则为多人反映同一事项")
    reason = graphene.String(required=True)


class RegisterPetitionInput(graphene.InputObjectType):
    channel = graphene.Field(enums.ChannelEnum, required=True)
    received_on = graphene.Date(required=True, description="收到日期")
    petitioners = graphene.List(graphene.NonNull(PetitionerInputType), default_value=[])
    place = graphene.ID(description="问题属地代码：乡镇 9 位，村 12 位")
    title = graphene.String(required=True)
    body = graphene.String(required=True)
    demands = graphene.String(description="诉求")
    nature = graphene.Field(enums.NatureEnum, required=True)
    category = graphene.String()
    local_kind = graphene.ID(description="本单位自设的内容分类代码")
    purpose = graphene.Field(enums.PurposeEnum, description="信访目的")
    marks = graphene.List(graphene.NonNull(enums.MarkEnum), default_value=[], description="标识")
    prior = graphene.List(
        graphene.NonNull(enums.PriorProcedureEnum), default_value=[], description="同一事项已经过的程序"
    )
    urgency = graphene.Field(enums.UrgencyEnum, default_value=Urgency.NORMAL)
    confidential = graphene.Boolean(default_value=False, description="信访人要求保密身份")
    accused = graphene.List(graphene.NonNull(graphene.ID), default_value=[], description="被反映单位代码")
    accused_users = graphene.List(
        graphene.NonNull(graphene.ID),
        default_value=[],
        description="被反映的工作人员的登录名：其本人看不到该件",
    )
    accused_people = graphene.List(
        graphene.NonNull(graphene.String),
        default_value=[],
        description="被反映人姓名：不得由其包案、主持会议、批示",
    )
    readers = graphene.List(graphene.NonNull(graphene.ID), default_value=[], description="检举控告件的知悉人员登录名")
    source = graphene.Field(enums.SourceEnum, default_value=Source.DIRECT, description="信访来源")
    route = graphene.Field(enums.RouteEnum, description="申诉求决事项的办理途径；暂不能确定的可不填")
    procedure = graphene.Field(enums.ProcedureEnum, default_value=Procedure.ORDINARY, description="办理程序")
    repeated = graphene.Boolean(default_value=False, description="重复信访")
    skips_level = graphene.Boolean(default_value=False, description="越级")
    visitors = graphene.Int(description="来访人数，仅来访填写")
    people_involved = graphene.Int(description="涉及人数")
    letter = graphene.Field(LetterInput, description="仅来信填写")
    visit = graphene.Field(VisitInput, description="仅来访填写")
    call = graphene.Field(CallInput, description="仅来电填写")
    filled_in = graphene.Boolean(default_value=False, description="由登记人代填")
    aliases = graphene.List(graphene.NonNull(AliasInput), default_value=[], description="其他系统中的编号")
    matter = graphene.Field(MatterInputType, description="并入先前的同一事项")
    draft_id = UUID(description="由本人的暂存件登记：登记后该暂存件即注销")


def register_command(given: dict[str, Any]) -> RegisterPetition:
    """The command that a ``RegisterPetitionInput`` says."""
    fields = dict(given)
    fields["petitioners"] = [PetitionerInput(**person) for person in fields["petitioners"] or []]
    fields["aliases"] = [Alias(**alias) for alias in fields["aliases"] or []]
    if letter := fields.get("letter"):
        enclosures = [Enclosure(**each) for each in letter["enclosures"] or []]
        fields["letter"] = Letter(**{**letter, "enclosures": enclosures})
    if visit := fields.get("visit"):
        companions = [Companions(**each) for each in visit["companions"] or []]
        fields["visit"] = Visit(**{**visit, "companions": companions})
    if call := fields.get("call"):
        fields["call"] = Call(**call)
    if matter := fields.get("matter"):
        fields["matter"] = MatterInput(**matter)
    return RegisterPetition(**fields)
