"""Whom a tenant may supervise and remind, for what; and who signs for a reminder."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.deadlines import Binding, Clock, Level, Mark, Obligation
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.reminders import Reminder
from services.contracts.reviews import CaseOwner
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.contracts.supervision import Supervision, SupervisionReason, SupervisionState, SupervisionStep
from services.deadlines import opening, reminding

S = SupervisionState
TODAY = date(2026, 8, 10)
NOW = datetime(2026, 8, 10, 2, tzinfo=UTC)
LATER = date(2026, 8, 20)


def actor(tenant: str, kind: TenantKind, role: Role, user: str = "u") -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user=user, name="n", roles=frozenset({role}))


def county(role: Role = Role.SUPERVISOR) -> Actor:
    return actor("xfj", TenantKind.COUNTY, role)


def bureau(role: Role = Role.CLERK, user: str = "u") -> Actor:
    return actor("zrzy", TenantKind.BUREAU, role, user)


def township() -> Actor:
    return actor("611021001", TenantKind.TOWNSHIP, Role.HEAD)


def petition(**changes: Any) -> Petition:
    fields: dict[str, Any] = {
        "id": "p", "number": "n", "query_code": "q", "channel": Channel.LETTER, "received_on": TODAY,
        "registered_at": NOW, "registered_on": TODAY, "registered_by": "611021001", "registrar": "clerk",
        "registrar_name": "城关经办", "petitioners": [], "anonymous": True, "place": None, "place_name": None,
        "title": "t", "body": "b", "nature": Nature.APPEAL, "category": None, "urgency": Urgency.NORMAL,
        "confidential": False, "accused": [], "aliases": [], "historical": False, "past_answer": None,
    }  # fmt: skip
    return Petition(**{**fields, **changes})


def clock(**changes: Any) -> Clock:
    made = Clock(
        id="c", petition_id="p", petition_number="n", referral_id="r", owner="zrzy", obligation=Obligation.HANDLING,
        rule="r", basis="b", binding=Binding.LEGAL, legal=None, internal=None, starts_on=TODAY, due_on=LATER,
        effective_due_on=LATER, due_at=datetime(2026, 8, 20, 16, tzinfo=UTC), provisional=False, lapses=False,
        marks=[Mark(level=Level.FIRST_WARNING, at=NOW)], met_on=None, cancelled=False, first_receiver="窗口甲",
        case_owner="王书记",
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def referral(
    to: str, *, sender: str = "611021001", state: ReferralState = ReferralState.RECEIVED, id: str = "r"
) -> Referral:
    return Referral(
        id=id, petition_id="p", petition_number="n", registered_by="611021001", kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD, from_tenant=sender, to_tenant=to, state=state, sent_at=NOW, sent_on=TODAY, due_on=None,
        note=None,
    )  # fmt: skip


def opened(matter: opening.Matter | None = None, **changes: Any) -> Supervision:
    given: dict[str, Any] = {
        "matter": matter or opening.matter_of_clock(petition=petition(), clock=clock()),
        "actor": county(),
        "reason": SupervisionReason.NOT_FINISHED_IN_TIME,
        "text": "请说明逾期原因",
        "answer_by": LATER,
        "standing": [],
        "now": NOW,
        "today": TODAY,
    }
    return opening.opened(**{**given, **changes})


def test_opened_on_a_clock_it_names_its_owner_and_who_answers_for_the_case() -> None:
    made = opened()
    assert (made.addressee, made.clock_id, made.obligation) == ("zrzy", "c", Obligation.HANDLING)
    assert (made.first_receiver, made.case_owner, made.opened_by) == ("窗口甲", "王书记", "xfj")
    assert (made.state, made.opened_on, made.answer_by, made.answered_on) == (S.OPEN, TODAY, LATER, None)
    (first,) = made.entries
    assert (first.step, first.text, first.answer_by) == (SupervisionStep.OPENED, "请说明逾期原因", LATER)


def test_opened_on_a_case_it_names_the_registrar_and_the_leader_who_owns_it() -> None:
    leader = CaseOwner(
        petition_id="p", tenant="xfj", leader="王书记", post="县委副书记", since=TODAY, reason="r", assigned_by="xfj"
    )
    matter = opening.matter_of_case(petition=petition(), addressee="zrzy", held_by={"zrzy"}, case_owner=leader)
    made = opened(matter)
    assert (made.addressee, made.clock_id, made.obligation) == ("zrzy", None, None)
    assert (made.first_receiver, made.case_owner) == ("城关经办", "王书记（县委副书记）")


def test_who_does_not_hold_the_case_is_not_supervised_for_it() -> None:
    with pytest.raises(InvalidInput, match="没有承办"):
        opening.matter_of_case(petition=petition(), addressee="slj", held_by={"zrzy"}, case_owner=None)


def test_of_an_accusation_it_is_seen_by_who_sees_the_accusation() -> None:
    accusation = petition(nature=Nature.ACCUSATION)
    of_clock = opening.matter_of_clock(petition=accusation, clock=clock(restricted_to=["clerk"]))
    of_case = opening.matter_of_case(petition=accusation, addressee="zrzy", held_by={"zrzy"}, case_owner=None)
    assert opened(of_clock).named == opened(of_case).named == frozenset({"clerk"})


def test_an_accused_unit_is_never_an_addressee() -> None:
    accusation = petition(nature=Nature.ACCUSATION, accused=["zrzy"])
    with pytest.raises(AccusedUnit, match="不能向其督办"):
        opening.matter_of_clock(petition=accusation, clock=clock())
    for held_by in ({"zrzy"}, {"slj"}):
        with pytest.raises(AccusedUnit, match="不能向其督办"):
            opening.matter_of_case(petition=accusation, addressee="zrzy", held_by=held_by, case_owner=None)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"petitioner_side": True}, InvalidInput),
        ({"lapses": True}, InvalidInput),
        ({"obligation": Obligation.SUPERVISION_REPLY}, InvalidInput),
        ({"cancelled": True}, WrongState),
    ],
)
def test_a_clock_that_nobody_can_be_pressed_to_keep_is_not_supervised(
    changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        opening.matter_of_clock(petition=petition(), clock=clock(**changes))


def test_what_was_finished_may_still_be_supervised_for_it_may_not_be_carried_out() -> None:
    assert opening.matter_of_clock(petition=petition(), clock=clock(met_on=TODAY)).addressee == "zrzy"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, True),
        ({"state": S.ANSWERED}, True),
        ({"state": S.CLOSED, "ended_on": TODAY}, False),
        ({"state": S.WITHDRAWN, "ended_on": TODAY}, False),
        ({"clock_id": "other"}, False),
        ({"clock_id": None}, False),
    ],
)
def test_one_open_thread_for_each_clock(changes: dict[str, Any], refused: bool) -> None:
    standing = msgspec.structs.replace(opened(), **changes)
    if refused:
        with pytest.raises(opening.SupervisionOpenAlready):
            opened(standing=[standing])
    else:
        assert opened(standing=[standing]).state is S.OPEN


def test_one_open_thread_for_each_case_and_addressee_without_a_clock() -> None:
    matter = opening.matter_of_case(petition=petition(), addressee="zrzy", held_by={"zrzy"}, case_owner=None)
    with pytest.raises(opening.SupervisionOpenAlready):
        opened(matter, standing=[opened(matter)])
    other = msgspec.structs.replace(opened(matter), addressee="slj")
    assert opened(matter, standing=[other]).state is S.OPEN


@pytest.mark.parametrize("changes", [{"text": " "}, {"answer_by": date(2026, 8, 9)}, {"answer_by": date(2027, 8, 12)}])
def test_what_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        opened(**changes)


@pytest.mark.parametrize("role", list(Role), ids=str)
@pytest.mark.parametrize("kind", list(TenantKind), ids=str)
def test_who_may_supervise(kind: TenantKind, role: Role) -> None:
    may = role is Role.HEAD or (kind is TenantKind.COUNTY and role in (Role.SUPERVISOR, Role.LEADER))
    who = actor("somebody", kind, role)
    if may:
        opening.check_supervisor(actor=who, addressee="zrzy")
        with pytest.raises(Forbidden, match="本单位"):
            opening.check_supervisor(actor=who, addressee="somebody")
    else:
        with pytest.raises(Forbidden):
            opening.check_supervisor(actor=who, addressee="zrzy")


def test_the_county_office_supervises_every_holder_and_a_tenant_those_to_whom_it_sent() -> None:
    referrals = [
        referral("zrzy"),
        referral("slj", sender="xfj"),
        referral("rsj", state=ReferralState.RETURNED),
        referral("ybj", state=ReferralState.WITHDRAWN),
    ]
    assert opening.holders(actor=county(), referrals=referrals) == {"zrzy", "slj"}
    assert opening.holders(actor=township(), referrals=referrals) == {"zrzy"}
    assert opening.holders(actor=bureau(Role.HEAD), referrals=referrals) == set()


def remind(**changes: Any) -> Reminder:
    given: dict[str, Any] = {"clock": clock(), "actor": county(), "text": "请抓紧办理", "now": NOW, "today": TODAY}
    return reminding.by_hand(**{**given, **changes})


def test_a_reminder_by_hand_is_urgent_and_names_one_clock_with_its_level() -> None:
    made = remind()
    assert (made.tenant, made.role, made.urgent, made.text) == ("zrzy", Role.CLERK, True, "请抓紧办理")
    assert (made.sent_by, made.on, made.receipts) == (county().reference, TODAY, [])
    (item,) = made.items
    assert (item.clock_id, item.level, item.effective_due_on) == ("c", Level.FIRST_WARNING, LATER)
    assert remind(clock=clock(marks=[])).items[0].level is None
    assert remind(clock=clock(restricted_to=["clerk"])).named == frozenset({"clerk"})


@pytest.mark.parametrize("ended", [{"met_on": TODAY}, {"cancelled": True}])
def test_nobody_is_reminded_of_what_is_over(ended: dict[str, Any]) -> None:
    with pytest.raises(WrongState):
        remind(clock=clock(**ended))


def test_a_reminder_needs_words() -> None:
    with pytest.raises(InvalidInput):
        remind(text=" ")


SIGNERS = {
    Role.CLERK: {Role.CLERK, Role.HANDLER, Role.HEAD},
    Role.HEAD: {Role.HEAD},
    Role.SUPERVISOR: {Role.SUPERVISOR, Role.HEAD},
}


@pytest.mark.parametrize("role", list(Role), ids=str)
@pytest.mark.parametrize("of", list(SIGNERS), ids=str)
def test_who_signs_for_a_reminder(of: Role, role: Role) -> None:
    reminder = msgspec.structs.replace(remind(), role=of)
    if role in SIGNERS[of]:
        (receipt,) = reminding.acknowledged(reminder=reminder, actor=bureau(role), now=NOW).receipts
        assert (receipt.by, receipt.at) == (bureau(role).reference, NOW)
    else:
        with pytest.raises(Forbidden):
            reminding.acknowledged(reminder=reminder, actor=bureau(role), now=NOW)


def test_each_user_signs_once_and_nobody_of_another_tenant() -> None:
    once = reminding.acknowledged(reminder=remind(), actor=bureau(), now=NOW)
    with pytest.raises(WrongState):
        reminding.acknowledged(reminder=once, actor=bureau(), now=NOW)
    assert len(reminding.acknowledged(reminder=once, actor=bureau(user="other"), now=NOW).receipts) == 2
    with pytest.raises(Forbidden):
        reminding.acknowledged(reminder=once, actor=county(Role.HEAD), now=NOW)
