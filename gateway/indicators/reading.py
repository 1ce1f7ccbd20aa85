"""The cases behind the indicators, read from the view in one statement: what the actor sees, and no text of a case.

Each table is gone through once, and what is wanted of it comes as JSON arrays of many rows: a row of its own for each
of half a million clocks would cost more than counting them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.indicators.records import (
    CaseRecord,
    ClockRecord,
    PetitionRecord,
    RatingRecord,
    ReferralRecord,
    SupervisionRecord,
)
from gateway.indicators.statement import KINDS, statement
from gateway.indicators.timely import COUNTED
from services.contracts.circulars import ReportingPeriod
from services.contracts.routing import ReferralRole
from services.contracts.rules import Regime

A_DAY = timedelta(days=1)
AT_ONCE = 16
"""Arrays that are fetched at once; they are decoded beside the loop, a few milliseconds each."""
# Compiling a plan takes longer than carrying it out; all of the answer is wanted, not its beginning; and what a CTE
# holds is estimated badly, so that it would be sorted and merged where hashing it is cheaper.
PLANNED = """SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true),
  set_config('cursor_tuple_fraction', '1', true), set_config('enable_sort', 'off', true)"""


class _Person(msgspec.Struct, gc=False):
    name: str
    identity_number: str | None = None
    phone: str | None = None


DECODERS: dict[str, Any] = {
    kind: msgspec.json.Decoder(list[tuple[str, struct]])  # type: ignore[valid-type]
    for kind, struct in (
        ("petition", PetitionRecord),
        ("referral", ReferralRecord),
        ("clock", ClockRecord),
        ("rating", RatingRecord),
        ("told", date),
        ("supervision", SupervisionRecord),
        ("closed", date),
        ("extended", bool),
        ("people", list[_Person]),
    )
}
Found = dict[str, dict[str, list[Any]]]
"""Kind -> petition -> what was read."""


async def read_cases(
    connection: AsyncConnection,
    *,
    county: str,
    periods: Sequence[ReportingPeriod],
    regime: Regime,
    accusations: bool = True,
) -> list[CaseRecord]:
    """Every case that the connection's actor sees and of which something lies in one of the periods; of its clocks
    and supervisions those of which something does.

    ``accusations=False`` leaves out accusations (检举控告) even where the actor is cleared for them.
    """
    found: Found = {kind: defaultdict(list) for kind in DECODERS}
    await connection.execute(sa.text(PLANNED))
    values = _values(county, periods, regime, accusations)
    result = await connection.stream(sa.text(statement(len(periods))), values)
    async for rows in result.partitions(AT_ONCE):
        await asyncio.to_thread(_decode, rows, found)
    return await asyncio.to_thread(_assemble, found)


def _values(county: str, periods: Sequence[ReportingPeriod], regime: Regime, accusations: bool) -> dict[str, Any]:
    spans = [(period.first, period.last) for period in periods]
    window = timedelta(days=regime.rating_window_days)
    opened = [(first - window, last - window) for first, last in spans]
    named = (("", spans), ("opened_", opened))
    years = [(date(last.year, 1, 1), last) for _, last in spans]
    return {
        "county": county,
        "accusations": accusations,
        "counted": [one.value for one in COUNTED],
        "types": list(KINDS),
        "kinds": msgspec.json.encode(KINDS).decode(),
        **{f"{kind}first_{place}": str(first) for kind, days in named for place, (first, _) in enumerate(days)},
        **{f"{kind}last_{place}": str(last) for kind, days in named for place, (_, last) in enumerate(days)},
        **{f"from_{place}": _midnight(first - A_DAY) for place, (first, _) in enumerate(spans)},
        **{f"until_{place}": _midnight(last + 2 * A_DAY) for place, (_, last) in enumerate(spans)},
        "earliest": min(first for first, _ in spans),
        "latest": max(last for _, last in spans),
        "since": min(first for first, _ in [*spans, *years]),
        "spans": _ranges(spans),
        "years": _ranges(years),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _ranges(spans: Sequence[tuple[date, date]]) -> str:
    """As PostgreSQL writes a set of days."""
    return f"{{{','.join(f'[{first},{last}]' for first, last in spans)}}}"


def _decode(rows: Sequence[Any], found: Found) -> None:
    for kind, documents in rows:
        of_kind = found[kind]
        for petition_id, document in DECODERS[kind].decode(documents):
            of_kind[petition_id].append(document)


def _assemble(found: Found) -> list[CaseRecord]:
    return [
        CaseRecord(
            petition=item,
            referrals=tuple(one for one in found["referral"].get(case, ()) if one.role is not ReferralRole.UNIT),
            clocks=tuple(found["clock"].get(case, ())),
            ratings=tuple(found["rating"].get(case, ())),
            told=tuple(found["told"].get(case, ())),
            supervisions=tuple(found["supervision"].get(case, ())),
            closed_on=next(iter(found["closed"].get(case, ())), None),
            extended=any(found["extended"].get(case, ())),
            people=_marks(found["people"].get(case, ())),
        )
        for case, (item,) in found["petition"].items()
    ]


def _marks(documents: Sequence[list[_Person]]) -> frozenset[str]:
    """A name and a number beside it: a family name alone tells nobody from another."""
    people = [person for document in documents for person in document]
    return frozenset(
        f"{person.name}|{number}" for person in people for number in (person.identity_number, person.phone) if number
    )
