"""Why this date, as an auditor reads it: each thing that made the date is said, and nothing else."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.common.explaining import explain_clock, explain_due
from services.contracts.deadlines import (
    Binding,
    Bound,
    Clock,
    DaySpan,
    Event,
    GrantedExtension,
    Obligation,
    Unit,
)
from tests.unit.common.test_workdays import CALENDAR_DAYS, HEARING, MONTHS, WORKING_DAYS, counted, span


def explained(start: str, length: int, unit: Unit, *excluded: DaySpan, roll_forward: bool = True) -> str:
    found = counted(start, length, unit, *excluded, roll_forward=roll_forward)
    return explain_due(start=date.fromisoformat(start), length=length, unit=unit, roll_forward=roll_forward, due=found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            explained("2026-01-05", 15, CALENDAR_DAYS),
            "自2026年1月5日（周一）起，当日不计入，自次日起计算15日，至2026年1月20日（周二）期满。",
        ),
        (
            explained("2026-02-02", 15, CALENDAR_DAYS),
            "自2026年2月2日（周一）起，当日不计入，自次日起计算15日，至2026年2月17日（周二）期满；"
            "期满日遇2月17日至23日春节，顺延至其后第一个工作日2026年2月24日（周二）。",
        ),
        (
            explained("2026-02-02", 15, CALENDAR_DAYS, roll_forward=False),
            "自2026年2月2日（周一）起，当日不计入，自次日起计算15日，至2026年2月17日（周二）期满；按设置不顺延。",
        ),
        (
            explained("2026-01-30", 20, WORKING_DAYS),
            "自2026年1月30日（周五）起，当日不计入，自次日起计算20个工作日，至2026年3月5日（周四）期满；"
            "其间1月31日至2月1日周末、2月7日至8日周末、2月15日至23日春节、3月1日周末不计入。",
        ),
        (
            explained("2025-11-30", 3, MONTHS),
            "自2025年11月30日（周日）起，当日不计入，自次日起计算3个月，至2026年2月28日（周六）期满"
            "（该月没有对应日，以月末日为期满日）。",
        ),
        (
            explained("2026-03-02", 15, CALENDAR_DAYS, HEARING),
            "自2026年3月2日（周一）起，当日不计入，自次日起计算15日，至2026年3月20日（周五）期满；"
            "其间3月10日至12日听证不计入。",
        ),
        (
            explained("2026-01-10", 0, CALENDAR_DAYS),
            "自2026年1月10日（周六）起，当日为最后一日；"
            "期满日遇1月10日至11日周末，顺延至其后第一个工作日2026年1月12日（周一）。",
        ),
        (
            explained("2026-12-20", 20, CALENDAR_DAYS),
            "自2026年12月20日（周日）起，当日不计入，自次日起计算20日，至2027年1月9日（周六）期满；"
            "期满日遇1月9日至10日周末，顺延至其后第一个工作日2027年1月11日（周一）；"
            "所涉部分日期的放假安排通知尚未载入，此日期为暂定，通知载入后将重新计算。",
        ),
    ],
)
def test_a_bare_count_is_explained_in_one_sentence(text: str, wanted: str) -> None:
    assert text == wanted


def bound(**changed: Any) -> Bound:
    return msgspec.structs.replace(
        Bound(
            rule="handling",
            basis="《信访工作条例》第三十四条",
            starts=Event.REFERRAL_ACCEPTED,
            starts_on=date(2025, 12, 17),
            length=60,
            unit=CALENDAR_DAYS,
            due_on=date(2026, 2, 15),
            effective_due_on=date(2026, 2, 24),
            provisional=False,
            skipped=[span("2026-02-15", "2026-02-23", "春节")],
        ),
        **changed,
    )


LEGAL = bound()
INTERNAL = bound(
    rule="own-handling",
    basis="《某县信访工作办法》第八条",
    length=20,
    unit=WORKING_DAYS,
    due_on=date(2026, 1, 15),
    effective_due_on=date(2026, 1, 15),
    skipped=[span("2025-12-20", "2025-12-21", "周末"), span("2026-01-01", "2026-01-03", "元旦")],
)


def clock(**changed: Any) -> Clock:
    return msgspec.structs.replace(
        Clock(
            id="1",
            petition_id="2",
            petition_number="3",
            referral_id="4",
            owner="A",
            obligation=Obligation.HANDLING,
            rule="handling",
            basis=LEGAL.basis,
            binding=Binding.LEGAL,
            legal=LEGAL,
            internal=None,
            starts_on=LEGAL.starts_on,
            due_on=LEGAL.due_on,
            effective_due_on=LEGAL.effective_due_on,
            due_at=datetime(2026, 2, 24, 16, tzinfo=UTC),
            provisional=False,
            lapses=False,
            marks=[],
            met_on=None,
            cancelled=False,
            first_receiver="B",
        ),
        **changed,
    )


def test_a_legal_limit_is_told_with_its_article_its_start_and_what_it_rolled_over() -> None:
    assert explain_clock(clock()) == (
        "办理答复：应于2026年2月24日（周二）24时前完成。"
        "法定期限：依照《信访工作条例》第三十四条，自2025年12月17日（周三）受理并告知起，当日不计入，自次日起计算60日，"
        "至2026年2月15日（周日）期满；期满日遇2月15日至23日春节，顺延至其后第一个工作日2026年2月24日（周二）。"
    )


def test_of_two_limits_the_one_that_binds_is_named() -> None:
    text = explain_clock(
        clock(
            internal=INTERNAL,
            binding=Binding.INTERNAL,
            rule=INTERNAL.rule,
            due_on=INTERNAL.due_on,
            effective_due_on=INTERNAL.effective_due_on,
        )
    )
    assert text.startswith("办理答复：应于2026年1月15日（周四）24时前完成。法定期限：依照《信访工作条例》")
    assert "内部期限：依照《某县信访工作办法》第八条，" in text
    assert "其间2025年12月20日至21日周末" not in text
    assert "其间12月20日至21日周末、1月1日至3日元旦不计入" in text
    assert text.endswith("两者以较早的内部期限为准。")
    assert explain_clock(clock(internal=INTERNAL)).endswith("两者以较早的法定期限为准。")
    same = bound(rule="own", basis="《某县信访工作办法》第九条")
    assert explain_clock(clock(internal=same)).endswith("两者同日期满，以法定期限为准。")


def test_an_internal_limit_alone_says_that_the_law_sets_none() -> None:
    special = msgspec.structs.replace(INTERNAL, special=True)
    text = explain_clock(clock(internal=special, binding=Binding.SPECIAL, rule=special.rule))
    assert "专项期限：依照" in text
    assert text.endswith("两者以较早的专项期限为准。")
    text = explain_clock(clock(legal=None, internal=INTERNAL, binding=Binding.INTERNAL, rule=INTERNAL.rule))
    assert "法定期限：" not in text
    assert text.endswith("法律法规对此没有规定期限，以内部期限为准。")


def test_an_extension_is_told_with_its_article_its_days_and_its_reason() -> None:
    granted = GrantedExtension(
        id="5", days=20, basis="《信访工作条例》第三十四条", granted_on=date(2026, 2, 10), reason="案情复杂"
    )
    extended = clock(
        binding=Binding.EXTENDED,
        extension=granted,
        due_on=date(2026, 3, 7),
        effective_due_on=date(2026, 3, 9),
        internal=INTERNAL,
    )
    assert explain_clock(extended).endswith(
        "2026年2月10日（周二）依照《信访工作条例》第三十四条批准延长20日（理由：案情复杂），自原期满日次日起计算，"
        "至2026年3月7日（周六）期满；期满日为休息日，顺延至其后第一个工作日2026年3月9日（周一）；以延长后的期限为准。"
    )
    assert "两者" not in explain_clock(extended)
    assert explain_clock(clock(extension=granted)).endswith("（理由：案情复杂），延长后仍以法定期限为准。")


def test_a_hearing_is_told_once_and_only_where_it_moved_the_date() -> None:
    paused = bound(
        due_on=date(2026, 3, 20), effective_due_on=date(2026, 3, 20), skipped=[span("2026-03-10", "2026-03-12", "听证")]
    )
    inside = explain_clock(clock(legal=paused, pauses=[span("2026-03-10", "2026-03-12", "听证")]))
    assert "其间3月10日至12日听证不计入" in inside
    assert inside.count("听证") == 1
    after_its_end = clock(pauses=[span("2026-03-10", "2026-03-12", "听证")])
    assert explain_clock(after_its_end) == explain_clock(clock())


def test_a_running_pause_is_told() -> None:
    text = explain_clock(clock(paused_since=date(2026, 2, 5)))
    assert text.endswith("自2026年2月5日（周四）起中止计算，恢复后按中止的日数推后。")


def test_a_named_day_says_when_it_was_named() -> None:
    named = bound(
        length=None,
        unit=None,
        starts=Event.REFERRAL_SENT,
        starts_on=date(2026, 9, 1),
        due_on=date(2026, 10, 1),
        effective_due_on=date(2026, 10, 8),
        skipped=[span("2026-10-01", "2026-10-07", "国庆节")],
    )
    text = explain_clock(clock(legal=named, binding=Binding.NAMED))
    assert "2026年9月1日（周二）发出转送、交办时指定的期限为2026年10月1日（周四）；期满日遇10月1日至7日国庆节" in text
    assert "计算" not in text


def test_minutes_are_told_with_the_times_of_the_clock_on_the_wall() -> None:
    urgent = bound(
        rule="urgent",
        basis="《某县信访工作办法》第三条",
        starts=Event.PETITION_URGENT,
        starts_on=date(2026, 3, 2),
        length=15,
        unit=Unit.MINUTES,
        due_on=date(2026, 3, 2),
        effective_due_on=date(2026, 3, 2),
        skipped=[],
    )
    text = explain_clock(
        clock(
            obligation=Obligation.URGENT_REPORT,
            legal=None,
            internal=urgent,
            binding=Binding.INTERNAL,
            rule="urgent",
            starts_at=datetime(2026, 3, 2, 1, 5, tzinfo=UTC),
            due_at=datetime(2026, 3, 2, 1, 20, tzinfo=UTC),
        )
    )
    assert text.startswith("重大紧急情况报告：应于2026年3月2日9时20分前完成。")
    assert "自2026年3月2日9时05分发现重大紧急情况起15分钟，至2026年3月2日9时20分" in text


def test_what_else_bears_on_the_date_is_told_only_where_it_does() -> None:
    plain = explain_clock(clock())
    assert not any(word in plain for word in ("暂定", "从宽", "不作为履行", "延长", "中止", "预计"))
    assert "2026年1月17日（周六）之前完成的，不作为履行" in explain_clock(clock(opens_on=date(2026, 1, 17)))
    assert "暂定" in explain_clock(clock(provisional=True))
    assert explain_clock(clock(expected_on=date(2026, 2, 24))).endswith("承办单位预计于2026年2月24日（周二）办结。")
    assert "2026年2月25日（周三）办结，晚于期限" in explain_clock(clock(expected_on=date(2026, 2, 25)))
    assert explain_clock(clock(expected_on=date(2026, 2, 25), met_on=date(2026, 2, 20))) == plain
    own = explain_clock(clock(petitioner_side=True, lapses=True, obligation=Obligation.FIRST_REVIEW_REQUEST))
    assert own.startswith("申请复查：可在2026年2月24日（周二）24时前提出，逾期不提出的，期限届满。")
    assert "以邮戳日期为准" in own
