"""What is wrong with a county's routing rules, told when they are loaded. Pure.

UNKNOWN (a rule names what is not there) and what ``malformed`` tells refuse the load as a whole; CONFLICT, HOLE and
UNREACHABLE are told, and the county decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

from services.common.errors import Refusal
from services.contracts.directory import Organ, Organisation
from services.contracts.intake import Nature
from services.contracts.proposals import Category, Finding, FindingKind, RoutingRule
from services.contracts.routing import ReferralKind
from services.routing.diversions import LAW
from services.routing.rules import (
    ANY,
    ORGAN,
    OUTSIDE,
    PLACE,
    REGISTRAR,
    Matter,
    holds,
    is_organ,
    organs,
    specific,
    with_above,
)

LEVELS = 3
LONGEST_LIMIT = 366
KINDS = (ReferralKind.TRANSFER, ReferralKind.ASSIGN, ReferralKind.OWN)
SHOWN = 8
"""Paths that one finding names; the others are counted."""


class RoutingRulesInvalid(Refusal):
    """Rules that name what is not there, or cannot be read as rules: nothing of them is loaded."""

    code = "ROUTING_RULES_INVALID"
    default = "转办规则有误，未作任何更改，请按提示改正 routing.toml 后重新载入"


def check_rules(
    *, categories: Sequence[Category], rules: Sequence[RoutingRule], directory: Mapping[str, Organisation], day: date
) -> list[Finding]:
    """What is told of rules that can be loaded. Raises ``RoutingRulesInvalid`` with all that refuses them."""
    found = findings(categories=categories, rules=rules, directory=directory, day=day)
    unknown = [one.message for one in found if one.kind is FindingKind.UNKNOWN]
    wrong = [*malformed(categories, rules), *unknown]
    if wrong:
        raise RoutingRulesInvalid("；".join(wrong))
    return found


def malformed(categories: Sequence[Category], rules: Sequence[RoutingRule]) -> list[str]:
    """What cannot be read as rules, in Chinese sentences."""
    wrong = [
        f"分类“{one.path}”应为一至三级，各级用 / 隔开，不能有空的一级" for one in categories if not _tidy(one.path)
    ]
    wrong += [f"分类“{path}”重复" for path, times in Counter(one.path for one in categories).items() if times > 1]
    wrong += [f"规则编号 {name} 重复" for name, times in Counter(rule.id for rule in rules).items() if times > 1]
    for rule in rules:
        wrong += [f"规则 {rule.id}：{what}" for what in _malformed(rule)]
    return wrong


def findings(
    *, categories: Sequence[Category], rules: Sequence[RoutingRule], directory: Mapping[str, Organisation], day: date
) -> list[Finding]:
    """Everything that is found, in the order of the rules. A county that has no rules misses none."""
    if not rules and not categories:
        return []
    paths = [one.path for one in categories]
    return [
        *_unknown(set(paths), rules, directory),
        *_conflicts(rules),
        *_unreachable(rules, day),
        *_holes(paths, [rule for rule in rules if holds(rule, day)], directory),
    ]


def _tidy(path: str) -> bool:
    parts = path.split("/")
    return len(parts) <= LEVELS and all(part and part == part.strip() for part in parts)


def _malformed(rule: RoutingRule) -> Iterable[str]:
    if not rule.id or rule.id.startswith(LAW):
        yield f"编号不能为空，也不能以 {LAW} 开头（那是法规分流的编号）"
    if rule.kind not in KINDS:
        yield f"办理方式只能是 {'、'.join(f'{kind}（{kind.label}）' for kind in KINDS)}"
    if rule.kind is ReferralKind.ASSIGN and rule.limit is None and rule.lead != OUTSIDE:
        yield "交办须写明反馈期限 limit（《信访工作条例》第二十二条第一款第三项）"
    if rule.limit is not None and not 1 <= rule.limit <= LONGEST_LIMIT:
        yield f"期限 limit 应在 1 到 {LONGEST_LIMIT} 之间"
    if rule.since is not None and rule.until is not None and rule.until < rule.since:
        yield f"截止日期 {rule.until} 早于起始日期 {rule.since}"
    if rule.lead in rule.supports:
        yield f"主办单位 {rule.lead} 又写成了协办单位"


def _unknown(paths: set[str], rules: Sequence[RoutingRule], directory: Mapping[str, Organisation]) -> Iterable[Finding]:
    above = {each for path in paths for each in with_above(path)}
    places = {place.code for one in directory.values() for place in one.places}
    # A division above the townships, such as the county itself, stands for all below it.
    places |= {code[:length] for code in places for length in (2, 4, 6)}
    for rule in rules:
        missing = [f"分类“{path}”不在分类表中" for path in rule.categories if path not in above]
        missing += [f"地点 {code} 不在 places.csv 中" for code in rule.places if code not in places]
        missing += [f"被反映单位 {code} 不在机构名录中" for code in rule.accused if code not in {ANY, *directory}]
        for reference in (rule.lead, *rule.supports):
            missing += _missing(reference, rule, directory)
        lead = directory.get(rule.lead)
        if rule.unit is not None and (lead is None or lead.unit_name(rule.unit) is None):
            missing.append(f"内设机构“{rule.unit}”不在 {rule.lead} 的 units 中")
        if missing:
            yield Finding(
                kind=FindingKind.UNKNOWN,
                rules=[rule.id],
                message=f"规则 {rule.id}（{rule.name}）：{'；'.join(missing)}",
            )


def _missing(reference: str, rule: RoutingRule, directory: Mapping[str, Organisation]) -> list[str]:
    if reference in (PLACE, REGISTRAR) or (reference == OUTSIDE and reference == rule.lead):
        return []
    if reference.startswith(ORGAN):
        name = reference.removeprefix(ORGAN)
        if not is_organ(name):
            return [f"“{reference}”不认识"]
        return [] if organs(name, directory) else [f"directory.toml 中没有单位的 organs 含 {name}"]
    if reference not in directory:
        return [f"单位 {reference} 不在机构名录中"]
    organisation = directory[reference]
    return [] if organisation.active or organisation.successors else [f"单位 {reference} 已停用，且没有承接单位"]


def _conflicts(rules: Sequence[RoutingRule]) -> Iterable[Finding]:
    """Rules that can match the same matter, equally specifically, and say something else: the file's order decides."""
    for one, other in combinations(rules, 2):
        if _meets_equally(one, other) and one.rank == other.rank and _said(one) != _said(other):
            message = (
                f"规则 {one.id}（{one.name}）与 {other.id}（{other.name}）条件相同而去向不同，目前按先后取 {one.id}；"
                "请合并、加细条件或用 rank 排出先后"
            )
            yield Finding(kind=FindingKind.CONFLICT, rules=[one.id, other.id], message=message)


def _unreachable(rules: Sequence[RoutingRule], day: date) -> Iterable[Finding]:
    for place, rule in enumerate(rules):
        why = None
        if rule.until is not None and rule.until < day:
            why = f"已于 {rule.until} 到期，请删去或改期"
        elif rule.lead in rule.accused:
            why = "主办单位就是被反映单位，依照《信访工作条例》第三十条不得推荐，请改由其上级或纪检监察机关"
        else:
            before = next((one for at, one in enumerate(rules) if _covers(one, at, rule, place)), None)
            if before is not None:
                why = f"每次都被规则 {before.id}（{before.name}）抢先，请删去其中一条或调整 rank"
        if why is not None:
            message = f"规则 {rule.id}（{rule.name}）永不生效：{why}"
            yield Finding(kind=FindingKind.UNREACHABLE, rules=[rule.id], message=message)


def _covers(one: RoutingRule, at: int, rule: RoutingRule, place: int) -> bool:
    """Whether ``one`` wins wherever ``rule`` matches. Equal rules that say something else are a conflict instead."""
    if one.lead == PLACE:
        return False  # Of a matter without a place it names nobody, and the next rule's turn comes.
    if one is rule or one.rank < rule.rank or (one.rank == rule.rank and (at > place or _said(one) != _said(rule))):
        return False
    sides = zip(_conditions(one), _conditions(rule), strict=True)
    lasts = (one.since is None or (rule.since is not None and one.since <= rule.since)) and (
        one.until is None or (rule.until is not None and rule.until <= one.until)
    )
    return lasts and all(bool(wide) == bool(narrow) and wide >= narrow for wide, narrow in sides)


def _meets_equally(one: RoutingRule, other: RoutingRule) -> bool:
    together = (one.since is None or other.until is None or one.since <= other.until) and (
        other.since is None or one.until is None or other.since <= one.until
    )
    sides = zip(_conditions(one), _conditions(other), strict=True)
    return together and all(bool(left & right) if left or right else True for left, right in sides)


def _conditions(rule: RoutingRule) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(str(one) for one in some)
        for some in (rule.categories, rule.places, rule.natures, rule.routes, rule.accused)
    )


def _said(rule: RoutingRule) -> tuple[object, ...]:
    return rule.lead, rule.unit, tuple(rule.supports), rule.kind, rule.limit, rule.limit_unit


def _holes(
    paths: Sequence[str], rules: Sequence[RoutingRule], directory: Mapping[str, Organisation]
) -> Iterable[Finding]:
    """Categories, and matters without one, that no rule covers wherever they lie and whoever is accused."""
    leaves = [path for path in paths if not any(other.startswith(f"{path}/") for other in paths)]
    # Where the law says who gets accusations, a county needs no rule for them.
    by_law = {Nature.ACCUSATION} if organs(Organ.DISCIPLINE, directory) else set()
    for nature in (one for one in Nature if one not in by_law):
        leads = {path: _leads(path, nature, rules) for path in [*leaves, None]}
        without = [path for path, some in leads.items() if not some]
        if without:
            message = f"{nature.label}没有规则覆盖：{_listed(without)}；请补充规则，或加一条不带条件的兜底规则"
            yield Finding(kind=FindingKind.HOLE, rules=[], message=message)
        placed = [path for path, some in leads.items() if some == {PLACE}]
        if placed:
            message = f"{nature.label}未填写问题属地时没有承办单位：{_listed(placed)}；请加一条 @registrar 的兜底规则"
            yield Finding(kind=FindingKind.HOLE, rules=[], message=message)


def _leads(path: str | None, nature: Nature, rules: Sequence[RoutingRule]) -> set[str]:
    matter = Matter(category=path, place=None, nature=nature, route=None, accused=frozenset())
    return {rule.lead for rule in rules if specific(rule, matter) is not None}


def _listed(paths: Sequence[str | None]) -> str:
    names = ["未分类" if path is None else f"“{path}”" for path in paths[:SHOWN]]
    more = f"等 {len(paths)} 类" if len(paths) > SHOWN else ""
    return "、".join(names) + more
