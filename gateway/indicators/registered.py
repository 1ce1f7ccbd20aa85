"""Indicators over the cases that were received in the period: how many, of what kind, from whom."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction

from gateway.indicators.asking import Question
from gateway.indicators.figures import Bucket, Entry, Indicator, Target, count, rate, sort_into
from gateway.indicators.records import CaseRecord
from services.contracts.intake import Channel, Nature, Source
from services.contracts.routing import ReferralKind

NO_PLACE = "属地未登记"
UNKNOWN_SIZE = "人数未登记"
SIZES = ((1, "1 人"), (5, "2～5 人"), (20, "6～20 人"), (50, "21～50 人"))
LARGEST = "50 人以上"
EVERYTHING = Target(least=Fraction(1))
OURS = "按单位统计时，含本单位登记的和现由本单位承办的；历史导入件不计"
NOTHING_RECEIVED = "本期没有收到信访事项"

Received = tuple[CaseRecord, Entry]
"""A case and as what it is counted, in however many indicators."""


def of_case(case: CaseRecord) -> Entry:
    return Entry(
        case_id=case.id, subject_id=case.id, tenant=case.petition.registered_by, done_on=case.petition.received_on
    )


def _sorted(names: Sequence[str], cases: Iterable[Received], key: Callable[[CaseRecord], str]) -> tuple[Bucket, ...]:
    return sort_into(names, ((key(case), entry) for case, entry in cases))


def _yes_no(yes: str, no: str, cases: Iterable[Received], test: Callable[[CaseRecord], bool]) -> tuple[Bucket, ...]:
    return _sorted((yes, no), cases, lambda case: yes if test(case) else no)


def size_band(visitors: int | None) -> str:
    if visitors is None:
        return UNKNOWN_SIZE
    return next((name for most, name in SIZES if visitors <= most), LARGEST)


def registered(cases: Sequence[CaseRecord], asked: Question) -> list[Indicator]:
    first, last = asked.days
    received = [
        (case, of_case(case))
        for case in cases
        if first <= case.petition.received_on <= last and case.concerns(asked.tenant)
    ]
    return [*_counts(received, asked), *_shares(received), *_visits(received, asked), _hotline(cases, asked)]


def _counts(received: list[Received], asked: Question) -> list[Indicator]:
    towns = {*asked.townships.values(), *(_town(case, asked) for case, _ in received)} - {NO_PLACE}
    definition = f"本期收到（收到日期在本期内）的信访事项件次。{OURS}"
    by = {
        "CHANNEL": ("按信访形式", [one.label for one in Channel], lambda case: case.petition.channel.label),
        "NATURE": ("按性质", [one.label for one in Nature], lambda case: case.petition.nature.label),
        "TOWNSHIP": ("按问题属地", [*sorted(towns), NO_PLACE], lambda case: _town(case, asked)),
    }
    return [
        count(
            code=f"REGISTERED_BY_{code}",
            name=f"登记件数（{how}）",
            definition=definition,
            buckets=_sorted(names, received, key),
        )
        for code, (how, names, key) in by.items()
    ]


def _town(case: CaseRecord, asked: Question) -> str:
    code = case.petition.township
    return NO_PLACE if code is None else asked.townships.get(code, code)


def _shares(received: list[Received]) -> list[Indicator]:
    first = [one for one in received if not one[0].petition.repeated]
    letters_and_visits = [one for one in first if one[0].petition.channel in (Channel.LETTER, Channel.VISIT)]
    return [
        count(
            code="FIRST_ITEMS",
            name="初次信访件数",
            definition="本期收到的、未标为重复的信访事项件次",
            buckets=_sorted([one.label for one in Channel], first, lambda case: case.petition.channel.label),
        ),
        rate(
            code="REPEAT_RATE",
            name="重复信访率",
            definition="重复件次 ÷ 总件次，均为本期收到；是否重复以登记时的认定为准",
            buckets=_yes_no("重复件", "初次件", received, lambda case: case.petition.repeated),
            counting=("重复件",),
            empty=NOTHING_RECEIVED,
        ),
        rate(
            code="ONLINE_SHARE",
            name="网信占比",
            definition="网上信访件次 ÷ 总件次，均为本期收到；网上信访指信访形式为网信的，不含电子邮件",
            buckets=_yes_no("网信", "其他形式", received, lambda case: case.petition.channel is Channel.ONLINE),
            counting=("网信",),
            empty=NOTHING_RECEIVED,
        ),
        rate(
            code="REFERRED_RATE",
            name="转办率",
            definition="已转送、交办、自办或已办结的件数 ÷ 总件次，均为本期收到；被退回、撤回且未再转办的不计入分子",
            buckets=_yes_no(
                "已转办",
                "未转办",
                received,
                lambda case: case.closed_on is not None or any(one.stands for one in case.referrals),
            ),
            counting=("已转办",),
            empty=NOTHING_RECEIVED,
            target=EVERYTHING,
        ),
        rate(
            code="FIRST_CLOSED_RATE",
            name="初信初访办结率",
            definition="已办结的初信初访 ÷ 全部初信初访：本期收到的、未标为重复的来信和来访，办结情况截至统计时",
            buckets=_yes_no("已办结", "未办结", letters_and_visits, lambda case: case.closed_on is not None),
            counting=("已办结",),
            empty="本期没有收到初次来信来访",
            target=EVERYTHING,
        ),
    ]


def _visits(received: list[Received], asked: Question) -> list[Indicator]:
    visits = [one for one in received if one[0].petition.channel is Channel.VISIT]
    group = [one for one in visits if (one[0].petition.visitors or 0) >= asked.regime.group_visit_size]
    bands = [*(name for _, name in SIZES), LARGEST, UNKNOWN_SIZE]
    at_least = f"{asked.regime.group_visit_size} 人以上（含）"
    return [
        count(
            code="VISITS_BY_SIZE",
            name="来访批次（按人数）",
            definition="本期收到的来访批次，按来访人数分档：1／2～5／6～20／21～50／50 以上",
            buckets=_sorted(bands, visits, _size),
        ),
        count(
            code="REPEAT_VISITS",
            name="重访量",
            definition="本期收到的、登记时标为重复的来访批次，按人数分档",
            buckets=_sorted(
                bands,
                [one for one in visits if one[0].petition.repeated],
                _size,
            ),
        ),
        count(
            code="GROUP_VISITS",
            name="集体访批次",
            definition=f"本期收到的来访中，来访人数 {at_least} 的批次，分初访和重访",
            buckets=_yes_no("重复集体访", "初次集体访", group, lambda case: case.petition.repeated),
        ),
        count(
            code="REPEAT_GROUP_VISITS",
            name="重复集体访批次",
            definition=f"本期收到的来访中，来访人数 {at_least} 且登记时标为重复的批次",
            buckets=_sorted(bands, [one for one in group if one[0].petition.repeated], _size),
            most=0,
        ),
        count(
            code="SKIP_LEVEL_VISITS",
            name="越级访批次",
            definition="本期收到的来访中，登记时标为越级的批次，按人数分档",
            buckets=_sorted(bands, [one for one in visits if one[0].petition.skips_level], _size),
            most=0,
        ),
    ]


def _size(case: CaseRecord) -> str:
    return size_band(case.petition.visitors)


def _hotline(cases: Sequence[CaseRecord], asked: Question) -> Indicator:
    """The limit is a year's, so a shorter period is told of from the first of January on."""
    until = asked.period.last
    since = date(until.year, 1, 1)
    percent = asked.regime.hotline_extension_percent
    orders = [
        (case, of_case(case))
        for case in cases
        if case.petition.source is Source.HOTLINE
        and since <= case.petition.received_on <= until
        and case.concerns(asked.tenant)
    ]
    return rate(
        code="HOTLINE_EXTENSION_RATE",
        name="12345 续报率",
        definition=f"经批准延期（续报）的 12345 工单 ÷ 收到的 12345 工单，自年初累计至本期末；全年不超过 {percent}%",
        buckets=_yes_no("续报", "未续报", orders, lambda case: case.extended),
        counting=("续报",),
        empty="本年至本期末没有收到 12345 工单",
        target=Target(most=Fraction(percent, 100)),
    )


def handed_over(cases: Sequence[CaseRecord], asked: Question) -> Indicator:
    first, last = asked.days
    return count(
        code="HANDED_OVER",
        name="转送交办件数",
        definition="本期发出、至今有效（未退回、未撤回）的转送、交办和自办，每个承办单位计一次；按单位统计时为交由本单位的",
        buckets=sort_into(
            [kind.label for kind in ReferralKind if kind is not ReferralKind.FORWARD],
            (
                (
                    one.kind.label,
                    Entry(case_id=case.id, subject_id=one.id, tenant=one.to_tenant, done_on=one.sent_on),
                )
                for case in cases
                for one in case.referrals
                if first <= one.sent_on <= last and one.stands and asked.about(one.to_tenant)
            ),
        ),
    )
