"""Mutations about urgent reports, which intake carries out."""

from typing import Any

import graphene
import msgspec

from gateway.schema import enums, urgent_types
from gateway.schema.mutations.payload import Error, Kind, full_petition, send, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import InvalidInput, NotFound
from services.contracts.urgent_reports import (
    AcknowledgeReport,
    AddLaterReport,
    Addressee,
    ReportKind,
    ReportUrgent,
    ToldInput,
    UrgentReport,
)


class UrgentReportPayload(graphene.ObjectType):
    """紧急报告的办理结果"""

    report = graphene.Field(urgent_types.UrgentReport)
    errors = graphene.List(graphene.NonNull(Error), required=True)


REPORT = Kind(UrgentReport, UrgentReportPayload, "report")


class ToldOfReportInput(graphene.InputObjectType):
    """本县的单位填 tenant；本县的领导填 login；其他的填 name"""

    whom = graphene.Field(enums.AddresseeEnum, required=True)
    tenant = graphene.ID(description="本县单位的代码")
    login = graphene.ID(description="有关领导的登录名")
    name = graphene.String(description="本县以外的单位的名称；监护人请不要写姓名")
    way = graphene.String(default_value="系统", description="告知方式，如电话")
    at = graphene.DateTime(description="告知时间，须带时区；不填的为现在")


class ReportUrgentInput(graphene.InputObjectType):
    """县信访局总在被告知之列，不必填写"""

    petition_id = UUID(required=True)
    kind = graphene.Field(enums.UrgentReportKindEnum, default_value=ReportKind.URGENT)
    occurred_at = graphene.DateTime(description="发生时间，须带时区")
    learned_at = graphene.DateTime(description="获知时间，须带时区；不填的为登记时间")
    content = graphene.String(required=True)
    measures = graphene.String(required=True, description="已采取的临时措施")
    told = graphene.List(graphene.NonNull(ToldOfReportInput), default_value=[])


class AddLaterReportInput(graphene.InputObjectType):
    report_id = UUID(required=True)
    text = graphene.String(required=True)
    told = graphene.List(graphene.NonNull(ToldOfReportInput), default_value=[], description="又告知了谁")
    final = graphene.Boolean(default_value=False, description="是否终报")


class AcknowledgeReportInput(graphene.InputObjectType):
    report_id = UUID(required=True)


async def _told(info: graphene.ResolveInfo, given: list[dict[str, Any]]) -> list[ToldInput]:
    """Each leader with his tenant and name, by his login. Raises ``InvalidInput`` where nobody has it."""
    told = [ToldInput(**each) for each in given]
    users = await context_of(info).reader.users([each.login for each in told if each.login])
    found = []
    for number, each in enumerate(told):
        if each.login is not None:
            if each.login not in users:
                raise InvalidInput(f"登录名 {each.login} 不是本县用户，请核对", field=f"told.{number}.login")
            user = users[each.login]
            each = msgspec.structs.replace(each, whom=Addressee.LEADER, tenant=user.tenant, name=user.name)
        found.append(each)
    return found


class ReportUrgentMutation(graphene.Mutation):
    """报告重大紧急信访事项，或通报疑似精神障碍、传染病的来访；由县信访局、登记单位或承办单位办理"""

    class Arguments:
        input = ReportUrgentInput(required=True)

    Output = UrgentReportPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        # The view knows at once of a case that went back; intake hears of it by the bus.
        if await full_petition(info, given["petition_id"]) is None:
            return REPORT.refused(NotFound())
        try:
            told = await _told(info, given.pop("told"))
        except InvalidInput as invalid:
            return REPORT.refused(invalid)
        return REPORT.answer(await send(info, ReportUrgent(told=told, **given)))


class AddLaterReportMutation(graphene.Mutation):
    """续报、终报；由报告单位或县信访局办理"""

    class Arguments:
        input = AddLaterReportInput(required=True)

    Output = UrgentReportPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        try:
            told = await _told(info, given.pop("told"))
        except InvalidInput as invalid:
            return REPORT.refused(invalid)
        return REPORT.answer(await send(info, AddLaterReport(told=told, **given)))


AcknowledgeReportMutation = state_mutation(
    AcknowledgeReport, REPORT, AcknowledgeReportInput, "签收紧急报告；由被告知的单位或领导办理"
)
