"""A recurrence as people say it: ``每月第一个星期五，遇节假日停止一次``. Pure."""

from services.contracts.roster_rules import HolidayPolicy, Recurrence, Rest

DAYS = {"MO": "一", "TU": "二", "WE": "三", "TH": "四", "FR": "五", "SA": "六", "SU": "日"}
WORKWEEK = ["MO", "TU", "WE", "TH", "FR"]
ORDINALS = {"1": "第一个", "2": "第二个", "3": "第三个", "4": "第四个", "5": "第五个", "-1": "最后一个", "": "的每个"}
EVERY = {"DAILY": "每天", "WEEKLY": "每", "MONTHLY": "每月", "YEARLY": "每年"}
EVERY_FEW = {"DAILY": "每 {} 天", "WEEKLY": "每 {} 周的", "MONTHLY": "每 {} 个月的", "YEARLY": "每 {} 年的"}
ALL_DAYS = {
    (HolidayPolicy.KEEP, Rest.REST_DAYS): "每天",
    (HolidayPolicy.KEEP, Rest.HOLIDAYS): "每天",
    (HolidayPolicy.SKIP, Rest.REST_DAYS): "每个工作日",
    (HolidayPolicy.ONLY, Rest.REST_DAYS): "每个休息日",
    (HolidayPolicy.ONLY, Rest.HOLIDAYS): "每个节假日（含调休）",
}


def sentence(recurrence: Recurrence) -> str:
    """What no phrase is known for is told as RFC 5545 has it: better read by few than told wrongly."""
    if recurrence.rrule == "FREQ=DAILY" and (recurrence.holiday, recurrence.rest) in ALL_DAYS:
        return ALL_DAYS[recurrence.holiday, recurrence.rest]
    parts = dict(part.split("=", 1) for part in recurrence.rrule.split(";"))
    return (_days(parts) or f"按 {recurrence.rrule}") + _policy(recurrence, parts.get("BYDAY"))


def _days(given: dict[str, str]) -> str | None:
    parts = {key: value for key, value in given.items() if key != "WKST"}
    frequency, interval = parts.pop("FREQ"), parts.pop("INTERVAL", "1")
    months, weekdays, monthdays = (parts.pop(key, None) for key in ("BYMONTH", "BYDAY", "BYMONTHDAY"))
    every = EVERY[frequency] if interval == "1" else EVERY_FEW[frequency].format(interval)
    if months is not None:
        said = f"{months.replace(',', '、')} 月"
        every = f"{every} {said}" if frequency == "YEARLY" else f"{said}{every}"
    if parts or (weekdays is not None and monthdays is not None):
        return None
    match frequency:
        case "DAILY" if weekdays is None and monthdays is None:
            return every
        case "WEEKLY" if weekdays is not None:
            return every + _of_week(weekdays.split(","))
        case "MONTHLY" | "YEARLY" if monthdays is not None and (frequency == "MONTHLY" or months is not None):
            return every + _of_month(monthdays.split(","))
        case "MONTHLY" if weekdays is not None:
            return _nth(every, weekdays.split(","))
    return None


def _of_week(days: list[str]) -> str:
    return "周一至周五" if days == WORKWEEK else "、".join(f"周{DAYS[day]}" for day in days)


def _of_month(days: list[str]) -> str:
    said = "、".join(f"{day} 日" if day.isdigit() else f"倒数第 {day[1:]} 天" for day in days)
    return f" {said}" if said[0].isdigit() else said


def _nth(every: str, days: list[str]) -> str | None:
    """``1FR``: the first Friday; ``FR``: each of the month."""
    if any(day[:-2] not in ORDINALS for day in days):
        return None
    return every + "、".join(f"{ORDINALS[day[:-2]]}星期{DAYS[day[-2:]]}" for day in days)


def _policy(recurrence: Recurrence, weekdays: str | None) -> str:
    if recurrence.holiday is HolidayPolicy.KEEP:
        return "，节假日照常"
    if recurrence.holiday is HolidayPolicy.ONLY:
        return f"，{recurrence.holiday.label}"
    # Of a rule that names weekdays, and no weekend, every day of rest is a holiday.
    weekend = recurrence.rest is Rest.REST_DAYS and not (
        weekdays and all(d[-2:] in WORKWEEK for d in weekdays.split(","))
    )
    return f"，遇{'周末和' if weekend else ''}节假日{recurrence.holiday.label}"
