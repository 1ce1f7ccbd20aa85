"""Searching petitions: by words, numbers and places from the view; by person with intake's help."""

import asyncio
from dataclasses import dataclass
from typing import Any

import graphene

from gateway.model import searchable
from gateway.ordering import read_cursor
from gateway.reading_lists import PetitionRow
from gateway.schema import enums
from gateway.schema.case_types import Petition
from gateway.schema.paging import PageInfo, page_arguments, page_info_of, size
from gateway.schema.queries import PetitionFilter, conditions
from gateway.schema.scalars import Cursor
from gateway.schema.types import context_of
from gateway.searching.finding import MOST, Answer, Found, by_person, by_words, page
from gateway.searching.hits import Hits, hits
from gateway.searching.people import guessed, petitions_guessed, petitions_of
from gateway.searching.places import named, places_of
from gateway.searching.questions import Places, units
from services.common.errors import Forbidden, InvalidInput
from services.contracts.directory import Organisation
from services.contracts.intake import Petition as PetitionState
from services.contracts.register_commands import FindPeople


@dataclass(frozen=True)
class FoundPetition:
    row: PetitionRow
    found: Found
    hits: Hits

    @property
    def state(self) -> PetitionState:
        return self.row.state

    @property
    def cursor(self) -> str:
        return self.found.cursor


@dataclass(frozen=True)
class SearchPage:
    """What the connection resolves from."""

    answer: Answer
    nodes: list[FoundPetition]
    has_next: bool
    goes_on: bool
    people_searched: bool


class PetitionHit(graphene.ObjectType):
    """检索到的一件"""

    petition = graphene.Field(Petition, required=True)
    rank = graphene.Float(required=True, description="相关程度：越大越靠前")
    where = graphene.List(graphene.NonNull(enums.SearchFieldEnum), required=True, description="在哪些内容中找到")
    where_labels = graphene.List(graphene.NonNull(graphene.String), required=True)
    snippet = graphene.String(required=True, description="找到的文字及其前后文，找到的文字在【】内")

    @staticmethod
    def resolve_petition(one: FoundPetition, info: graphene.ResolveInfo) -> PetitionRow:
        return one.row

    @staticmethod
    def resolve_rank(one: FoundPetition, info: graphene.ResolveInfo) -> float:
        return one.found.rank

    @staticmethod
    def resolve_where(one: FoundPetition, info: graphene.ResolveInfo) -> Any:
        return one.hits.where

    @staticmethod
    def resolve_where_labels(one: FoundPetition, info: graphene.ResolveInfo) -> list[str]:
        return [field.label for field in one.hits.where]

    @staticmethod
    def resolve_snippet(one: FoundPetition, info: graphene.ResolveInfo) -> str:
        return one.hits.snippet


class PetitionHitEdge(graphene.ObjectType):
    node = graphene.Field(PetitionHit, required=True)
    cursor = Cursor(required=True)

    @staticmethod
    def resolve_node(one: FoundPetition, info: graphene.ResolveInfo) -> FoundPetition:
        return one


class PetitionHitConnection(graphene.ObjectType):
    """检索结果的一页，最相关的在前；同样相关的，最近收到的在前"""

    edges = graphene.List(graphene.NonNull(PetitionHitEdge), required=True)
    nodes = graphene.List(graphene.NonNull(PetitionHit), required=True)
    page_info = graphene.Field(PageInfo, required=True)
    total_count = graphene.Int(required=True, description=f"找到的件数；最多数到 {MOST}")
    capped = graphene.Boolean(
        required=True, description=f"还有更多：只排列了其中最近收到的 {MOST} 件，请增加检索词或条件"
    )
    loosened = graphene.Boolean(
        required=True, description="没有一件含有连续的原文，列出的是含有其中各个词的；需要原文的请加引号"
    )
    people_searched = graphene.Boolean(required=True, description="是否也按姓名、证件号码或电话查找了信访人")

    @staticmethod
    def resolve_edges(page: SearchPage, info: graphene.ResolveInfo) -> list[FoundPetition]:
        return page.nodes

    @staticmethod
    def resolve_page_info(page: SearchPage, info: graphene.ResolveInfo) -> dict[str, Any]:
        return page_info_of([node.cursor for node in page.nodes], has_next=page.has_next, goes_on=page.goes_on)

    @staticmethod
    def resolve_total_count(page: SearchPage, info: graphene.ResolveInfo) -> int:
        return min(len(page.answer.found), MOST)

    @staticmethod
    def resolve_capped(page: SearchPage, info: graphene.ResolveInfo) -> bool:
        return page.answer.capped

    @staticmethod
    def resolve_loosened(page: SearchPage, info: graphene.ResolveInfo) -> bool:
        return page.answer.loosened


class SearchQueries:
    search_petitions = graphene.Field(
        PetitionHitConnection,
        required=True,
        text=graphene.String(
            description="要找的词：标题、诉求、内容、分类、地名、编号（可只写末几位）。用空格分开的词须同时具备，"
            "连写的按原文查找；引号内的一字不差。单独一个 2 至 4 字的词、证件号码或电话，也按信访人查找"
        ),
        name=graphene.String(description="信访人姓名：须完整"),
        identity_number=graphene.String(description="信访人证件号码：须完整"),
        phone=graphene.String(description="信访人电话：须完整"),
        filter=graphene.Argument(PetitionFilter),
        **page_arguments(),
        description="在本单位可见的信访件中检索；按信访人查找的，只限有权知道其身份的件",
    )

    @staticmethod
    async def resolve_search_petitions(
        root: None,
        info: graphene.ResolveInfo,
        first: int,
        text: str | None = None,
        name: str | None = None,
        identity_number: str | None = None,
        phone: str | None = None,
        filter: dict[str, Any] | None = None,
        after: str | None = None,
    ) -> SearchPage:
        context = context_of(info)
        if not context.actor.reads_cases:
            raise Forbidden("您的岗位不能查看信访件，因此不能检索；请由本单位经办人或负责人查询")
        size(first)
        where = conditions(filter or {}, searchable)
        given = {"name": name, "identity_number": identity_number, "phone": phone}
        person = {key: value.strip() for key, value in given.items() if value is not None and value.strip()}
        if not person and text is None:
            raise InvalidInput("请输入要检索的内容，或信访人的姓名、证件号码、电话", field="text")
        asked = units(text) if text is not None and (text.strip() or not person) else []
        people: list[str] = []
        people_searched, reader = bool(person), context.reader
        if person:
            people = await petitions_of(context, _whole(person))
        elif guess := guessed(asked):
            told = await petitions_guessed(context, guess)
            people, people_searched = told or [], told is not None
        known = places_of((await reader.shared(Organisation)).values()) if asked else {}
        if not asked:
            answer = await by_person(reader, people=people, where=where)
        elif person:
            answer = await by_words(reader, units=asked, places=known, where=[*where, searchable.c.id.in_(people)])
        else:
            answer = await by_words(reader, units=asked, places=known, where=where, people=people)
        return await _page(info, answer, known, first=first, after=after, people_searched=people_searched)


def _whole(person: dict[str, str]) -> FindPeople:
    for key, longest in (("name", 60), ("identity_number", 30), ("phone", 30)):
        if len(person.get(key, "")) > longest:
            raise InvalidInput(f"内容超过 {longest} 字，请填写一位信访人的完整信息", field=key)
    return FindPeople(**person, most=MOST)


async def _page(
    info: graphene.ResolveInfo, answer: Answer, places: Places, *, first: int, after: str | None, people_searched: bool
) -> SearchPage:
    reader = context_of(info).reader
    try:
        found = page(answer, first=first, after=read_cursor(after) if after else None)
    except ValueError as error:
        raise InvalidInput("翻页位置 after 无效，请从第一页重新查询", field="after") from error
    codes = named(answer.units, places)
    rows = await asyncio.gather(*(reader.petition(one.id) for one in found[:first]))
    nodes = [
        FoundPetition(
            row,
            one,
            hits(row.state, answer.units, petitioner=one.id in answer.people, numbered=one.numbered, places=codes),
        )
        for row, one in zip(rows, found, strict=False)
        if row is not None
    ]
    return SearchPage(answer, nodes, len(found) > first, after is not None, people_searched)
