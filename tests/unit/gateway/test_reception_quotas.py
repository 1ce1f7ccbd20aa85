"""How often everybody received, and whether that is enough: RO-06, RO-13, RO-17 to RO-19."""

from datetime import date
from typing import Any

import msgspec
import pytest

from gateway.reception_figures.quotas import QuotaStanding, QuotaState, standings
from services.contracts.receptions import AppointmentState, Recused
from services.contracts.roster_rules import Quota, QuotaUnit, Rank, ReceptionMode, SeatRole, ServiceKind
from tests.unit.gateway.reception_cases import MONTH, at, expected, member, seat, shift, visit

MONTHLY = Quota(name="班子成员每月接访", basis="接访制度", ranks=frozenset({Rank.LEADER}), times=1)
TWO_BATCHES = Quota(name="书记、乡长每月接访", basis="接访方案", members=["chief"], times=2, counts=QuotaUnit.BATCHES)
END = at(30, 23)


def standing(quota: Quota = MONTHLY, who: Any = None, **given: Any) -> QuotaStanding:
    values: dict[str, Any] = {"shifts": [], "appointments": [], "month": MONTH, "now": END, **given}
    found = standings(quotas=[quota], members=[who or member("a")], **values)
    assert len(found) == 1
    return found[0]


def test_a_reception_counts_once_it_is_over_and_is_planned_until_then() -> None:
    table = [shift(6, seat("a"))]
    before = standing(shifts=table, now=at(6, 10))
    after = standing(shifts=table, now=at(6, 11))
    assert (before.received, before.planned, before.state) == (0, 1, QuotaState.PLANNED)
    assert (after.received, after.planned, after.state) == (1, 0, QuotaState.MET)


def test_a_month_without_enough_turns_is_short_and_when_it_is_over_missed() -> None:
    twice = msgspec.structs.replace(MONTHLY, times=2)
    table = [shift(6, seat("a"))]
    running, over = (
        standing(twice, shifts=table, now=at(20)),
        standing(twice, shifts=table, now=at(30, 23).replace(month=12)),
    )
    assert (running.state, running.missing) == (QuotaState.SHORT, 1)
    assert (over.state, over.missing) == (QuotaState.MISSED, 1)


@pytest.mark.parametrize(
    "turn",
    [
        shift(6, seat("a"), cancelled="停电"),
        shift(6, seat("a"), kind=ServiceKind.DUTY, mode=None),
        shift(6, seat("b"), seat("a", SeatRole.ACCOMPANY)),
        shift(6, seat("a"), seat("b", SeatRole.RECORDER, in_at=at(6, 9))),
    ],
    ids=["cancelled", "duty", "beside the leader", "others checked in and he did not"],
)
def test_what_is_no_reception_that_he_led_does_not_count(turn: Any) -> None:
    assert standing(shifts=[turn]).received == 0


def test_who_checked_in_or_where_nobody_did_counts() -> None:
    table = [shift(6, seat("a", in_at=at(6, 9))), shift(13, seat("a"), seat("b", SeatRole.RECORDER))]
    assert standing(shifts=table).received == 2


def test_a_session_of_the_government_is_credited_where_the_quota_says_so() -> None:
    attended = shift(10, seat("a"), mode=ReceptionMode.INVITED, by_hand=True, rule="")
    credits = frozenset({ReceptionMode.FIXED_POINT, ReceptionMode.INVITED})
    assert standing(msgspec.structs.replace(MONTHLY, credits=credits), shifts=[attended]).state is QuotaState.MET
    fixed = frozenset({ReceptionMode.FIXED_POINT})
    missed = standing(msgspec.structs.replace(MONTHLY, credits=fixed), shifts=[attended])
    assert (missed.received, missed.state) == (0, QuotaState.SHORT)


def test_batches_are_visitors_received_and_not_sessions() -> None:
    turn = shift(25, seat("chief"))
    chief = member("chief", rank=Rank.CHIEF)
    seen = [visit(turn, people=5), visit(turn, state=AppointmentState.ABSENT), expected(turn)]
    found = standing(TWO_BATCHES, chief, shifts=[turn], appointments=seen, now=at(25, 10))
    assert (found.received, found.planned, found.state) == (1, 1, QuotaState.PLANNED)
    done = [visit(turn), visit(turn)]
    assert standing(TWO_BATCHES, chief, shifts=[turn], appointments=done).state is QuotaState.MET


def test_a_visitor_counts_for_who_stepped_in_and_not_for_who_stepped_aside() -> None:
    turn = shift(25, seat("chief"))
    chain = [
        Recused(member="chief", reason="亲属", declared=True, by_member="b"),
        Recused(member="b", reason="分管", declared=False, by_member="c"),
    ]
    quota = msgspec.structs.replace(TWO_BATCHES, members=["chief", "b", "c"])
    found = standings(
        quotas=[quota],
        members=[member("chief"), member("b"), member("c")],
        shifts=[turn],
        appointments=[visit(turn, recused=chain)],
        month=MONTH,
        now=END,
    )
    assert {each.member.id: each.received for each in found} == {"chief": 0, "b": 0, "c": 1}


def test_accusations_count_for_nobody_whoever_asks() -> None:
    turn = shift(25, seat("chief"))
    hidden = [visit(turn, accusation=True), visit(turn, restricted_to=["clerk"])]
    assert standing(TWO_BATCHES, member("chief"), shifts=[turn], appointments=hidden).received == 0


def test_who_serves_a_part_of_the_month_owes_nothing_and_who_left_before_is_not_asked() -> None:
    assert standing(who=member("a", since=date(2026, 11, 16))).state is QuotaState.EXEMPT
    left = member("a", until=date(2026, 10, 31))
    assert standings(quotas=[MONTHLY], members=[left], shifts=[], appointments=[], month=MONTH, now=END) == []


def test_a_quota_binds_its_ranks_or_those_whom_it_names() -> None:
    people = [member("a", order=2), member("chief", rank=Rank.CHIEF), member("b", order=1)]
    given: dict[str, Any] = {"members": people, "shifts": [], "appointments": [], "month": MONTH, "now": END}
    assert [each.member.id for each in standings(quotas=[MONTHLY], **given)] == ["b", "a"]
    assert [each.member.id for each in standings(quotas=[TWO_BATCHES], **given)] == ["chief"]
