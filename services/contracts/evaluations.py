"""How leaders received, said by those above them (RO-38)."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled
from services.contracts.roster_base import OnRoster

Reason = Annotated[str, Meta(max_length=500)]
Id = Annotated[str, Meta(max_length=60)]


class Verdict(Labelled):
    PRAISED = "PRAISED", "表扬"
    CRITICISED = "CRITICISED", "批评"
    MOVED = "MOVED", "建议调整岗位"


class Evaluation(OnRoster, frozen=True, kw_only=True):
    """How somebody received in a month (RO-38). One for each member and month; what was taken back may be said anew."""

    fact_type: ClassVar[str] = "roster.evaluation.v1"

    id: str
    """``<member id>.<yyyy-mm>``."""
    member: str
    month: date
    """Its first day."""
    verdict: Verdict
    reason: str
    by: ActorRef | None = None
    on: date | None = None
    """When it was said."""
    taken_back: str | None = None

    @property
    def days(self) -> tuple[date, date]:
        return self.month, self.month

    @property
    def status(self) -> str:
        return str(self.verdict)

    @property
    def subject(self) -> str:
        return self.member

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class EvaluateMember(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "evaluate_member"

    member: Id
    month: date
    verdict: Verdict
    reason: Reason


class TakeBackEvaluation(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_evaluation"

    evaluation_id: Annotated[str, Meta(max_length=80)]
    reason: Reason
