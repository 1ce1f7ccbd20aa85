"""Indicators over clocks: a clock belongs to the period in which its effective last day lies (本期应受理、应答复的),
so that the rate of a finished period does not move any more: what comes late changes its bucket, never the sum."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from gateway.indicators.asking import Question
from gateway.indicators.figures import Bucket, Entry, Indicator, Target, count, days, rate, sort_into
from gateway.indicators.records import CaseRecord, Result
from services.contracts.deadlines import Obligation
from services.contracts.intake import Channel
from services.contracts.routing import ReferralRole


class Due(NamedTuple):
    """A clock that is due in the period, how it stands, and as what it is counted."""

    case: CaseRecord
    result: Result | None
    entry: Entry


OFFICE = frozenset({Obligation.TRANSFER})
BODY = frozenset({Obligation.NOTICE, Obligation.DIRECT_NOTICE})
COUNTED = OFFICE | BODY | {Obligation.HANDLING, Obligation.SUPERVISION_REPLY}
"""The obligations of which indicators tell."""

Names = Mapping[Result | None, str]
"""What people call a result; what has no name is not counted."""
ACCEPTANCE: Names = {Result.IN_TIME: "及时受理", Result.LATE: "超期受理", Result.MISSED: "超期未受理"}
ANSWER: Names = {Result.IN_TIME: "按期答复", Result.LATE: "超期答复", Result.MISSED: "超期未答复"}
NOT_ANSWERED: Names = {Result.PENDING: "未答复"}
REPLY: Names = {Result.IN_TIME: "按期回复", Result.LATE: "超期回复", Result.MISSED: "超期未回复"}

RULE = "按期限的最后一日（顺延后）是否在本期内确定归属；已终止的期限、已退回单位的期限不计"
ALL_IN_TIME = Target(least=Fraction(1))


def due_in_period(cases: Sequence[CaseRecord], asked: Question, of: Iterable[Obligation]) -> list[Due]:
    """Clocks whose last day lies in the period, of those who hold the case still."""
    wanted, today, (first, last) = tuple(of), asked.today, asked.days
    return [
        Due(
            case,
            clock.result(asked.now),
            Entry(
                case_id=case.id,
                subject_id=clock.id,
                tenant=clock.owner,
                due_on=clock.due_on,
                done_on=clock.met_on,
                days=((clock.met_on or today) - clock.due_on).days,
            ),
        )
        for case in cases
        for clock in case.clocks
        if first <= clock.due_on <= last
        and clock.obligation in wanted
        and asked.about(clock.owner)
        and case.concerns(clock.owner)
    ]


def by_result(due: Iterable[Due], names: Names) -> tuple[Bucket, ...]:
    """Sorted by result; a result that has no name is left out."""
    return sort_into(
        list(names.values()),
        ((names[one.result], one.entry) for one in due if one.result in names),
    )


def timely(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    return [
        *_acceptance(cases, asked, OFFICE, "OFFICE", "信访部门", "应在 15 日内转送交办的期限"),
        *_acceptance(cases, asked, BODY, "BODY", "责任单位", "应在 15 日内书面告知的期限"),
        *_answers(cases, asked),
    ]


def _acceptance(
    cases: Sequence[CaseRecord], asked: Question, of: frozenset[Obligation], code: str, side: str, what: str
) -> list[Indicator]:
    due = due_in_period(cases, asked, of)
    slices = [(f"TIMELY_ACCEPTANCE_{code}", f"及时受理率（{side}）", due)]
    for channel in Channel:
        part = [one for one in due if one.case.petition.channel is channel]
        slices.append((f"TIMELY_ACCEPTANCE_{code}_{channel}", f"及时受理率（{side}，{channel.label}）", part))
    buckets = "、".join(ACCEPTANCE.values())
    return [
        rate(
            code=slice_code,
            name=name,
            definition=f"及时受理 ÷ 总数（{buckets}）。统计{side}{what}，书面告知不予受理的同样计为已办理；{RULE}；"
            "未到期且未受理的不计",
            buckets=by_result(part, ACCEPTANCE),
            counting=(ACCEPTANCE[Result.IN_TIME],),
            empty="本期没有到期的受理期限",
        )
        for slice_code, name, part in slices
    ]


def _answers(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    due = due_in_period(cases, asked, {Obligation.HANDLING})
    counts_all = asked.regime.count_not_due
    names: Names = {**ANSWER, **NOT_ANSWERED} if counts_all else ANSWER
    option = "本县设定为未到期的未答复计入分母" if counts_all else "本县设定为未到期的未答复不计入分母"
    overdue: Names = {result: name for result, name in ANSWER.items() if result is not Result.IN_TIME}
    late = by_result(due, overdue)
    return [
        rate(
            code="ON_TIME_ANSWER",
            name="按期答复率",
            definition=f"按期答复 ÷（{'＋'.join(names.values())}）。统计办理答复期限；{RULE}；{option}",
            buckets=by_result(due, names),
            counting=(ANSWER[Result.IN_TIME],),
            empty="本期没有到期的办理答复期限",
            target=ALL_IN_TIME,
        ),
        count(
            code="OVERDUE_ANSWERS",
            name="超期件数",
            definition=f"超期答复和超期未答复的办理答复期限；{RULE}",
            buckets=late,
        ),
        days(
            code="OVERDUE_DAYS_MEAN",
            name="平均超期天数",
            definition="上述超期件自期限最后一日的次日起，至答复之日（未答复的至统计之日）的平均天数",
            buckets=late,
            empty="本期没有超期件",
        ),
        *_durations(cases, asked),
    ]


def _durations(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    first, last = asked.days
    answered = sort_into(
        ("已答复",),
        (
            (
                "已答复",
                Entry(
                    case_id=case.id,
                    subject_id=one.id,
                    tenant=one.to_tenant,
                    done_on=one.answered_on,
                    days=(one.answered_on - case.petition.received_on).days,
                ),
            )
            for case in cases
            for one in case.referrals
            if one.answered_on is not None
            and first <= one.answered_on <= last
            and one.stands
            and one.role is ReferralRole.LEAD
            and asked.about(one.to_tenant)
        ),
    )
    how = "本期内作出答复意见的主办件，自收到信访事项之日至作出答复意见之日的天数，取"
    empty = "本期没有作出答复意见"
    return [
        days(code="HANDLING_DAYS_MEAN", name="平均办理天数", definition=f"{how}平均值", buckets=answered, empty=empty),
        days(
            code="HANDLING_DAYS_LONGEST",
            name="最长办理天数",
            definition=f"{how}最大值",
            buckets=answered,
            empty=empty,
            longest=True,
        ),
    ]
