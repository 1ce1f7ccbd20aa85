"""What a model may learn from, and how it finds out how far it may be trusted."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from services.contracts.intake import Nature
from services.contracts.routing import ReferralRole
from services.contracts.routing import ReferralState as S
from services.routing import learned, training
from services.routing.precedents import DECIDED, answerable_cases, decided_cases, settle
from services.routing.training import Checked, TooFewCases, choose_sharpness, choose_threshold, train, when_sure
from tests.unit.routing.letters import letters
from tests.unit.routing.made import petition, referral

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("state", S)
def test_a_case_is_decided_when_its_lead_has_taken_it_as_its_own(state: S) -> None:
    found = decided_cases([petition(category="水利")], [referral("slj", ReferralRole.LEAD, state)])
    assert [(case.category, case.tenant) for case in found] == ([("水利", "slj")] if state in DECIDED else [])
    assert decided_cases([petition()], [referral("slj", ReferralRole.SUPPORT, state)]) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"nature": Nature.ACCUSATION},
        {"confidential": True},
        {"accused": ["slj"]},
        {"accused_users": ["clerk@luonan"]},
        {"accused_people": ["张某"]},
    ],
)
def test_accusations_and_confidential_items_are_not_learned_from(changes: dict[str, object]) -> None:
    assert decided_cases([petition(**changes)], [referral("slj", ReferralRole.LEAD, S.CLOSED)]) == []


def test_a_historical_item_teaches_its_category_alone() -> None:
    (case,) = decided_cases([petition(historical=True, category="水利")], [])
    assert (case.category, case.tenant) == ("水利", "")


def test_a_path_of_few_cases_counts_as_the_path_above_it() -> None:
    paths = ["城建/物业/收费"] * 12 + ["城建/物业/停车"] * 6 + ["城建/物业"] * 4 + ["城建/道路"] * 3 + ["农业"] * 2
    assert settle(paths) == ["城建/物业/收费"] * 12 + ["城建/物业"] * 10 + [""] * 5
    assert settle([]) == []


def test_what_has_too_few_cases_is_learned_as_something_else_that_is_never_suggested(tmp_path: Path) -> None:
    """Noise and smoke in nine categories of five cases each: not one of them is enough for itself."""
    cases = [
        case._replace(category=f"环境{number // 3 % 9}") if case.tenant == "hbj" else case
        for number, case in enumerate(letters(135))
    ]
    version, content, facts = train(cases, county="611021", now=NOW)
    assert facts.heads["category"].labels == ["", "交通运输/农村公路", "劳动和社会保障/工资"]
    path = tmp_path / f"{version}.npz"
    path.write_bytes(content)
    found = learned.read(path, county="611021").suggest(title="砖厂夜间冒黑烟", body="烟囱夜里排放黑烟，窗台落满粉尘。")
    assert (found.category, found.body) == (None, "hbj")
    assert found.category_confidence > 0.5
    assert not found.unsure


def test_too_few_cases_make_no_model() -> None:
    with pytest.raises(TooFewCases):
        train(letters(49), county="611021", now=NOW)
    with pytest.raises(TooFewCases):
        train([], county="611021", now=NOW)
    assert answerable_cases(["a"] * 60) is None
    assert answerable_cases(["a"] * 50 + ["b"] * 9) is None
    assert answerable_cases(["a"] * 40 + ["b"] * 10) is not None


def test_the_service_says_what_training_measured(tmp_path: Path) -> None:
    cases = letters(60)
    version, content, _ = train(cases, county="611021", now=NOW)
    path = tmp_path / f"{version}.npz"
    path.write_bytes(content)
    head = learned.read(path, county="611021").heads["category"]
    counts = training.count_matrix((case.title, case.body) for case in letters(30, seed=2))
    measured = training.learn(
        training.count_matrix((case.title, case.body) for case in cases), [case.category for case in cases]
    ).ask(counts)
    for number, case in enumerate(letters(30, seed=2)):
        answer, sure = head.best(learned.counted(case.title, case.body))
        assert answer == measured.guesses[number]
        assert sure == pytest.approx(measured.confidences[number], abs=1e-4)


def test_two_answers_are_enough(tmp_path: Path) -> None:
    two = [case for case in letters(120) if case.tenant != "hbj"]
    _, _, facts = train(two, county="611021", now=NOW)
    assert facts.heads["body"].labels == ["jtj", "rsj"]
    assert facts.heads["body"].macro_f1 > 0.9


def test_the_threshold_is_the_lowest_from_which_on_it_was_right_often_enough() -> None:
    """100 answers: the surer half always right, the other half in three cases of five."""
    confidences = np.concatenate([np.full(50, 0.8), np.full(50, 0.62)])
    guesses = ["a"] * 50 + ["a", "a", "a", "b", "b"] * 10
    checked = Checked(guesses, confidences)
    assert choose_threshold(["a"] * 100, checked) == 0.65
    assert when_sure(["a"] * 100, checked, 0.65) == (1.0, 0.5)
    assert when_sure(["a"] * 100, checked, 0.5) == (0.8, 1.0)


def test_where_no_confidence_is_good_enough_it_is_never_sure() -> None:
    often_wrong = Checked(["a", "b"] * 50, np.full(100, 0.99))
    assert choose_threshold(["a"] * 100, often_wrong) is None
    assert when_sure(["a"] * 100, often_wrong, None) == (None, 0.0)
    seldom_sure = Checked(["a"] * 100, np.concatenate([np.full(19, 0.9), np.full(81, 0.1)]))
    assert choose_threshold(["a"] * 100, seldom_sure) is None


def test_scores_are_sharpened_as_far_as_they_are_right() -> None:
    scores = np.array([[1.0, 0.0]] * 100)
    always, two_of_three = [0] * 100, [0, 0, 1] * 33 + [0]
    assert choose_sharpness(scores, always) == pytest.approx(np.log(101), rel=0.15)
    assert choose_sharpness(scores, two_of_three) == pytest.approx(np.log(2), rel=0.15)
