"""The mutation about who may see an accusation (检举控告), which intake carries out."""

from typing import Any

import graphene

from gateway.named_people import check_readers
from gateway.schema.mutations.payload import Case, CasePayload, full_petition, not_found, refused, send_case
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import Refusal
from services.contracts.register_commands import NameReaders


class NameReadersInput(graphene.InputObjectType):
    """名单以本次填写的为准：未列入的不再能查看"""

    petition_id = UUID(required=True)
    readers = graphene.List(
        graphene.NonNull(graphene.ID), required=True, description="知悉人员的登录名；登记人和检举控告专办人员不必列入"
    )
    reason = graphene.String(required=True, description="理由，记入办理轨迹")


class NameReadersMutation(graphene.Mutation):
    """确定检举控告件的知悉人员（《信访工作条例》第三十条）：由登记人，或登记单位、县信访局的检举控告专办人员办理"""

    class Arguments:
        input = NameReadersInput(required=True)

    Output = CasePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> Case:
        row = await full_petition(info, input["petition_id"])
        if row is None:
            return not_found()
        command = NameReaders(**input)
        try:
            await check_readers(context_of(info).reader, command.readers, item=row.state)
        except Refusal as refusal:
            return refused(refusal)
        return await send_case(info, command)
