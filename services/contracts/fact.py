"""A fact: what happened to one aggregate, with the whole new state of it."""

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from services.contracts.actor import ActorRef
from services.contracts.base import Labelled, State

S = TypeVar("S", bound=State)


class Fact(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """One act on one aggregate, and the state after it.

    ``version`` starts at 1 and grows by one with each act on the aggregate; a consumer keeps the newest.
    """

    id: str
    county: str
    type: str
    subject: str
    version: int
    time: datetime
    """Instant of the act, UTC."""
    act: str
    """Verb of the act, a name of ``services.contracts.acts.Act``."""
    actor: ActorRef
    petition: str | None
    """The petition whose timeline shows the act; none for directory, calendar and roster tables."""
    remark: str | None
    """What the actor said about it (a reason, a note), for the timeline."""
    trace: str
    state: S


class AnyFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact whose type is not known before it is read: the state stays raw until then."""

    id: str
    county: str
    type: str
    subject: str
    version: int
    time: datetime
    act: str
    actor: ActorRef
    petition: str | None
    remark: str | None
    trace: str
    state: msgspec.Raw


def typed(fact: AnyFact, state: type[S]) -> Fact[S]:
    """The fact with its state decoded; raises ``msgspec.ValidationError`` where it does not fit."""
    return Fact(
        id=fact.id,
        county=fact.county,
        type=fact.type,
        subject=fact.subject,
        version=fact.version,
        time=fact.time,
        act=fact.act,
        actor=fact.actor,
        petition=fact.petition,
        remark=fact.remark,
        trace=fact.trace,
        state=msgspec.json.decode(fact.state, type=state),
    )


class Repeat(Labelled):
    """Whether the very same request may be sent again."""

    YES = "YES", "可以原样重试"
    """With the same idempotency key where it had one; it is done at most once."""
    LOOK_FIRST = "LOOK_FIRST", "请先查看最新情况再决定"
    """It may have been done, and had no key by which a repetition would be known; or it rests on what is over."""
    NO = "NO", "更正后再提交"
    """It would be refused again; corrected, it may have the same key."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a command was refused, in the form that reaches a person."""

    code: str
    message: str
    field: str | None = None
    repeat: Repeat = Repeat.NO
    retry_after: int | None = None
    """Seconds after which it is worth another try; None where time changes nothing, or nobody knows."""
    subject: str | None = None
    """Of a version conflict: what was changed meanwhile."""
    version: int | None = None
    """Of a version conflict: the present version of ``subject``."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a command answers: the facts that it made, or the problems for which it made none."""

    value: Any = None
    facts: list[msgspec.Raw] = []
    problems: list[Problem] = []
