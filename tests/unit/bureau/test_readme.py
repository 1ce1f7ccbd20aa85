"""The examples and tables in the README for a bureau's programmer are those of the contract."""

import re

import msgspec
import pytest

from deploy.local.instance import ROOT
from services.contracts.bureau import (
    ATTACHMENT_EVENT,
    RECEIPT_EVENT,
    REFERRAL_EVENT,
    REFUSED_EVENT,
    REMINDER_EVENT,
    VERBS,
    BureauAttachment,
    BureauAttachmentNews,
    BureauReceipt,
    BureauReferral,
    BureauRefusal,
    verb_type,
)

README = (ROOT / "deploy" / "examples" / "bureau" / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(
    ("example", "struct"), list(zip(EXAMPLES, (BureauReferral, BureauReceipt, BureauRefusal), strict=True))
)
def test_an_example_is_a_message_of_the_contract(example: str, struct: type[msgspec.Struct]) -> None:
    message = msgspec.json.decode(example, type=struct)
    # Nothing is missing from it, and nothing is in it that no message has.
    assert msgspec.json.decode(example) == msgspec.to_builtins(message)


def test_every_type_and_every_field_of_a_reply_is_described() -> None:
    types = [REFERRAL_EVENT, ATTACHMENT_EVENT, REMINDER_EVENT, RECEIPT_EVENT, REFUSED_EVENT, *map(verb_type, VERBS)]
    assert [each for each in types if f"`{each}`" not in README] == []
    structs: list[type[msgspec.Struct]] = [BureauReferral, BureauAttachment, BureauAttachmentNews, *VERBS.values()]
    for struct in structs:
        assert [name for name in struct.__struct_fields__ if f"`{name}`" not in README] == []
