"""How alike two items are: signatures of their texts, and what is compared of them. Pure.

Two questions, two answers. *The same text from many people*: a MinHash sketch of all that is written, which survives a
changed word or signature. *Many texts on one matter*: the three-character pieces of the title and of the places and
bodies that the text names, each worth the more the rarer it is in the county. Both are found by integer keys, which
are of one county each, so that an index finds what shares one.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

SHINGLE = 5
"""Characters in a piece of text of which the sketch is made: two or three Chinese words."""
PIECE = 3
"""Characters in a piece of a title or a name."""
BANDS, ROWS = 16, 4
"""Texts that share 70 % of their shingles share a band with a probability of 98.8 %, 85 % with 99.999 %, 30 % with
12 %."""
SKETCH = BANDS * ROWS
"""Values in a sketch, a byte of each is kept: the estimate of a Jaccard index of 0.8 errs by 0.05 (one sigma)."""
SHORTEST = 30
"""Characters below which a text has no sketch: a bare title is no text that many hand in."""
LONGEST = 20_000
"""Characters of a text that are read."""
CHANCE = 1 / 256
"""That two bytes are equal without their values being so."""
MOST_FEATURES = 64
BUCKETS = 100
"""Parts of a register, of which each item lies in one: a sample of it is one part or more."""
SAME_TEXT = 0.7
"""Resemblance from which two texts are called the same. Read by eye (docs/benchmarks.md): the pairs just above it were
the same text with small changes, between 0.5 and 0.7 some told of another place in the same words."""
SAME_MATTER = 0.25
"""Likeness from which two items are shown as perhaps one matter. Of the pairs just below it half were none, just above
it three in five were one (docs/benchmarks.md)."""
MUCH_ALIKE = 0.4
"""Resemblance from which they are so whatever their titles say: much of the text is shared."""

ENDS = (
    *("小区", "社区", "花园", "家园", "公馆", "广场", "新城", "国际", "学校", "小学", "中学", "大学", "学院", "幼儿园"),
    *("公司", "集团", "银行", "医院", "卫生院", "工地", "项目", "工程", "市场", "超市", "酒店", "宾馆", "车站", "矿"),
    *("村", "组", "路", "街", "巷", "桥", "厂", "站", "镇", "乡", "街道", "水库", "河", "湖", "山", "园", "苑", "城"),
    *("大道", "公路", "高速", "地铁", "合作社", "养殖场", "搅拌站", "加油站", "变电站", "垃圾场"),
)
"""What a name of a place, a body or a work ends in."""
LONGEST_NAME = 6
NO_LETTERS = re.compile(r"[\W_]+")
NAME = re.compile(rf"[\w]{{2,{LONGEST_NAME}}}?(?:{'|'.join(sorted(ENDS, key=len, reverse=True))})")


NO_KEYS: Ints = np.empty(0, np.int32)


class Signature(NamedTuple):
    bands: Ints
    """Keys that alike texts share; none of a short text."""
    features: Ints
    """Keys of the pieces, sorted, each once."""
    sketch: Bytes
    """``SKETCH`` bytes, none of a short text."""


class Several(NamedTuple):
    """Keys or sketches of several items in one array, one after the other: numpy is quick with one array alone."""

    values: NDArray[Any]
    lengths: NDArray[np.int64]
    """Of each item, in ``values``."""


class Found(NamedTuple):
    """Another item, compared with the one at hand."""

    petition_id: str
    matter_id: str
    place: str | None
    likeness: float
    """Of title and names, 0 to 1."""
    resemblance: float
    """Of the whole texts, 0 to 1."""

    @property
    def near(self) -> bool:
        """Whether it may well be the same matter."""
        return self.likeness >= SAME_MATTER or self.resemblance >= MUCH_ALIKE


class Frequencies(NamedTuple):
    """In how many items of the county each key stands, as a sample tells it."""

    keys: Ints
    """Sorted, each once."""
    counts: NDArray[np.int64]
    """In the sample."""
    sampled: int
    share: float
    """Of all items, how large a part the sample is; more than 0."""

    @property
    def total(self) -> float:
        return self.sampled / self.share

    def of(self, keys: Ints) -> Floats:
        """Estimated number of items with each key; one that the sample does not know counts as if met once."""
        if not len(self.keys):
            return np.full(len(keys), 1 / self.share)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        met = np.where(self.keys[at] == keys, self.counts[at], 0)
        return np.maximum(met, 1) / self.share

    def weights(self, keys: Ints) -> Floats:
        """How telling each key is: the logarithm of the inverse of its share in the items."""
        return np.log1p(max(self.total, 1.0) / self.of(keys))


def several(each: Sequence[NDArray[Any]]) -> Several:
    values = np.concatenate(each) if each else NO_KEYS
    return Several(values, np.array([len(one) for one in each], np.int64))


def frequencies(samples: Several, *, share: float) -> Frequencies:
    """From the features of each item of a sample that holds ``share`` of all items."""
    keys, counts = np.unique(samples.values, return_counts=True)
    return Frequencies(keys, counts, len(samples.lengths), share)


def plain(text: str) -> str:
    """Letters and digits alone, in one form: what is left when writing habits are taken away."""
    return NO_LETTERS.sub("", _folded(text))


def signature(county: str, *, title: str, body: str) -> Signature:
    """``county``: the same text has other keys in another county, so a search meets no rows of others."""
    whole = plain(title + body)
    bands, sketch = _sketch(county, whole) if len(whole) >= SHORTEST else (NO_KEYS, np.empty(0, np.uint8))
    return Signature(bands, _features(county, title, body), sketch)


def _features(county: str, title: str, body: str) -> Ints:
    """Keys of at most ``MOST_FEATURES`` pieces: those of the title first, then of what the body names, in its order."""
    pieces = dict.fromkeys(_pieces(plain(title)))
    for name in names(body):
        pieces |= dict.fromkeys(_pieces(name))
    kept = list(pieces)[:MOST_FEATURES]
    if not kept:
        return NO_KEYS
    codes = np.frombuffer("".join(kept).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    return np.unique(_keys(county, _polynomial(codes.reshape(len(kept), PIECE))))


def names(body: str) -> list[str]:
    """What the text names that ends as a name of a place, a body or a work does, each once, in plain form."""
    return list(dict.fromkeys(NO_LETTERS.sub("", found) for found in NAME.findall(_folded(body))))


def key_of(county: str, kind: str, value: str) -> int:
    """The key of something that is no text: the number of an item, its matter, its bucket."""
    digest = hashlib.blake2b(f"{county}|{kind}|{value}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big", signed=True)


def bucket(petition_id: str) -> int:
    """The part of the register in which an item lies; items are spread evenly over ``BUCKETS``."""
    return int.from_bytes(hashlib.blake2b(petition_id.encode(), digest_size=4).digest(), "big") % BUCKETS


def rarest(keys: Ints, known: Frequencies, *, budget: int) -> list[int]:
    """The keys to look for: the rarest ones first, until together they stand in about ``budget`` items."""
    counts = known.of(keys)
    order = np.argsort(counts, kind="stable")
    within = np.cumsum(counts[order]) <= budget
    return [int(key) for key in keys[order][within]]


def resemblance(sketch: Bytes, others: Several) -> Floats:
    """Estimated Jaccard index of the shingles with those of each other text; 0 where one has no sketch."""
    found = np.zeros(len(others.lengths))
    held = others.lengths == SKETCH
    if len(sketch) and held.any():
        equal = (others.values.reshape(-1, SKETCH) == sketch).mean(axis=1)
        found[held] = np.clip((equal - CHANCE) / (1 - CHANCE), 0.0, 1.0)
    return found


def likeness(mine: Ints, others: Several, known: Frequencies) -> Floats:
    """Cosine of the weighted pieces with those of each other item: 1 where they are the same, 0 where none is."""
    count = len(others.lengths)
    if not len(mine) or not count:
        return np.zeros(count)
    owner = np.repeat(np.arange(count), others.lengths)
    weight = known.weights(others.values) ** 2
    shared = np.isin(others.values, mine)
    norm = np.sqrt(np.bincount(owner, weight, count))
    dot = np.bincount(owner[shared], weight[shared], count)
    own = np.sqrt((known.weights(mine) ** 2).sum())
    cosine: Floats = np.divide(dot, norm * own, out=np.zeros(count), where=norm > 0)
    return np.minimum(cosine, 1.0)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).lower()


def _pieces(text: str) -> Iterable[str]:
    """A text shorter than a piece is one itself."""
    return (text[at : at + PIECE].ljust(PIECE) for at in range(max(len(text) - PIECE, 0) + 1)) if text else ()


def _sketch(county: str, whole: str) -> tuple[Ints, Bytes]:
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    shingles = np.unique(_polynomial(np.lib.stride_tricks.sliding_window_view(codes, SHINGLE)))
    least = _mix(shingles[:, None] ^ _salts()).min(axis=0)
    banded = _polynomial(least.reshape(BANDS, ROWS)) ^ _salts()[:BANDS]
    return _keys(county, banded), (least & np.uint64(0xFF)).astype(np.uint8)


@cache
def _salts() -> NDArray[np.uint64]:
    return _mix(np.arange(1, SKETCH + 1, dtype=np.uint64))


def _polynomial(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number for each row of numbers, their order counting."""
    found = np.zeros(len(rows), np.uint64)
    for column in range(rows.shape[1]):
        found = _mix(found * np.uint64(0x100000001B3) + rows[:, column])
    return found


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64: every bit of the input touches every bit of the output."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _keys(county: str, hashes: NDArray[np.uint64]) -> Ints:
    """As PostgreSQL's integers."""
    salted = _mix(hashes ^ _salt_of(county))
    return (salted & np.uint64(0xFFFFFFFF)).astype(np.uint32).view(np.int32)


@cache
def _salt_of(county: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(county.encode(), digest_size=8).digest(), "big"))
