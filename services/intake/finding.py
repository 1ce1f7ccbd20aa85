"""Finding items by their signatures: the table, and what is asked of it as the actor.

``scope.SOUGHT`` decides which rows an actor gets, of whichever tenant: whatever is found here he may be told of.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.common.database import Transaction, any_of
from services.common.scope import SET_SOUGHT
from services.contracts.intake import Petition
from services.intake.likeness import (
    BUCKETS,
    Found,
    Frequencies,
    Several,
    Signature,
    bucket,
    frequencies,
    key_of,
    likeness,
    rarest,
    resemblance,
    several,
    signature,
)
from services.intake.model import likeness as table

FEATURES_BUDGET = 2000
"""Items that a search by features may read. Chosen for time: docs/benchmarks.md."""
MOST_TEXTS = 300
"""Items that share a band, the newest ones: a text that more have handed in is known by these."""
ENOUGH = 1000
"""Items of a sample from which frequencies are taken."""
FRESH = timedelta(minutes=10)
"""How long a sample serves. Frequencies only order what is looked for first and weigh it, so an old one errs little."""

STORED = np.dtype("<i4")
"""Of a feature in the table, on any machine."""

COLUMNS = (table.c.petition_id, table.c.matter_id, table.c.place, table.c.features, table.c.sketch)


class Sample(NamedTuple):
    taken: datetime
    known: Frequencies


_samples: dict[tuple[str, str], Sample] = {}
"""By database and county what was sampled last."""


def row_of(county: str, petition: Petition) -> dict[str, Any]:
    """What the table holds of a petition."""
    found = signature(county, title=petition.title, body=petition.body)
    own = (
        ("id", petition.id),
        ("number", petition.number),
        ("matter", petition.matter_id),
        ("bucket", str(bucket(petition.id))),
    )
    return {
        "county_id": county,
        "petition_id": petition.id,
        "number": petition.number,
        "matter_id": petition.matter_id,
        "place": petition.place,
        "received_on": petition.received_on,
        "reserved_for": petition.registered_by if petition.hides_petitioners else None,
        "named": None if petition.named is None else sorted(petition.named),
        "keys": [*(key_of(county, *each) for each in own), *found.bands.tolist(), *found.features.tolist()],
        "features": found.features.astype(STORED).tobytes(),
        "sketch": found.sketch.tobytes(),
    }


def enter(tx: Transaction, petition: Petition) -> None:
    """With the registration, in its transaction."""
    tx.connection.execute(sa.insert(table).values(row_of(tx.actor.county, petition)))


def follow(tx: Transaction, petition: Petition) -> None:
    """After a change of the petition's matter or of who is named to see it. The transaction must see the whole county
    or the petition."""
    row = row_of(tx.actor.county, petition)
    changing = {name: row[name] for name in ("matter_id", "reserved_for", "named", "keys")}
    _seek(tx, [key_of(tx.actor.county, "id", petition.id)])
    tx.connection.execute(sa.update(table).where(*_of(tx, [petition.id])).values(changing))


def alike(tx: Transaction, mine: Signature, *, besides: str | None) -> list[Found]:
    """Items whose text or matter may well be the same, in no order. ``besides``: the id of one not looked for."""
    frequent = known(tx)
    rarely = rarest(mine.features, frequent, budget=FEATURES_BUDGET)
    found: dict[str, Found] = {}
    for keys, most in ((mine.bands.tolist(), MOST_TEXTS), (rarely, FEATURES_BUDGET)):
        if keys:
            _seek(tx, keys)
            # The order keeps the planner from reading the whole table for the sake of its first rows.
            newest = (table.c.received_on.desc(), table.c.petition_id.desc())
            query = sa.select(*COLUMNS).where(table.c.county_id == tx.actor.county).order_by(*newest).limit(most)
            found |= {each.petition_id: each for each in _compared(tx, mine, query, frequent) if each.near}
    if besides is not None:
        found.pop(besides, None)
    return list(found.values())


def compared(tx: Transaction, mine: Signature, petition_ids: Collection[str]) -> list[Found]:
    """Those of the given items of which the actor may be told, each compared with ``mine``."""
    if not petition_ids:
        return []
    frequent = known(tx)
    _seek(tx, [key_of(tx.actor.county, "id", each) for each in petition_ids])
    return _compared(tx, mine, sa.select(*COLUMNS).where(*_of(tx, petition_ids)), frequent)


def id_of(tx: Transaction, number: str) -> str | None:
    """The petition with this number; None where there is none or the actor may not be told of it."""
    _seek(tx, [key_of(tx.actor.county, "number", number)])
    query = sa.select(table.c.petition_id).where(table.c.county_id == tx.actor.county, table.c.number == number)
    return tx.connection.execute(query).scalar_one_or_none()


def sizes(tx: Transaction, matter_ids: Collection[str]) -> dict[str, int]:
    """How many items each matter has, of those of which the actor may be told."""
    if not matter_ids:
        return {}
    _seek(tx, [key_of(tx.actor.county, "matter", each) for each in matter_ids])
    query = (
        sa.select(table.c.matter_id, sa.func.count().label("items"))
        .where(table.c.county_id == tx.actor.county, table.c.matter_id == any_of(matter_ids))
        .group_by(table.c.matter_id)
    )
    return {row.matter_id: row.items for row in tx.connection.execute(query)}


def known(tx: Transaction) -> Frequencies:
    """How frequent each feature is in the county."""
    at = (str(tx.connection.engine.url), tx.actor.county)
    held = _samples.get(at)
    if held is None or not held.taken <= tx.now < held.taken + FRESH:
        held = _samples[at] = Sample(tx.now, _sample(tx))
    return held.known


def _sample(tx: Transaction) -> Frequencies:
    """Of a large register one bucket, of a small one all of it. Nothing of what is hidden from anybody: one sample
    serves all actors."""
    for buckets in (1, BUCKETS // 10, BUCKETS):
        _seek(tx, [key_of(tx.actor.county, "bucket", str(each)) for each in range(buckets)])
        hidden_from_nobody = (table.c.reserved_for.is_(None), table.c.named.is_(None))
        query = sa.select(*COLUMNS).where(table.c.county_id == tx.actor.county, *hidden_from_nobody)
        samples = _packed(tx, query).features
        if len(samples.lengths) >= ENOUGH:
            break
    return frequencies(samples, share=buckets / BUCKETS)


class _Rows(NamedTuple):
    """Rows by column."""

    keys: list[tuple[str, str, str | None]]
    """Petition, matter and place of each."""
    features: Several
    sketches: Several


def _packed(tx: Transaction, query: sa.Select[Any]) -> _Rows:
    """The rows of a query for ``COLUMNS``, which come as one: taking a thousand from the driver one by one costs more
    than finding and comparing them."""
    c = query.subquery().c

    def together(column: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
        empty = sa.literal(b"", LargeBinary)
        return sa.func.string_agg(column, empty, type_=LargeBinary), sa.func.array_agg(sa.func.octet_length(column))

    keys = [sa.func.array_agg(each, type_=ARRAY(Text)) for each in (c.petition_id, c.matter_id, c.place)]
    packed = sa.select(*keys, *together(c.features), *together(c.sketch))
    row: tuple[Any, ...] = tuple(tx.connection.execute(packed).one())
    ids, matters, places, features, widths, sketches, lengths = row
    if ids is None:
        return _Rows([], several([]), several([]))
    return _Rows(
        list(zip(ids, matters, places, strict=True)),
        Several(np.frombuffer(features, STORED), np.array(widths) // STORED.itemsize),
        Several(np.frombuffer(sketches, np.uint8), np.array(lengths)),
    )


def _compared(tx: Transaction, mine: Signature, query: sa.Select[Any], frequent: Frequencies) -> list[Found]:
    rows = _packed(tx, query)
    near = likeness(mine.features, rows.features, frequent).tolist()
    same = resemblance(mine.sketch, rows.sketches).tolist()
    return [Found(*key, *found) for key, *found in zip(rows.keys, near, same, strict=True)]


def _seek(tx: Transaction, keys: Iterable[int]) -> None:
    """The rows with one of these keys are those that the following statements see."""
    tx.connection.execute(sa.text(SET_SOUGHT), {"keys": list(keys)})


def _of(tx: Transaction, petition_ids: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.county_id == tx.actor.county, table.c.petition_id == any_of(petition_ids))
