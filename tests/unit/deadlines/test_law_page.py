"""``docs/law.md`` says of every shipped rule what the rule says, and names tests that there are."""

import ast
import re
from pathlib import Path

import pytest

from deploy.local.instance import ROOT
from services.contracts.deadlines import Event
from services.contracts.rules import Rule, RuleSet
from tests.unit.deadlines.made import RULES

PAGE = (ROOT / "docs" / "law.md").read_text("utf-8")
TABLES = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
ROWS = [row for row in TABLES if len(row) == 7 and row[0] != "article"]
HERE = Path(__file__).parent
TESTS = {
    node.name
    for path in HERE.glob("test_*.py")
    for node in ast.parse(path.read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
}
SETS = (*RULES.law, *RULES.special, *RULES.shelf)
NUMERALS = "一二三四五六七八九"


def cells(rule_set: RuleSet, rule: Rule) -> list[str]:
    """What the page must say of a rule, before the tests."""
    return [rule.article, f"`{rule.id}`", rule.obligation.label, rule.owner.label, _length(rule), _course(rule)]


def _length(rule: Rule) -> str:
    said = "the named day" if rule.length is None or rule.unit is None else f"{rule.length} {rule.unit.label}"
    if rule.opens:
        said += f", not before {rule.opens.length} {rule.opens.unit.label}"
    if rule.extension:
        said += f", + {rule.extension.length} {rule.extension.unit.label}"
    return said


def _course(rule: Rule) -> str:
    said = f"{rule.starts.label} → {_events(rule.met_by)}"
    if rule.paused_by:
        said += f"; stands still: {_events(rule.paused_by)}"
    if rule.cancelled_by:
        said += f"; ends with: {_events(rule.cancelled_by)}"
    return said


def _events(events: tuple[Event, ...]) -> str:
    return ", ".join(event.label for event in events)


def _article(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"第{NUMERALS[tens - 1]}十{NUMERALS[ones - 1] if ones else ''}条"


@pytest.mark.parametrize(
    ("rule_set", "rule"), [(each, rule) for each in SETS for rule in each.rules], ids=lambda one: one.id
)
def test_the_page_says_of_each_rule_what_the_rule_says(rule_set: RuleSet, rule: Rule) -> None:
    (row,) = [row for row in ROWS if row[1] == f"`{rule.id}`"]
    assert row[:-1] == cells(rule_set, rule)


def test_the_page_names_no_rule_that_there_is_not() -> None:
    named = re.findall(r"^\|[^|]*\| `([^`]+)`", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(rule.id for each in SETS for rule in each.rules)


def test_every_regulation_has_its_heading() -> None:
    headings = re.findall(r"^##+ .*(《.*》)", PAGE, re.MULTILINE)
    assert set(headings) == {each.name for each in SETS}


@pytest.mark.parametrize("number", [*range(22, 37), 40])
def test_every_article_of_the_handling_has_a_row(number: int) -> None:
    part = PAGE[PAGE.index("## 《信访工作条例》") : PAGE.index("## 《信访条例》")]
    assert re.search(rf"^\| {_article(number)}", part, re.MULTILINE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_row_names_tests_that_there_are(row: list[str]) -> None:
    named = re.findall(r"`(test_\w+)`", row[-1])
    assert named
    assert set(named) <= TESTS
