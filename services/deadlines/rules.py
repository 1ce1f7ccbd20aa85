"""The law as data: rule sets from ``law/*.toml`` and ``norms/*.toml``, read once, checked, frozen.

A rule says which event starts a period, how long it is, what meets it, what cancels it, who owes it and to
which items it applies; each stands under its article. No number of days of the law stands in code.
"""

import tomllib
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from services.common.wording import explain
from services.contracts.rules import Rule, RuleKind, RuleSet
from services.deadlines.rule_checks import rule_problem, set_problem
from services.deadlines.tightening import disagreement, loosening

LAW_DIRECTORY = Path(__file__).parent / "law"
NORMS_DIRECTORY = Path(__file__).parent / "norms"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is shipped."""

    law: tuple[RuleSet, ...]
    """By ``since``; no two hold on the same day."""
    special: tuple[RuleSet, ...] = ()
    """In force everywhere for what they name."""
    shelf: tuple[RuleSet, ...] = ()
    """Internal sets that a county may adopt by their id; none is in force by itself."""

    def for_item(self, received_on: date) -> RuleSet | None:
        """The law for an item received on this day; none for a day before the oldest regulation."""
        return next((rule_set for rule_set in self.law if rule_set.holds_on(received_on)), None)


class LawError(Exception):
    """A rule file is wrong; the message names file, rule and key."""


def load_rules(*, law: Path = LAW_DIRECTORY, norms: Path = NORMS_DIRECTORY) -> Rules:
    """All rule sets of the two directories. Raises ``LawError`` for the first thing that is wrong."""
    laws = [(path, _read(path, {RuleKind.LAW})) for path in sorted(law.glob("*.toml"))]
    if not laws:
        raise LawError(f"目录 {law} 中没有规则文件（*.toml），无法计算任何期限")
    laws.sort(key=lambda pair: pair[1].since)
    for (earlier_path, earlier), (later_path, later) in pairwise(laws):
        if earlier.holds_on(later.since):
            raise LawError(
                f"{later_path.name}：from = {later.since} 与 {earlier_path.name} 的施行期间重叠，"
                f"请在 {earlier_path.name} 中把 until 改为早于该日的日期"
            )
    beside = [(path, _read(path, {RuleKind.SPECIAL, RuleKind.INTERNAL})) for path in sorted(norms.glob("*.toml"))]
    in_force = tuple(rule_set for _, rule_set in laws)
    taken = {rule_set.id for rule_set in in_force}
    for path, rule_set in beside:
        if rule_set.id in taken:
            raise LawError(f"{path.name}：id = {rule_set.id} 与另一个规则文件重复")
        taken.add(rule_set.id)
        for rule in rule_set.rules:
            problem = loosening(rule, rule_set, in_force) or disagreement(rule, rule_set.rules)
            if problem:
                raise LawError(f"{path.name}：规则 {rule.id}：{problem}")
    return Rules(
        law=in_force,
        special=tuple(rule_set for _, rule_set in beside if rule_set.kind is RuleKind.SPECIAL),
        shelf=tuple(rule_set for _, rule_set in beside if rule_set.kind is RuleKind.INTERNAL),
    )


def rule_set_of(plain: dict[str, Any], *, kinds: set[RuleKind], wrong: Callable[[str], Exception]) -> RuleSet:
    """A rule set of one of ``kinds`` from the tables of a TOML file.

    Raises what ``wrong`` makes of the Chinese words for the first mistake.
    """
    tables = plain.get("rules")
    for number, table in enumerate(tables if isinstance(tables, list) else [], start=1):
        try:
            rule = msgspec.convert(table, Rule)
        except msgspec.ValidationError as error:
            raise wrong(f"规则 {_name(table, number)}：{said_of(error)}") from error
        if problem := rule_problem(rule):
            raise wrong(f"规则 {rule.id}：{problem}")
    try:
        rule_set = msgspec.convert(plain, RuleSet)
    except msgspec.ValidationError as error:
        raise wrong(said_of(error)) from error
    if rule_set.kind not in kinds:
        choices = "、".join(sorted(kinds))
        raise wrong(f"kind = {rule_set.kind} 的规则集不应写在这里，这里只能是：{choices}")
    if problem := set_problem(rule_set):
        raise wrong(problem)
    return rule_set


def said_of(error: msgspec.ValidationError) -> str:
    """The key and what is wrong with it, in Chinese."""
    sentence, key = explain(error)
    return f"{key}：{sentence}" if key else sentence


def _read(path: Path, kinds: set[RuleKind]) -> RuleSet:
    def wrong(words: str) -> LawError:
        return LawError(f"{path.name}：{words}")

    try:
        plain = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong(f"不是有效的 TOML（UTF-8）：{error}") from error
    rule_set = rule_set_of(plain, kinds=kinds, wrong=wrong)
    if rule_set.jurisdiction != "CN":
        raise wrong(f"jurisdiction = {rule_set.jurisdiction} 应为 CN：各县自己的规定写在县配置里")
    return rule_set


def _name(table: Any, number: int) -> str:
    named = table.get("id") if isinstance(table, dict) else None
    return str(named) if named else f"第 {number} 条（未写 id）"
