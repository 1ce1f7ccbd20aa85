"""How good the learned suggestion is on labelled letters, beside a reference, and how often "unsure" is right."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, pstdev
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from deploy.local.errors import LocalError
from deploy.operator.import_rows import Unfit, open_source
from services.routing.training import FOLDS, Checked, count_matrix, learn, macro_f1

OURS = "信桥（1–2 字，标题三倍，各类同重）"
REFERENCES = {
    "对照：TF-IDF 2–4 字 + LinearSVC": None,
    "对照：同上，各类同重": "balanced",
}
TOLD_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
LEAST_ROWS = 100


class Letter(NamedTuple):
    title: str
    body: str
    label: str


class Sureness(NamedTuple):
    """What a threshold does; shares in [0, 1], None of nothing."""

    sure: float
    right_when_sure: float | None
    wrong_when_unsure: float | None
    """Of the cases of which it was unsure, those in which its best guess would have been wrong."""


class Evaluation(NamedTuple):
    labels: Counter[str]
    repeats: int
    scores: dict[str, list[float]]
    """By method, the macro-F1 of each repetition."""
    sureness: dict[float, Sureness]
    """By threshold, over all repetitions."""
    chosen: Sureness
    """With the threshold that each fold's own training cases chose."""
    chosen_thresholds: list[float | None]


def labelled_letters(path: Path, *, title: str, text: str, label: str) -> list[Letter]:
    """The rows that have a label of which there are enough for every fold. Raises ``LocalError``."""
    source = open_source(path)
    missing = [name for name in (title, text, label) if name not in source.header]
    if missing:
        raise LocalError(f"{path.name} 没有列 {'、'.join(missing)}；现有：{'、'.join(source.header)}")
    places = [source.header.index(name) for name in (title, text, label)]
    rows = [Letter(*(row.cells[place] for place in places)) for row in source.rows() if not isinstance(row, Unfit)]
    counts = Counter(letter.label for letter in rows)
    usable = [letter for letter in rows if letter.label.strip() and counts[letter.label] >= 2 * FOLDS]
    if len(usable) < LEAST_ROWS or len({letter.label for letter in usable}) < 2:
        raise LocalError(
            f"{path.name} 可用的行太少：{len(usable)} 行。至少需要 {LEAST_ROWS} 行，且至少两类各有 {2 * FOLDS} 行"
        )
    return usable


def evaluate(letters: Sequence[Letter], *, repeats: int) -> Evaluation:
    """Repeated cross-validation: every fold is judged by models that never saw it, sharpness and threshold included."""
    truth = np.array([letter.label for letter in letters])
    texts = [f"{letter.title}\n{letter.body}" for letter in letters]
    counts = count_matrix((letter.title, letter.body) for letter in letters)
    scores: dict[str, list[float]] = {OURS: [], **{name: [] for name in REFERENCES}}
    seen: list[tuple[str, str, float, float | None]] = []
    thresholds: list[float | None] = []
    for seed in range(repeats):
        guesses = {name: np.empty(len(truth), dtype=object) for name in scores}
        for known, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(truth, truth):
            learned = learn(counts[known], truth[known].tolist(), seed=seed)
            answer: Checked = learned.ask(counts[asked])
            guesses[OURS][asked] = answer.guesses
            thresholds.append(learned.threshold)
            said = zip(truth[asked].tolist(), answer.guesses, answer.confidences.tolist(), strict=True)
            seen.extend((*one, learned.threshold) for one in said)
            for name, weight in REFERENCES.items():
                guesses[name][asked] = _reference(texts, truth, known=known, asked=asked, class_weight=weight)
        for name, guessed in guesses.items():
            scores[name].append(macro_f1(truth.tolist(), guessed.tolist()))
    return Evaluation(
        labels=Counter(truth.tolist()),
        repeats=repeats,
        scores=scores,
        sureness={
            threshold: _sureness([(right == guess, sure >= threshold) for right, guess, sure, _ in seen])
            for threshold in TOLD_THRESHOLDS
        },
        chosen=_sureness([(right == guess, own is not None and sure >= own) for right, guess, sure, own in seen]),
        chosen_thresholds=thresholds,
    )


def _reference(
    texts: Sequence[str],
    truth: "np.ndarray[tuple[int], np.dtype[np.str_]]",
    *,
    known: Sequence[int],
    asked: Sequence[int],
    class_weight: str | None,
) -> list[str]:
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(2, 4)), LinearSVC(class_weight=class_weight, random_state=0)
    )
    pipeline.fit([texts[place] for place in known], truth[known])
    return [str(label) for label in pipeline.predict([texts[place] for place in asked])]


def _sureness(told: Sequence[tuple[bool, bool]]) -> Sureness:
    """From (right, sure) of each case."""
    sure = [right for right, is_sure in told if is_sure]
    unsure = [right for right, is_sure in told if not is_sure]
    return Sureness(
        sure=len(sure) / len(told),
        right_when_sure=fmean(sure) if sure else None,
        wrong_when_unsure=1 - fmean(unsure) if unsure else None,
    )


def report(evaluation: Evaluation) -> Iterator[str]:
    """The lines that tell it, tables in Markdown."""
    labels = "、".join(f"{label} {count}" for label, count in evaluation.labels.most_common())
    yield f"{evaluation.labels.total()} 行，{len(evaluation.labels)} 类（{labels}）"
    yield f"{FOLDS} 折交叉验证，重复 {evaluation.repeats} 次"
    yield ""
    yield "| 方法 | macro-F1（均值 ± 标准差） |"
    yield "|---|--:|"
    for name, scores in evaluation.scores.items():
        yield f"| {name} | {fmean(scores):.3f} ± {pstdev(scores):.3f} |"
    yield ""
    yield "| 把握不低于 | 有建议 | 其中正确 | 没有把握的，最可能的答案确实是错的 |"
    yield "|--:|--:|--:|--:|"
    for threshold, sureness in evaluation.sureness.items():
        yield f"| {threshold:.2f} | {_cells(sureness)} |"
    chosen = sorted({threshold for threshold in evaluation.chosen_thresholds if threshold is not None})
    span = f"{chosen[0]:.2f}–{chosen[-1]:.2f}" if chosen else "无"
    yield f"| 训练时自选（{span}） | {_cells(evaluation.chosen)} |"


def _cells(sureness: Sureness) -> str:
    return " | ".join("—" if share is None else f"{share:.1%}" for share in sureness)
