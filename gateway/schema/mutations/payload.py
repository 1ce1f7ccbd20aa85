"""What every mutation answers: the new state, or the errors for which nothing changed."""

from dataclasses import dataclass
from typing import Any

import graphene
import msgspec

from gateway.context import shown
from gateway.reading_lists import PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.referral_types import Referral
from gateway.schema.types import context_of
from services.common.errors import NotFound, Refusal
from services.common.ids import is_id
from services.contracts.base import Command
from services.contracts.fact import Reply
from services.contracts.routing import Referral as ReferralFact


class Error(graphene.ObjectType):
    """出错信息：code 供程序判断，message 供人阅读"""

    code = graphene.String(required=True)
    message = graphene.String(required=True)
    field = graphene.String(description="出错的输入项")
    repeat = graphene.Field(enums.RepeatEnum, required=True, description="同一请求能否原样再次提交")
    retry_after = graphene.Int(description="建议多少秒之后再试；等待没有用的为空")
    id = graphene.ID(description="版本已变（VERSION_CONFLICT）的对象")
    version = graphene.Int(description="该对象现在的版本")


class Case:
    """What ``CasePayload`` resolves from: which case and which referrals the command touched, or why it did not."""

    def __init__(self, reply: Reply) -> None:
        value: dict[str, Any] = reply.value or {}
        self.petition_id: str | None = value.get("petition_id")
        self.referral_ids: list[str] = value.get("referral_ids", [])
        self.errors = [shown(problem) for problem in reply.problems]


class CasePayload(graphene.ObjectType):
    """办理结果"""

    petition = graphene.Field(Petition, description="办理后的信访件；不再可见时为空")
    referrals = graphene.List(graphene.NonNull(Referral), required=True, description="本次办理涉及的转送交办")
    referral = graphene.Field(Referral, description="本次办理涉及的第一个转送交办")
    errors = graphene.List(graphene.NonNull(Error), required=True)

    @staticmethod
    async def resolve_petition(case: Case, info: graphene.ResolveInfo) -> PetitionRow | None:
        reader = context_of(info).reader
        return await reader.petition(case.petition_id) if case.petition_id else None

    @staticmethod
    async def resolve_referrals(case: Case, info: graphene.ResolveInfo) -> list[ReferralFact]:
        if not case.petition_id or not case.referral_ids:
            return []
        parts = await context_of(info).reader.parts.load(case.petition_id)
        return [referral for referral in parts.referrals if referral.id in case.referral_ids]

    @staticmethod
    async def resolve_referral(case: Case, info: graphene.ResolveInfo) -> ReferralFact | None:
        return next(iter(await CasePayload.resolve_referrals(case, info)), None)


async def send(info: graphene.ResolveInfo, command: Command) -> Reply:
    """Sends the command; the response key keeps two mutations of one document apart."""
    return await context_of(info).command(command, path=str(info.path.key))


async def send_case(info: graphene.ResolveInfo, command: Command) -> Case:
    return Case(await send(info, command))


async def full_petition(info: graphene.ResolveInfo, petition_id: str) -> PetitionRow | None:
    """The petition with what the actor may see of petitioners and query code; None where he may see none of it."""
    reader = context_of(info).reader
    row = await reader.petition(petition_id) if is_id(petition_id) else None
    if row is None:
        return None
    private = await reader.private.load(petition_id)
    state = msgspec.structs.replace(
        row.state, petitioners=private.petitioners or [], query_code=private.query_code or ""
    )
    return PetitionRow(state, row.version, row.status, row.next_due_on)


def refused(refusal: Refusal) -> Case:
    return Case(Reply(problems=refusal.problems))


def not_found() -> Case:
    return refused(NotFound())


def case_mutation(command: type[Command], input_type: Any, description: str, **more: graphene.Argument) -> Any:
    """A mutation whose input is the command's fields. ``more``: fields that came later stand beside the input,
    because a document that names the input's type must go on to work."""

    arguments = type("Arguments", (), {"input": input_type(required=True), **more})

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any], **beside: Any) -> Case:
        return await send_case(info, command(**input, **beside))

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": arguments,
        "Output": CasePayload,
        "mutate": staticmethod(mutate),
    }
    return type(f"{command.__name__}Mutation", (graphene.Mutation,), body)


@dataclass(frozen=True)
class Kind:
    """What a family of commands answers: the state in its reply, under which name of which payload."""

    state: type[msgspec.Struct]
    payload: type[graphene.ObjectType]
    name: str

    def answer(self, reply: Reply) -> dict[str, Any]:
        """The state comes from the reply: the actor has just made it, and sees it before the view does."""
        if reply.problems:
            return {"errors": [shown(problem) for problem in reply.problems]}
        return {self.name: msgspec.convert(reply.value, self.state), "errors": []}

    def refused(self, refusal: Refusal) -> dict[str, Any]:
        """Without asking a service."""
        return self.answer(Reply(problems=refusal.problems))


def state_mutation(command: type[Command], kind: Kind, input_type: Any, description: str) -> Any:
    """A mutation whose input is exactly the command's fields, and whose answer is the state that it made."""

    class Arguments:
        input = input_type(required=True)

    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        return kind.answer(await send(info, command(**input)))

    body: dict[str, Any] = {
        "__doc__": description,
        "Arguments": Arguments,
        "Output": kind.payload,
        "mutate": staticmethod(mutate),
    }
    return type(f"{command.__name__}Mutation", (graphene.Mutation,), body)
