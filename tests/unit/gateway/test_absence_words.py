"""Why somebody is away, and what was said of it, is for himself, his office and the county office's heads."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from gateway.schema.absence_types import Absence
from services.contracts.actor import Actor, Role
from tests.unit.roster.table_made import TUESDAY, A, absence, actor

REFUSED = msgspec.structs.replace(absence(A, TUESDAY), reason="就医", decision="人手不足")


class Members:
    async def find(self, listed: object, id: str) -> Any:
        return A if id == A.id else None


def reads(who: Actor) -> tuple[str | None, str | None]:
    info = SimpleNamespace(context=SimpleNamespace(reader=Members(), actor=who))

    async def both() -> tuple[str | None, str | None]:
        shown = cast(Any, Absence)
        return await shown.resolve_reason(REFUSED, info), await shown.resolve_decision(REFUSED, info)

    return asyncio.run(both())


@pytest.mark.parametrize(
    "who",
    [actor("a", Role.LEADER), actor("clerk", Role.CLERK), actor("head", Role.HEAD)],
    ids=lambda who: str(who.user),
)
def test_his_own_people_read_why_and_what_was_decided(who: Actor) -> None:
    assert reads(who) == ("就医", "人手不足")


def test_a_colleague_reads_neither() -> None:
    assert reads(actor("b", Role.HANDLER)) == (None, None)
