"""What holds for every case there could be. ``pytest --hypothesis-show-statistics`` counts the examples."""

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.base import builtins
from services.contracts.deadlines import Binding, Clock, ClockState, Level, Obligation, clock_state, level_of
from services.contracts.rules import Regime, RuleSet
from services.deadlines.bounds import end_of, start_of
from services.deadlines.changes import changes
from services.deadlines.obligations import obligations
from services.deadlines.regimes import RegimeInvalid, check_regime
from tests.unit.deadlines.histories import History, extended_histories, facts, histories, last, regimes, told
from tests.unit.deadlines.made import CALENDAR, RULES

EXAMPLES = 200
"""Of each property: more than hypothesis makes by itself, few enough for every run."""
LEVELS = {level: number for number, level in enumerate(Level)}
COUNTIES = st.one_of(st.none(), regimes())


def counted(history: History, county: Regime | None = None) -> list[Clock]:
    return obligations(case=facts(last(history)), rules=RULES, regime=county, calendar=CALENDAR)


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=COUNTIES, shuffle=st.randoms(use_true_random=False), repeats=st.integers(1, 3))
def test_any_order_and_repetition_of_facts_gives_the_same_clocks(
    history: History, county: Regime | None, shuffle: random.Random, repeats: int
) -> None:
    kept = list(told(history, shuffle, repeats).values())
    shuffle.shuffle(kept)
    expected = counted(history, county)
    assert obligations(case=facts(kept), rules=RULES, regime=county, calendar=CALENDAR) == expected
    assert expected == sorted(expected, key=lambda clock: (clock.starts_on, clock.id))


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=COUNTIES, data=st.data())
def test_step_by_step_or_from_nothing_the_stored_clocks_end_the_same(
    history: History, county: Regime | None, data: st.DataObject
) -> None:
    """Facts come one at a time and each is counted and stored, or the case is replayed at once: no difference in any
    clock that the facts give. Counting again then changes nothing."""
    stored: dict[str, Clock] = {}
    known: dict[str, Any] = {"petition": history["petition"][0]}
    waiting = [(key, state) for key, states in history.items() for state in states]
    order = data.draw(st.randoms(use_true_random=False))
    keys = [key for key, _ in waiting]
    order.shuffle(keys)
    queues = {key: list(states) for key, states in history.items()}
    for key in keys:  # each aggregate's own versions keep their order, as a version number does
        known[key] = queues[key].pop(0)
        derived = obligations(case=facts(known), rules=RULES, regime=county, calendar=CALENDAR)
        for change in changes(stored=stored, derived=derived):
            stored[change.clock.id] = change.clock
    replayed = {clock.id: clock for clock in counted(history, county)}
    assert {each: clock for each, clock in stored.items() if each in replayed} == replayed
    assert all(clock.cancelled and clock.met_on is None for each, clock in stored.items() if each not in replayed)
    assert changes(stored=stored, derived=list(replayed.values())) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=regimes(holidays=False))
def test_what_a_county_adds_never_makes_a_day_later(history: History, county: Regime) -> None:
    try:
        check_regime(regime=county, rules=RULES)
    except RegimeInvalid:
        return  # two rules that name two owners; it is never loaded
    by_law = {clock.id: clock for clock in counted(history)}
    tightened = {clock.id: clock for clock in counted(history, county)}
    assert by_law.keys() <= tightened.keys()
    for each, clock in by_law.items():
        assert tightened[each].due_at <= clock.due_at
        assert tightened[each].legal == clock.legal
        assert (tightened[each].met_on, tightened[each].cancelled) == (clock.met_on, clock.cancelled)


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=COUNTIES)
def test_the_effective_limit_is_the_tightest_that_there_is(history: History, county: Regime | None) -> None:
    for clock in counted(history, county):
        limits = [bound for bound in (clock.legal, clock.internal) if bound]
        assert limits
        if clock.binding is Binding.EXTENDED:
            continue
        assert clock.rule in {bound.rule for bound in limits}
        assert clock.effective_due_on == min(bound.effective_due_on for bound in limits)


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories())
def test_by_the_law_alone_no_day_is_before_the_nominal_one_and_every_last_day_is_a_working_day(
    history: History,
) -> None:
    for clock in counted(history):
        assert clock.due_on <= clock.effective_due_on
        assert CALENDAR.is_workday(clock.effective_due_on)
        assert clock.due_at == end_of(clock.effective_due_on)
        if clock.binding is not Binding.NAMED:
            assert clock.starts_on < clock.due_on


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=extended_histories(), county=COUNTIES)
def test_an_extension_never_goes_beyond_what_its_article_allows(history: History, county: Regime | None) -> None:
    without = {key: states for key, states in history.items() if not key.startswith("e")}
    before = {clock.id: clock for clock in counted(without, county)}
    found = counted(history, county)
    assert [clock.extension is not None for clock in found if clock.id == history["e0"][-1].clock_id] == [True]
    for clock in found:
        if clock.extension is None:
            assert clock == before[clock.id]
            continue
        assert clock.obligation is Obligation.HANDLING
        assert clock.extendable_days == 0
        assert clock.due_at >= before[clock.id].due_at
        limits = [bound for bound in (clock.legal, clock.internal) if bound]
        assert clock.due_on <= max(bound.due_on for bound in limits) + timedelta(days=30)
        if clock.legal:
            assert clock.due_on <= clock.legal.due_on + timedelta(days=30)


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=COUNTIES)
def test_the_levels_ascend_and_lead_to_the_state_that_the_dates_decide(history: History, county: Regime | None) -> None:
    for clock in counted(history, county):
        if clock.paused_since is not None:
            assert clock.marks == []
            continue
        for earlier, later in pairwise(clock.marks):
            assert LEVELS[earlier.level] < LEVELS[later.level]
            assert earlier.at <= later.at
        assert clock.marks[0].at >= (clock.starts_at or start_of(clock.starts_on))
        end = next(mark for mark in clock.marks if mark.level in (Level.OVERDUE, Level.LAPSED))
        assert end.at == max(clock.due_at, clock.starts_at or start_of(clock.starts_on))
        open_clock = msgspec.structs.replace(clock, met_on=None, met_at=None, cancelled=False)
        past_due = ClockState.LAPSED if clock.lapses else ClockState.OVERDUE
        for mark in clock.marks:
            level = level_of(open_clock, mark.at)
            assert level is not None
            assert LEVELS[level] >= LEVELS[mark.level]
            assert (clock_state(open_clock, mark.at) is past_due) == (mark.at >= clock.due_at)


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=COUNTIES)
def test_every_clock_is_owed_once_and_ends_one_way(history: History, county: Regime | None) -> None:
    found = counted(history, county)
    assert len({clock.id for clock in found}) == len(found)
    for clock in found:
        assert not (clock.cancelled and clock.met_on)
        assert clock.open == (
            clock_state(clock, clock.due_at) in (ClockState.OVERDUE, ClockState.LAPSED, ClockState.PAUSED)
        )
        if clock.met_on and clock.opens_on:
            assert clock.met_on >= clock.opens_on
        assert not (clock.extendable_days and (clock.lapses or not clock.open))


@settings(max_examples=EXAMPLES, deadline=None)
@given(history=histories(), county=COUNTIES)
def test_a_clock_travels_as_a_message_and_comes_back_the_same(history: History, county: Regime | None) -> None:
    for clock in counted(history, county):
        assert msgspec.convert(builtins(clock), Clock) == clock


@settings(max_examples=EXAMPLES, deadline=None)
@given(county=regimes())
def test_a_regime_that_may_be_loaded_travels_as_a_message(county: Regime) -> None:
    sent = msgspec.json.decode(msgspec.json.encode(county), type=Regime)
    assert sent == county
    assert all(isinstance(each, RuleSet) and each.since <= date.max for each in sent.rule_sets)
