"""The ledger: who did what and when, an entry for each fact, each county's chained and keyed. Pure.

An entry holds no word of what was written, only the digest of the fact. Each is sealed with the ledger's key together
with the seal of the entry before, and the head says with a seal of its own which entry is the last. So whoever changes,
takes out, puts in or moves an entry needs the key; who has the database alone is found. He who also kept an older copy
of the head could take the newest entries off unseen: therefore ``./xinqiao ledger verify`` prints a seal to be kept
elsewhere, and takes one that was kept before.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from services.contracts.acts import Act
from services.contracts.base import Labelled
from services.contracts.fact import AnyFact

NOTHING = bytes(32)
"""Before the first entry."""
BY_RELAY = "@relay"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One act. Its seal, ``chain``, is over all fields before it, in this order."""

    county: str
    seq: int
    fact_id: str
    at: datetime
    """Instant of the act, UTC."""
    service: str
    type: str
    subject: str
    version: int
    act: str
    petition_id: str | None
    tenant: str
    login: str
    digest: bytes
    """SHA-256 of the fact as it went over the bus."""
    previous: bytes
    """The seal of the entry before; of the first, ``NOTHING``."""
    chain: bytes = b""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Which entry of a county is the last."""

    county: str
    seq: int
    chain: bytes
    seal: bytes


class Kept(NamedTuple):
    """What somebody wrote down of an earlier verification."""

    seq: int
    chain: str
    """The first figures of the seal, hexadecimal."""


class Fault(Labelled):
    CHANGED = "CHANGED", "内容与入账时不符（被改动，或不是本台账的记录）"
    MISSING = "MISSING", "缺失（被删除）"
    MISPLACED = "MISPLACED", "次序不对（被插入、重复或调换）"
    UNLINKED = "UNLINKED", "与前一条不衔接（前一条被替换）"
    HEAD = "HEAD", "与台账末尾的记载不符（末尾被改动）"
    CONTINUED = "CONTINUED", "续记时已发现台账末尾被改动"
    NOT_AS_KEPT = "NOT_AS_KEPT", "与此前抄存的校验值不符（台账被整段改换）"


class Broken(NamedTuple):
    """The first link that does not hold."""

    seq: int
    fault: Fault
    fact_id: str | None
    """Of the entry that stands there; None where none does."""


def sealed(entry: Entry, *, key: bytes) -> Entry:
    return msgspec.structs.replace(entry, chain=_seal(key, *msgspec.structs.astuple(entry)[:-1]))


def head_of(entry: Entry, *, key: bytes) -> Head:
    return Head(
        county=entry.county,
        seq=entry.seq,
        chain=entry.chain,
        seal=_seal(key, "head", entry.county, entry.seq, entry.chain),
    )


def holds(head: Head, *, key: bytes) -> bool:
    return hmac.compare_digest(head.seal, _seal(key, "head", head.county, head.seq, head.chain))


def chained(facts: Iterable[tuple[AnyFact, bytes]], *, service: str, after: Head | Entry, key: bytes) -> list[Entry]:
    """The entries of one county's facts, each with its body, that follow ``after``."""
    made: list[Entry] = []
    seq, previous = after.seq, after.chain
    for fact, body in facts:
        seq += 1
        entry = Entry(
            county=fact.county,
            seq=seq,
            fact_id=fact.id,
            at=fact.time.astimezone(UTC),
            service=service,
            type=fact.type,
            subject=fact.subject,
            version=fact.version,
            act=fact.act,
            petition_id=fact.petition,
            tenant=fact.actor.tenant,
            login=fact.actor.user,
            digest=hashlib.sha256(body).digest(),
            previous=previous,
        )
        made.append(sealed(entry, key=key))
        previous = made[-1].chain
    return made


def first_entry(county: str, *, at: datetime, key: bytes) -> Entry:
    """Says when the ledger of the county began: of what was done before it knows nothing."""
    return _own_entry(county, 0, Act.LEDGER_STARTED, at=at, previous=NOTHING, key=key)


def breach_entry(county: str, newest: Entry | None, *, at: datetime, key: bytes) -> Entry:
    """Says that the head did not hold when the next act was to be entered: writing goes on, and it stays to be seen.

    ``newest``: the last entry that stands.
    """
    seq, previous = (newest.seq + 1, newest.chain) if newest else (0, NOTHING)
    return _own_entry(county, seq, Act.LEDGER_BREACHED, at=at, previous=previous, key=key)


def verify(
    entries: Iterable[Entry], *, head: Head | None, county: str, key: bytes, kept: Sequence[Kept] = ()
) -> Broken | None:
    """The first link of a county's ledger that does not hold; None where all do.

    ``entries``: all of them, as they stand. ``head`` and ``entries`` must be of one moment.
    """
    expected, previous, last = 0, NOTHING, -1
    wanted = dict(kept)
    for entry in entries:
        broken = _checked(entry, expected=expected, previous=previous, key=key)
        if broken is None and not entry.chain.hex().startswith(wanted.pop(entry.seq, "").lower()):
            broken = Broken(entry.seq, Fault.NOT_AS_KEPT, entry.fact_id)
        if broken is not None:
            return broken
        expected, previous, last = entry.seq + 1, entry.chain, entry.seq
    if head is None:
        gone = last >= 0
    elif not holds(head, key=key):
        gone = True
    elif head.seq > last:
        return Broken(expected, Fault.MISSING, None)
    else:
        gone = (head.county, head.seq, head.chain) != (county, last, previous)
    if gone:
        return Broken(max(last, 0), Fault.HEAD, None)
    return Broken(expected, Fault.MISSING, None) if wanted else None


def _checked(entry: Entry, *, expected: int, previous: bytes, key: bytes) -> Broken | None:
    fault: Fault | None = None
    if entry.seq > expected:
        return Broken(expected, Fault.MISSING, None)
    if entry.seq < expected:
        fault = Fault.MISPLACED
    elif not hmac.compare_digest(sealed(entry, key=key).chain, entry.chain):
        fault = Fault.CHANGED
    elif entry.previous != previous:
        fault = Fault.UNLINKED
    elif entry.act == Act.LEDGER_BREACHED:
        fault = Fault.CONTINUED
    return None if fault is None else Broken(expected, fault, entry.fact_id)


def _own_entry(county: str, seq: int, act: Act, *, at: datetime, previous: bytes, key: bytes) -> Entry:
    entry = Entry(
        county=county,
        seq=seq,
        fact_id=f"ledger.{seq}",
        at=at,
        service="ledger",
        type="ledger.entry",
        subject=county,
        version=seq,
        act=act.value,
        petition_id=None,
        tenant=BY_RELAY,
        login=BY_RELAY,
        digest=hashlib.sha256(b"").digest(),
        previous=previous,
    )
    return sealed(entry, key=key)


def _seal(key: bytes, *content: object) -> bytes:
    # JSON: no two different lists of values are written alike.
    return hmac.digest(key, msgspec.json.encode(content), "sha256")
