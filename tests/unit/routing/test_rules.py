from datetime import date, timedelta

import pytest

from services.contracts.intake import Nature, Route
from services.contracts.proposals import Category
from services.routing.rules import Matter, categories_in, fitting, known_category, named_by, township_of
from tests.unit.routing.made import TODAY, petition
from tests.unit.routing.rules_made import CATEGORIES, DIRECTORY, TOWN, VILLAGE, rule


def matter(**changes: object) -> Matter:
    fields = {"category": "土地/征地/补偿款", "place": VILLAGE, "nature": Nature.APPEAL, "route": None}
    return Matter(**{**fields, "accused": frozenset(), **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (None, None),
        ("  ", None),
        ("土地/征地/补偿款", "土地/征地/补偿款"),
        ("土地/征地", "土地/征地"),
        ("土地/征地/没有的", "土地/征地"),
        ("征地", "土地/征地"),
        ("征地款", "土地/征地/补偿款"),
        (" 停水 ", "水利"),
        ("没有的", None),
    ],
)
def test_a_clerk_may_write_the_path_its_last_part_or_a_common_word(text: str | None, path: str | None) -> None:
    assert known_category(text, CATEGORIES) == path


def test_a_word_of_two_categories_means_neither() -> None:
    twice = [Category(path="甲/其他"), Category(path="乙/其他"), Category(path="丙", words=["路"])]
    assert known_category("其他", twice) is None
    assert known_category("路", [*twice, Category(path="丁", words=["路"])]) is None


def test_categories_are_found_in_a_text_the_longest_word_first() -> None:
    assert categories_in("村里停水，征地款没有到", CATEGORIES) == ["土地/征地/补偿款", "水利"]
    assert categories_in("没有", CATEGORIES) == []


MORE_SPECIFIC = [
    (rule("a", "zrzy", categories=["土地/征地"]), rule("b", "slj", categories=["土地"])),
    (rule("a", "zrzy", categories=["土地"]), rule("b", "slj", places=[VILLAGE])),
    (rule("a", "zrzy", places=[VILLAGE]), rule("b", "slj", places=[TOWN])),
    (rule("a", "zrzy", places=["611021"]), rule("b", "slj", natures=[Nature.APPEAL])),
    (rule("a", "zrzy", natures=[Nature.APPEAL]), rule("b", "slj", routes=[Route.PETITION])),
    (rule("a", "zrzy", routes=[Route.PETITION]), rule("b", "slj", accused=["nyncj"])),
    (rule("a", "zrzy", accused=["nyncj"]), rule("b", "slj", accused=["*"])),
    (rule("a", "zrzy", accused=["*"]), rule("b", "slj", rank=9)),
    (rule("a", "zrzy", rank=1), rule("b", "slj")),
]


@pytest.mark.parametrize(("winner", "other"), MORE_SPECIFIC)
def test_the_more_specific_rule_comes_first_in_either_order(winner: object, other: object) -> None:
    asked = matter(accused=frozenset({"nyncj"}))
    for some in ([winner, other], [other, winner]):
        assert [one.id for one in fitting(asked, some, TODAY)] == ["a", "b"]  # type: ignore[arg-type]


def test_of_equal_rules_the_first_in_the_file_wins() -> None:
    one, other = rule("one", "zrzy"), rule("other", "slj")
    assert fitting(matter(), [one, other], TODAY)[0] is one
    assert fitting(matter(), [other, one], TODAY)[0] is other


@pytest.mark.parametrize(
    "changes",
    [
        {"categories": ["水利"]},
        {"categories": ["土"]},
        {"places": ["611021002"]},
        {"natures": [Nature.INQUIRY]},
        {"routes": [Route.JUDICIAL]},
        {"accused": ["*"]},
        {"since": TODAY + timedelta(days=1)},
        {"until": TODAY - timedelta(days=1)},
    ],
)
def test_a_rule_that_does_not_fit_in_one_respect_does_not_match(changes: dict[str, object]) -> None:
    assert fitting(matter(), [rule("a", "zrzy", **changes)], TODAY) == []


def test_a_rule_holds_on_its_first_and_last_day() -> None:
    assert fitting(matter(), [rule("a", "zrzy", since=TODAY, until=TODAY)], TODAY)


def test_an_item_without_category_or_place_meets_no_rule_that_asks_for_one() -> None:
    bare = matter(category=None, place=None)
    some = [rule("a", "zrzy", categories=["土地"]), rule("b", "zrzy", places=[TOWN]), rule("c", "zrzy")]
    assert [one.id for one in fitting(bare, some, TODAY)] == ["c"]


def test_references_mean_township_registrar_organ_or_the_tenant_itself() -> None:
    item = petition(place=VILLAGE, registered_by="slj")
    meant = {
        reference: named_by(reference, petition=item, directory=DIRECTORY)
        for reference in ("@place", "@registrar", "@organ:DISCIPLINE", "@organ:COURT", "zrzy", "nobody", "@outside")
    }
    assert meant == {
        "@place": [TOWN],
        "@registrar": ["slj"],
        "@organ:DISCIPLINE": ["jw"],
        "@organ:COURT": [],
        "zrzy": ["zrzy"],
        "nobody": [],
        "@outside": [],
    }


@pytest.mark.parametrize(("place", "code"), [(None, None), (TOWN, TOWN), (VILLAGE, TOWN), ("611099001", None)])
def test_the_township_of_a_place(place: str | None, code: str | None) -> None:
    assert township_of(place, DIRECTORY) == code


def test_a_day_long_ago_meets_rules_without_a_beginning() -> None:
    assert fitting(matter(), [rule("a", "zrzy")], date(1999, 1, 1))
