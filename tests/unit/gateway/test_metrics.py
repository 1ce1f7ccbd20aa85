"""What the figures say, to whom, and that nothing personal is in them."""

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.metrics.counted import REQUESTS, count, registry
from gateway.metrics.operations import operation_label
from gateway.metrics.routes import Readers
from services.common.settings import Settings, SettingsError

TOKEN = "a-token-of-more-than-24-signs"


def label(text: str) -> str:
    found = parse(text).definitions[0]
    assert isinstance(found, OperationDefinitionNode)
    return operation_label(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ petitions { totalCount } }", "query petitions"),
        ('query ZhaoXiaoshu { petition(number: "611021198001012234") { id } }', "query petition"),
        ("mutation M { a: registerPetition(input: {}) { errors { code } } }", "mutation registerPetition"),
        ("{ petitions { totalCount } clocks { totalCount } }", "query several"),
        ("{ a: petition(id: 1) { id } b: petition(id: 2) { id } }", "query petition"),
        ("{ ...all } fragment all on Query { petitions { totalCount } }", "query several"),
        ("{ __typename }", "query other"),
        ("{ __schema { types { name } } petitions { totalCount } }", "query petitions"),
        ("subscription { caseChanged { id } }", "subscription caseChanged"),
    ],
)
def test_an_operation_is_called_by_the_words_of_the_schema(text: str, expected: str) -> None:
    assert label(text) == expected


def test_a_request_is_counted_by_operation_tenant_and_code() -> None:
    told: dict[str, str | int] = {"county": "611021", "tenant": "xfj", "operation": "WrittenByTheCaller"}
    labels = {"operation": "query test", "county": "611021", "tenant": "xfj", "code": "NOT_FOUND"}
    before = registry.get_sample_value("xinqiao_requests_total", labels) or 0
    count(operation="query test", told=told, code="NOT_FOUND", seconds=0.2)
    assert registry.get_sample_value("xinqiao_requests_total", labels) == before + 1
    assert registry.get_sample_value("xinqiao_request_seconds_count", {"operation": "query test"}) is not None
    assert "WrittenByTheCaller" not in str(list(REQUESTS.collect()))


READERS = Readers.of(
    Settings(metrics_token=TOKEN, metrics_networks=("127.0.0.1", "10.1.0.0/16"), trusted_proxies=("10.9.9.9",))
)


@pytest.mark.parametrize(
    ("peer", "forwarded", "bearer", "may"),
    [
        ("127.0.0.1", "", "", True),
        ("10.1.2.3", "", "", True),
        ("10.2.2.3", "", "", False),
        ("10.2.2.3", "", TOKEN, True),
        ("10.2.2.3", "", "wrong", False),
        # Behind a proxy that nobody has named, everybody would come from here.
        ("127.0.0.1", "203.0.113.7", "", False),
        ("127.0.0.1", "127.0.0.1", "", False),
        ("10.9.9.9", "10.1.2.3", "", True),
        ("10.9.9.9", "203.0.113.7", "", False),
        ("10.9.9.9", "127.0.0.1, 203.0.113.7", "", False),
        ("", "", "", False),
    ],
)
def test_figures_are_read_from_named_networks_or_with_the_token(
    peer: str, forwarded: str, bearer: str, may: bool
) -> None:
    assert READERS.allow(peer=peer, forwarded=forwarded, bearer=bearer) is may


def test_without_a_token_none_opens() -> None:
    readers = Readers.of(Settings(metrics_networks=()))
    assert not readers.allow(peer="127.0.0.1", forwarded="", bearer="")


def test_a_network_that_is_none_is_named_with_its_setting() -> None:
    with pytest.raises(SettingsError, match="metrics_networks"):
        Readers.of(Settings(metrics_networks=("10.1.0.0/99",)))
