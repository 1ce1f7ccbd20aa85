"""Where, when and for what one may turn to a tenant's register (Art. 18, IN-28, IN-36)."""

import graphene

from gateway.calendar import kind_of
from gateway.schema import enums
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.common import clock
from services.common.errors import NotFound
from services.common.opening import is_open
from services.contracts import intake_rules
from services.contracts.directory import Organisation

WEEKDAYS = "一二三四五六日"


class OpeningHours(graphene.ObjectType):
    """一周中一天的接待时间"""

    weekday = graphene.Int(required=True, description="1 为星期一，7 为星期日")
    weekday_label = graphene.String(required=True)
    hours = graphene.String(required=True, description="如 08:30-12:00,14:00-18:00")

    @staticmethod
    def resolve_weekday_label(each: intake_rules.OpenHours, info: graphene.ResolveInfo) -> str:
        return f"星期{WEEKDAYS[each.weekday - 1]}"


class LocalKind(graphene.ObjectType):
    """本单位的内容分类，及其对应的事项性质"""

    code = graphene.ID(required=True)
    name = graphene.String(required=True)
    nature = graphene.Field(enums.NatureEnum, required=True)
    nature_label = graphene.String(required=True)

    resolve_nature_label = label_of("nature")


class TenantDesk(graphene.ObjectType):
    """一个单位的信访接待窗口"""

    tenant = graphene.Field(Tenant, required=True)
    address = graphene.String(description="通信地址和接待地点")
    postcode = graphene.String()
    phone = graphene.String(description="咨询投诉电话")
    email = graphene.String()
    website = graphene.String()
    hours = graphene.List(graphene.NonNull(OpeningHours), required=True, description="接待时间；没有公布的为空")
    open_now = graphene.Boolean(
        description="现在是否接待来访：按接待时间、法定节假日和本地放假；没有公布的为空。网上随时可以提出"
    )
    scope = graphene.String(description="受理范围")
    local_kinds = graphene.List(graphene.NonNull(LocalKind), required=True, description="登记时可选的本单位内容分类")
    takes_online = graphene.Boolean(required=True, description="网上提交时可以选择本单位")

    resolve_tenant = tenant_of("tenant")

    @staticmethod
    async def resolve_takes_online(desk: intake_rules.TenantDesk, info: graphene.ResolveInfo) -> bool:
        organisation = await context_of(info).reader.organisation(desk.tenant)
        return organisation is not None and (await _rules(info)).takes_online(desk.tenant, organisation.kind)

    @staticmethod
    async def resolve_phone(desk: intake_rules.TenantDesk, info: graphene.ResolveInfo) -> str | None:
        organisation = await context_of(info).reader.organisation(desk.tenant)
        return desk.phone or (organisation.phone if organisation else None)

    @staticmethod
    async def resolve_open_now(desk: intake_rules.TenantDesk, info: graphene.ResolveInfo) -> bool | None:
        if not desk.hours:
            return None
        context = context_of(info)
        now = clock.now()
        today = clock.legal_day(now)
        return is_open(desk.hours, at=now, day=await kind_of(context.reader, desk.tenant, today))


class TenantDeskQueries:
    desk = graphene.Field(
        TenantDesk,
        required=True,
        tenant=graphene.ID(required=True, description="单位代码"),
        description="一个单位的信访接待窗口：地址、时间、受理范围、本单位的内容分类",
    )
    desks = graphene.List(graphene.NonNull(TenantDesk), required=True, description="本县公布了信访接待窗口的单位")

    @staticmethod
    async def resolve_desk(root: None, info: graphene.ResolveInfo, tenant: str) -> intake_rules.TenantDesk:
        organisation = await context_of(info).reader.organisation(tenant)
        if organisation is None or not organisation.active:
            raise NotFound()
        return (await _rules(info)).desk(tenant) or intake_rules.TenantDesk(tenant=tenant)

    @staticmethod
    async def resolve_desks(root: None, info: graphene.ResolveInfo) -> list[intake_rules.TenantDesk]:
        directory = await context_of(info).reader.shared(Organisation)
        active = {code for code, organisation in directory.items() if organisation.active}
        return [desk for desk in (await _rules(info)).desks if desk.tenant in active]


async def _rules(info: graphene.ResolveInfo) -> intake_rules.IntakeRules:
    reader = context_of(info).reader
    county = reader.actor.county
    return (await reader.shared(intake_rules.IntakeRules)).get(county) or intake_rules.IntakeRules(county=county)
