"""The list behind a number, page by page: what was counted, of which petition, to whose account."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import graphene
import msgspec

from gateway.indicators.figures import Entry
from gateway.reading_lists import PetitionRow
from gateway.schema.case_types import Petition
from gateway.schema.paging import PageInfo, page_info_of, size
from gateway.schema.types import Tenant, context_of
from services.common.errors import InvalidInput
from services.contracts.directory import Organisation

Key = tuple[str, str]


class IndicatorCase(graphene.ObjectType):
    """构成一个数字的一项"""

    petition = graphene.Field(Petition)
    subject_id = graphene.ID(required=True, description="所计的信访件、期限、转送交办、评价或督办的标识")
    tenant = graphene.Field(Tenant, description="计在哪个单位名下")
    due_on = graphene.Date(description="期限的最后一日")
    done_on = graphene.Date(description="收到、完成、评价或发出的日期")
    days = graphene.Int(description="超期天数（负数为提前）或办理天数")

    @staticmethod
    async def resolve_petition(entry: Entry, info: graphene.ResolveInfo) -> PetitionRow | None:
        return await context_of(info).reader.petition(entry.case_id)

    @staticmethod
    async def resolve_tenant(entry: Entry, info: graphene.ResolveInfo) -> Organisation | None:
        return await context_of(info).reader.organisation(entry.tenant) if entry.tenant else None


@dataclass(frozen=True)
class CasePage:
    nodes: list[Entry]
    total_count: int
    has_next_page: bool
    goes_on: bool = False

    @property
    def page_info(self) -> dict[str, Any]:
        cursors = [base64.urlsafe_b64encode(msgspec.json.encode(_key(one))).decode() for one in self.nodes]
        return page_info_of(cursors, has_next=self.has_next_page, goes_on=self.goes_on)


def _key(entry: Entry) -> Key:
    return entry.case_id, entry.subject_id


def case_page(entries: Iterable[Entry], *, first: int, after: str | None) -> CasePage:
    """A page of a number's list, in an order that a later reading keeps.

    Raises ``InvalidInput`` for a size or a cursor that is none of ours.
    """
    held = sorted(entries, key=_key)
    rest = held
    if after is not None:
        try:
            mark = msgspec.json.decode(base64.urlsafe_b64decode(after.encode()), type=Key)
        except ValueError as error:
            raise InvalidInput("翻页位置 after 无效，请从第一页重新查询", field="after") from error
        rest = [entry for entry in held if _key(entry) > mark]
    return CasePage(rest[: size(first)], len(held), len(rest) > first, after is not None)


class IndicatorCases(graphene.ObjectType):
    """一个数字背后的清单；totalCount 即该数字"""

    nodes = graphene.List(graphene.NonNull(IndicatorCase), required=True)
    total_count = graphene.Int(required=True)
    page_info = graphene.Field(PageInfo, required=True)
