"""What a visitor says of his reception, himself or when he was called (GW-08). Pure."""

from collections.abc import Callable, Iterable
from datetime import date

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.common.visit_questions import open_until, takes_part
from services.contracts.actor import ActorRef
from services.contracts.questionnaires import Questionnaire, Score, VisitAnswer
from services.contracts.receptions import Appointment


def answered(
    *,
    appointment: Appointment,
    questionnaire: Questionnaire | None,
    known: VisitAnswer | None,
    scores: list[Score],
    suggestion: str | None,
    mask: Callable[[str], str],
    by: ActorRef | None,
    today: date,
) -> VisitAnswer:
    """``by``: who enters it for him; None: he himself. ``known``: what was said before.

    Raises ``WrongState`` where he is not asked, not any more, or answered himself before somebody else enters it, and
    ``InvalidInput`` unless every question is answered once.
    """
    if not takes_part(appointment):
        raise WrongState("该次接访不参加评价：接访完成后才能评价；已登记为信访件的，请在办理后对该件评价")
    if questionnaire is None or open_until(appointment, questionnaire, today=today) is None:
        raise WrongState("评价期限已过，或本县未开展接访评价；有意见建议的请致电接访单位")
    if by is not None and known is not None and known.recorded_by is None:
        raise WrongState("来访人已自行评价，不能代为更改；需要更正的请由来访人在期限内自行更正")
    order = [question.id for question in questionnaire.questions]
    if sorted(order) != sorted(each.question for each in scores):
        raise InvalidInput("请对每一项问题各评一次分", field="scores")
    words = mask(suggestion.strip()) if suggestion is not None else ""
    return VisitAnswer(
        id=appointment.id,
        tenant=appointment.tenant,
        shift=appointment.shift,
        day=appointment.day,
        scores=sorted(scores, key=lambda each: order.index(each.question)),
        suggestion=words or None,
        answered_on=today,
        recorded_by=by,
    )


def check_enters(*, actor: str, received: Iterable[str | None]) -> None:
    """``received``: logins of who received him. Raises ``Forbidden`` for one of them: nobody enters what is thought of
    himself."""
    if actor in received:
        raise Forbidden("接访人员不能登记对本人接访的评价，请由其他经办人回访登记")


def questionnaire_problems(questionnaire: Questionnaire) -> list[str]:
    ids = [question.id for question in questionnaire.questions]
    return [f"问题编号“{each}”重复" for each in dict.fromkeys(ids) if ids.count(each) > 1]
