"""What somebody typed into the search field, as PostgreSQL's ``tsquery``. Pure.

Words apart are all wanted; what is written without a gap, or between quotation marks, is wanted as it is written. Where
little holds it so, ``loose`` asks for the words of two and three characters into which a long run can be split.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate

from gateway.searching.words import HAN, RUN, folded, number_word, quoted, words
from services.common.errors import InvalidInput, Refusal

MOST_CHARACTERS = 200
MOST_UNITS = 10
SHORTEST_NAME = 3
"""Characters from which the name of a place is found at the beginning of a longer run."""
LONGEST_WORD_OF_HAN = 3
LONGEST_SPLIT = 12
"""Characters of a run up to which it is split in every way; what is longer is cut before."""
SHORTEST_NUMBER = 4
SHORTEST_PREFIX = 2
"""Letters or digits from which a word stands for all that begin with it."""

QUOTED = re.compile(r'[“"「『]([^”"」』]*)[”"」』]')
PARTS = re.compile(rf"(?:{HAN}|[^\W_]|[-./〔〕()\[\]])+")
PARTICLES = re.compile("[的了着和与及或在是把被给向对]")
"""They stand between words in a sentence, and differ from one telling to the next."""


class SearchTooShort(Refusal):
    code = "SEARCH_TOO_SHORT"
    default = "检索词太短：请输入至少一个汉字，或两个以上的字母、数字"


@dataclass(frozen=True)
class Unit:
    """What must be found as it is written."""

    text: str
    quoted: bool = False

    @property
    def han(self) -> bool:
        """Nothing but Chinese characters."""
        return re.fullmatch(f"{HAN}+", self.text) is not None


Places = Mapping[str, Sequence[str]]
"""Name of a place, as people say it -> the words of its codes (``place_words``)."""


def units(text: str) -> list[Unit]:
    """Raises ``InvalidInput`` for nothing and for too much, ``SearchTooShort`` for one letter or digit alone."""
    if not text.strip():
        raise InvalidInput("请输入要检索的内容", field="text")
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"检索内容超过 {MOST_CHARACTERS} 字，请只保留关键的词", field="text")
    found = list(_units(folded(text)[0]))
    if not found or all(len(unit.text) < 2 and not unit.han for unit in found):
        raise SearchTooShort(field="text")
    if len(found) > MOST_UNITS:
        raise InvalidInput(f"检索词超过 {MOST_UNITS} 个，请只保留关键的词", field="text")
    return list(dict.fromkeys(found))


def _units(text: str) -> Iterator[Unit]:
    end = 0
    for match in QUOTED.finditer(text):
        yield from _apart(text[end : match.start()])
        if RUN.search(match.group(1)):
            yield Unit(match.group(1).strip(), quoted=True)
        end = match.end()
    yield from _apart(text[end:])


def _apart(text: str) -> Iterator[Unit]:
    for part in PARTS.findall(text):
        if RUN.search(part):
            yield Unit(part.strip("-./"))


def exact(unit: Unit, places: Places) -> str:
    """The text as it is written, or a place that is called so, or what lies in a place and the rest of the text."""
    asked = [phrase(unit.text)]
    if not unit.quoted:
        asked += _in_place(unit.text, places, phrase)
    return _any(asked)


def loose(unit: Unit, places: Places, *, missing: bool = False) -> str:
    """As ``exact``, and every way in which the run falls into words of two or three characters.

    ``missing``: one word of three or more may be missing.
    """
    if unit.quoted:
        return phrase(unit.text)
    split = partial(_split, missing=missing)
    return _any([split(unit.text), *_in_place(unit.text, places, split)])


def splits(unit: Unit) -> bool:
    """Whether ``loose`` asks for anything else than ``exact``."""
    return not unit.quoted and len(unit.text) > LONGEST_WORD_OF_HAN and bool(re.search(HAN, unit.text))


def pairs(unit: Unit) -> str:
    """Any of its words: how many of them a text holds, and how often, tells how near it comes."""
    found = dict.fromkeys(word.text for word in words(unit.text) if not word.last)
    return " | ".join(quoted(word) for word in found)


def number(unit: Unit) -> str | None:
    """The unit as the end of a petition's number, or of one that another system gave it; None: it is no number."""
    word = number_word(unit.text)
    digits = sum(character.isdigit() for character in word)
    return f"{quoted(word)}:*" if digits >= SHORTEST_NUMBER else None


def phrase(text: str) -> str:
    """Adjacent words. The last character of a longer run is in the pair before it."""
    found = [word for word in words(text) if not word.last]
    asked, before = "", 0
    for word in found:
        if asked:
            asked += f" <{word.place - before}> "
        asked += _word(word.text, ends=word is found[-1])
        before = word.place
    return f"({asked})"


def _word(text: str, *, ends: bool) -> str:
    # A single Chinese character begins a pair, or ends a run and stands alone. Of letters and digits the last ones may
    # be missing.
    prefix = len(text) == 1 if re.match(HAN, text) else ends and len(text) >= SHORTEST_PREFIX
    return f"{quoted(text)}:*" if prefix else quoted(text)


def _any(asked: Sequence[str]) -> str:
    return asked[0] if len(asked) == 1 else f"({' | '.join(asked)})"


def _in_place(text: str, places: Places, rest: Callable[[str], str]) -> list[str]:
    """The text as the name of a place, or as such a name and something that is wanted there."""
    name, wanted = place_in(text, places)
    if name is None:
        return []
    if not wanted:
        return [_one_of(places[name])]
    there = [rest(wanted), *([_one_of(places[wanted])] if wanted in places else [])]
    return [f"({_one_of(places[name])} & {_any(there)})"]


def place_in(text: str, places: Places) -> tuple[str | None, str]:
    """The name of a place that the text is or begins with, and what is wanted there; None: it names none."""
    if text in places:
        return text, ""
    for length in range(len(text) - 1, SHORTEST_NAME - 1, -1):
        name, wanted = text[:length], text[length:].lstrip("的")
        if name in places and RUN.search(wanted):
            return name, wanted
    return None, text


def _one_of(found: Sequence[str]) -> str:
    return _any([quoted(word) for word in found])


def _split(text: str, *, missing: bool) -> str:
    """Every way of taking the text apart, the particles in it kept or left out."""
    ways = [_pieces([text], missing=missing), _pieces(PARTICLES.split(text), missing=missing)]
    return _any([way for way in dict.fromkeys(ways) if way] or [phrase(text)])


def _pieces(pieces: Sequence[str], *, missing: bool) -> str:
    """All of the pieces; single characters that are left over say too little. Empty: nothing else is there."""
    asked = []
    for piece in pieces:
        for run in RUN.finditer(piece):
            han, other = run.groups()
            if other is not None:
                asked.append(phrase(other))
            elif len(han) > 1:
                cuts = [han[at : at + LONGEST_SPLIT] for at in range(0, len(han), LONGEST_SPLIT)]
                asked += [_ways(cut, missing=missing) for cut in cuts if len(cut) > 1]
    return "(" + " & ".join(asked) + ")" if asked else ""


def _ways(run: str, *, missing: bool) -> str:
    ways = list(_cuts(run))
    if missing:
        ways += [way[:at] + way[at + 1 :] for way in ways if len(way) > 2 for at in range(len(way))]
    asked = dict.fromkeys(" & ".join(phrase(part) for part in way) for way in ways)
    return _any([f"({way})" for way in asked])


@cache
def _lengths(length: int) -> tuple[tuple[int, ...], ...]:
    """Every row of twos and threes with this sum."""
    if length < 4:
        return ((length,),)
    found = [(2, *rest) for rest in _lengths(length - 2)]
    return tuple(found + ([(3, *rest) for rest in _lengths(length - 3)] if length > 4 else []))


def _cuts(run: str) -> Iterator[list[str]]:
    for lengths in _lengths(len(run)):
        ends = list(accumulate(lengths))
        yield [run[start:end] for start, end in zip([0, *ends], ends, strict=False)]
