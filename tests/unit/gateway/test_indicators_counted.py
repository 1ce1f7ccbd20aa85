"""Each indicator over a few cases whose numbers were counted by hand: the formulas of the house, one by one."""

from fractions import Fraction
from typing import Any

import pytest

from gateway.indicators.figures import Measure, change, shown
from gateway.indicators.records import CaseRecord, ReferralRecord
from services.contracts.deadlines import Obligation
from services.contracts.intake import Channel, Nature, Source
from services.contracts.ratings import RatingSide, RatingValue
from services.contracts.routing import ReferralKind, ReferralRole, ReferralState
from services.contracts.rules import Regime
from services.contracts.supervision import SupervisionState, SupervisionStep
from tests.unit.gateway.indicator_cases import (
    asked,
    case,
    clock,
    measured,
    rating,
    referral,
    sizes,
    step,
    supervision,
)

TRANSFER, NOTICE, HANDLING = Obligation.TRANSFER, Obligation.NOTICE, Obligation.HANDLING


def test_registered_items_are_those_received_in_the_period_by_channel_nature_and_township() -> None:
    found = measured(
        [
            case(channel=Channel.LETTER, place="611021001005"),
            case(channel=Channel.ONLINE, nature=Nature.SUGGESTION, place="611021999"),
            case(channel=Channel.ONLINE),
            case(received="05-31"),
            case(received="07-01"),
        ]
    )
    assert sizes(found["REGISTERED_BY_CHANNEL"]) == {"来信": 1, "网信": 2}
    assert sizes(found["REGISTERED_BY_NATURE"]) == {"申诉求决": 2, "建议意见": 1}
    assert sizes(found["REGISTERED_BY_TOWNSHIP"]) == {"城关街道": 1, "611021999": 1, "属地未登记": 1}
    assert found["REGISTERED_BY_CHANNEL"].value == 3


def test_repeat_rate_and_online_share_are_parts_of_all_items() -> None:
    found = measured([case(repeated=True), case(), case(channel=Channel.ONLINE), case(channel=Channel.EMAIL)])
    assert found["REPEAT_RATE"].value == Fraction(1, 4)
    assert found["ONLINE_SHARE"].value == Fraction(1, 4)
    assert found["FIRST_ITEMS"].value == 3
    assert found["FIRST_ITEMS"].value_text == "3"


def test_timely_acceptance_of_the_office_counts_the_clock_of_the_hand_over() -> None:
    found = measured(
        [
            case(clocks=(clock(TRANSFER, owner="xfj", due="06-17", met="06-10"),)),
            case(clocks=(clock(TRANSFER, owner="xfj", due="06-17", met="06-18"),)),
            case(clocks=(clock(TRANSFER, owner="xfj", due="06-17"),)),
            case(clocks=(clock(TRANSFER, owner="xfj", due="06-17", cancelled=True),)),
            case(clocks=(clock(TRANSFER, owner="xfj", due="07-01", met="06-20"),)),
        ]
    )
    office = found["TIMELY_ACCEPTANCE_OFFICE"]
    assert sizes(office) == {"及时受理": 1, "超期受理": 1, "超期未受理": 1}
    assert office.value == Fraction(1, 3)
    assert found["TIMELY_ACCEPTANCE_BODY"].value is None
    assert found["TIMELY_ACCEPTANCE_BODY"].empty


def test_timely_acceptance_of_the_body_counts_its_notices_and_each_channel_apart() -> None:
    found = measured(
        [
            case(channel=Channel.VISIT, referrals=(referral("slj"),), clocks=(clock(NOTICE, met="06-10"),)),
            case(channel=Channel.LETTER, referrals=(referral("slj"),), clocks=(clock(NOTICE),)),
            case(registered_by="slj", clocks=(clock(Obligation.DIRECT_NOTICE, met="06-25"),)),
        ]
    )
    assert sizes(found["TIMELY_ACCEPTANCE_BODY"]) == {"及时受理": 1, "超期受理": 1, "超期未受理": 1}
    assert found["TIMELY_ACCEPTANCE_BODY_VISIT"].value == 1
    assert found["TIMELY_ACCEPTANCE_BODY_LETTER"].value == 0
    assert found["TIMELY_ACCEPTANCE_BODY_FAX"].value is None


def test_what_a_body_owed_before_it_gave_the_case_back_is_not_counted() -> None:
    back = referral("slj", state=ReferralState.RETURNED)
    found = measured([case(referrals=(back,), clocks=(clock(NOTICE, met="06-10"),))])
    assert found["TIMELY_ACCEPTANCE_BODY"].value is None


@pytest.mark.parametrize(("count_not_due", "expected"), [(False, Fraction(1, 3)), (True, Fraction(1, 4))])
def test_on_time_answers_with_and_without_what_is_not_yet_due(count_not_due: bool, expected: Fraction) -> None:
    """aqdf / (aqdf + cqdf + wdf + cqwdf), and the same without wdf."""
    now = asked().now.replace(month=6, day=21)
    found = measured(
        [
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-20", met="06-20"),)),
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-18", met="06-19"),)),
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-19"),)),
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-30"),)),
        ],
        now=now,
        regime=Regime(county="611021", count_not_due=count_not_due),
    )
    on_time = found["ON_TIME_ANSWER"]
    assert on_time.value == expected
    assert sizes(on_time) == {"按期答复": 1, "超期答复": 1, "超期未答复": 1, **({"未答复": 1} if count_not_due else {})}
    assert on_time.alarm is not None


def test_a_clock_is_over_with_the_end_of_its_last_day_and_not_before() -> None:
    item = case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-20"),))
    last_moment = asked().now.replace(month=6, day=20, hour=15, minute=59)
    assert measured([item], now=last_moment)["ON_TIME_ANSWER"].value is None
    assert measured([item], now=last_moment.replace(hour=16, minute=0))["ON_TIME_ANSWER"].value == 0


def test_a_paused_clock_is_not_overdue() -> None:
    item = case(referrals=(referral(),), clocks=(clock(HANDLING, paused=True),))
    assert measured([item])["ON_TIME_ANSWER"].value is None


def test_overdue_items_and_the_mean_of_their_days() -> None:
    found = measured(
        [
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-20", met="06-24"),)),
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-30"),)),  # ten days until 10 July
            case(referrals=(referral(),), clocks=(clock(HANDLING, due="06-20", met="06-11"),)),
        ]
    )
    assert sizes(found["OVERDUE_ANSWERS"]) == {"超期答复": 1, "超期未答复": 1}
    assert found["OVERDUE_DAYS_MEAN"].value == 7
    assert found["OVERDUE_DAYS_MEAN"].value_text == "7.0 天"


def test_days_of_handling_run_from_receipt_to_the_lead_bodys_answer_in_the_period() -> None:
    support = referral("czj", answered="06-29", role=ReferralRole.SUPPORT)
    found = measured(
        [
            case(received="06-01", referrals=(referral(answered="06-11"), support)),
            case(received="05-01", referrals=(referral(answered="06-20"),)),
            case(received="06-01", referrals=(referral(answered="07-01"),)),
        ]
    )
    assert found["HANDLING_DAYS_MEAN"].value == 30
    assert found["HANDLING_DAYS_LONGEST"].value == 50


def test_satisfaction_counts_ratings_of_each_side_apart() -> None:
    done = referral(delivered="06-05", answered="06-04")
    found = measured(
        [
            case(referrals=(done,), ratings=(rating(RatingValue.SATISFIED, on="06-10"),)),
            case(referrals=(done,), ratings=(rating(RatingValue.FAIRLY_SATISFIED, on="06-11"),)),
            case(referrals=(done,), ratings=(rating(RatingValue.DISSATISFIED, on="06-12"),)),
            case(referrals=(done,), ratings=(rating(RatingValue.SATISFIED, on="06-12", side=RatingSide.OFFICE),)),
            case(referrals=(done,), ratings=(rating(RatingValue.SATISFIED, on="07-01"),)),
        ]
    )
    assert found["SATISFACTION_BODY"].value == Fraction(2, 3)
    assert sizes(found["SATISFACTION_BODY"]) == {"满意": 1, "基本满意": 1, "不满意": 1}
    assert found["SATISFACTION_OFFICE"].value == 1


def test_taking_part_is_rated_against_rated_and_run_out() -> None:
    def delivered(on: str) -> tuple[ReferralRecord, ...]:
        return (referral(sent="05-02", answered=on, delivered=on),)

    found = measured(
        [
            case(received="05-01", referrals=delivered("05-12"), ratings=(rating(RatingValue.SATISFIED, on="06-11"),)),
            case(received="05-01", referrals=delivered("05-12")),  # ran out on 11 June
            case(
                received="05-01", referrals=delivered("05-12"), ratings=(rating(RatingValue.DISSATISFIED, on="06-12"),)
            ),  # a day late
            case(received="05-01", referrals=delivered("06-12")),  # runs until 12 July
            case(received="05-01", referrals=delivered("05-12"), anonymous=True),
            case(received="05-01", referrals=delivered("05-12"), nature=Nature.ACCUSATION),
        ]
    )
    body = found["PARTICIPATION_BODY"]
    assert sizes(body) == {"已评价": 1, "超期未评价": 2}
    assert body.value == Fraction(1, 3)
    assert found["SATISFACTION_BODY"].value == 1  # the late one is in neither


def test_the_window_of_a_rating_is_the_countys_setting() -> None:
    item = case(received="05-01", referrals=(referral(sent="05-02", answered="06-05", delivered="06-05"),))
    assert measured([item])["PARTICIPATION_BODY"].value is None
    ten = Regime(county="611021", rating_window_days=10)
    assert measured([item], regime=ten)["PARTICIPATION_BODY"].value == 0


def test_a_rating_whose_appeal_was_upheld_and_what_was_not_accepted_are_counted_nowhere() -> None:
    done = (referral(sent="05-02", answered="05-12", delivered="05-12"),)
    refused = (referral(sent="05-02", refused=True, state=ReferralState.CLOSED),)
    upheld = (rating(RatingValue.DISSATISFIED, on="06-05", counts=False),)
    found = measured(
        [
            case(received="05-01", referrals=done, ratings=(rating(RatingValue.SATISFIED, on="06-04"),)),
            case(received="05-01", referrals=done, ratings=upheld),
            case(received="05-01", referrals=refused),
        ]
    )
    assert sizes(found["SATISFACTION_BODY"]) == {"满意": 1}
    assert sizes(found["PARTICIPATION_BODY"]) == {"已评价": 1}
    # Both whose answer was delivered ran out on 1 June for the office; what was not accepted did not.
    assert sizes(found["PARTICIPATION_OFFICE"]) == {"超期未评价": 2}


def test_the_offices_window_opens_when_the_petitioner_is_told_where_that_is_earlier() -> None:
    told = case(received="05-01", told=("05-04",), referrals=(referral(sent="06-03"),))
    assert sizes(measured([told])["PARTICIPATION_OFFICE"]) == {"超期未评价": 1}
    assert not sizes(measured([case(received="05-01", referrals=(referral(sent="06-03"),))])["PARTICIPATION_OFFICE"])


def test_settled_at_once_are_first_items_closed_whose_petitioner_did_not_come_again() -> None:
    zhao, qian = frozenset({"赵**|138****1234"}), frozenset({"钱*|139****5678"})
    found = measured(
        [
            case(closed="06-20", people=zhao),
            case(closed="06-21", people=qian),
            case(received="06-28", repeated=True, people=zhao),
            case(closed="06-22", repeated=True, people=qian, received="05-01"),  # itself a repeat, and an earlier one
            case(closed="07-02"),
        ]
    )
    assert sizes(found["SETTLED_AT_ONCE"]) == {"未再信访": 1, "又重复信访": 1}
    assert found["SETTLED_AT_ONCE"].value == Fraction(1, 2)


def test_visits_of_groups_of_repeats_and_past_the_levels_and_their_sizes() -> None:
    def visit(visitors: int | None, **changes: Any) -> CaseRecord:
        return case(channel=Channel.VISIT, visitors=visitors, **changes)

    cases = [visit(1), visit(2), visit(5), visit(6, repeated=True), visit(20), visit(21), visit(50), visit(51)]
    cases += [visit(None), visit(3, skips_level=True), case(channel=Channel.LETTER, visitors=9, skips_level=True)]
    found = measured(cases)
    assert sizes(found["VISITS_BY_SIZE"]) == {
        "1 人": 1,
        "2～5 人": 3,
        "6～20 人": 2,
        "21～50 人": 2,
        "50 人以上": 1,
        "人数未登记": 1,
    }
    assert sizes(found["GROUP_VISITS"]) == {"初次集体访": 5, "重复集体访": 1}
    assert found["REPEAT_GROUP_VISITS"].value == found["REPEAT_VISITS"].value == 1
    assert found["SKIP_LEVEL_VISITS"].value == 1
    assert found["SKIP_LEVEL_VISITS"].alarm
    of_ten = Regime(county="611021", group_visit_size=10)
    assert measured(cases, regime=of_ten)["GROUP_VISITS"].value == 4


@pytest.mark.parametrize(("extended", "alarms"), [(1, False), (2, True)])
def test_hotline_orders_extended_alarm_above_two_percent_of_the_year_so_far(extended: int, alarms: bool) -> None:
    orders = [case(source=Source.HOTLINE, received="02-03", extended=number < extended) for number in range(50)]
    others = [case(source=Source.HOTLINE, received="07-01", extended=True), case(extended=True)]
    rate = measured([*orders, *others])["HOTLINE_EXTENSION_RATE"]
    assert rate.value == Fraction(extended, 50)
    assert (rate.alarm is not None) is alarms


def test_first_letters_and_visits_that_are_closed_and_items_that_were_handed_on() -> None:
    found = measured(
        [
            case(closed="06-30"),
            case(channel=Channel.VISIT, referrals=(referral(),)),
            case(channel=Channel.VISIT, repeated=True),
            case(channel=Channel.CALL, closed="06-30"),
            case(referrals=(referral(state=ReferralState.RETURNED),)),
        ]
    )
    assert found["FIRST_CLOSED_RATE"].value == Fraction(1, 3)
    assert found["REFERRED_RATE"].value == Fraction(3, 5)
    assert found["REFERRED_RATE"].alarm == "转办率 60.0%，未达到 100.0% 的目标"


def test_hand_overs_that_stand_are_counted_by_kind() -> None:
    kinds = (referral("slj"), referral("czj", kind=ReferralKind.ASSIGN, role=ReferralRole.SUPPORT))
    found = measured(
        [
            case(referrals=kinds),
            case(referrals=(referral("xfj", kind=ReferralKind.OWN),)),
            case(referrals=(referral(state=ReferralState.WITHDRAWN),)),
            case(referrals=(referral(sent="07-01"),)),
        ]
    )
    assert sizes(found["HANDED_OVER"]) == {"转送": 1, "交办": 1, "自办": 1}


def test_supervisions_their_answers_proposals_and_cards() -> None:
    yellow, red = SupervisionStep.YELLOW_CARD, SupervisionStep.RED_CARD
    reply = clock(Obligation.SUPERVISION_REPLY, due="06-20", met="06-20")
    late = clock(Obligation.SUPERVISION_REPLY, due="06-20", met="06-22")
    answered = step(SupervisionStep.ANSWERED, "06-20", adopted=True)
    again = step(SupervisionStep.ANSWERED, "06-25", adopted=False)
    found = measured(
        [
            case(referrals=(referral(),), clocks=(reply,), supervisions=(supervision(answered),)),
            case(
                referrals=(referral(),),
                clocks=(late,),
                supervisions=(supervision(step(yellow, "06-12"), answered, again, step(red, "07-01")),),
            ),
            case(supervisions=(supervision(step(yellow, "06-12"), state=SupervisionState.WITHDRAWN),)),
            case(supervisions=(supervision(step(red, "06-30"), opened="05-20"),)),
        ]
    )
    assert sizes(found["SUPERVISIONS"]) == {"办理推诿、敷衍、拖延": 2}
    assert found["SUPERVISION_REPLIES_IN_TIME"].value == Fraction(1, 2)
    assert sizes(found["PROPOSALS_ADOPTED"]) == {"采纳": 1, "未采纳": 1}
    assert [found[code].value for code in ("YELLOW_CARDS", "RED_CARDS")] == [1, 1]


def test_a_tenants_numbers_are_of_what_it_registered_holds_and_owes() -> None:
    cases = [
        case(registered_by="slj", clocks=(clock(Obligation.DIRECT_NOTICE, met="06-10"),)),
        case(referrals=(referral("slj"),), clocks=(clock(NOTICE), clock(TRANSFER, owner="xfj", met="06-03"))),
        case(referrals=(referral("czj"),), clocks=(clock(NOTICE, owner="czj"),)),
        case(referrals=(referral("slj", state=ReferralState.RETURNED),)),
    ]
    own = measured(cases, tenant="slj")
    assert own["REGISTERED_BY_CHANNEL"].value == 2
    assert own["TIMELY_ACCEPTANCE_BODY"].value == Fraction(1, 2)
    assert own["TIMELY_ACCEPTANCE_OFFICE"].value is None
    assert own["HANDED_OVER"].value == 1
    assert measured(cases, tenant="nobody")["REGISTERED_BY_CHANNEL"].value == 0


def test_values_read_as_people_write_them() -> None:
    assert shown(Fraction(14, 15), Measure.RATE) == "93.3%"
    assert shown(Fraction(1, 16), Measure.RATE) == "6.3%"  # 6.25: halves go up
    assert shown(None, Measure.DAYS) == "—"
    assert change(Fraction(3, 4), Fraction(1, 2), Measure.RATE) == "上升 25.0 个百分点"
    assert change(Fraction(5), Fraction(10), Measure.COUNT) == "下降 50.0%"
    assert change(Fraction(5), Fraction(0), Measure.COUNT) == "增加 5（基数为 0）"
    assert change(Fraction(12), Fraction(10), Measure.DAYS) == "上升 2.0 天"
    assert change(Fraction(1), Fraction(1), Measure.COUNT) == "持平"
    assert change(Fraction(1), None, Measure.RATE) == "无可比数据"
