"""Information flows up: whose turn it is, by when, and what an accusation changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, WrongState
from services.common.redacting import redacted, redactor
from services.contracts.actor import Actor, Role
from services.contracts.base import ANYBODY
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.network import InformationItem, InformationWay, ItemLevel, ItemState, NetworkPost
from services.contracts.network_commands import DecideInformation, ForwardInformation, LinkInformation, SendInformation
from services.contracts.network_rules import RULES
from services.roster import information
from tests.unit.roster.network_made import BUREAU, DIRECTORY, EAST, OFFICE, OTHER, ROLE, TOWNSHIP, WEST, actor, post

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
L = ItemLevel
S = ItemState
INFORMANT = post(ROLE.INFORMANT, login="xinxiyuan")
HIMSELF = actor("cg", Role.HANDLER, user="xinxiyuan")


def plain(text: str) -> str:
    return redacted(text, ())


def send(who: Actor = TOWNSHIP, holder: NetworkPost = INFORMANT, **changes: Any) -> InformationItem:
    command = SendInformation(
        post=holder.id, place=f"{EAST}#3", found_on=TODAY, way=InformationWay.PHONE, text="两户因宅基地争执",
        level=L.VILLAGE,
    )  # fmt: skip
    command = msgspec.structs.replace(command, **changes)
    return information.sent(
        command=command, post=holder, actor=who, directory=DIRECTORY, now=NOW, redact=redactor(command.names)
    )


def petition(**changes: Any) -> Petition:
    base = Petition(
        id="p", number="n", query_code="q", channel=Channel.LETTER, received_on=TODAY, registered_at=NOW,
        registered_on=TODAY, registered_by="cg", registrar="registrar", petitioners=[], anonymous=True, place=None,
        place_name=None, title="t", body="b", nature=Nature.APPEAL, category=None, urgency=Urgency.NORMAL,
        confidential=False, accused=[], aliases=[], historical=False, past_answer=None,
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


def link(item: InformationItem, to: Petition | None = None, who: Actor = OFFICE) -> InformationItem:
    command = LinkInformation(item_id=item.id, petition_id="p" if to else None, conflict_id=None if to else "c")
    return information.linked(item=item, command=command, petition=to, actor=who, now=NOW)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (HIMSELF, True),
        (TOWNSHIP, True),
        (actor("xfj", Role.SUPERVISOR), True),
        (actor("cg", Role.HANDLER, user="somebody"), False),
        (OTHER, False),
        (BUREAU, False),
    ],
)
def test_it_is_sent_by_the_post_itself_or_entered_by_its_office(who: Actor, may: bool) -> None:
    if may:
        assert send(who).steps[0].by == who.reference
    else:
        with pytest.raises(Forbidden):
            send(who)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"found_on": TODAY + timedelta(days=1)}, "found_on"),
        ({"found_on": TODAY - timedelta(days=367)}, "found_on"),
        ({"place": WEST}, "place"),
        ({"place": "990001001201"}, "place"),
        ({"text": "  "}, "text"),
        ({"accuses": ["nobody"], "level": L.COUNTY}, "accuses"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(**changes)
    assert refused.value.field == field


def test_who_left_sends_nothing_any_more() -> None:
    with pytest.raises(InvalidInput):
        send(holder=msgspec.structs.replace(INFORMANT, until=TODAY - timedelta(days=1)))


@pytest.mark.parametrize("role", list(ROLE))
def test_everybody_sends_to_the_level_above_himself_or_higher(role: Any) -> None:
    holder = post(role)
    who = actor(holder.tenant)
    place = "611021001" if role is ROLE.INSPECTOR else EAST
    lowest = information.LEVELS.index(RULES.sends[role])
    for place_in_order, level in enumerate(information.LEVELS):
        if place_in_order >= lowest:
            assert send(who, holder, level=level, place=place).level is level
        else:
            with pytest.raises(InvalidInput):
                send(who, holder, level=level, place=place)


@pytest.mark.parametrize(
    ("level", "limit"),
    [
        (L.VILLAGE, timedelta(days=3)),
        (L.TOWNSHIP, timedelta(days=2)),
        (L.INSPECTION, timedelta(days=1)),
        (L.COUNTY, timedelta(days=1)),
        (L.URGENT, timedelta(hours=1)),
    ],
)
def test_each_level_has_its_time_from_the_moment_of_sending(level: ItemLevel, limit: timedelta) -> None:
    assert send(level=level).due_at == NOW + limit
    assert RULES.at(level).basis


def test_people_who_are_named_are_masked_and_their_names_not_kept() -> None:
    item = send(text="张大山（13991234567）与邻居争地界", names=["张大山"])
    kept = msgspec.json.encode(item).decode()
    assert "张大山" not in kept
    assert "13991234567" not in kept
    assert "争地界" in item.text


def test_forwarding_goes_up_only_keeps_the_steps_and_starts_the_time_of_the_new_level() -> None:
    item, later = send(), NOW + timedelta(hours=5)

    def forward(level: ItemLevel, before: InformationItem = item) -> InformationItem:
        command = ForwardInformation(item_id=item.id, level=level, text="调解未果 13991234567")
        return information.forwarded(item=before, command=command, actor=TOWNSHIP, now=later, redact=plain)

    up = forward(L.INSPECTION)
    assert (up.level, up.due_at) == (L.INSPECTION, later + timedelta(days=1))
    assert [step.level for step in up.steps] == [L.VILLAGE, L.INSPECTION]
    assert "13991234567" not in up.steps[-1].text
    for level in (L.VILLAGE, L.INSPECTION):
        with pytest.raises(InvalidInput):
            forward(level, up)
    with pytest.raises(WrongState):
        forward(L.URGENT, msgspec.structs.replace(up, state=S.TAKEN))


LIAISON = post(ROLE.LIAISON, login="lianluoyuan")
HANDLER = post(ROLE.HANDLER, login="chengbanyuan")
INSPECTOR = post(ROLE.INSPECTOR, login="duchayuan")
BY_LOGIN = {
    each.login: actor(each.tenant, Role.HANDLER, user=str(each.login)) for each in (LIAISON, HANDLER, INSPECTOR)
}


@pytest.mark.parametrize(
    ("holder", "levels"),
    [
        (LIAISON, {L.VILLAGE}),
        (HANDLER, {L.VILLAGE, L.TOWNSHIP}),
        (INSPECTOR, {L.VILLAGE, L.TOWNSHIP, L.INSPECTION}),
        (msgspec.structs.replace(LIAISON, covers=[WEST]), set()),
        (msgspec.structs.replace(LIAISON, until=TODAY - timedelta(days=1)), set()),
        (post(ROLE.INFORMANT, login="lianluoyuan"), set()),
    ],
)
def test_at_each_level_its_own_people_act_for_their_place(holder: NetworkPost, levels: set[ItemLevel]) -> None:
    who = BY_LOGIN[holder.login]
    found = {
        level for level in L if information.acts_on(item=send(level=level), actor=who, posts=[holder], today=TODAY)
    }
    assert found == levels


@pytest.mark.parametrize(
    ("who", "levels"),
    [(TOWNSHIP, {L.VILLAGE, L.TOWNSHIP}), (OTHER, set()), (OFFICE, set(L)), (actor("xfj", Role.HANDLER), set())],
)
def test_the_townships_office_acts_at_its_levels_and_the_countys_at_all(who: Actor, levels: set[ItemLevel]) -> None:
    assert {
        level for level in L if information.acts_on(item=send(level=level), actor=who, posts=[], today=TODAY)
    } == levels
    if not levels:
        with pytest.raises(Forbidden):
            information.check_acts(item=send(), actor=who, posts=[], today=TODAY)


def decide(item: InformationItem, take: bool, who: Actor = TOWNSHIP) -> InformationItem:
    command = DecideInformation(item_id=item.id, take=take, text="已调解")
    return information.decided(item=item, post=INFORMANT, command=command, actor=who, now=NOW, redact=plain)


def test_nobody_says_himself_what_his_information_is_worth_and_it_is_said_once() -> None:
    with pytest.raises(Forbidden):
        decide(send(), True, HIMSELF)
    taken, left = decide(send(), True), decide(send(), False)
    assert (taken.state, taken.counts, taken.recognised) == (S.TAKEN, True, True)
    assert (left.state, left.counts, left.recognised) == (S.NOT_TAKEN, False, False)
    with pytest.raises(WrongState):
        decide(left, True)


def test_what_is_taken_back_counts_nowhere() -> None:
    def back(who: Actor, item: InformationItem) -> InformationItem:
        return information.taken_back(item=item, post=INFORMANT, reason="误报", actor=who, now=NOW, redact=plain)

    gone = back(HIMSELF, send())
    assert (gone.state, gone.counts) == (S.TAKEN_BACK, False)
    with pytest.raises(Forbidden):
        back(actor("cg", Role.HANDLER, user="somebody"), send())
    with pytest.raises(WrongState):
        back(TOWNSHIP, gone)


def test_a_recognised_item_becomes_a_petition_once() -> None:
    item = link(decide(send(), True), petition())
    assert (item.state, item.petition_id, item.case_id, item.named) == (S.REGISTERED, "p", "p", None)
    with pytest.raises(WrongState):
        link(item, petition())
    assert link(send()).state is S.LISTED
    for state in (S.NOT_TAKEN, S.TAKEN_BACK):
        with pytest.raises(WrongState):
            link(msgspec.structs.replace(send(), state=state), petition())


def test_of_an_accusation_it_is_seen_by_the_people_of_the_accusation_alone() -> None:
    to = petition(nature=Nature.ACCUSATION, accused=["cg"], readers=["reader"])
    item = link(send(), to)
    assert item.named == to.named
    assert item.confined
    barred = link(send(), petition(accused_users=["u"]))
    assert barred.named is not None
    assert ANYBODY in barred.named


def test_an_item_that_accuses_is_not_opened_by_a_case_that_is_no_accusation() -> None:
    item = send(HIMSELF, accuses=["slj"], level=L.COUNTY)
    assert set(item.named or ()) == {HIMSELF.user, "!@slj"}
    assert link(item, petition()).named == item.named
    assert set(link(item, petition(accused_users=["u"])).named or ()) == {HIMSELF.user, "!@slj", "!u"}
    to = petition(nature=Nature.ACCUSATION, accused=["slj"], readers=["reader"])
    assert link(item, to).named == to.named


def test_who_is_accused_registers_nothing_of_it() -> None:
    with pytest.raises(AccusedUnit):
        link(send(), petition(nature=Nature.ACCUSATION, accused=["cg"]), TOWNSHIP)


def test_an_item_that_accuses_goes_past_its_township_to_the_county_office_alone() -> None:
    item = send(HIMSELF, accuses=["cg"], level=L.COUNTY)
    assert item.audience == frozenset()
    assert send().audience == {"cg"}
    # Of another unit it is seen where it was sent, by who sent it alone.
    other = send(HIMSELF, accuses=["slj"], level=L.URGENT)
    assert other.audience == {"cg"}
    assert other.confined
    with pytest.raises(InvalidInput) as refused:
        send(HIMSELF, accuses=["cg"], level=L.VILLAGE)
    assert refused.value.field == "level"


def test_the_accused_unit_neither_enters_it_nor_acts_on_it() -> None:
    with pytest.raises(AccusedUnit):
        send(TOWNSHIP, accuses=["cg"], level=L.COUNTY)
    assert send(OFFICE, accuses=["cg"], level=L.COUNTY)
    item = msgspec.structs.replace(send(HIMSELF, accuses=["cg"], level=L.COUNTY), level=L.VILLAGE)
    assert not information.acts_on(item=item, actor=TOWNSHIP, posts=[LIAISON], today=TODAY)


def test_what_accuses_the_county_office_is_not_for_this_system() -> None:
    with pytest.raises(AccusedUnit, match="纪检监察"):
        send(HIMSELF, accuses=["xfj"], level=L.COUNTY)


def test_nothing_of_the_network_says_where_anybody_is() -> None:
    fields = {*InformationItem.__struct_fields__, *NetworkPost.__struct_fields__}
    assert not {
        name for name in fields if any(word in name for word in ("whereabouts", "position", "location", "track"))
    }
