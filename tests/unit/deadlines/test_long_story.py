"""One case from its letter to the end of all remedies, with every clock at every turn counted by hand.

2026: 2 March is a Monday; the National Day break lasts from 1 to 7 October.
"""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from services.contracts.deadlines import Clock, ClockState, Obligation, clock_state
from services.contracts.reviews import Hearing, ReviewDecision
from services.contracts.routing import Objection, Outcome, Referral, ReferralKind, ReferralRole, ReferralState
from services.deadlines.bounds import start_of
from tests.unit.deadlines.made import (
    DAY,
    all_clocks,
    answered,
    delivered,
    extension,
    final_review,
    petition,
    referral,
    review,
)

O = Obligation  # noqa: E741
S = ReferralState


def on(month: int, day: int) -> date:
    return date(2026, month, day)


LETTER = petition(received_on=on(3, 2), registered_on=on(3, 2), registered_at=datetime(2026, 3, 2, 1, tzinfo=UTC))


def sent(name: str, to: str, day: date, **changes: Any) -> Referral:
    return referral(id=name, to_tenant=to, sent_on=day, sent_at=start_of(day) + DAY / 2, **changes)


FIRST = sent("r1", "slj", on(3, 4))
ASSIGNED: dict[str, Any] = {"kind": ReferralKind.ASSIGN, "due_on": on(5, 29)}
LEAD = sent("r2", "zrzy", on(3, 12), **ASSIGNED)
SUPPORT = sent("r3", "nyncj", on(3, 12), **ASSIGNED | {"role": ReferralRole.SUPPORT, "due_on": on(4, 24)})


def told(clock: Clock, today: date) -> tuple[str, Obligation, date, date, ClockState]:
    """Owner, what, nominal and effective last day, and how it stands at noon of ``today``."""
    state = clock_state(clock, start_of(today) + DAY / 2)
    return clock.owner, clock.obligation, clock.due_on, clock.effective_due_on, state


def news(today: date, *referrals: Referral, known: set[Any] | None = None, **facts: Any) -> set[Any]:
    """What the clocks say at noon of ``today`` and are not ``known`` to have said before."""
    found = {told(clock, today) for clock in all_clocks(*referrals, item=LETTER, **facts)}
    gone = {each[:2] for each in known or set()} - {each[:2] for each in found}
    assert not gone, f"clocks that were there are there no more: {gone}"
    return found - (known or set())


def test_from_the_letter_to_the_end_of_all_remedies() -> None:
    known: set[Any] = set()

    def tells(today: date, *referrals: Referral, expected: set[Any], **facts: Any) -> None:
        found = news(today, *referrals, known=known, **facts)
        assert found == expected
        changed = {each[:2] for each in found}
        known.difference_update({each for each in known if each[:2] in changed})
        known.update(found)

    run, met, gone = ClockState.RUNNING, ClockState.MET, ClockState.CANCELLED

    # The letter comes: fifteen days to pass it on.
    tells(on(3, 2), expected={("xfj", O.TRANSFER, on(3, 17), on(3, 17), run)})

    # Passed on to the wrong body and received there: notice in fifteen days, objection in five working days.
    first = msgspec.structs.replace(FIRST, state=S.RECEIVED, received_on=on(3, 5))
    tells(
        on(3, 6),
        first,
        expected={
            ("xfj", O.TRANSFER, on(3, 17), on(3, 17), met),
            ("slj", O.NOTICE, on(3, 20), on(3, 20), run),
            ("slj", O.OBJECTION, on(3, 12), on(3, 12), run),
        },
    )

    # Objected and upheld: what it owed is over, and the county office owes the passing on again, by the same day.
    objection = Objection(reason="不属职责", raised_on=on(3, 9), decided_on=on(3, 11), upheld=True)
    first = msgspec.structs.replace(first, state=S.RETURNED, ended_on=on(3, 11), objection=objection)
    tells(
        on(3, 11),
        first,
        expected={
            ("xfj", O.TRANSFER, on(3, 17), on(3, 17), ClockState.WARNED),
            ("slj", O.NOTICE, on(3, 20), on(3, 20), gone),
            ("slj", O.OBJECTION, on(3, 12), on(3, 12), met),
        },
    )

    # Assigned to two bodies, each with a day of its own.
    tells(
        on(3, 12),
        first,
        LEAD,
        SUPPORT,
        expected={
            ("xfj", O.TRANSFER, on(3, 17), on(3, 17), met),
            ("zrzy", O.REPORT, on(5, 29), on(5, 29), run),
            ("nyncj", O.REPORT, on(4, 24), on(4, 24), run),
        },
    )

    # Accepted: sixty days. The fifteenth day of the notice is a Saturday.
    lead = msgspec.structs.replace(LEAD, state=S.ACCEPTED, received_on=on(3, 13), accepted_on=on(3, 16))
    support = msgspec.structs.replace(SUPPORT, state=S.ACCEPTED, received_on=on(3, 13), accepted_on=on(3, 13))
    tells(
        on(3, 17),
        first,
        lead,
        support,
        expected={
            ("zrzy", O.NOTICE, on(3, 28), on(3, 30), met),
            ("zrzy", O.HANDLING, on(5, 15), on(5, 15), run),
            ("zrzy", O.OBJECTION, on(3, 20), on(3, 20), gone),
            ("nyncj", O.OBJECTION, on(3, 20), on(3, 20), gone),
        },
    )

    # Extended by thirty days, to a Sunday; the day that the sender named stays where it is.
    (handling,) = (each for each in all_clocks(first, lead, support, item=LETTER) if each.obligation is O.HANDLING)
    facts: dict[str, Any] = {"extensions": (extension(handling, 30),)}
    support = msgspec.structs.replace(support, state=S.ANSWERED, answer=answered(on(4, 22)))
    tells(
        on(5, 20),
        first,
        lead,
        support,
        **facts,
        expected={
            ("nyncj", O.REPORT, on(4, 24), on(4, 24), met),
            ("zrzy", O.HANDLING, on(6, 14), on(6, 15), ClockState.WARNED),
            ("zrzy", O.REPORT, on(5, 29), on(5, 29), ClockState.WARNED),
        },
    )

    # Answered within the extension, after the sender's day; delivered: the petitioner's own thirty days begin.
    delivery = delivered(on(6, 12))
    lead = msgspec.structs.replace(lead, state=S.DELIVERED, answer=answered(on(6, 10)), delivery=delivery)
    bodies = (first, lead, support)
    tells(
        on(6, 15),
        *bodies,
        **facts,
        expected={
            ("zrzy", O.HANDLING, on(6, 14), on(6, 15), met),
            ("zrzy", O.REPORT, on(5, 29), on(5, 29), ClockState.MET_LATE),
            ("zrzy", O.FIRST_REVIEW_REQUEST, on(7, 12), on(7, 13), run),
        },
    )

    # The first review: thirty days from the day on which the reviewing body had the request.
    one = review(referral_id="r2", handling_body="zrzy", requested_on=on(7, 6), received_on=on(7, 7))
    tells(
        on(7, 8),
        *bodies,
        **facts,
        reviews=(one,),
        expected={
            ("zrzy", O.FIRST_REVIEW_REQUEST, on(7, 12), on(7, 13), met),
            ("xzf", O.FIRST_REVIEW, on(8, 6), on(8, 6), run),
        },
    )
    one = msgspec.structs.replace(one, decision=decided(on(8, 3)), delivery=delivered(on(8, 5)))
    tells(
        on(8, 6),
        *bodies,
        **facts,
        reviews=(one,),
        expected={
            ("xzf", O.FIRST_REVIEW, on(8, 6), on(8, 6), met),
            ("xzf", O.FINAL_REVIEW_REQUEST, on(9, 4), on(9, 4), run),
        },
    )

    # The final review ends within the break, and a hearing of three days moves its nominal day and not the effective.
    two = final_review(referral_id="r2", handling_body="zrzy", requested_on=on(9, 1), received_on=on(9, 2))
    tells(
        on(9, 3),
        *bodies,
        **facts,
        reviews=(one, two),
        expected={
            ("xzf", O.FINAL_REVIEW_REQUEST, on(9, 4), on(9, 4), met),
            ("szf", O.FINAL_REVIEW, on(10, 2), on(10, 8), run),
        },
    )
    two = msgspec.structs.replace(two, hearings=[Hearing(opened_on=on(9, 14), closed_on=on(9, 16))])
    tells(
        on(9, 17),
        *bodies,
        **facts,
        reviews=(one, two),
        expected={("szf", O.FINAL_REVIEW, on(10, 5), on(10, 8), run)},
    )

    # Decided and delivered: nothing runs any more, and nothing new begins.
    two = msgspec.structs.replace(two, decision=decided(on(9, 28)), delivery=delivered(on(9, 30)))
    tells(
        on(10, 9),
        *bodies,
        **facts,
        reviews=(one, two),
        expected={("szf", O.FINAL_REVIEW, on(10, 5), on(10, 8), met)},
    )
    assert {each[4] for each in known} <= {met, gone, ClockState.MET_LATE}


def decided(day: date) -> ReviewDecision:
    return ReviewDecision(outcome=Outcome.EXPLAINED, opinion="维持", decided_on=day)
