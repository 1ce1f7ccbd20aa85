"""What of a petition is masked before anybody but intake sees it."""

import msgspec

from services.contracts.channels import Call, Letter
from services.contracts.intake import MatterLink, Nature, PastAnswer
from services.contracts.people import PetitionerInput
from services.intake.text_vault import masked
from tests.unit.intake.made import TODAY, petition

PERSON = PetitionerInput(name="欧阳桂鑫", phone="13977126604")
TOLD = "欧阳桂鑫，电话13977126604"
OPEN, HIDDEN = "欧阳桂鑫，电话139****6604", "欧***，电话139****6604"


def test_every_text_loses_numbers_and_that_of_a_hidden_petitioner_his_name_too() -> None:
    fields = {
        "title": TOLD, "body": TOLD, "demands": TOLD, "letter": Letter(damage=TOLD), "call": Call(recording=TOLD),
        "past_answer": PastAnswer(agency="某局", on=TODAY, text=TOLD),
        "matter": MatterLink(first_id="f", first_number="1", same_people=True, reason=TOLD, linked_on=TODAY),
    }  # fmt: skip
    for changes, shown in (
        ({}, OPEN),
        ({"confidential": True}, HIDDEN),
        ({"nature": Nature.ACCUSATION}, HIDDEN),
    ):
        item = masked(petition(**fields, **changes), [PERSON])
        assert item.text_sealed
        said = msgspec.to_builtins(item)
        assert [said[name] for name in ("title", "body", "demands")] == [shown] * 3
        parts = (("letter", "damage"), ("call", "recording"), ("past_answer", "text"), ("matter", "reason"))
        assert [said[part][text] for part, text in parts] == [shown] * 4


def test_a_text_that_tells_nothing_of_anybody_is_kept_as_it_is() -> None:
    item = petition(title="水渠断流", body="请求修复", confidential=True, letter=Letter(addressed_to="县长"))
    assert masked(item, [PERSON]) == item
    assert not masked(item, [PERSON]).text_sealed
