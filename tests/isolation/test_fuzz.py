"""Every query field and every mutation, by every user, about cases that are not his: nothing leaks, nothing fails.

Each user asks about one of those cases in each operation, all of them together about every sort.
"""

from random import Random

import pytest

from tests.isolation import fuzz, reading
from tests.isolation.check import File, settled
from tests.isolation.rule import expected
from tests.isolation.scene import Case, Scene
from tests.isolation.table import OBSERVERS, Observer
from tests.isolation.test_ways_round import letting_everything_through

SHARE = {"Query": 2, "Mutation": 4}
"""Each user tries every second query and every fourth mutation, his neighbour in the list the next ones."""

each_observer = pytest.mark.parametrize("observer", OBSERVERS, ids=str)


def not_his(scene: Scene, observer: Observer) -> list[Case]:
    """Cases that he does not see: foreign, returned, confidential accusations, and those of the other county."""
    return [case for case in scene.cases if not expected(observer.actor, case.standing).case]


def secrets(file: File, observer: Observer, case: Case) -> set[str]:
    """What nothing may show him of a case that he does not see: its query code, and the ids of all that happened.

    Who was a party of a thread about it, a supervision or an urgent report, knows of the case by it.
    """
    told = {case.query_code, *(entry["id"] for entry in file["timeline"])}
    if observer.actor.county == case.kind.county and observer.actor.tenant in case.kind.players.values():
        return told
    return told | {case.id} | {one["id"] for name in reading.PARTS for one in file[name]}


@each_observer
@pytest.mark.parametrize("root", ["Query", "Mutation"])
def test_no_operation_shows_anything_of_a_foreign_case_or_fails(scene: Scene, observer: Observer, root: str) -> None:
    of = SHARE[root]
    faults, leaks = tried(scene, observer, root, part=OBSERVERS.index(observer) % of, of=of)
    assert faults == []
    assert leaks == []


def test_a_policy_that_lets_everything_through_is_caught(scene: Scene) -> None:
    bureau = next(one for one in OBSERVERS if str(one) == "gongan.head@luonan")
    with letting_everything_through(scene, "petition"):
        _, leaks = tried(scene, bureau, "Query")
    assert leaks
    assert tried(scene, bureau, "Query") == ([], [])


def tried(scene: Scene, observer: Observer, root: str, *, part: int = 0, of: int = 1) -> tuple[list[str], list[str]]:
    """What failed, and what was shown of cases that are not his, when he tried every ``of``-th operation of the root
    type from the ``part``-th."""
    files = scene.known[1] if scene.known else settled(scene, lambda: None)[0]
    foreign = not_his(scene, observer)
    hidden = {secret: case for case in foreign for secret in secrets(files[case.id], observer, case)}
    asked = list(fuzz.operations(root, foreign, Random(f"{observer}/{root}")))[part::of]
    faults: list[str] = []
    leaks: list[str] = []
    for document, variables in fuzz.documents(root, asked):
        text, failed = fuzz.answered(scene.client(observer), document, variables)
        faults += failed
        # What he said himself may be said back to him.
        said = str(variables)
        leaks += [f"{case}: {secret}" for secret, case in hidden.items() if secret in text and secret not in said]
    return faults, leaks
