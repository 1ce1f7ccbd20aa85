"""Drafts (暂存), as their author reads of them; nobody else does."""

import graphene

from gateway.schema import enums
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of, label_of
from services.contracts import drafts


class Draft(graphene.ObjectType):
    """暂存件：只有本人看得到"""

    id = UUID(required=True)
    channel = graphene.Field(enums.ChannelEnum)
    channel_label = graphene.String()
    label = graphene.String(required=True, description="本人起的名称；其中的证件号码、手机号码和信访人姓名已脱敏")
    state = graphene.Field(enums.DraftStateEnum, required=True)
    state_label = graphene.String(required=True)
    saved_at = graphene.DateTime(required=True)
    petition_id = UUID(description="由它登记成的信访件")

    resolve_channel_label = label_of("channel")
    resolve_state_label = label_of("state")


class OpenedDraft(Draft):
    """打开的暂存件，连同所填的内容"""

    form = graphene.String(description="所填的内容（JSON 对象），与暂存时相同；已登记或已删除的为空")

    @staticmethod
    async def resolve_form(row: drafts.Draft, info: graphene.ResolveInfo) -> str | None:
        """The one field of a draft that a service is asked for: the view never holds what is not handed in, it lies
        sealed in intake, which opens it to its author alone."""
        if row.state is not drafts.DraftState.OPEN:
            return None
        answer = await context_of(info).ask(drafts.OpenDraft(draft_id=row.id), path=str(info.path.key))
        return str(answer["form"])
