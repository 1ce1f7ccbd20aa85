"""More time for a clock: each rule of Art. 34 by itself."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.deadlines import Binding, Bound, Clock, Event, GrantedExtension, Obligation, Unit
from services.contracts.extensions import Extension, ExtensionState
from services.deadlines import extensions

STARTED = date(2026, 6, 1)
DUE = date(2026, 7, 31)
ROLLED = date(2026, 8, 3)
BASIS = "《信访工作条例》第三十四条"


def actor(tenant: str = "zrzy", role: Role = Role.CLERK) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=TenantKind.BUREAU, user="u", name="n", roles=frozenset({role}))


HEAD = actor(role=Role.HEAD)


def clock(**changes: Any) -> Clock:
    bound = Bound(
        rule="r", basis=BASIS, starts=Event.REFERRAL_ACCEPTED, starts_on=STARTED, length=60, unit=Unit.CALENDAR_DAYS,
        due_on=DUE, effective_due_on=ROLLED, provisional=False,
    )  # fmt: skip
    made = Clock(
        id="c", petition_id="p", petition_number="n", referral_id="r", owner="zrzy", obligation=Obligation.HANDLING,
        rule="r", basis=BASIS, binding=Binding.LEGAL, legal=bound, internal=None, starts_on=STARTED, due_on=DUE,
        effective_due_on=ROLLED, due_at=datetime(2026, 8, 3, 16, tzinfo=UTC), provisional=False, lapses=False,
        extendable_days=30, extendable_by=BASIS, marks=[], met_on=None, cancelled=False, first_receiver="窗口甲",
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def request(**changes: Any) -> Extension:
    asked: dict[str, Any] = {
        "clock": clock(),
        "actor": actor(),
        "earlier": [],
        "days": 30,
        "reason": "案情复杂，须测绘鉴定",
        "today": ROLLED,
    }
    return extensions.requested(**{**asked, **changes})


def decide(extension: Extension | None = None, **changes: Any) -> Extension:
    said: dict[str, Any] = {
        "extension": extension or request(),
        "clock": clock(),
        "actor": HEAD,
        "approve": True,
        "reason": None,
        "today": ROLLED,
    }
    return extensions.decided(**{**said, **changes})


def test_asked_by_who_owes_the_clock_up_to_its_last_day_it_waits_for_the_head() -> None:
    extension = request()
    assert (extension.state, extension.tenant, extension.days) == (ExtensionState.REQUESTED, "zrzy", 30)
    assert (extension.requested_on, extension.requested_by.user) == (ROLLED, "u")
    assert (extension.clock_id, extension.petition_id, extension.decided_on) == ("c", "p", None)


def test_who_alone_sees_the_clock_alone_sees_its_extension() -> None:
    assert request(clock=clock(restricted_to=["clerk"])).named == frozenset({"clerk"})
    assert request().named is None


@pytest.mark.parametrize("state", [ExtensionState.REQUESTED, ExtensionState.APPROVED])
def test_a_second_request_is_refused_while_one_waits_or_is_approved(state: ExtensionState) -> None:
    first = msgspec.structs.replace(request(), state=state)
    with pytest.raises(extensions.ExtensionTwice, match=f"{state.label}.*只能延长一次"):
        request(earlier=[first])


def test_a_clock_that_was_extended_says_so_although_nothing_is_left_to_extend() -> None:
    granted = GrantedExtension(id="e", days=30, basis=BASIS, granted_on=DUE, reason="r")
    with pytest.raises(extensions.ExtensionTwice):
        request(clock=clock(extension=granted, extendable_days=0))


@pytest.mark.parametrize("state", [ExtensionState.REFUSED, ExtensionState.WITHDRAWN])
def test_a_refused_or_withdrawn_request_leaves_the_way_free(state: ExtensionState) -> None:
    first = msgspec.structs.replace(request(), state=state)
    assert request(earlier=[first]).state is ExtensionState.REQUESTED


def test_on_the_day_after_the_rolled_last_day_it_is_too_late() -> None:
    with pytest.raises(extensions.ExtensionLate, match=r"2026-08-03.*届满前申请"):
        request(today=date(2026, 8, 4))


def test_what_is_refused_cites_the_rule_of_the_clock_and_no_other() -> None:
    own = "《12345办理制度》第四条"
    order = clock(extendable_days=7, extendable_by=own)
    waiting = request(clock=order, days=7)
    for changes in ({"days": 8}, {"earlier": [waiting]}, {"today": date(2026, 8, 4)}, {"reason": " "}):
        with pytest.raises(Refusal) as refused:
            request(**{"clock": order, "days": 7, **changes})
        assert f"（{own}）" in refused.value.message
        assert BASIS not in refused.value.message


def test_a_day_more_than_allowed_is_refused_with_article_and_maximum() -> None:
    assert request(days=30).days == 30
    with pytest.raises(extensions.ExtensionTooLong, match=f"最多延长 30 日（{BASIS}）"):
        request(days=31)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"obligation": Obligation.NOTICE}, "书面告知.*不得延长"),
        ({"lapses": True, "obligation": Obligation.OBJECTION}, "届满即失去权利"),
        ({"petitioner_side": True, "lapses": True}, "信访人的期限"),
    ],
)
def test_a_clock_whose_rule_allows_no_extension_says_why(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(extensions.ExtensionNotAllowed, match=why):
        request(clock=clock(extendable_days=0, **changes))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"actor": actor("slj")}, Forbidden),
        ({"clock": clock(met_on=DUE)}, WrongState),
        ({"clock": clock(cancelled=True)}, WrongState),
        ({"reason": " \n"}, InvalidInput),
    ],
)
def test_a_request_that_lacks_what_it_needs_is_refused(changes: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        request(**changes)


def test_the_head_approves_and_the_decision_names_him_and_the_day() -> None:
    extension = decide(reason="同意")
    assert (extension.state, extension.decided_on, extension.decision) == (ExtensionState.APPROVED, ROLLED, "同意")
    assert extension.decided_by == HEAD.reference
    assert extension.informed_on is None


def test_a_heads_own_request_may_be_decided_by_himself() -> None:
    assert decide(request(actor=HEAD)).state is ExtensionState.APPROVED


def test_a_request_made_in_time_may_be_approved_until_its_own_days_are_over() -> None:
    last = date(2026, 9, 2)
    assert decide(today=last).state is ExtensionState.APPROVED
    with pytest.raises(extensions.ExtensionLate, match="30 日也已届满"):
        decide(today=date(2026, 9, 3))


@pytest.mark.parametrize("ended", [{"met_on": ROLLED}, {"cancelled": True}])
def test_a_clock_that_is_met_or_over_is_not_extended_but_the_request_may_be_refused(ended: dict[str, Any]) -> None:
    with pytest.raises(WrongState, match="无须延期"):
        decide(clock=clock(**ended))
    assert decide(clock=clock(**ended), approve=False, reason="已办结").state is ExtensionState.REFUSED


def test_what_the_county_has_tightened_meanwhile_is_not_approved() -> None:
    with pytest.raises(extensions.ExtensionTooLong, match="最多延长 15 日"):
        decide(clock=clock(extendable_days=15))


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_refusal_needs_a_reason_and_an_approval_does_not(reason: str | None) -> None:
    with pytest.raises(InvalidInput):
        decide(approve=False, reason=reason)
    assert decide(reason=reason).state is ExtensionState.APPROVED


def test_another_tenants_head_decides_nothing() -> None:
    with pytest.raises(Forbidden):
        decide(actor=actor("xfj", Role.HEAD))


@pytest.mark.parametrize("state", [state for state in ExtensionState if state is not ExtensionState.REQUESTED])
def test_what_is_decided_or_withdrawn_is_neither_decided_nor_withdrawn_again(state: ExtensionState) -> None:
    done = msgspec.structs.replace(request(), state=state)
    with pytest.raises(WrongState, match=state.label):
        decide(done)
    with pytest.raises(WrongState, match=state.label):
        extensions.withdrawn(extension=done, actor=actor(), reason="r", today=DUE)


def test_the_tenant_that_asked_may_withdraw_with_a_reason() -> None:
    gone = extensions.withdrawn(extension=request(), actor=actor(), reason="可以按期办结", today=ROLLED)
    assert (gone.state, gone.decision) == (ExtensionState.WITHDRAWN, "可以按期办结")
    with pytest.raises(InvalidInput):
        extensions.withdrawn(extension=request(), actor=actor(), reason=" ", today=ROLLED)
    with pytest.raises(Forbidden):
        extensions.withdrawn(extension=request(), actor=actor("slj"), reason="r", today=ROLLED)


def inform(extension: Extension, on: date, who: Actor | None = None) -> Extension:
    return extensions.informed(extension=extension, actor=who or actor(), on=on, today=date(2026, 8, 10))


def test_the_day_of_telling_lies_between_the_approval_and_today() -> None:
    approved = decide()
    assert inform(approved, ROLLED).informed_on == ROLLED
    for on in (date(2026, 8, 2), date(2026, 8, 11)):
        with pytest.raises(InvalidInput, match=r"2026-08-03.*2026-08-10"):
            inform(approved, on)


def test_only_an_approved_extension_is_told_by_its_tenant_and_once() -> None:
    with pytest.raises(WrongState, match="待审批"):
        inform(request(), ROLLED)
    with pytest.raises(Forbidden):
        inform(decide(), ROLLED, actor("xfj"))
    with pytest.raises(WrongState, match="已于 2026-08-03 告知"):
        inform(inform(decide(), ROLLED), ROLLED)
