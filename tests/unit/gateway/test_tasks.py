"""What is to do next: state by state, held against routing's own table, and whatever the order of the parts."""

import random
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.work.kinds import TaskKind
from gateway.work.model import COUNTY_OFFICE
from gateway.work.scene import OpenClock, Scene
from gateway.work.task import Task, row_of
from gateway.work.tasks import tasks
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.deadlines import Obligation
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.intake import Nature
from services.contracts.reviews import Review, ReviewDecision, ReviewStage
from services.contracts.routing import (
    Answer,
    Closure,
    Delivery,
    DeliveryMode,
    Dispute,
    NonAcceptance,
    Objection,
    Outcome,
    Referral,
    ReferralKind,
    ReferralRole,
    RefusalReason,
    Rework,
)
from services.contracts.routing import ReferralState as S
from services.contracts.supervision import (
    Supervision,
    SupervisionEntry,
    SupervisionReason,
    SupervisionState,
    SupervisionStep,
)
from services.contracts.urgent_reports import Addressee, ReportKind, Told, UrgentReport
from services.routing.lifecycle import refusal_of
from tests.unit.gateway import made
from tests.unit.gateway.made import NOW, TODAY, petition

CASE = petition()
REGISTRAR, BODY, DECIDER = CASE.registered_by, "zrzy", "jtj"
LEAD, SUPPORT, UNIT = ReferralRole.LEAD, ReferralRole.SUPPORT, ReferralRole.UNIT
LATER = TODAY + timedelta(days=9)
ANSWER = Answer(outcome=Outcome.SUPPORTED, opinion="o", answered_on=TODAY)
WITH: dict[S, dict[str, Any]] = {
    S.OBJECTED: {"objection": Objection(reason="r", raised_on=TODAY)},
    S.DISPUTED: {"dispute": Dispute(reason="r", raised_on=TODAY, decider=DECIDER, by_conference=False)},
    S.REWORK: {"reworks": [Rework(on=TODAY, reason="r", answer=ANSWER)]},
    S.ANSWERED: {"answer": ANSWER},
    S.DELIVERED: {"answer": ANSWER, "delivery": Delivery(mode=DeliveryMode.IN_PERSON, on=TODAY, signed=True)},
    S.REFUSED: {"refusal": NonAcceptance(reason=RefusalReason.OUTSIDE_COMPETENCE, way="w", explanation="e", on=TODAY)},
    S.RETURNED: {"ended_on": TODAY},
    S.WITHDRAWN: {"ended_on": TODAY},
}
BY_ACT = {
    TaskKind.RECEIVE: Act.RECEIVED,
    TaskKind.RECEIVE_FORWARDED: Act.RECEIVED,
    TaskKind.ACCEPT: Act.ACCEPTED,
    TaskKind.ANSWER: Act.ANSWERED,
    TaskKind.ANSWER_ANEW: Act.ANSWERED,
    TaskKind.DECIDE_OBJECTION: Act.OBJECTION_UPHELD,
    TaskKind.DECIDE_DISPUTE: Act.DISPUTE_STAYS,
    TaskKind.DELIVER: Act.DELIVERED,
    TaskKind.CHECK_REFUSAL: Act.PART_CLOSED,
    TaskKind.CLOSE: Act.PART_CLOSED,
}


def referral(state: S, *, role: ReferralRole = LEAD, to: str = BODY, **changes: Any) -> Referral:
    given = {"received_on": TODAY, "from_tenant": REGISTRAR, **WITH.get(state, {}), **changes}
    return made.referral(CASE, to, role=role, state=state, **given)


def running(obligation: Obligation, *, owner: str = BODY, due_on: date = LATER, **changes: Any) -> OpenClock:
    clock = OpenClock(
        id=new_id(), owner=owner, obligation=obligation, subject=None, owed=True, starts_on=TODAY, due_on=due_on
    )
    return msgspec.structs.replace(clock, **changes)


def kinds(scene: Scene) -> list[TaskKind]:
    return sorted(task.kind for task in tasks(scene))


def only(scene: Scene) -> Task:
    found = tasks(scene)
    assert len(found) == 1, found
    return found[0]


def test_what_nobody_has_is_to_be_handed_over() -> None:
    task = only(Scene(petition=CASE))
    assert (task.kind, task.tenant, task.subject) == (TaskKind.REFER, REGISTRAR, CASE.id)
    back = only(Scene(petition=CASE, referrals=[referral(S.RETURNED)]))
    assert (back.kind, back.tenant) == (TaskKind.REFER_ANEW, REGISTRAR)
    assert only(Scene(petition=CASE, referrals=[referral(S.WITHDRAWN)])).kind is TaskKind.REFER


def test_from_the_return_on_that_the_county_named_its_office_decides() -> None:
    scene = Scene(petition=CASE, referrals=[referral(S.RETURNED), referral(S.RETURNED)], county_decides_from_return=2)
    assert only(scene).tenant == COUNTY_OFFICE
    assert only(msgspec.structs.replace(scene, county_decides_from_return=3)).tenant == REGISTRAR
    objected = Scene(petition=CASE, referrals=[referral(S.RETURNED), referral(S.OBJECTED)])
    assert only(msgspec.structs.replace(objected, county_decides_from_return=2)).tenant == COUNTY_OFFICE
    assert only(msgspec.structs.replace(objected, county_decides_from_return=3)).tenant == REGISTRAR


@pytest.mark.parametrize("role", [LEAD, SUPPORT, UNIT])
@pytest.mark.parametrize("state", list(S))
def test_every_task_is_what_routing_lets_these_roles_do(state: S, role: ReferralRole) -> None:
    if (role, state) in {(UNIT, S.DISPUTED), (UNIT, S.ACCEPTED)}:
        return  # States that a branch never has.
    lead = referral(S.ACCEPTED, to="lead")
    one = referral(state, role=role, parent_id=lead.id if role is UNIT else None)
    scene = Scene(petition=CASE, referrals=[one] if role is LEAD else [lead, one])
    found = [task for task in tasks(scene) if task.subject == one.id]
    assert len(found) <= 1
    for task in found:
        for allowed in Role:
            actor = Actor(
                county="1", tenant=task.tenant, kind=TenantKind.BUREAU, user="u", name="n", roles=frozenset({allowed})
            )
            refused = refusal_of(referral=one, act=BY_ACT[task.kind], actor=actor)
            assert (refused is None) is (allowed in task.roles), (task.kind, allowed)
    nothing = {S.WITHDRAWN, S.RETURNED, S.CLOSED} | (set() if role is LEAD else {S.ANSWERED, S.DELIVERED, S.REFUSED})
    assert bool(found) is (state not in nothing)


def test_a_branch_of_what_came_back_is_nobodys_any_more() -> None:
    lead = referral(S.RETURNED)
    branch = referral(S.RECEIVED, role=UNIT, to="unit", parent_id=lead.id)
    assert kinds(Scene(petition=CASE, referrals=[lead, branch])) == [TaskKind.REFER_ANEW]


def test_it_is_closed_once_every_support_has_answered() -> None:
    lead = referral(S.DELIVERED)
    waiting = Scene(petition=CASE, referrals=[lead, referral(S.RECEIVED, role=SUPPORT, to="x")])
    assert kinds(waiting) == [TaskKind.ACCEPT]
    done = Scene(petition=CASE, referrals=[lead, referral(S.ANSWERED, role=SUPPORT, to="x")])
    assert (only(done).kind, only(done).tenant) == (TaskKind.CLOSE, REGISTRAR)
    over = Closure(petition_id=CASE.id, closed_on=TODAY, closed_by=REGISTRAR)
    assert tasks(msgspec.structs.replace(done, closure=over)) == []


def test_it_is_due_with_the_clock_that_ends_by_doing_it() -> None:
    one = referral(S.ACCEPTED)
    handling = running(Obligation.HANDLING, subject=one.id, due_on=LATER)
    sooner = running(Obligation.TRANSFER, owner=REGISTRAR, due_on=TODAY)
    scene = Scene(petition=CASE, referrals=[one], clocks=[handling, sooner])
    assert only(scene).due_on == LATER
    assert only(Scene(petition=CASE, referrals=[one], clocks=[sooner])).due_on == TODAY, "else with the petition"
    paused = msgspec.structs.replace(handling, owed=False)
    assert only(Scene(petition=CASE, referrals=[one], clocks=[paused])).due_on == date(9999, 12, 31)
    branch = referral(S.RECEIVED, role=UNIT, to="unit", parent_id=one.id, due_on=TODAY + timedelta(days=3))
    found = {task.tenant: task for task in tasks(Scene(petition=CASE, referrals=[one, branch], clocks=[handling]))}
    assert found["unit"].due_on == TODAY + timedelta(days=3)


def test_who_accepts_tells_by_it_and_is_not_asked_twice() -> None:
    one = referral(S.RECEIVED)
    notice = running(Obligation.NOTICE, subject=one.id)
    assert kinds(Scene(petition=CASE, referrals=[one], clocks=[notice])) == [TaskKind.ACCEPT]
    objected = referral(S.OBJECTED)
    of_it = running(Obligation.NOTICE, subject=objected.id)
    assert kinds(Scene(petition=CASE, referrals=[objected], clocks=[of_it])) == [TaskKind.DECIDE_OBJECTION]
    own = running(Obligation.NOTICE, owner=REGISTRAR)
    assert kinds(Scene(petition=CASE, referrals=[one], clocks=[own])) == sorted([TaskKind.ACCEPT, TaskKind.NOTIFY])


@pytest.mark.parametrize(
    ("obligation", "kind"),
    [
        (Obligation.URGENT_REPORT, TaskKind.REPORT_URGENT),
        (Obligation.PRESENTATION, TaskKind.PRESENT),
        (Obligation.CASE_MEETING, TaskKind.HOLD_MEETING),
        (Obligation.FOLLOW_UP, TaskKind.FOLLOW_UP),
    ],
)
def test_what_runs_as_a_clock_alone_is_to_do_too(obligation: Obligation, kind: TaskKind) -> None:
    clock = running(obligation, owner=REGISTRAR)
    assert kinds(Scene(petition=CASE, clocks=[clock])) == sorted([TaskKind.REFER, kind])


@pytest.mark.parametrize("first", [0, 1])
def test_what_two_clocks_ask_for_is_one_thing_due_with_the_sooner(first: int) -> None:
    clocks = [running(Obligation.PRESENTATION, owner=REGISTRAR, due_on=due_on) for due_on in (TODAY, LATER)]
    found = tasks(Scene(petition=CASE, clocks=[clocks[first], clocks[1 - first]]))
    assert [task.due_on for task in found if task.kind is TaskKind.PRESENT] == [TODAY]


def test_a_review_is_decided_and_then_delivered() -> None:
    lead = referral(S.CLOSED)
    review = Review(
        id=new_id(), petition_id=CASE.id, petition_number="n", referral_id=lead.id, first_review_id=None,
        stage=ReviewStage.FIRST, body="szf", handling_body=BODY, registered_by=REGISTRAR, requested_on=TODAY,
        received_on=TODAY, reason="r",
    )  # fmt: skip
    over = Closure(petition_id=CASE.id, closed_on=TODAY, closed_by=REGISTRAR)
    scene = Scene(petition=CASE, referrals=[lead], reviews=[review], closure=over)
    assert (only(scene).kind, only(scene).tenant) == (TaskKind.DECIDE_REVIEW, "szf")
    decision = ReviewDecision(outcome=Outcome.SUPPORTED, opinion="o", decided_on=TODAY)
    decided = msgspec.structs.replace(scene, reviews=[msgspec.structs.replace(review, decision=decision)])
    assert only(decided).kind is TaskKind.DELIVER_REVIEW


def test_an_extension_is_decided_by_the_head_while_its_clock_runs_and_then_told() -> None:
    one = referral(S.ACCEPTED)
    clock = running(Obligation.HANDLING, subject=one.id)
    asked = Extension(
        id=new_id(), petition_id=CASE.id, clock_id=clock.id, tenant=BODY, days=30, reason="r",
        state=ExtensionState.REQUESTED, requested_on=TODAY, requested_by=made.fact(CASE).actor,
    )  # fmt: skip
    case = petition(id=CASE.id, anonymous=False)
    scene = Scene(petition=case, referrals=[one], clocks=[clock], extensions=[asked])
    task = next(each for each in tasks(scene) if each.subject == asked.id)
    assert (task.kind, task.roles) == (TaskKind.DECIDE_EXTENSION, frozenset({Role.HEAD}))
    assert kinds(msgspec.structs.replace(scene, clocks=[])) == [TaskKind.ANSWER]
    granted = msgspec.structs.replace(asked, state=ExtensionState.APPROVED, decided_on=TODAY)
    assert TaskKind.TELL_EXTENSION in kinds(msgspec.structs.replace(scene, extensions=[granted]))
    told = msgspec.structs.replace(granted, informed_on=TODAY)
    assert kinds(msgspec.structs.replace(scene, extensions=[told])) == [TaskKind.ANSWER]


def supervision(state: SupervisionState, *steps: SupervisionStep) -> Supervision:
    by = made.fact(CASE).actor
    return Supervision(
        id=new_id(), petition_id=CASE.id, petition_number="n", clock_id=None, obligation=None,
        reason=SupervisionReason.SHIRKING, opened_by="xfj", addressee=BODY, state=state, opened_on=TODAY,
        answer_by=LATER, answered_on=None, ended_on=None, first_receiver="x", case_owner=None,
        entries=[SupervisionEntry(step=step, at=NOW, on=TODAY, by=by, text="t") for step in steps],
    )  # fmt: skip


def test_a_supervision_is_acknowledged_then_answered_then_checked() -> None:
    opened = SupervisionStep.OPENED
    for state, steps, kind, tenant in (
        (SupervisionState.OPEN, (opened,), TaskKind.ACKNOWLEDGE_SUPERVISION, BODY),
        (SupervisionState.OPEN, (opened, SupervisionStep.ACKNOWLEDGED), TaskKind.ANSWER_SUPERVISION, BODY),
        (SupervisionState.ANSWERED, (opened,), TaskKind.CHECK_SUPERVISION, "xfj"),
    ):
        one = supervision(state, *steps)
        scene = Scene(petition=CASE, referrals=[referral(S.CLOSED)], supervisions=[one])
        assert [(task.kind, task.tenant) for task in tasks(scene)] == [(kind, tenant)]
        assert only(scene).visible_to == (tenant,), "it is theirs, part in the case or not"


@pytest.mark.parametrize(("state", "due_on"), [(S.ACCEPTED, TODAY), (S.RETURNED, date(9999, 12, 31))])
def test_who_gave_the_case_back_learns_nothing_of_when_it_is_due(state: S, due_on: date) -> None:
    one = msgspec.structs.replace(supervision(SupervisionState.ANSWERED), opened_by=BODY, addressee="unit")
    clock = running(Obligation.TRANSFER, owner=REGISTRAR, due_on=TODAY)
    found = tasks(Scene(petition=CASE, referrals=[referral(state)], supervisions=[one], clocks=[clock]))
    assert [each.due_on for each in found if each.kind is TaskKind.CHECK_SUPERVISION] == [due_on]


def test_each_who_was_told_of_something_urgent_takes_note_for_himself() -> None:
    told = [
        Told(whom=Addressee.COUNTY_OFFICE, tenant="xfj", login=None, name="n", way="w", at=NOW),
        Told(whom=Addressee.LEADER, tenant="xfj", login="leader", name="n", way="w", at=NOW),
        Told(whom=Addressee.POLICE, tenant="gaj", login=None, name="n", way="w", at=NOW, acknowledged_at=NOW),
        Told(whom=Addressee.GUARDIAN, tenant=None, login=None, name="n", way="w", at=NOW),
    ]
    report = UrgentReport(
        id=new_id(), petition_id=CASE.id, kind=ReportKind.URGENT, petition_number="n", registered_by=REGISTRAR,
        tenant=REGISTRAR, by=made.fact(CASE).actor, occurred_at=None, learned_at=NOW, reported_at=NOW, content="c",
        measures="m", told=told,
    )  # fmt: skip
    scene = Scene(petition=CASE, referrals=[referral(S.CLOSED)], urgent_reports=[report])
    assert sorted((task.tenant, task.login or "") for task in tasks(scene)) == [("xfj", ""), ("xfj", "leader")]
    assert tasks(msgspec.structs.replace(scene, urgent_reports=[msgspec.structs.replace(report, ended_at=NOW)])) == []


def test_of_an_accusation_the_named_alone_see_it_and_the_accused_have_nothing_to_do() -> None:
    case = petition(nature=Nature.ACCUSATION, accused=[BODY], accused_users=["bad"])
    task = only(Scene(petition=case))
    assert task.named == tuple(sorted(case.named or ()))
    dispute = Dispute(reason="r", raised_on=TODAY, decider=BODY, by_conference=False)
    held = made.referral(case, "other", state=S.DISPUTED, dispute=dispute)
    assert tasks(Scene(petition=case, referrals=[held])) == []


def test_what_was_finished_before_it_came_here_leaves_nothing_to_do() -> None:
    assert tasks(Scene(petition=petition(historical=True))) == []


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    states = draw(st.lists(st.tuples(st.sampled_from(list(S)), st.sampled_from([LEAD, SUPPORT, UNIT])), max_size=5))
    referrals: list[Referral] = []
    for place, (state, role) in enumerate(states):
        parent = referrals[0].id if role is UNIT and referrals else None
        kind = ReferralKind.FORWARD if role is UNIT else ReferralKind.TRANSFER
        referrals.append(referral(state, role=role, to=f"body{place}", parent_id=parent, kind=kind))
    subjects = st.sampled_from([None, *(each.id for each in referrals)])
    clocks = [
        running(
            obligation,
            subject=draw(subjects),
            owner=draw(st.sampled_from([REGISTRAR, "body0", "body1"])),
            due_on=draw(st.sampled_from([TODAY, LATER])),
        )
        for obligation in draw(st.lists(st.sampled_from(list(Obligation)), max_size=6))
    ]
    supervisions = [supervision(SupervisionState.OPEN)] * draw(st.integers(0, 1))
    return Scene(petition=CASE, referrals=referrals, clocks=clocks, supervisions=supervisions)


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_in_which_the_parts_came_does_not_matter(scene: Scene, chance: random.Random) -> None:
    mixed: dict[str, list[Any]] = {}
    for name in ("referrals", "clocks", "supervisions"):
        mixed[name] = list(getattr(scene, name))
        chance.shuffle(mixed[name])
    again = msgspec.structs.replace(scene, **mixed)
    assert [row_of(task) for task in tasks(again)] == [row_of(task) for task in tasks(scene)]


@given(scenes())
def test_every_task_has_an_id_of_its_own_and_somebody_who_can_do_it(scene: Scene) -> None:
    found = tasks(scene)
    assert len({task.id for task in found}) == len(found)
    assert all(task.roles and set(task.visible_to) <= {task.tenant} for task in found)
