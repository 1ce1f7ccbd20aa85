"""What a loaded roster changes of what stands, and what an office makes of its people and rules. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from services.contracts.roster_commands import SaveMember, TenantRoster
from services.contracts.roster_people import Member
from services.contracts.roster_rules import ServiceRule
from services.contracts.roster_settings import LoadedProfile, RosterQuotas, RosterRules

ONE_DAY = timedelta(days=1)


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile changes of one tenant's roster."""

    members: list[Member]
    rules: RosterRules
    quotas: RosterQuotas | None


def digest(roster: TenantRoster) -> str:
    return hashlib.sha256(msgspec.json.encode(roster, order="deterministic")).hexdigest()


def loading(
    *,
    roster: TenantRoster,
    rules: RosterRules | None,
    quotas: RosterQuotas | None,
    members: Mapping[str, Member],
    today: date,
) -> Changed | None:
    """What changes where the profile says ``roster`` of a tenant of whom the rest stands; None where it says what it
    said last time."""
    mark = digest(roster)
    before = rules.loaded if rules is not None else None
    if before is not None and before.digest == mark:
        return None
    named = {member.id for member in roster.members}
    left_out = [members[each] for each in (before.members if before else ()) if each in members and each not in named]
    wanted = [*roster.members, *(ended_member(member, today=today) for member in left_out)]
    told = RosterQuotas(tenant=roster.tenant, quotas=roster.quotas)
    return Changed(
        members=[member for member in wanted if member != members.get(member.id)],
        rules=RosterRules(
            tenant=roster.tenant,
            rules=_rules(roster.rules, rules, before, today),
            loaded=LoadedProfile(
                digest=mark,
                members=sorted(named),
                rules=sorted(rule.id for rule in roster.rules),
            ),
        ),
        quotas=None if told == (quotas or RosterQuotas(tenant=roster.tenant, quotas=[])) else told,
    )


def ended_member(member: Member, *, today: date) -> Member:
    """He served until yesterday, unless he had left before; who was to come has not come."""
    yesterday = today - ONE_DAY
    if member.until is not None and member.until <= yesterday:
        return member
    return msgspec.structs.replace(member, since=min(member.since, yesterday), until=yesterday)


def without_rule(rules: Sequence[ServiceRule], id: str, *, last: date) -> list[ServiceRule]:
    """``last`` is its last day, unless it has ended before. Of one that begins later there is nothing to remember."""
    kept = []
    for rule in rules:
        if rule.id != id or (rule.until is not None and rule.until <= last):
            kept.append(rule)
        elif rule.since <= last:
            kept.append(msgspec.structs.replace(rule, until=last))
    return kept


def with_rule(rules: Sequence[ServiceRule], rule: ServiceRule) -> list[ServiceRule]:
    """In the place of the one with the same id, or behind all."""
    if all(each.id != rule.id for each in rules):
        return [*rules, rule]
    return [rule if each.id == rule.id else each for each in rules]


def saved_member(body: SaveMember, *, tenant: str, id: str) -> Member:
    return Member(
        tenant=tenant,
        id=id,
        login=body.login or None,
        name=body.name,
        rank=body.rank,
        post=body.post,
        portfolio=list(body.portfolio),
        phone=body.phone or None,
        qualifications=body.qualifications,
        since=body.since,
        until=body.until,
        order=body.order,
    )


def _rules(
    wanted: Iterable[ServiceRule], stored: RosterRules | None, before: LoadedProfile | None, today: date
) -> list[ServiceRule]:
    """Those of the profile in front, then what the office has added, and what the profile no longer names, ended."""
    fresh = {rule.id: rule for rule in wanted}
    formerly = before.rules if before else []
    rest = [rule for rule in (stored.rules if stored else ()) if rule.id not in fresh]
    for id in formerly:
        rest = without_rule(rest, id, last=today - ONE_DAY)
    return [*fresh.values(), *rest]
