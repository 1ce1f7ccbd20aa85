"""The mutation about files of a case, which intake carries out; they are added by ``POST /attachments``."""

import graphene

from gateway.schema import attachment_types
from gateway.schema.mutations.payload import Error, Kind, state_mutation
from gateway.schema.scalars import UUID
from services.contracts.attachments import Attachment, TakeBackAttachment


class AttachmentPayload(graphene.ObjectType):
    """附件的办理结果"""

    attachment = graphene.Field(attachment_types.Attachment)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class TakeBackAttachmentInput(graphene.InputObjectType):
    attachment_id = UUID(required=True)
    reason = graphene.String(required=True)


TakeBackAttachmentMutation = state_mutation(
    TakeBackAttachment,
    Kind(Attachment, AttachmentPayload, "attachment"),
    TakeBackAttachmentInput,
    "撤销误传的附件：由上传单位办理",
)
