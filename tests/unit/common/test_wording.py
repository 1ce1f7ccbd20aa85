from typing import Any

import msgspec
import pytest

from services.common.wording import UNDECODABLE, explain
from services.contracts.referral_commands import ReferPetition
from services.contracts.register_commands import RegisterPetition

GOOD: dict[str, Any] = {
    "channel": "LETTER", "received_on": "2026-11-22", "title": "标题", "body": "内容", "nature": "APPEAL",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence", "field"),
    [
        ({"title": "长" * 201}, "长度不能超过 200 个字符", "title"),
        ({"received_on": "2026-02-30"}, "日期应写作 2026-01-31 的形式，且确有其日", "received_on"),
        ({"channel": "TELEGRAM"}, "TELEGRAM 不在可选值之内", "channel"),
        ({"titel": "x"}, "没有名为 titel 的字段，请核对拼写", None),
        ({"title": 1}, "应为文字", "title"),
        ({"confidential": "yes"}, "应为 true 或 false", "confidential"),
        ({"petitioners": [{"name": ""}]}, "长度不能少于 1 个字符", "petitioners.0.name"),
        ({"petitioners": "x"}, "应为列表", "petitioners"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_with_its_field(
    change: dict[str, Any], sentence: str, field: str | None
) -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(msgspec.json.encode({**GOOD, **change}), type=RegisterPetition)
    assert explain(wrong.value) == (sentence, field)


def test_missing_fields_and_bodies_that_are_no_json() -> None:
    with pytest.raises(msgspec.ValidationError) as missing:
        msgspec.json.decode(b'{"kind": "TRANSFER"}', type=ReferPetition)
    assert explain(missing.value)[0].startswith("缺少字段")
    for body in (b"garbage", b'{"a": ', b'"\xff"'):
        with pytest.raises(UNDECODABLE) as broken:
            msgspec.json.decode(body)
        assert explain(broken.value)[0] == "不是有效的 JSON（UTF-8）"
