"""Representatives of a group: the law's bound, what a county may set below it, and who must choose any."""

from datetime import date
from typing import Any

import pytest

from services.common.errors import InvalidInput
from services.common.representation import LAW
from services.contracts.intake import Channel, Nature
from services.contracts.intake_rules import Representation, SmallGroup
from services.contracts.people import PersonRole, PetitionerInput
from services.contracts.register_commands import RegisterPetition
from services.intake.representation import allowed, check_representatives
from tests.unit.intake.made import TODAY

STRICT = Representation(most=4, small_groups=[SmallGroup(up_to=10, most=3)], basis="某省信访条例第十条")
LOOSE = Representation(most=8, basis="本县规定")


def group(*, people: int, chosen: int, role: PersonRole = PersonRole.PETITIONER) -> list[PetitionerInput]:
    return [PetitionerInput(name=f"村民{i}", representative=i < chosen, role=role) for i in range(people)]


def check(people: list[PetitionerInput], local: Representation | None = None, **item: Any) -> None:
    given: dict[str, Any] = {"channel": Channel.VISIT, "received_on": TODAY, **item}
    petition = RegisterPetition(title="标题", body="内容", nature=Nature.APPEAL, **given)
    check_representatives(petition, people, local=local, group_visit_size=5)


def refusal(people: list[PetitionerInput], local: Representation | None = None, **item: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        check(people, local, **item)
    return refused.value


def test_the_law_is_data_with_its_article() -> None:
    assert [(bound.most, bound.basis) for bound in LAW] == [
        (5, "《信访工作条例》第二十条第三款"),
        (5, "《信访条例》第十八条第二款"),
    ]
    assert sorted(LAW, key=lambda bound: bound.since, reverse=True) == list(LAW)
    assert allowed(present=9, received_on=date(2022, 4, 30), local=None).basis == "《信访条例》第十八条第二款"
    assert allowed(present=9, received_on=date(2022, 5, 1), local=None).basis == "《信访工作条例》第二十条第三款"


@pytest.mark.parametrize("chosen", [1, 4, 5])
def test_up_to_five_speak_for_a_group(chosen: int) -> None:
    check(group(people=8, chosen=chosen), visitors=30)


@pytest.mark.parametrize("chosen", [6, 8])
def test_more_than_five_are_refused_and_told_how_many_came_and_may_go_in(chosen: int) -> None:
    refused = refusal(group(people=8, chosen=chosen), visitors=30)
    assert refused.field == "petitioners"
    for said in ("共 30 人", f"已标记代表 {chosen} 人", "第二十条第三款", "不得超过 5 人"):
        assert said in refused.message


def test_the_bound_holds_for_whoever_is_marked_in_a_letter_too() -> None:
    assert "共 8 人" in refusal(group(people=8, chosen=6), channel=Channel.LETTER).message
    check(group(people=8, chosen=0, role=PersonRole.SIGNER), channel=Channel.LETTER)


@pytest.mark.parametrize(
    ("present", "local", "most"),
    [
        (8, None, 5),
        (8, STRICT, 3),
        (10, STRICT, 3),
        (11, STRICT, 4),
        (8, LOOSE, 5),
        (8, Representation(most=8, small_groups=[SmallGroup(up_to=10, most=3)], basis="b"), 3),
        (11, Representation(most=8, small_groups=[SmallGroup(up_to=10, most=3)], basis="b"), 5),
    ],
)
def test_a_county_may_tighten_and_never_loosen(present: int, local: Representation | None, most: int) -> None:
    bound = allowed(present=present, received_on=TODAY, local=local)
    assert bound.most == most
    assert (bound.basis == "《信访工作条例》第二十条第三款") is (most == 5)


def test_a_countys_own_bound_is_told_with_its_basis() -> None:
    refused = refusal(group(people=8, chosen=4), STRICT, visitors=8)
    assert "某省信访条例第十条" in refused.message
    assert "不得超过 3 人" in refused.message


def test_a_group_that_comes_in_person_chooses_somebody() -> None:
    assert "应当推选代表" in refusal(group(people=3, chosen=0), visitors=5).message
    check(group(people=3, chosen=0), visitors=4)
    check(group(people=3, chosen=1), visitors=5)
    # Whoever names nobody is registered all the same.
    check([], visitors=60)
    check(group(people=6, chosen=0, role=PersonRole.SIGNER), channel=Channel.LETTER)


def test_no_more_speak_than_came() -> None:
    assert refusal(group(people=3, chosen=3), visitors=2).field == "visitors"
