"""Words of Chinese text for PostgreSQL's ``tsvector``, without a dictionary and without an extension. Pure.

A run of Chinese characters becomes its overlapping pairs, each at the place of its first character, and its last
character alone: so every character begins exactly one word, a phrase is a row of adjacent pairs, and one character is a
prefix. A run of letters and digits is one word. Pairs say where they stand, so that a phrase is found as it is written.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

HAN = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]"
RUN = re.compile(rf"({HAN}+)|((?:(?!{HAN})[^\W_])+)")
BROKEN = re.compile(rf"(?<={HAN})\s+(?={HAN})")
"""Letters are pasted with line breaks in mid-sentence."""

LAST_PLACE = 16_383
"""PostgreSQL counts no further; what stands behind is not searched."""
PLACES_OF_A_WORD = 255
"""PostgreSQL keeps no more places of one word."""
LONGEST_WORD = 60
GAP = 8
"""Places between two fields, so that no phrase runs from one into the next."""


class Field(NamedTuple):
    weight: str
    """``A`` (weighs most) to ``D``."""
    text: str


class Word(NamedTuple):
    text: str
    place: int
    last: bool
    """The last character of a run of several, which stands for itself beside the pair that it ends."""


def folded(text: str) -> tuple[str, list[int]]:
    """The text in its plain form (full width to half, capitals to small), and of each character where it came from."""
    found: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        plain = unicodedata.normalize("NFKC", character).casefold()
        found.append(plain)
        origins += [index] * len(plain)
    return "".join(found), origins


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order; the first stands at place 0."""
    place = 0
    for run in RUN.finditer(BROKEN.sub("", folded(text)[0])):
        han, other = run.groups()
        if other is not None:
            yield Word(other[:LONGEST_WORD], place, False)
            place += 1
            continue
        for index in range(len(han)):
            yield Word(han[index : index + 2], place + index, index > 0 and index == len(han) - 1)
        place += len(han)


def number_word(number: str) -> str:
    """The word of a number, written backwards: who knows only its end searches for a beginning. Empty: it has none."""
    return "#" + _plain(number)[::-1]


def place_words(code: str) -> list[str]:
    """Of a division code: its township's and its village's, for a village belongs to both."""
    return [f"@{code[:length]}" for length in (9, 12) if len(code) >= length]


def vector(fields: Sequence[Field], *, marks: Iterable[str] = ()) -> str:
    """A ``tsvector`` as text. ``marks``: words that stand at no place of a text (numbers, codes), of weight ``B``."""
    places: dict[str, list[str]] = defaultdict(list)
    start = 1
    for weight, text in fields:
        end = start
        for word in words(text):
            end = start + word.place
            if end > LAST_PLACE:
                break
            if len(places[word.text]) < PLACES_OF_A_WORD:
                places[word.text].append(f"{end}{weight}")
        start = end + GAP
    for mark in marks:
        places[mark] = [f"{min(start, LAST_PLACE)}B"]
    return " ".join(f"{quoted(word)}:{','.join(at)}" for word, at in places.items())


def quoted(word: str) -> str:
    """A word as ``tsvector`` and ``tsquery`` read it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _plain(number: str) -> str:
    return "".join(character for character in folded(number)[0] if character.isalnum())[-LONGEST_WORD:]
