"""Keys of machines: what they look like, what one may be, and when one is taken."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gateway.api_keys import trying
from gateway.api_keys.client import address, coming_from
from gateway.api_keys.keeping import _end_of_id, asked_for
from gateway.api_keys.rules import KeyRefusal, NewKey, check_new, label_of, refusal
from gateway.subscriptions.connection import Connection
from gateway.subscriptions.site import Subscriptions
from services.common.errors import Forbidden, InvalidInput
from services.contracts.actor import Actor, ActorRef, Role, TenantKind
from services.contracts.api_keys import ApiKey, key_digest, key_parts, key_text
from services.contracts.identity import SignInMethod

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
SECRET = "s" * 43
KEY_ID = "611021abcdefghij"


def administrator(kind: TenantKind = TenantKind.BUREAU, roles: tuple[Role, ...] = (Role.ADMINISTRATOR,)) -> Actor:
    return Actor(
        county="611021", tenant="zrzy", kind=kind, user="zrzy.gly@luonan", name="管理员", roles=frozenset(roles)
    )


def new(**more: Any) -> NewKey:
    return NewKey(**{"label": "12345 热线平台", "roles": [Role.CLERK], **more})


def key(**more: Any) -> ApiKey:
    by = ActorRef(tenant="zrzy", user="zrzy.gly@luonan", name="管理员")
    kept = {
        **{"id": KEY_ID, "tenant": "zrzy", "kind": TenantKind.BUREAU, "label": "热线", "roles": [Role.CLERK]},
        **{"networks": [], "created_at": NOW, "created_by": by, "expires_at": None},
    }
    return ApiKey(**{**kept, **more})


def tried(made: ApiKey, *, secret: str = SECRET, address: str = "10.1.2.3", now: datetime = NOW) -> KeyRefusal | None:
    return refusal(made, digest=key_digest(SECRET), secret=secret, address=address, now=now)


def test_a_key_is_read_as_it_was_written() -> None:
    parts = key_parts(key_text(KEY_ID, SECRET))
    assert parts == ("611021", KEY_ID, SECRET)


@pytest.mark.parametrize(
    "text",
    [
        *("", "xqk_", f"xqk_{KEY_ID}", f"xqk_{KEY_ID}_short", f"xqk_611021_{SECRET}", f"abc_{KEY_ID}_{SECRET}"),
        *(f"xqk_{KEY_ID}_{SECRET}x", f"xqk_{KEY_ID}_{SECRET[1:]}\n", f"xqk_{KEY_ID.upper()}_{SECRET}"),
    ],
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert key_parts(text) is None


def test_the_machine_acts_for_its_tenant_under_the_name_of_its_key() -> None:
    actor = key().actor("611021")
    assert (actor.user, actor.name, actor.tenant) == (f"key:{KEY_ID}", "热线", "zrzy")
    assert actor.roles == {Role.CLERK}
    assert not actor.administers


def test_only_an_administrator_makes_a_key() -> None:
    with pytest.raises(Forbidden):
        check_new(administrator(roles=(Role.HEAD, Role.CLERK)), new(), now=NOW)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OPERATOR, Role.SYSTEM, Role.PUBLIC])
def test_no_key_has_a_role_that_only_people_have(role: Role) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_new(administrator(TenantKind.COUNTY), new(roles=[role]), now=NOW)
    assert refused.value.field == "roles"


@pytest.mark.parametrize("role", [Role.ACCUSATIONS, Role.AUDITOR, Role.SUPERVISOR])
def test_what_the_county_office_alone_grants_no_other_tenant_gives_a_key(role: Role) -> None:
    for kind in (TenantKind.BUREAU, TenantKind.TOWNSHIP):
        with pytest.raises(InvalidInput):
            check_new(administrator(kind), new(roles=[Role.CLERK, role]), now=NOW)


def test_the_county_office_may_give_accusations_to_a_key_that_handles_cases() -> None:
    check_new(administrator(TenantKind.COUNTY), new(roles=[Role.CLERK, Role.ACCUSATIONS]), now=NOW)
    with pytest.raises(InvalidInput):
        check_new(administrator(TenantKind.COUNTY), new(roles=[Role.ACCUSATIONS]), now=NOW)


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = new(label="  ", roles=[Role.OPERATOR], expires_at=NOW, networks=["here"])
    with pytest.raises(InvalidInput) as refused:
        check_new(administrator(), wrong, now=NOW)
    assert [each.field for each in refused.value.problems] == ["label", "roles", "expiresAt", "networks"]


def test_networks_are_kept_in_one_form_and_once() -> None:
    given = new(networks=["10.1.2.3/24", " 10.1.2.0/24", "192.168.1.1", "2001:db8::1/48"])
    assert check_new(administrator(), given, now=NOW) == ["10.1.2.0/24", "192.168.1.1/32", "2001:db8::/48"]


def test_a_network_of_ipv6_that_is_narrower_than_what_is_counted_is_refused() -> None:
    with pytest.raises(InvalidInput):
        check_new(administrator(), new(networks=["2001:db8::1"]), now=NOW)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"label": "a", "roles": ["CLERK"], "expires_at": datetime(2027, 1, 1)}, NewKey)  # noqa: DTZ001


def test_a_key_is_taken_from_anywhere_where_no_network_is_named() -> None:
    assert tried(key()) is None
    assert tried(key(), address="") is None


def test_another_secret_is_refused_before_anything_else_is_told() -> None:
    ended = key(revoked_at=NOW, expires_at=NOW, networks=["10.9.0.0/16"])
    assert tried(ended, secret="t" * 43) is KeyRefusal.WRONG


def test_a_revoked_key_is_refused() -> None:
    assert tried(key(revoked_at=NOW)) is KeyRefusal.REVOKED


def test_a_key_ends_at_its_very_instant() -> None:
    made = key(expires_at=NOW + timedelta(hours=1))
    assert tried(made, now=NOW + timedelta(minutes=59)) is None
    assert tried(made, now=NOW + timedelta(hours=1)) is KeyRefusal.EXPIRED


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        *(("10.1.2.200", True), ("10.1.3.1", False), ("", False), ("?", False)),
        *(("2001:db8:1::/64", True), ("2001:db9::/64", False)),
    ],
)
def test_a_key_with_networks_is_taken_from_these_alone(address: str, taken: bool) -> None:
    made = key(networks=["10.1.2.0/24", "2001:db8::/32"])
    assert tried(made, address=address) is (None if taken else KeyRefusal.NETWORK)


def test_the_same_request_of_the_same_actor_makes_the_same_id() -> None:
    one, other = administrator(), administrator(TenantKind.COUNTY)
    assert _end_of_id(one, "r1") == _end_of_id(other, "r1") != _end_of_id(one, "r2")
    elsewhere = msgspec.structs.replace(one, tenant="xfj")
    assert _end_of_id(one, "r1") != _end_of_id(elsewhere, "r1")
    assert key_parts(key_text("611021" + _end_of_id(one, "r1"), SECRET)) is not None
    assert _end_of_id(one, None) != _end_of_id(one, None)


@pytest.mark.parametrize(
    "more",
    [{"label": "OA"}, {"roles": [Role.HEAD]}, {"networks": ["10.0.0.0/8"]}, {"expires_at": NOW}, {"tenant": "xfj"}],
)
def test_a_repeated_request_is_one_that_asks_for_the_same_key(more: dict[str, Any]) -> None:
    assert asked_for(key(revoked_at=NOW, created_at=NOW + timedelta(days=1))) == asked_for(key())
    assert asked_for(key(**more)) != asked_for(key())


def test_the_label_of_a_key_is_one_line() -> None:
    assert label_of(new(label=" 12345  热线\n平台 ")) == "12345 热线 平台"
    with pytest.raises(InvalidInput):
        check_new(administrator(), new(label="a\0"), now=NOW)


def test_the_key_of_a_socket_is_tried_again_from_where_the_socket_came() -> None:
    came: list[str] = []

    async def bearer(state: Any, token: str) -> Actor:
        came.append(address())
        return key().actor("611021")

    async def checked() -> None:
        site = Subscriptions(SimpleNamespace(bearers=[bearer]), hub=None)  # type: ignore[arg-type]
        with coming_from("10.1.2.3"):
            connection = Connection(None, site)  # type: ignore[arg-type]
            connection.token, connection.signed_in = SECRET, await site.enter(SECRET)
            site.join(connection)
        # As the task does it that looks after all sockets.
        await site.check()
        site.leave(connection)
        assert not connection._ended.done()

    asyncio.run(checked())
    assert came == ["10.1.2.3"] * 2
    assert address() == ""


@pytest.mark.parametrize("first", [True, False])
def test_the_ledger_is_told_of_the_first_use_of_a_day(monkeypatch: pytest.MonkeyPatch, first: bool) -> None:
    noted: list[tuple[str, SignInMethod]] = []

    class Connection:
        async def execute(self, statement: Any) -> Any:
            assert "IS DISTINCT FROM" in str(statement)
            return SimpleNamespace(first=lambda: (KEY_ID,) if first else None)

    async def note_session(connection: Any, county: str, *, username: str, method: SignInMethod, **more: Any) -> None:
        noted.append((username, method))

    monkeypatch.setattr(trying, "note_session", note_session)
    connection: Any = Connection()
    asyncio.run(trying._first_today(connection, "611021", key(), NOW.date()))
    assert noted == ([(f"key:{KEY_ID}", SignInMethod.API_KEY)] if first else [])
