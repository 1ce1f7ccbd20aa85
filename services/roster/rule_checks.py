"""Whether the rules of a tenant's roster may stand. Pure: a Chinese sentence for each thing wrong."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations

from services.common.errors import InvalidInput, Refusal
from services.contracts.roster_commands import TenantRoster
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Hours, Quota, Seat, ServiceKind, ServiceRule
from services.roster.planning import pool
from services.roster.recurring import check_recurrence


class RosterInvalid(Refusal):
    code = "ROSTER_INVALID"
    default = "值班接访规则填写有误，请改正后重试"


def roster_problems(roster: TenantRoster) -> Iterator[str]:
    """Of one tenant as a whole: its members, rules and quotas, and their ids."""
    yield from (f"人员编号“{each}”重复" for each in twice(member.id for member in roster.members))
    yield from (f"登录名“{each}”写在不止一人名下" for each in twice(m.login for m in roster.members if m.login))
    yield from (f"规则编号“{each}”重复" for each in twice(rule.id for rule in roster.rules))
    yield from (f"接访次数要求“{each}”重复" for each in twice(quota.name for quota in roster.quotas))
    for member in roster.members:
        yield from (f"人员 {member.name}：{problem}" for problem in member_problems(member, tenant=roster.tenant))
    for rule in roster.rules:
        yield from (f"规则 {rule.id}：{problem}" for problem in rule_problems(rule, members=roster.members))
    for quota in roster.quotas:
        yield from (f"接访次数要求“{quota.name}”：{problem}" for problem in quota_problems(quota, roster.members))


def member_problems(member: Member, *, tenant: str) -> Iterator[str]:
    if member.tenant != tenant:
        yield f"属于单位 {member.tenant}，不属于 {tenant}"
    if member.until is not None and member.until < member.since:
        yield f"离任日期 {member.until} 早于任职日期 {member.since}"


def rule_problems(rule: ServiceRule, *, members: Sequence[Member]) -> Iterator[str]:
    """``members``: the people of the tenant, of whom its seats are filled."""
    try:
        check_recurrence(rule.recurrence, since=rule.since)
    except InvalidInput as refused:
        yield refused.message
    if rule.until is not None and rule.until < rule.since:
        yield f"结束日期 {rule.until} 早于开始日期 {rule.since}"
    if rule.kind is ServiceKind.RECEPTION and rule.mode is None:
        yield "接访要写明方式（mode）"
    if rule.kind is not ServiceKind.RECEPTION and rule.mode is not None:
        yield f"{rule.kind.label}没有接访方式（mode）"
    if rule.kind is not ServiceKind.RECEPTION and rule.slot_minutes is not None:
        yield f"{rule.kind.label}不接受预约，不写 slot_minutes"
    yield from _of_hours(rule)
    for hours, seats in ((None, rule.seats), *((each, each.seats) for each in rule.hours)):
        where = f"{said(hours)} 的" if hours is not None else ""
        for seat in seats:
            yield from (f"{where}{seat.role.label}：{problem}" for problem in _of_seat(seat, members))


def quota_problems(quota: Quota, members: Sequence[Member]) -> Iterator[str]:
    if bool(quota.members) == bool(quota.ranks):
        yield "对谁的要求，请写 ranks 或 members 其中一样"
    yield from _of_named(quota.members, members)
    if not quota.credits:
        yield "credits 是空的：什么都不算一次，请写明哪些接访方式算"


def said(hours: Hours) -> str:
    """As people write a span of the day: ``08:30-12:00``."""
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def lasts(hours: Hours) -> timedelta:
    """How long it lasts; past midnight where its end is not after its begin."""
    begin = datetime.combine(date.min, hours.start)
    end = datetime.combine(date.min, hours.end)
    return end - begin if end > begin else end - begin + timedelta(days=1)


def twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _of_hours(rule: ServiceRule) -> Iterator[str]:
    for hours in rule.hours:
        if not (hours.seats or rule.seats):
            yield f"{said(hours)} 没有岗位：请在规则或这段时间里写 seats"
        if rule.kind is ServiceKind.RECEPTION and hours.end <= hours.start:
            yield f"{said(hours)}：接访的结束时间应晚于开始时间"
        elif rule.slot_minutes is not None and lasts(hours) < timedelta(minutes=rule.slot_minutes):
            yield f"{said(hours)} 不足 {rule.slot_minutes} 分钟，一位来访人也排不下"
    for one, other in combinations(rule.hours, 2):
        if _overlap(one, other):
            yield f"时间 {said(one)} 与 {said(other)} 重叠"


def _overlap(one: Hours, other: Hours) -> bool:
    """On the days on which both begin; what one leaves to the next morning is its own watch."""
    return one.start < _close(other) and other.start < _close(one)


def _close(hours: Hours) -> time:
    return hours.end if hours.end > hours.start else time.max


def _of_seat(seat: Seat, members: Sequence[Member]) -> Iterator[str]:
    if bool(seat.members) == bool(seat.ranks):
        yield "由谁轮值，请写 ranks 或 members 其中一样"
        return
    named = list(_of_named(seat.members, members))
    yield from named
    if not named and len(pool(seat, members)) < seat.count:
        wanted = "、".join(each.label for each in sorted(seat.qualifications)) if seat.qualifications else ""
        yield f"需要 {seat.count} 人，符合条件{f'（{wanted}）' if wanted else ''}的只有 {len(pool(seat, members))} 人"


def _of_named(ids: Sequence[str], members: Collection[Member]) -> Iterator[str]:
    known = {member.id for member in members}
    yield from (f"没有编号为“{each}”的人员" for each in dict.fromkeys(ids) if each not in known)
    yield from (f"人员“{each}”写了不止一次" for each in twice(ids))
