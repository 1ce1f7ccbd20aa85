"""What visitors said of receptions: for who leads the tenant, and for the county office."""

from datetime import date
from typing import Any

import graphene

from gateway.model import roster_entry
from gateway.reading_lists import APPOINTMENTS, MEMBERS, SHIFTS, VISIT_ANSWERS
from gateway.reception_figures.asking import LONGEST_DAYS, whose
from gateway.reception_figures.attending import open_to_all, receivers_of
from gateway.schema.types import context_of
from gateway.schema.visit_answer_types import VisitAnswer
from services.common.errors import Forbidden, InvalidInput
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.questionnaires import Questionnaire

MAY = "来访人的评价由本单位负责人和县信访局查看；汇总见接访月报"


def check_reads_answers(actor: Actor) -> None:
    """Raises ``Forbidden`` for who neither leads his tenant nor is of the county office."""
    if actor.kind is not TenantKind.COUNTY and Role.HEAD not in actor.roles:
        raise Forbidden(MAY)


class VisitAnswerQueries:
    visit_answers = graphene.List(
        graphene.NonNull(VisitAnswer),
        required=True,
        args={
            "first": graphene.Date(name="from", required=True, description="接访日期，自"),
            "last": graphene.Date(name="to", required=True, description="接访日期，至"),
            "tenant": graphene.ID(description="单位代码；不填为本单位，县信访局不填为全县"),
        },
        description="来访人对接访的评价和意见建议：本单位负责人和县信访局可见",
    )

    @staticmethod
    async def resolve_visit_answers(
        root: None, info: graphene.ResolveInfo, first: date, last: date, tenant: str | None = None
    ) -> list[dict[str, Any]]:
        reader, actor = context_of(info).reader, context_of(info).actor
        directory = await reader.shared(Organisation)
        code = whose(actor, tenant, directory)
        check_reads_answers(actor)
        if last < first or (last - first).days > LONGEST_DAYS:
            raise InvalidInput(f"结束日期不得早于开始日期，一次最多查询 {LONGEST_DAYS} 天", field="to")
        days: dict[str, Any] = {"first": first, "last": last}
        days["where"] = () if code is None else (roster_entry.c.tenant == code,)
        said = {each.id: each for each in await reader.of_days(VISIT_ANSWERS, **days)}
        shifts = {each.id: each for each in await reader.of_days(SHIFTS, **days)}
        members = {each.id: each for each in await reader.of_days(MEMBERS, **days)}
        # Of an appointment that he may not know of, or that came to accuse somebody, he learns nothing by this way.
        visits = open_to_all(await reader.of_days(APPOINTMENTS, **days))
        asked = (await reader.shared(Questionnaire)).get(actor.county)
        texts = {question.id: question.text for question in asked.questions} if asked else {}
        found = []
        for visit in visits:
            answer, shift = said.get(visit.id), shifts.get(visit.shift)
            if answer is None or shift is None:
                continue
            scores = [
                {"question": each.question, "text": texts.get(each.question, each.question), "score": each.score}
                for each in answer.scores
            ]
            found.append(
                {
                    "tenant": directory.get(answer.tenant),
                    "day": answer.day,
                    "receivers": [members[id] for id in receivers_of(visit, shift) if id in members],
                    "scores": scores,
                    "suggestion": answer.suggestion,
                    "online": answer.recorded_by is None,
                }
            )
        return found
