"""What the holder of number and query code is told: in plain words, and nothing that is between the offices."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from gateway.public.telling import ACCUSATION, ACCUSATION_CLOSED, STATUS, Item, item_of
from gateway.reading import CaseParts
from gateway.reading_lists import PetitionRow
from gateway.status import PetitionStatus
from services.contracts.actor import ActorRef
from services.contracts.base import State
from services.contracts.deadlines import Binding, Clock, Obligation
from services.contracts.desk import Notice, NoticeDelivery, NoticeKind
from services.contracts.intake import Nature, Petition
from services.contracts.ratings import RatingState
from services.contracts.routing import (
    Answer,
    Delivery,
    DeliveryMode,
    Objection,
    Outcome,
    Referral,
    ReferralRole,
    ReferralState,
)
from services.contracts.rules import Regime
from tests.unit.gateway.made import TODAY, clock, petition, referral

IN_PERSON = DeliveryMode.IN_PERSON
ANSWER = Answer(outcome=Outcome.SUPPORTED, opinion="本月内发放。", answered_on=TODAY)
DELIVERY = Delivery(mode=IN_PERSON, on=TODAY, signed=True)
SAID = petition(anonymous=False)


def told(
    *parts: State,
    of: Petition = SAID,
    status: PetitionStatus = PetitionStatus.ACCEPTED,
    clocks: tuple[Clock, ...] = (),
) -> Item:
    found = CaseParts()
    for part in parts:
        found.found[type(part)].append(part)
    return item_of(
        row=PetitionRow(of, 1, status, None),
        parts=found,
        clocks=clocks,
        directory={},
        regime=Regime(county="611021"),
        today=TODAY,
    )


def lead(**changes: Any) -> Referral:
    return referral(SAID, "zrzy", **{"to_name": "自然资源局", "state": ReferralState.ACCEPTED, **changes})


def test_every_status_has_words_of_its_own_and_none_says_what_offices_dispute() -> None:
    assert set(STATUS) == set(PetitionStatus) - {PetitionStatus.HISTORICAL}
    same = {STATUS[one] for one in (PetitionStatus.REGISTERED, PetitionStatus.OBJECTED, PetitionStatus.DISPUTED)}
    assert len(same) == 1
    assert STATUS[PetitionStatus.REWORK] == STATUS[PetitionStatus.ACCEPTED]


@pytest.mark.parametrize("state", list(ReferralState), ids=str)
def test_an_answer_is_shown_once_it_was_delivered_and_not_before(state: ReferralState) -> None:
    delivered = state in {ReferralState.DELIVERED, ReferralState.CLOSED}
    found = told(lead(state=state, answer=ANSWER, delivery=DELIVERY if delivered else None))
    if delivered:
        assert found.answer is not None
        assert (found.answer.text, found.answer.agency, found.answer.delivered_on) == (
            "本月内发放。",
            "自然资源局",
            TODAY,
        )
    else:
        assert found.answer is None
    # What a support or a unit contributed is none.
    for role in (ReferralRole.SUPPORT, ReferralRole.UNIT):
        assert told(lead(role=role, state=state, answer=ANSWER, delivery=DELIVERY)).answer is None


def test_who_handles_it_is_named_but_while_that_is_disputed() -> None:
    support = referral(SAID, "slj", role=ReferralRole.SUPPORT, to_name="水利局")
    unit = referral(SAID, "village", role=ReferralRole.UNIT, to_name="某村")
    assert told(lead(), support, unit).handled_by == ["自然资源局", "水利局"]
    objected = lead(state=ReferralState.OBJECTED, objection=Objection(reason="不归我管", raised_on=TODAY))
    assert told(objected).handled_by == []
    assert told(lead(state=ReferralState.RETURNED)).handled_by == []


def notice(**changes: Any) -> Notice:
    made = Notice(
        id="n", petition_id=SAID.id, kind=NoticeKind.RECEIVED, number="信告〔2026〕1号", tenant="xfj", issued_on=TODAY,
        by=ActorRef(tenant="xfj", user="u", name="甲"), text="按普通程序办理", body=None,
        delivery=NoticeDelivery(mode=IN_PERSON, on=TODAY, signed=True),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def test_of_notices_those_are_told_that_were_delivered_and_stand() -> None:
    assert [one.number for one in told(notice()).told] == ["信告〔2026〕1号"]
    assert not told(notice(delivery=None)).told
    assert not told(notice(taken_back="误发")).told


def due(days: int, obligation: Obligation = Obligation.HANDLING, **changes: Any) -> Clock:
    return clock(due_on=TODAY + timedelta(days=days), obligation=obligation, **{"referral_id": None, **changes})


def test_the_next_deadline_is_the_first_that_the_law_owes_him() -> None:
    handling = due(20)
    found = told(clocks=(handling, due(30, Obligation.DELIVERY), due(3, Obligation.FOLLOW_UP))).next_deadline
    assert found is not None
    assert handling.legal is not None
    assert (found.what, found.by) == ("作出答复意见", handling.legal.effective_due_on)
    assert found.text == "最迟 2026年12月12日作出答复意见"
    # What is met, ended, paused, of a support, or of the offices alone is none.
    none = (
        due(2, met_on=TODAY),
        due(2, cancelled=True),
        due(2, paused_since=TODAY),
        due(2, referral_id="other"),
        due(2, Obligation.PRESENTATION),
    )
    assert told(clocks=none).next_deadline is None


def test_a_limit_that_offices_set_themselves_is_not_told() -> None:
    legal = due(20).legal
    assert legal is not None
    tight = due(5, binding=Binding.INTERNAL, legal=legal)
    found = told(clocks=(tight,)).next_deadline
    assert found is not None
    assert found.by == legal.effective_due_on
    assert told(clocks=(due(5, binding=Binding.INTERNAL, legal=None),)).next_deadline is None
    extended = told(clocks=(due(40, binding=Binding.EXTENDED, legal=legal),)).next_deadline
    assert extended is not None
    assert extended.by == TODAY + timedelta(days=40)


def test_what_is_overdue_is_said_to_be_and_where_to_turn() -> None:
    found = told(clocks=(due(-3),)).next_deadline
    assert found is not None
    assert "已超过期限" in found.text
    assert "县信访局" in found.text


def test_where_nothing_is_owed_he_learns_how_long_he_may_ask_for_a_review() -> None:
    own = due(12, Obligation.FIRST_REVIEW_REQUEST)
    found = told(clocks=(own,)).next_deadline
    assert found is not None
    assert (found.what, found.by) == ("申请复查", own.effective_due_on)
    assert told(clocks=(due(-1, Obligation.FIRST_REVIEW_REQUEST),)).next_deadline is None
    owed = told(clocks=(own, due(30))).next_deadline
    assert owed is not None
    assert owed.what == "作出答复意见"


def test_both_sides_are_rated_in_their_windows() -> None:
    found = told(lead(state=ReferralState.DELIVERED, answer=ANSWER, delivery=DELIVERY))
    assert [(one.window.state, one.can_rate) for one in found.ratings] == [(RatingState.OPEN, True)] * 2
    assert [one.can_rate for one in told(lead()).ratings] == [True, False]


@pytest.mark.parametrize("status", sorted(STATUS), ids=str)
def test_of_an_accusation_nothing_is_told_but_that_it_is_dealt_with(status: PetitionStatus) -> None:
    accusation = petition(anonymous=False, nature=Nature.ACCUSATION)
    handled = referral(accusation, "zrzy", state=ReferralState.DELIVERED, answer=ANSWER, delivery=DELIVERY)
    found = told(handled, notice(), of=accusation, status=status, clocks=(due(5),))
    words = ACCUSATION_CLOSED if status is PetitionStatus.CLOSED else ACCUSATION
    assert found == Item(number=accusation.number, received_on=accusation.received_on, status=words)
