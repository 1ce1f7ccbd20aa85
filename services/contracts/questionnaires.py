"""What visitors think of a reception that ended without a petition (GW-08): a few fixed questions, answered once."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import EVERYBODY, Command, Part, State
from services.contracts.roster_base import OnRoster

QuestionId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Suggestion = Annotated[str, Meta(max_length=1000)]


class Question(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: QuestionId
    text: Annotated[str, Meta(min_length=1, max_length=100)]


class Questionnaire(State, frozen=True, kw_only=True):
    """A county's questions; without any nobody is asked."""

    fact_type: ClassVar[str] = "roster.questionnaire.v1"

    county: str
    days: Annotated[int, Meta(ge=1, le=365)] = 1
    """For how many days after the reception one may answer, and correct what one said."""
    questions: Annotated[list[Question], Meta(max_length=10)] = []

    @property
    def aggregate_id(self) -> str:
        return self.county

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class Score(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    question: QuestionId
    score: Annotated[int, Meta(ge=1, le=5)]
    """5 is best."""


class VisitAnswer(OnRoster, frozen=True, kw_only=True):
    """What one visitor answered. It does not say who he is; a correction takes the place of what he said before."""

    fact_type: ClassVar[str] = "roster.visit_answer.v1"

    id: str
    """Of his appointment."""
    shift: str
    day: date
    """Of the reception."""
    scores: list[Score]
    suggestion: str | None
    """Masked, as in the register."""
    answered_on: date
    recorded_by: ActorRef | None
    """Who asked him by telephone; None: he answered himself, online."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.day

    @property
    def subject(self) -> str:
        return self.shift


class LoadQuestionnaire(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "load_questionnaire"

    questionnaire: Questionnaire


class AnswerQuestionnaire(Command, frozen=True, kw_only=True):
    """By the visitor himself, with the code that he was given."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "answer_questionnaire"

    appointment_id: str
    code: Annotated[str, Meta(max_length=20)]
    scores: Annotated[list[Score], Meta(max_length=10)]
    suggestion: Suggestion | None = None


class RecordQuestionnaire(Command, frozen=True, kw_only=True):
    """What he said when the office called him. Answers the appointment."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "record_questionnaire"

    appointment_id: str
    scores: Annotated[list[Score], Meta(max_length=10)]
    suggestion: Suggestion | None = None


def asked_until(*, days: int, day: date) -> date:
    """The last day on which the visitor of a reception may answer."""
    return date.fromordinal(day.toordinal() + days)
