"""Who came and brought no petition: what is written down, and what is refused by its field."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.desk import AnswerKind, RecordTriage, Triage, TriageOutcome
from services.contracts.intake import Channel
from services.intake.triaging import new_triage, taken_back
from tests.unit.intake.made import NOW, TODAY

CLERK = Actor(
    county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="u", name="窗口甲", roles=frozenset({Role.CLERK})
)


def triage(**changes: Any) -> Triage:
    given: dict[str, Any] = {
        "channel": Channel.VISIT,
        "subject": "办理老年证",
        "outcome": TriageOutcome.BUSINESS,
        "directed_to": "政务大厅 3 号窗口",
    }
    return new_triage(command=RecordTriage(**given | changes), actor=CLERK, number="XJ202611220001", now=NOW)


def refused_field(**changes: Any) -> str | None:
    with pytest.raises(InvalidInput) as refusal:
        triage(**changes)
    return refusal.value.field


def test_who_was_asked_first_and_where_he_sent_them_is_kept() -> None:
    made = triage()
    assert (made.by.name, made.tenant, made.directed_to) == ("窗口甲", "xfj", "政务大厅 3 号窗口")
    assert (made.at, made.on, made.number, made.people) == (NOW, TODAY, "XJ202611220001", 1)
    assert made.audience == {"xfj"}


@pytest.mark.parametrize("outcome", [TriageOutcome.BUSINESS, TriageOutcome.ELSEWHERE])
@pytest.mark.parametrize("nothing", [None, "  "])
def test_whoever_is_sent_on_is_sent_somewhere(outcome: TriageOutcome, nothing: str | None) -> None:
    assert refused_field(outcome=outcome, directed_to=nothing) == "directedTo"


def test_a_question_about_policy_is_answered_and_the_answer_says_of_what_kind_it_is() -> None:
    policy = {"outcome": TriageOutcome.POLICY, "directed_to": None}
    assert refused_field(**policy) == "answer"
    assert refused_field(**policy, answer=" ", answer_kind=AnswerKind.CLEAR) == "answer"
    assert refused_field(**policy, answer="每年四月申领") == "answerKind"
    made = triage(**policy, answer=" 每年四月申领 ", answer_kind=AnswerKind.TO_VERIFY)
    assert (made.answer, made.answer_kind) == ("每年四月申领", AnswerKind.TO_VERIFY)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_instant_at_the_ends_of_the_calendar_is_refused_by_its_field(at: str) -> None:
    assert refused_field(at=datetime.fromisoformat(at)) == "at"


def test_litigation_is_told_its_procedure_without_more() -> None:
    assert triage(outcome=TriageOutcome.JUDICIAL, directed_to=None).directed_to is None


def test_an_entry_may_be_of_an_earlier_day_and_never_of_a_coming_moment() -> None:
    earlier = NOW - timedelta(days=3)
    assert (triage(at=earlier).at, triage(at=earlier).on) == (earlier, TODAY - timedelta(days=3))
    assert refused_field(at=NOW + timedelta(seconds=1)) == "at"
    assert refused_field(at=NOW - timedelta(days=400)) == "at"


def test_a_letter_is_no_triage() -> None:
    assert refused_field(channel=Channel.LETTER) == "channel"
    assert triage(channel=Channel.CALL).channel is Channel.CALL


def test_a_subject_is_said_and_numbers_in_the_texts_are_masked() -> None:
    assert refused_field(subject=" ") == "subject"
    made = triage(
        subject="13800001234 来电问证件 611021198001011234",
        answer="请致电 13900005678",
        answer_kind=AnswerKind.CLEAR,
    )
    for number in ("13800001234", "611021198001011234", "13900005678"):
        assert number not in made.subject + (made.answer or "")
    assert taken_back(triage=made, actor=CLERK, reason="误记 13800001234").taken_back == "误记 138****1234"


def test_an_entry_is_taken_back_once_by_its_tenant_with_a_reason() -> None:
    made = triage()
    stranger = Actor(
        county="611021", tenant="zrzy", kind=TenantKind.BUREAU, user="u", name="n", roles=frozenset({Role.CLERK})
    )
    with pytest.raises(Forbidden):
        taken_back(triage=made, actor=stranger, reason="误记")
    with pytest.raises(InvalidInput):
        taken_back(triage=made, actor=CLERK, reason=" ")
    back = taken_back(triage=made, actor=CLERK, reason="误记")
    assert (back.taken_back, back.number) == ("误记", made.number)
    with pytest.raises(WrongState):
        taken_back(triage=back, actor=CLERK, reason="误记")
