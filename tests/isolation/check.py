"""The check itself: what one observer reads, compared with the rule, as a list of what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.isolation import reading
from tests.isolation.rule import Sight, expected
from tests.isolation.rule_of_parts import sees_thread
from tests.isolation.scene import MARK, Case, Scene
from tests.isolation.table import HERE, REFERENCE, Observer
from tests.journey.story import today

File = dict[str, Any]


class InDays(NamedTuple):
    """A day of the check: what is entered here holds on whatever day the check is made."""

    days: int

    def on(self, day: date) -> str:
        return str(day + timedelta(days=self.days))


FILTERS: dict[str, tuple[Any, Callable[[Case, File, Any], bool]]] = {
    "status": (["RETURNED", "ANSWERED"], lambda case, file, given: file["status"] in given),
    "channel": (["LETTER"], lambda case, file, given: file["channel"] in given),
    "nature": (["ACCUSATION"], lambda case, file, given: file["nature"] in given),
    "urgency": (["URGENT"], lambda case, file, given: file["urgency"] in given),
    "category": ("征地补偿", lambda case, file, given: file["category"] == given),
    "place": ("611021102", lambda case, file, given: case.kind.county == HERE),
    "registeredBy": ("611021102", lambda case, file, given: case.kind.county == HERE),
    "involves": ("zrzy", lambda case, file, given: given in case.standing.holders),
    "receivedFrom": (InDays(-1), lambda case, file, given: True),
    "receivedTo": (InDays(1), lambda case, file, given: True),
    "dueBy": (InDays(12), lambda case, file, given: (file["nextDueOn"] or "9999") <= given),
    "text": (MARK, lambda case, file, given: True),
    "repeated": (False, lambda case, file, given: file["repeated"] == given),
    # Of no case of the table: what a matter shows to whom stands in tests/service/test_repeats.py.
    "matter": ("00000000-0000-7000-8000-000000000000", lambda case, file, given: False),
}
"""For each filter a value, and which cases it finds. A new filter of the schema must be entered here."""

# Of what belongs to a case; each is asked together with the case.
CLOCK_FILTERS: dict[str, tuple[Any, Callable[[File, Any], bool]]] = {
    "state": (["RUNNING", "MET"], lambda clock, given: clock["state"] in given),
    "owner": ("zrzy", lambda clock, given: clock["owner"]["code"] == given),
    "obligation": (["REPORT", "TRANSFER"], lambda clock, given: clock["obligation"] in given),
    "binding": (["NAMED"], lambda clock, given: clock["binding"] in given),
    "dueBy": (InDays(20), lambda clock, given: clock["effectiveDueOn"] <= given),
    "dueFrom": (InDays(20), lambda clock, given: clock["effectiveDueOn"] >= given),
    "provisional": (False, lambda clock, given: clock["provisional"] == given),
    "supervised": (True, lambda clock, given: bool(clock["supervisions"]) == given),
    "petitionId": (None, lambda clock, given: True),
}
THREAD_FILTERS: dict[str, tuple[Any, Callable[[File, Any], bool]]] = {
    "state": (["OPEN"], lambda thread, given: thread["state"] in given),
    "addressee": ("slj", lambda thread, given: thread["addressee"]["code"] == given),
    "overdueAnswer": (False, lambda thread, given: True),
    "petitionId": (None, lambda thread, given: True),
}
EXTENSION_FILTERS: dict[str, Any] = {"state": ["REQUESTED"], "tenant": "zrzy"}
REMINDER_FILTERS: dict[str, Any] = {"on": InDays(0), "unacknowledged": True, "urgent": True}

Finds = Callable[..., bool]


def given_on(day: date, filters: Mapping[str, tuple[Any, Finds]]) -> dict[str, tuple[Any, Finds]]:
    """The filters with the values that they have on this day."""
    return {
        name: (value.on(day) if isinstance(value, InDays) else value, finds) for name, (value, finds) in filters.items()
    }


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
    clocks: list[Any]
    threads: list[Any]
    narrowed: dict[str, dict[str, Any]]
    """By list (``clocks``, ``supervisions``) what each filter finds of ``Scene.full``."""
    extensions: dict[str, Any]


def read(scene: Scene, observer: Observer, day: date) -> Seen:
    client = scene.client(observer)
    numbers = [case.number for case in scene.cases]
    by_number = {f"v{index}": {"text": number} for index, number in enumerate(numbers)}
    by_case = {f"v{index}": {"petitionId": case.id} for index, case in enumerate(scene.cases)}
    full = scene.full.id
    mine = set(numbers)
    return Seen(
        by_id=reading.files_by(client, "id", "UUID", [case.id for case in scene.cases]),
        by_number=reading.files_by(client, "number", "String", numbers, fragment=reading.HEAD),
        rows={row["id"]: row for row in reading.newest(client, MARK)},
        lists=reading.lists_by(
            client, {name: {"text": MARK, name: value} for name, (value, _) in given_on(day, FILTERS).items()}
        ),
        by_text=list(reading.lists_by(client, by_number).values()),
        unfiltered={node["id"] for node in reading.lists_by(client, {"all": {}})["all"]["nodes"]},
        ended=sorted(
            (ended["petitionNumber"], ended["state"])
            for ended in reading.ended_referrals(client)
            if ended["petitionNumber"] in mine
        ),
        clocks=list(reading.lists_by(client, by_case, field="clocks").values()),
        threads=list(reading.lists_by(client, by_case, field="supervisions").values()),
        narrowed={
            field: reading.lists_by(client, {name: given | {"petitionId": full} for name, given in some}, field=field)
            for field, some in (("clocks", _given(CLOCK_FILTERS, day)), ("supervisions", _given(THREAD_FILTERS, day)))
        },
        extensions=reading.lists_by(
            client, {name: {name: value} for name, value in EXTENSION_FILTERS.items()} | {"all": {}}, field="extensions"
        ),
    )


def _given(filters: Mapping[str, tuple[Any, Finds]], day: date) -> list[tuple[str, dict[str, Any]]]:
    return [(name, {name: value}) for name, (value, _) in given_on(day, filters).items()]


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
        found.update(zip(ids, read_by(scene.client(observer), "id", "UUID", ids), strict=True))
    return found


def deviations(scene: Scene, observer: Observer) -> list[str]:
    """Where the observer reads more or less than the rule says; empty where all is well."""
    day = today()
    files, seen = settled(scene, lambda: read(scene, observer, day))
    sights = {case.id: expected(observer.actor, case.standing) for case in scene.cases}
    threads = {case.id: threads_for(files[case.id], case, observer) for case in scene.cases}
    reports = {case.id: reports_for(files[case.id], case, observer) for case in scene.cases}
    wanted = {
        case.id: shown(files[case.id], sights[case.id], threads[case.id], reports[case.id]) for case in scene.cases
    }
    found: list[str] = []

    def compare(what: str, should: Any, does: Any) -> None:
        if should != does:
            found.append(f"{observer}: {what}: {difference(should, does)}")

    for index, case in enumerate(scene.cases):
        compare(f"{case} by id", wanted[case.id], seen.by_id[index])
        compare(f"{case} by number", reading.head_of(wanted[case.id]), seen.by_number[index])
        compare(f"{case} as a row", reading.head_of(wanted[case.id]), seen.rows.get(case.id))
        visible = [case.id] if sights[case.id].case else []
        compare(f"{case} by its number as text", _listing(visible), _tidy(seen.by_text[index]))
        mine = wanted[case.id]
        compare(f"clocks of {case}", _listing(_ids(mine["clocks"]) if mine else []), _tidy(seen.clocks[index]))
        compare(f"supervisions of {case}", _listing(_ids(threads[case.id])), _tidy(seen.threads[index]))
        compare(f"{case} in the list of all", sights[case.id].case, case.id in seen.unfiltered)
    for name, (value, finds) in given_on(day, FILTERS).items():
        ids = [case.id for case in scene.cases if sights[case.id].case and finds(case, files[case.id], value)]
        compare(f"filter {name}", _listing(ids), _tidy(seen.lists[name]))
    full = scene.full
    file = wanted[full.id]
    for name, (value, finds) in given_on(day, CLOCK_FILTERS).items():
        clocks = [clock for clock in file["clocks"] if finds(clock, value)] if file else []
        compare(f"clocks by {name}", _listing(_ids(clocks)), _tidy(seen.narrowed["clocks"][name]))
    for name, (value, finds) in given_on(day, THREAD_FILTERS).items():
        found_threads = [thread for thread in threads[full.id] if finds(thread, value)]
        compare(f"supervisions by {name}", _listing(_ids(found_threads)), _tidy(seen.narrowed["supervisions"][name]))
    every = {one["id"] for file in files.values() for one in file["extensions"]}
    visible_ones = {one["id"] for file in wanted.values() if file for one in file["extensions"]}
    of_zrzy = {one["id"] for file in wanted.values() if file for one in file["extensions"]
               if one["tenant"]["code"] == "zrzy"}  # fmt: skip
    for name, ids_wanted in (("all", visible_ones), ("state", visible_ones), ("tenant", of_zrzy)):
        compare(f"extensions by {name}", ids_wanted, every & set(_tidy(seen.extensions[name])["nodes"]))
    ended = sorted((case.number, state.value) for case in scene.cases for state in sights[case.id].ended)
    compare("ended referrals", ended, seen.ended)
    return found


def shown(file: File, sight: Sight, threads: list[File], reports: list[File]) -> File | None:
    """The case file as the observer must see it: all of it, or none, but for what the rule keeps back."""
    if not sight.case:
        return None
    ids = set(_ids(threads))

    def clock_shown(clock: File) -> File:
        return {**clock, "supervisions": [one for one in clock["supervisions"] if one["id"] in ids]}

    return {
        **file,
        "petitioners": file["petitioners"] if sight.petitioners else None,
        "queryCode": file["queryCode"] if sight.query_code else None,
        "proposal": file["proposal"] if sight.query_code else None,
        "clocks": [clock_shown(clock) for clock in file["clocks"]],
        "supervisions": threads,
        "urgentReports": reports,
        "papers": [paper for paper in file["papers"] if not _of_another(paper, file["urgentReports"], reports)],
    }


def _of_another(paper: File, every: list[File], seen: list[File]) -> bool:
    """Whether it is the paper of an urgent report that the observer does not see."""
    hidden = {report["id"] for report in every} - {report["id"] for report in seen}
    return any(f"/urgent-reports/{key}.docx" in paper["documentPath"] for key in hidden)


def threads_for(file: File, case: Case, observer: Observer) -> list[File]:
    """The supervisions of a case that the observer must see, whether or not he sees the case."""
    return [
        thread
        for thread in file["supervisions"]
        if sees_thread(
            observer.actor,
            case.standing,
            parties={thread["openedBy"]["code"], thread["addressee"]["code"]},
        )
    ]


def reports_for(file: File, case: Case, observer: Observer) -> list[File]:
    """The urgent reports of a case for whoever made them and whoever was told, whether or not they see the case."""
    return [
        report
        for report in file["urgentReports"]
        if sees_thread(
            observer.actor,
            case.standing,
            parties={report["tenant"]["code"], *(told["tenant"]["code"] for told in report["told"] if told["tenant"])},
        )
    ]


def _ids(rows: list[File]) -> list[str]:
    return [row["id"] for row in rows]


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
