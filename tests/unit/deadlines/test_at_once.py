"""Who is told at once of what, in which words, and who never is."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.contracts.actor import Role
from services.contracts.intake import Channel, MatterLink, Nature, Petition, Urgency
from services.contracts.reminders import AtOnceReason, Reminder
from services.contracts.routing import Closure, Referral, ReferralKind, ReferralRole, ReferralState
from services.deadlines.at_once import IN_HAND, WORDS, at_once, reasons, repeats_of
from services.deadlines.digesting import for_bureau
from services.deadlines.obligations import CaseFacts
from tests.unit.deadlines.made import MOMENT, MONDAY, petition, referral

R = AtOnceReason
OFFICE = {("xfj", Role.HEAD), ("xfj", Role.LEADER)}
URGENT = petition(urgency=Urgency.URGENT)
CROWD = petition(channel=Channel.VISIT, visitors=23)


def told(item: Petition, *referrals: Referral, office: str | None = "xfj", closure: Closure | None = None) -> Any:
    case = CaseFacts(petition=item, referrals=referrals, closure=closure)
    return at_once(case, group_visit_size=5, county="611021", office=office, now=MOMENT, today=MONDAY)


def readers(found: list[Reminder]) -> set[tuple[str, Role]]:
    assert len({each.id for each in found}) == len(found)
    return {(each.tenant, each.role) for each in found}


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({}, []),
        ({"urgency": Urgency.URGENT}, [R.URGENT]),
        ({"urgency": Urgency.CRITICAL}, [R.CRITICAL]),
        ({"channel": Channel.VISIT, "visitors": 5}, [R.GROUP_VISIT]),
        ({"channel": Channel.VISIT, "visitors": 4}, []),
        ({"channel": Channel.VISIT}, []),
        ({"channel": Channel.LETTER, "visitors": 50}, []),
        ({"channel": Channel.VISIT, "visitors": 9, "urgency": Urgency.CRITICAL}, [R.CRITICAL, R.GROUP_VISIT]),
    ],
)
def test_what_is_urgent_and_a_visit_of_many_is_told_at_once(item: dict[str, Any], why: list[AtOnceReason]) -> None:
    assert reasons(petition(**item), group_visit_size=5) == why
    assert {each.at_once.reason for each in told(petition(**item))} == set(why)


def test_the_offices_head_and_leaders_are_told_and_the_head_of_whoever_holds_it() -> None:
    assert readers(told(URGENT)) == OFFICE
    support = referral(id="r2", to_tenant="zjj", role=ReferralRole.SUPPORT)
    found = told(URGENT, referral(), support)
    assert readers(found) == OFFICE | {("jtj", Role.HEAD), ("zjj", Role.HEAD)}
    assert {each.urgent for each in found} == {True}
    assert [each.items for each in found] == [[]] * 4


@pytest.mark.parametrize("state", ReferralState)
def test_whoever_has_nothing_to_do_about_it_any_more_is_not_told(state: ReferralState) -> None:
    assert (("jtj", Role.HEAD) in readers(told(URGENT, referral(state=state)))) == (state in IN_HAND)
    over = {
        *(ReferralState.WITHDRAWN, ReferralState.RETURNED, ReferralState.REFUSED),
        *(ReferralState.ANSWERED, ReferralState.DELIVERED, ReferralState.CLOSED),
    }
    assert (state in over) == (state not in IN_HAND)


def test_of_a_closed_case_nobody_is_told() -> None:
    assert told(URGENT, closure=Closure(petition_id="p1", closed_on=MONDAY, closed_by="xfj")) == []


def test_without_a_known_office_the_holder_is_told_all_the_same() -> None:
    assert readers(told(URGENT, referral(), office=None)) == {("jtj", Role.HEAD)}


def test_what_the_office_keeps_for_itself_is_told_once_to_each_of_it() -> None:
    own = referral(kind=ReferralKind.OWN, to_tenant="xfj", state=ReferralState.RECEIVED)
    found = told(URGENT, own)
    assert readers(found) == OFFICE
    assert {each.text for each in found} == {WORDS[R.URGENT].office}


def test_the_same_is_told_by_the_same_id_and_what_becomes_graver_anew() -> None:
    first, again = told(URGENT, referral()), told(URGENT, referral(state=ReferralState.RECEIVED, received_on=MONDAY))
    assert [each.id for each in first] == [each.id for each in again]
    graver = told(petition(urgency=Urgency.CRITICAL), referral())
    assert not {each.id for each in first} & {each.id for each in graver}
    other = told(petition(id="p2", urgency=Urgency.URGENT), referral())
    assert not {each.id for each in first} & {each.id for each in other}


def test_a_visit_of_many_asks_the_leader_to_come_and_the_office_to_report() -> None:
    words = {(each.tenant, each.role): each.text for each in told(CROWD, referral())}
    assert "单位领导第一时间到达现场" in words["jtj", Role.HEAD]
    assert "先控制再化解" in words["jtj", Role.HEAD]
    for reader in OFFICE:
        assert "报告上级主管领导" in words[reader]
        assert "先控制再化解" in words[reader]
    assert {(each.at_once.visitors, each.at_once.basis) for each in told(CROWD)} == {
        (23, "《信访工作制度》关于控制和化解集体访的规定")
    }


def test_every_reason_has_its_words_and_its_basis() -> None:
    assert set(WORDS) == set(AtOnceReason)
    for asked in WORDS.values():
        assert asked.basis.startswith("《")
        assert asked.office != asked.receiver
    assert WORDS[R.CRITICAL].basis == "《信访工作条例》第二十五条"


def test_of_an_accusation_named_people_get_the_number_and_the_accused_nothing() -> None:
    """Art. 30: whether the receiver is accused in the petition or came to be in the hand-over."""
    item = petition(
        nature=Nature.ACCUSATION, channel=Channel.VISIT, visitors=9, accused=["jtj"], accused_users=["wang"]
    )
    found = told(item, referral(), referral(id="r2", to_tenant="jwjw"))
    assert readers(found) == OFFICE | {("jwjw", Role.HEAD)}
    for each in found:
        assert each.named == item.named
        assert each.confined
        assert each.at_once.visitors is None
        assert "某村道路" not in str(each)
    later = told(petition(nature=Nature.ACCUSATION, urgency=Urgency.URGENT), referral(accused=["jtj"]))
    assert readers(later) == OFFICE
    of_the_office = petition(nature=Nature.ACCUSATION, urgency=Urgency.URGENT, accused=["xfj"])
    assert readers(told(of_the_office, referral())) == {("jtj", Role.HEAD)}


def test_a_bureaus_own_system_gets_the_words_and_the_number() -> None:
    (reminder,) = told(CROWD, referral(), office=None)
    event = for_bureau(reminder)
    assert (event.role, event.text, event.items) == (Role.HEAD, WORDS[R.GROUP_VISIT].receiver, [])
    assert event.at_once is not None
    assert (event.at_once.petition_number, event.at_once.reason_label) == ("2026-1", "集体访")
    assert event.on == date(2026, 8, 3)


def again(first: Petition, **changes: Any) -> Petition:
    """A later item of the same people about the matter of ``first``."""
    link = MatterLink(first_id=first.id, first_number=first.number, same_people=True, reason="同一人", linked_on=MONDAY)
    return petition(id="p9", number="2026-9", **{"matter": link, **changes})


def told_again(item: Petition, earlier: CaseFacts) -> Any:
    case = CaseFacts(petition=item)
    return at_once(case, earlier=earlier, group_visit_size=5, county="611021", office="xfj", now=MOMENT, today=MONDAY)


def test_who_comes_again_is_told_to_the_head_of_each_body_that_holds_the_earlier_item() -> None:
    first = petition()
    support = referral(id="r2", to_tenant="zjj", role=ReferralRole.SUPPORT)
    gone = referral(id="r3", to_tenant="sthj", state=ReferralState.RETURNED)
    answered = referral(id="r4", to_tenant="gaj", state=ReferralState.ANSWERED)
    earlier = CaseFacts(petition=first, referrals=(referral(), support, gone, answered))
    found = told_again(again(first), earlier)
    assert readers(found) == {("jtj", Role.HEAD), ("zjj", Role.HEAD)}
    for each in found:
        assert each.at_once.reason is R.REPEATED
        assert each.at_once.petition_number == first.number
        assert "2026-9" not in str(each)
        assert "第十九条" in each.at_once.basis
    once_more = petition(id="p10", matter=again(first).matter)
    assert not {each.id for each in found} & {each.id for each in told_again(once_more, earlier)}


def test_whoever_kept_it_for_itself_is_told_in_the_offices_words() -> None:
    first = petition()
    own = referral(kind=ReferralKind.OWN, to_tenant="xfj", state=ReferralState.RECEIVED)
    (found,) = told_again(again(first), CaseFacts(petition=first, referrals=(own,)))
    assert (found.tenant, found.text) == ("xfj", WORDS[R.REPEATED].office)


def test_nobody_is_urged_about_what_is_done_or_not_the_same_peoples() -> None:
    first = petition()
    over = Closure(petition_id=first.id, closed_on=MONDAY, closed_by="xfj")
    assert told_again(again(first), CaseFacts(petition=first, referrals=(referral(),), closure=over)) == []
    assert told_again(again(first), CaseFacts(petition=first)) == []
    link = again(first).matter
    assert link is not None
    assert repeats_of(again(first)) == first.id
    assert repeats_of(petition(matter=msgspec.structs.replace(link, same_people=False))) is None
    assert repeats_of(petition()) is None


def test_whoever_asked_to_stay_unknown_or_accuses_is_not_told_of_by_coming_again() -> None:
    first = petition()
    assert repeats_of(again(first, confidential=True)) is None
    assert repeats_of(again(first, nature=Nature.ACCUSATION)) is None


def test_who_is_accused_in_either_item_is_not_urged_by_it() -> None:
    first = petition()
    earlier = CaseFacts(petition=first, referrals=(referral(), referral(id="r2", to_tenant="zjj")))
    assert readers(told_again(again(first, accused=["jtj"]), earlier)) == {("zjj", Role.HEAD)}
