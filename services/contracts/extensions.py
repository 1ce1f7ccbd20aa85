"""Extensions: more time on one clock (Art. 34), asked for and decided."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase

Reason = Annotated[str, Meta(max_length=2000)]


class ExtensionState(Labelled):
    REQUESTED = "REQUESTED", "待审批"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "未批准"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class Extension(OfCase, frozen=True, kw_only=True):
    """A request for more time on one clock: Art. 34. A clock is extended once at most."""

    fact_type: ClassVar[str] = "deadlines.extension.v1"

    id: str
    clock_id: str
    tenant: str
    """The tenant that owes the clock, and whose head decides."""
    days: int
    reason: str
    state: ExtensionState
    requested_on: date
    requested_by: ActorRef
    decided_on: date | None = None
    decided_by: ActorRef | None = None
    decision: str | None = None
    informed_on: date | None = None
    """The day on which the petitioner was told of it and why."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class RequestExtension(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "request_extension"

    clock_id: str
    days: Annotated[int, Meta(ge=1, le=366)]
    reason: Reason


class DecideExtension(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "decide_extension"

    extension_id: str
    approve: bool
    reason: Reason | None = None


class WithdrawExtension(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "withdraw_extension"

    extension_id: str
    reason: Reason


class InformOfExtension(Command, frozen=True, kw_only=True):
    """Enters that the petitioner was told of the extension and its reason."""

    service: ClassVar[str] = "deadlines"
    method: ClassVar[str] = "inform_of_extension"

    extension_id: str
    on: date
