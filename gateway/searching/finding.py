"""Finding petitions: what the database holds of the words asked for, put into one order and cut into pages.

At most ``MOST`` are ranked, the newest that hold the words: a word that stands in every third letter is no question,
and to rank all of them would cost more than anybody reads.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from gateway.model import searchable
from gateway.ordering import PageCursor, write_cursor
from gateway.reading import ViewReader
from gateway.searching.questions import Places, Unit, exact, loose, number, pairs, splits
from gateway.searching.words import folded

MOST = 1000
MOST_BY_NUMBER = 100
FEW = 10
"""Up to so many hold the text as it is written, those that hold its parts are shown after them."""
# Of a number found whole, by its end, and of a person found: before whatever words weigh.
WHOLE_NUMBER, END_OF_NUMBER, PERSON = 100.0, 50.0, 20.0
ALL_WORDS, MOST_WORDS = 1.0, 0.0
"""Before the weight of the words: what holds all of them, then what lacks one."""
SATURATED = 33
"""``ts_rank_cd``: divided by the logarithm of the length, then brought below 1: no unit drowns the others."""
WEIGHTS = sa.cast([0.08, 0.04, 0.4, 1.0], ARRAY(sa.REAL))
"""Of ``D`` (body), ``C`` (the answer of an older register), ``B`` and ``A`` (title)."""
ORDER = "SEARCH"

CUSTOM_PLANS = sa.select(sa.func.set_config("plan_cache_mode", "force_custom_plan", True))
"""How common a word is decides between two plans, so no plan is kept from one question to the next."""

Conditions = Sequence[sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Found:
    """One petition in the order of the answer."""

    id: str
    rank: float
    received_on: date
    numbered: bool = False

    @property
    def place(self) -> tuple[float, str, str]:
        return self.rank, self.received_on.isoformat(), self.id

    @property
    def cursor(self) -> str:
        return write_cursor(PageCursor(ORDER, f"{self.rank}|{self.received_on}", self.id))


@dataclass(frozen=True)
class Answer:
    found: list[Found]
    """The best first; of equal ones the one received last."""
    capped: bool
    """There are more than were ranked."""
    loosened: bool = False
    """Little holds the text as it is written; the last of these hold its parts."""
    units: list[Unit] = field(default_factory=list)
    people: frozenset[str] = frozenset()
    """Ids of petitions of the person looked for."""


async def by_words(
    reader: ViewReader, *, units: list[Unit], places: Places, where: Conditions, people: Sequence[str] = ()
) -> Answer:
    """Petitions that hold every unit. ``people``: ids of petitions that come first without holding any."""
    await reader.rows(CUSTOM_PLANS)
    county = reader.actor.county
    phrases = [exact(unit, places) for unit in units]
    rows = await reader.rows(ranked(newest(phrases, where, county), [ts_rank_cd(one) for one in phrases]))
    capped = len(rows) > MOST
    found = {row.id: Found(row.id, ALL_WORDS + row.rank, row.received_on) for row in rows[:MOST]}
    first = {**await _by_number(reader, units, where), **await _of(reader, people, where)}
    loosened = False
    if len(found) <= FEW and not first and any(map(splits, units)):
        for level, missing in ((ALL_WORDS, False), (MOST_WORDS, True)):
            parts = [loose(unit, places, missing=missing) for unit in units]
            near = [ts_rank(pairs(unit)) for unit in units]
            rows = await reader.rows(ranked(newest(parts, where, county), near))
            capped |= len(rows) > MOST
            for row in rows[:MOST]:
                before = found.get(row.id)
                loosened |= before is None
                if before is None:
                    found[row.id] = Found(row.id, level + row.rank, row.received_on)
                elif not missing:
                    # Its words weigh beside the phrase: one that stands in an old answer only is not what is sought.
                    found[row.id] = Found(row.id, before.rank + row.rank, row.received_on)
            if len(found) > FEW:
                break
    for id, one in first.items():
        more = found[id].rank if id in found else 0.0
        found[id] = Found(id, one.rank + more, one.received_on, one.numbered)
    return Answer(_sorted(found.values()), capped, loosened, units, frozenset(people))


async def by_person(reader: ViewReader, *, people: Sequence[str], where: Conditions) -> Answer:
    """The petitions of the person looked for, the newest first."""
    found = await _of(reader, people, where)
    return Answer(_sorted(found.values()), len(people) >= MOST, people=frozenset(people))


def page(answer: Answer, *, first: int, after: PageCursor | None) -> list[Found]:
    """``first`` and one more of the answer after the cursor. Raises ``ValueError`` for a cursor of another list."""
    rest = answer.found
    if after is not None:
        rank, _, day = after.value.partition("|")
        if after.order != ORDER:
            raise ValueError("cursor of another order")
        mark = (float(rank), date.fromisoformat(day).isoformat(), after.id)
        rest = [one for one in rest if one.place < mark]
    return rest[: first + 1]


def newest(asked: Sequence[str], where: Conditions, county: str) -> sa.Select[tuple[str, date, str]]:
    """Ids and words of the newest petitions that the actor sees and that hold all of what is asked (``tsquery``)."""
    c = searchable.c
    holds = [c.words.op("@@")(sa.cast(one, TSQUERY)) for one in asked]
    return (
        sa.select(c.id, c.received_on, c.words)
        .where(c.county_id == county, *holds, *where)
        .order_by(c.received_on.desc(), c.id.desc())
        .limit(MOST + 1)
    )


Rank = Callable[[sa.ColumnElement[str]], sa.ColumnElement[float]]


def ts_rank_cd(asked: str) -> Rank:
    return lambda words: sa.func.ts_rank_cd(WEIGHTS, words, sa.cast(asked, TSQUERY), SATURATED)


def ts_rank(asked: str) -> Rank:
    return lambda words: sa.func.ts_rank(WEIGHTS, words, sa.cast(asked, TSQUERY), SATURATED)


def ranked(found: sa.Select[Any], ranks: Sequence[Rank]) -> sa.Select[tuple[str, date, float]]:
    """With the mean of these ranks, which is below 1."""
    inner = found.subquery()
    each = [rank(inner.c.words) for rank in ranks]
    mean = sa.cast(sum(each[1:], each[0]) / len(each), sa.Numeric)
    # So that the order of two pages does not hang on the last digit.
    return sa.select(inner.c.id, inner.c.received_on, sa.cast(sa.func.round(mean, 3), sa.Float).label("rank"))


async def _by_number(reader: ViewReader, units: Sequence[Unit], where: Conditions) -> dict[str, Found]:
    """By the end of a number: only where nothing else is asked."""
    asked = number(units[0]) if len(units) == 1 else None
    if asked is None:
        return {}
    c = searchable.c
    query = (
        sa.select(c.id, c.received_on, c.number)
        .where(c.county_id == reader.actor.county, c.words.op("@@")(sa.cast(asked, TSQUERY)), *where)
        .order_by(c.received_on.desc(), c.id.desc())
        .limit(MOST_BY_NUMBER)
    )
    return {
        row.id: Found(
            row.id,
            WHOLE_NUMBER if folded(row.number)[0] == units[0].text else END_OF_NUMBER,
            row.received_on,
            numbered=True,
        )
        for row in await reader.rows(query)
    }


async def _of(reader: ViewReader, people: Sequence[str], where: Conditions) -> dict[str, Found]:
    """Of these petitions those that the actor sees: intake told what they are, the view tells who may see them."""
    if not people:
        return {}
    c = searchable.c
    query = sa.select(c.id, c.received_on).where(c.county_id == reader.actor.county, c.id.in_(people), *where)
    return {row.id: Found(row.id, PERSON, row.received_on) for row in await reader.rows(query)}


def _sorted(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: one.place, reverse=True)
