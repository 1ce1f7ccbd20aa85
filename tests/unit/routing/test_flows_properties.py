"""What holds for a run whatever is tried on it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.errors import Refusal
from services.contracts.actor import Actor
from services.contracts.flows import (
    ApprovalState,
    EntryKind,
)
from tests.unit.routing.flow_runs import (
    CLERK,
    HANDLER,
    LEADER,
    OFFICE,
    OWN_HANDLER,
    STEPS,
    back,
    give_up,
    go,
    start,
)

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["pass", "skip", "return", "withdraw"]),
        st.sampled_from([CLERK, LEADER, OFFICE, HANDLER, OWN_HANDLER]),
        st.sampled_from([each.id for each in STEPS]),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(acts=ACTS)
def test_whatever_is_tried_the_step_stays_in_bounds_and_the_entries_tell_the_whole_story(
    acts: list[tuple[str, Actor, str]],
) -> None:
    run = start(handling="zrzy")
    places = {each.id: place for place, each in enumerate(STEPS)}
    for act, who, id in acts:
        before = run
        try:
            if act == "return":
                run = back(run, who, id)
            elif act == "withdraw":
                run = give_up(run, who)
            else:
                run = go(run, who, id, skip=act == "skip")
        except Refusal:
            assert run is before
            continue
        assert before.state is ApprovalState.RUNNING
        assert run.entries[:-1] == before.entries
    told, state = 0, ApprovalState.RUNNING
    for entry in run.entries:
        assert (state, STEPS[told].id) == (ApprovalState.RUNNING, entry.step)
        if entry.kind is EntryKind.WITHDRAWN:
            state = ApprovalState.WITHDRAWN
        elif entry.to_step is not None:
            told = places[entry.to_step]
        else:
            told += 1
            state = ApprovalState.DONE if told == len(STEPS) else state
    assert (run.step, run.state) == (told, state)
    assert list(run.standing) == [each.id for each in STEPS[:told]]
    assert (run.ended_on is None) == (state is ApprovalState.RUNNING)
