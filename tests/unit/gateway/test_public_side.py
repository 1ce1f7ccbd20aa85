"""The public side's contract and its page."""

import re
from pathlib import Path

import msgspec
import pytest
from graphql import GraphQLObjectType, parse, print_schema, validate

import gateway.public
from gateway.public.asking import OneThingAtATime
from gateway.public.receiving import standing
from gateway.public.routes import PAGE, POLICY
from gateway.public.schema import build_public_schema
from services.contracts.receptions import AppointmentState
from tests.unit.roster.receptions_made import SHIFT, appointment

FOLDER = Path(gateway.public.__file__).parent
SCHEMA = build_public_schema()


def test_the_printed_schema_is_the_one_that_is_served() -> None:
    file = FOLDER / "schema.graphql"
    assert file.read_text("utf-8") == print_schema(SCHEMA), (
        f"write it anew: print_schema(build_public_schema()) -> {file}"
    )


def test_the_public_schema_knows_nothing_of_who_wrote_and_what() -> None:
    status, query = SCHEMA.get_type("PetitionStatus"), SCHEMA.query_type
    assert isinstance(status, GraphQLObjectType)
    assert isinstance(query, GraphQLObjectType)
    told = {"number", "receivedOn", "status", "handledBy", "nextDeadline", "told", "answer", "ratings"}
    assert set(status.fields) == told
    receptions = {"publicTable", "receptionSlots", "appointmentStatus"}
    assert set(query.fields) == {"petitionStatus", "desks", "places", "bodies", "pages", *receptions}


def test_an_appointment_is_told_without_who_comes_and_why() -> None:
    for name in ("AppointmentStatus", "AppointmentReceipt"):
        told = SCHEMA.get_type(name)
        assert isinstance(told, GraphQLObjectType)
        assert not {"name", "matter", "identityNumber", "accusation", "concerns"} & set(told.fields)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("{ places { code } }", True),
        ("query A { places { code } } query B { bodies { code } }", True),
        ("{ __schema { queryType { name } } }", True),
        ("{ places { code } bodies { code } }", False),
        ("{ a: places { code } b: places { code } }", False),
        ("{ ...F } fragment F on Query { a: places { code } b: places { code } }", False),
        ("{ ... on Query { a: places { code } b: places { code } } }", False),
    ],
)
def test_one_request_asks_one_thing(query: str, fits: bool) -> None:
    assert (validate(SCHEMA, parse(query), [OneThingAtATime]) == []) is fits


def test_every_document_of_the_page_fits_the_schema() -> None:
    found = re.findall(r"= `((?:query|mutation)[^`]*)`", PAGE) + re.findall(r'ask\("(\{[^"]*\})"\)', PAGE)
    assert len(found) == 15
    for document in found:
        assert validate(SCHEMA, parse(document)) == [], document


def test_the_page_asks_nobody_else_and_carries_out_its_own_script_alone() -> None:
    assert not re.search(r"https?://|//[a-z]+\.|@import|url\(", PAGE)
    assert not re.search(r"\s(?:style|on[a-z]+)=", PAGE)
    policy = POLICY
    assert "unsafe" not in policy
    assert policy.count("sha256-") == PAGE.count("<script>") + PAGE.count("<style>") == 2
    # The county's name is put in outside of what the policy names by its digest.
    for block in re.findall(r"<(?:script|style)>(.*?)</", PAGE, re.DOTALL):
        assert "{{county}}" not in block


def test_everything_to_fill_in_has_a_label() -> None:
    page = PAGE[: PAGE.index("<script>")]
    for id in re.findall(r'<(?:input type="text"|select|textarea)[^>]* id="([^"]+)"', page):
        assert f'<label for="{id}"' in page, id


def test_who_booked_a_reception_that_was_cancelled_reads_that_and_why() -> None:
    off = msgspec.structs.replace(SHIFT, cancelled="领导赴省开会")
    booked = appointment(state=AppointmentState.ACCEPTED)
    assert standing(booked, SHIFT) == {"state": "已预约", "reason": None}
    assert standing(booked, off) == {"state": "该次接访已取消，接访单位将与您另约时间", "reason": "领导赴省开会"}
    # What was over before stays as it was.
    received = appointment(state=AppointmentState.DONE)
    assert standing(received, off)["state"] == "已接访"
