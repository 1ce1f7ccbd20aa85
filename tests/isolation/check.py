"""The check itself: what one observer reads, compared with the rule, as a list of what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.isolation import reading
from tests.isolation.rule import Sight, expected
from tests.isolation.scene import MARK, Case, Scene
from tests.isolation.table import HERE, REFERENCE, Observer
from tests.journey.story import in_days

File = dict[str, Any]

FILTERS: dict[str, tuple[Any, Callable[[Case, File], bool]]] = {
    "status": (["RETURNED", "ANSWERED"], lambda case, file: file["status"] in {"RETURNED", "ANSWERED"}),
    "channel": (["LETTER"], lambda case, file: file["channel"] == "LETTER"),
    "nature": (["ACCUSATION"], lambda case, file: file["nature"] == "ACCUSATION"),
    "urgency": (["URGENT"], lambda case, file: file["urgency"] == "URGENT"),
    "category": ("征地补偿", lambda case, file: file["category"] == "征地补偿"),
    "place": ("611021102", lambda case, file: case.kind.county == HERE),
    "registeredBy": ("611021102", lambda case, file: case.kind.county == HERE),
    "involves": ("zrzy", lambda case, file: "zrzy" in case.standing.holders),
    "receivedFrom": (in_days(-1), lambda case, file: True),
    "receivedTo": (in_days(1), lambda case, file: True),
    "dueBy": (in_days(12), lambda case, file: (file["nextDueOn"] or "9999") <= in_days(12)),
    "text": (MARK, lambda case, file: True),
}
"""For each filter a value, and which cases it finds. A new filter of the schema must be entered here."""

SAMPLES = {name: {"text": MARK, name: value} for name, (value, _) in FILTERS.items()}


@dataclass
class Seen:
    """Everything that one observer read."""

    by_id: list[File | None]
    by_number: list[File | None]
    rows: dict[str, File]
    lists: dict[str, Any]
    by_text: list[Any]
    unfiltered: set[str]
    ended: list[tuple[str, str]]


def read(scene: Scene, observer: Observer) -> Seen:
    client = scene.client(observer)
    numbers = [case.number for case in scene.cases]
    by_number = {f"v{index}": {"text": number} for index, number in enumerate(numbers)}
    mine = set(numbers)
    return Seen(
        by_id=reading.files_by(client, "id", "ID", [case.id for case in scene.cases]),
        by_number=reading.files_by(client, "number", "String", numbers),
        rows={row["id"]: row for row in reading.newest(client, MARK)},
        lists=reading.lists_by(client, SAMPLES),
        by_text=list(reading.lists_by(client, by_number).values()),
        unfiltered={node["id"] for node in reading.lists_by(client, {"all": {}})["all"]["nodes"]},
        ended=sorted(
            (ended["petitionNumber"], ended["state"])
            for ended in reading.ended_referrals(client)
            if ended["petitionNumber"] in mine
        ),
    )


def settled(scene: Scene, look: Callable[[], Any]) -> tuple[dict[str, File], Any]:
    """Every case file by id, as he reads it who sees all of them, and what ``look`` finds while nothing changes.

    Clocks arrive over the bus in their own time.
    """

    def attempt() -> tuple[dict[str, File], Any]:
        marks = _of_all(scene, reading.marks_by)
        if scene.known is None or scene.known[0] != marks:
            scene.known = (marks, _of_all(scene, reading.files_by))
        found = look()
        assert _of_all(scene, reading.marks_by) == marks
        return scene.known[1], found

    return scene.platform.eventually(attempt)


def _of_all(scene: Scene, read_by: Callable[[Any, str, str, list[str]], list[File]]) -> dict[str, File]:
    found: dict[str, File] = {}
    for county, observer in REFERENCE.items():
        ids = [case.id for case in scene.cases if case.kind.county == county]
        found.update(zip(ids, read_by(scene.client(observer), "id", "ID", ids), strict=True))
    return found


def deviations(scene: Scene, observer: Observer) -> list[str]:
    """Where the observer reads more or less than the rule says; empty where all is well."""
    files, seen = settled(scene, lambda: read(scene, observer))
    sights = {case.id: expected(observer.actor, case.standing) for case in scene.cases}
    wanted = {case.id: shown(files[case.id], sights[case.id]) for case in scene.cases}
    found: list[str] = []

    def compare(what: str, should: Any, does: Any) -> None:
        if should != does:
            found.append(f"{observer}: {what}: {difference(should, does)}")

    for index, case in enumerate(scene.cases):
        compare(f"{case} by id", wanted[case.id], seen.by_id[index])
        compare(f"{case} by number", wanted[case.id], seen.by_number[index])
        compare(f"{case} as a row", wanted[case.id], seen.rows.get(case.id))
        visible = [case.id] if sights[case.id].case else []
        compare(f"{case} by its number as text", _listing(visible), _tidy(seen.by_text[index]))
        compare(f"{case} in the list of all", sights[case.id].case, case.id in seen.unfiltered)
    for name, (_, matches) in FILTERS.items():
        ids = [case.id for case in scene.cases if sights[case.id].case and matches(case, files[case.id])]
        compare(f"filter {name}", _listing(ids), _tidy(seen.lists[name]))
    ended = sorted((case.number, state.value) for case in scene.cases for state in sights[case.id].ended)
    compare("ended referrals", ended, seen.ended)
    return found


def shown(file: File, sight: Sight) -> File | None:
    """The case file as the observer must see it: all of it, or none, but for what the rule keeps back."""
    if not sight.case:
        return None
    petitioners = file["petitioners"] if sight.petitioners else None
    return {**file, "petitioners": petitioners, "queryCode": file["queryCode"] if sight.query_code else None}


def difference(should: Any, does: Any) -> str:
    if isinstance(should, dict) and isinstance(does, dict) and should.keys() == does.keys():
        return "differs in " + ", ".join(key for key in should if should[key] != does[key])
    if should is None:
        return "LEAK: seen, and must not be"
    if does is None:
        return "not seen, and must be"
    return f"should be {should!r}, is {does!r}"


def _listing(ids: list[str]) -> dict[str, Any]:
    return {"totalCount": len(ids), "nodes": sorted(ids), "edges": sorted(ids)}


def _tidy(connection: dict[str, Any]) -> dict[str, Any]:
    return {
        "totalCount": connection["totalCount"],
        "nodes": sorted(node["id"] for node in connection["nodes"]),
        "edges": sorted(edge["node"]["id"] for edge in connection["edges"]),
    }
