"""Whose inbox a change is of, whom a look concerns, and what one row stands for."""

from typing import Any, cast

import pytest
import sqlalchemy as sa

from gateway.changes import ChangeKind, _of_inboxes
from gateway.subscriptions.hub import _concerns, of_own_inbox
from gateway.subscriptions.looking import Scope
from services.contracts.actor import Actor, Role, TenantKind


def clerk(user: str = "clerk@luonan", *roles: Role, kind: TenantKind = TenantKind.BUREAU) -> Actor:
    return Actor(county="611021", tenant="slj", kind=kind, user=user, name="甲", roles=frozenset(roles or {Role.CLERK}))


class Row:
    def __init__(self, **columns: Any) -> None:
        vars(self).update({"kind": "INBOX", "login": None, "roles": ["CLERK", "HEAD"], **columns})


@pytest.mark.parametrize(
    ("row", "actor", "own"),
    [
        (Row(), clerk(), True),
        (Row(), clerk("boss@luonan", Role.LEADER), False),
        (Row(login="clerk@luonan"), clerk(), True),
        (Row(login="other@luonan"), clerk(), False),
        # What is his alone is no task of his any more in another post.
        (Row(login="clerk@luonan"), clerk("clerk@luonan", Role.AUDITOR), False),
        (Row(kind="CASE", roles=None), clerk(), True),
    ],
)
def test_an_inbox_is_that_of_the_roles_or_of_one_person(row: Row, actor: Actor, own: bool) -> None:
    assert of_own_inbox(cast(sa.Row[Any], row), actor) is own


def test_of_what_is_new_those_are_asked_for_whom_it_concerned() -> None:
    bureau, office = Scope.of(clerk()), Scope.of(clerk(kind=TenantKind.COUNTY))
    auditor = Scope.of(clerk("a@luonan", Role.AUDITOR))
    for scope, tenants, concerned in (
        (bureau, {"slj", "xfj"}, True),
        (bureau, {"*"}, True),
        (bureau, {"jyj"}, False),
        (bureau, set[str](), False),
        (office, {"jyj"}, True),
        # Of its own items nobody is named: the county office sees all.
        (office, set[str](), True),
        # Who reads no cases is nobody's tenant.
        (auditor, {"slj"}, False),
    ):
        assert _concerns(scope, frozenset(tenants), any_at_all=True) is concerned
    assert not _concerns(office, frozenset(), any_at_all=False)


def test_people_of_one_scope_share_it_and_others_do_not() -> None:
    assert Scope.of(clerk("a@luonan")) == Scope.of(clerk("b@luonan", Role.HEAD, Role.ACCUSATIONS))
    assert Scope.of(clerk("a@luonan")) != Scope.of(clerk("a@luonan", Role.AUDITOR))


def test_one_row_tells_the_same_people_whatever_changed_for_them() -> None:
    task = {"tenant": "slj", "roles": ["CLERK"], "login": None, "visible_to": ["slj"], "named": None}
    accused = {**task, "named": ["clerk@luonan"]}
    found = list(_of_inboxes([{**task, "id": "1"}, {**task, "id": "2"}, {**accused, "id": "3"}]))
    assert len(found) == 2
    assert [row["named"] for row in found] == [["clerk@luonan"], None]
    assert {row["kind"] for row in found} == {ChangeKind.INBOX}
    assert all("id" not in row for row in found)
