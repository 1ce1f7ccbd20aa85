"""What a bureau's queue is told of a referral, and what never (Art. 30)."""

from typing import Any

import msgspec
import pytest

from services.contracts.bureau import BureauAttachment, BureauReferral
from services.contracts.directory import Contact, ContactPost
from services.contracts.intake import Nature, Petition
from services.contracts.routing import Answer, Dispute, Objection, Outcome, ReferralRole, Rework
from services.contracts.routing import ReferralState as S
from services.routing.bureau_events import bureau_event
from tests.unit.routing.made import TODAY, organisation, petition, referral

ANSWER = Answer(outcome=Outcome.EXPLAINED, opinion="已说明", answered_on=TODAY)
FILE = BureauAttachment(id="a1", name="协议.pdf", media_type="application/pdf", size=9, sha256="0" * 64, url="/files/x")
WRITTEN = ("note", "objection", "dispute", "refusal", "rework", "petition")
"""Everything in an event that somebody wrote."""


def told(about: Petition | None, contacts: list[Contact] | None = None, **changes: Any) -> BureauReferral:
    one = referral("lyj", changes.pop("role", ReferralRole.LEAD), changes.pop("state", S.SENT), **changes)
    receiver = organisation("lyj", contacts=contacts or [])
    return bureau_event(receiver=receiver, referral=one, version=1, about=about, text=about, attachments=[FILE])


def eventful(**changes: Any) -> dict[str, Any]:
    return {
        "state": S.REWORK,
        "note": "请核实",
        "objection": Objection(reason="a", raised_on=TODAY, upheld=False, decision="b"),
        "dispute": Dispute(reason="c", raised_on=TODAY, decider="xfj", by_conference=False, decision="d"),
        "reworks": [Rework(on=TODAY, reason="旧", answer=ANSWER), Rework(on=TODAY, reason="新", answer=ANSWER)],
        **changes,
    }


def test_the_last_rework_and_the_decisions_are_told() -> None:
    event = told(petition(), **eventful())
    assert event.rework is not None
    assert event.rework.reason == "新"
    assert event.objection is not None
    assert event.objection.decision == "b"
    assert event.dispute is not None
    assert event.dispute.decision == "d"
    assert (event.note, event.withheld) == ("请核实", False)
    assert event.petition is not None


@pytest.mark.parametrize(
    ("nature", "role", "needs"),
    [
        (Nature.APPEAL, ReferralRole.LEAD, ["demands", "facts", "basis"]),
        (Nature.APPEAL, ReferralRole.SUPPORT, []),
        (Nature.SUGGESTION, ReferralRole.LEAD, []),
    ],
)
def test_what_the_answer_must_hold_is_told(nature: Nature, role: ReferralRole, needs: list[str]) -> None:
    assert told(petition(nature=nature), role=role).answer_needs == needs


def test_nothing_written_is_told_where_a_user_of_the_county_is_accused() -> None:
    event = told(petition(accused_users=["lyj.head@luonan"], title="反映局长"), **eventful())
    assert event.withheld
    assert [getattr(event, field) for field in WRITTEN] == [None] * len(WRITTEN)
    assert event.attachments == []
    assert "反映局长" not in msgspec.json.encode(event).decode()


def test_nothing_written_is_told_where_somebody_of_the_bureau_is_accused_by_name() -> None:
    head = Contact(post=ContactPost.HEAD, name="演示·林业局甲", title="局长", phone=None)
    about = petition(accused_people=["演示·林业局甲"])
    assert told(about, contacts=[head], **eventful()).petition is None
    assert told(about, contacts=[head]).withheld
    assert not told(about).withheld


def test_nothing_written_is_told_to_a_bureau_that_is_accused_itself() -> None:
    event = told(petition(accused=["lyj"], nature=Nature.ACCUSATION), **eventful())
    assert [getattr(event, field) for field in WRITTEN] == [None] * len(WRITTEN)


def test_a_hand_over_that_ended_tells_no_note() -> None:
    ended = told(None, state=S.WITHDRAWN, note="请核实")
    assert (ended.note, ended.attachments) == (None, [])
    assert told(petition()).attachments == [FILE]
