"""Why this date: Chinese sentences that let an auditor count a period again, made from what was kept of the count.

Pure: nothing is counted here, so an explanation can never differ from the date that it explains.
"""

from collections.abc import Iterable
from datetime import date, datetime

from services.common.workdays import ONE_DAY, Due
from services.contracts.base import LEGAL_ZONE
from services.contracts.deadlines import Binding, Bound, Clock, DaySpan, Unit

PROVISIONAL = "所涉部分日期的放假安排通知尚未载入，此日期为暂定，通知载入后将重新计算"


def explain_due(*, start: date, length: int, unit: Unit, roll_forward: bool, due: Due) -> str:
    """How a bare period was counted, as one sentence."""
    parts = [_counted(start, "", length, unit, due.nominal), *_passed(due.skipped, due.nominal)]
    parts += _rolled(due.nominal, due.effective, due.skipped)
    if not roll_forward and length and unit is not Unit.WORKING_DAYS:
        parts.append("按设置不顺延")
    if due.provisional:
        parts.append(PROVISIONAL)
    return "；".join(parts) + "。"


def explain_clock(clock: Clock) -> str:
    """Why a clock ends when it does: the end first, then each limit, which binds, and what moved it."""
    sentences = [_conclusion(clock)]
    sentences += [_limit(clock, bound, kind) for bound, kind in _limits(clock)]
    sentences += _bindings(clock)
    sentences += _extension(clock)
    sentences += _pause(clock)
    if clock.opens_on is not None:
        sentences.append(f"{_full(clock.opens_on)}之前完成的，不作为履行")
    if clock.petitioner_side:
        sentences.append("这是信访人一方的期限，从宽计算：期满日为休息日的一律顺延，邮寄的以邮戳日期为准")
    sentences += _expected(clock)
    if clock.provisional:
        sentences.append(PROVISIONAL)
    return "。".join(sentences) + "。"


def _conclusion(clock: Clock) -> str:
    what = clock.obligation.label
    if clock.starts_at is not None:
        return f"{what}：应于{_instant(clock.due_at)}前完成"
    if clock.lapses:
        return f"{what}：可在{_full(clock.effective_due_on)}24时前提出，逾期不提出的，期限届满"
    return f"{what}：应于{_full(clock.effective_due_on)}24时前完成"


def _limits(clock: Clock) -> Iterable[tuple[Bound, str]]:
    if clock.legal is not None:
        yield clock.legal, Binding.LEGAL.label
    if clock.internal is not None:
        yield clock.internal, _beside(clock.internal)


def _beside(bound: Bound) -> str:
    """What a limit beside the law's is called."""
    return (Binding.SPECIAL if bound.special else Binding.INTERNAL).label


def _limit(clock: Clock, bound: Bound, kind: str) -> str:
    begin = f"{kind}：依照{bound.basis}，"
    if bound.unit is None or bound.length is None:
        named = f"{begin}{_full(bound.starts_on)}{bound.starts.label}时指定的期限为{_full(bound.due_on)}"
        return "；".join([named, *_rolled(bound.due_on, bound.effective_due_on, bound.skipped)])
    if bound.unit.of_instants:
        # Instants are kept of the binding limit alone; of another one its day.
        binds = clock.rule == bound.rule and clock.starts_at is not None
        since = _instant(clock.starts_at) if binds and clock.starts_at else _full(bound.starts_on)
        until = _instant(clock.due_at) if binds else _full(bound.due_on)
        return f"{begin}自{since}{bound.starts.label}起{bound.length}{bound.unit.label}，至{until}"
    parts = [begin + _counted(bound.starts_on, bound.starts.label, bound.length, bound.unit, bound.due_on)]
    parts += _passed(bound.skipped, bound.due_on)
    parts += _rolled(bound.due_on, bound.effective_due_on, bound.skipped)
    return "；".join(parts)


def _bindings(clock: Clock) -> list[str]:
    """Which limit binds; nothing where there is only one and it is said already."""
    if clock.binding is Binding.EXTENDED or clock.internal is None:
        return []
    if clock.legal is None:
        return [f"法律法规对此没有规定期限，以{_beside(clock.internal)}为准"]
    if clock.legal.effective_due_on == clock.internal.effective_due_on:
        return [f"两者同日期满，以{clock.binding.label}为准"]
    return [f"两者以较早的{clock.binding.label}为准"]


def _extension(clock: Clock) -> list[str]:
    granted = clock.extension
    if granted is None:
        return []
    text = f"{_full(granted.granted_on)}依照{granted.basis}批准延长{granted.days}日（理由：{granted.reason}）"
    if clock.binding is not Binding.EXTENDED:
        return [f"{text}，延长后仍以{clock.binding.label}为准"]
    moved = _rolled(clock.due_on, clock.effective_due_on, ())
    return ["；".join([f"{text}，自原期满日次日起计算，至{_full(clock.due_on)}期满", *moved, "以延长后的期限为准"])]


def _pause(clock: Clock) -> list[str]:
    """A pause that is not over; those that are over stand among the skipped days of the limit."""
    if clock.paused_since is None:
        return []
    return [f"自{_full(clock.paused_since)}起中止计算，恢复后按中止的日数推后"]


def _expected(clock: Clock) -> list[str]:
    if not clock.open or clock.expected_on is None:
        return []
    late = "，晚于期限：请提前办结，情况复杂的依法申请延期" if clock.expected_late else ""
    return [f"承办单位预计于{_full(clock.expected_on)}办结{late}"]


def _counted(start: date, event: str, length: int, unit: Unit, last: date) -> str:
    since = f"自{_full(start)}{event}起"
    if length == 0:
        return f"{since}，当日为最后一日"
    text = f"{since}，当日不计入，自次日起计算{length}{unit.label}，至{_full(last)}期满"
    if unit is Unit.MONTHS and last.day < start.day and (last + ONE_DAY).day == 1:
        text += "（该月没有对应日，以月末日为期满日）"
    return text


def _passed(skipped: Iterable[DaySpan], nominal: date) -> list[str]:
    """The days before the nominal end that did not count."""
    within = [span for span in skipped if span.first < nominal]
    return [f"其间{_spans(within)}不计入"] if within else []


def _rolled(nominal: date, effective: date, skipped: Iterable[DaySpan]) -> list[str]:
    if effective == nominal:
        return []
    over = [span for span in skipped if span.last >= nominal]
    why = f"期满日遇{_spans(over)}" if over else "期满日为休息日"
    return [f"{why}，顺延至其后第一个工作日{_full(effective)}"]


def _spans(spans: Iterable[DaySpan]) -> str:
    return "、".join(f"{_span(span)}{span.reason}" for span in spans)


def _span(span: DaySpan) -> str:
    first = f"{span.first.month}月{span.first.day}日"
    if span.first == span.last:
        return first
    if span.first.year != span.last.year:
        return f"{_plain(span.first)}至{_plain(span.last)}"
    month = "" if span.first.month == span.last.month else f"{span.last.month}月"
    return f"{first}至{month}{span.last.day}日"


def _plain(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _full(day: date) -> str:
    return f"{_plain(day)}（周{'一二三四五六日'[day.weekday()]}）"


def _instant(instant: datetime) -> str:
    local = instant.astimezone(LEGAL_ZONE)
    return f"{_plain(local.date())}{local.hour}时{local.minute:02}分"
