"""Mutations about drafts (暂存), which intake carries out for their author."""

import graphene

from gateway.schema import draft_types, enums
from gateway.schema.mutations.payload import Error, Kind, state_mutation
from gateway.schema.scalars import UUID
from services.contracts.drafts import DiscardDraft, Draft, SaveDraft


class DraftPayload(graphene.ObjectType):
    """暂存的结果"""

    draft = graphene.Field(draft_types.Draft)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class SaveDraftInput(graphene.InputObjectType):
    draft_id = UUID(description="改存原有的一份；不填为新存一份")
    channel = graphene.Field(enums.ChannelEnum)
    label = graphene.String(default_value="", description="便于自己辨认的名称，最长 60 个字符")
    form = graphene.String(required=True, description="已填的内容（JSON 对象），填到哪里算哪里，登记时才检查")


class DiscardDraftInput(graphene.InputObjectType):
    draft_id = UUID(required=True)


DRAFT = Kind(Draft, DraftPayload, "draft")
SaveDraftMutation = state_mutation(
    SaveDraft, DRAFT, SaveDraftInput, "暂存尚未填完的登记表；暂存不是登记，不编号，不计期限"
)
DiscardDraftMutation = state_mutation(DiscardDraft, DRAFT, DiscardDraftInput, "删除本人的暂存件")
