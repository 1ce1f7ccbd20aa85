"""Whether what a county sets for its register may be loaded. Pure: a Chinese sentence for each thing wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from services.common.errors import Refusal
from services.common.opening import spans
from services.contracts.intake_rules import IntakeRules, Representation, TenantDesk
from services.intake.representation import allowed


class IntakeRulesInvalid(Refusal):
    code = "INTAKE_RULES_INVALID"
    default = "登记设置填写有误，请改正后重新载入"


def rules_problems(rules: IntakeRules, *, today: date) -> Iterator[str]:
    """``today``: the day by whose law they are judged."""
    if rules.representation is not None:
        yield from (f"representation：{problem}" for problem in _of_representation(rules.representation, today))
    yield from (f"单位 {code} 写了不止一次，请合并" for code in _twice(desk.tenant for desk in rules.desks))
    for desk in rules.desks:
        yield from (f"单位 {desk.tenant}：{problem}" for problem in _of_desk(desk))


def _of_representation(local: Representation, today: date) -> Iterator[str]:
    law = allowed(present=1, received_on=today, local=None)
    if local.most > law.most:
        yield f"most = {local.most} 超过{law.basis}规定的 {law.most} 人，只能更少"
    for group in local.small_groups:
        if group.most > local.most:
            yield f"small_groups 中 {group.up_to} 人以下的 most = {group.most} 超过一般的 {local.most} 人，只能更少"
        if group.most > group.up_to:
            yield f"small_groups 中 {group.up_to} 人以下的，代表不会多于 {group.up_to} 人"
    if any(larger.up_to <= smaller.up_to for smaller, larger in pairwise(local.small_groups)):
        yield "small_groups 应按 up_to 由小到大写，不能重复"


def _of_desk(desk: TenantDesk) -> Iterator[str]:
    for each in desk.hours:
        try:
            spans(each.hours)
        except ValueError:
            yield f'接待时间“{each.hours}”应写作 "08:30-12:00,14:00-18:00"，时刻确有其时，由早到晚'
    yield from (f"星期 {weekday} 的接待时间写了不止一次" for weekday in _twice(each.weekday for each in desk.hours))
    yield from (f"内容分类编号“{code}”重复" for code in _twice(kind.code for kind in desk.local_kinds))
    yield from (f"内容分类名称“{name}”重复" for name in _twice(kind.name for kind in desk.local_kinds))


def _twice(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]
