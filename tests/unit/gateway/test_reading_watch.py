"""Which fields of an accusation count as reading it: all but the headline, those among them that are added later."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    get_named_type,
)

from gateway.schema import reading_watch
from gateway.schema.reading_watch import HEADLINE, WORDS, watch
from gateway.schema.root import build_schema
from services.contracts.intake import Nature
from tests.unit.gateway.reception_cases import shift, visit
from tests.unit.intake.made import petition

ACCUSATION = petition(nature=Nature.ACCUSATION, registrar="clerk")


def read(field: str, row: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases that resolving this field of a petition enters."""
    monkeypatch.setattr(reading_watch, "WORDS", {})
    fields = {name: GraphQLField(GraphQLString) for name in ("title", "body", "addedLater")}
    petition_type = GraphQLObjectType("Petition", fields)
    query = GraphQLObjectType("Query", {"petition": GraphQLField(GraphQLNonNull(petition_type))})
    watch(GraphQLSchema(query))
    context = SimpleNamespace(read={})
    resolve = petition_type.fields[field].resolve or (lambda *_: None)
    resolve(row, SimpleNamespace(context=context, field_name=field))
    return list(context.read)


@pytest.mark.parametrize("field", ["body", "addedLater"])
def test_what_was_written_counts_and_so_does_what_is_added(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = SimpleNamespace(state=ACCUSATION, status="x")
    assert read(field, row, monkeypatch) == [ACCUSATION.id]
    assert read(field, ACCUSATION, monkeypatch) == [ACCUSATION.id]


def test_the_headline_and_other_petitions_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("title", SimpleNamespace(state=ACCUSATION), monkeypatch) == []
    assert read("body", SimpleNamespace(state=petition()), monkeypatch) == []
    assert read("body", SimpleNamespace(state="SENT"), monkeypatch) == []


def read_of(kind: str, field: str, row: Any) -> list[str]:
    """What resolving this field of the interface enters as read."""
    shown = build_schema().type_map[kind]
    assert isinstance(shown, GraphQLObjectType)
    context = SimpleNamespace(read={})
    resolve = shown.fields[field].resolve
    assert resolve is not None
    found: Any = resolve(row, SimpleNamespace(context=context, field_name=field))
    if asyncio.iscoroutine(found):
        found.close()
    return list(context.read)


@pytest.mark.parametrize("field", ["matter", "concerns", "reason", "outcome", "recused"])
def test_of_an_appointment_that_accuses_itself_is_read_and_not_its_case(field: str) -> None:
    reception = shift(2)
    accusing = visit(reception, petition_id="p1", accusation=True, restricted_to=["clerk"])
    assert read_of("Appointment", field, accusing) == [accusing.id]
    walk_in = visit(reception, accusation=True, restricted_to=["clerk"])
    assert read_of("Appointment", field, walk_in) == [walk_in.id]
    assert read_of("Appointment", field, visit(reception, petition_id="p1", restricted_to=["clerk"])) == ["p1"]
    assert read_of("Appointment", field, visit(reception, petition_id="p1")) == []


def test_every_field_that_is_named_is_there() -> None:
    """Renamed, it would no longer be watched; that of a part raises as the schema is built."""
    types = build_schema().type_map
    petition_type = types["Petition"]
    assert isinstance(petition_type, GraphQLObjectType)
    assert set(petition_type.fields) >= HEADLINE
    assert {"body", "demands", "petitioners", "timeline", "attachments"} <= set(petition_type.fields) - HEADLINE
    assert set(types) >= set(WORDS)


WITHOUT_WORDS = {
    # The petition has its own rule; of an item or a matter nothing else is shown.
    *("Petition", "OwnedCase"),
    # Days, numbers and levels; nothing that somebody wrote of a case.
    *("Clock", "Reminder", "LedgerEntry", "Task"),
    # Who was on duty, and nothing of what was reported.
    "DutyCall",
    # Of no case.
    *("Conflict", "Draft", "Triage", "Tenant", "NetworkPost", "PostAlert", "Member", "User"),
    # A log names no accusation.
    "DutyLog",
}


def test_whatever_a_list_shows_is_watched_or_says_why_not() -> None:
    """A list that is added later must be entered in ``WORDS``, or here."""
    listed = set()
    types = build_schema().type_map
    query = types["Query"]
    assert isinstance(query, GraphQLObjectType)
    for field in query.fields.values():
        page = get_named_type(field.type)
        if isinstance(page, GraphQLObjectType) and "nodes" in page.fields:
            listed.add(get_named_type(page.fields["nodes"].type).name)
    assert listed - WORDS.keys() - WITHOUT_WORDS == set()
