"""Which media type an answer has, by what the caller accepts."""

import pytest

from gateway.graphql_http.negotiation import MediaType, negotiated
from gateway.graphql_http.refusals import NotAcceptable

J, G = MediaType.JSON, MediaType.GRAPHQL
GRAPHQL = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, J),
        ("", J),
        ("*/*", J),
        ("application/*", J),
        ("application/json", J),
        (GRAPHQL, G),
        (f"{GRAPHQL}, application/json", G),
        (f"application/json, {GRAPHQL}", J),
        (f"application/json;q=0.9, {GRAPHQL}", G),
        (f"application/json;q=0.9, {GRAPHQL};q=0.5", J),
        (f"{GRAPHQL};q=0, */*", J),
        ("application/json;q=0, */*;q=0.1", G),
        (f"text/html, {GRAPHQL};q=0.4, */*;q=0.1", G),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", J),
        (f"{GRAPHQL}; charset=utf-8, application/json; charset=utf-8", G),
        (f"{GRAPHQL.upper()}", G),
        (f'{GRAPHQL};charset="UTF-8"', G),
        (f"{GRAPHQL};charset=iso-8859-1, application/json", J),
        (f"{GRAPHQL};q=nonsense, application/json", J),
        (f"*/*, {GRAPHQL}", G),
        (f"{GRAPHQL};q=7, application/json;q=1", G),
    ],
)
def test_the_best_of_what_is_accepted_is_spoken(accept: str | None, expected: MediaType) -> None:
    assert negotiated(accept) is expected


@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/xml", f"{GRAPHQL};q=0", "*/*;q=0", "application/json;charset=gbk", "text/*", ", ,"],
)
def test_who_accepts_neither_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        negotiated(accept)


def test_both_types_say_that_they_are_utf_8() -> None:
    assert [one.header for one in MediaType] == [f"{one.value}; charset=utf-8" for one in MediaType]
