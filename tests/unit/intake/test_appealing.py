"""Appeals against ratings: by whom, with which evidence, once, and decided by somebody else."""

from typing import Any

import msgspec
import pytest

from services.common.errors import Forbidden, InvalidInput, NotFound, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.attachments import Attachment, AttachmentKind, Scan
from services.contracts.ratings import AppealState, Rating, RatingSide, RatingValue, RatingWay
from services.contracts.routing import ReferralRole, ReferralState
from services.intake import appealing
from services.intake.appealing import RatingAppealed
from services.intake.rating import rating
from tests.unit.intake.made import NOW, TODAY, petition, referral

OFFICE, BODY = RatingSide.OFFICE, RatingSide.BODY
TOWNSHIP = petition().registered_by
STANDING = [referral(ReferralRole.LEAD, ReferralState.DELIVERED)]
"""Led by ``zrzy``."""


def actor(tenant: str, *roles: Role, user: str = "wang", kind: TenantKind = TenantKind.BUREAU) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user=user, name="王", roles=frozenset(roles))


def county(*roles: Role, user: str = "li") -> Actor:
    return actor("xfj", *roles, user=user, kind=TenantKind.COUNTY)


def given(side: RatingSide = BODY) -> Rating:
    return rating(
        petition=petition(),
        side=side,
        value=RatingValue.FAIRLY_SATISFIED,
        reason=None,
        way=RatingWay.ONLINE,
        recorded_by=TOWNSHIP,
        today=TODAY,
    )


def appealed(by: Actor | None = None, **changes: Any) -> Rating:
    said: dict[str, Any] = {"rating": given(), "reason": " 误评 ", "evidence": [], "usable": (), "today": TODAY}
    return appealing.appealed(actor=by or actor("zrzy", Role.CLERK), **{**said, **changes})


def attachment(**changes: Any) -> Attachment:
    made = Attachment(
        id="a", petition_id="p", petition_number="n", registered_by=TOWNSHIP, kind=AttachmentKind.ENCLOSURE,
        name="a.pdf", media_type="application/pdf", size=1, sha256="0", scanned=Scan.CLEAN, reserved=False,
        uploaded_by="zrzy", by=actor("zrzy").reference, at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def check(who: Actor, side: RatingSide, **changes: Any) -> None:
    appealing.check_appealing(actor=who, petition=petition(**changes), side=side, standing=STANDING)


def test_whoever_was_rated_appeals_and_nobody_else() -> None:
    check(actor("zrzy", Role.CLERK), BODY)
    check(actor(TOWNSHIP, Role.CLERK), OFFICE)
    for who, side in ((actor("zrzy"), OFFICE), (actor(TOWNSHIP), BODY), (county(), BODY), (county(), OFFICE)):
        with pytest.raises(Forbidden, match="由被评价的"):
            check(who, side)
    with pytest.raises(Forbidden):
        check(actor("slj"), BODY)
    with pytest.raises(NotFound):
        check(actor("zrzy", user="wang"), BODY, accused_users=["wang"])


def test_an_appeal_stands_once_with_its_reason() -> None:
    found = appealed().appeal
    assert found is not None
    assert (found.tenant, found.by.user, found.reason, found.on) == ("zrzy", "wang", "误评", TODAY)
    assert appealed().counts
    with pytest.raises(RatingAppealed):
        appealed(rating=appealed())
    with pytest.raises(InvalidInput) as refused:
        appealed(reason="  ")
    assert refused.value.field == "reason"


def test_evidence_is_a_file_of_the_case_that_stands_and_that_the_body_may_see() -> None:
    bureau, township = actor("zrzy"), actor(TOWNSHIP)
    there = [
        attachment(id="a"),
        attachment(id="b", taken_back="误传"),
        attachment(id="c", reserved=True),
    ]
    seen = appealing.usable(actor=bureau, petition=petition(), there=there)
    assert seen == {"a"}
    assert appealing.usable(actor=township, petition=petition(), there=there) == {"a", "c"}
    assert appealing.usable(actor=county(), petition=petition(), there=there) == {"a", "c"}
    kept = appealed(evidence=["a", "a"], usable=seen).appeal
    assert kept is not None
    assert kept.evidence == ["a"]
    with pytest.raises(InvalidInput) as refused:
        appealed(evidence=["a", "c"], usable=seen)
    assert refused.value.field == "evidence.1"


def decide(item: Rating, by: Actor, *, uphold: bool = True, reason: str = "证据充分") -> Rating:
    return appealing.decided(rating=item, uphold=uphold, reason=reason, actor=by, today=TODAY)


@pytest.mark.parametrize("role", [Role.HEAD, Role.SUPERVISOR])
def test_what_was_upheld_counts_no_more_and_what_was_dismissed_does(role: Role) -> None:
    upheld = decide(appealed(), county(role))
    assert upheld.appeal is not None
    assert (upheld.appeal.state, upheld.appeal.decided_on, upheld.appeal.decision) == (
        AppealState.UPHELD,
        TODAY,
        "证据充分",
    )
    assert not upheld.counts
    assert decide(appealed(), county(role), uphold=False).counts
    with pytest.raises(WrongState, match="申诉成立"):
        decide(upheld, county(role))
    with pytest.raises(WrongState):
        decide(given(), county(role))
    with pytest.raises(InvalidInput):
        decide(appealed(), county(role), reason=" ")


def test_nobody_decides_about_himself() -> None:
    """The county office that was rated decides by its head or a leader, and never by who appealed."""
    own = appealed(county(Role.HEAD, user="head"), rating=given(OFFICE))
    with pytest.raises(Forbidden, match="负责人或领导"):
        decide(own, county(Role.SUPERVISOR))
    with pytest.raises(Forbidden, match="提出申诉的人"):
        decide(own, county(Role.HEAD, user="head"))
    assert not decide(own, county(Role.LEADER)).counts
    assert not decide(own, county(Role.HEAD, user="deputy")).counts
    # A leader decides about nobody else's work.
    with pytest.raises(Forbidden, match="督办员"):
        decide(appealed(), county(Role.LEADER))
