"""Absences from a table: who, what and when in the words that people use, and each wrong line told."""

from datetime import date

import pytest

from gateway.absence_entries import Entries
from gateway.absence_tables import read_table
from services.common.errors import InvalidInput
from services.contracts.roster_people import AbsenceKind, Member
from services.contracts.roster_rules import Rank

TODAY = date(2026, 11, 30)


def member(id: str, name: str) -> Member:
    return Member(
        id=id, tenant="xfj", login=f"{id}@luonan", name=name, rank=Rank.LEADER, post="副局长", portfolio=[], phone=None,
        since=date(2020, 1, 1),
    )  # fmt: skip


MEMBERS = [member("m1", "张演示"), member("m2", "李演示"), member("m3", "李演示")]


def read(text: str, owner: str | None = None) -> Entries:
    return read_table(text, members=MEMBERS, member=owner, kind=AbsenceKind.LEAVE, today=TODAY)


def test_rows_are_read_by_the_words_of_the_header() -> None:
    entries = read(
        "\ufeff姓名,类别,开始日期,结束日期,事由,状态\r\n"
        "张演示,出差,2026-12-01,2026年12月3日,赴市汇报,\r\n"
        "m2@luonan,,2026/12/5,,年假,已取消\r\n"
    )
    found = [each.absence for each in entries.found]
    assert [(each.member, each.kind, str(each.first), str(each.last), each.cancelled) for each in found] == [
        ("m1", AbsenceKind.TRIP, "2026-12-01", "2026-12-03", False),
        ("m2", AbsenceKind.LEAVE, "2026-12-05", "2026-12-05", True),
    ]


def test_the_same_row_has_the_same_uid_each_time_and_another_one_has_another() -> None:
    text = "人员,开始,结束\n张演示,2026-12-01,2026-12-01\n张演示,2026-12-02,2026-12-02\n"
    first, again = ([each.absence.uid for each in read(text).found] for _ in range(2))
    assert first == again
    assert len(set(first)) == 2


def test_rows_that_name_nobody_are_the_owners() -> None:
    text = "开始,结束,编号\n2026-12-01,2026-12-01,7\n"
    assert [(each.absence.member, each.absence.uid) for each in read(text, "m3").found] == [("m3", "7")]


def test_each_wrong_line_is_told_with_what_to_do() -> None:
    with pytest.raises(InvalidInput) as refused:
        read(
            "人员,开始,结束,编号\n"
            "王五,2026-12-01,2026-12-01,1\n"
            "李演示,2026-12-01,2026-12-01,2\n"
            "张演示,明天,2026-12-01,3\n"
            "\n"
            "张演示,2026-12-03,2026-12-01,4\n"
            ",2026-12-03,2026-12-03,5\n"
            "张演示,2026-12-03,2026-12-03,6\n"
            "张演示,2026-12-04,2026-12-04,6\n"
        )
    assert [problem.message for problem in refused.value.problems] == [
        "第 2 行：“王五”不在本单位值班人员名册中",
        "第 3 行：名册中有 2 名“李演示”，请改填登录名",
        "第 4 行：开始日期“明天”不是日期，请写作 2026-12-01",
        "第 6 行：结束日期 2026-12-01 早于开始日期 2026-12-03",
        "第 7 行：没有写明人员",
        "第 9 行：编号 6 在文件中出现了两次",
    ]


@pytest.mark.parametrize("text", ["", "人员,事由\n张演示,年假\n", '人员,开始,结束\n"张', "x" * (1024 * 1024 + 1)])
def test_what_is_no_such_table_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read(text)


def test_a_line_is_counted_where_its_row_begins_though_a_cell_has_several() -> None:
    with pytest.raises(InvalidInput, match="第 4 行"):
        read('人员,开始,结束,事由\n张演示,2026-12-01,2026-12-01,"一\n二"\n张演示,x,2026-12-01,\n')
