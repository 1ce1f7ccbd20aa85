"""What a visitor says of his reception: who is asked, until when, and what may be corrected by whom."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.common.visit_questions import open_until, takes_part
from services.contracts.questionnaires import Question, Questionnaire, Score, VisitAnswer
from services.contracts.receptions import Appointment, AppointmentState
from services.roster.answering_visitors import answered, check_enters, questionnaire_problems
from tests.unit.roster.receptions_made import BEFORE, CLERK, DAY, appointment

ASKED = Questionnaire(
    county="611021",
    days=15,
    questions=[Question(id="waiting", text="等候"), Question(id="courtesy", text="态度")],
)
SCORES = [Score(question="courtesy", score=5), Score(question="waiting", score=2)]
LAST = DAY + timedelta(days=15)


def visit(**changes: Any) -> Appointment:
    return appointment(**{"state": AppointmentState.DONE, "done_at": BEFORE, "petition_id": None} | changes)


def said(**changes: Any) -> VisitAnswer:
    given: dict[str, Any] = {
        "appointment": visit(), "questionnaire": ASKED, "known": None, "scores": SCORES, "suggestion": " 早些叫号 ",
        "mask": lambda text: text.replace("早", "*"), "by": None, "today": DAY,
    }  # fmt: skip
    return answered(**given | changes)


def test_an_answer_is_kept_in_the_order_of_the_questions_and_masked() -> None:
    found = said()
    assert [(each.question, each.score) for each in found.scores] == [("waiting", 2), ("courtesy", 5)]
    assert (found.suggestion, found.recorded_by, found.answered_on) == ("*些叫号", None, DAY)
    assert (found.id, found.subject, found.days) == (visit().id, visit().shift, (DAY, DAY))
    assert said(suggestion="  ").suggestion is None
    assert said(suggestion=None).suggestion is None


def test_it_does_not_say_who_came_and_why() -> None:
    assert not {"name", "matter", "code", "phone"} & set(VisitAnswer.__struct_fields__)


@pytest.mark.parametrize(
    "changes",
    [
        *({"state": state} for state in AppointmentState if state is not AppointmentState.DONE),
        {"petition_id": "0191d1b0-0000-7000-8000-0000000000aa"},
        {"accusation": True},
        {"restricted_to": ["login-m1"]},
    ],
)
def test_who_was_not_received_has_a_petition_or_accuses_is_not_asked(changes: dict[str, Any]) -> None:
    assert not takes_part(visit(**changes))
    assert open_until(visit(**changes), ASKED, today=DAY) is None
    with pytest.raises(WrongState):
        said(appointment=visit(**changes))


@pytest.mark.parametrize(("today", "asked"), [(DAY, True), (LAST, True), (LAST + timedelta(days=1), False)])
def test_the_window_is_the_countys(today: date, asked: bool) -> None:
    assert open_until(visit(), ASKED, today=today) == (LAST if asked else None)
    if asked:
        assert said(today=today).answered_on == today
    else:
        with pytest.raises(WrongState):
            said(today=today)


@pytest.mark.parametrize("none", [None, Questionnaire(county="611021")])
def test_a_county_without_questions_asks_nobody(none: Questionnaire | None) -> None:
    assert open_until(visit(), none, today=DAY) is None
    with pytest.raises(WrongState):
        said(questionnaire=none)


@pytest.mark.parametrize(
    "scores",
    [
        [],
        SCORES[:1],
        [*SCORES, Score(question="waiting", score=1)],
        [SCORES[0], Score(question="other", score=1)],
        [SCORES[0], SCORES[0]],
    ],
)
def test_every_question_is_answered_once(scores: list[Score]) -> None:
    with pytest.raises(InvalidInput):
        said(scores=scores)


def test_he_corrects_himself_and_what_was_entered_for_him_but_nobody_corrects_him() -> None:
    own, entered = said(), said(by=CLERK)
    better = [Score(question="courtesy", score=1), Score(question="waiting", score=1)]
    assert said(known=own, scores=better).scores[0].score == 1
    assert said(known=entered, scores=better).recorded_by is None
    assert said(known=entered, by=CLERK, scores=better).recorded_by == CLERK
    with pytest.raises(WrongState):
        said(known=own, by=CLERK)


def test_nobody_enters_what_is_thought_of_himself() -> None:
    check_enters(actor="clerk", received=["login-m1", None])
    with pytest.raises(Forbidden):
        check_enters(actor="login-m1", received=["login-m1", None])


def test_a_question_stands_once() -> None:
    twice = msgspec.structs.replace(ASKED, questions=[*ASKED.questions, ASKED.questions[0]])
    assert questionnaire_problems(ASKED) == []
    assert questionnaire_problems(twice) == ["问题编号“waiting”重复"]
