"""What can be wrong with a rule, or with a set of rules, whose keys are each right by themselves."""

import re
from collections.abc import Iterator
from fractions import Fraction

from services.contracts.base import Labelled
from services.contracts.deadlines import Event, Unit
from services.contracts.reviews import ReviewStage
from services.contracts.routing import CaseGrade, ReferralKind
from services.contracts.rules import SENT_OUT, Owner, Per, Period, Rule, RuleKind, RuleSet
from services.deadlines.events import TIMED

OWNERS = {
    Per.PETITION: {Owner.REGISTRAR},
    Per.REFERRAL: {Owner.REGISTRAR, Owner.RECEIVER},
    Per.REVIEW: {Owner.REGISTRAR, Owner.REVIEWER},
    Per.SUPERVISION: {Owner.ADDRESSEE},
    Per.MILESTONE: {Owner.PROMISER},
}
NAMES_A_DAY = {Per.REFERRAL, Per.SUPERVISION, Per.MILESTONE}
SCOPES_OF: dict[str, tuple[Per, frozenset[Labelled]]] = {
    "kinds": (Per.REFERRAL, frozenset(ReferralKind)),
    "roles": (Per.REFERRAL, SENT_OUT),
    "grades": (Per.REFERRAL, frozenset(CaseGrade)),
    "stages": (Per.REVIEW, frozenset(ReviewStage)),
}
"""The keys of a rule's scope that only one kind of thing has, and what they hold where they are left out."""
SCOPES = ("natures", "channels", "sources", "routes", "procedures", "urgencies", "registrars", *SCOPES_OF)
"""The keys that say to what a rule applies."""
JURISDICTION = re.compile(r"CN|\d{6}")
ORDINARY: dict[Unit, Fraction] = {
    Unit.CALENDAR_DAYS: Fraction(1),
    Unit.WORKING_DAYS: Fraction(7, 5),
    Unit.MONTHS: Fraction(31),
    Unit.HOURS: Fraction(1, 24),
    Unit.MINUTES: Fraction(1, 24 * 60),
}
"""Days that one unit ordinarily takes: a week has five working days, a month thirty-one days."""


def ordinary_days(length: int, unit: Unit) -> Fraction:
    """How many days a period ordinarily takes, where no holiday lies in its way."""
    return length * ORDINARY[unit]


def set_problem(rule_set: RuleSet) -> str | None:
    """What is wrong with a set, its rules each being right, or None."""
    if not JURISDICTION.fullmatch(rule_set.jurisdiction):
        return f"jurisdiction = {rule_set.jurisdiction} 应为 CN 或六位县级行政区划代码"
    if rule_set.until is not None and rule_set.until < rule_set.since:
        return f"until = {rule_set.until} 早于 from = {rule_set.since}"
    ids = [rule.id for rule in rule_set.rules]
    for rule in rule_set.rules:
        if not rule.id.startswith(f"{rule_set.id}."):
            return f"规则的 id = {rule.id} 应以“{rule_set.id}.”开头"
        if ids.count(rule.id) > 1:
            return f"规则的 id = {rule.id} 重复，同一规则集内必须唯一"
        if rule_set.kind is not RuleKind.INTERNAL and rule.tenants is not None:
            return f"规则 {rule.id}：tenants 只能用于 kind = internal 的规则集"
        if rule_set.kind is not RuleKind.LAW and rule.petitioner_side:
            return f"规则 {rule.id}：petitioner_side 只能用于 kind = law 的规则集，信访人的期限只能由法规规定"
    obligations = [str(rule.obligation) for rule in rule_set.rules]
    repeated = [each for each in obligations if obligations.count(each) > 1]
    if rule_set.kind is RuleKind.LAW and repeated:
        return f"规则的 obligation = {repeated[0]} 重复，一部法规中每项义务只能有一条规则"
    return None


def rule_problem(rule: Rule) -> str | None:
    """What is wrong with a rule by itself, or None."""
    return next(_problems(rule), None)


def _problems(rule: Rule) -> Iterator[str]:
    counted = rule.length is not None and rule.unit is not None
    if (rule.length is None) != (rule.unit is None):
        yield "length 与 unit 必须同时填写"
    if counted == rule.named_day:
        yield "须填写 length 和 unit，或者只填写 named_day = true，二者取一"
    if rule.named_day and rule.per not in NAMES_A_DAY:
        yield f"named_day 不适用于 per = {rule.per}：没有可以指定的日期"
    if rule.owner not in OWNERS[rule.per]:
        choices = "、".join(sorted(OWNERS[rule.per]))
        yield f"owner = {rule.owner} 不适用于 per = {rule.per}，可以是：{choices}"
    yield from _events(rule)
    yield from _scopes(rule)
    yield from _instants(rule)
    yield from _pauses(rule)
    yield from _extras(rule)


def _events(rule: Rule) -> Iterator[str]:
    known = {str(Per.PETITION), str(rule.per)}
    for key, events in (("starts", (rule.starts,)), ("met_by", rule.met_by), ("cancelled_by", rule.cancelled_by)):
        for event in events:
            if event.subject not in known or event is Event.REVIEW_HEARING:
                yield f"{key} 中的 {event} 不能用于 per = {rule.per} 的规则"
            if key != "starts" and event is rule.starts:
                yield f"starts = {rule.starts} 不能同时写在 {key} 中"


def _scopes(rule: Rule) -> Iterator[str]:
    for key in SCOPES:
        if not getattr(rule, key):
            yield f"{key} 不能为空，适用于全部时请删去这一项"
    for key, (per, whole) in SCOPES_OF.items():
        if rule.per is not per and getattr(rule, key) != whole:
            yield f"{key} 只能用于 per = {per} 的规则"


def _instants(rule: Rule) -> Iterator[str]:
    if rule.unit is None or not rule.unit.of_instants:
        return
    if not rule.length:
        yield f"unit = {rule.unit} 时 length 不能为 0"
    for event in (rule.starts, *rule.met_by):
        if event not in TIMED:
            yield f"unit = {rule.unit} 时不能使用 {event}：只记录了日期，没有记录时刻"
    if rule.opens or rule.extension:
        yield f"unit = {rule.unit} 时不能填写 opens 和 extension"


def _pauses(rule: Rule) -> Iterator[str]:
    if not rule.paused_by:
        return
    if set(rule.paused_by) != {Event.REVIEW_HEARING} or rule.stages != {ReviewStage.FINAL} or rule.named_day:
        yield f"paused_by 只能是 {Event.REVIEW_HEARING}，且只能用于 stages = [FINAL]：只有复核的听证时间不计入期限"


def _extras(rule: Rule) -> Iterator[str]:
    if rule.petitioner_side and not rule.lapses:
        yield "petitioner_side = true 时 lapses 也必须为 true：信访人没有义务，只有权利"
    if rule.extension and (rule.named_day or rule.lapses):
        yield "extension 不能用于 named_day 或 lapses 的规则"
    if rule.extension and rule.extension.unit is not Unit.CALENDAR_DAYS:
        yield f"extension 的 unit 只能是 {Unit.CALENDAR_DAYS}"
    if rule.opens and not _opens_in_time(rule.opens, rule):
        yield "opens 必须早于期限届满，且不能以小时、分钟计"


def _opens_in_time(opens: Period, rule: Rule) -> bool:
    if opens.unit.of_instants or rule.length is None or rule.unit is None:
        return False
    return ordinary_days(opens.length, opens.unit) < ordinary_days(rule.length, rule.unit)
