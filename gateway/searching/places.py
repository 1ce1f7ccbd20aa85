"""The places of a county by the names under which people write of them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from gateway.searching.questions import Places, Unit, place_in
from gateway.searching.words import folded, place_words
from services.contracts.directory import Organisation

COMMITTEES = {
    "社区居委会": "社区",
    "社区居民委员会": "社区",
    "居民委员会": "",
    "居委会": "",
    "村民委员会": "村",
    "村委会": "村",
}
"""How the division codes end the name of a village, and how people end it."""
TOWNSHIP = 9
"""Digits of a township's code."""


def places_of(directory: Iterable[Organisation]) -> Places:
    """Name -> the words of the codes of every place that is called so; a name may stand in several townships."""
    found: dict[str, list[str]] = defaultdict(list)
    for organisation in directory:
        for place in organisation.places:
            for name in dict.fromkeys(_names(folded(place.name)[0], township=len(place.code) == TOWNSHIP)):
                found[name].append(place_words(place.code)[-1])
    return found


def named(units: Iterable[Unit], places: Places) -> frozenset[str]:
    """The codes of the places that are asked for."""
    found: set[str] = set()
    for unit in units:
        name, wanted = (None, "") if unit.quoted else place_in(unit.text, places)
        found |= {word for each in (name, wanted) if each for word in places.get(each, ())}
    return frozenset(word.removeprefix("@") for word in found)


def _names(name: str, *, township: bool) -> Iterator[str]:
    yield name
    if township:
        stem = name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        # 城关街道 is 城关镇 in older letters, and its office is 城关街道办.
        yield from (stem, f"{stem}镇", f"{stem}街道", f"{name}办", f"{name}办事处")
        return
    for ending, said in COMMITTEES.items():
        if name.endswith(ending) and len(name) > len(ending) + 1:
            yield name.removesuffix(ending) + said
            return
