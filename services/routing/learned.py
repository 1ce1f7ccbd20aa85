"""A learned model: how text becomes numbers, what the model says about it, and the file in which it lies.

A text is counted by its characters and pairs of characters, each known by a checksum alone and every number by the same
sign: nobody reads a letter, a name or a telephone number out of the file. Each question (category, body) has a linear
classifier of its own. Applying a model takes numpy and nothing else; ``training`` makes it. The file is numpy's archive
of plain arrays, read without pickle: it can hold wrong numbers but execute nothing. Its version ends with the hash of
its content, which is checked when it is read.
"""

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.contracts.proposals import Suggestion

FORMAT = 1
FEATURES = 2**18
GRAMS = (1, 2)
"""Lengths of the runs of characters that are counted."""
TITLE_COUNTS = 3
"""A title says in a dozen characters what a letter says in hundreds: it counts so many times."""
LONGEST = 5000
"""Characters of a letter that are read; what a letter is about is said by then."""

DIGITS = re.compile(r"[0-9]+")

Floats = NDArray[np.float32]
CATEGORY, BODY = "category", "body"
ARRAYS = ("weighing", "weights", "bias")


class NotAModel(Exception):
    """The file is no model of this county that this version can use; the message says why."""


class HeadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the numbers of one question's classifier."""

    labels: list[str]
    """Answers in the order of the weights; ``""`` stands for all that had too few cases, and is never suggested."""
    threshold: float | None
    """Confidence from which its answer may be told; None where it was not right often enough at any."""
    cases: int
    macro_f1: float
    """Of the cross-validation when it was trained."""
    right_when_sure: float | None
    sure: float
    """Share of cases in which it was sure, in the same cross-validation."""


class ModelFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a model's file beside its arrays."""

    format: int
    county: str
    trained_at: str
    heads: dict[str, HeadFacts]


class Head:
    """One question's classifier: how much each feature counts, and of each answer a weight for each feature."""

    def __init__(self, *, facts: HeadFacts, weighing: Floats, weights: Floats, bias: Floats) -> None:
        self.facts = facts
        self.weighing = weighing
        self.weights = weights
        self.bias = bias

    def best(self, counts: Mapping[int, int]) -> tuple[str, float]:
        """The likeliest answer and its probability."""
        features = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts)) * self.weighing[features]
        length = float(np.linalg.norm(values)) or 1.0
        scores = (self.weights[:, features] @ values / length + self.bias).astype(np.float64)
        likely = np.exp(scores - scores.max())
        place = int(likely.argmax())
        return self.facts.labels[place], float(likely[place] / likely.sum())


class Model:
    def __init__(self, *, facts: ModelFacts, heads: Mapping[str, Head], version: str) -> None:
        self.facts = facts
        self.heads = heads
        self.version = version

    def suggest(self, *, title: str, body: str) -> Suggestion:
        counts = counted(title, body)
        told: dict[str, str | None] = {CATEGORY: None, BODY: None}
        sure: dict[str, float] = {CATEGORY: 0.0, BODY: 0.0}
        for question, head in self.heads.items():
            answer, sure[question] = head.best(counts)
            threshold = head.facts.threshold
            told[question] = answer if answer and threshold is not None and sure[question] >= threshold else None
        return Suggestion(
            model=self.version,
            category=told[CATEGORY],
            category_confidence=round(sure[CATEGORY], 3),
            body=told[BODY],
            body_confidence=round(sure[BODY], 3),
            unsure=told[CATEGORY] is None and told[BODY] is None,
        )


def counted(title: str, body: str) -> Counter[int]:
    """How often each feature stands in a letter."""
    found: Counter[int] = Counter()
    for text, times in ((title, TITLE_COUNTS), (body, 1)):
        plain = "".join(DIGITS.sub("0", unicodedata.normalize("NFKC", text[:LONGEST]).lower()).split())
        for length in GRAMS:
            for start in range(len(plain) - length + 1):
                found[zlib.crc32(plain[start : start + length].encode("utf-8", "replace")) % FEATURES] += times
    return found


def version_of(content: bytes, trained_at: str) -> str:
    """The instant of training and the content's hash: versions sort by age, and none stands for two contents."""
    return f"{trained_at}-{hashlib.sha256(content).hexdigest()[:12]}"


def encode(facts: ModelFacts, heads: Mapping[str, Head]) -> bytes:
    """The content of a model's file."""
    arrays: dict[str, Any] = {"facts": np.frombuffer(msgspec.json.encode(facts), dtype=np.uint8)}
    for question, head in heads.items():
        for name in ARRAYS:
            arrays[f"{question}_{name}"] = getattr(head, name)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def read(path: Path, *, county: str) -> Model:
    """Raises ``NotAModel``, and ``FileNotFoundError`` where there is no such file."""
    content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            facts = msgspec.json.decode(arrays["facts"].tobytes(), type=ModelFacts)
            if facts.format != FORMAT or facts.county != county:
                raise NotAModel(f"format {facts.format} of county {facts.county}")
            heads = {
                question: Head(
                    facts=head,
                    weighing=_floats(arrays[f"{question}_weighing"], (FEATURES,)),
                    weights=_floats(arrays[f"{question}_weights"], (len(head.labels), FEATURES)),
                    bias=_floats(arrays[f"{question}_bias"], (len(head.labels),)),
                )
                for question, head in facts.heads.items()
            }
    except (
        ValueError,
        KeyError,
        EOFError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
        msgspec.MsgspecError,
    ) as error:
        raise NotAModel(f"{type(error).__name__}: {error}") from error
    if version_of(content, facts.trained_at) != path.stem:
        raise NotAModel("its content is not what its name says")
    return Model(facts=facts, heads=heads, version=path.stem)


def _floats(array: NDArray[Any], shape: tuple[int, ...]) -> Floats:
    if array.dtype != np.float32 or array.shape != shape:
        raise NotAModel(f"an array of {array.dtype}{array.shape} in place of float32{shape}")
    return array
