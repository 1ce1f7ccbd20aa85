"""How a model is made from a county's decided cases, and how good it is by cross-validation. No file, no database.

Only ``./xinqiao suggest`` imports this: it takes scikit-learn, which the running service does without. The classifier
is a linear support vector machine; its scores are made probabilities by one factor, the sharpness under which the
answers of the cross-validation were likeliest (temperature scaling).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from services.routing.learned import (
    BODY,
    CATEGORY,
    FEATURES,
    FORMAT,
    Head,
    HeadFacts,
    ModelFacts,
    counted,
    encode,
    version_of,
)
from services.routing.precedents import Case, answerable_cases

FOLDS = 5
RIGHT_ENOUGH = 0.9
"""How often it must be right when it is sure."""
LEAST_SURE = 20
"""Fewer sure cases prove nothing about how often it is right."""
THRESHOLDS = tuple(step / 20 for step in range(10, 20))
"""From one half on: below it the best answer is likelier wrong than right by the classifier's own word."""
SHARPNESSES = tuple(2 ** (step / 4) for step in range(-8, 29))
"""By how much scores may be multiplied before they are read as logarithms of probabilities."""

Numbers = NDArray[np.float64]


class Checked(NamedTuple):
    """What was said about each case by a classifier that had learned from the others alone."""

    guesses: list[str]
    confidences: Numbers


class Learned(NamedTuple):
    """One question's classifier, and what its cross-validation said."""

    labels: list[str]
    weighing: Numbers
    weights: Numbers
    bias: Numbers
    threshold: float | None
    checked: Checked

    def ask(self, counts: sparse.csr_matrix) -> Checked:
        """What it says about other letters."""
        return best(self.labels, apply_weighing(counts, self.weighing) @ self.weights.T + self.bias)


class TooFewCases(Exception):
    """Neither question has enough cases."""


def train(cases: Sequence[Case], *, county: str, now: datetime) -> tuple[str, bytes, ModelFacts]:
    """Version, content and facts of a new model. ``now`` in UTC. Raises ``TooFewCases``."""
    counts = count_matrix((case.title, case.body) for case in cases)
    heads: dict[str, Head] = {}
    for question, answers in ((CATEGORY, [case.category for case in cases]), (BODY, [case.tenant for case in cases])):
        if (found := answerable_cases(answers)) is not None:
            heads[question] = _head(counts[found[0]], found[1])
    if not heads:
        raise TooFewCases
    trained_at = now.strftime("%Y%m%dT%H%M%SZ")
    facts = ModelFacts(
        format=FORMAT,
        county=county,
        trained_at=trained_at,
        heads={question: head.facts for question, head in heads.items()},
    )
    content = encode(facts, heads)
    return version_of(content, trained_at), content, facts


def _head(counts: sparse.csr_matrix, answers: Sequence[str]) -> Head:
    learned = learn(counts, answers)
    right, sure = when_sure(answers, learned.checked, learned.threshold)
    facts = HeadFacts(
        labels=learned.labels,
        threshold=learned.threshold,
        cases=len(answers),
        macro_f1=macro_f1(answers, learned.checked.guesses),
        right_when_sure=right,
        sure=sure,
    )
    return Head(
        facts=facts,
        weighing=learned.weighing.astype(np.float32),
        weights=learned.weights.astype(np.float32),
        bias=learned.bias.astype(np.float32),
    )


def learn(counts: sparse.csr_matrix, answers: Sequence[str], *, seed: int = 0) -> Learned:
    """A classifier from all cases, with the sharpness and the threshold that its cross-validation chooses."""
    labels = sorted(set(answers))
    scores = _scores_of_others(counts, answers, labels=labels, seed=seed)
    sharpness = choose_sharpness(scores, [labels.index(answer) for answer in answers])
    checked = best(labels, scores * sharpness)
    weighing = weigh(counts)
    weights, bias = fit(apply_weighing(counts, weighing), answers)
    return Learned(
        labels=labels,
        weighing=weighing,
        weights=weights * sharpness,
        bias=bias * sharpness,
        threshold=choose_threshold(answers, checked),
        checked=checked,
    )


def _scores_of_others(
    counts: sparse.csr_matrix, answers: Sequence[str], *, labels: Sequence[str], seed: int
) -> Numbers:
    """Each case's scores by a classifier that learned from the other folds alone, their weighing included."""
    truth = np.array(answers)
    scores = np.zeros((len(truth), len(labels)))
    for known, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(truth, truth):
        weighing = weigh(counts[known])
        weights, bias = fit(apply_weighing(counts[known], weighing), truth[known].tolist())
        scores[asked] = apply_weighing(counts[asked], weighing) @ weights.T + bias
    return scores


def choose_sharpness(scores: Numbers, truth: Sequence[int]) -> float:
    """The factor under which the true answers (by their place) are likeliest.

    As if one more case had been wrong (Platt's rule): however well it did on few cases, it is not certain.
    """
    places = np.arange(len(truth))
    others = scores.shape[1] - 1
    doubt = 1 / (len(truth) + 2)

    def surprise(sharpness: float) -> float:
        logs = np.log(_probabilities(scores * sharpness) + 1e-300)
        right = logs[places, truth]
        wrong = (logs.sum(axis=1) - right) / others
        return float(-((1 - doubt) * right + doubt * wrong).mean())

    return min(SHARPNESSES, key=surprise)


def choose_threshold(answers: Sequence[str], checked: Checked) -> float | None:
    """The lowest confidence from which on it was right often enough, over enough cases; None where there is none."""
    for threshold in THRESHOLDS:
        right, sure = when_sure(answers, checked, threshold)
        if right is not None and right >= RIGHT_ENOUGH and round(sure * len(answers)) >= LEAST_SURE:
            return threshold
    return None


def when_sure(answers: Sequence[str], checked: Checked, threshold: float | None) -> tuple[float | None, float]:
    """How often it is right when it is sure (None where it never is), and the share of cases in which it is sure."""
    if threshold is None:
        return None, 0.0
    told = [
        guess == answer
        for guess, answer, confidence in zip(checked.guesses, answers, checked.confidences, strict=True)
        if guess and confidence >= threshold
    ]
    return (sum(told) / len(told) if told else None), len(told) / len(answers)


def macro_f1(answers: Sequence[str], guesses: Sequence[str]) -> float:
    """The mean of every answer's F1: a rare answer counts as much as a frequent one."""
    return float(f1_score(answers, guesses, average="macro", zero_division=0))


def best(labels: Sequence[str], scores: Numbers) -> Checked:
    """The likeliest answer of each row, and its probability."""
    likely = _probabilities(scores)
    return Checked([labels[place] for place in likely.argmax(axis=1)], likely.max(axis=1))


def count_matrix(letters: Iterable[tuple[str, str]]) -> sparse.csr_matrix:
    """A row for each (title, body), a column for each feature."""
    features: list[int] = []
    counts: list[int] = []
    ends = [0]
    for title, body in letters:
        found = counted(title, body)
        features.extend(found.keys())
        counts.extend(found.values())
        ends.append(len(features))
    return sparse.csr_matrix((np.array(counts, dtype=np.float64), features, ends), shape=(len(ends) - 1, FEATURES))


def weigh(counts: sparse.csr_matrix) -> Numbers:
    """Inverse document frequency, smoothed. What stands in no letter counts most: it has no weight for any answer, but
    lengthens the row, so the stranger a letter, the less is said about it."""
    having: Numbers = np.bincount(counts.indices, minlength=FEATURES).astype(np.float64)
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + having)) + 1)


def apply_weighing(counts: sparse.csr_matrix, weighing: Numbers) -> sparse.csr_matrix:
    """The weighed rows, each of length 1, as ``learned.Head`` weighs a letter."""
    return normalize(counts @ sparse.diags(weighing))


def fit(rows: sparse.csr_matrix, answers: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Weights (a row for each answer, sorted) and biases. Every answer weighs the same, however few its cases."""
    used = np.unique(rows.indices)  # the others would only be zeros to carry
    machine = LinearSVC(class_weight="balanced", random_state=0)
    machine.fit(rows[:, used], list(answers))
    weights, bias = machine.coef_, np.atleast_1d(machine.intercept_)
    if len(weights) == 1:  # of two answers, scikit-learn keeps the second one's alone
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    whole = np.zeros((len(weights), FEATURES))
    whole[:, used] = weights
    return whole, bias


def _probabilities(scores: Numbers) -> Numbers:
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))
