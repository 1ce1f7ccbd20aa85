"""Where the words stand that were searched, and the piece of text that shows them."""

from typing import Any

import pytest

from gateway.searching.hits import Hits, SearchField, hits
from gateway.searching.questions import Unit, units
from services.contracts.intake import Alias, PastAnswer
from tests.unit.gateway.made import petition

F = SearchField


def found(text: str, *, places: frozenset[str] = frozenset(), **given: Any) -> Hits:
    case = petition(**{"title": "反映路灯损坏", "body": "我村\n路灯 坏了，Ｇ２４２国道不通。", **given})
    return hits(case, units(text), petitioner=False, numbered=False, places=places)


@pytest.mark.parametrize(
    ("text", "where", "snippet"),
    [
        ("路灯", [F.TITLE, F.BODY], "我村 【路灯】 坏了，Ｇ２４２国道不通。"),
        ("灯坏", [F.BODY], "我村 路【灯 坏】了，Ｇ２４２国道不通。"),
        ("g242", [F.BODY], "我村 路灯 坏了，【Ｇ２４２】国道不通。"),
        ("损坏", [F.TITLE], "反映路灯【损坏】"),
        ("路灯 国道", [F.TITLE, F.BODY], "我村 【路灯】 坏了，Ｇ２４２【国道】不通。"),
        # Only its parts stand there.
        ("国道路灯", [F.TITLE, F.BODY], "我村 【路灯】 坏了，Ｇ２４２【国道】不通。"),
        ("垃圾", [], "反映路灯损坏"),
    ],
)
def test_the_hit_is_marked_in_the_text_as_it_was_written(text: str, where: list[SearchField], snippet: str) -> None:
    assert found(text) == Hits(where, snippet)


def test_other_fields_are_told_apart() -> None:
    answer = PastAnswer(agency="水利局", on=None, text="已派人维修")
    given: dict[str, Any] = {"past_answer": answer, "demands": "请尽快维修"}
    given |= {"category": "城乡建设", "place_name": "三星村"}
    assert found("维修", **given).where == [F.DEMANDS, F.ANSWER]
    assert found("建设", **given) == Hits([F.CATEGORY], "城乡【建设】")
    assert found("三星", **given) == Hits([F.PLACE], "【三星】村")
    assert found("灵口镇", place="611021104201", places=frozenset({"611021104"})).where == [F.PLACE]
    assert F.NUMBER in found("20190032", aliases=[Alias(system="旧", number="20190032")]).where


def test_a_long_text_is_shown_around_the_hit() -> None:
    shown = found("路灯", body="甲" * 100 + "路灯" + "乙" * 100 + "路灯").snippet
    assert shown == "…" + "甲" * 20 + "【路灯】" + "乙" * 58 + "…"


def test_what_was_looked_up_elsewhere_is_said() -> None:
    told = hits(petition(), [Unit("赵小树")], petitioner=True, numbered=True, places=frozenset())
    assert told.where == [F.NUMBER, F.PETITIONER]
