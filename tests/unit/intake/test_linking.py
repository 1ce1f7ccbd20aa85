"""What may be put to whose matter, and what not."""

from datetime import timedelta
from typing import Any

import pytest

from services.common.errors import InvalidInput, WrongState
from services.contracts.intake import Nature, Petition
from services.intake.linking import check_same_wall, link, link_remark, linked, unlink_remark, unlinked
from tests.unit.intake.made import TODAY, petition

FIRST = petition(id="p0", number="n0", received_on=TODAY - timedelta(days=40))
LATER = petition(id="p1", number="n1")


def joined(item: Petition = LATER, *, first: Petition = FIRST, others: int = 0, **changes: Any) -> Petition:
    given: dict[str, Any] = {"same_people": True, "reason": " 同一人再次来信 ", **changes}
    made = link(first=first, received_on=item.received_on, repeated=item.repeated, today=TODAY, **given)
    return linked(petition=item, first=first, others=others, made=made)


def test_the_same_people_again_are_a_repeat_and_others_are_not() -> None:
    again = joined()
    assert again.matter is not None
    assert (again.matter_id, again.matter.first_number, again.matter.linked_on) == ("p0", "n0", TODAY)
    assert again.repeated
    assert link_remark(again.matter) == "并入 n0（同一信访人重复信访）：同一人再次来信"
    others = joined(same_people=False)
    assert not others.repeated
    assert others.matter is not None
    assert "不同信访人" in link_remark(others.matter)


def test_taking_it_out_makes_it_a_first_petition_again() -> None:
    alone = unlinked(petition=joined(), others=0, reason="误并")
    assert (alone.matter, alone.matter_id, alone.repeated) == (None, "p1", False)
    assert unlink_remark(joined(), " 误并 ") == "不再并入 n0：误并"


@pytest.mark.parametrize("same_people", [True, False])
def test_what_was_known_as_a_repeat_before_stays_one(same_people: bool) -> None:
    item = joined(petition(id="p1", repeated=True), same_people=same_people)
    assert item.repeated
    assert unlinked(petition=item, others=0, reason="误并").repeated


@pytest.mark.parametrize("reason", ["", "  "])
def test_each_is_an_act_with_a_reason(reason: str) -> None:
    with pytest.raises(InvalidInput, match="理由"):
        joined(reason=reason)
    with pytest.raises(InvalidInput, match="理由"):
        unlinked(petition=joined(), others=0, reason=reason)


def test_an_item_is_not_put_to_itself_nor_to_a_later_one() -> None:
    with pytest.raises(InvalidInput, match="自身"):
        joined(FIRST, first=FIRST)
    with pytest.raises(InvalidInput, match="反过来") as early:
        joined(FIRST, first=LATER)
    assert early.value.field == "number"


def test_there_are_no_chains() -> None:
    with pytest.raises(WrongState, match="先撤销并案"):
        joined(joined())
    with pytest.raises(WrongState, match="另外 2 件的首件"):
        joined(others=2)


def test_the_first_of_others_is_not_taken_out_but_they_are() -> None:
    with pytest.raises(WrongState, match="并入的各件"):
        unlinked(petition=FIRST, others=2, reason="误并")
    with pytest.raises(WrongState, match="没有并案"):
        unlinked(petition=LATER, others=0, reason="误并")


def test_nothing_crosses_the_wall_round_an_accusation() -> None:
    accusation = petition(id="p0", nature=Nature.ACCUSATION, received_on=TODAY)
    with pytest.raises(InvalidInput, match="第三十条"):
        joined(first=accusation)
    with pytest.raises(InvalidInput, match="第三十条"):
        joined(petition(id="p1", nature=Nature.ACCUSATION))
    assert joined(petition(id="p1", nature=Nature.ACCUSATION), first=accusation).matter_id == "p0"
    check_same_wall(nature=Nature.ACCUSATION, hides=True, readers=[accusation.registrar], earlier=accusation)


@pytest.mark.parametrize(("later", "first"), [(True, False), (False, True)])
@pytest.mark.parametrize("same_people", [True, False])
def test_no_link_tells_who_wrote_a_confidential_item(later: bool, first: bool, same_people: bool) -> None:
    """Whoever handles the open one knows its people, and would know from the link whose the other is."""
    earlier = petition(id="p0", number="n0", received_on=FIRST.received_on, confidential=first)
    with pytest.raises(InvalidInput, match="保密件"):
        joined(petition(id="p1", confidential=later), first=earlier, same_people=same_people)


def test_confidential_items_are_put_together() -> None:
    earlier = petition(id="p0", number="n0", received_on=FIRST.received_on, confidential=True)
    assert joined(petition(id="p1", confidential=True), first=earlier).matter is not None


@pytest.mark.parametrize("readers", [["other"], ["reader", "other"]])
def test_an_accusation_is_not_made_known_to_readers_of_another(readers: list[str]) -> None:
    earlier = petition(
        id="p0",
        number="n0",
        received_on=FIRST.received_on,
        nature=Nature.ACCUSATION,
        registrar="clerk",
        readers=["reader"],
    )
    later = petition(id="p1", nature=Nature.ACCUSATION, registrar="clerk", readers=readers)
    with pytest.raises(InvalidInput, match="知悉人员"):
        joined(later, first=earlier)
    known = petition(id="p1", nature=Nature.ACCUSATION, registrar="reader", readers=["clerk"])
    assert joined(known, first=earlier).matter is not None
