"""The worked examples of docs/graphql.md, carried out as they stand there, in their order."""

import json
import re
from collections.abc import Mapping
from typing import Any

from deploy.local.instance import ROOT
from tests.harness.platform import Platform
from tests.journey.story import today

EXAMPLE = re.compile(
    r"<!-- (?P<told>as .*?) -->\n(?P<words>[^`]*?)```graphql\n(?P<document>.*?)^```$"
    r"(?:\n+```json\n(?P<variables>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
"""Before each stands who asks (``as TENANT ROLE``), and what becomes of the answer: ``keep NAME = PATH`` for those
after it, ``expect PATH = VALUE``, ``until PATH = VALUE`` of what comes over the bus, ``fails CODE``."""
KEPT = re.compile(r"\{([a-z]+)\}")


def test_the_worked_examples_do_what_they_say(platform: Platform) -> None:
    examples = list(EXAMPLE.finditer((ROOT / "docs" / "graphql.md").read_text("utf-8")))
    assert len(examples) >= 10
    kept = {"today": str(today())}
    for example in examples:
        who, *directions = example["told"].split("; ")
        _, tenant, role = who.split()
        told = [direction.partition(" ")[::2] for direction in directions]
        asked = {
            "query": filled(example["document"], kept),
            "variables": json.loads(filled(example["variables"] or "{}", kept)),
        }
        client = platform.login(tenant, role)

        def ask(client: Any = client, asked: Any = asked, told: Any = told) -> dict[str, Any] | None:
            body: dict[str, Any] = client.post("/graphql", json=asked).json()
            awaited = [filled(rest, kept).split(" = ") for word, rest in told if word == "until"]
            return body if all(str(at(body["data"], path)) == value for path, value in awaited) else None

        body = platform.eventually(ask)
        check(body, told, kept)
        for word, rest in told:
            if word == "keep":
                name, _, path = rest.partition(" = ")
                kept[name] = str(at(body["data"], path))


def check(body: Mapping[str, Any], told: list[tuple[str, str]], kept: Mapping[str, str]) -> None:
    failed = [error["extensions"]["code"] for error in body.get("errors", [])]
    assert failed == [rest for word, rest in told if word == "fails"], body
    expected = dict(filled(rest, kept).split(" = ") for word, rest in told if word == "expect")
    assert {path: str(at(body["data"], path)) for path in expected} == expected, body
    for name, payload in (body["data"] or {}).items():
        if isinstance(payload, dict) and not any(path.startswith(f"{name}.errors") for path in expected):
            assert payload.get("errors", []) == [], body


def at(found: Any, path: str) -> Any:
    """What stands at ``a.0.b``; None where there is nothing."""
    for key in path.split("."):
        if isinstance(found, list):
            found = found[int(key)] if int(key) < len(found) else None
        elif isinstance(found, dict):
            found = found.get(key)
    return found


def filled(text: str, kept: Mapping[str, str]) -> str:
    """The text with what was kept of the answers before in its places; a version stands there as a number."""
    text = text.replace('"{version}"', kept.get("version", "{version}"))
    return KEPT.sub(lambda found: kept.get(found[1], found[0]), text)
