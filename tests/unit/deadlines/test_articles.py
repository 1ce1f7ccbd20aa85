"""Articles 22 to 36 and 40 (and those of 2005 that differ), each with the periods it sets or does not set.

``docs/law.md`` names for every article the test that proves it.
"""

from datetime import date, datetime
from typing import Any

import pytest

from services.contracts.actor import TenantKind
from services.contracts.deadlines import Binding, Clock, ClockState, Obligation, clock_state
from services.contracts.intake import Nature, Procedure, Route, Source
from services.contracts.milestones import MilestoneKind
from services.contracts.reviews import Hearing, ReviewDecision
from services.contracts.routing import (
    CaseGrade,
    Objection,
    Outcome,
    ProgressNote,
    ReferralKind,
    ReferralRole,
    ReferralState,
    Rework,
)
from services.deadlines.bounds import start_of
from tests.unit.deadlines.made import (
    ACCEPTED,
    ANSWERED,
    DAY,
    DELIVERED,
    MONDAY,
    RECEIVED,
    RETURNED,
    adopted,
    all_clocks,
    answered,
    clocks,
    delivered,
    disputed,
    extension,
    final_review,
    milestone,
    not_accepted,
    petition,
    referral,
    review,
    supervision,
)

O = Obligation  # noqa: E741


def noon(day: date) -> datetime:
    return start_of(day) + DAY / 2


def decided(on: date) -> ReviewDecision:
    return ReviewDecision(outcome=Outcome.EXPLAINED, opinion="维持", decided_on=on)


def in_2020(**changes: Any) -> Any:
    return petition(received_on=date(2020, 8, 3), **changes)


# 第二十二条


@pytest.mark.parametrize("nature", Nature)
def test_22_a_petition_office_passes_every_kind_of_item_on_within_fifteen_days(nature: Nature) -> None:
    clock = clocks(item=petition(nature=nature))[O.TRANSFER]
    assert (clock.owner, clock.due_on, clock.basis) == ("xfj", date(2026, 8, 18), "《信访工作条例》第二十二条第一款")
    assert clocks(referral(), item=petition(nature=nature))[O.TRANSFER].met_on == MONDAY + DAY


@pytest.mark.parametrize("kind", [TenantKind.TOWNSHIP, TenantKind.BUREAU])
def test_22_the_fifteen_days_of_passing_on_bind_petition_offices_alone(kind: TenantKind) -> None:
    assert O.TRANSFER not in clocks(item=petition(registered_kind=kind))


def test_22_what_is_assigned_is_reported_on_the_day_that_is_named() -> None:
    report = clocks(referral(kind=ReferralKind.ASSIGN, due_on=date(2026, 9, 30)))[O.REPORT]
    assert (report.owner, report.due_on, report.binding) == ("jtj", date(2026, 9, 30), Binding.NAMED)
    assert report.basis == "《信访工作条例》第二十二条第一款第三项"
    assert report.legal is not None
    assert (report.legal.length, report.legal.unit) == (None, None)


# 第二十三条


@pytest.mark.parametrize("kind", [TenantKind.TOWNSHIP, TenantKind.BUREAU])
def test_23_2_another_body_tells_the_petitioner_within_fifteen_days_of_receipt(kind: TenantKind) -> None:
    item = petition(registered_kind=kind, registered_by="slj")
    (clock,) = clocks(item=item).values()
    assert (clock.obligation, clock.owner, clock.due_on) == (O.DIRECT_NOTICE, "slj", date(2026, 8, 18))
    assert clock.basis == "《信访工作条例》第二十三条第二款"
    told = milestone(MilestoneKind.NOTICED, date(2026, 8, 6), tenant="slj")
    assert clocks(item=item, milestones=(told,))[O.DIRECT_NOTICE].met_on == date(2026, 8, 6)


@pytest.mark.parametrize("kind", ReferralKind)
def test_23_2_whoever_accepts_the_case_has_told_the_petitioner(kind: ReferralKind) -> None:
    item = petition(registered_kind=TenantKind.BUREAU)
    assert clocks(referral(kind=kind, **ACCEPTED), item=item)[O.DIRECT_NOTICE].met_on == date(2026, 8, 7)
    support = referral(kind=kind, role=ReferralRole.SUPPORT, **ACCEPTED)
    assert clocks(support, item=item)[O.DIRECT_NOTICE].open


def test_23_2_whoever_cannot_be_reached_is_owed_no_notice() -> None:
    item = petition(registered_kind=TenantKind.BUREAU, anonymous=True)
    assert clocks(item=item) == {}
    assert O.NOTICE not in clocks(referral(**RECEIVED), item=petition(anonymous=True))


def test_23_3_the_receiver_of_a_transfer_tells_the_petitioner_within_fifteen_days_of_receipt() -> None:
    notice = clocks(referral(**RECEIVED))[O.NOTICE]
    assert (notice.owner, notice.due_on) == ("jtj", date(2026, 8, 20))
    assert notice.basis == "《信访工作条例》第二十三条第三款"
    assert clocks(referral(**ACCEPTED))[O.NOTICE].met_on == date(2026, 8, 7)


def test_23_3_an_objection_is_raised_within_five_working_days_and_then_lapses() -> None:
    objection = clocks(referral(**RECEIVED))[O.OBJECTION]
    assert (objection.due_on, objection.lapses) == (date(2026, 8, 12), True)
    assert clock_state(objection, noon(date(2026, 8, 13))) is ClockState.LAPSED
    assert clocks(referral(**RETURNED))[O.OBJECTION].met_on == date(2026, 8, 10)


def test_23_3_a_non_acceptance_told_in_writing_is_the_notice_and_ends_the_other_clocks() -> None:
    refused = RECEIVED | {"state": ReferralState.REFUSED, "refusal": not_accepted(date(2026, 8, 10))}
    found = clocks(referral(due_on=date(2026, 9, 30), **refused))
    assert found[O.NOTICE].met_on == date(2026, 8, 10)
    assert found[O.OBJECTION].cancelled
    assert found[O.REPORT].cancelled
    assert set(found) == {O.TRANSFER, O.NOTICE, O.OBJECTION, O.REPORT}, "no sixty days begin"
    item = petition(registered_kind=TenantKind.BUREAU)
    assert clocks(referral(**refused), item=item)[O.DIRECT_NOTICE].met_on == date(2026, 8, 10)


def test_23_3_a_non_acceptance_that_was_overruled_was_no_notice() -> None:
    """The clocks run on as from the receipt: what was told late is late, and the right to object may have lapsed."""
    found = clocks(referral(due_on=date(2026, 9, 30), **RECEIVED))
    assert found[O.NOTICE].due_on == date(2026, 8, 20)
    assert clock_state(found[O.NOTICE], noon(date(2026, 8, 21))) is ClockState.OVERDUE
    assert clock_state(found[O.OBJECTION], noon(date(2026, 8, 21))) is ClockState.LAPSED
    assert found[O.REPORT].open
    accepted = ACCEPTED | {"accepted_on": date(2026, 8, 21)}
    assert clocks(referral(**accepted))[O.HANDLING].starts_on == date(2026, 8, 21)


@pytest.mark.parametrize(
    "item", [{"nature": Nature.ACCUSATION}, {"route": Route.JUDICIAL}, {"nature": Nature.ACCUSATION, "anonymous": True}]
)
def test_23_4_the_notice_of_discipline_and_judicial_organs_follows_their_own_rules(item: dict[str, Any]) -> None:
    assert O.NOTICE not in clocks(referral(**RECEIVED), item=petition(**item))
    assert clocks(item=petition(registered_kind=TenantKind.BUREAU, **item)) == {}


# 第二十四条至第二十八条、第三十二条、第三十三条: no period of their own


def test_24_of_several_bodies_the_lead_owes_notice_and_answer_and_each_its_report() -> None:
    lead = referral(due_on=date(2026, 9, 30), **ACCEPTED)
    support = referral(id="r2", to_tenant="zjj", role=ReferralRole.SUPPORT, due_on=date(2026, 9, 30), **ACCEPTED)
    owed = {(clock.owner, clock.obligation) for clock in all_clocks(lead, support)}
    assert owed == {
        ("xfj", O.TRANSFER),
        *(("jtj", each) for each in (O.NOTICE, O.OBJECTION, O.HANDLING, O.REPORT)),
        *(("zjj", each) for each in (O.OBJECTION, O.REPORT)),
    }


def test_24_each_of_several_supports_reports_on_its_own_day() -> None:
    days = {"zjj": date(2026, 9, 10), "slj": date(2026, 9, 20), "czj": None}
    lead = referral(due_on=date(2026, 9, 30), **ACCEPTED)
    supports = [
        referral(id=to, to_tenant=to, role=ReferralRole.SUPPORT, due_on=day, **ACCEPTED) for to, day in days.items()
    ]
    reports = {each.owner: each.due_on for each in all_clocks(lead, *supports) if each.obligation is O.REPORT}
    assert reports == {"jtj": date(2026, 9, 30), "zjj": date(2026, 9, 10), "slj": date(2026, 9, 20)}


def test_24_a_dispute_about_competence_stops_no_clock() -> None:
    objected = RECEIVED | {"objection": Objection(reason="理由", raised_on=date(2026, 8, 6), upheld=False)}
    before = all_clocks(referral(due_on=date(2026, 9, 30), **objected))
    dispute = objected | {"state": ReferralState.DISPUTED, "dispute": disputed(date(2026, 8, 11))}
    assert all_clocks(referral(due_on=date(2026, 9, 30), **dispute)) == before
    assert {each.obligation for each in before if each.open} == {O.NOTICE, O.REPORT}


def test_what_is_forwarded_within_the_house_has_the_day_alone_that_its_sender_named() -> None:
    lead = referral(due_on=date(2026, 9, 30), **ACCEPTED)
    branch = {"id": "r2", "parent_id": "r1", "kind": ReferralKind.FORWARD, "role": ReferralRole.UNIT, "to_tenant": "zz"}
    with_day = referral(**branch, due_on=date(2026, 9, 1), **ANSWERED)
    assert all_clocks(lead, referral(**branch, **ANSWERED)) == all_clocks(lead)
    (clock,) = (each for each in all_clocks(lead, with_day) if each not in all_clocks(lead))
    assert (clock.owner, clock.obligation, clock.legal, clock.due_on) == ("zz", O.REPORT, None, date(2026, 9, 1))
    assert (clock.rule, clock.binding, clock.met_on) == ("forwarded-items.report", Binding.NAMED, date(2026, 9, 1))
    hotline = petition(source=Source.HOTLINE)
    assert len(all_clocks(referral(**branch, **RECEIVED), item=hotline, county=adopted("hotline-12345"))) == 1


def test_25_the_law_names_no_minutes_for_the_urgent_report() -> None:
    found = clocks(item=petition(urgent_since=petition().registered_at))
    assert set(found) == {O.TRANSFER}


def test_26_to_28_and_33_set_no_period() -> None:
    """Conduct, duties of care, recusal, mediation: a whole case has no clock by any of these articles."""
    case = all_clocks(
        referral(due_on=date(2026, 9, 30), **DELIVERED),
        reviews=(review(decision=decided(date(2026, 10, 9)), delivery=delivered(date(2026, 10, 12))), final_review()),
        supervisions=(supervision(),),
    )
    cited = {clock.basis.removeprefix("《信访工作条例》") for clock in case}
    assert cited == {
        *("第二十二条第一款", "第二十二条第一款第三项", "第二十三条第三款", "第三十四条", "第三十五条"),
        *("第三十六条第一款", "第四十条第四款"),
    }


# 第二十九条至第三十一条: classify first


def test_29_a_suggestion_has_no_handling_period() -> None:
    found = clocks(referral(**ACCEPTED), item=petition(nature=Nature.SUGGESTION))
    assert set(found) == {O.TRANSFER, O.NOTICE, O.OBJECTION}


def test_30_an_accusation_has_no_handling_period_and_is_seen_by_named_people() -> None:
    found = clocks(referral(**ACCEPTED), item=petition(nature=Nature.ACCUSATION))
    assert set(found) == {O.TRANSFER, O.OBJECTION}
    assert {tuple(clock.restricted_to or ()) for clock in found.values()} == {("clerk",)}


def test_30_an_inquiry_has_no_handling_period() -> None:
    assert O.HANDLING not in clocks(referral(**ACCEPTED), item=petition(nature=Nature.INQUIRY))


@pytest.mark.parametrize("route", sorted(set(Route) - {Route.PETITION}))
def test_31_what_goes_another_way_has_neither_the_sixty_days_nor_a_review(route: Route) -> None:
    found = clocks(referral(**DELIVERED), item=petition(route=route))
    assert not {O.HANDLING, O.FIRST_REVIEW_REQUEST} & set(found)


@pytest.mark.parametrize("route", [None, Route.PETITION])
def test_31_6_an_appeal_in_the_petition_procedure_has_them_as_has_one_not_yet_classified(route: Route | None) -> None:
    found = clocks(referral(**DELIVERED), item=petition(route=route))
    assert {O.HANDLING, O.FIRST_REVIEW_REQUEST} <= set(found)


@pytest.mark.parametrize("outcome", Outcome)
def test_32_whatever_the_opinion_decides_it_answers(outcome: Outcome) -> None:
    answer = answered(date(2026, 9, 1))
    given = ANSWERED | {"answer": type(answer)(outcome=outcome, opinion="意见", answered_on=answer.answered_on)}
    assert clocks(referral(**given))[O.HANDLING].met_on == date(2026, 9, 1)


# 第三十四条


def handling(**more: Any) -> Clock:
    return clocks(referral(**ACCEPTED), **more)[O.HANDLING]


def test_34_an_accepted_item_is_finished_within_sixty_days() -> None:
    clock = handling()
    assert (clock.owner, clock.starts_on) == ("jtj", date(2026, 8, 7))
    # Sixty days end within the National Day break: the nominal day is kept beside the effective one.
    assert (clock.due_on, clock.effective_due_on) == (date(2026, 10, 6), date(2026, 10, 8))
    assert (clock.extendable_days, clock.extendable_by) == (30, "《信访工作条例》第三十四条")


@pytest.mark.parametrize(
    ("days", "due_on"), [(10, date(2026, 10, 16)), (30, date(2026, 11, 5)), (31, date(2026, 11, 5))]
)
def test_34_an_extension_adds_at_most_thirty_days_to_the_sixtieth(days: int, due_on: date) -> None:
    clock = handling(extensions=(extension(handling(), days),))
    assert (clock.due_on, clock.binding, clock.extendable_days) == (due_on, Binding.EXTENDED, 0)
    assert clock.extension is not None
    assert (clock.extension.days, clock.extension.basis) == (min(days, 30), "《信访工作条例》第三十四条")


def test_34_progress_that_is_noted_changes_no_clock() -> None:
    noted = ACCEPTED | {
        "state": ReferralState.IN_PROGRESS,
        "notes": [ProgressNote(on=MONDAY, by="张三", text="已查看")],
    }
    assert all_clocks(referral(**noted)) == all_clocks(referral(**ACCEPTED))


def test_34_an_answer_that_is_sent_back_was_none_and_its_clock_is_open_to_the_same_day() -> None:
    county = adopted("answer-delivery")
    answer = ANSWERED["answer"]
    rework = Rework(on=date(2026, 9, 2), reason="依据不足", answer=answer)
    sent_back = ANSWERED | {"state": ReferralState.REWORK, "answer": None, "reworks": [rework]}
    found = clocks(referral(due_on=date(2026, 9, 30), **sent_back), county=county)
    assert found[O.HANDLING] == clocks(referral(due_on=date(2026, 9, 30), **ACCEPTED))[O.HANDLING]
    assert found[O.REPORT].open
    assert O.DELIVERY not in found
    once_more = sent_back | {"state": ReferralState.ANSWERED, "answer": answered(date(2026, 9, 20))}
    found = clocks(referral(**once_more), county=county)
    assert (found[O.HANDLING].met_on, found[O.DELIVERY].starts_on) == (date(2026, 9, 20), date(2026, 9, 20))


# 第三十五条


def test_35_the_petitioner_asks_for_a_review_within_thirty_days_of_receiving_the_answer() -> None:
    request = clocks(referral(**DELIVERED))[O.FIRST_REVIEW_REQUEST]
    assert (request.owner, request.starts_on, request.due_on) == ("jtj", date(2026, 9, 3), date(2026, 10, 3))
    assert (request.effective_due_on, request.petitioner_side) == (date(2026, 10, 8), True)
    assert clock_state(request, noon(date(2026, 10, 9))) is ClockState.LAPSED
    assert O.FIRST_REVIEW_REQUEST not in clocks(referral(**ANSWERED))


@pytest.mark.parametrize(
    ("postmark", "state"), [(date(2026, 10, 8), ClockState.MET), (date(2026, 10, 9), ClockState.MET_LATE)]
)
def test_35_the_day_of_the_postmark_counts_however_late_the_request_arrives(postmark: date, state: ClockState) -> None:
    asked = review(requested_on=postmark, received_on=date(2026, 10, 20))
    request = clocks(referral(**DELIVERED), reviews=(asked,))[O.FIRST_REVIEW_REQUEST]
    assert (request.met_on, clock_state(request, noon(postmark))) == (postmark, state)


def test_35_the_reviewing_body_decides_within_thirty_days_of_receiving_the_request() -> None:
    found = clocks(referral(**DELIVERED), reviews=(review(),))[O.FIRST_REVIEW]
    assert (found.owner, found.subject_id, found.referral_id) == ("xzf", "v1", "r1")
    assert (found.starts_on, found.due_on) == (date(2026, 9, 14), date(2026, 10, 14))
    done = review(decision=decided(date(2026, 10, 9)))
    assert clocks(referral(**DELIVERED), reviews=(done,))[O.FIRST_REVIEW].met_on == date(2026, 10, 9)


def test_35_a_hearing_does_not_stop_the_first_review() -> None:
    heard = review(hearings=[Hearing(opened_on=date(2026, 9, 20), closed_on=date(2026, 9, 29))])
    with_hearing = clocks(referral(**DELIVERED), reviews=(heard,))[O.FIRST_REVIEW]
    assert with_hearing == clocks(referral(**DELIVERED), reviews=(review(),))[O.FIRST_REVIEW]


# 第三十六条

FIRST_DONE = review(decision=decided(date(2026, 10, 9)), delivery=delivered(date(2026, 10, 12)))


def test_36_1_the_petitioner_asks_for_a_final_review_within_thirty_days_of_receiving_the_first() -> None:
    request = clocks(referral(**DELIVERED), reviews=(FIRST_DONE,))[O.FINAL_REVIEW_REQUEST]
    assert (request.starts_on, request.due_on, request.petitioner_side) == (
        date(2026, 10, 12),
        date(2026, 11, 11),
        True,
    )
    found = all_clocks(referral(**DELIVERED), reviews=(FIRST_DONE, final_review()))
    assert [each.met_on for each in found if each.obligation is O.FINAL_REVIEW_REQUEST] == [date(2026, 11, 2)]


def final(**changes: Any) -> Clock:
    found = all_clocks(referral(**DELIVERED), reviews=(FIRST_DONE, final_review(**changes)))
    return next(each for each in found if each.obligation is O.FINAL_REVIEW)


def test_36_1_a_request_for_a_final_review_is_none_for_a_first_one() -> None:
    """Facts may come in any order: the final review before the first."""
    found = all_clocks(referral(**DELIVERED), reviews=(final_review(),))
    assert [each.met_on for each in found if each.obligation is O.FIRST_REVIEW_REQUEST] == [None]


def test_36_1_the_final_review_is_given_within_thirty_days_of_receiving_the_request() -> None:
    assert (final().owner, final().starts_on, final().due_on) == ("szf", date(2026, 11, 3), date(2026, 12, 3))
    assert final(decision=decided(date(2026, 12, 4))).met_on == date(2026, 12, 4)


def test_36_2_the_days_of_a_hearing_do_not_count() -> None:
    heard = [Hearing(opened_on=date(2026, 11, 10), closed_on=date(2026, 11, 19))]
    clock = final(hearings=heard)
    assert clock.due_on == date(2026, 12, 13)
    assert [(span.first, span.last) for span in clock.pauses] == [(date(2026, 11, 10), date(2026, 11, 19))]


def test_36_2_while_a_hearing_lasts_the_final_review_stands_still() -> None:
    clock = final(hearings=[Hearing(opened_on=date(2026, 11, 10), closed_on=None)])
    assert (clock.paused_since, clock.marks) == (date(2026, 11, 10), [])
    assert clock_state(clock, noon(date(2027, 3, 1))) is ClockState.PAUSED


def test_36_2_a_hearing_that_opens_after_the_end_stops_nothing() -> None:
    clock = final(hearings=[Hearing(opened_on=date(2026, 12, 4), closed_on=None)])
    assert clock.paused_since is None
    assert clock_state(clock, noon(date(2026, 12, 4))) is ClockState.OVERDUE


def test_36_2_a_hearing_that_was_held_after_the_end_moves_nothing() -> None:
    clock = final(hearings=[Hearing(opened_on=date(2026, 12, 7), closed_on=date(2026, 12, 9))])
    assert (clock.due_on, clock.pauses) == (date(2026, 12, 3), [])


def test_36_3_after_the_final_review_no_further_period_opens() -> None:
    done = final_review(decision=decided(date(2026, 11, 20)), delivery=delivered(date(2026, 11, 23)))
    found = all_clocks(referral(**DELIVERED | {"state": ReferralState.CLOSED}), reviews=(FIRST_DONE, done))
    assert not [each for each in found if each.open and not each.lapses and each.obligation is not O.TRANSFER]
    assert max(each.starts_on for each in found) == date(2026, 11, 3)


# 第四十条


def test_40_a_supervised_body_answers_in_writing_by_the_named_day() -> None:
    clock = clocks(supervisions=(supervision(),))[O.SUPERVISION_REPLY]
    assert (clock.owner, clock.subject_id, clock.referral_id) == ("jtj", "s1", None)
    assert (clock.due_on, clock.binding, clock.basis) == (
        date(2026, 9, 8),
        Binding.NAMED,
        "《信访工作条例》第四十条第四款",
    )
    given = supervision(answered_on=date(2026, 9, 9))
    answered_late = clocks(supervisions=(given,))[O.SUPERVISION_REPLY]
    assert clock_state(answered_late, noon(date(2026, 9, 9))) is ClockState.MET_LATE


def test_40_an_answer_sent_back_and_a_new_day_named_open_it_again() -> None:
    again = supervision(answer_by=date(2026, 9, 15), answered_on=None)
    assert clocks(supervisions=(again,))[O.SUPERVISION_REPLY].due_on == date(2026, 9, 15)


def test_40_a_supervision_that_ended_is_owed_no_answer() -> None:
    ended = supervision(ended_on=date(2026, 9, 3))
    assert clocks(supervisions=(ended,))[O.SUPERVISION_REPLY].cancelled


# The text of 2005, for items of its time


def test_2005_21_and_22_passing_on_and_notice() -> None:
    assert clocks(item=in_2020())[O.TRANSFER].basis == "《信访条例》第二十一条第一款"
    direct = clocks(item=in_2020(registered_kind=TenantKind.BUREAU))[O.DIRECT_NOTICE]
    assert (direct.basis, direct.due_on) == ("《信访条例》第二十二条第二款", date(2020, 8, 18))
    notice = clocks(referral(**RECEIVED), item=in_2020())[O.NOTICE]
    assert (notice.basis, notice.due_on) == ("《信访条例》第二十一条第二款", date(2026, 8, 20))
    report = clocks(referral(due_on=date(2026, 9, 30)), item=in_2020())[O.REPORT]
    assert report.basis == "《信访条例》第二十一条第一款第四项"


@pytest.mark.parametrize("nature", Nature)
def test_2005_33_every_petition_had_sixty_days_and_asking_for_advice_is_none(nature: Nature) -> None:
    found = clocks(referral(**ACCEPTED), item=in_2020(nature=nature))
    assert (O.HANDLING in found) == (nature is not Nature.INQUIRY)
    if O.HANDLING in found:
        assert (found[O.HANDLING].basis, found[O.HANDLING].extendable_days) == ("《信访条例》第三十三条", 30)


def test_2005_34_and_35_reviews_by_the_same_figures() -> None:
    found = all_clocks(referral(**DELIVERED), item=in_2020(), reviews=(FIRST_DONE, final_review()))
    bases = {each.obligation: each.basis for each in found if each.obligation.name.endswith(("REVIEW", "REQUEST"))}
    assert bases == {
        O.FIRST_REVIEW_REQUEST: "《信访条例》第三十四条",
        O.FIRST_REVIEW: "《信访条例》第三十四条",
        O.FINAL_REVIEW_REQUEST: "《信访条例》第三十五条第一款",
        O.FINAL_REVIEW: "《信访条例》第三十五条第一款",
    }


def test_2005_36_an_improvement_proposal_is_answered_within_thirty_days() -> None:
    clock = clocks(item=in_2020(), supervisions=(supervision(),))[O.SUPERVISION_REPLY]
    assert (clock.basis, clock.due_on, clock.binding) == (
        "《信访条例》第三十六条第二款",
        date(2026, 10, 1),
        Binding.LEGAL,
    )


# What holds beside the law


def test_the_simplified_procedure_shortens_passing_on_acceptance_and_handling() -> None:
    item = petition(procedure=Procedure.SIMPLIFIED)
    found = clocks(referral(**ACCEPTED), item=item)
    assert {each: clock.effective_due_on for each, clock in found.items()} == {
        O.TRANSFER: date(2026, 8, 6),
        O.NOTICE: date(2026, 8, 10),
        O.OBJECTION: date(2026, 8, 12),
        O.HANDLING: date(2026, 8, 21),
    }
    assert found[O.HANDLING].basis == "《信访事项简易办理办法（试行）》关于办结期限的规定"
    assert found[O.HANDLING].binding is Binding.SPECIAL
    legal, beside = found[O.HANDLING].legal, found[O.HANDLING].internal
    assert legal is not None
    assert legal.basis == "《信访工作条例》第三十四条"
    assert not legal.special
    assert beside is not None
    assert beside.special


@pytest.mark.parametrize(
    ("grade", "due_on"),
    [
        (None, date(2026, 9, 7)),
        (CaseGrade.ORDINARY, date(2026, 9, 7)),
        (CaseGrade.COMPLEX, date(2026, 10, 7)),
        (CaseGrade.SERIOUS, date(2026, 11, 7)),
    ],
)
def test_discipline_cases_have_one_two_or_three_months_by_grade(grade: CaseGrade | None, due_on: date) -> None:
    item = petition(nature=Nature.ACCUSATION)
    clock = clocks(referral(grade=grade, **ACCEPTED), item=item, county=adopted("discipline-cases"))[O.HANDLING]
    assert (clock.due_on, clock.basis, clock.legal) == (due_on, "《查处制度》第二条", None)
    appeal = clocks(referral(grade=grade, **ACCEPTED), county=adopted("discipline-cases"))[O.HANDLING]
    assert appeal.internal is None
