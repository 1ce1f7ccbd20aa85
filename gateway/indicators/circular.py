"""The draft of a circular (通报) of a period, with what Art. 41 wants told: the statistics, the fields concerned, the
bodies most complained about, 转送、交办、督办, and the proposals made and adopted. Pure.

It is for everybody in the county, so it is drafted over cases that are no accusations: the caller reads none.
"""

from collections import Counter
from collections.abc import Sequence

from gateway.indicators.asking import Question
from gateway.indicators.comparing import Compared, compare
from gateway.indicators.draft import (
    Cell,
    Draft,
    Section,
    Table,
    buckets_table,
    county_of,
    issuer,
    number,
    numbers_table,
    value,
    words,
)
from gateway.indicators.figures import Entry
from gateway.indicators.ranking import Ranking, rank
from gateway.indicators.records import CaseRecord
from gateway.indicators.registered import of_case
from services.contracts.actor import TenantKind
from services.contracts.base import LEGAL_ZONE
from services.contracts.circulars import ReportingPeriod
from services.contracts.directory import Organisation
from services.contracts.intake import Nature

RANKED_BY = "ON_TIME_ANSWER"
OF_UNITS = (
    RANKED_BY,
    "TIMELY_ACCEPTANCE_BODY",
    "SATISFACTION_BODY",
    "PARTICIPATION_BODY",
    "OVERDUE_ANSWERS",
    "SUPERVISIONS",
    "YELLOW_CARDS",
    "RED_CARDS",
)
RATES = (
    *("TIMELY_ACCEPTANCE_OFFICE", "TIMELY_ACCEPTANCE_BODY", RANKED_BY, "FIRST_CLOSED_RATE", "REFERRED_RATE"),
    *("SATISFACTION_OFFICE", "SATISFACTION_BODY", "PARTICIPATION_OFFICE", "PARTICIPATION_BODY"),
    *("SETTLED_AT_ONCE", "HOTLINE_EXTENSION_RATE", "HANDLING_DAYS_MEAN", "HANDLING_DAYS_LONGEST"),
)
MOST = 10
"""Rows of a list of the most frequent."""


def draft(
    cases: Sequence[CaseRecord], asked: Question, *, office: Organisation, units: Sequence[Organisation]
) -> Draft:
    """Raises ``ValueError`` where there is an accusation among the cases."""
    if any(case.petition.nature is Nature.ACCUSATION for case in cases):
        raise ValueError("a circular tells nothing of accusations")
    figures = {one.now.code: one for one in compare(cases, asked)}
    names = {unit.code: unit.name for unit in [office, *units]}
    received = [case for case in cases if asked.period.holds(case.petition.received_on)]
    return Draft(
        period=asked.period,
        title=f"关于{county_of(office)}{asked.period.label}信访工作情况的通报",
        issuer=issuer(asked.period.kind, office),
        computed_at=asked.now,
        sections=[
            _situation(figures, received, asked.period),
            _handling(figures),
            _ranking(figures, units),
            _overdue(figures, names),
            _complained_about(received, names),
            _supervision(figures),
            _explained(figures, asked),
        ],
    )


def _text(figures: dict[str, Compared], *codes: str) -> str:
    return "；".join(
        f"{one.now.name} {one.now.value_text}（{one.change_text}）" for one in map(figures.get, codes) if one
    )


def _situation(figures: dict[str, Compared], received: Sequence[CaseRecord], period: ReportingPeriod) -> Section:
    whole = figures["REGISTERED_BY_CHANNEL"]
    channels = "、".join(f"{bucket.name} {len(bucket.entries)} 件" for bucket in whole.now.buckets if bucket.entries)
    fields = Counter(case.petition.category or "未分类" for case in received)
    rows = [
        [words(name), number(of_case(case) for case in received if (case.petition.category or "未分类") == name)]
        for name, _ in sorted(fields.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    ]
    return Section(
        heading="一、总体情况",
        paragraphs=[
            f"{period.label}，全县登记信访事项 {whole.now.value_text} 件（{whole.change_text}）"
            + (f"，其中{channels}。" if channels else "。"),
            _text(figures, "REPEAT_RATE", "ONLINE_SHARE", "FIRST_ITEMS") + "。",
            _text(figures, "GROUP_VISITS", "SKIP_LEVEL_VISITS", "REPEAT_VISITS") + "。",
        ],
        tables=[
            buckets_table("表一　信访形式", "信访形式", whole),
            buckets_table("表二　信访事项性质", "性质", figures["REGISTERED_BY_NATURE"]),
            buckets_table("表三　问题属地", "乡镇（街道）", figures["REGISTERED_BY_TOWNSHIP"]),
            Table(
                title="表四　信访事项涉及的主要领域",
                columns=["领域", "件数"],
                rows=rows,
                note=f"按登记的内容分类，列件数最多的 {MOST} 类",
            ),
        ],
    )


def _handling(figures: dict[str, Compared]) -> Section:
    return Section(
        heading="二、办理情况",
        paragraphs=[
            _text(figures, "TIMELY_ACCEPTANCE_OFFICE", "TIMELY_ACCEPTANCE_BODY", RANKED_BY) + "。",
            _text(figures, "SATISFACTION_OFFICE", "SATISFACTION_BODY", "SETTLED_AT_ONCE") + "。",
        ],
        tables=[
            numbers_table(
                "表五　办理质效指标",
                [figures[code] for code in RATES],
                note="平均、最长办理天数的分子和分母均为参加计算的件数",
            )
        ],
    )


def _ranking(figures: dict[str, Compared], units: Sequence[Organisation]) -> Section:
    tables = []
    for place, kind, name in (("六", TenantKind.TOWNSHIP, "乡镇（街道）"), ("七", TenantKind.BUREAU, "县直部门")):
        of_kind = [unit for unit in units if unit.kind is kind and unit.active]
        ranking = rank(of_kind, {code: figures[code].now for code in OF_UNITS}, by=RANKED_BY)
        tables.append(_ranking_table(f"表{place}　{name}按期答复率排名", ranking))
    return Section(
        heading="三、单位排名",
        paragraphs=["按按期答复率由高到低排列，率值相同的名次并列；本期没有到期办理期限的单位不参加排名，列于表后。"],
        tables=tables,
    )


def _ranking_table(title: str, ranking: Ranking) -> Table:
    rows: list[list[Cell]] = []
    for standing in ranking.standings:
        found = standing.of_unit
        rows.append(
            [
                words(str(standing.rank)),
                words(standing.unit.name),
                number(found[RANKED_BY].denominator),
                number(found[RANKED_BY].numerator),
                *(value(found[code]) for code in OF_UNITS),
            ]
        )
    unranked = "、".join(unit.short_name for unit in ranking.unranked)
    return Table(
        title=title,
        columns=[
            *("名次", "单位", "应答复", "按期答复", "按期答复率", "及时受理率"),
            *("满意率", "参评率", "超期", "督办", "黄牌", "红牌"),
        ],
        rows=rows,
        note=f"本期没有到期办理期限的单位：{unranked}" if unranked else None,
    )


def _overdue(figures: dict[str, Compared], names: dict[str, str]) -> Section:
    overdue = figures["OVERDUE_ANSWERS"].now
    accepted = [figures[f"TIMELY_ACCEPTANCE_{side}"].now for side in ("OFFICE", "BODY")]
    not_accepted = [entry for one in accepted if (found := one.bucket("超期未受理")) for entry in found.entries]
    late, missing = (bucket.entries for bucket in overdue.buckets)
    rows = [
        [words(names.get(code, code)), *(number(_of(code, entries)) for entries in (missing, late, not_accepted))]
        for code in _most_first([*late, *missing, *not_accepted], most=None)
    ]
    return Section(
        heading="四、超期情况",
        paragraphs=[
            _text(figures, "OVERDUE_ANSWERS", "OVERDUE_DAYS_MEAN")
            + f"；其中尚未答复 {len(missing)} 件；超期未受理 {len(not_accepted)} 件。"
        ],
        tables=[Table(title="表八　超期事项", columns=["单位", "超期未答复", "超期答复", "超期未受理"], rows=rows)],
    )


def _complained_about(received: Sequence[CaseRecord], names: dict[str, str]) -> Section:
    def entry(case: CaseRecord, tenant: str, subject: str) -> Entry:
        return Entry(case_id=case.id, subject_id=subject, tenant=tenant, done_on=case.petition.received_on)

    complained = [entry(case, code, f"{case.id}>{code}") for case in received for code in case.petition.accused]
    handled = [entry(case, case.lead.to_tenant, case.lead.id) for case in received if case.lead]
    tables = [
        Table(
            title=title,
            columns=["单位", "件数"],
            rows=[[words(names.get(code, code)), number(_of(code, found))] for code in _most_first(found, most=MOST)],
        )
        for title, found in (("表九　被投诉较多的单位", complained), ("表十　承办信访事项较多的单位", handled))
    ]
    return Section(
        heading="五、被投诉较多的单位",
        paragraphs=[
            f"本期收到的信访事项中，登记有被反映单位的 {len({one.case_id for one in complained})} 件。"
            f"下表各列件数最多的 {MOST} 个单位。"
        ],
        tables=tables,
    )


def _of(tenant: str, entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.tenant == tenant]


def _most_first(entries: Sequence[Entry], *, most: int | None) -> list[str]:
    """Codes of the tenants, those with the most first."""
    found = Counter(entry.tenant for entry in entries if entry.tenant is not None)
    return [code for code, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]]


def _supervision(figures: dict[str, Compared]) -> Section:
    return Section(
        heading="六、转送、交办和督办情况",
        paragraphs=[
            _text(figures, "HANDED_OVER", "SUPERVISIONS", "SUPERVISION_REPLIES_IN_TIME") + "。",
            _text(figures, "PROPOSALS_ADOPTED", "YELLOW_CARDS", "RED_CARDS") + "。",
        ],
        tables=[
            buckets_table("表十一　转送、交办", "方式", figures["HANDED_OVER"]),
            buckets_table("表十二　督办情形", "督办情形", figures["SUPERVISIONS"]),
            numbers_table(
                "表十三　督办成效", [figures[c] for c in ("SUPERVISION_REPLIES_IN_TIME", "PROPOSALS_ADOPTED")]
            ),
        ],
    )


def _explained(figures: dict[str, Compared], asked: Question) -> Section:
    until = f"{asked.now.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}"
    return Section(
        heading="七、统计口径",
        paragraphs=[
            "本通报依据《信访工作条例》第四十一条编制，面向全县公开，不含个人信息；检举控告类事项依法保密，不计入任何数字。",
            f"统计时间：{asked.period.first} 至 {asked.period.last}；数据截至 {until}。历史导入件不计。",
            f"按期答复率：{figures[RANKED_BY].now.definition}。",
            f"及时受理率：{figures['TIMELY_ACCEPTANCE_BODY'].now.definition}。",
        ],
    )
