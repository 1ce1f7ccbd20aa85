"""Every query field and every mutation, by every user, about cases that are not his: nothing leaks, nothing fails.

Each user asks about one of those cases in each operation, all of them together about every sort. The count
of all combinations stands in docs/visibility.md.
"""

from random import Random

import pytest

from tests.isolation import fuzz
from tests.isolation.rule import expected
from tests.isolation.scene import Case, Scene
from tests.isolation.table import OBSERVERS, Observer
from tests.isolation.test_ways_round import letting_everything_through

each_observer = pytest.mark.parametrize("observer", OBSERVERS, ids=str)


def not_his(scene: Scene, observer: Observer) -> list[Case]:
    """Cases that he does not see: foreign, returned, confidential accusations, and those of the other county."""
    return [case for case in scene.cases if not expected(observer.actor, case.standing).case]


def secrets(observer: Observer, case: Case) -> set[str]:
    """What nothing may show him of a case that he does not see.

    Who was a party of a thread about it, a supervision or an urgent report, knows the case by it.
    """
    party = observer.actor.county == case.kind.county and observer.actor.tenant in case.kind.players.values()
    return {case.query_code} if party else {case.query_code, case.id}


@each_observer
@pytest.mark.parametrize("root", ["Query", "Mutation"])
def test_no_operation_shows_anything_of_a_foreign_case_or_fails(scene: Scene, observer: Observer, root: str) -> None:
    faults, leaks = tried(scene, observer, root)
    assert faults == []
    assert leaks == []


def test_a_policy_that_lets_everything_through_is_caught(scene: Scene) -> None:
    bureau = next(one for one in OBSERVERS if str(one) == "gongan.head@luonan")
    with letting_everything_through(scene, "petition"):
        _, leaks = tried(scene, bureau, "Query")
    assert leaks
    assert tried(scene, bureau, "Query") == ([], [])


def tried(scene: Scene, observer: Observer, root: str) -> tuple[list[str], list[str]]:
    """What failed, and what was shown of cases that are not his, when he tried every operation of the root type."""
    foreign = not_his(scene, observer)
    asked = list(fuzz.operations(root, foreign, Random(f"{observer}/{root}")))
    hidden = {secret: case for case in foreign for secret in secrets(observer, case)}
    faults: list[str] = []
    leaks: list[str] = []
    for document, variables in fuzz.documents(root, asked, at_once=fuzz.AT_ONCE):
        text, failed = fuzz.answered(scene.client(observer), document, variables)
        faults += failed
        leaks += [f"{case}: {secret}" for secret, case in hidden.items() if secret in text]
    return faults, leaks
