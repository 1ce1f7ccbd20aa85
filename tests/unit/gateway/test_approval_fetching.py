"""Downloads of approval papers: a reading is noted of what is given out, and of nothing else."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from gateway.documents import approval_fetching
from gateway.reading import Private, ViewReader
from services.common.errors import NotFound
from services.common.ids import new_id
from tests.unit.gateway.made import petition
from tests.unit.gateway.test_approval_papers import DIRECTORY, RUN

CASE = petition()
APPROVAL = msgspec.structs.replace(RUN, id=new_id(), petition_id=CASE.id)


class Reader:
    def __init__(self) -> None:
        self.private = self

    async def find(self, listed: Any, key: str) -> Any:
        return APPROVAL

    async def petition(self, key: str) -> Any:
        return SimpleNamespace(state=CASE)

    async def shared(self, state: Any) -> Any:
        return DIRECTORY

    async def load(self, key: str) -> Private:
        return Private(petitioners=[], query_code=None)


@pytest.mark.parametrize(("step", "given"), [(None, True), ("notice", True), ("nothing", False)])
def test_only_what_is_given_out_is_noted_as_read(
    step: str | None, given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[Any] = []

    async def note(reader: Any, *, kind: Any, states: list[Any]) -> None:
        noted.extend(states)

    monkeypatch.setattr(approval_fetching, "note", note)
    asked = approval_fetching.approval_file(reader=cast(ViewReader, Reader()), approval_id=APPROVAL.id, step_id=step)
    if given:
        assert asyncio.run(asked).body.startswith(b"PK")
    else:
        with pytest.raises(NotFound):
            asyncio.run(asked)
    assert noted == [CASE] * given
