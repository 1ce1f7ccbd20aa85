"""How far an earlier item has come, what the law says then, and what a clerk is told of it."""

from typing import Any

import msgspec
import pytest

from services.contracts.intake import MatterLink
from services.contracts.repeats import Advice, MatchReason, Standing
from services.contracts.reviews import Review, ReviewDecision, ReviewStage
from services.contracts.routing import Closure, Outcome, Referral, ReferralRole, ReferralState
from services.intake.likeness import MUCH_ALIKE, SAME_MATTER, SAME_TEXT, Found
from services.intake.people_vault import By
from services.intake.repeats import ADVICE, Earlier, match, ranked, reasons, standing
from tests.unit.intake.made import TODAY, petition, referral

R, S = MatchReason, Standing
NAMES = {"611021001": "城关街道办", "zrzy": "县自然资源局"}


def lead(state: ReferralState) -> Referral:
    return referral(ReferralRole.LEAD, state)


def review(stage: ReviewStage, *, decided: bool) -> Review:
    decision = ReviewDecision(outcome=Outcome.EXPLAINED, opinion="维持", decided_on=TODAY) if decided else None
    return Review(
        id=f"v{stage}", petition_id="p", petition_number="n", referral_id="r", first_review_id=None, stage=stage,
        body="xfj", handling_body="zrzy", registered_by="611021001", requested_on=TODAY, received_on=TODAY,
        reason="不服", decision=decision,
    )  # fmt: skip


def found(petition_id: str = "p", *, near: float = 0.0, same: float = 0.0, place: str | None = None) -> Found:
    return Found(petition_id, petition_id, place, near, same)


CLOSED = Closure(petition_id="p", closed_on=TODAY, closed_by="zrzy")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ReferralState.SENT, S.IN_HAND),
        (ReferralState.RECEIVED, S.IN_HAND),
        (ReferralState.OBJECTED, S.IN_HAND),
        (ReferralState.DISPUTED, S.IN_HAND),
        (ReferralState.ACCEPTED, S.IN_HAND),
        (ReferralState.IN_PROGRESS, S.IN_HAND),
        (ReferralState.REWORK, S.IN_HAND),
        (ReferralState.REFUSED, S.REFUSED),
        (ReferralState.ANSWERED, S.ANSWERED),
        (ReferralState.DELIVERED, S.ANSWERED),
        (ReferralState.CLOSED, S.CLOSED),
        (ReferralState.WITHDRAWN, S.REGISTERED),
        (ReferralState.RETURNED, S.REGISTERED),
    ],
)
def test_how_far_one_hand_over_has_come(state: ReferralState, expected: Standing) -> None:
    assert standing(Earlier(petition(), (lead(state),))) is expected


def test_every_state_of_a_hand_over_has_a_standing_and_every_standing_its_advice() -> None:
    assert {standing(Earlier(petition(), (lead(state),))) for state in ReferralState} <= set(Standing)
    assert set(ADVICE) == set(Standing)
    assert set(Advice) == set(ADVICE.values()) - {None}


def test_what_one_of_several_bodies_still_does_is_in_hand() -> None:
    done, doing = lead(ReferralState.ANSWERED), lead(ReferralState.ACCEPTED)
    assert standing(Earlier(petition(), (done, doing))) is S.IN_HAND
    assert standing(Earlier(petition(), (done, lead(ReferralState.REFUSED)))) is S.ANSWERED
    unit = referral(ReferralRole.UNIT, ReferralState.RECEIVED)
    assert standing(Earlier(petition(), (done, unit))) is S.ANSWERED


@pytest.mark.parametrize("closure", [None, CLOSED])
def test_a_review_says_more_than_the_case_that_is_reviewed(closure: Closure | None) -> None:
    delivered = (lead(ReferralState.DELIVERED),)
    asked = review(ReviewStage.FIRST, decided=False)
    first = review(ReviewStage.FIRST, decided=True)
    assert standing(Earlier(petition(), delivered, closure, (asked,))) is S.IN_REVIEW
    assert standing(Earlier(petition(), delivered, closure, (first,))) is S.REVIEWED
    again = review(ReviewStage.FINAL, decided=False)
    assert standing(Earlier(petition(), delivered, closure, (first, again))) is S.IN_REVIEW
    final = review(ReviewStage.FINAL, decided=True)
    assert standing(Earlier(petition(), delivered, closure, (final, first))) is S.FINAL


def test_what_is_closed_or_of_an_older_register_is_over() -> None:
    assert standing(Earlier(petition(), (lead(ReferralState.DELIVERED),), CLOSED)) is S.CLOSED
    assert standing(Earlier(petition(historical=True))) is S.HISTORICAL
    assert standing(Earlier(petition())) is S.REGISTERED


@pytest.mark.parametrize(
    ("item", "advice", "article"),
    [
        (Earlier(petition(), (lead(ReferralState.ACCEPTED),)), Advice.URGE, "第十九条"),
        (Earlier(petition(), (lead(ReferralState.DELIVERED),)), Advice.REQUEST_REVIEW, "第三十五、三十六条"),
        (
            Earlier(petition(), reviews=(review(ReviewStage.FIRST, decided=True),)),
            Advice.URGE_IMPLEMENTATION,
            "第三十六条",
        ),
        (Earlier(petition(), reviews=(review(ReviewStage.FINAL, decided=True),)), Advice.NO_LONGER, "第三十六条第三款"),
        (Earlier(petition(), closure=CLOSED), Advice.NEW_FACTS, "新的事实"),
    ],
)
def test_the_law_s_word_on_the_same_people_s_same_matter(item: Earlier, advice: Advice, article: str) -> None:
    told = match(item, found(near=0.9), By.IDENTITY, visible=True, names=NAMES, size=1)
    assert told.advice is advice
    assert article in advice.label
    others = match(item, found(near=0.9), None, visible=True, names=NAMES, size=1)
    namesake = match(item, found(near=0.9), By.NAME, visible=True, names=NAMES, size=1)
    assert (others.advice, namesake.advice) == (None, None)


def test_of_another_tenants_item_there_is_the_number_and_no_word() -> None:
    item = Earlier(petition(title="采石场夜间爆破", number="CG1"), (lead(ReferralState.ACCEPTED),))
    told = match(item, found(near=0.9), By.IDENTITY, visible=False, names=NAMES, size=3)
    assert (told.petition_id, told.title, told.visible) == (None, None, False)
    assert (told.number, told.registered_by_name, told.standing, told.matter_size) == (
        "CG1",
        "城关街道办",
        S.IN_HAND,
        3,
    )
    written: dict[str, Any] = msgspec.to_builtins(told)
    assert "爆破" not in str(written)
    assert "'p'" not in str(written)
    seen = match(item, found(near=0.9), By.IDENTITY, visible=True, names=NAMES, size=3)
    assert (seen.petition_id, seen.title) == ("p", "采石场夜间爆破")


def test_who_holds_it_is_named_once_and_who_returned_it_is_not() -> None:
    own = referral(ReferralRole.LEAD, ReferralState.ACCEPTED)
    named = msgspec.structs.replace(own, to_name="县自然资源局")
    support = msgspec.structs.replace(referral(ReferralRole.SUPPORT, ReferralState.SENT), to_name="县自然资源局")
    unit = msgspec.structs.replace(referral(ReferralRole.UNIT, ReferralState.SENT), to_name="地籍股")
    gone = msgspec.structs.replace(lead(ReferralState.RETURNED), to_name="县住建局")
    item = Earlier(petition(), (named, support, unit, gone))
    assert match(item, found(), By.NAME, visible=False, names=NAMES, size=1).handled_by == ["县自然资源局"]


def test_the_matter_is_that_of_its_first_item() -> None:
    link = MatterLink(first_id="p0", first_number="CG0", same_people=True, reason="同一人", linked_on=TODAY)
    told = match(Earlier(petition(matter=link)), found(), By.IDENTITY, visible=True, names={}, size=2)
    assert (told.matter_number, told.registered_by_name) == ("CG0", "611021001")
    assert match(Earlier(petition()), found(), By.IDENTITY, visible=True, names={}, size=1).matter_number == "n"


def test_why_an_item_is_shown() -> None:
    assert reasons(found(), None) == []
    assert reasons(found(near=SAME_MATTER - 0.01, same=MUCH_ALIKE - 0.01), None) == []
    assert reasons(found(near=SAME_MATTER), None) == [R.SAME_MATTER]
    assert reasons(found(same=MUCH_ALIKE), None) == [R.SAME_MATTER]
    assert reasons(found(near=1.0, same=SAME_TEXT), None) == [R.SAME_TEXT]
    assert reasons(found(), By.IDENTITY) == [R.SAME_PERSON]
    assert reasons(found(), By.NAME_AND_PHONE) == [R.SAME_PERSON]
    assert reasons(found(near=1.0), By.NAME) == [R.SAME_NAME, R.SAME_MATTER]


def test_the_same_people_s_same_matter_comes_first_and_a_mere_namesake_last() -> None:
    items = [
        found("a", near=0.3),
        found("b"),
        found("c", near=0.9, same=0.9),
        found("d", near=0.4),
        found("e"),
        found("f", near=0.1),
    ]
    people = {"b": By.IDENTITY, "d": By.NAME_AND_PHONE, "e": By.NAME}
    assert [each.petition_id for each in ranked(items, people, place=None)] == ["d", "b", "c", "a", "e"]


def test_of_two_as_likely_the_nearer_one_comes_first_and_then_the_newer_one() -> None:
    there, here = found("b", near=0.5, place="611021002203"), found("a", near=0.5, place="611021001201")
    assert [each.petition_id for each in ranked([there, here], {}, place="611021001")] == ["a", "b"]
    assert [each.petition_id for each in ranked([here, there], {}, place=None)] == ["b", "a"]
    assert ranked([found("x", place="611021001")], {}, place="611021001") == []
