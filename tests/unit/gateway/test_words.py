"""Words of Chinese text: whatever is cut out of a text finds it, and only what stands in it does."""

import re
import unicodedata
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.searching.places import named, places_of
from gateway.searching.questions import (
    MOST_UNITS,
    SearchTooShort,
    Unit,
    exact,
    loose,
    number,
    pairs,
    phrase,
    splits,
    units,
)
from gateway.searching.words import LAST_PLACE, Field, folded, number_word, place_words, vector
from services.common.errors import InvalidInput
from services.contracts.actor import TenantKind
from services.contracts.directory import Organisation, PlaceRef

# Few characters, so that texts repeat themselves.
HAN = st.text("路灯不亮水𠮷", min_size=2, max_size=20)
MIXED = st.text("路灯水ａＢ2３ ，\n。G", min_size=2, max_size=40)
STEP = re.compile(r"(?:<(\d+)> )?'((?:[^']|'')+)'(:\*)?")


def places(document: str) -> dict[str, set[int]]:
    """What PostgreSQL reads in the text of a ``tsvector``."""
    found: dict[str, set[int]] = defaultdict(set)
    for word, at in re.findall(r"'((?:[^']|'')+)':([\dABCD,]+)", document):
        found[word.replace("''", "'")] |= {int(place.rstrip("ABCD")) for place in at.split(",")}
    return found


def holds(document: str, asked: str) -> bool:
    """Whether ``document @@ asked`` for a phrase; tests/service/test_search.py asks PostgreSQL itself."""
    where = places(document)
    ends: set[int] | None = None
    for distance, word, prefix in STEP.findall(asked):
        here = set().union(*(at for each, at in where.items() if each == word or (prefix and each.startswith(word))))
        ends = here if ends is None else {end + int(distance) for end in ends} & here
    return bool(ends)


def document(text: str) -> str:
    return vector([Field("D", text)])


@settings(deadline=None)
@given(text=HAN, data=st.data())
def test_every_piece_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert holds(document(text), phrase(text[start:end]))


@settings(deadline=None)
@given(text=HAN, asked=HAN)
def test_what_stands_nowhere_in_a_text_does_not_find_it(text: str, asked: str) -> None:
    assert holds(document(text), phrase(asked)) == (asked in text)


@settings(deadline=None)
@given(text=MIXED, data=st.data())
def test_a_piece_of_whole_words_finds_a_mixed_text(text: str, data: st.DataObject) -> None:
    plain = folded(text)[0]
    inside = re.compile(r"[a-z0-9]{2}")
    cuts = [at for at in range(len(plain) + 1) if not inside.fullmatch(plain[max(at - 1, 0) : at + 1])]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    for run in re.split(r"[,。\s]+", plain[start:end]):
        assert not run or holds(document(text), phrase(run))


def test_breaks_in_mid_sentence_and_full_width_signs_are_no_hindrance() -> None:
    text = document("我村的\n  路灯坏了，Ｇ２４２国道也不通")
    for asked in ("村的路灯", "G242国道", "g242", "g24", "国道也"):
        assert holds(text, phrase(folded(asked)[0])), asked
    for asked in ("路灯也", "242国道", "g2国道"):
        assert not holds(text, phrase(asked)), asked


def test_no_phrase_runs_from_one_field_into_the_next() -> None:
    both = vector([Field("A", "村里修路"), Field("D", "灯不亮")])
    assert holds(both, phrase("修路"))
    assert not holds(both, phrase("路灯"))


def test_one_character_finds_what_begins_or_ends_with_it() -> None:
    assert all(holds(document("停水"), phrase(one)) for one in "停水")
    assert not holds(document("停水"), phrase("电"))


def test_a_very_long_text_is_cut_where_postgresql_counts_no_further() -> None:
    found = places(document("水路灯电" * 10_000))
    assert max(max(at) for at in found.values()) <= LAST_PLACE
    assert all(len(at) <= 255 for at in found.values())


def test_quotation_marks_and_backslashes_stay_inside_their_word() -> None:
    text = "'); DROP TABLE petition; -- \\' 路灯"
    assert "路灯" in places(document(text))
    assert set(places(document(text))) == {"drop", "table", "petition", "路灯", "灯"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("路灯", [Unit("路灯")]),
        ("灵口镇 路灯，不亮", [Unit("灵口镇"), Unit("路灯"), Unit("不亮")]),
        ("“路灯 不亮”修路", [Unit("路灯 不亮", quoted=True), Unit("修路")]),
        ("ＸＦＬ２０２６", [Unit("xfl2026")]),
        ("WX-2019-0032 水", [Unit("wx-2019-0032"), Unit("水")]),
        ("路灯 路灯", [Unit("路灯")]),
    ],
)
def test_a_question_is_read_as_it_is_typed(text: str, found: list[Unit]) -> None:
    assert units(text) == found


@pytest.mark.parametrize("text", ["", "  \n", "水" * 201, " ".join(f"词{n}" for n in range(MOST_UNITS + 1))])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        units(text)


@pytest.mark.parametrize("text", ["a", "7", "，。", "“”"])
def test_one_letter_and_no_word_at_all_are_too_short(text: str) -> None:
    with pytest.raises(SearchTooShort):
        units(text)


@settings(deadline=None)
@given(text=MIXED)
def test_any_text_is_a_question_or_is_refused(text: str) -> None:
    try:
        found = units(text)
    except (InvalidInput, SearchTooShort):
        return
    for unit in found:
        asked = (exact(unit, {}), loose(unit, {}), loose(unit, {}, missing=True))
        assert all(one.count("(") == one.count(")") for one in asked)
        assert pairs(unit)


def test_a_long_run_falls_into_words_of_two_and_three() -> None:
    asked = loose(Unit("农民工工资拖欠"), {})
    assert "('农民' <1> '民工') & ('工资') & ('拖欠')" in asked
    assert "('农民' <1> '民工') & ('工资')" not in asked.replace("('农民' <1> '民工') & ('工资') & ('拖欠')", "")
    assert "(('农民' <1> '民工') & ('拖欠'))" in loose(Unit("农民工工资拖欠"), {}, missing=True)
    assert "(('灵口')) & (('路灯'))" in loose(Unit("灵口的路灯"), {})
    assert [splits(Unit(text)) for text in ("路灯", "路灯坏", "路灯坏了", "2026112200")] == [False, False, True, False]
    assert not splits(Unit("路灯坏了", quoted=True))


def test_a_number_is_found_by_its_end() -> None:
    asked = number(Unit("112200017"))
    assert asked == "'#710002211':*"
    assert number_word("XFL20261122-00017").startswith(asked[1:-3])
    assert number(Unit("路灯")) is None
    assert number(Unit("g242")) is None


def directory() -> list[Organisation]:
    code = "611021104"
    there = [
        PlaceRef(code=code, name="灵口镇"),
        PlaceRef(code=f"{code}201", name="三星村委会"),
        PlaceRef(code=f"{code}001", name="桥头社区居委会"),
    ]
    return [
        Organisation(
            code=code, kind=TenantKind.TOWNSHIP, name="灵口镇人民政府", short_name="灵口镇", number_prefix="LK",
            superior="xfj", responsibilities=[], places=there, phone=None, active=True,
        )
    ]  # fmt: skip


def test_a_place_is_found_by_its_code_and_what_lies_below_it_too() -> None:
    known = places_of(directory())
    assert {"灵口镇", "灵口", "三星村", "三星村委会", "桥头社区"} <= set(known)
    assert "'@611021104'" in exact(Unit("灵口镇"), known)
    assert exact(Unit("灵口镇"), known) != exact(Unit("灵口镇", quoted=True), known) == phrase("灵口镇")
    assert exact(Unit("灵口镇的路灯"), known).endswith("('@611021104' & ('路灯')))")
    assert "'@611021104' & (('三星' <1> '星村') | '@611021104201')" in exact(Unit("灵口镇三星村"), known)
    assert place_words("611021104201") == ["@611021104", "@611021104201"]
    assert named([Unit("灵口镇三星村"), Unit("路灯")], known) == {"611021104", "611021104201"}


def test_folding_knows_where_each_character_came_from() -> None:
    plain, origins = folded("Ａ㎡ﬁ路")
    assert (plain, origins) == ("am2fi路", [0, 1, 1, 2, 2, 3])
    assert unicodedata.is_normalized("NFKC", plain)
