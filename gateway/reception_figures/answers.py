"""What visitors answered, counted (GW-08): of a receiver, a tenant or the county. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from services.contracts.questionnaires import Question, VisitAnswer


class QuestionFigures(msgspec.Struct, frozen=True, kw_only=True):
    question: str
    text: str
    count: int
    """How many answered it."""
    average: float | None
    """Of 1 to 5, to one decimal; None where nobody answered."""


class AnswerFigures(msgspec.Struct, frozen=True, kw_only=True):
    answered: int
    """Visitors."""
    questions: tuple[QuestionFigures, ...]
    """Those that the county asks now, in its order."""


NO_ANSWERS = AnswerFigures(answered=0, questions=())


def tallied(answers: Iterable[VisitAnswer], questions: Sequence[Question]) -> AnswerFigures:
    there = list(answers)
    found = []
    for question in questions:
        scores = [each.score for answer in there for each in answer.scores if each.question == question.id]
        average = round(sum(scores) / len(scores), 1) if scores else None
        found.append(QuestionFigures(question=question.id, text=question.text, count=len(scores), average=average))
    return AnswerFigures(answered=len(there), questions=tuple(found))
