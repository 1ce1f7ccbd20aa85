"""How everybody received (RO-38): turns, coming, visitors, times, outcomes, promises, satisfaction."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from gateway.reception_figures.figures import (
    LinkedCase,
    PromiseState,
    ReceiverFigures,
    figures,
    promises_of,
    waiting_minutes,
)
from services.contracts.ratings import AppealState, Rating, RatingAppeal, RatingSide, RatingValue
from services.contracts.receptions import AppointmentState, Recused, VisitOutcome
from services.contracts.roster_rules import SeatRole
from services.contracts.shifts import SeatOrigin
from tests.unit.gateway.reception_cases import CLERK, at, expected, member, outcome, seat, shift, visit

A, B = member("a", order=1), member("b", order=2)
DUE = date(2026, 11, 20)


def of(who: str, **given: Any) -> ReceiverFigures:
    values: dict[str, Any] = {"members": [A, B], "shifts": [], "appointments": [], "cases": {}, "now": at(30, 23)}
    return next(each for each in figures(**values | given) if each.member.id == who)


def rating(value: RatingValue, **changes: Any) -> Rating:
    given: dict[str, Any] = {
        "id": "r", "petition_id": "p", "side": RatingSide.BODY, "value": value, "reason": None, "rated_on": DUE,
        "recorded_by": "zrzy",
    }  # fmt: skip
    return Rating(**given | changes)


def test_turns_are_told_apart_by_who_came_when_and_for_whom() -> None:
    table = [
        shift(4, seat("a", in_at=at(4, 8, 55)), seat("b", SeatRole.RECORDER, in_at=at(4, 9, 1))),
        shift(11, seat("a"), seat("b", SeatRole.RECORDER, in_at=at(11, 9))),
        shift(18, seat("b", origin=SeatOrigin.SUBSTITUTE, instead_of="a")),
        shift(25, seat("a"), cancelled="停电"),
    ]
    first, second = of("a", shifts=table), of("b", shifts=table)
    assert (first.turns, first.sessions, first.absent, first.late, first.substituted) == (2, 2, 1, 0, 1)
    assert (second.turns, second.sessions, second.absent, second.late, second.stood_in) == (3, 1, 0, 1, 1)


def test_a_turn_that_is_still_to_come_is_none_yet() -> None:
    assert figures(members=[A], shifts=[shift(25, seat("a"))], appointments=[], cases={}, now=at(25, 10)) == []


def test_visitors_are_counted_by_batches_and_people_with_their_times() -> None:
    turn = shift(4, seat("a"))
    done = [visit(turn, people=5), visit(turn, called_at=at(4, 9, 30), done_at=at(4, 10, 10)), expected(turn)]
    found = of("a", shifts=[turn], appointments=[*done, visit(turn, state=AppointmentState.ABSENT)])
    assert (found.batches, found.people) == (2, 6)
    assert (found.waiting_minutes, found.talk_minutes) == (20, 30)
    assert found.outcomes[VisitOutcome.ANSWERED] == 2


def test_who_came_before_his_slot_waits_from_his_slot_on() -> None:
    turn = shift(4, seat("a"))
    assert waiting_minutes([visit(turn, slot=time(9, 15), called_at=at(4, 9, 20))]) == 5
    assert waiting_minutes([visit(turn, slot=time(8, 45), called_at=at(4, 9, 20))]) == 20
    assert waiting_minutes([expected(turn)]) is None


def test_a_recused_receiver_did_not_receive() -> None:
    turn = shift(4, seat("a"))
    aside = visit(turn, recused=[Recused(member="a", reason="亲属", declared=True, by_member="b")])
    assert of("a", shifts=[turn], appointments=[aside]).batches == 0
    assert of("b", shifts=[turn], appointments=[aside]).batches == 1


@pytest.mark.parametrize(
    ("case", "today", "state"),
    [
        (None, DUE, PromiseState.OPEN),
        (None, DUE + timedelta(days=1), PromiseState.UNRECORDED),
        (LinkedCase(answered_on=None, closed_on=None, ratings=[]), DUE, PromiseState.OPEN),
        (LinkedCase(answered_on=None, closed_on=None, ratings=[]), DUE + timedelta(days=1), PromiseState.MISSED),
        (LinkedCase(answered_on=DUE, closed_on=None, ratings=[]), DUE + timedelta(days=9), PromiseState.KEPT),
        (LinkedCase(answered_on=None, closed_on=DUE, ratings=[]), DUE, PromiseState.KEPT),
        (
            LinkedCase(answered_on=DUE + timedelta(days=1), closed_on=None, ratings=[]),
            DUE + timedelta(days=9),
            PromiseState.MISSED,
        ),
    ],
)
def test_a_promise_is_kept_by_an_answer_or_a_closing_in_time(
    case: LinkedCase | None, today: date, state: PromiseState
) -> None:
    promised = outcome(VisitOutcome.PROMISED, promised_on=DUE)
    cases = {} if case is None else {"p": case}
    (found,) = promises_of([visit(shift(4, seat("a")), outcome=promised, petition_id="p")], cases, today)
    assert (found.state, found.on) == (state, DUE)


def test_satisfaction_is_of_the_petitions_that_came_of_it_each_once() -> None:
    turn = shift(4, seat("a"))
    upheld = RatingAppeal(
        tenant="zrzy", by=CLERK, on=DUE, reason="", evidence=[], state=AppealState.UPHELD, decided_on=DUE
    )
    ratings = [
        rating(RatingValue.SATISFIED),
        rating(RatingValue.DISSATISFIED, side=RatingSide.OFFICE),
        rating(RatingValue.DISSATISFIED, appeal=upheld),
    ]
    cases = {"p": LinkedCase(answered_on=None, closed_on=None, ratings=ratings)}
    twice = [visit(turn, petition_id="p"), visit(turn, petition_id="p", outcome=outcome(VisitOutcome.REGISTERED))]
    found = of("a", shifts=[turn], appointments=twice, cases=cases)
    assert (found.rated, found.satisfied) == (2, 1)
