"""Files of a case, as people read of them."""

from datetime import timedelta

import graphene

from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.types import Tenant, context_of, label_of, tenant_of
from services.common import clock, links
from services.contracts.attachments import Attachment as AttachmentFact


class Attachment(graphene.ObjectType):
    """附件；用 POST /attachments?petition=ID&kind=ENCLOSURE&name=文件名 上传，请求体即文件内容"""

    id = UUID(required=True)
    petition_id = UUID(required=True)
    petition_number = graphene.String(required=True)
    kind = graphene.Field(enums.AttachmentKindEnum, required=True)
    kind_label = graphene.String(required=True)
    name = graphene.String(required=True)
    media_type = graphene.String(required=True)
    size = graphene.Float(required=True, description="字节数")
    sha256 = graphene.String(required=True)
    scanned = graphene.Field(enums.ScanEnum, required=True, description="病毒扫描")
    scanned_label = graphene.String(required=True)
    reserved = graphene.Boolean(required=True, description="保密件的来件附件：仅登记单位和县信访局可见")
    uploaded_by = graphene.Field(Tenant, description="上传单位")
    uploader_name = graphene.String(required=True, description="上传人")
    at = graphene.DateTime(required=True)
    taken_back = graphene.String(description="撤销理由；撤销后不能再下载")
    url = graphene.String(description="下载链接，短时间内有效，仅供本人使用；已撤销的为空")

    resolve_kind_label = label_of("kind")
    resolve_scanned_label = label_of("scanned")
    resolve_uploaded_by = tenant_of("uploaded_by")

    @staticmethod
    def resolve_uploader_name(row: AttachmentFact, info: graphene.ResolveInfo) -> str:
        return row.by.name

    @staticmethod
    def resolve_url(row: AttachmentFact, info: graphene.ResolveInfo) -> str | None:
        if row.taken_back is not None:
            return None
        context = context_of(info)
        until = clock.now() + timedelta(minutes=context.config.attachment_link_minutes)
        return links.sign(actor=context.actor, attachment_id=row.id, key=context.config.link_key, until=until)
