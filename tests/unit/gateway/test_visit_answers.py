"""What visitors answered, counted and told."""

from datetime import date

import pytest

from gateway.reception_figures.answers import NO_ANSWERS, tallied
from gateway.schema.visit_answer_queries import check_reads_answers
from services.common.errors import Forbidden
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.questionnaires import Question, Score, VisitAnswer

QUESTIONS = [Question(id="waiting", text="等候"), Question(id="courtesy", text="态度")]


def answer(**scores: int) -> VisitAnswer:
    return VisitAnswer(
        id="a", tenant="xfj", shift="s", day=date(2026, 3, 2), suggestion=None, answered_on=date(2026, 3, 2),
        recorded_by=None, scores=[Score(question=key, score=value) for key, value in scores.items()],
    )  # fmt: skip


def test_each_question_has_its_count_and_average() -> None:
    found = tallied([answer(waiting=5, courtesy=4), answer(waiting=4), answer(waiting=4, old=1)], QUESTIONS)
    assert found.answered == 3
    assert [(one.question, one.count, one.average) for one in found.questions] == [
        ("waiting", 3, 4.3),
        ("courtesy", 1, 4.0),
    ]


def test_of_nobodys_answers_there_is_no_average() -> None:
    assert [one.average for one in tallied([], QUESTIONS).questions] == [None, None]
    assert tallied([], []) == NO_ANSWERS


def actor(kind: TenantKind, *roles: Role) -> Actor:
    return Actor(county="611021", tenant="t", kind=kind, user="u", name="名", roles=frozenset(roles))


@pytest.mark.parametrize("role", [Role.CLERK, Role.HANDLER, Role.LEADER])
def test_texts_are_for_the_tenants_heads_and_the_county_office(role: Role) -> None:
    check_reads_answers(actor(TenantKind.COUNTY, role))
    check_reads_answers(actor(TenantKind.BUREAU, role, Role.HEAD))
    with pytest.raises(Forbidden):
        check_reads_answers(actor(TenantKind.BUREAU, role))
