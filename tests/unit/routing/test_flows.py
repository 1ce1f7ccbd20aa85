"""Runs of approval flows: whose step it is, what a step makes of the run, and that the accused have no part in it."""

import msgspec
import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, WrongState
from services.contracts.actor import Actor, Role
from services.contracts.flows import (
    ApprovalState,
    EntryKind,
)
from services.contracts.intake import Nature
from services.routing import flows
from tests.unit.routing.flow_runs import (
    CLERK,
    COUNTY,
    FLOW,
    HANDLER,
    HELD,
    LEADER,
    OFFICE,
    OWN_HANDLER,
    STEPS,
    TOWNSHIP,
    at,
    back,
    give_up,
    go,
    start,
)
from tests.unit.routing.made import TODAY, actor, petition


def test_a_run_goes_from_hand_to_hand_and_is_done_after_its_last_step() -> None:
    run = go(go(at(3), OWN_HANDLER, "legal"), CLERK, "report")
    assert (run.state, run.step, run.ended_on, run.next_step) == (ApprovalState.DONE, 5, TODAY, None)
    assert [entry.step for entry in run.entries] == ["present", "instruct", "handle", "legal", "report"]
    assert run.subject == "请批示"
    with pytest.raises(WrongState, match="已完成"):
        go(run, CLERK, "report")
    with pytest.raises(WrongState, match="已完成"):
        back(run, CLERK, "present")
    with pytest.raises(WrongState, match="已完成"):
        give_up(run, CLERK)


@pytest.mark.parametrize(
    ("place", "who"),
    [
        (0, actor("611021001", TOWNSHIP, Role.SUPERVISOR)),
        (0, OFFICE),
        (1, CLERK),
        (1, actor("xfj", COUNTY, Role.SUPERVISOR)),
        (2, OWN_HANDLER),
        (2, actor("xfj", COUNTY, Role.CLERK)),
    ],
)
def test_a_step_is_for_its_roles_in_its_tenant_alone(place: int, who: Actor) -> None:
    run = at(place)
    assert not run.is_turn_of(who)
    with pytest.raises(Forbidden):
        go(run, who, STEPS[place].id)


def test_a_clerk_enters_a_leaders_paper_with_his_name_and_nobody_elses() -> None:
    run = at(1)
    assert run.is_turn_of(OFFICE)
    for nobody in (None, "  "):
        with pytest.raises(InvalidInput) as refused:
            go(run, OFFICE, "instruct", leader=nobody)
        assert refused.value.field == "leader"
    passed = go(run, OFFICE, "instruct", leader=" 王县长 ", text=" 请依法办理 ")
    entry = passed.entries[-1]
    assert (entry.leader, entry.text, entry.by) == ("王县长", "请依法办理", OFFICE.reference)
    with pytest.raises(InvalidInput):
        go(run, LEADER, "instruct", leader="王县长")
    with pytest.raises(InvalidInput):
        go(passed, HANDLER, "handle", leader="王县长")


def test_only_an_optional_step_is_skipped_and_with_a_reason() -> None:
    run = at(2)
    with pytest.raises(InvalidInput, match="必经"):
        go(run, HANDLER, "handle", skip=True)
    run = at(3)
    with pytest.raises(InvalidInput):
        go(run, OWN_HANDLER, "legal", skip=True, text=" ")
    skipped = go(run, OWN_HANDLER, "legal", skip=True, text="不涉及复杂法律问题")
    assert skipped.entries[-1].kind is EntryKind.SKIPPED
    assert skipped.next_step == STEPS[4]


def test_the_step_that_is_meant_must_be_the_next_one() -> None:
    with pytest.raises(WrongState, match="环节present"):
        go(at(0), CLERK, "report")


def test_a_return_takes_back_what_was_passed_from_there_on() -> None:
    run = at(3)
    for to_step in ("legal", "report", "nowhere"):
        with pytest.raises(InvalidInput):
            back(run, OWN_HANDLER, to_step)
    with pytest.raises(InvalidInput):
        back(run, OWN_HANDLER, "handle", reason=" ")
    with pytest.raises(Forbidden):
        back(run, LEADER, "handle")
    after = back(run, OWN_HANDLER, "instruct")
    assert (after.step, after.next_step) == (1, STEPS[1])
    assert list(after.standing) == ["present"]
    assert list(go(after, LEADER, "instruct").standing) == ["present", "instruct"]
    assert back(at(1), OFFICE, "present", leader="王县长").entries[-1].leader == "王县长"


def test_a_run_is_withdrawn_by_who_started_it_and_by_the_county_office() -> None:
    run = at(2)
    with pytest.raises(Forbidden):
        give_up(run, HANDLER)
    with pytest.raises(InvalidInput):
        give_up(run, CLERK, reason="")
    for who in (CLERK, OFFICE):
        ended = give_up(run, who)
        assert (ended.state, ended.ended_on, ended.entries[-1].text) == (ApprovalState.WITHDRAWN, TODAY, "重复发起")
        with pytest.raises(WrongState, match="已撤销"):
            go(ended, HANDLER, "handle")


def test_the_handling_tenant_is_the_referrals_or_named_before_its_step() -> None:
    assert start(referral=HELD, referral_id="zrzy").handling == "zrzy"
    run = go(start(), CLERK, "present")
    with pytest.raises(InvalidInput) as refused:
        go(run, LEADER, "instruct")
    assert refused.value.field == "handling"
    assert go(run, LEADER, "instruct", handling="zrzy").handling == "zrzy"
    for wrong in ("slj", "nowhere", "old"):
        with pytest.raises(InvalidInput):
            go(run, LEADER, "instruct", handling=wrong)
    with pytest.raises(InvalidInput, match="没有由承办单位办理"):
        start(flow=msgspec.structs.replace(FLOW, steps=STEPS[:1]), handling="zrzy")


def test_nobody_takes_a_step_by_naming_himself_the_handling_tenant() -> None:
    with pytest.raises(Forbidden):
        go(at(2), OWN_HANDLER, "handle", handling="611021001")


def test_a_run_is_started_by_the_parties_and_the_kinds_that_the_flow_is_for() -> None:
    with pytest.raises(Forbidden):
        start(actor("slj"))
    with pytest.raises(Forbidden, match="县信访局"):
        start(flow=msgspec.structs.replace(FLOW, kinds=[COUNTY]))
    for absent in (None, msgspec.structs.replace(FLOW, active=False)):
        with pytest.raises(InvalidInput):
            start(flow=absent)
    with pytest.raises(HistoricalPetition):
        start(petition=petition(historical=True))
    with pytest.raises(InvalidInput):
        start(subject=" ")


def test_one_run_of_a_flow_at_a_time() -> None:
    run = start()
    with pytest.raises(flows.ApprovalRunning):
        start(running=(run,))
    start(running=(give_up(run, CLERK),))
    start(actor("zrzy"), running=(run,), handling="zrzy")


def test_the_run_of_an_accusation_is_for_the_same_named_people() -> None:
    run = start(petition=petition(nature=Nature.ACCUSATION, registrar="clerk"))
    assert run.named == frozenset({"clerk"})


def test_no_accused_unit_starts_handles_or_takes_a_step() -> None:
    with pytest.raises(AccusedUnit):
        start(petition=petition(accused=["611021001"]))
    with pytest.raises(AccusedUnit) as refused:
        start(petition=petition(accused=["zrzy"]), handling="zrzy")
    assert refused.value.field == "handling"
    with pytest.raises(AccusedUnit):
        start(petition=petition(accused=["xfj"]))  # the county office has a step in this flow
    accusing = go(start(petition=petition(accused=["zrzy"])), CLERK, "present")
    with pytest.raises(AccusedUnit):
        go(accusing, LEADER, "instruct", handling="zrzy")


def test_no_accused_leader_decides_by_his_own_hand_or_on_paper() -> None:
    run = go(start(petition=petition(accused_people=["王 县长"]), handling="zrzy"), CLERK, "present")
    with pytest.raises(AccusedUnit) as refused:
        go(run, OFFICE, "instruct", leader="王县长")
    assert refused.value.field == "leader"
    himself = msgspec.structs.replace(LEADER, name="王县长")
    with pytest.raises(AccusedUnit):
        go(run, himself, "instruct")
    with pytest.raises(AccusedUnit):
        back(run, OFFICE, "present", leader="王县长")
    assert go(run, OFFICE, "instruct", leader="李书记").step == 2
