"""Objections, disputes about competence, and refusals (不予受理)."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, InvalidInput, Refusal, WrongState
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.referral_commands import DecideDispute, RefuseReferral
from services.contracts.routing import Dispute, Objection, Referral, ReferralRole, RefusalReason
from services.contracts.routing import ReferralState as S
from services.routing import disputing
from services.routing.receiving import OrganisationEnded
from tests.unit.routing.made import DIRECTORY, TODAY, referral

DISMISSED = Objection(reason="不属于本单位", raised_on=TODAY, decided_on=TODAY, upheld=False, decision="属于")
RAISED = Dispute(reason="仍有争议", raised_on=TODAY, decider="xfj", by_conference=False)
STAYED = msgspec.structs.replace(RAISED, decided_on=TODAY, competent="zrzy", decision="由其办理")


def received(to: str = "zrzy", **changes: Any) -> Referral:
    return referral(to, ReferralRole.LEAD, S.RECEIVED, **{"from_tenant": "611021001", **changes})


def dispute(one: Referral) -> Dispute:
    return disputing.new_dispute(referral=one, reason=" 仍有争议 ", directory=DIRECTORY, today=TODAY)


def test_an_objection_is_decided_once_and_a_dispute_too() -> None:
    disputing.check_first_objection(received())
    with pytest.raises(disputing.ObjectionDecided, match="第二十四条"):
        disputing.check_first_objection(received(objection=DISMISSED))
    with pytest.raises(disputing.DisputeDecided):
        disputing.check_first_objection(received(objection=DISMISSED, dispute=STAYED))
    with pytest.raises(WrongState, match="请先提出异议"):
        dispute(received())
    with pytest.raises(disputing.DisputeDecided):
        dispute(received(objection=DISMISSED, dispute=STAYED))


@pytest.mark.parametrize(
    ("sender", "to", "decider", "by_conference"),
    [
        # The nearest organ above both; the sender itself is above nobody here, and a party is no judge.
        ("611021001", "zrzy", "xfj", False),
        ("slj", "station", "xfj", False),
        ("zrzy", "station", "xfj", False),
        # The organ over the orphan is gone; what was over that one is over both.
        ("611021001", "orphan", "xfj", False),
        # Above the county office stands nobody in the directory.
        ("xfj", "zrzy", "xfj", True),
        ("611021001", "nowhere", "xfj", True),
    ],
)
def test_the_nearest_common_superior_decides_or_else_the_conference(
    sender: str, to: str, decider: str, by_conference: bool
) -> None:
    made = dispute(received(to, from_tenant=sender, objection=DISMISSED))
    assert (made.decider, made.by_conference, made.reason, made.decided_on) == (
        decider,
        by_conference,
        "仍有争议",
        None,
    )


def test_two_stations_of_one_bureau_are_decided_by_the_bureau() -> None:
    one = received("station", from_tenant="depot", objection=DISMISSED)
    made = dispute(one)
    assert (made.decider, made.by_conference) == ("zrzy", False)
    # One that is accused decides nothing: the next above does.
    over = msgspec.structs.replace(one, accused=["zrzy"])
    assert dispute(over).decider == "xfj"


def test_where_whoever_could_decide_is_accused_it_is_refused() -> None:
    for sender in ("611021001", "xfj"):
        with pytest.raises(AccusedUnit, match="第三十条"):
            dispute(received(from_tenant=sender, objection=DISMISSED, accused=["xfj"]))


@pytest.mark.parametrize(
    ("competent", "wanted"),
    [
        ("zrzy", Act.DISPUTE_STAYS),
        ("slj", Act.DISPUTE_MOVES),
        ("611021001", Act.DISPUTE_MOVES),
        ("nowhere", InvalidInput),
        ("merged", OrganisationEnded),
        ("gongan", AccusedUnit),
    ],
)
def test_a_decision_says_whose_it_is(competent: str, wanted: Act | type[Refusal]) -> None:
    one = received(dispute=RAISED, accused=["gongan"])
    command = DecideDispute(referral_id="r", competent=competent, reason=" 职责所在 ")

    def decide() -> tuple[Act, Dispute]:
        return disputing.decided_dispute(referral=one, command=command, directory=DIRECTORY, today=TODAY)

    if isinstance(wanted, Act):
        act, decided = decide()
        assert act is wanted
        assert (decided.competent, decided.decision, decided.decided_on) == (competent, "职责所在", TODAY)
    else:
        with pytest.raises(wanted) as refused:
            decide()
        assert refused.value.field == "competent"


def refuse(one: Referral, **changes: Any) -> None:
    fields = {"reason": RefusalReason.IN_PROCEDURE, "way": "向人民法院提起诉讼", "explanation": "属于诉讼事项"}
    command = RefuseReferral(referral_id="r", **{**fields, **changes})
    made = disputing.refused(referral=one, command=command, today=TODAY)
    assert (made.reason, made.way, made.on) == (command.reason, "向人民法院提起诉讼", TODAY)


def test_a_refusal_says_why_and_where_to_go_instead() -> None:
    refuse(received())
    for field in ("way", "explanation"):
        with pytest.raises(InvalidInput) as refused:
            refuse(received(), **{field: "  "})
        assert refused.value.field == field


def test_competence_is_not_denied_once_it_was_decided() -> None:
    outside = {"reason": RefusalReason.OUTSIDE_COMPETENCE}
    refuse(received(), **outside)
    for one, refusal in (
        (received(objection=DISMISSED), disputing.ObjectionDecided),
        (received(objection=DISMISSED, dispute=STAYED), disputing.DisputeDecided),
    ):
        with pytest.raises(refusal):
            refuse(one, **outside)
        refuse(one)


def test_a_decided_objection_keeps_what_was_said() -> None:
    raised = Objection(reason="不属于本单位", raised_on=date(2026, 11, 20), materials="信件原件")
    one = received(objection=raised)
    decided = disputing.decided_objection(referral=one, uphold=True, decision="属实", today=TODAY)
    assert decided == msgspec.structs.replace(raised, decided_on=TODAY, upheld=True, decision="属实")


def test_after_the_decision_the_case_goes_to_the_body_that_was_found_competent() -> None:
    found = msgspec.structs.replace(STAYED, competent="slj")
    moved = referral("zrzy", ReferralRole.LEAD, S.RETURNED, ended_on=TODAY, dispute=found)

    def refer(lead: str, *case: Referral, directory: dict[str, Organisation] = DIRECTORY) -> None:
        disputing.check_competent(case=case, leads=[lead], directory=directory, today=TODAY)

    refer("slj", moved)
    with pytest.raises(disputing.DisputeDecided, match="转送、交办该单位") as refused:
        refer("gongan", moved)
    assert refused.value.field == "to"
    refer("zrzy", received(dispute=STAYED))
    # It has been there since: a new return is a new question.
    later = moved.sent_at + timedelta(hours=1)
    had_it = referral("slj", ReferralRole.LEAD, S.RETURNED, ended_on=TODAY, sent_at=later)
    refer("gongan", moved, had_it)
    withdrawn = referral("gongan", ReferralRole.LEAD, S.WITHDRAWN, ended_on=TODAY, sent_at=later)
    with pytest.raises(disputing.DisputeDecided):
        refer("gongan", moved, withdrawn)
    refer("gongan", moved, directory={**DIRECTORY, "slj": msgspec.structs.replace(DIRECTORY["slj"], active=False)})
