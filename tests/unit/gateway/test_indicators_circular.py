"""The circular: ranked with ties, told without accusations, each number its list, and the same in the document."""

import io
from datetime import UTC, date, datetime
from typing import Any

import docx
import msgspec
import pytest

from gateway.documents import circulars as documents
from gateway.documents.blank import blank
from gateway.indicators.circular import OF_UNITS, RANKED_BY, draft
from gateway.indicators.draft import Cell, Draft, Table, county_of, issuer
from gateway.indicators.ranking import rank
from gateway.indicators.records import CaseRecord
from services.contracts.actor import ActorRef, TenantKind
from services.contracts.base import builtins
from services.contracts.circulars import Circular, PeriodKind, ReportingPeriod
from services.contracts.deadlines import Obligation
from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature
from tests.unit.gateway.indicator_cases import asked, case, clock, measured, referral, supervision

HANDLING = Obligation.HANDLING


def unit(code: str, name: str, kind: TenantKind = TenantKind.BUREAU, short: str | None = None) -> Organisation:
    return Organisation(
        code=code,
        kind=kind,
        name=name,
        short_name=short or name,
        number_prefix=code,
        superior="xfj",
        responsibilities=[],
        places=[],
        phone=None,
        active=True,
    )


OFFICE = unit("xfj", "洛南县信访局", TenantKind.COUNTY, "信访局")
UNITS = [
    *(unit(code, name) for code, name in (("a", "甲局"), ("b", "乙局"), ("c", "丙局"), ("d", "丁局"), ("e", "戊局"))),
    unit("t", "某镇", TenantKind.TOWNSHIP),
]


def answered(owner: str, *, in_time: int, late: int, **petition: Any) -> list[CaseRecord]:
    return [
        case(
            referrals=(referral(owner),),
            clocks=(clock(HANDLING, owner=owner, due="06-20", met="06-19" if number < in_time else "06-21"),),
            **petition,
        )
        for number in range(in_time + late)
    ]


CASES = [
    *answered("a", in_time=1, late=1),
    *answered("b", in_time=2, late=2, channel=Channel.ONLINE, accused=["c"], category="征地补偿"),
    *answered("c", in_time=3, late=0, repeated=True),
    *answered("d", in_time=0, late=1, received="05-30"),
    *answered("t", in_time=2, late=0),
    case(supervisions=(supervision(to="a"),)),
]


def drafted(cases: list[CaseRecord] = CASES, **changes: Any) -> Draft:
    return draft(cases, asked(**changes), office=OFFICE, units=UNITS)


def table(of: Draft, title: str) -> Table:
    (found,) = [one for section in of.sections for one in section.tables if title in one.title]
    return found


def texts(row: list[Cell]) -> list[str]:
    return [cell.text for cell in row]


def test_units_of_equal_rate_share_a_rank_and_those_without_cases_stand_apart() -> None:
    found = measured(CASES)
    ranking = rank(UNITS[:5], {code: found[code] for code in OF_UNITS}, by=RANKED_BY)
    assert [(one.rank, one.unit.code) for one in ranking.standings] == [(1, "c"), (2, "a"), (2, "b"), (4, "d")]
    assert [one.code for one in ranking.unranked] == ["e"]


def test_townships_and_bureaus_are_ranked_apart() -> None:
    whole = drafted()
    assert [texts(row)[:5] for row in table(whole, "县直部门按期").rows] == [
        ["1", "丙局", "3", "3", "100.0%"],
        ["2", "甲局", "2", "1", "50.0%"],
        ["2", "乙局", "4", "2", "50.0%"],
        ["4", "丁局", "1", "0", "0.0%"],
    ]
    assert [texts(row)[:2] for row in table(whole, "乡镇（街道）按期").rows] == [["1", "某镇"]]
    assert table(whole, "县直部门按期").note == "本期没有到期办理期限的单位：戊局"


def test_supervisions_stand_in_the_row_of_whom_they_are_about() -> None:
    ranked = table(drafted(), "县直部门按期")
    column = ranked.columns.index("督办")
    assert {row[1].text: row[column].text for row in ranked.rows} == {
        "甲局": "1",
        "乙局": "0",
        "丙局": "0",
        "丁局": "0",
    }


def test_every_number_in_a_table_is_the_length_of_its_list() -> None:
    numbers = 0
    for section in drafted().sections:
        for found in section.tables:
            for row in found.rows:
                assert len(row) == len(found.columns), found.title
                for cell in row:
                    if cell.entries is not None and cell.text.isdigit():
                        assert cell.text == str(len(cell.entries)), found.title
                        numbers += 1
    assert numbers > 50


def test_the_situation_tells_of_channels_fields_and_whom_people_complain_about() -> None:
    whole = drafted()
    assert [texts(row) for row in table(whole, "信访形式").rows] == [
        ["来信", "8", "1", "0"],
        ["网信", "4", "0", "0"],
        ["合计", "12", "1", "0"],
    ]
    assert [texts(row) for row in table(whole, "主要领域").rows] == [["未分类", "8"], ["征地补偿", "4"]]
    assert [texts(row) for row in table(whole, "被投诉较多").rows] == [["丙局", "4"]]
    assert next(texts(row) for row in table(whole, "承办信访事项").rows) == ["乙局", "4"]
    overdue = {row[0].text: texts(row)[1:] for row in table(whole, "超期事项").rows}
    assert overdue == {"甲局": ["0", "1", "0"], "乙局": ["0", "2", "0"], "丁局": ["0", "1", "0"]}


def test_a_draft_over_an_accusation_is_a_fault_and_not_a_number() -> None:
    with pytest.raises(ValueError, match="accusation"):
        drafted([*CASES, case(nature=Nature.ACCUSATION)])
    said = "".join(text for section in drafted().sections for text in section.paragraphs)
    assert "检举控告类事项依法保密，不计入任何数字" in said


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PeriodKind.MONTH, "洛南县信访局"),
        (PeriodKind.QUARTER, "中共洛南县委办公室、洛南县人民政府办公室"),
        (PeriodKind.HALF_YEAR, "中共洛南县委、洛南县人民政府"),
        (PeriodKind.YEAR, "中共洛南县委、洛南县人民政府"),
    ],
)
def test_who_issues_follows_from_the_kind_of_period(kind: PeriodKind, expected: str) -> None:
    assert issuer(kind, OFFICE) == expected
    assert drafted(period=ReportingPeriod(kind=kind, year=2026)).issuer == expected


def test_a_period_without_any_case_is_told_too() -> None:
    empty = drafted([])
    assert "登记信访事项 0 件（环比持平，同比持平）。" in empty.sections[0].paragraphs[0]
    assert table(empty, "县直部门按期").rows == []
    assert county_of(OFFICE) == "洛南县"


def issued(**changes: Any) -> Circular:
    whole = drafted()
    circular = Circular(
        id="019f",
        number="洛南县信通〔2026〕1号",
        year=2026,
        sequence=1,
        period=whole.period,
        title=whole.title,
        issuer=whole.issuer,
        office="xfj",
        computed_at=datetime(2026, 7, 10, tzinfo=UTC),
        sections=whole.frozen(),
        remarks="请各单位 <认真> 整改 & 按时反馈 {{ title }}",
        issued_on=date(2026, 7, 10),
        issued_by=ActorRef(tenant="xfj", user="head", name="局长"),
    )
    return msgspec.structs.replace(circular, **changes)


def test_what_is_frozen_is_what_was_drafted_and_survives_the_journey() -> None:
    circular = issued()
    again = msgspec.convert(builtins(circular), Circular)
    assert again == circular
    drafted_rows = [[texts(row) for row in one.rows] for section in drafted().sections for one in section.tables]
    assert [one.rows for section in again.sections for one in section.tables] == drafted_rows


def test_the_document_says_word_for_word_what_was_issued() -> None:
    circular = issued()
    read = docx.Document(io.BytesIO(documents.issued_document(circular)))
    lines = [paragraph.text for paragraph in read.paragraphs]
    for wanted in (circular.number, circular.title, circular.remarks, "2026年7月10日"):
        assert wanted in lines
    for section in circular.sections:
        assert section.heading in lines
        assert set(section.paragraphs) <= set(lines)
    tables = [one for section in circular.sections for one in section.tables]
    shown = [[[cell.text for cell in row.cells] for row in one.rows] for one in read.tables]
    assert shown == [[one.columns, *one.rows] for one in tables]
    assert "{" not in "".join(lines).replace("{{ title }}", "")


def test_a_draft_and_a_withdrawn_circular_say_what_they_are() -> None:
    def lines(document: bytes) -> str:
        return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(document)).paragraphs)

    assert documents.NO_NUMBER in lines(documents.draft_document(drafted()))
    withdrawn = issued(withdrawn_on=date(2026, 7, 12), withdrawn_because="数据有误")
    assert "（本通报已于 2026-07-12 撤回：数据有误）" in lines(documents.issued_document(withdrawn))


def test_the_shipped_template_has_every_mark_of_a_fresh_one() -> None:
    def marks(document: Any) -> set[str]:
        cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
        return {text for text in [*(paragraph.text for paragraph in document.paragraphs), *cells] if "{" in text}

    assert marks(docx.Document(str(documents.TEMPLATE))) == marks(blank())


def test_the_file_name_is_chinese_for_who_understands_it() -> None:
    header = documents.attachment("关于六月的通报")["Content-Disposition"]
    assert header.isascii()
    assert header.endswith("filename*=UTF-8''%E5%85%B3%E4%BA%8E%E5%85%AD%E6%9C%88%E7%9A%84%E9%80%9A%E6%8A%A5.docx")
