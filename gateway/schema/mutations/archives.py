"""Mutations about files handed to the archive room, which routing carries out."""

from typing import Any

import graphene

from gateway.archives.packing import package_of
from gateway.schema.archive_types import CaseArchive
from gateway.schema.mutations.payload import Error, Kind, send, state_mutation
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import Refusal
from services.contracts.archives import ArchiveCase, TakeBackArchive
from services.contracts.archives import CaseArchive as CaseArchiveFact


class ArchivePayload(graphene.ObjectType):
    """归档登记的结果"""

    archive = graphene.Field(CaseArchive)
    errors = graphene.List(graphene.NonNull(Error), required=True)


ARCHIVE = Kind(CaseArchiveFact, ArchivePayload, "archive")


class ArchiveCaseInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    on = graphene.Date(required=True, description="移交档案室的日期")
    room = graphene.String(required=True, description="档案室和档号")


class TakeBackArchiveInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    reason = graphene.String(required=True)


class ArchiveCaseMutation(graphene.Mutation):
    """登记案卷已移交档案室：件须已办结；案卷目录的校验值由系统按此刻的案卷记下"""

    class Arguments:
        input = ArchiveCaseInput(required=True)

    Output = ArchivePayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        given = dict(input)
        try:
            catalogue = (await package_of(context_of(info).reader, given.pop("petition_id"))).catalogue
        except Refusal as refusal:
            return ARCHIVE.refused(refusal)
        command = ArchiveCase(
            petition_id=catalogue.petition_id, catalogue=catalogue.digest, items=len(catalogue.items), **given
        )
        return ARCHIVE.answer(await send(info, command))


TakeBackArchiveMutation = state_mutation(
    TakeBackArchive, ARCHIVE, TakeBackArchiveInput, "撤销归档登记：登记有误，或案卷从档案室退回的"
)
