"""The four sheets and one record of a reception (四单一记录) as people read them."""

import graphene

from gateway.schema import enums
from gateway.schema.types import label_of


class ReceptionPaper(graphene.ObjectType):
    """四单一记录中的一份"""

    kind = graphene.Field(enums.ReceptionPaperKindEnum, required=True)
    kind_label = graphene.String(required=True)
    label = graphene.String(required=True)
    document_path = graphene.String(description="文书的地址（DOCX），用同一令牌下载；尚未形成的为空")

    resolve_kind_label = label_of("kind")
