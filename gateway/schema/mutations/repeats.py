"""Mutations that put petitions of one matter together (并案)."""

import graphene

from gateway.schema.mutations.payload import case_mutation
from gateway.schema.scalars import UUID
from services.contracts.register_commands import LinkPetition, UnlinkPetition


class LinkPetitionInput(graphene.InputObjectType):
    petition_id = UUID(required=True, description="后收到的件")
    number = graphene.String(required=True, description="同一事项中任何一件的编号")
    same_people = graphene.Boolean(required=True, description="同一信访人的重复信访；否则为多人反映同一事项")
    reason = graphene.String(required=True, description="并案理由，记入办理轨迹")


class UnlinkPetitionInput(graphene.InputObjectType):
    petition_id = UUID(required=True)
    reason = graphene.String(required=True, description="撤销并案的理由，记入办理轨迹")


LinkPetitionMutation = case_mutation(LinkPetition, LinkPetitionInput, "并入在先的同一事项：登记单位或县信访局办理")
UnlinkPetitionMutation = case_mutation(UnlinkPetition, UnlinkPetitionInput, "撤销并案：登记单位或县信访局办理")
