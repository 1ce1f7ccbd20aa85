"""The AsyncAPI document says what the contracts say, in the form that AsyncAPI 3.0 asks for."""

import json
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import msgspec
import pytest

from deploy.local.instance import ROOT
from deploy.operator.asyncapi import DOCUMENT, document, encoded
from services.contracts.bureau import MAX_REPLY_BYTES, VERBS, BureauReceipt, BureauRefusal, verb_type
from services.contracts.referral_commands import AnswerReferral, Forwardee, ForwardReferral, RefuseReferral
from services.contracts.routing import Outcome, ReferralState, RefusalReason

SCHEMA = ROOT / "tests" / "asyncapi" / "asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document()


def check_payload(made: dict[str, Any], name: str, payload: bytes) -> None:
    """Holds one message's body against the schema that the document gives for it."""
    message = made["components"]["messages"][name]
    schema = {**message["payload"], "components": made["components"]}
    jsonschema.Draft202012Validator(schema).validate(json.loads(payload))


def test_the_file_is_what_the_code_makes() -> None:
    assert DOCUMENT.read_bytes() == encoded(), "run: .venv/bin/python -m deploy.operator.asyncapi"


def test_the_document_fits_the_schema_of_asyncapi(made: dict[str, Any]) -> None:
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(made)] == []
    # The schema refuses something: an operation must say what it does.
    spoiled = {**made, "operations": {"takeEvents": {"channel": {"$ref": "#/channels/inbox"}}}}
    assert not validator.is_valid(spoiled)


def test_every_reference_leads_somewhere(made: dict[str, Any]) -> None:
    text = json.dumps(made)
    assert text.count('"$ref"') > 50
    references: set[str] = set()

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            references.update([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            node = list(node.values())
        for each in node if isinstance(node, list) else []:
            collect(each)

    collect(made)
    for reference in references:
        found: Any = made
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_every_verb_is_an_operation_with_its_type_and_its_two_answers(made: dict[str, Any]) -> None:
    for verb in VERBS:
        operation = made["operations"][verb]
        assert operation["action"] == "send"
        assert operation["messages"] == [{"$ref": f"#/channels/replies/messages/{verb}"}]
        answers = [each["$ref"].rpartition("/")[2] for each in operation["reply"]["messages"]]
        assert answers == ["receipt", "refused"]
        message = made["components"]["messages"][verb]
        assert message["headers"]["properties"]["cloudEvents:type"]["const"] == verb_type(verb)
        assert str(MAX_REPLY_BYTES) in message["summary"]


def test_an_enumeration_is_told_in_chinese(made: dict[str, Any]) -> None:
    assert "SENT 待签收" in made["components"]["schemas"]["ReferralState"]["description"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("answer", AnswerReferral(referral_id="r", outcome=Outcome.SUPPORTED, opinion="意见", basis="依据")),
        ("forward", ForwardReferral(referral_id="r", to=[Forwardee(unit="zfdd")], due_on=date(2026, 12, 1))),
        (
            "refuse",
            RefuseReferral(referral_id="r", reason=RefusalReason.IN_PROCEDURE, way="向法院起诉", explanation="已立案"),
        ),
        ("refused", BureauRefusal(in_reply_to=None, code="WRONG_STATE", message="不能", field=None)),
        (
            "receipt",
            BureauReceipt(
                in_reply_to="a",
                verb="receive",
                referral_id="r",
                state=ReferralState.RECEIVED,
                state_label="已签收",
                version=2,
                at=datetime(2026, 11, 22, tzinfo=UTC),
            ),
        ),
    ],
    ids=["answer", "forward", "refuse", "refused", "receipt"],
)
def test_what_is_sent_fits_the_document(made: dict[str, Any], name: str, message: msgspec.Struct) -> None:
    payload = msgspec.json.encode(message)
    check_payload(made, name, payload)
    plain = json.loads(payload)
    wrong = {key: value for key, value in plain.items() if key not in ("referral_id", "code")}
    with pytest.raises(jsonschema.ValidationError):
        check_payload(made, name, json.dumps(wrong).encode())
