"""Queries of evaluations: those of a tenant for who leads there, one's own for everybody else."""

from datetime import date

import graphene
import sqlalchemy as sa

from gateway.model import roster_entry
from gateway.reading_lists import EVALUATIONS, MEMBERS
from gateway.reception_figures.asking import month_of, whose
from gateway.schema.evaluation_types import Evaluation
from gateway.schema.types import context_of
from services.contracts.actor import Role
from services.contracts.directory import Organisation
from services.contracts.evaluations import Evaluation as EvaluationFact

READS_ALL = frozenset({Role.HEAD, Role.LEADER, Role.SUPERVISOR})
"""Who reads what was said of others."""


class EvaluationQueries:
    evaluations = graphene.List(
        graphene.NonNull(Evaluation),
        required=True,
        args={
            "first": graphene.Date(name="from", required=True, description="起始月份中任一日"),
            "last": graphene.Date(name="to", required=True, description="截止月份中任一日"),
            "tenant": graphene.ID(description="单位代码；不填为本单位，县信访局不填为全县"),
            "member": graphene.ID(description="只看一名人员"),
        },
        description="对接访人员的评价，按月份：负责人、领导和督办员可见全部，其他人只见对本人的评价",
    )

    @staticmethod
    async def resolve_evaluations(
        root: None,
        info: graphene.ResolveInfo,
        first: date,
        last: date,
        tenant: str | None = None,
        member: str | None = None,
    ) -> list[EvaluationFact]:
        reader, actor = context_of(info).reader, context_of(info).actor
        code = whose(actor, tenant, await reader.shared(Organisation))
        where: list[sa.ColumnElement[bool]] = [] if code is None else [roster_entry.c.tenant == code]
        if member is not None:
            where.append(roster_entry.c.subject == member)
        found = await reader.of_days(
            EVALUATIONS, first=month_of(first).first, last=month_of(last).last, where=tuple(where)
        )
        if actor.roles & READS_ALL:
            return found
        mine = (roster_entry.c.state["login"].astext == actor.user,)
        own = {each.id for each in await reader.of_days(MEMBERS, first=date.min, last=date.max, where=mine)}
        return [each for each in found if each.member in own]
