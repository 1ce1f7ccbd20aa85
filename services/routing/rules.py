"""Which of a county's routing rules fit a matter, the most specific first. Pure.

Specificity is compared in this order: the category (a longer path before a shorter one), the place (a longer division
code), nature, route, accused (a named tenant before any); then the rule's ``rank``; then the order of the file.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.actor import TenantKind
from services.contracts.directory import Organ, Organisation, township_code
from services.contracts.intake import Nature, Petition, Route
from services.contracts.proposals import Category, RoutingRule

ANY = "*"
PLACE, REGISTRAR, OUTSIDE, ORGAN = "@place", "@registrar", "@outside", "@organ:"

Specificity = tuple[int, ...]


@dataclass(frozen=True)
class Matter:
    """What of a petition rules look at."""

    category: str | None
    """A path of the county's tree."""
    place: str | None
    nature: Nature
    route: Route | None
    accused: frozenset[str]


def matter_of(petition: Petition, categories: Iterable[Category]) -> Matter:
    return Matter(
        category=known_category(petition.category, categories),
        place=petition.place,
        nature=petition.nature,
        route=petition.route,
        accused=frozenset(petition.accused),
    )


def known_category(text: str | None, categories: Iterable[Category]) -> str | None:
    """The path that a clerk means: the path itself, its last part, or one of the words that people use for it.

    Below a path that the tree has, the nearest above. None where nothing or more than one thing fits.
    """
    if text is None or not (wanted := text.strip().strip("/")):
        return None
    listed = list(categories)
    paths = list(dict.fromkeys(above for category in listed for above in with_above(category.path)))
    for path in reversed(with_above(wanted)):
        if path in paths:
            return path
    for fits in (
        [path for path in paths if path.rpartition("/")[2] == wanted],
        [category.path for category in listed if wanted in category.words],
    ):
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def with_above(path: str) -> list[str]:
    """The path and those above it, the shortest first."""
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def categories_in(text: str, categories: Iterable[Category]) -> list[str]:
    """Paths of which a word stands in the text, those with the longest word first."""
    found = {
        category.path: max(len(word) for word in hits)
        for category in categories
        if (hits := [word for word in category.words if word in text])
    }
    return sorted(found, key=lambda path: (-found[path], path))


def fitting(matter: Matter, rules: Iterable[RoutingRule], day: date) -> list[RoutingRule]:
    """The rules that match on this day, the one that wins first."""
    matching = [
        (specificity, rule.rank, -place, rule)
        for place, rule in enumerate(rules)
        if holds(rule, day) and (specificity := specific(rule, matter)) is not None
    ]
    return [rule for *_, rule in sorted(matching, key=lambda one: one[:3], reverse=True)]


def holds(rule: RoutingRule, day: date) -> bool:
    return (rule.since is None or rule.since <= day) and (rule.until is None or day <= rule.until)


def specific(rule: RoutingRule, matter: Matter) -> Specificity | None:
    """How specifically the rule matches; None where it does not."""
    parts = (
        _longest(rule.categories, lambda path: _below(matter.category, path), lambda path: path.count("/") + 1),
        _longest(rule.places, lambda code: (matter.place or "").startswith(code), len),
        _one_of(rule.natures, matter.nature),
        # An appeal without a route takes the petition procedure until somebody decides otherwise (Art. 31).
        _one_of(rule.routes, matter.route or (Route.PETITION if matter.nature is Nature.APPEAL else None)),
        _accused(rule.accused, matter.accused),
    )
    known = tuple(part for part in parts if part is not None)
    return known if len(known) == len(parts) else None


def named_by(reference: str, *, petition: Petition, directory: Mapping[str, Organisation]) -> list[str]:
    """Codes of the tenants that a rule's reference means for this petition; empty where there is none."""
    if reference == PLACE:
        return [code] if (code := township_of(petition.place, directory)) else []
    if reference == REGISTRAR:
        return [petition.registered_by]
    if reference.startswith(ORGAN):
        return organs(reference.removeprefix(ORGAN), directory)
    return [reference] if reference in directory else []


def organs(organ: str, directory: Mapping[str, Organisation]) -> list[str]:
    """Codes of the tenants that are such an organ."""
    return [code for code, one in sorted(directory.items()) if organ in one.organs]


def is_organ(name: str) -> bool:
    return name in Organ.__members__


def township_of(place: str | None, directory: Mapping[str, Organisation]) -> str | None:
    if place is None:
        return None
    for code, one in sorted(directory.items()):
        if one.kind is TenantKind.TOWNSHIP and any(each.code in (place, township_code(place)) for each in one.places):
            return code
    return None


def _longest(some: Collection[str], fits: Callable[[str], bool], length: Callable[[str], int]) -> int | None:
    if not some:
        return 0
    return max((length(one) for one in some if fits(one)), default=None)


def _below(category: str | None, path: str) -> bool:
    return category is not None and (category == path or category.startswith(f"{path}/"))


def _one_of(some: Collection[object], one: object) -> int | None:
    if not some:
        return 0
    return 1 if one in some else None


def _accused(wanted: Collection[str], accused: frozenset[str]) -> int | None:
    if not wanted:
        return 0
    if accused.intersection(wanted):
        return 2
    return 1 if ANY in wanted and accused else None
