"""What signatures tell of two texts, and what they do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.likeness import (
    BUCKETS,
    MOST_FEATURES,
    SAME_MATTER,
    SAME_TEXT,
    SKETCH,
    Frequencies,
    bucket,
    frequencies,
    key_of,
    likeness,
    names,
    plain,
    rarest,
    resemblance,
    several,
    signature,
)

COUNTY = "611021"
CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=80)
ANY_TEXT = st.text(max_size=300)
TITLE = "反映石坡镇桑坪村采石场夜间爆破扰民"
BODY = (
    "我是石坡镇桑坪村三组村民。村后的宏远采石场从去年十月起夜间爆破作业，震得房屋开裂，老人孩子无法休息。"
    "村民多次到镇政府反映，至今没有解决。请求责令采石场停止夜间爆破，对开裂的房屋作出鉴定和赔偿。"
)
UNLIKE = "请问异地就医怎样备案，需要哪些材料，到哪个窗口办理，多久可以到账？"
NOTHING_KNOWN = frequencies(several([]), share=1.0)


def compared(one: tuple[str, str], other: tuple[str, str], known: Frequencies = NOTHING_KNOWN) -> tuple[float, float]:
    """Likeness and resemblance of two items, each title and body."""
    first, second = (signature(COUNTY, title=title, body=body) for title, body in (one, other))
    return (
        float(likeness(first.features, several([second.features]), known)[0]),
        float(resemblance(first.sketch, several([second.sketch]))[0]),
    )


@given(ANY_TEXT, ANY_TEXT)
def test_the_same_text_is_wholly_alike_and_no_likeness_leaves_its_bounds(title: str, body: str) -> None:
    same = compared((title, body), (title, body))
    mine = signature(COUNTY, title=title, body=body)
    if len(mine.features):
        assert same[0] == pytest.approx(1.0)
    if len(mine.sketch):
        assert same[1] == 1.0
    other = compared((title, body), (TITLE, BODY))
    assert all(0.0 <= each <= 1.0 for each in (*same, *other))


@given(CHINESE, CHINESE, CHINESE, CHINESE)
def test_likeness_does_not_ask_which_item_was_first(one: str, its: str, other: str, their: str) -> None:
    there, back = compared((one, its), (other, their)), compared((other, their), (one, its))
    assert there == pytest.approx(back)


@given(ANY_TEXT, ANY_TEXT)
def test_a_signature_is_bounded_however_long_the_text(title: str, body: str) -> None:
    made = signature(COUNTY, title=title, body=body * 20)
    assert len(made.features) <= MOST_FEATURES
    assert len(made.sketch) in (0, SKETCH)
    assert list(made.features) == sorted(set(made.features.tolist()))


@given(CHINESE)
def test_spaces_marks_and_width_make_no_difference(text: str) -> None:
    spaced = " ，\n".join(text)
    assert plain(spaced) == plain(text)
    one, other = (signature(COUNTY, title=each, body=BODY) for each in (text, spaced))
    assert (one.features.tolist(), one.sketch.tolist()) == (other.features.tolist(), other.sketch.tolist())
    assert plain("Ａ３区１２栋") == "a3区12栋"


def test_a_changed_signature_and_a_changed_word_leave_it_the_same_text() -> None:
    _, same = compared((TITLE, BODY), ("投诉采石场夜间爆破", BODY.replace("老人孩子", "一家老小") + "王某某"))
    assert same >= SAME_TEXT
    assert compared((TITLE, BODY), (TITLE, UNLIKE))[1] < 0.3


def test_alike_texts_share_a_band_and_others_share_nothing() -> None:
    mine = signature(COUNTY, title=TITLE, body=BODY)
    alike = signature(COUNTY, title=TITLE, body=BODY + "盼复。")
    other = signature(COUNTY, title="咨询医保报销", body=UNLIKE)
    assert set(mine.bands.tolist()) & set(alike.bands.tolist())
    assert not set(mine.bands.tolist()) & set(other.bands.tolist())


def test_many_texts_on_one_matter_are_alike_by_what_they_name() -> None:
    """Other words, the same quarry."""
    other = "石坡镇桑坪村宏远采石场晚上放炮"
    near, same = compared((TITLE, BODY), (other, "我们是石坡镇桑坪村村民，宏远采石场天天半夜放炮，门窗都在响。"))
    assert near >= SAME_MATTER
    assert same < SAME_TEXT


def test_the_same_complaint_elsewhere_is_less_alike_where_the_places_are_rare() -> None:
    common = [signature(COUNTY, title="夜间爆破扰民", body="") for _ in range(50)]
    known = frequencies(several([each.features for each in common]), share=1.0)
    elsewhere = ("反映古城镇柏峪村铁矿夜间爆破扰民", "")
    here = ("石坡镇桑坪村采石场要停工", "")
    assert compared((TITLE, ""), here, known)[0] > compared((TITLE, ""), elsewhere, known)[0]
    assert compared((TITLE, ""), elsewhere, known)[0] < compared((TITLE, ""), elsewhere)[0]


def test_items_with_and_without_a_sketch_are_compared_in_one_go() -> None:
    long, short, other = (
        signature(COUNTY, title=title, body=body) for title, body in ((TITLE, BODY), ("路灯", ""), ("", UNLIKE))
    )
    found = resemblance(long.sketch, several([each.sketch for each in (short, long, short, other)])).tolist()
    assert found[:3] == [0.0, 1.0, 0.0]
    assert found[3] < 0.3
    alike = likeness(long.features, several([each.features for each in (short, long, other)]), NOTHING_KNOWN).tolist()
    assert alike == [0.0, pytest.approx(1.0), 0.0]


def test_a_bare_title_is_no_text_that_many_hand_in() -> None:
    assert not len(signature(COUNTY, title="道路问题", body="").sketch)
    assert compared(("道路问题", ""), ("道路问题", "")) == pytest.approx((1.0, 0.0))
    empty = signature(COUNTY, title="", body="")
    assert (len(empty.features), len(empty.bands), len(empty.sketch)) == (0, 0, 0)
    assert likeness(empty.features, several([empty.features]), NOTHING_KNOWN).tolist() == [0.0]


def test_no_key_means_anything_in_another_county() -> None:
    here, there = (signature(county, title=TITLE, body=BODY) for county in (COUNTY, "610000"))
    assert not set(here.features.tolist()) & set(there.features.tolist())
    assert not set(here.bands.tolist()) & set(there.bands.tolist())
    assert key_of(COUNTY, "number", "1") != key_of("610000", "number", "1")
    assert len({key_of(COUNTY, kind, "1") for kind in ("id", "number", "matter", "bucket")}) == 4


def test_a_signature_is_the_same_in_every_process() -> None:
    """What is stored today is compared with what another process makes tomorrow."""
    made = signature(COUNTY, title="桑坪村采石场", body="")
    assert made.features.tolist() == [-695780527, -590772251, 1111115062, 1911241953]
    assert key_of(COUNTY, "number", "XF1") == -251111448


def test_names_are_found_with_what_stands_before_their_end() -> None:
    assert names("住在石坡镇桑坪村，宏远采石场附近小区") == ["住在石坡镇", "桑坪村", "远采石场附近小区"]
    assert names("今天天气很好") == []


def test_the_rarest_keys_are_looked_for_until_the_budget_is_spent() -> None:
    features = [np.array(each, np.int32) for each in ([1, 2, 3], [1, 2], [1], [1])]
    known = frequencies(several(features), share=0.5)
    assert known.total == 8
    assert known.of(np.array([1, 2, 3, 4], np.int32)).tolist() == [8, 4, 2, 2]
    mine = np.array([1, 2, 3, 4], np.int32)
    assert rarest(mine, known, budget=100) == [3, 4, 2, 1]
    assert rarest(mine, known, budget=8) == [3, 4, 2]
    assert rarest(mine, known, budget=3) == [3]
    assert rarest(mine, known, budget=1) == []


def test_rarer_is_more_telling() -> None:
    known = frequencies(several([np.array(each, np.int32) for each in ([1, 2], [1], [1])]), share=1.0)
    common, rare, unknown = known.weights(np.array([1, 2, 3], np.int32)).tolist()
    assert common < rare == unknown


def test_the_parts_of_a_register_are_even() -> None:
    counts = np.bincount([bucket(f"0192f6a0-6c1e-7d57-9a5b-{at:012x}") for at in range(20_000)], minlength=BUCKETS)
    assert len(counts) == BUCKETS
    assert counts.min() > 130
    assert counts.max() < 280
