"""Mutations of what the public is told, of filings, and of the addresses of calendars; roster carries them out."""

from typing import Any

import graphene

from gateway.context import shown
from gateway.schema import announcement_types, enums
from gateway.schema.mutations.payload import Error, Kind, send, state_mutation
from gateway.schema.scalars import UUID
from services.contracts.announcements import (
    Announcement,
    Feed,
    FileRoster,
    Filing,
    PublishAnnouncement,
    RevokeFeed,
    RotateFeed,
    TakeBackFiling,
)

ERRORS = graphene.List(graphene.NonNull(Error), required=True)


class AnnouncementPayload(graphene.ObjectType):
    """公示的办理结果"""

    announcement = graphene.Field(announcement_types.Announcement)
    errors = ERRORS


class FilingPayload(graphene.ObjectType):
    """报备的办理结果"""

    filing = graphene.Field(announcement_types.Filing)
    errors = ERRORS


class FeedPayload(graphene.ObjectType):
    """日历订阅地址的办理结果"""

    feed = graphene.Field(announcement_types.Feed)
    errors = ERRORS


class RotateFeedPayload(graphene.ObjectType):
    """新的日历订阅地址"""

    feed_id = UUID()
    path = graphene.String(description="订阅地址的路径，只给出这一次，请妥善保存：知道它的人都能查看该日历")
    errors = ERRORS


class PublishAnnouncementInput(graphene.InputObjectType):
    """按值班表公示这些日期的领导接访；再次公示的，公示其变化"""

    first = graphene.Date(required=True)
    last = graphene.Date(required=True)
    reason = graphene.String(default_value="", description="变更的原因")
    urgent = graphene.Boolean(default_value=False, description="紧急变更：晚于规定时限的变更，由负责人办理并写明原因")


class FileRosterInput(graphene.InputObjectType):
    first = graphene.Date(required=True, description="报备的值班安排，起")
    last = graphene.Date(required=True, description="报备的值班安排，止")
    filed_on = graphene.Date(required=True)
    filed_with = graphene.String(required=True, description="报送的上级单位")
    note = graphene.String(default_value="")


class TakeBackFilingInput(graphene.InputObjectType):
    filing_id = UUID(required=True)
    reason = graphene.String(required=True)


class RotateFeedInput(graphene.InputObjectType):
    """更换哪一个日历的订阅地址"""

    of = graphene.Field(enums.FeedOfEnum, required=True)
    member = graphene.ID(description="个人日历的，值班人员")


class RevokeFeedInput(graphene.InputObjectType):
    feed_id = UUID(required=True)


class RotateFeedMutation(graphene.Mutation):
    """更换日历订阅地址；同一日历原有的地址即行停用"""

    class Arguments:
        input = RotateFeedInput(required=True)

    Output = RotateFeedPayload

    @staticmethod
    async def mutate(root: None, info: graphene.ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        reply = await send(info, RotateFeed(**input))
        value = reply.value or {}
        return {
            "feed_id": value.get("feed_id"),
            "path": f"/feeds/{value['secret']}.ics" if value else None,
            "errors": [shown(problem) for problem in reply.problems],
        }


ANNOUNCEMENT = Kind(Announcement, AnnouncementPayload, "announcement")
FILING = Kind(Filing, FilingPayload, "filing")

PublishAnnouncementMutation = state_mutation(
    PublishAnnouncement, ANNOUNCEMENT, PublishAnnouncementInput, "公示领导接访安排，或者公示其变更"
)
FileRosterMutation = state_mutation(FileRoster, FILING, FileRosterInput, "记录值班安排已报上级备案")
TakeBackFilingMutation = state_mutation(TakeBackFiling, FILING, TakeBackFilingInput, "撤销报备记录")
RevokeFeedMutation = state_mutation(RevokeFeed, Kind(Feed, FeedPayload, "feed"), RevokeFeedInput, "停用日历订阅地址")
