"""Indicators of what petitioners think (满意度评价), and of cases that were settled at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from gateway.indicators.asking import Question
from gateway.indicators.figures import Bucket, Entry, Indicator, rate, sort_into
from gateway.indicators.records import CaseRecord, RatingRecord
from services.contracts import rating_windows
from services.contracts.ratings import RatingSide, RatingValue

RATED = "已评价"
NOT_RATED = "超期未评价"
SIDES = {RatingSide.OFFICE: ("OFFICE", "信访部门"), RatingSide.BODY: ("BODY", "责任单位")}


def rateable(case: CaseRecord) -> bool:
    """列入评价; what is history is no case of the indicators."""
    item, lead = case.petition, case.lead
    return rating_windows.takes_part(
        nature=item.nature, anonymous=item.anonymous, historical=False, refused=lead is not None and lead.refused
    )


def opened_on(case: CaseRecord, side: RatingSide) -> date | None:
    """The day from which a side may be rated."""
    lead = case.lead
    return rating_windows.opened_on(
        side,
        handed_over=(one.sent_on for one in case.referrals if one.stands),
        told=case.told,
        delivered=lead.delivered_on if lead else None,
    )


def account(case: CaseRecord, side: RatingSide) -> str | None:
    """The tenant whose work is rated."""
    if side is RatingSide.OFFICE:
        return case.petition.registered_by
    return lead.to_tenant if (lead := case.lead) else None


def rated(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    return [
        *(indicator for side in SIDES for indicator in _of_side(cases, asked, side)),
        _settled_at_once(cases, asked),
    ]


def _of_side(cases: Sequence[CaseRecord], asked: Question, side: RatingSide) -> list[Indicator]:
    code, name = SIDES[side]
    found = list(_ratings(cases, asked, side))
    values = sort_into([one.label for one in RatingValue], ((one.value.label, entry) for one, entry in found if one))
    window = asked.regime.rating_window_days
    taking_part = (
        Bucket(name=RATED, entries=tuple(entry for one, entry in found if one)),
        Bucket(name=NOT_RATED, entries=tuple(entry for one, entry in found if not one)),
    )
    left_out = "匿名件、检举控告和不予受理的事项不列入评价，申诉成立的评价不计"
    return [
        rate(
            code=f"SATISFACTION_{code}",
            name=f"群众满意率（{name}）",
            definition="（满意＋基本满意）÷ 已评价（满意＋基本满意＋不满意）。"
            f"统计本期内对{name}作出的有效评价；{left_out}",
            buckets=values,
            counting=(RatingValue.SATISFIED.label, RatingValue.FAIRLY_SATISFIED.label),
            empty=f"本期没有对{name}的评价",
        ),
        rate(
            code=f"PARTICIPATION_{code}",
            name=f"参评率（{name}）",
            definition=f"已评价 ÷（已评价＋超期未评价）。已评价按评价日期、超期未评价按 {window} 天评价期的最后一日"
            f"确定归属；评价期满后的评价按超期未评价计；{left_out}",
            buckets=taking_part,
            counting=(RATED,),
            empty=f"本期没有对{name}的评价，也没有评价期满的事项",
        ),
    ]


def _ratings(
    cases: Sequence[CaseRecord], asked: Question, side: RatingSide
) -> Iterator[tuple[RatingRecord | None, Entry]]:
    """Of each case its rating where it falls into the period, or None where its window ran out in the period without
    one."""
    window, today, (first, last) = asked.regime.rating_window_days, asked.today, asked.days
    for case in cases:
        given = next((one for one in case.ratings if one.side is side), None)
        opened = opened_on(case, side)
        ends_on = rating_windows.last_day(opened, days=window) if opened else None
        if given is not None and not given.counts:
            continue
        if given is not None and ends_on is not None and given.rated_on > ends_on:
            given = None
        day = given.rated_on if given else ends_on
        if day is None or not first <= day <= last or (given is None and day >= today) or not rateable(case):
            continue
        tenant = account(case, side)
        if asked.about(tenant):
            yield (
                given,
                Entry(
                    case_id=case.id,
                    subject_id=f"{case.id}.{side}",
                    tenant=tenant,
                    due_on=ends_on,
                    done_on=given.rated_on if given else None,
                ),
            )


def _settled_at_once(cases: Sequence[CaseRecord], asked: Question) -> Indicator:
    first, last = asked.days
    repeats: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for case in cases:
        if case.petition.repeated:
            for mark in case.people:
                repeats[mark].append((case.petition.received_on, case.id))

    def came_again(case: CaseRecord) -> bool:
        place = (case.petition.received_on, case.id)
        return any(later > place for mark in case.people for later in repeats.get(mark, ()))

    yes, no = "未再信访", "又重复信访"
    return rate(
        code="SETTLED_AT_ONCE",
        name="一次性化解率",
        definition="办结后未再重复信访的初次件 ÷ 已办结的初次件：本期内办结的、未标为重复的信访事项；"
        "同一信访人（按脱敏后的姓名及证件号或电话识别）此后又有登记时标为重复的信访事项的，为又重复信访，截至统计时",
        buckets=sort_into(
            (yes, no),
            (
                (
                    no if came_again(case) else yes,
                    Entry(case_id=case.id, subject_id=case.id, tenant=account(case, RatingSide.BODY), done_on=day),
                )
                for case in cases
                if (day := case.closed_on) is not None
                and first <= day <= last
                and not case.petition.repeated
                and case.concerns(asked.tenant)
            ),
        ),
        counting=(yes,),
        empty="本期没有办结初次信访事项",
    )
