"""Who came or called and brought no petition (分流): what has to be written down of it, and taking it back. Pure.

IN-02: every visit is an entry of its own. IN-39: before it is verified nothing is concluded, so an answer says of what
kind it is.
"""

from datetime import datetime

import msgspec

from services.common.errors import Forbidden, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.common.redacting import mask_text
from services.contracts.actor import Actor
from services.contracts.desk import RecordTriage, Triage, TriageOutcome
from services.contracts.intake import Channel
from services.intake.instants import check_happened

CHANNELS = frozenset({Channel.VISIT, Channel.CALL})
"""In which somebody stands, or speaks, before the desk; what is written is registered."""
DIRECTED = {
    TriageOutcome.BUSINESS: "请填写引导到哪个窗口或科室",
    TriageOutcome.ELSEWHERE: "请填写告知其向哪个机关、单位提出",
}


def new_triage(*, command: RecordTriage, actor: Actor, number: str, now: datetime) -> Triage:
    """Raises ``InvalidInput``. An entry for an earlier day says when they came; without ``at`` it is now."""
    if command.channel not in CHANNELS:
        raise InvalidInput(f"分流登记只适用于来访、来电；{command.channel.label}请登记为信访件", field="channel")
    require(command.subject, "subject", "请填写来访（来电）的事由")
    directed_to, answer = _text(command.directed_to), _text(command.answer)
    if command.outcome in DIRECTED and directed_to is None:
        raise InvalidInput(DIRECTED[command.outcome], field="directedTo")
    if command.outcome is TriageOutcome.POLICY and answer is None:
        raise InvalidInput("请填写当场如何解答", field="answer")
    check_answer(answer=answer, kind=command.answer_kind is not None)
    at = command.at or now
    return Triage(
        id=new_id(),
        number=number,
        tenant=actor.tenant,
        at=at,
        on=check_happened(at=at, now=now, field="at"),
        channel=command.channel,
        people=command.people,
        subject=mask_text(command.subject.strip()),
        outcome=command.outcome,
        directed_to=mask_text(directed_to) if directed_to else None,
        answer_kind=command.answer_kind,
        answer=mask_text(answer) if answer else None,
        by=actor.reference,
    )


def taken_back(*, triage: Triage, actor: Actor, reason: str) -> Triage:
    """The entry as it counts no more; its number stays with it."""
    if actor.tenant != triage.tenant:
        raise Forbidden("分流登记只能由登记单位撤销")
    if triage.taken_back is not None:
        raise WrongState(f"该分流登记已撤销：{triage.taken_back}")
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(triage, taken_back=mask_text(reason.strip()))


def check_answer(*, answer: str | None, kind: bool) -> None:
    """What was answered on the spot says of what kind it is, and no kind stands without an answer."""
    if answer is not None and not kind:
        raise InvalidInput("请选择答复的性质：明确答复、待核实、指引或解释", field="answerKind")
    if answer is None and kind:
        raise InvalidInput("请填写当场答复的内容，或不选答复的性质", field="answer")


def _text(text: str | None) -> str | None:
    return (text or "").strip() or None
