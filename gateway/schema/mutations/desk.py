"""Mutations of the desk, which intake carries out."""

from typing import Any

import graphene

from gateway.reading_lists import NOTICES, TALKS, Listed
from gateway.schema import desk_types, enums
from gateway.schema.mutations.payload import Error, Kind, full_petition, send, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.base import Command
from services.contracts.desk import (
    DeliverNotice,
    IssueNotice,
    Notice,
    NoticeDelivery,
    QuestionAnswer,
    RecordTalk,
    RecordTriage,
    Signature,
    SignTalk,
    TakeBackNotice,
    TakeBackTalk,
    TakeBackTriage,
    Talk,
    Triage,
)

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class TriagePayload(graphene.ObjectType):
    """分流登记的办理结果"""

    triage = graphene.Field(desk_types.Triage)
    errors = ERRORS


class TalkPayload(graphene.ObjectType):
    """接谈笔录的办理结果"""

    talk = graphene.Field(desk_types.Talk)
    errors = ERRORS


class NoticePayload(graphene.ObjectType):
    """告知书的办理结果"""

    notice = graphene.Field(desk_types.Notice)
    errors = ERRORS


TRIAGE = Kind(Triage, TriagePayload, "triage")
TALK = Kind(Talk, TalkPayload, "talk")
NOTICE = Kind(Notice, NoticePayload, "notice")


class RecordTriageInput(graphene.InputObjectType):
    """没有提出信访事项的来访、来电；不写来人姓名"""

    channel = graphene.Field(enums.ChannelEnum, required=True, description="来访或来电")
    at = graphene.DateTime(description="来访（来电）时间，须带时区；不填的为现在")
    people = graphene.Int(default_value=1)
    subject = graphene.String(required=True, description="事由")
    outcome = graphene.Field(enums.TriageOutcomeEnum, required=True)
    directed_to = graphene.String(description="引导到的窗口、科室或单位；办理业务、不属本单位的必填")
    answer_kind = graphene.Field(enums.AnswerKindEnum, description="答复的性质；咨询政策的必填")
    answer = graphene.String(description="当场如何解答；咨询政策的必填")


class TakeBackTriageInput(graphene.InputObjectType):
    triage_id = UUID(required=True)
    reason = graphene.String(required=True)


class QuestionAnswerInput(graphene.InputObjectType):
    question = graphene.String(required=True)
    answer = graphene.String(required=True)


class SignatureInput(graphene.InputObjectType):
    """不写信访人姓名"""

    who = graphene.Field(enums.SignerRoleEnum, required=True)
    signed = graphene.Boolean(required=True)
    on = graphene.Date()
    remark = graphene.String(description="未签字的，说明情况")


class RecordTalkInput(graphene.InputObjectType):
    """接谈至少两名工作人员；被反映的单位和人员不得参加（《信访工作条例》第三十条）"""

    petition_id = UUID(required=True)
    at = graphene.DateTime(required=True, description="接谈时间，须带时区")
    place = graphene.String(required=True)
    receivers = graphene.List(graphene.NonNull(graphene.String), required=True, description="接谈人姓名，两名以上")
    leader = graphene.String(description="接访领导姓名")
    purpose = graphene.String(required=True, description="来访目的")
    questions = graphene.List(graphene.NonNull(QuestionAnswerInput), default_value=[])
    demands = graphene.String(required=True, description="诉求")
    facts = graphene.String(required=True, description="主要事实")
    evidence = graphene.List(graphene.NonNull(graphene.String), default_value=[], description="证据材料")
    answer = graphene.String(description="当场答复")
    answer_kind = graphene.Field(enums.AnswerKindEnum, description="当场答复的性质")
    unit_in_charge = graphene.ID(description="归口单位代码")
    issue = graphene.String(required=True, description="问题性质")
    opinion = graphene.String(required=True, description="处理意见：不印给信访人")
    suggestion = graphene.String(description="建议：不印给信访人")
    signatures = graphene.List(graphene.NonNull(SignatureInput), default_value=[])


class SignTalkInput(graphene.InputObjectType):
    talk_id = UUID(required=True)
    signatures = graphene.List(graphene.NonNull(SignatureInput), required=True, description="全部签字情况")


class TakeBackTalkInput(graphene.InputObjectType):
    talk_id = UUID(required=True)
    reason = graphene.String(required=True)


class NoticeDeliveryInput(graphene.InputObjectType):
    mode = graphene.Field(enums.DeliveryModeEnum, required=True)
    on = graphene.Date(required=True)
    signed = graphene.Boolean(required=True, description="是否签收；否为拒收")
    recipient = graphene.Field(enums.RecipientEnum, description="由谁签收")
    receipt = graphene.String(description="送达回证编号或挂号邮件号")
    remark = graphene.String(description="送达情况；拒收的写明经过和见证人")


class IssueNoticeInput(graphene.InputObjectType):
    """匿名件和无法联系信访人的不需要告知；不予受理的用 refuseReferral、declinePetition"""

    petition_id = UUID(required=True)
    kind = graphene.Field(enums.NoticeKindEnum, required=True)
    text = graphene.String(default_value="", description="接收告知书必填：办理途径和程序；去向告知书可以只填单位")
    body = graphene.ID(description="办理单位，或信访人应当向其提出的单位的代码")
    delivery = graphene.Field(NoticeDeliveryInput, description="当场书面告知的，一并登记送达")


class DeliverNoticeInput(graphene.InputObjectType):
    notice_id = UUID(required=True)
    delivery = graphene.Field(NoticeDeliveryInput, required=True)


class TakeBackNoticeInput(graphene.InputObjectType):
    notice_id = UUID(required=True)
    reason = graphene.String(required=True)


class RecordTalkMutation(graphene.Mutation):
    """记录接谈：县信访局、登记单位或承办单位"""

    class Arguments:
        input = RecordTalkInput(required=True)

    Output = TalkPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        # The view knows at once of a case that went back; intake hears of it by the bus.
        if await full_petition(info, given["petition_id"]) is None:
            return TALK.refused(NotFound())
        given["questions"] = [QuestionAnswer(**each) for each in given["questions"]]
        given["signatures"] = [Signature(**each) for each in given["signatures"]]
        return TALK.answer(await send(info, RecordTalk(**given)))


class IssueNoticeMutation(graphene.Mutation):
    """出具告知书：登记单位、主办单位或县信访局"""

    class Arguments:
        input = IssueNoticeInput(required=True)

    Output = NoticePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        if await full_petition(info, given["petition_id"]) is None:
            return NOTICE.refused(NotFound())
        if delivery := given.pop("delivery", None):
            given["delivery"] = NoticeDelivery(**delivery)
        return NOTICE.answer(await send(info, IssueNotice(**given)))


def _on_part(
    command: type[Command], kind: Kind, listed: Listed[Any], key: str, input_type: Any, description: str, **parts: Any
) -> Any:
    """A mutation on what belongs to a case, for who sees the case still. ``parts``: how nested inputs are read."""

    class Arguments:
        input = input_type(required=True)

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = {name: parts[name](value) if name in parts else value for name, value in input.items()}
        if not is_id(given[key]) or await context_of(info).reader.find(listed, given[key]) is None:
            return kind.refused(NotFound())
        return kind.answer(await send(info, command(**given)))

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": Arguments,
        "Output": kind.payload,
        "mutate": staticmethod(mutate),
    }
    return type(f"{command.__name__}Mutation", (graphene.Mutation,), body)


RecordTriageMutation = state_mutation(RecordTriage, TRIAGE, RecordTriageInput, "登记没有提出信访事项的来访、来电")
TakeBackTriageMutation = state_mutation(
    TakeBackTriage, TRIAGE, TakeBackTriageInput, "撤销误记的分流登记：由登记单位办理"
)
SignTalkMutation = _on_part(
    *(SignTalk, TALK, TALKS, "talk_id", SignTalkInput, "登记接谈笔录由谁签了字：由记录单位办理"),
    signatures=lambda given: [Signature(**each) for each in given],
)
TakeBackTalkMutation = _on_part(
    TakeBackTalk, TALK, TALKS, "talk_id", TakeBackTalkInput, "撤销误记的接谈笔录：由记录单位办理"
)
DeliverNoticeMutation = _on_part(
    *(DeliverNotice, NOTICE, NOTICES, "notice_id", DeliverNoticeInput, "登记告知书送达：出具单位或县信访局"),
    delivery=lambda given: NoticeDelivery(**given),
)
TakeBackNoticeMutation = _on_part(
    TakeBackNotice, NOTICE, NOTICES, "notice_id", TakeBackNoticeInput, "撤销误出的告知书：由出具单位办理"
)
