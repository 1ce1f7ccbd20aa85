"""Who may sit on a seat, who of them is free, and whose turn it is."""

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.roster_people import Member
from services.contracts.roster_rules import Qualification, Seat, SeatRole
from services.contracts.shifts import SeatOrigin
from services.roster.seating import candidates, given_back, pool_of, taken_by, why_not
from tests.unit.roster.table_made import (
    CHIEF,
    STAFF,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    A,
    B,
    C,
    absence,
    member,
    rule,
    shift,
    table,
    taken,
)

EMPTY = shift("empty", WEDNESDAY, taken(None))


def names(found: list[Member]) -> str:
    return "".join(each.id for each in found)


def test_whoever_has_the_fewest_turns_of_the_role_comes_first() -> None:
    known = table(EMPTY, shift("1", TUESDAY, taken(A)), shift("2", THURSDAY, taken(A)), shift("3", TUESDAY, taken(B)))
    assert names(candidates(known, EMPTY, 0)) == "cba"


def test_a_fixed_seat_goes_by_the_order_of_the_rule() -> None:
    fixed = shift("f", WEDNESDAY, taken(None), rule="fixed")
    assert names(candidates(table(fixed), fixed, 0)) == "cba"
    assert names(candidates(table(fixed, absences=[absence(C, WEDNESDAY)]), fixed, 0)) == "ba"


def test_who_is_away_busy_or_gone_is_not_free_and_is_told_why() -> None:
    other = shift("other", WEDNESDAY, taken(B), start=time(11), end=time(12))
    left = member("c", until=TUESDAY)
    known = table(EMPTY, other, absences=[absence(A, WEDNESDAY)], members=(A, B, left))
    assert candidates(known, EMPTY, 0) == []
    reasons = [why_not(known, each, EMPTY) or "" for each in (A, B, left)]
    assert ["请假" in reasons[0], "已安排" in reasons[1], "不在任" in reasons[2]] == [True, True, True]


def test_shifts_that_only_touch_do_not_hinder_each_other_and_a_nights_watch_does() -> None:
    after = shift("after", WEDNESDAY, taken(B), start=time(11, 30), end=time(12))
    assert why_not(table(EMPTY, after), B, EMPTY) is None
    night = shift("night", TUESDAY, taken(B), start=time(18), end=time(9))
    assert why_not(table(EMPTY, night), B, EMPTY) is not None


def test_a_qualification_is_asked_of_whoever_takes_the_seat() -> None:
    lawyer = member("law", qualifications=frozenset({Qualification.LEGAL_ADVISER}))
    seat = Seat(
        role=SeatRole.LEGAL,
        ranks=frozenset({A.rank}),
        qualifications=frozenset({Qualification.LEGAL_ADVISER}),
    )
    asked = shift("q", WEDNESDAY, taken(None, SeatRole.LEGAL), rule="legal")
    known = table(asked, rules=[rule("legal", seat)], members=(A, lawyer))
    assert names(candidates(known, asked, 0)) == "law"


def test_by_hand_leaders_lead_and_anybody_does_the_rest() -> None:
    visit = shift("v", WEDNESDAY, taken(None), taken(None, SeatRole.RECORDER), rule="", by_hand=True)
    known = table(visit)
    assert {each.id for each in pool_of(known, visit, 0)} == {"chief", "a", "b", "c"}
    assert {each.id for each in pool_of(known, visit, 1)} == {"chief", "a", "b", "c", "staff"}


def test_whose_turn_it_was_is_remembered_through_several_hands() -> None:
    first = taken_by(taken(A), B)
    second = taken_by(first, C)
    assert (second.member, second.instead_of, second.origin) == ("c", "a", SeatOrigin.SUBSTITUTE)
    back = given_back(second, B, by_hand=False)
    assert (back.member, back.instead_of, back.origin) == ("b", "a", SeatOrigin.SUBSTITUTE)
    assert given_back(second, A, by_hand=False) == taken(A)
    assert given_back(taken_by(taken(A), B), A, by_hand=True).origin is SeatOrigin.NAMED


def test_who_is_put_back_into_his_own_turn_stands_in_for_nobody() -> None:
    there = taken_by(taken(A), B, origin=SeatOrigin.NAMED)
    again = taken_by(there, A, origin=SeatOrigin.NAMED)
    assert (there.instead_of, again.member, again.instead_of) == ("a", "a", None)
    assert taken_by(there, None).instead_of == "a"


@given(
    away=st.sets(st.sampled_from("abc")), busy=st.sets(st.sampled_from(["a", "b", "c", "chief", "staff"]), max_size=5)
)
def test_candidates_are_exactly_those_of_the_pool_who_are_free(away: set[str], busy: set[str]) -> None:
    people = {each.id: each for each in (A, B, C, CHIEF, STAFF)}
    others = [shift(f"o{each}", WEDNESDAY, taken(people[each])) for each in sorted(busy)]
    known = table(EMPTY, *others, absences=[absence(people[each], WEDNESDAY) for each in sorted(away)])
    found = {each.id for each in candidates(known, EMPTY, 0)}
    assert found == {"a", "b", "c"} - away - busy
