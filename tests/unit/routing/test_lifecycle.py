"""Every cell: each act, from each state, in each form, by each side with each role: allowed, or refused with a code."""

from collections import Counter
from collections.abc import Iterator

import pytest

from services.common.errors import Forbidden, Refusal, WrongState
from services.contracts.actor import HANDLES_CASES, Actor, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.routing import Dispute, Referral, ReferralKind, ReferralRole, ReferralState
from services.routing.lifecycle import RULES, Form, Side, advance, form_of, refusal_of, withdrawn_with_parent
from tests.unit.routing import made
from tests.unit.routing.made import TODAY, actor

# The law's road, written down a second time by hand. A row: act; states from which, and to which; "=" stays.
ROADS = {
    Form.LEAD: """
        WITHDRAWN            SENT                                   WITHDRAWN
        RECEIVED             SENT                                   RECEIVED
        FORWARDED            RECEIVED,ACCEPTED,IN_PROGRESS,REWORK   =
        OBJECTED             RECEIVED                               OBJECTED
        OBJECTION_UPHELD     OBJECTED                               RETURNED
        OBJECTION_DISMISSED  OBJECTED                               RECEIVED
        DISPUTE_RAISED       RECEIVED                               DISPUTED
        DISPUTE_STAYS        DISPUTED                               RECEIVED
        DISPUTE_MOVES        DISPUTED                               RETURNED
        ACCEPTED             RECEIVED                               ACCEPTED
        REFUSED              RECEIVED                               REFUSED
        REFUSAL_OVERRULED    REFUSED                                RECEIVED
        PROGRESS_NOTED       ACCEPTED,IN_PROGRESS                   IN_PROGRESS
        PROGRESS_NOTED       REWORK                                 REWORK
        ANSWERED             ACCEPTED,IN_PROGRESS,REWORK            ANSWERED
        SENT_BACK            ANSWERED                               REWORK
        DELIVERED            ANSWERED                               DELIVERED
        PART_CLOSED          DELIVERED,REFUSED                      CLOSED
    """,
    # Gives its part to the lead, who alone refuses and delivers. Closed with a lead that refused, wherever it stands.
    Form.SUPPORT: """
        WITHDRAWN            SENT                                   WITHDRAWN
        RECEIVED             SENT                                   RECEIVED
        FORWARDED            RECEIVED,ACCEPTED,IN_PROGRESS,REWORK   =
        OBJECTED             RECEIVED                               OBJECTED
        OBJECTION_UPHELD     OBJECTED                               RETURNED
        OBJECTION_DISMISSED  OBJECTED                               RECEIVED
        DISPUTE_RAISED       RECEIVED                               DISPUTED
        DISPUTE_STAYS        DISPUTED                               RECEIVED
        DISPUTE_MOVES        DISPUTED                               RETURNED
        ACCEPTED             RECEIVED                               ACCEPTED
        PROGRESS_NOTED       ACCEPTED,IN_PROGRESS                   IN_PROGRESS
        PROGRESS_NOTED       REWORK                                 REWORK
        ANSWERED             ACCEPTED,IN_PROGRESS,REWORK            ANSWERED
        SENT_BACK            ANSWERED                               REWORK
        PART_CLOSED          SENT,RECEIVED,OBJECTED,DISPUTED        CLOSED
        PART_CLOSED          ACCEPTED,IN_PROGRESS,REWORK,ANSWERED   CLOSED
    """,
    # Received the moment it is made: a mistake is withdrawn from there, and there is nobody to object to.
    Form.OWN: """
        WITHDRAWN            RECEIVED                               WITHDRAWN
        FORWARDED            RECEIVED,ACCEPTED,IN_PROGRESS,REWORK   =
        ACCEPTED             RECEIVED                               ACCEPTED
        REFUSED              RECEIVED                               REFUSED
        REFUSAL_OVERRULED    REFUSED                                RECEIVED
        PROGRESS_NOTED       ACCEPTED,IN_PROGRESS                   IN_PROGRESS
        PROGRESS_NOTED       REWORK                                 REWORK
        ANSWERED             ACCEPTED,IN_PROGRESS,REWORK            ANSWERED
        SENT_BACK            ANSWERED                               REWORK
        DELIVERED            ANSWERED                               DELIVERED
        PART_CLOSED          DELIVERED,REFUSED                      CLOSED
    """,
    # Neither accepts nor delivers, and ends with what it branches from.
    Form.UNIT: """
        WITHDRAWN            SENT,RECEIVED,OBJECTED                 WITHDRAWN
        WITHDRAWN            IN_PROGRESS,REWORK,ANSWERED            WITHDRAWN
        RECEIVED             SENT                                   RECEIVED
        FORWARDED            RECEIVED,IN_PROGRESS,REWORK            =
        OBJECTED             RECEIVED                               OBJECTED
        OBJECTION_UPHELD     OBJECTED                               RETURNED
        OBJECTION_DISMISSED  OBJECTED                               RECEIVED
        PROGRESS_NOTED       RECEIVED,IN_PROGRESS                   IN_PROGRESS
        PROGRESS_NOTED       REWORK                                 REWORK
        ANSWERED             RECEIVED,IN_PROGRESS,REWORK            ANSWERED
        SENT_BACK            ANSWERED                               REWORK
        PART_CLOSED          ANSWERED                               CLOSED
    """,
}


def road(form: Form) -> dict[tuple[Act, ReferralState], ReferralState]:
    found = {}
    for line in ROADS[form].strip().splitlines():
        act, sources, target = line.split()
        for source in sources.split(","):
            cell = (Act(act), ReferralState(source))
            assert cell not in found
            found[cell] = ReferralState(source if target == "=" else target)
    return found


# Who may: by side, and the roles of that side.
CLERKS = {Role.CLERK, Role.HEAD}
SENDERS, RECEIVERS = {"sender", "county"}, {"receiver"}
MAY: dict[Act, tuple[set[str], set[Role]]] = {
    Act.WITHDRAWN: (SENDERS, {*CLERKS, Role.HANDLER}),
    Act.RECEIVED: (RECEIVERS, {*CLERKS, Role.HANDLER}),
    Act.FORWARDED: (RECEIVERS, CLERKS),
    Act.OBJECTED: (RECEIVERS, {*CLERKS, Role.HANDLER}),
    Act.OBJECTION_UPHELD: (SENDERS, CLERKS),
    Act.OBJECTION_DISMISSED: (SENDERS, CLERKS),
    Act.DISPUTE_RAISED: (RECEIVERS, CLERKS),
    Act.DISPUTE_STAYS: ({"decider", "county"}, {*CLERKS, Role.LEADER}),
    Act.DISPUTE_MOVES: ({"decider", "county"}, {*CLERKS, Role.LEADER}),
    Act.ACCEPTED: (RECEIVERS, {*CLERKS, Role.HANDLER}),
    Act.REFUSED: (RECEIVERS, CLERKS),
    Act.REFUSAL_OVERRULED: (SENDERS, CLERKS),
    Act.PROGRESS_NOTED: (RECEIVERS, {*CLERKS, Role.HANDLER}),
    Act.ANSWERED: (RECEIVERS, {*CLERKS, Role.HANDLER}),
    Act.SENT_BACK: (SENDERS, CLERKS),
    Act.DELIVERED: (SENDERS | RECEIVERS, {*CLERKS, Role.HANDLER}),
    Act.PART_CLOSED: ({"registrar", "county"}, {*CLERKS, Role.HANDLER}),
}
TENANTS = {
    "sender": ("slj", TenantKind.BUREAU),
    "receiver": ("zrzy", TenantKind.BUREAU),
    "registrar": ("611021001", TenantKind.TOWNSHIP),
    "decider": ("zfb", TenantKind.BUREAU),
    "county": ("xfj", TenantKind.COUNTY),
    "stranger": ("gongan", TenantKind.BUREAU),
}
NO_DISPUTE = frozenset(ReferralState) - {ReferralState.DISPUTED}


def referral(form: Form, state: ReferralState) -> Referral:
    """In this form; what is own has one tenant for sender, receiver and registrar."""
    role = {Form.SUPPORT: ReferralRole.SUPPORT, Form.UNIT: ReferralRole.UNIT}.get(form, ReferralRole.LEAD)
    kind = {Form.OWN: ReferralKind.OWN, Form.UNIT: ReferralKind.FORWARD}.get(form, ReferralKind.ASSIGN)
    disputed = Dispute(reason="r", raised_on=TODAY, decider="zfb", by_conference=False)
    dispute = disputed if state is ReferralState.DISPUTED else None
    own = {"from_tenant": "zrzy", "registered_by": "zrzy"} if form is Form.OWN else {"from_tenant": "slj"}
    return made.referral("zrzy", role, state, kind=kind, dispute=dispute, **own)


def sides(form: Form, who: str) -> set[str]:
    return {"sender", "receiver", "registrar"} if form is Form.OWN and who == "receiver" else {who}


def people(form: Form) -> Iterator[tuple[str, Actor]]:
    for who, (tenant, kind) in TENANTS.items():
        # Own handling has no other sender and no other registrar.
        if form is not Form.OWN or who not in ("sender", "registrar"):
            for role in Role:
                yield who, actor(tenant, kind, role)


def expected(form: Form, act: Act, state: ReferralState, who: str, role: Role) -> ReferralState | type[Refusal]:
    may, roles = MAY[act]
    standing = sides(form, who)
    if who == "decider" and may == {"decider", "county"} and state in NO_DISPUTE:
        # Where nothing is disputed, nobody was asked to decide.
        return Forbidden
    if not standing & may or role not in roles:
        return Forbidden
    return road(form).get((act, state), WrongState)


def test_every_cell_of_the_table() -> None:
    counted: Counter[str] = Counter()
    for form in Form:
        for state in ReferralState:
            given = referral(form, state)
            assert form_of(given) is form
            for act in RULES:
                for who, person in people(form):
                    (role,) = person.roles
                    wanted = expected(form, act, state, who, role)
                    cell = (form, state, act, who, role)
                    refusal = refusal_of(referral=given, act=act, actor=person)
                    if isinstance(wanted, ReferralState):
                        assert refusal is None, cell
                        assert advance(referral=given, act=act, actor=person).state is wanted, cell
                        counted["allowed"] += 1
                    else:
                        assert type(refusal) is wanted, cell
                        with pytest.raises(wanted):
                            advance(referral=given, act=act, actor=person)
                        counted[refusal.code] += 1
    # 4 forms, 13 states, 17 acts, 6 sides (own handling: 4), 11 roles.
    assert counted.total() == 13 * 17 * 11 * (6 + 6 + 4 + 6) == 53_482
    assert counted == {"allowed": 356, "FORBIDDEN": 50_169, "WRONG_STATE": 2_957}


def test_the_table_has_every_act_that_stands_on_a_hand_over_and_uses_every_side() -> None:
    assert set(MAY) == set(RULES)
    assert {rule.side for rule in RULES.values()} == set(Side)
    assert {rule.roles for rule in RULES.values()} >= {HANDLES_CASES}


def test_every_state_can_be_reached_and_left_unless_it_is_an_end() -> None:
    ends = {ReferralState.WITHDRAWN, ReferralState.RETURNED, ReferralState.CLOSED}
    for form in Form:
        reached = {ReferralState.RECEIVED if form is Form.OWN else ReferralState.SENT}
        moves = [(source, target) for (_, source), target in road(form).items()]
        while more := {target for source, target in moves if source in reached} - reached:
            reached |= more
        assert {source for source, _ in moves} <= reached
        assert reached - {source for source, target in moves if source is not target} <= ends


def test_nobody_objects_to_his_own_handling_and_is_told_what_to_do_instead() -> None:
    with pytest.raises(WrongState, match="撤回后转送"):
        advance(referral=referral(Form.OWN, ReferralState.RECEIVED), act=Act.OBJECTED, actor=actor("zrzy"))


@pytest.mark.parametrize(
    ("form", "act", "says"), [(Form.SUPPORT, Act.DELIVERED, "主办单位"), (Form.UNIT, Act.ACCEPTED, "下转单位")]
)
def test_a_form_that_does_not_know_an_act_says_whose_it_is(form: Form, act: Act, says: str) -> None:
    with pytest.raises(WrongState, match=says):
        advance(referral=referral(form, ReferralState.RECEIVED), act=act, actor=actor("zrzy"))


def test_a_refusal_says_in_chinese_what_state_it_is_in_and_what_is_needed() -> None:
    with pytest.raises(WrongState, match=r"待签收.*已签收"):
        advance(referral=referral(Form.LEAD, ReferralState.SENT), act=Act.ACCEPTED, actor=actor("zrzy"))
    with pytest.raises(Forbidden, match="负责人、经办人"):
        advance(
            referral=referral(Form.LEAD, ReferralState.RECEIVED),
            act=Act.REFUSED,
            actor=actor("zrzy", TenantKind.BUREAU, Role.HANDLER),
        )


@pytest.mark.parametrize("state", list(ReferralState), ids=str)
def test_a_branch_that_stands_ends_with_its_parent(state: ReferralState) -> None:
    ended = withdrawn_with_parent(branch=referral(Form.UNIT, state), today=TODAY)
    if (Act.WITHDRAWN, state) in road(Form.UNIT):
        assert ended is not None
        assert (ended.state, ended.ended_on) == (ReferralState.WITHDRAWN, TODAY)
    else:
        assert ended is None
