"""The law as data: rule sets from ``law/*.toml``, read once, checked, frozen.

A rule says which event starts a period, how long it is, what meets it, what cancels it, who owes it and to
which items it applies; each stands under its article. No number of days of the law stands in code.
"""

import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from services.contracts.base import Labelled
from services.contracts.deadlines import Obligation, Unit
from services.contracts.intake import Nature
from services.contracts.routing import ReferralRole

LAW_DIRECTORY = Path(__file__).parent / "law"

Text = Annotated[str, Meta(min_length=1)]


class Event(Labelled):
    """What can happen to a case; the facts say on which legal day. The part before the dot is what it happens to."""

    PETITION_RECEIVED = "petition.received", "收到信访事项"
    PETITION_REFERRED = "petition.referred", "首次转送、交办（未撤回、未退回）"
    PETITION_CLOSED = "petition.closed", "办结"
    REFERRAL_SENT = "referral.sent", "发出转送、交办"
    REFERRAL_RECEIVED = "referral.received", "签收"
    REFERRAL_OBJECTED = "referral.objected", "提出异议"
    REFERRAL_ACCEPTED = "referral.accepted", "受理并告知"
    REFERRAL_ANSWERED = "referral.answered", "作出答复意见"
    REFERRAL_ENDED = "referral.ended", "退回或撤回"

    @property
    def of_petition(self) -> bool:
        """It happens to the petition as a whole, once, and not to each referral."""
        return str(self).startswith("petition.")


class Owner(Labelled):
    REGISTRAR = "registrar", "登记单位"
    RECEIVER = "receiver", "收到转送、交办的单位"


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One period of the law. Its length is ``length`` and ``unit``, or the day that the referral itself names."""

    id: Text
    obligation: Obligation
    article: Text
    """As people cite it, without the name of the regulation."""
    starts: Event
    length: Annotated[int, Meta(ge=1)] | None = None
    unit: Unit | None = None
    named_day: Literal["referral.due_on"] | None = None
    met_by: Annotated[tuple[Event, ...], Meta(min_length=1)]
    cancelled_by: tuple[Event, ...]
    owner: Owner
    natures: frozenset[Nature] = frozenset(Nature)
    roles: frozenset[ReferralRole] = frozenset(ReferralRole)
    anonymous: bool = True
    """Applies also where the petitioner cannot be reached."""
    lapses: bool = False
    """A right that ends with its period, not a duty that can be overdue."""


class RuleSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """A regulation with its rules. It holds for items received from ``since`` to ``until``, both included."""

    id: Text
    name: Text
    """The title in its marks, e.g. ``《信访工作条例》``."""
    jurisdiction: Literal["CN"]
    since: date
    until: date | None = None
    roll_forward: bool
    """A period whose last day is a rest day ends with the next working day."""
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    sets: tuple[RuleSet, ...]
    """By ``since``; no two hold on the same day."""

    def for_item(self, received_on: date) -> RuleSet | None:
        """The rule set for an item received on this day; none for a day before the oldest regulation."""
        return next((rule_set for rule_set in self.sets if rule_set.holds_on(received_on)), None)


class LawError(Exception):
    """A law file is wrong; the message names file, rule and key."""


def load_rules(directory: Path = LAW_DIRECTORY) -> Rules:
    """All rule sets of the directory. Raises ``LawError`` for the first thing that is wrong."""
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise LawError(f"目录 {directory} 中没有规则文件（*.toml），无法计算任何期限")
    sets = sorted(((_read(path), path) for path in paths), key=lambda pair: pair[0].since)
    for (earlier, earlier_path), (later, later_path) in pairwise(sets):
        if earlier.holds_on(later.since):
            raise LawError(
                f"{later_path.name}：from = {later.since} 与 {earlier_path.name} 的施行期间重叠，"
                f"请在 {earlier_path.name} 中把 until 改为早于该日的日期"
            )
    return Rules(sets=tuple(rule_set for rule_set, _ in sets))


def _read(path: Path) -> RuleSet:
    try:
        plain = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"{path.name}：不是有效的 TOML：{error}") from error
    for number, rule in enumerate(_tables(plain), start=1):
        try:
            checked = msgspec.convert(rule, Rule)
        except msgspec.ValidationError as error:
            raise LawError(f"{path.name}：规则 {_rule_name(rule, number)}：{error}") from error
        problem = _problem(checked)
        if problem:
            raise LawError(f"{path.name}：规则 {checked.id}：{problem}")
    try:
        rule_set = msgspec.convert(plain, RuleSet)
    except msgspec.ValidationError as error:
        raise LawError(f"{path.name}：{error}") from error
    if rule_set.until is not None and rule_set.until < rule_set.since:
        raise LawError(f"{path.name}：until = {rule_set.until} 早于 from = {rule_set.since}")
    _unique(path, "id", [rule.id for rule in rule_set.rules])
    _unique(path, "obligation", [str(rule.obligation) for rule in rule_set.rules])
    return rule_set


def _tables(plain: dict[str, Any]) -> list[Any]:
    rules = plain.get("rules")
    return rules if isinstance(rules, list) else []


def _rule_name(rule: Any, number: int) -> str:
    named = rule.get("id") if isinstance(rule, dict) else None
    return str(named) if named else f"第 {number} 条（未写 id）"


def _problem(rule: Rule) -> str | None:
    """What is wrong with a rule whose keys are each right by themselves, or None."""
    counted = rule.length is not None and rule.unit is not None
    if (rule.length is None) != (rule.unit is None):
        return "length 与 unit 必须同时填写"
    if counted == (rule.named_day is not None):
        return "须填写 length 和 unit，或者只填写 named_day，二者取一"
    if rule.starts in rule.met_by or rule.starts in rule.cancelled_by:
        return f"starts = {rule.starts} 不能同时写在 met_by 或 cancelled_by 中"
    if not rule.starts.of_petition:
        return None
    for key, events in (("met_by", rule.met_by), ("cancelled_by", rule.cancelled_by)):
        for event in events:
            if not event.of_petition:
                return f"{key} 中的 {event} 属于单次转送交办，而 starts = {rule.starts} 属于整个信访事项"
    if rule.owner is not Owner.REGISTRAR:
        return f"owner = {rule.owner} 不成立：starts = {rule.starts} 时没有收件单位，应为 {Owner.REGISTRAR}"
    if rule.named_day is not None or rule.roles != frozenset(ReferralRole):
        return f"starts = {rule.starts} 时还没有转送、交办，不能填写 named_day 和 roles"
    return None


def _unique(path: Path, key: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise LawError(f"{path.name}：规则的 {key} = {value} 重复，同一文件内必须唯一")
