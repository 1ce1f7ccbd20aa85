"""What is wrong with an input, in Chinese, from the words of the decoder."""

import re
from collections.abc import Callable

import msgspec

UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for input that does not fit: its own errors leave out invalid UTF-8 and deep nesting."""

_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(r"Expected `str` of length <= (\d+)"), lambda m: f"长度不能超过 {m[1]} 个字符"),
    (re.compile(r"Expected `str` of length >= (\d+)"), lambda m: f"长度不能少于 {m[1]} 个字符"),
    (re.compile(r"Expected `array` of length <= (\d+)"), lambda m: f"不能超过 {m[1]} 项"),
    (re.compile(r"Expected `array` of length >= (\d+)"), lambda m: f"至少要有 {m[1]} 项"),
    (re.compile(r"Object contains unknown field `([^`]*)`"), lambda m: f"没有名为 {m[1]} 的字段，请核对拼写"),
    (re.compile(r"Object missing required field `([^`]*)`"), lambda m: f"缺少字段 {m[1]}"),
    (re.compile(r"Invalid enum value '([^']*)'"), lambda m: f"{m[1]} 不在可选值之内"),
    (
        re.compile(r"Expected `datetime` with a timezone|Invalid RFC3339 encoded datetime"),
        lambda m: "时间应写作 2026-01-31T09:30:00+08:00 的形式，带时区",
    ),
    (re.compile(r"Invalid RFC3339 encoded date|Expected `date`"), lambda m: "日期应写作 2026-01-31 的形式，且确有其日"),
    (re.compile(r"Invalid RFC3339 encoded time|Expected `time`"), lambda m: "时刻应写作 08:30 的形式，且确有其时"),
    (re.compile(r"Expected `str` matching regex"), lambda m: "写法不对，请对照说明填写"),
    (re.compile(r"Expected `int` <= (-?\d+)"), lambda m: f"不能大于 {m[1]}"),
    (re.compile(r"Expected `int` >= (-?\d+)"), lambda m: f"不能小于 {m[1]}"),
    (re.compile(r"Expected `int`"), lambda m: "应为整数"),
    (re.compile(r"Expected `bool`"), lambda m: "应为 true 或 false"),
    (re.compile(r"Expected `str`"), lambda m: "应为文字"),
    (re.compile(r"Expected `array`"), lambda m: "应为列表"),
    (re.compile(r"Expected `object`"), lambda m: "应为 JSON 对象"),
    (re.compile(r"recursion depth"), lambda m: "嵌套过深"),
    (re.compile(r"JSON is malformed|truncated|codec can't decode"), lambda m: "不是有效的 JSON（UTF-8）"),
]
_PLACE = re.compile(r"`\$\.?([^`]*)`$")


def explain(error: Exception) -> tuple[str, str | None]:
    """The sentence, and the field (``petitioners[0].name`` becomes ``petitioners.0.name``) where one is named."""
    text = str(error)
    place = _PLACE.search(text)
    field = place[1].replace("[", ".").replace("]", "") if place and place[1] else None
    for pattern, say in _FORMS:
        if match := pattern.search(text):
            return say(match), field
    return text, field
