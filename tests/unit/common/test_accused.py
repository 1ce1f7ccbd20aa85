"""Whom a petition accuses takes no part in handling it, however his name is written."""

import pytest

from services.common import accused
from services.common.errors import AccusedUnit
from tests.unit.routing.made import petition

ACCUSING = petition(accused=["slj"], accused_people=["王 大山", "赵"])


@pytest.mark.parametrize(
    "people", ["王大山", "王 大 山", "县水利局局长王大山", "李四（科长）、王大山（局长）", "　王大山　", "赵"]
)
def test_an_accused_person_is_found_in_what_somebody_wrote(people: str) -> None:
    with pytest.raises(AccusedUnit, match="不得主持会议") as refused:
        accused.check_people(petition=ACCUSING, people=people, doing="主持会议", field="chair")
    assert refused.value.field == "chair"


@pytest.mark.parametrize("people", ["", "王小山", "大山", "赵六"])
def test_others_are_not_taken_for_him(people: str) -> None:
    accused.check_people(petition=ACCUSING, people=people, doing="主持会议")


def test_an_accused_unit_is_named_as_people_call_it() -> None:
    with pytest.raises(AccusedUnit, match="水利局是被反映单位"):
        accused.check_unit(petition=ACCUSING, tenant="slj", name="水利局", doing="包案")
    accused.check_unit(petition=ACCUSING, tenant="zrzy", name="自然资源局", doing="包案")
