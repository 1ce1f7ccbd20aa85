"""How large a page may be."""

import pytest

from gateway.schema.paging import MAX_PAGE, size
from services.common.errors import InvalidInput


@pytest.mark.parametrize("first", [None, 0, -1, MAX_PAGE + 1])
def test_a_size_that_is_none_of_ours_is_refused_at_its_field(first: int | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        size(first)
    assert refused.value.field == "first"


def test_every_other_size_is_taken_as_it_is() -> None:
    assert [size(1), size(MAX_PAGE)] == [1, MAX_PAGE]
