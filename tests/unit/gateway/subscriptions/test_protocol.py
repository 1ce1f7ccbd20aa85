"""graphql-transport-ws, message by message: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md."""

from typing import Any

import pytest

from gateway.subscriptions import connection as module
from tests.unit.gateway.subscriptions.sockets import CLERK, PlayedSite, begun, closed, init, opened, subscribe


@pytest.fixture
def site() -> PlayedSite:
    return PlayedSite()


def test_who_says_who_he_is_is_acknowledged(site: PlayedSite) -> None:
    with opened(site) as session:
        assert session.accepted_subprotocol == "graphql-transport-ws"
        begun(session)


@pytest.mark.parametrize("offered", [[], ["graphql-ws"]], ids=["none", "the legacy one"])
def test_another_subprotocol_is_not_acceptable(site: PlayedSite, offered: list[str]) -> None:
    with opened(site, protocols=offered) as session:
        assert closed(session) == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize("token", [None, "bad"])
def test_who_is_not_known_is_forbidden(site: PlayedSite, token: str | None) -> None:
    with opened(site) as session:
        init(session, token)
        assert closed(session) == (4403, "UNAUTHENTICATED")
    assert site.connections == []


@pytest.mark.parametrize(
    "payload", [{"Authorization": "bearer good"}, {"authorization": "good"}, {"authorization": " Bearer  good "}]
)
def test_the_token_is_taken_with_and_without_its_scheme(site: PlayedSite, payload: dict[str, str]) -> None:
    with opened(site) as session:
        session.send_json({"type": "connection_init", "payload": payload})
        assert session.receive_json() == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [{"authorization": 7}, {"authorization": "Basic good"}, {"other": "good"}, {}])
def test_what_is_no_bearer_token_is_none(site: PlayedSite, payload: dict[str, Any]) -> None:
    with opened(site) as session:
        session.send_json({"type": "connection_init", "payload": payload})
        assert closed(session) == (4403, "UNAUTHENTICATED")


def test_who_says_nothing_is_closed_after_a_while(site: PlayedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INIT_SECONDS", 0.05)
    with opened(site) as session:
        assert closed(session) == (4408, "Connection initialisation timeout")


def test_pings_do_not_put_off_the_end_of_who_says_nothing(site: PlayedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INIT_SECONDS", 0.2)
    with opened(site) as session:
        session.send_json({"type": "ping"})
        assert session.receive_json() == {"type": "pong"}
        assert closed(session) == (4408, "Connection initialisation timeout")


def test_a_second_initialisation_is_one_too_many(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        init(session)
        assert closed(session) == (4429, "Too many initialisation requests")


def test_nothing_is_subscribed_to_before_the_acknowledgement(site: PlayedSite) -> None:
    with opened(site) as session:
        subscribe(session, "a", "one")
        assert closed(session) == (4401, "Unauthorized")


@pytest.mark.parametrize("payload", [None, {"at": 1}])
def test_a_ping_is_answered_with_its_payload(site: PlayedSite, payload: dict[str, int] | None) -> None:
    with opened(site) as session:
        begun(session)
        session.send_json({"type": "ping", **({"payload": payload} if payload else {})})
        assert session.receive_json() == {"type": "pong", **({"payload": payload} if payload else {})}


def test_a_pong_that_nobody_asked_for_is_taken(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        session.send_json({"type": "pong", "payload": {"any": True}})
        subscribe(session, "a", "one")
        assert session.receive_json()["type"] == "next"


@pytest.mark.parametrize(
    "text",
    [
        *("no json", "[]", "7", "null", "{}", '{"type": "next", "id": "a"}', '{"type": "start", "id": "a"}'),
        *('{"type": "subscribe", "payload": {"query": "one"}}', '{"type": "subscribe", "id": "", "payload": {}}'),
        *('{"type": "subscribe", "id": "a"}', '{"type": "subscribe", "id": "a", "payload": {"query": 7}}'),
        *('{"type": "complete"}', '{"type": "ping", "payload": 7}', "[" * 100_000),
    ],
)
def test_what_is_no_message_closes_the_socket(site: PlayedSite, text: str) -> None:
    with opened(site) as session:
        begun(session)
        session.send_text(text)
        assert closed(session) == (4400, "INVALID_MESSAGE")


def test_bytes_are_no_message(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        session.send_bytes(b'{"type": "ping"}')
        assert closed(session) == (4400, "INVALID_MESSAGE")


def test_a_subscription_brings_its_events_and_its_end(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "one", x=1)
        data = {"seen": CLERK.user, "of": {"x": 1}}
        assert session.receive_json() == {"type": "next", "id": "a", "payload": {"data": data}}
        assert session.receive_json() == {"type": "complete", "id": "a"}
        # Its id is free again.
        subscribe(session, "a", "one")
        assert session.receive_json()["type"] == "next"


def test_one_that_is_refused_has_an_error_and_nothing_after_it(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "refused")
        message = session.receive_json()
        assert (message["type"], message["id"]) == ("error", "a")
        assert [error["extensions"]["code"] for error in message["payload"]] == ["NOT_A_SUBSCRIPTION"]
        session.send_json({"type": "ping"})
        assert session.receive_json() == {"type": "pong"}


def test_an_id_is_used_by_one_subscription_at_a_time(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "open")
        assert session.receive_json()["type"] == "next"
        subscribe(session, "a", "open")
        assert closed(session) == (4409, "Subscriber for a already exists")


def test_the_client_completes_what_it_wants_no_more(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "open")
        assert session.receive_json()["type"] == "next"
        session.send_json({"type": "complete", "id": "a"})
        subscribe(session, "a", "one")
        assert session.receive_json()["payload"]["data"]["seen"] == CLERK.user
        assert session.receive_json() == {"type": "complete", "id": "a"}
    assert site.closed == ["open"]


def test_completing_what_is_none_is_no_fault(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        session.send_json({"type": "complete", "id": "nobody's"})
        session.send_json({"type": "ping"})
        assert session.receive_json() == {"type": "pong"}


def test_more_subscriptions_than_may_be_are_refused_each(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        for id in "abc":
            subscribe(session, id, "open")
            assert session.receive_json()["type"] == "next"
        subscribe(session, "d", "open")
        message = session.receive_json()
        assert (message["type"], message["id"]) == ("error", "d")
        assert message["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"


def test_more_sockets_than_may_be_are_asked_to_come_again(site: PlayedSite) -> None:
    site.full = True
    with opened(site) as session:
        init(session)
        assert closed(session) == (1013, "TOO_MANY_SOCKETS")


def test_who_is_too_slow_is_asked_to_come_again(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "slow")
        assert closed(session) == (1013, "SLOW_CONSUMER")


def test_a_fault_of_ours_closes_the_socket_and_says_nothing(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "broken")
        assert closed(session) == (4500, "INTERNAL")


def test_a_session_that_ends_closes_the_socket(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        subscribe(session, "a", "ended")
        assert closed(session) == (4401, "UNAUTHENTICATED")


def test_who_goes_leaves_nothing_behind(site: PlayedSite) -> None:
    with opened(site) as session:
        begun(session)
        for id in "ab":
            subscribe(session, id, "open")
            assert session.receive_json()["type"] == "next"
    assert site.connections == []
    assert site.closed == ["open", "open"]
