"""Subscriptions: what changes, told at once; each event is resolved like a query of that moment."""

from collections.abc import AsyncIterator
from typing import Any

import graphene
import sqlalchemy as sa

from gateway.changes import ChangeKind
from gateway.reading_lists import PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.clock_types import Clock
from gateway.schema.scalars import UUID, Cursor
from gateway.schema.types import context_of
from gateway.subscriptions.hub import Hub, Wanted
from gateway.subscriptions.mailbox import Event, Told
from gateway.subscriptions.personal import FollowingContext
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.deadlines import Clock as ClockFact
from services.contracts.deadlines import Level

AFTER = "断线前最后收到的 cursor：先补发其后的变化，同一件只补最新的一次；不再保留时答复 RESUME_TOO_OLD"


def _hub(info: graphene.ResolveInfo) -> Hub:
    context = context_of(info)
    assert isinstance(context, FollowingContext)
    return context.hub


def _cursor(event: Event, info: graphene.ResolveInfo) -> str:
    return _hub(info).cursor(event)


def _what(event: Event, info: graphene.ResolveInfo) -> Told:
    return event.told


class CaseChange(graphene.ObjectType):
    """信访件的一次变化，或开始接收的通知"""

    cursor = graphene.Field(Cursor, required=True, description="断线后以此续接")
    what = graphene.Field(enums.ToldEnum, required=True, description="开始接收、有变化，还是不再可见")
    what_label = graphene.String(required=True)
    petition_id = UUID(description="开始接收的通知没有")
    petition = graphene.Field(Petition, description="此刻的信访件；不再可见的为空")

    resolve_cursor = staticmethod(_cursor)
    resolve_what = staticmethod(_what)

    @staticmethod
    def resolve_what_label(event: Event, info: graphene.ResolveInfo) -> str:
        return event.told.label

    @staticmethod
    async def resolve_petition(event: Event, info: graphene.ResolveInfo) -> PetitionRow | None:
        if event.petition_id is None or event.kind is ChangeKind.GONE:
            return None
        return await context_of(info).reader.petition(event.petition_id)


class InboxChange(graphene.ObjectType):
    """本人的待办有变化，或开始接收的通知；收到后重新查询待办"""

    cursor = graphene.Field(Cursor, required=True, description="断线后以此续接")
    what = graphene.Field(enums.ToldEnum, required=True, description="开始接收、有变化，还是不再可见")
    what_label = graphene.String(required=True)

    resolve_cursor = staticmethod(_cursor)
    resolve_what = staticmethod(_what)
    resolve_what_label = CaseChange.resolve_what_label


class ClockWarning(graphene.ObjectType):
    """期限到达某一级别，或开始接收的通知"""

    cursor = graphene.Field(Cursor, required=True, description="断线后以此续接")
    what = graphene.Field(enums.ToldEnum, required=True, description="开始接收、有变化，还是不再可见")
    what_label = graphene.String(required=True)
    level = graphene.Field(enums.LevelEnum, description="到达的级别；开始接收的通知没有")
    level_label = graphene.String()
    clock = graphene.Field(Clock, description="此刻的期限；开始接收的通知没有")

    resolve_cursor = staticmethod(_cursor)
    resolve_what = staticmethod(_what)
    resolve_what_label = CaseChange.resolve_what_label

    @staticmethod
    def resolve_level(event: Event, info: graphene.ResolveInfo) -> Level | None:
        return None if event.level is None else Level(event.level)

    @staticmethod
    def resolve_level_label(event: Event, info: graphene.ResolveInfo) -> str | None:
        return None if event.level is None else Level(event.level).label

    @staticmethod
    async def resolve_clock(event: Event, info: graphene.ResolveInfo) -> ClockFact | None:
        return None if event.subject is None else await context_of(info).reader.clock(event.subject)


class Subscription(graphene.ObjectType):
    """What can be followed, as far as the actor may know of it at that moment; over graphql-transport-ws."""

    case_changed = graphene.Field(
        CaseChange,
        required=True,
        petition_id=UUID(description="只看这一件；不填为本单位可见的全部"),
        after=graphene.Argument(Cursor, description=AFTER),
        description="本单位可见的信访件有变化：登记、转送交办、办理、期限等",
    )
    inbox_changed = graphene.Field(
        InboxChange,
        required=True,
        after=graphene.Argument(Cursor, description=AFTER),
        description="本人的待办有变化",
    )
    clock_warned = graphene.Field(
        ClockWarning,
        required=True,
        owner=graphene.ID(description="只看这个责任单位的期限"),
        after=graphene.Argument(Cursor, description=AFTER),
        description="本单位可见的期限到达预警、到期或超期的级别",
    )

    @staticmethod
    async def subscribe_case_changed(
        root: None, info: graphene.ResolveInfo, petition_id: str | None = None, after: str | None = None
    ) -> AsyncIterator[Event]:
        if petition_id is not None:
            await _seen(info, petition_id)
        return await _followed(info, {ChangeKind.CASE, ChangeKind.GONE}, after, petition_id=petition_id)

    @staticmethod
    async def subscribe_inbox_changed(
        root: None, info: graphene.ResolveInfo, after: str | None = None
    ) -> AsyncIterator[Event]:
        return await _followed(info, {ChangeKind.INBOX}, after)

    @staticmethod
    async def subscribe_clock_warned(
        root: None, info: graphene.ResolveInfo, owner: str | None = None, after: str | None = None
    ) -> AsyncIterator[Event]:
        return await _followed(info, {ChangeKind.CLOCK}, after, tenant=owner)


async def _seen(info: graphene.ResolveInfo, petition_id: str) -> None:
    if not is_id(petition_id) or await context_of(info).reader.petition(petition_id) is None:
        raise NotFound()


async def _followed(
    info: graphene.ResolveInfo, kinds: set[ChangeKind], after: str | None, **only: str | None
) -> AsyncIterator[Event]:
    """``only``: what columns of a change must be, where something is given."""
    asked = {name: value for name, value in only.items() if value is not None}

    def fits(row: sa.Row[Any]) -> bool:
        return all(getattr(row, name) == value for name, value in asked.items())

    wanted = Wanted(frozenset(kinds), fits)
    return await _hub(info).follow(context_of(info).actor, wanted, after=after)
