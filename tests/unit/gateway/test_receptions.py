"""What the gateway makes of receptions: whom a visitor misses, the order of a list, what is registered of a visit."""

from datetime import date, time

import msgspec

from gateway.receptions import in_order, missing_needs
from gateway.schema.mutations.visit_registration import visit_registration
from services.contracts.intake import Channel, Nature
from services.contracts.people import PetitionerInput
from services.contracts.receptions import Recused
from services.contracts.register_commands import RegisterPetition
from services.contracts.roster_rules import Qualification, SeatRole
from tests.unit.roster.receptions_made import CHIEF, DEPUTY, MEMBERS, NEXT, SHIFT, appointment, seat

ITEM = RegisterPetition(
    channel=Channel.CALL, received_on=date(2026, 12, 4), title="标题", body="内容", nature=Nature.APPEAL
)
VISITOR = PetitionerInput(name="赵明", phone="13800001234")


def test_who_must_be_there_and_is_not_is_told() -> None:
    needs = frozenset({Qualification.LEGAL_ADVISER, Qualification.SIGN_LANGUAGE})
    one = appointment(needs=needs)
    assert missing_needs(one, SHIFT, MEMBERS) == sorted(needs)
    signs = msgspec.structs.replace(DEPUTY, qualifications=frozenset({Qualification.SIGN_LANGUAGE}))
    assert missing_needs(one, SHIFT, {**MEMBERS, DEPUTY.id: signs}) == [Qualification.LEGAL_ADVISER]
    with_adviser = msgspec.structs.replace(SHIFT, seats=[*SHIFT.seats, seat(SeatRole.LEGAL, NEXT)])
    assert missing_needs(one, with_adviser, MEMBERS) == [Qualification.SIGN_LANGUAGE]


def test_who_stepped_aside_is_not_there() -> None:
    adviser = msgspec.structs.replace(CHIEF, qualifications=frozenset({Qualification.LEGAL_ADVISER}))
    recused = [Recused(member=CHIEF.id, reason="亲属", declared=True, by_member=None)]
    one = appointment(needs=frozenset({Qualification.LEGAL_ADVISER}), recused=recused)
    assert missing_needs(one, SHIFT, {**MEMBERS, CHIEF.id: adviser}) == [Qualification.LEGAL_ADVISER]


def test_a_list_has_who_booked_in_front() -> None:
    first, later = appointment(id="b", slot=time(9)), appointment(id="a", slot=time(10))
    walk_in = appointment(id="0", slot=None, number=1)
    assert in_order([walk_in, later, first]) == [first, later, walk_in]


def test_of_a_visit_who_booked_is_registered_unless_the_form_names_the_people() -> None:
    made = visit_registration(ITEM, appointment(), visitor=VISITOR)
    assert (made.channel, made.petitioners, made.visitors) == (Channel.VISIT, [VISITOR], None)
    other = PetitionerInput(name="钱明")
    named = msgspec.structs.replace(ITEM, petitioners=[other])
    assert visit_registration(named, appointment(), visitor=VISITOR).petitioners == [other]


def test_of_a_group_who_booked_speaks_for_it() -> None:
    made = visit_registration(ITEM, appointment(people=6), visitor=VISITOR)
    assert (made.visitors, made.petitioners[0].representative) == (6, True)
