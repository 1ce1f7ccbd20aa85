"""Indicators of supervision (督办): threads opened, answers in time, proposals adopted, cards."""

from collections.abc import Callable, Iterator, Sequence

from gateway.indicators.asking import Question
from gateway.indicators.figures import Entry, Indicator, count, rate, sort_into
from gateway.indicators.records import CaseRecord, EntryRecord, Result, SupervisionRecord
from gateway.indicators.timely import REPLY, RULE, by_result, due_in_period
from services.contracts.deadlines import Obligation
from services.contracts.supervision import SupervisionReason, SupervisionState, SupervisionStep

CARDS = {SupervisionStep.YELLOW_CARD: "YELLOW_CARDS", SupervisionStep.RED_CARD: "RED_CARDS"}
ADOPTED = {True: "采纳", False: "未采纳", None: "未说明"}


def supervised(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    reasons = [reason.label for reason in SupervisionReason]
    opened = (
        (one.reason.label, Entry(case_id=case.id, subject_id=one.id, tenant=one.addressee, done_on=one.opened_on))
        for case, one in _threads(cases, asked)
        if asked.period.holds(one.opened_on)
    )
    return [
        count(
            code="SUPERVISIONS",
            name="督办件数",
            definition="本期发出的督办（已撤销的不计），按督办情形分；按单位统计时为督办本单位的",
            buckets=sort_into(reasons, opened),
        ),
        rate(
            code="SUPERVISION_REPLIES_IN_TIME",
            name="督办按期回复率",
            definition=f"按期书面回复 ÷（{'＋'.join(REPLY.values())}）。{RULE}；未到期且未回复的不计",
            buckets=by_result(due_in_period(cases, asked, {Obligation.SUPERVISION_REPLY}), REPLY),
            counting=(REPLY[Result.IN_TIME],),
            empty="本期没有到期的督办回复",
        ),
        rate(
            code="PROPOSALS_ADOPTED",
            name="督办建议采纳率",
            definition="书面回复采纳的督办 ÷ 本期内作出的督办书面回复（同一督办多次回复的，以本期最后一次为准）",
            buckets=sort_into(list(ADOPTED.values()), _answers(cases, asked)),
            counting=(ADOPTED[True],),
            empty="本期没有督办书面回复",
        ),
        *(_cards(cases, asked, step, code) for step, code in CARDS.items()),
    ]


def _threads(cases: Sequence[CaseRecord], asked: Question) -> Iterator[tuple[CaseRecord, SupervisionRecord]]:
    for case in cases:
        for one in case.supervisions:
            if one.state is not SupervisionState.WITHDRAWN and asked.about(one.addressee):
                yield case, one


def _steps(one: SupervisionRecord, wanted: Callable[[EntryRecord], bool]) -> list[tuple[int, EntryRecord]]:
    return [(place, step) for place, step in enumerate(one.entries) if wanted(step)]


def _answers(cases: Sequence[CaseRecord], asked: Question) -> Iterator[tuple[str, Entry]]:
    for case, one in _threads(cases, asked):
        found = _steps(one, lambda step: step.step is SupervisionStep.ANSWERED and asked.period.holds(step.on))
        if found:
            place, last = found[-1]
            yield (
                ADOPTED[last.adopted],
                Entry(
                    case_id=case.id,
                    subject_id=f"{one.id}#{place}",
                    tenant=one.addressee,
                    due_on=one.answer_by,
                    done_on=last.on,
                ),
            )


def _cards(cases: Sequence[CaseRecord], asked: Question, step: SupervisionStep, code: str) -> Indicator:
    given = (
        (
            one.reason.label,
            Entry(case_id=case.id, subject_id=f"{one.id}#{place}", tenant=one.addressee, done_on=found.on),
        )
        for case, one in _threads(cases, asked)
        for place, found in _steps(one, lambda entry: entry.step is step and asked.period.holds(entry.on))
    )
    return count(
        code=code,
        name=f"{step.label}次数",
        definition=f"本期内发出的{step.label}（督办已撤销的不计），按督办情形分；按单位统计时为发给本单位的",
        buckets=sort_into([reason.label for reason in SupervisionReason], given),
    )
