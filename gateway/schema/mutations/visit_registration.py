"""A petition that is registered of a visit, with the people who booked: asked of two services, and done once.

Each step has a request id that follows from the appointment. Repeated after a failure in the middle, by the same person
with the same form, the step that was done answers as before, and the rest is done.
"""

from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.named_people import check_registration
from gateway.reading_lists import APPOINTMENTS, PetitionRow
from gateway.schema import reception_types
from gateway.schema.case_types import Petition
from gateway.schema.mutations.payload import Error
from gateway.schema.mutations.register_inputs import RegisterPetitionInput, register_command
from gateway.schema.scalars import UUID
from gateway.schema.types import context_of
from services.common.errors import NotFound, Refusal, RequestReused, WrongState
from services.common.ids import is_id
from services.contracts.fact import Problem
from services.contracts.intake import Channel
from services.contracts.people import PetitionerInput
from services.contracts.receptions import (
    Appointment,
    AppointmentState,
    FinishAppointment,
    RevealVisitor,
    VisitOutcome,
)
from services.contracts.register_commands import RegisterPetition

REASON = "由接访预约登记信访件"
REGISTERED_OTHERWISE = (
    "该来访已经登记了信访件，只是接访结果没有登记完；请用上次填写的内容重试，"
    "或在信访件列表中找到该件，用 finishAppointment 登记接访结果"
)


class RegisterFromAppointmentPayload(graphene.ObjectType):
    """由接访登记信访件的结果"""

    petition = graphene.Field(Petition)
    appointment = graphene.Field(reception_types.Appointment)
    errors = graphene.List(graphene.NonNull(Error), required=True)


class RegisterFromAppointmentMutation(graphene.Mutation):
    """将正在接访的来访登记为信访件，并登记接访结果；不填信访人的，为预约人本人"""

    class Arguments:
        appointment_id = UUID(required=True)
        input = RegisterPetitionInput(required=True, description="渠道一律为来访；信访人可以不填")

    Output = RegisterFromAppointmentPayload

    @staticmethod
    async def mutate(
        root: None, info: graphene.ResolveInfo, appointment_id: str, input: dict[str, Any]
    ) -> dict[str, Any]:
        context = context_of(info)
        appointment: Appointment | None = None
        if is_id(appointment_id):
            appointment = await context.reader.find(APPOINTMENTS, appointment_id)
        if appointment is None:
            return _refused([NotFound().problem])
        outcome = appointment.outcome
        if outcome is not None and outcome.kind is VisitOutcome.REGISTERED:
            return await _answer(info, appointment, outcome.petition_id)
        if appointment.state is not AppointmentState.CALLED:
            return _refused([WrongState(f"该来访人{appointment.state.label}，请先叫号再登记信访件").problem])
        seen = await context.command(
            RevealVisitor(appointment_id=appointment.id, reason=REASON), path=f"{info.path.key}:reveal"
        )
        if seen.problems:
            return _refused(seen.problems)
        item = visit_registration(
            register_command(input), appointment, visitor=msgspec.convert(seen.value, PetitionerInput)
        )
        try:
            await check_registration(context.reader, context.actor, item)
        except Refusal as refusal:
            return _refused(refusal.problems)
        made = await context.command(item, path="", request_id=f"{appointment.id} register")
        if made.problems:
            again = any(each.code == RequestReused.code for each in made.problems)
            return _refused([RequestReused(REGISTERED_OTHERWISE).problem] if again else made.problems)
        petition_id: str = made.value["petition_id"]
        finish = FinishAppointment(
            appointment_id=appointment.id, kind=VisitOutcome.REGISTERED, text="", petition_id=petition_id
        )
        done = await context.command(finish, path="", request_id=f"{appointment.id} {petition_id} finish")
        if done.problems:
            return {**await _answer(info, appointment, petition_id), "errors": [shown(each) for each in done.problems]}
        return await _answer(info, msgspec.convert(done.value, Appointment), petition_id)


def visit_registration(
    item: RegisterPetition, appointment: Appointment, *, visitor: PetitionerInput
) -> RegisterPetition:
    """What is registered of the visit: by who booked it, unless the form names the people. Pure."""
    several = appointment.people > 1
    person = msgspec.structs.replace(visitor, representative=several)
    return msgspec.structs.replace(
        item,
        channel=Channel.VISIT,
        petitioners=item.petitioners or [person],
        visitors=item.visitors if item.visitors is not None or not several else appointment.people,
    )


async def _answer(info: graphene.ResolveInfo, appointment: Appointment, petition_id: str | None) -> dict[str, Any]:
    row: PetitionRow | None = await context_of(info).reader.petition(petition_id) if petition_id else None
    return {"petition": row, "appointment": appointment, "errors": []}


def _refused(problems: list[Problem]) -> dict[str, Any]:
    return {"petition": None, "appointment": None, "errors": [shown(each) for each in problems]}
