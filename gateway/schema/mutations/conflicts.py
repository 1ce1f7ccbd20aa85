"""Mutations of the conflict log (矛盾纠纷排查), which routing carries out."""

import graphene

from gateway.schema import conflict_types, enums
from gateway.schema.mutations.payload import Error, Kind, state_mutation
from gateway.schema.scalars import UUID
from services.contracts.conflicts import Conflict, EndConflict, RecordConflict


class ConflictPayload(graphene.ObjectType):
    """矛盾纠纷的办理结果"""

    conflict = graphene.Field(conflict_types.Conflict)
    errors = graphene.List(graphene.NonNull(Error), required=True)


CONFLICT = Kind(Conflict, ConflictPayload, "conflict")


class RecordConflictInput(graphene.InputObjectType):
    """不写个人姓名"""

    place = graphene.ID(required=True, description="属地代码：乡镇或村；乡镇只登记本辖区的")
    category = graphene.String()
    found_on = graphene.Date(required=True, description="发现日期")
    people = graphene.Int(required=True, description="涉及人数")
    title = graphene.String(required=True)
    description = graphene.String(required=True, description="起因、涉及面和目前状况")
    handler = graphene.String(required=True, description="化解责任人")


class EndConflictInput(graphene.InputObjectType):
    conflict_id = UUID(required=True)
    state = graphene.Field(enums.ConflictStateEnum, required=True, description="已化解、已上报（县信访局）或已撤销")
    on = graphene.Date(required=True, description="化解、上报或撤销的日期")
    outcome = graphene.String(required=True, description="如何化解；上报前做过的化解工作；或撤销的理由")


RecordConflictMutation = state_mutation(RecordConflict, CONFLICT, RecordConflictInput, "登记排查发现的矛盾纠纷")
EndConflictMutation = state_mutation(EndConflict, CONFLICT, EndConflictInput, "登记矛盾纠纷已化解、上报或撤销")
