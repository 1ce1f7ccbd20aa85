"""Substitution and swap: only with who is free and may sit there, undone as long as nothing has begun."""

from datetime import datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidInput, WrongState
from services.contracts.actor import Role
from services.contracts.base import LEGAL_ZONE
from services.contracts.shifts import SeatOrigin
from services.contracts.substitutions import RequestSubstitution, Substitution, SubstitutionKind, SubstitutionState
from services.roster.seating import Table
from services.roster.substituting import NotFree, ShiftBegun, carried_out, decided, requested, taken_back, undone
from tests.unit.roster.table_made import (
    NOON_BEFORE,
    STAFF,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    A,
    B,
    C,
    absence,
    actor,
    shift,
    table,
    taken,
)

OF_A, OF_B, OF_C = shift("1", TUESDAY, taken(A)), shift("2", WEDNESDAY, taken(B)), shift("3", THURSDAY, taken(C))
TABLE = table(OF_A, OF_B, OF_C)


def ask(known: Table = TABLE, *standing: Substitution, now: datetime = NOON_BEFORE, **changes: Any) -> Substitution:
    command = RequestSubstitution(shift_id="1", member="a", by_member="b", reason="出差")
    return requested(
        id="s",
        command=msgspec.structs.replace(command, **changes),
        table=known,
        standing=standing,
        actor=actor("a", Role.LEADER),
        on_behalf=False,
        now=now,
    )


def test_a_substitute_sits_there_once_it_is_approved() -> None:
    asked = ask()
    assert (asked.kind, asked.state, asked.day) == (
        SubstitutionKind.SUBSTITUTE, SubstitutionState.REQUESTED, TUESDAY,
    )  # fmt: skip
    moved = carried_out(asked, table=TABLE, now=NOON_BEFORE)
    (seat,) = moved["1"].seats
    assert (list(moved), seat.member, seat.origin, seat.instead_of) == (["1"], "b", SeatOrigin.SUBSTITUTE, "a")


def test_two_change_places() -> None:
    swap = ask(in_return="2")
    moved = carried_out(swap, table=TABLE, now=NOON_BEFORE)
    assert {id: (each.members, each.seats[0].origin) for id, each in moved.items()} == {
        "1": (["b"], SeatOrigin.SWAPPED),
        "2": (["a"], SeatOrigin.SWAPPED),
    }


def test_a_swap_of_two_shifts_at_the_same_time_is_free_of_itself() -> None:
    window = shift("4", TUESDAY, taken(B))
    moved = carried_out(ask(table(OF_A, window), in_return="4"), table=table(OF_A, window), now=NOON_BEFORE)
    assert {id: each.members for id, each in moved.items()} == {"1": ["b"], "4": ["a"]}


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (table(OF_A, absences=[absence(B, TUESDAY)]), "请假或外出"),
        (table(OF_A, shift("x", TUESDAY, taken(B), start=time(11), end=time(12))), "已安排"),
        (table(shift("1", TUESDAY, taken(A), taken(B))), "已在"),
    ],
)
def test_who_is_not_free_is_refused_with_the_reason_and_who_is(known: Table, why: str) -> None:
    with pytest.raises(NotFree, match=why):
        ask(known)


def test_who_may_not_sit_there_is_refused_and_others_are_named() -> None:
    with pytest.raises(NotFree, match=r"不能担任带班（接访）领导，请另选，可选：演示b、演示c"):
        ask(by_member=STAFF.id)


def test_what_is_not_his_or_has_begun_or_was_asked_already_is_refused() -> None:
    with pytest.raises(InvalidInput):
        ask(member="c", by_member="a")
    with pytest.raises(InvalidInput):
        ask(by_member="a")
    with pytest.raises(InvalidInput):
        ask(in_return="1")
    with pytest.raises(InvalidInput):
        ask(reason=" ")
    with pytest.raises(ShiftBegun):
        ask(now=OF_A.begins)
    with pytest.raises(WrongState):
        ask(table(shift("1", TUESDAY, taken(A), cancelled="停电")))
    with pytest.raises(WrongState):
        ask(TABLE, ask())


def test_what_was_free_when_it_was_asked_is_looked_at_again_when_it_is_approved() -> None:
    asked = ask()
    with pytest.raises(NotFree):
        carried_out(asked, table=table(OF_A, absences=[absence(B, TUESDAY)]), now=NOON_BEFORE)


def test_it_is_decided_once_and_taken_back_before_and_after() -> None:
    asked, head = ask(), actor("chief", Role.HEAD)
    approved = decided(asked, approve=True, reason="", actor=head, now=NOON_BEFORE)
    refused = decided(asked, approve=False, reason="当日有重要接待", actor=head, now=NOON_BEFORE)
    with pytest.raises(InvalidInput):
        decided(asked, approve=False, reason="", actor=head, now=NOON_BEFORE)
    with pytest.raises(WrongState):
        decided(approved, approve=True, reason="", actor=head, now=NOON_BEFORE)
    assert taken_back(asked, reason="不用了").state is SubstitutionState.TAKEN_BACK
    assert taken_back(approved, reason="不用了").state is SubstitutionState.TAKEN_BACK
    with pytest.raises(WrongState):
        taken_back(refused, reason="不用了")


@given(st.booleans(), st.sampled_from("bc"))
def test_taking_back_restores_the_table_as_it_was(swap: bool, other: str) -> None:
    asked = ask(by_member=other, in_return={"b": "2", "c": "3"}[other] if swap else None)
    after = TABLE.with_shifts(carried_out(asked, table=TABLE, now=NOON_BEFORE).values())
    back = undone(asked, table=after, now=NOON_BEFORE)
    assert after.with_shifts(back.values()) == TABLE


def test_nothing_is_undone_once_one_of_the_shifts_has_begun() -> None:
    swap = ask(in_return="2")
    after = TABLE.with_shifts(carried_out(swap, table=TABLE, now=NOON_BEFORE).values())
    with pytest.raises(ShiftBegun):
        undone(swap, table=after, now=OF_A.begins + timedelta(minutes=1))


def test_who_is_away_by_now_does_not_take_it_back_and_a_table_changed_since_stays() -> None:
    asked = ask()
    after = TABLE.with_shifts(carried_out(asked, table=TABLE, now=NOON_BEFORE).values())
    with pytest.raises(NotFree):
        undone(asked, table=msgspec.structs.replace(after, absences=[absence(A, TUESDAY)]), now=NOON_BEFORE)
    with pytest.raises(WrongState):
        undone(asked, table=TABLE, now=datetime(2026, 11, 30, tzinfo=LEGAL_ZONE))
