"""Where in a petition the words stand that were searched, and a piece of its text with them marked. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway.searching.questions import Unit
from gateway.searching.words import HAN, RUN, folded
from services.contracts.base import Labelled
from services.contracts.intake import Petition

BEFORE, AFTER = 20, 60
"""Characters of the text shown before and after the first hit."""
OPEN, CLOSE = "【", "】"


class SearchField(Labelled):
    NUMBER = "NUMBER", "编号"
    TITLE = "TITLE", "标题"
    DEMANDS = "DEMANDS", "诉求"
    PLACE = "PLACE", "问题属地"
    CATEGORY = "CATEGORY", "内容分类"
    BODY = "BODY", "内容"
    ANSWER = "ANSWER", "历史件的办理结果"
    PETITIONER = "PETITIONER", "信访人"


# The text of what happened says more than a title that is shown anyway.
SHOWN = (SearchField.DEMANDS, SearchField.BODY, SearchField.ANSWER, SearchField.TITLE, SearchField.PLACE)
SHOWN_LAST = (SearchField.CATEGORY, SearchField.NUMBER)


@dataclass(frozen=True)
class Hits:
    where: list[SearchField]
    snippet: str
    """The text around the first hit, hits in 【】; the beginning of the title where no text was hit."""


def hits(
    petition: Petition, units: Sequence[Unit], *, petitioner: bool, numbered: bool, places: frozenset[str]
) -> Hits:
    """``petitioner``: it is of the person who was looked for; ``numbered``: its number, or that of another system, ends
    so; ``places``: the codes of places that were named."""
    texts = _texts(petition)
    spans: dict[SearchField, list[tuple[int, int]]] = {field: [] for field in texts}
    for unit in units:
        found = {field: _spans(_whole(unit.text), text) for field, text in texts.items()}
        if not any(found.values()):
            found = {field: _spans(_pairs(unit.text), text) for field, text in texts.items()}
        for field, there in found.items():
            spans[field] += there
    where = {field for field, there in spans.items() if there}
    where |= {SearchField.PETITIONER} if petitioner else set()
    where |= {SearchField.NUMBER} if numbered else set()
    code = petition.place or ""
    where |= {SearchField.PLACE} if {code[:9], code} & places else set()
    shown = next((field for field in (*SHOWN, *SHOWN_LAST) if spans.get(field)), SearchField.TITLE)
    return Hits([field for field in SearchField if field in where], _snippet(texts[shown], spans[shown]))


def _texts(petition: Petition) -> dict[SearchField, str]:
    answer = petition.past_answer
    return {
        SearchField.NUMBER: " ".join([petition.number, *(alias.number for alias in petition.aliases)]),
        SearchField.TITLE: petition.title,
        SearchField.DEMANDS: petition.demands or "",
        SearchField.PLACE: petition.place_name or "",
        SearchField.CATEGORY: petition.category or "",
        SearchField.BODY: petition.body,
        SearchField.ANSWER: " ".join(text for text in (answer.agency, answer.text) if text) if answer else "",
    }


def _whole(text: str) -> re.Pattern[str]:
    """As it is written; breaks and signs between its runs may differ."""
    runs = [r"\s*".join(han) if han else _from_its_start(other) for han, other in _runs(text)]
    return re.compile(r"[\W_]*".join(runs))


def _pairs(text: str) -> re.Pattern[str]:
    """Any two neighbours of it, and any of its words of letters and digits."""
    ways: list[str] = []
    for han, other in _runs(text):
        ways += [_from_its_start(other)] if other else [rf"{a}\s*{b}" for a, b in pairwise(han)]
    # They overlap.
    return re.compile("(?=(" + ("|".join(dict.fromkeys(ways)) or _whole(text).pattern) + "))")


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for match in RUN.finditer(text):
        yield match.group(1) or "", match.group(2) or ""


def _from_its_start(word: str) -> str:
    return rf"(?:(?<=[\W_])|(?<={HAN})|^){re.escape(word)}"


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    plain, origins = folded(text)
    found = []
    for match in pattern.finditer(plain):
        start, end = match.span(match.lastindex or 0)
        if end > start:
            found.append((origins[start], origins[end - 1] + 1))
    return found


def _snippet(text: str, spans: Sequence[tuple[int, int]]) -> str:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    first = merged[0][0] if merged else 0
    begin, stop = max(0, first - BEFORE), first + AFTER
    if merged:
        stop = max(stop, merged[0][1])
    shown, at = "", begin
    for start, end in merged:
        if end > stop:
            break
        shown += text[at:start] + OPEN + text[start:end] + CLOSE
        at = end
    shown += text[at:stop]
    shown = re.sub(r"\s+", " ", shown).strip()
    return ("…" if begin > 0 else "") + shown + ("…" if stop < len(text) else "")
