"""Who must not receive a visitor, and who takes his place; what was found by mistake is not found again."""

from typing import Any

import msgspec
import pytest

from services.common.errors import InvalidInput, WrongState
from services.common.receiving import receivers
from services.contracts.receptions import Recused
from services.contracts.roster_people import Interests, Member
from services.roster import recusing
from services.roster.recusing import Visit, declared_recusal, found_recusals, interest, next_in_line, without
from tests.unit.roster.receptions_made import (
    CHIEF,
    DEPUTY,
    LAST,
    MEMBERS,
    NEXT,
    SHIFT,
    appointment,
    member,
    organisation,
    petition,
)

LAND = organisation("zrzy", "洛南县自然资源局", "自然资源局")


def visit(**changes: Any) -> Visit:
    base = Visit(tenant="xfj", name="赵明", matter="征地补偿", concerns=[], accusation=False, petition=None)
    return msgspec.structs.replace(base, **changes)


def interests(of: Member, *, kin: tuple[str, ...] = (), units: tuple[str, ...] = ()) -> Interests:
    return Interests(tenant="xfj", member=of.id, kin=list(kin), units=list(units))


def found(
    what: Visit, *, known: dict[str, Interests], recused: list[Recused] | None = None, unbiased: tuple[str, ...] = ()
) -> list[Recused]:
    return found_recusals(
        shift=SHIFT,
        visit=what,
        recused=recused or [],
        unbiased=unbiased,
        members=MEMBERS,
        interests=known,
        free=lambda _: [NEXT, LAST],
    )


@pytest.mark.parametrize("name", ["赵 明", "赵明", "赵明等五人"])
def test_kin_is_found_by_name_however_it_is_written(name: str) -> None:
    assert interest(visit(name=name), CHIEF, interests(CHIEF, kin=("赵明",))) == recusing.OF_PERSON
    assert interest(visit(name="钱明"), CHIEF, interests(CHIEF, kin=("赵明",))) is None


def test_whoever_answers_for_the_accused_unit_is_found_be_he_seated_or_not() -> None:
    answers = member("m9", "钱远", portfolio=["自然资源局"])
    assert recusing.answers_for_accused(visit(concerns=[LAND], accusation=True), answers)
    assert not recusing.answers_for_accused(visit(concerns=[LAND]), answers)
    assert not recusing.answers_for_accused(visit(concerns=[LAND], accusation=True), CHIEF)


def test_nobody_receives_himself() -> None:
    assert interest(visit(name=CHIEF.name), CHIEF, None) == recusing.OF_PERSON


def test_the_reason_tells_nobodys_name() -> None:
    reason = interest(visit(name="赵明"), CHIEF, interests(CHIEF, kin=("赵明",)))
    assert reason is not None
    assert "赵" not in reason


def test_units_are_an_interest_and_the_own_one_where_he_was_sent_from_it() -> None:
    about = visit(concerns=[LAND])
    assert interest(about, CHIEF, interests(CHIEF, units=("zrzy",))) == recusing.OF_UNIT
    sent = msgspec.structs.replace(CHIEF, tenant="zrzy")
    assert interest(about, sent, None) == recusing.OF_OWN_UNIT
    # Who comes to the reception of the unit itself comes about it.
    assert interest(msgspec.structs.replace(about, tenant="zrzy"), sent, None) is None


def test_the_leader_in_charge_of_an_accused_unit_steps_aside_but_receives_about_its_work() -> None:
    in_charge = member("m9", "周正", portfolio=["分管自然资源局、水利局"])
    assert interest(visit(concerns=[LAND]), in_charge, None) is None
    assert interest(visit(concerns=[LAND], accusation=True), in_charge, None) == recusing.OF_PORTFOLIO
    by_field = member("m9", "周正", portfolio=["自然资源"])
    assert interest(visit(concerns=[LAND], accusation=True), by_field, None) == recusing.OF_PORTFOLIO


def test_whom_the_accusation_names_does_not_hear_it() -> None:
    words = f"举报{CHIEF.name}收受礼金"
    assert interest(visit(matter=words, accusation=True), CHIEF, None) == recusing.OF_ACCUSED
    assert interest(visit(matter=words), CHIEF, None) is None
    for accused in ({"accused_users": [CHIEF.login]}, {"accused": ["xfj"]}, {"accused_people": [CHIEF.name]}):
        assert interest(visit(petition=petition(**accused)), CHIEF, None) == recusing.OF_ACCUSED


def test_the_next_in_line_takes_the_place_and_is_asked_the_same() -> None:
    known = {CHIEF.id: interests(CHIEF, kin=("赵明",))}
    (one,) = found(visit(), known=known)
    assert (one.member, one.by_member, one.declared) == (CHIEF.id, NEXT.id, False)
    assert receivers(SHIFT, [one]) == [NEXT.id, DEPUTY.id]
    known[NEXT.id] = interests(NEXT, kin=("赵明",))
    assert [each.by_member for each in found(visit(), known=known)] == [LAST.id]


def test_two_who_step_aside_are_not_replaced_by_the_same_one() -> None:
    known = {each.id: interests(each, kin=("赵明",)) for each in (CHIEF, DEPUTY)}
    assert [each.by_member for each in found(visit(), known=known)] == [NEXT.id, LAST.id]


def test_where_nobody_is_free_nobody_takes_the_place() -> None:
    known = {each.id: interests(each, kin=("赵明",)) for each in MEMBERS.values()}
    assert [(each.member, each.by_member) for each in found(visit(), known=known)] == [
        (CHIEF.id, None),
        (DEPUTY.id, None),
    ]


def test_who_took_a_place_and_has_an_interest_that_is_known_later_is_replaced_too() -> None:
    before = [Recused(member=CHIEF.id, reason="声明", declared=True, by_member=NEXT.id)]
    after = found(visit(), known={NEXT.id: interests(NEXT, kin=("赵明",))}, recused=before)
    assert [(each.member, each.by_member) for each in after] == [(CHIEF.id, NEXT.id), (NEXT.id, LAST.id)]
    assert receivers(SHIFT, after) == [LAST.id, DEPUTY.id]


def test_what_is_found_is_found_once() -> None:
    known = {CHIEF.id: interests(CHIEF, kin=("赵明",))}
    once = found(visit(), known=known)
    assert found(visit(), known=known, recused=once) == once


def test_what_was_a_mistake_is_not_found_again() -> None:
    known = {CHIEF.id: interests(CHIEF, kin=("赵明",))}
    one = appointment(recused=found(visit(), known=known))
    assert without(one, CHIEF.id) == []
    assert found(visit(), known=known, unbiased=(CHIEF.id,)) == []
    with pytest.raises(WrongState):
        without(one, DEPUTY.id)


def test_with_a_recusal_goes_that_of_who_took_the_place() -> None:
    chain = [
        Recused(member=CHIEF.id, reason="声明", declared=True, by_member=NEXT.id),
        Recused(member=NEXT.id, reason="声明", declared=True, by_member=LAST.id),
        Recused(member=DEPUTY.id, reason="声明", declared=True, by_member=None),
    ]
    assert [each.member for each in without(appointment(recused=chain), CHIEF.id)] == [DEPUTY.id]


def test_only_who_receives_him_steps_aside() -> None:
    one = appointment()
    kept = declared_recusal(appointment=one, shift=SHIFT, member=CHIEF, reason="同学", declared=True, by_member=NEXT.id)
    assert kept == [Recused(member=CHIEF.id, reason="同学", declared=True, by_member=NEXT.id)]
    with pytest.raises(InvalidInput, match="无须回避"):
        declared_recusal(appointment=one, shift=SHIFT, member=LAST, reason="同学", declared=True, by_member=None)


def test_the_next_in_line_has_no_interest_and_is_not_there_already() -> None:
    line = [CHIEF, NEXT, LAST]
    known = {NEXT.id: interests(NEXT, kin=("赵明",))}
    assert next_in_line(visit=visit(), candidates=line, taken={CHIEF.id}, unbiased=(), interests=known) == LAST.id
    assert next_in_line(visit=visit(), candidates=line, taken={CHIEF.id}, unbiased={NEXT.id}, interests=known) == (
        NEXT.id
    )
