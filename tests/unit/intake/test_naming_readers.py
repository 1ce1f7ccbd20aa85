"""Who may be named to see an accusation, and by whom."""

from typing import Any

import pytest

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature, Petition
from services.contracts.register_commands import NameReaders
from services.intake.naming_readers import with_readers
from tests.unit.intake.made import petition


def actor(user: str = "u", *roles: Role) -> Actor:
    return Actor(
        county="611021", tenant="611021001", kind=TenantKind.TOWNSHIP, user=user, name="张三",
        roles=frozenset({Role.CLERK, *roles}),
    )  # fmt: skip


def named(*readers: str, by: Actor | None = None, reason: str = "承办需要", **changes: Any) -> tuple[Petition, str]:
    item = petition(**{"nature": Nature.ACCUSATION, "accused": ["jtj"], **changes})
    command = NameReaders(petition_id="p", readers=list(readers), reason=reason)
    return with_readers(petition=item, command=command, actor=by or actor())


def test_the_list_is_the_whole_list_and_the_remark_says_who_came_and_who_went() -> None:
    item, remark = named("a", "c", " c ", readers=["a", "b"])
    assert item.readers == ["a", "c"]
    assert item.named == frozenset({"u", "a", "c", "!@jtj"})
    assert remark == "增加：c；移除：b。理由：承办需要"
    assert named(readers=["a"])[0].readers == []


def test_the_registrar_needs_not_be_named_and_cannot_be_removed() -> None:
    item, _ = named("u", "a")
    assert item.readers == ["a"]
    assert item.named is not None
    assert "u" in item.named


def test_the_registrar_or_who_is_cleared_names_them_and_no_reader() -> None:
    assert named("a", by=actor("z", Role.ACCUSATIONS))
    with pytest.raises(Forbidden):
        named("b", by=actor("a"), readers=["a"])


@pytest.mark.parametrize(
    ("refusal", "given"),
    [
        (WrongState, {"nature": Nature.APPEAL}),
        (InvalidInput, {"reason": " "}),
        (InvalidInput, {"readers": ["a"]}),
        (AccusedUnit, {"accused_users": ["a"]}),
    ],
)
def test_what_cannot_be_named_is_refused(refusal: type[Refusal], given: dict[str, Any]) -> None:
    with pytest.raises(refusal):
        named("a", **given)
