"""The month's summary of receptions for leaders (RO-39): what it holds, and how it reads as a report. Pure.

It goes round in the house, so accusations are left out of every number, as they are of a circular.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from gateway.reception_figures.answers import NO_ANSWERS, AnswerFigures, tallied
from gateway.reception_figures.attending import open_to_all, receptions, took_place
from gateway.reception_figures.composing import CompositionGap
from gateway.reception_figures.figures import (
    LinkedCase,
    Promise,
    PromiseState,
    outcomes_of,
    promises_of,
    talk_minutes,
    waiting_minutes,
)
from gateway.reception_figures.quotas import QuotaStanding, QuotaState
from services.common.clock import legal_day
from services.contracts.base import LEGAL_ZONE
from services.contracts.circulars import CircularSection, CircularTable, ReportingPeriod
from services.contracts.directory import Organisation
from services.contracts.questionnaires import Question, VisitAnswer
from services.contracts.receptions import Appointment, AppointmentState, BookingWay, VisitOutcome
from services.contracts.shifts import Shift

TITLE = "接访工作月报"
WHOLE_COUNTY = "全县"


class ConcernedUnit(msgspec.Struct, frozen=True, kw_only=True):
    tenant: str
    batches: int
    people: int


class ReceptionSummary(msgspec.Struct, frozen=True, kw_only=True):
    month: ReportingPeriod
    tenant: str | None
    """None: the whole county."""
    computed_at: datetime
    sessions: int
    """Receptions of the month that are not cancelled."""
    held: int
    """Those of them that took place by now."""
    cancelled: int
    batches: int
    """Visitors and groups that were received."""
    people: int
    absent: int
    """Who had a place and did not come."""
    coming: int
    """Who has a place and was not received yet."""
    ways: dict[BookingWay, int]
    """Of those received."""
    outcomes: dict[VisitOutcome, int]
    units: list[ConcernedUnit]
    """Whom the matters concern, the most batches first."""
    waiting_minutes: int | None
    talk_minutes: int | None
    promises: list[Promise]
    quotas: list[QuotaStanding]
    """Who has not met his quota, or cannot with what is planned."""
    gaps: list[CompositionGap]
    visitor_answers: AnswerFigures = NO_ANSWERS
    """Of the visits that led to no petition."""


def summarise(
    *,
    month: ReportingPeriod,
    tenant: str | None,
    shifts: Sequence[Shift],
    appointments: Sequence[Appointment],
    cases: Mapping[str, LinkedCase],
    quotas: Sequence[QuotaStanding],
    gaps: Sequence[CompositionGap],
    now: datetime,
    answers: Mapping[str, VisitAnswer] = MappingProxyType({}),
    questions: Sequence[Question] = (),
) -> ReceptionSummary:
    """``shifts`` and ``appointments``: the month's; ``answers``: by appointment."""
    sessions = receptions(shifts)
    visits = open_to_all(appointments)
    done = [each for each in visits if each.state is AppointmentState.DONE]
    ways = Counter(each.way for each in done)
    coming = (AppointmentState.ACCEPTED, AppointmentState.WAITING, AppointmentState.CALLED)
    return ReceptionSummary(
        month=month,
        tenant=tenant,
        computed_at=now,
        sessions=sum(each.cancelled is None for each in sessions),
        held=sum(took_place(each, now) for each in sessions),
        cancelled=sum(each.cancelled is not None for each in sessions),
        batches=len(done),
        people=sum(each.people for each in done),
        absent=sum(each.state is AppointmentState.ABSENT for each in visits),
        coming=sum(each.state in coming for each in visits),
        ways={way: ways[way] for way in BookingWay},
        outcomes=outcomes_of(done),
        units=_units(done),
        waiting_minutes=waiting_minutes(done),
        talk_minutes=talk_minutes(done),
        promises=promises_of(done, cases, legal_day(now)),
        quotas=[each for each in quotas if each.state in (QuotaState.MISSED, QuotaState.SHORT)],
        gaps=list(gaps),
        visitor_answers=tallied((answers[each.id] for each in done if each.id in answers), questions),
    )


def _units(done: Iterable[Appointment]) -> list[ConcernedUnit]:
    batches, people = Counter[str](), Counter[str]()
    for each in done:
        for code in dict.fromkeys(each.concerns):
            batches[code] += 1
            people[code] += each.people
    order = sorted(batches, key=lambda code: (-batches[code], code))
    return [ConcernedUnit(tenant=code, batches=batches[code], people=people[code]) for code in order]


def title_of(summary: ReceptionSummary, directory: Mapping[str, Organisation]) -> str:
    name = WHOLE_COUNTY if summary.tenant is None else _name(summary.tenant, directory)
    return f"{name}{summary.month.label}{TITLE}"


def sections(summary: ReceptionSummary, directory: Mapping[str, Organisation]) -> list[CircularSection]:
    """As the report tells it."""
    return [
        _situation(summary),
        _concerned(summary, directory),
        _promised(summary, directory),
        _duties(summary, directory),
        _explained(summary),
    ]


def _situation(summary: ReceptionSummary) -> CircularSection:
    times = [
        f"平均候访 {summary.waiting_minutes} 分钟" if summary.waiting_minutes is not None else "",
        f"平均接谈 {summary.talk_minutes} 分钟" if summary.talk_minutes is not None else "",
    ]
    told = "，".join(text for text in times if text)
    return CircularSection(
        heading="一、接访情况",
        paragraphs=[
            f"{summary.month.label}安排接访 {summary.sessions} 场，已举行 {summary.held} 场，"
            f"取消 {summary.cancelled} 场；"
            f"接待来访群众 {summary.batches} 批 {summary.people} 人，约定未到 {summary.absent} 批，"
            f"已约待接 {summary.coming} 批。" + (f"{told}。" if told else ""),
            *_answered(summary.visitor_answers),
        ],
        tables=[
            _counts("表一　来访方式", "方式", [(way.label, many) for way, many in summary.ways.items()]),
            _counts("表二　接访结果", "结果", [(kind.label, many) for kind, many in summary.outcomes.items()]),
        ],
    )


def _answered(found: AnswerFigures) -> list[str]:
    """Nothing where nobody answered."""
    scores = "，".join(f"{one.text} {one.average} 分" for one in found.questions if one.average is not None)
    return [f"来访人对接访作出评价 {found.answered} 批，平均（满分 5 分）：{scores}。"] if scores else []


def _concerned(summary: ReceptionSummary, directory: Mapping[str, Organisation]) -> CircularSection:
    return CircularSection(
        heading="二、反映问题涉及的单位",
        paragraphs=["一批来访涉及几个单位的，分别计入。" if summary.units else "本月没有登记涉及单位的来访。"],
        tables=[
            CircularTable(
                title="表三　涉及单位",
                columns=["单位", "批次", "人数"],
                rows=[[_name(one.tenant, directory), str(one.batches), str(one.people)] for one in summary.units],
            )
        ]
        if summary.units
        else [],
    )


def _promised(summary: ReceptionSummary, directory: Mapping[str, Organisation]) -> CircularSection:
    count = Counter(each.state for each in summary.promises)
    told = "，".join(f"{state.label} {count[state]} 件" for state in PromiseState if count[state])
    wanted = [each for each in summary.promises if each.state is not PromiseState.KEPT]
    return CircularSection(
        heading="三、承诺期限办理事项",
        paragraphs=[f"本月接访承诺期限办理 {len(summary.promises)} 件" + (f"：{told}。" if told else "。")],
        tables=[
            CircularTable(
                title="表四　尚未兑现的承诺",
                columns=["接访日期", "接访单位", "承诺期限", "涉及单位", "状态"],
                rows=[
                    [
                        str(each.appointment.day),
                        _name(each.appointment.tenant, directory),
                        str(each.on),
                        "、".join(_name(code, directory) for code in each.appointment.concerns),
                        each.state.label,
                    ]
                    for each in wanted
                ],
            )
        ]
        if wanted
        else [],
    )


def _duties(summary: ReceptionSummary, directory: Mapping[str, Organisation]) -> CircularSection:
    tables = []
    if summary.quotas:
        rows = [
            [
                each.member.name,
                each.member.post,
                _name(each.member.tenant, directory),
                each.quota.name,
                f"{each.received}/{each.quota.times} {each.quota.counts.label}",
                each.state.label,
            ]
            for each in summary.quotas
        ]
        columns = ["姓名", "职务", "单位", "要求", "已完成", "状态"]
        tables.append(CircularTable(title="表五　接访次数未达要求", columns=columns, rows=rows))
    if summary.gaps:
        rows = [
            [str(gap.shift.day), gap.shift.name, _name(gap.shift.tenant, directory), missing_text(gap)]
            for gap in summary.gaps
        ]
        columns = ["日期", "接访", "单位", "缺少"]
        tables.append(CircularTable(title="表六　空岗和缺少的人员", columns=columns, rows=rows))
    return CircularSection(
        heading="四、接访责任落实",
        paragraphs=[
            f"接访次数未达要求的 {len(summary.quotas)} 人次；人员不齐的接访 {len(summary.gaps)} 场。"
            if tables
            else "接访次数均达要求，各场接访人员齐备。"
        ],
        tables=tables,
    )


def missing_text(gap: CompositionGap) -> str:
    """``带班（接访）领导 1 人、法律顾问 1 人``."""
    found = []
    for one in gap.missing:
        needed = "、".join(each.label for each in sorted(one.qualifications))
        name = one.role.label if one.role else needed
        found.append(f"{name}{f'（{needed}）' if one.role and needed else ''} {one.count} 人")
    return "、".join(found)


def _explained(summary: ReceptionSummary) -> CircularSection:
    until = f"{summary.computed_at.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}"
    return CircularSection(
        heading="五、说明",
        paragraphs=[
            f"数据截至 {until}。检举控告类来访依法保密，不计入任何数字。",
            "候访时间自到场（早于预约时段的，自时段开始）至叫号；"
            "承诺是否兑现，以关联信访件的答复或办结日期为准，没有关联信访件的无从认定。",
        ],
    )


def _counts(title: str, name: str, rows: Sequence[tuple[str, int]]) -> CircularTable:
    return CircularTable(title=title, columns=[name, "批次"], rows=[[text, str(many)] for text, many in rows if many])


def _name(code: str, directory: Mapping[str, Organisation]) -> str:
    organisation = directory.get(code)
    return organisation.name if organisation else code
