"""The life of a supervision thread (督办) as one table: which step, from which state to which, and whose step it is.

Pure. Days are legal days, Asia/Shanghai. Art. 40 of 《信访工作条例》 (2022) wants a written answer that says whether
the proposal is adopted. With what the office presses on stands in Art. 39 (约谈、挂牌督办、责令限期整改); the cards
are the county's own. ``docs/supervision.md`` shows the table; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import msgspec

from services.common.clock import A_YEAR
from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import HANDLES_CASES, Actor, Role, TenantKind
from services.contracts.supervision import Supervision, SupervisionEntry, SupervisionState, SupervisionStep


class SupervisionNotSettled(Refusal):
    """三不放过: what is not cleared up, not solved, or whose measures are not carried out, is not let pass."""

    code = "SUPERVISION_NOT_SETTLED"
    default = "尚未做到“三不放过”，不能办结督办，请退回重报或升级督办"


class YellowCardMissing(Refusal):
    code = "YELLOW_CARD_MISSING"
    default = "出示红牌前须先出示黄牌，请先作黄牌警示"


class Side(Enum):
    SUPERVISOR = "督办单位"
    """The tenant that opened the thread; the county office stands beside every one."""
    ADDRESSEE = "被督办单位"


SUPERVISORS: dict[TenantKind, frozenset[Role]] = {
    TenantKind.COUNTY: frozenset({Role.SUPERVISOR, Role.HEAD, Role.LEADER}),
    TenantKind.TOWNSHIP: frozenset({Role.HEAD}),
    TenantKind.BUREAU: frozenset({Role.HEAD}),
}
"""Who supervises for a tenant of this kind: outside the county office its head alone."""


class Day(Enum):
    """Whether a step names a new day for the answer."""

    NEVER = "–"
    MAY = "可以"
    MUST = "必须"


@dataclass(frozen=True)
class Step:
    source: SupervisionState
    target: SupervisionState
    side: Side
    day: Day = Day.NEVER
    once: bool = False
    """Stands in a thread once at most."""
    wants: str | None = None
    """What to say to who left the text blank; None where the step has no text."""


OPEN = SupervisionState.OPEN
ANSWERED = SupervisionState.ANSWERED
CLOSED = SupervisionState.CLOSED
WITHDRAWN = SupervisionState.WITHDRAWN

_PRESSING = Step(OPEN, OPEN, Side.SUPERVISOR, Day.MAY, wants="请写明督办升级的理由和要求")

STEPS: dict[SupervisionStep, Step] = {
    SupervisionStep.ACKNOWLEDGED: Step(OPEN, OPEN, Side.ADDRESSEE, once=True),
    SupervisionStep.ANSWERED: Step(
        OPEN,
        ANSWERED,
        Side.ADDRESSEE,
        wants="请书面说明整改情况；未采纳督办意见的，须说明理由（《信访工作条例》第四十条）",
    ),
    SupervisionStep.YELLOW_CARD: _PRESSING,
    SupervisionStep.RED_CARD: _PRESSING,
    SupervisionStep.LISTED: _PRESSING,
    SupervisionStep.TALK: _PRESSING,
    SupervisionStep.RECTIFY: Step(OPEN, OPEN, Side.SUPERVISOR, Day.MUST, wants="请写明限期整改的要求"),
    SupervisionStep.TO_HEAD: _PRESSING,
    SupervisionStep.ACCOUNTABILITY: _PRESSING,
    SupervisionStep.WITHDRAWN: Step(OPEN, WITHDRAWN, Side.SUPERVISOR, wants="请填写撤销理由"),
    SupervisionStep.RETURNED: Step(ANSWERED, OPEN, Side.SUPERVISOR, Day.MUST, wants="请写明退回重报的理由"),
    SupervisionStep.CLOSED: Step(ANSWERED, CLOSED, Side.SUPERVISOR, wants="请填写督办办结意见"),
}
"""Every step but the first, ``OPENED``, which makes the thread. What is closed or withdrawn takes none."""

BEFORE: dict[SupervisionStep, SupervisionStep] = {SupervisionStep.RED_CARD: SupervisionStep.YELLOW_CARD}
"""Steps that another must have gone before in the thread."""


def side_of(supervision: Supervision, actor: Actor) -> Side | None:
    """The actor's side; None for a tenant that has no part in the thread."""
    if actor.tenant == supervision.addressee:
        return Side.ADDRESSEE
    if actor.tenant == supervision.opened_by or actor.kind is TenantKind.COUNTY:
        return Side.SUPERVISOR
    return None


def roles_of(side: Side, kind: TenantKind) -> frozenset[Role]:
    return HANDLES_CASES if side is Side.ADDRESSEE else SUPERVISORS[kind]


def advance(
    *,
    supervision: Supervision,
    step: SupervisionStep,
    actor: Actor,
    now: datetime,
    today: date,
    text: str = "",
    adopted: bool | None = None,
    answer_by: date | None = None,
) -> Supervision:
    """The thread after the step, with its entry. A late answer is taken, and stands as late.

    Raises ``Forbidden`` for the wrong side or role, ``WrongState`` for the wrong time, ``YellowCardMissing``,
    ``InvalidInput``.
    """
    row = STEPS[step]
    if side_of(supervision, actor) is not row.side:
        raise Forbidden(f"“{step.label}”应由{row.side.value}办理")
    allowed = roles_of(row.side, actor.kind)
    if not actor.roles & allowed:
        names = "、".join(role.label for role in Role if role in allowed)
        raise Forbidden(f"“{step.label}”应由{names}办理")
    if supervision.state is not row.source:
        raise WrongState(f"该督办目前{supervision.state.label}，不能{step.label}；须在“{row.source.label}”状态下进行")
    gone = {entry.step for entry in supervision.entries}
    if row.once and step in gone:
        raise WrongState(f"已{step.label}，无须重复办理")
    if step in BEFORE and BEFORE[step] not in gone:
        raise YellowCardMissing()
    if row.wants is not None and not text.strip():
        raise InvalidInput(row.wants, field="text")
    _check_day(row.day, step, answer_by, today)
    entry = SupervisionEntry(
        step=step, at=now, on=today, by=actor.reference, text=text, adopted=adopted, answer_by=answer_by
    )
    return msgspec.structs.replace(
        supervision,
        state=row.target,
        answer_by=answer_by or supervision.answer_by,
        answered_on=_answered_on(supervision, row.target, today),
        ended_on=today if row.target in (CLOSED, WITHDRAWN) else None,
        entries=[*supervision.entries, entry],
    )


def check_settled(*, cleared_up: bool, solved: bool, measures_carried_out: bool) -> None:
    """三不放过: raises ``SupervisionNotSettled``, which names what is missing."""
    asked = {"问题未查清": cleared_up, "问题未解决": solved, "整改措施未落实": measures_carried_out}
    missing = [name for name, done in asked.items() if not done]
    if missing:
        raise SupervisionNotSettled(f"{'、'.join(missing)}，不能办结督办（三不放过）；请退回重报或继续督办")


def check_answer_day(answer_by: date, today: date) -> None:
    if not today <= answer_by <= today + A_YEAR:
        raise InvalidInput(f"书面回复期限 {answer_by} 应在今天 {today} 起一年之内，请核对", field="answer_by")


def _check_day(day: Day, step: SupervisionStep, answer_by: date | None, today: date) -> None:
    if answer_by is None:
        if day is Day.MUST:
            raise InvalidInput(f"“{step.label}”须指定新的书面回复期限", field="answer_by")
        return
    if day is Day.NEVER:
        raise InvalidInput(f"“{step.label}”不能指定书面回复期限", field="answer_by")
    check_answer_day(answer_by, today)


def _answered_on(supervision: Supervision, target: SupervisionState, today: date) -> date | None:
    if target is OPEN:
        return None
    return today if supervision.state is OPEN and target is ANSWERED else supervision.answered_on
