"""Whatever is done to a ledger without its key is found, and named at the first place where it shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.facts import decode_fact
from services.common.ledger import (
    NOTHING,
    Broken,
    Entry,
    Fault,
    Head,
    Kept,
    breach_entry,
    chained,
    first_entry,
    head_of,
    holds,
    verify,
)
from services.common.ledger_tables import entry_of

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
COUNTY = "970001"
AT = datetime(2026, 8, 3, 1, 0, 0, 123456, tzinfo=UTC)


def body(number: int) -> bytes:
    return msgspec.json.encode(
        {
            "id": f"fact-{number}",
            "county": COUNTY,
            "type": "routing.referral.v1",
            "subject": f"r{number % 3}",
            "version": number // 3 + 1,
            "time": AT + timedelta(seconds=number),
            "act": "RECEIVED",
            "actor": {"tenant": "slj", "user": "slj.clerk@x", "name": "水利·经办"},
            "petition": "p1" if number % 2 else None,
            "remark": "路灯不亮，请核实",
            "trace": "t",
            "state": {"note": "何某某 13800000000"},
        }
    )


def ledger(size: int, *, key: bytes = KEY) -> list[Entry]:
    """A first entry and ``size`` more, entered in batches of three."""
    entries = [first_entry(COUNTY, at=AT, key=key)]
    for start in range(0, size, 3):
        bodies = [body(number) for number in range(start, min(start + 3, size))]
        facts = [(decode_fact(one), one) for one in bodies]
        entries += chained(facts, service="routing", after=head_of(entries[-1], key=key), key=key)
    return entries


def found(entries: list[Entry], whole: list[Entry], **more: Any) -> Broken | None:
    """What verification says of ``entries``, where ``whole`` was written."""
    return verify(entries, head=head_of(whole[-1], key=KEY), county=COUNTY, key=KEY, **more)


def otherwise(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case datetime():
            return value + timedelta(microseconds=1)
        case int():
            return value + 1
        case None:
            return ""
        case _:
            return f"{value}x"


WHOLE = ledger(12)
places = st.integers(0, len(WHOLE) - 1)


def test_a_ledger_as_it_was_written_holds() -> None:
    for size in range(8):
        whole = ledger(size)
        assert [entry.seq for entry in whole] == list(range(size + 1))
        assert found(whole, whole) is None
    assert verify([], head=None, county=COUNTY, key=KEY) is None


def test_an_entry_says_who_did_what_when_and_nothing_of_the_words() -> None:
    entry = WHOLE[2]
    assert (entry.fact_id, entry.at, entry.act, entry.tenant) == (
        "fact-1",
        AT + timedelta(seconds=1),
        "RECEIVED",
        "slj",
    )
    assert (entry.subject, entry.version, entry.petition_id, entry.login) == ("r1", 1, "p1", "slj.clerk@x")
    text = msgspec.json.encode(entry).decode()
    assert not any(word in text for word in ("路灯", "何某某", "13800000000", "水利"))


@given(place=places, field=st.sampled_from(Entry.__struct_fields__))
def test_any_change_of_any_field_of_any_entry_is_found_there(place: int, field: str) -> None:
    entries = list(WHOLE)
    entries[place] = msgspec.structs.replace(WHOLE[place], **{field: otherwise(getattr(WHOLE[place], field))})
    broken = found(entries, WHOLE)
    assert broken is not None
    assert broken.seq == place
    assert broken.fault is (Fault.MISSING if field == "seq" else Fault.CHANGED)


@given(place=places, field=st.sampled_from(["fact_id", "act", "login", "digest", "at"]))
def test_whoever_seals_a_changed_entry_with_another_key_is_found_there(place: int, field: str) -> None:
    changed = msgspec.structs.replace(WHOLE[place], **{field: otherwise(getattr(WHOLE[place], field))})
    forged = msgspec.structs.replace(changed, chain=head_of(changed, key=OTHER_KEY).seal)
    entries = [*WHOLE[:place], forged, *WHOLE[place + 1 :]]
    assert found(entries, WHOLE) == Broken(place, Fault.CHANGED, forged.fact_id)


@given(first=places, count=st.integers(1, 4))
def test_entries_taken_out_are_missed_where_the_first_of_them_stood(first: int, count: int) -> None:
    assert found(WHOLE[:first] + WHOLE[first + count :], WHOLE) == Broken(first, Fault.MISSING, None)


@given(first=places, count=st.integers(1, 4))
def test_taking_out_and_numbering_anew_is_found_at_the_same_place(first: int, count: int) -> None:
    rest = [msgspec.structs.replace(one, seq=one.seq - count) for one in WHOLE[first + count :]]
    broken = found(WHOLE[:first] + rest, WHOLE)
    assert broken is not None
    assert (broken.seq, broken.fault) == (first, Fault.CHANGED if rest else Fault.MISSING)


@given(one=places, other=places)
def test_two_entries_in_each_others_place_are_found_at_the_first(one: int, other: int) -> None:
    entries = list(WHOLE)
    entries[one], entries[other] = entries[other], entries[one]
    broken = found(entries, WHOLE)
    assert (broken is None) == (one == other)
    assert broken is None or (broken.seq, broken.fault) == (min(one, other), Fault.MISSING)


@given(one=places, other=places)
def test_two_entries_that_also_changed_their_numbers_are_found_at_the_first(one: int, other: int) -> None:
    entries = list(WHOLE)
    entries[one] = msgspec.structs.replace(WHOLE[other], seq=one)
    entries[other] = msgspec.structs.replace(WHOLE[one], seq=other)
    broken = found(entries, WHOLE)
    assert (broken is None) == (one == other)
    assert broken is None or (broken.seq, broken.fault) == (min(one, other), Fault.CHANGED)


@given(place=places, copied=places)
def test_an_entry_put_in_is_found_where_it_stands(place: int, copied: int) -> None:
    entries = [*WHOLE[: place + 1], WHOLE[copied], *WHOLE[place + 1 :]]
    broken = found(entries, WHOLE)
    assert broken is not None
    # A true copy of the next entry is no other than it; then the next one is one too many.
    assert broken.seq == place + 1 + (copied == place + 1)


@given(place=places, own=st.booleans())
def test_an_entry_of_another_ledger_is_found_where_it_stands(place: int, own: bool) -> None:
    """One that was sealed with our key, but after other entries: as an older copy of the database holds them."""
    later = first_entry(COUNTY, at=AT + timedelta(days=1), key=KEY)
    facts = [(decode_fact(body(number)), body(number)) for number in range(len(WHOLE) - 1)]
    other = [later, *chained(facts, service="routing", after=later, key=KEY)]
    entries = [*WHOLE[:place], other[place], *WHOLE[place + 1 :]]
    broken = found(entries, WHOLE)
    if place == 0:
        assert broken == Broken(1, Fault.UNLINKED, WHOLE[1].fact_id)
    else:
        assert broken == Broken(place, Fault.UNLINKED, other[place].fact_id)


def altered(**changes: Any) -> Callable[[Head], Head]:
    return lambda head: msgspec.structs.replace(head, **changes)


@pytest.mark.parametrize(
    "alter",
    [
        altered(seq=5),
        altered(seq=99),
        altered(chain=NOTHING),
        altered(seal=NOTHING),
        altered(county="x"),
        lambda _: None,
    ],
    ids=["seq", "later", "chain", "seal", "county", "gone"],
)
def test_a_head_that_was_changed_is_found(alter: Callable[[Head], Head | None]) -> None:
    broken = verify(WHOLE, head=alter(head_of(WHOLE[-1], key=KEY)), county=COUNTY, key=KEY)
    assert broken == Broken(WHOLE[-1].seq, Fault.HEAD, None)


def test_the_newest_taken_off_with_a_head_to_match_is_found_by_what_was_kept_elsewhere() -> None:
    """Who kept an old copy of the head can do this; the seal that was written down since tells."""
    cut = WHOLE[:6]
    kept = [Kept(9, WHOLE[9].chain.hex()[:16])]
    assert found(cut, cut) is None
    assert found(cut, cut, kept=kept) == Broken(6, Fault.MISSING, None)
    assert found(WHOLE, WHOLE, kept=kept) is None


def test_a_ledger_written_anew_with_the_key_is_found_by_what_was_kept_elsewhere() -> None:
    later = first_entry(COUNTY, at=AT + timedelta(days=1), key=KEY)
    anew = [later, *chained([(decode_fact(body(7)), body(7))], service="routing", after=later, key=KEY)]
    kept = [Kept(0, WHOLE[0].chain.hex()[:16].upper()), Kept(1, WHOLE[1].chain.hex()[:16])]
    assert found(anew, anew) is None
    assert found(anew, anew, kept=kept) == Broken(0, Fault.NOT_AS_KEPT, later.fact_id)
    assert found(WHOLE, WHOLE, kept=kept) is None


def test_what_the_relay_found_broken_stays_to_be_seen() -> None:
    cut = WHOLE[:6]
    assert not holds(msgspec.structs.replace(head_of(WHOLE[-1], key=KEY), seq=5), key=KEY)
    noted = breach_entry(COUNTY, cut[-1], at=AT, key=KEY)
    more = chained([(decode_fact(body(20)), body(20))], service="intake", after=noted, key=KEY)
    entries = [*cut, noted, *more]
    assert found(entries, entries) == Broken(6, Fault.CONTINUED, "ledger.6")

    emptied = [breach_entry(COUNTY, None, at=AT, key=KEY)]
    assert found(emptied, emptied) == Broken(0, Fault.CONTINUED, "ledger.0")


def test_an_entry_comes_back_from_its_row_as_it_was() -> None:
    for entry in WHOLE:
        row = msgspec.structs.asdict(entry)
        row["county_id"] = row.pop("county")
        row["at"] = entry.at.astimezone()
        row["chain"] = memoryview(entry.chain)
        assert entry_of(row) == entry
