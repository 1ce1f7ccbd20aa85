"""Supervision threads: every step from every state by every side in every role."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from deploy.local.instance import ROOT
from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.deadlines import Obligation
from services.contracts.supervision import (
    ESCALATIONS,
    Supervision,
    SupervisionEntry,
    SupervisionReason,
    SupervisionState,
    SupervisionStep,
)
from services.deadlines import supervising
from services.deadlines.supervising import STEPS, Day, Side, advance

S = SupervisionState
P = SupervisionStep
TODAY = date(2026, 8, 10)
NOW = datetime(2026, 8, 10, 2, tzinfo=UTC)
LATER = date(2026, 8, 20)
PAGE = ROOT / "docs" / "supervision.md"


def actor(tenant: str, kind: TenantKind, role: Role, user: str = "u") -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user=user, name="n", roles=frozenset({role}))


def county(role: Role = Role.SUPERVISOR) -> Actor:
    return actor("xfj", TenantKind.COUNTY, role)


def bureau(role: Role = Role.CLERK, user: str = "u") -> Actor:
    return actor("zrzy", TenantKind.BUREAU, role, user)


def township(role: Role = Role.HEAD) -> Actor:
    return actor("611021001", TenantKind.TOWNSHIP, role)


def entry(step: SupervisionStep) -> SupervisionEntry:
    return SupervisionEntry(step=step, at=NOW, on=TODAY, by=county().reference, text="t")


def thread(state: SupervisionState = S.OPEN, *steps: SupervisionStep, **changes: Any) -> Supervision:
    made = Supervision(
        id="s", petition_id="p", petition_number="n", clock_id="c", obligation=Obligation.HANDLING,
        reason=SupervisionReason.SHIRKING, opened_by="611021001", addressee="zrzy", state=state, opened_on=TODAY,
        answer_by=TODAY, answered_on=TODAY if state in (S.ANSWERED, S.CLOSED) else None, ended_on=None,
        first_receiver="窗口甲", case_owner=None, entries=[entry(P.OPENED), *(entry(step) for step in steps)],
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def go(supervision: Supervision, step: SupervisionStep, who: Actor, **said: Any) -> Supervision:
    day = LATER if STEPS[step].day is Day.MUST else None
    given: dict[str, Any] = {"text": "已整改", "answer_by": day, "today": TODAY, **said}
    return advance(supervision=supervision, step=step, actor=who, now=NOW, **given)


# The road of a thread, written down a second time by hand: from, step, to.
PRESSING = {P.YELLOW_CARD, P.RED_CARD, P.LISTED, P.TALK, P.RECTIFY, P.TO_HEAD, P.ACCOUNTABILITY}
ALLOWED = {
    (S.OPEN, P.ACKNOWLEDGED): S.OPEN,
    (S.OPEN, P.ANSWERED): S.ANSWERED,
    **{(S.OPEN, step): S.OPEN for step in PRESSING},
    (S.OPEN, P.WITHDRAWN): S.WITHDRAWN,
    (S.ANSWERED, P.RETURNED): S.OPEN,
    (S.ANSWERED, P.CLOSED): S.CLOSED,
}
ADDRESSEES_STEPS = {P.ACKNOWLEDGED, P.ANSWERED}
TENANTS = {
    "county": ("xfj", TenantKind.COUNTY),
    "opener": ("611021001", TenantKind.TOWNSHIP),
    "addressee": ("zrzy", TenantKind.BUREAU),
    "stranger": ("slj", TenantKind.BUREAU),
}
ROLES = {
    "county": {Role.SUPERVISOR, Role.HEAD, Role.LEADER},
    "opener": {Role.HEAD},
    "addressee": {Role.CLERK, Role.HEAD, Role.HANDLER},
    "stranger": set(),
}


def expected(state: SupervisionState, step: SupervisionStep, who: str, role: Role) -> SupervisionState | type[Refusal]:
    side_fits = (who == "addressee") == (step in ADDRESSEES_STEPS) and who != "stranger"
    if not side_fits or role not in ROLES[who]:
        return Forbidden
    return ALLOWED.get((state, step), WrongState)


@pytest.mark.parametrize("who", list(TENANTS))
@pytest.mark.parametrize("step", list(STEPS), ids=str)
@pytest.mark.parametrize("state", list(S), ids=str)
def test_each_cell_of_the_table(state: SupervisionState, step: SupervisionStep, who: str) -> None:
    for role in Role:
        acting = actor(*TENANTS[who], role)
        before = thread(state, P.YELLOW_CARD)
        wanted = expected(state, step, who, role)
        if isinstance(wanted, SupervisionState):
            after = go(before, step, acting)
            assert after.state is wanted
            assert after.entries[:-1] == before.entries
            assert (after.entries[-1].step, after.entries[-1].on) == (step, TODAY)
            assert after.entries[-1].by == acting.reference
        else:
            with pytest.raises(wanted) as raised:
                go(before, step, acting)
            assert raised.value.code == wanted.code


def test_every_step_but_the_first_stands_in_the_table_and_every_state_and_side_is_used() -> None:
    assert set(STEPS) == set(P) - {P.OPENED}
    assert {step for step, row in STEPS.items() if row.source is S.OPEN and row.side is Side.SUPERVISOR} == {
        *ESCALATIONS,
        P.WITHDRAWN,
    }
    assert {row.source for row in STEPS.values()} | {row.target for row in STEPS.values()} == set(S)
    assert {row.side for row in STEPS.values()} == set(Side)


def test_a_refusal_says_in_chinese_what_state_it_is_in_and_what_is_needed() -> None:
    with pytest.raises(WrongState, match=r"待回复.*已回复，待核"):
        go(thread(), P.CLOSED, county())
    with pytest.raises(Forbidden, match=r"书面回复.*被督办单位"):
        go(thread(), P.ANSWERED, county())
    with pytest.raises(Forbidden, match=r"约谈.*负责人"):
        go(thread(), P.TALK, township(Role.CLERK))


def test_the_county_office_that_is_supervised_itself_stands_on_the_addressees_side() -> None:
    against = thread(addressee="xfj")
    assert go(against, P.ANSWERED, county(Role.CLERK)).state is S.ANSWERED
    with pytest.raises(Forbidden):
        go(against, P.WITHDRAWN, county(Role.HEAD))


def test_a_thread_is_acknowledged_once() -> None:
    with pytest.raises(WrongState, match="已签收"):
        go(go(thread(), P.ACKNOWLEDGED, bureau()), P.ACKNOWLEDGED, bureau(Role.HEAD))


def test_the_red_card_comes_after_the_yellow_one() -> None:
    with pytest.raises(supervising.YellowCardMissing):
        go(thread(S.OPEN, P.TALK), P.RED_CARD, county())
    assert go(go(thread(), P.YELLOW_CARD, county()), P.RED_CARD, county()).entries[-1].step is P.RED_CARD


@pytest.mark.parametrize("step", [step for step, row in STEPS.items() if row.wants], ids=str)
def test_a_step_that_wants_words_is_not_taken_without(step: SupervisionStep) -> None:
    row = STEPS[step]
    who = bureau() if row.side is Side.ADDRESSEE else county()
    with pytest.raises(InvalidInput) as raised:
        go(thread(row.source, P.YELLOW_CARD), step, who, text=" \n")
    assert (raised.value.field, raised.value.message) == ("text", row.wants)


@pytest.mark.parametrize("step", list(STEPS), ids=str)
def test_a_new_day_for_the_answer_is_never_possible_or_necessary_as_the_table_says(step: SupervisionStep) -> None:
    row = STEPS[step]
    who = bureau() if row.side is Side.ADDRESSEE else county()
    before = thread(row.source, P.YELLOW_CARD)
    if row.day is Day.NEVER:
        with pytest.raises(InvalidInput):
            go(before, step, who, answer_by=LATER)
    else:
        after = go(before, step, who, answer_by=LATER)
        assert (after.answer_by, after.entries[-1].answer_by) == (LATER, LATER)
    if row.day is Day.MUST:
        with pytest.raises(InvalidInput) as raised:
            go(before, step, who, answer_by=None)
        assert raised.value.field == "answer_by"
    else:
        assert go(before, step, who, answer_by=None).answer_by == TODAY


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (366, True), (367, False)])
def test_the_day_for_the_answer_lies_within_a_year(days: int, fits: bool) -> None:
    day = TODAY + timedelta(days=days)
    if fits:
        assert go(thread(), P.TALK, county(), answer_by=day).answer_by == day
    else:
        with pytest.raises(InvalidInput):
            go(thread(), P.TALK, county(), answer_by=day)


def test_a_late_answer_is_taken_and_stands_with_its_day() -> None:
    late = go(thread(), P.ANSWERED, bureau(), adopted=False, text="不属本局职责", today=LATER)
    assert (late.answered_on, late.answer_by, late.state) == (LATER, TODAY, S.ANSWERED)
    assert (late.entries[-1].adopted, late.entries[-1].text) == (False, "不属本局职责")


def test_a_returned_answer_stands_no_more_and_a_new_one_is_wanted_by_a_new_day() -> None:
    back = go(thread(S.ANSWERED), P.RETURNED, county(), answer_by=LATER)
    assert (back.state, back.answered_on, back.answer_by) == (S.OPEN, None, LATER)
    again = go(back, P.ANSWERED, bureau(), adopted=True, today=LATER)
    assert (again.answered_on, [each.step for each in again.entries][-2:]) == (LATER, [P.RETURNED, P.ANSWERED])


def test_closed_it_keeps_its_answer_and_has_its_end() -> None:
    closed = go(thread(S.ANSWERED), P.CLOSED, county(), today=LATER)
    assert (closed.answered_on, closed.ended_on) == (TODAY, LATER)
    assert go(thread(), P.WITHDRAWN, county()).ended_on == TODAY


@pytest.mark.parametrize(
    ("cleared_up", "solved", "carried_out", "missing"),
    [
        (False, True, True, "问题未查清"),
        (True, False, True, "问题未解决"),
        (True, True, False, "整改措施未落实"),
        (False, False, False, "问题未查清、问题未解决、整改措施未落实"),
    ],
)
def test_what_is_not_settled_is_not_let_pass(cleared_up: bool, solved: bool, carried_out: bool, missing: str) -> None:
    with pytest.raises(supervising.SupervisionNotSettled, match=f"^SUPERVISION_NOT_SETTLED: {missing}，"):
        supervising.check_settled(cleared_up=cleared_up, solved=solved, measures_carried_out=carried_out)


def test_what_is_settled_passes() -> None:
    supervising.check_settled(cleared_up=True, solved=True, measures_carried_out=True)


def table() -> str:
    """The state table as ``docs/supervision.md`` shows it, made from the code."""
    rows = ["| step | from | to | by | a new day for the answer | words |", "|---|---|---|---|---|---|"]
    for step, row in STEPS.items():
        notes = [f"after {supervising.BEFORE[step].label}"] if step in supervising.BEFORE else []
        notes += ["once"] if row.once else []
        name = f"`{step}` {step.label}" + (f" ({', '.join(notes)})" if notes else "")
        words = "necessary" if row.wants else "none"
        day = {Day.NEVER: "–", Day.MAY: "possible", Day.MUST: "necessary"}[row.day]
        rows.append(f"| {name} | {row.source.label} | {row.target.label} | {row.side.value} | {day} | {words} |")
    return "\n".join(rows)


def test_the_page_shows_the_table_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.partition("<!-- table: begin -->\n")[2].partition("\n<!-- table: end -->")[0]
    assert shown == table(), f"write it anew between the marks of {PAGE.name}"
