"""Who holds which post of the grassroots network (四员): CC-08 to CC-10. Pure. Days are legal days, Asia/Shanghai."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from dateutil.relativedelta import relativedelta

from services.common.errors import Forbidden, InvalidInput, Refusal
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation
from services.contracts.network import NetworkPost, NetworkRole, village_of
from services.contracts.network_commands import LineMistake, NetworkReport, PostInput, PostLine
from services.contracts.network_rules import RULES, NetworkRules

OFFICE = frozenset({Role.CLERK, Role.HEAD})
COUNTY_OFFICE = OFFICE | {Role.SUPERVISOR}
OF_TOWNSHIP = frozenset({NetworkRole.HANDLER, NetworkRole.LIAISON, NetworkRole.INFORMANT})
ONE_AT_A_TIME = frozenset({NetworkRole.LIAISON, NetworkRole.INFORMANT})
GROUP = re.compile(r"[0-9]{12}#\S{1,20}")

Directory = Mapping[str, Organisation]
"""By code."""


class PostTaken(Refusal):
    code = "POST_TAKEN"
    default = "该岗位同一时间只能有一人，请先登记前任的任期截止日期，再登记新任"


def manages(actor: Actor, tenant: str) -> bool:
    """Double management (CC-09): the county office all, a tenant its own."""
    if actor.kind is TenantKind.COUNTY:
        return bool(actor.roles & COUNTY_OFFICE)
    return actor.tenant == tenant and bool(actor.roles & OFFICE)


def post_of(
    *,
    given: PostInput,
    before: NetworkPost | None,
    others: Iterable[NetworkPost],
    actor: Actor,
    directory: Directory,
    today: date,
    rules: NetworkRules = RULES,
) -> NetworkPost:
    """The post as it is entered, new or instead of ``before``. ``others``: of the same tenant.

    Raises ``Forbidden``, ``InvalidInput`` with its field, ``PostTaken``.
    """
    if not manages(actor, given.tenant):
        raise Forbidden("四员名册由所在乡镇（单位）维护本单位的，由县信访局维护全县的；督查员只由县信访局维护")
    tenant = directory.get(given.tenant)
    if tenant is None or not tenant.active:
        raise InvalidInput(f"单位代码 {given.tenant} 不是本县在用的单位，请核对", field="tenant")
    if before is not None and (before.tenant, before.role) != (given.tenant, given.role):
        raise InvalidInput("单位和岗位不能更改，请登记任期截止日期，另行登记新的岗位", field="role")
    if not given.name.strip():
        raise InvalidInput("请填写姓名", field="name")
    _check_kind(given.role, tenant)
    post = NetworkPost(
        id=before.id if before else new_id(),
        tenant=given.tenant,
        role=given.role,
        name=given.name.strip(),
        phone=(given.phone or "").strip() or None,
        login=(given.login or "").strip() or None,
        group=_group(given),
        covers=_covers(given, tenant, directory, rules),
        since=given.since,
        until=_until(given, rules),
        trained_on=given.trained_on,
    )
    if given.trained_on is not None and given.trained_on > today:
        raise InvalidInput(f"培训日期 {given.trained_on} 晚于今天，请在培训后登记", field="trained_on")
    _check_age(given, before, rules)
    _check_others(post, [each for each in others if each.id != post.id and _together(each, post)], rules)
    return post


def _check_kind(role: NetworkRole, tenant: Organisation) -> None:
    if role is NetworkRole.INSPECTOR and tenant.kind is not TenantKind.COUNTY:
        raise InvalidInput("督查员由县联席办（县信访局）管理，单位请填县信访局", field="tenant")
    if role in OF_TOWNSHIP and tenant.kind is not TenantKind.TOWNSHIP:
        raise InvalidInput(f"{role.label}属于乡镇（街道），单位请填其所在乡镇（街道）", field="tenant")


def _group(given: PostInput) -> str | None:
    group = (given.group or "").strip() or None
    if (group is None) is (given.role is NetworkRole.INSPECTOR):
        raise InvalidInput(
            "请填写督查员所在的督查组" if group is None else "只有督查员分组，请去掉督查组", field="group"
        )
    return group


def _covers(given: PostInput, tenant: Organisation, directory: Directory, rules: NetworkRules) -> list[str]:
    covers = list(dict.fromkeys(code.strip() for code in given.covers))
    villages = {place.code for place in tenant.places[1:]}
    if given.role is NetworkRole.OFFICER:
        if covers:
            raise InvalidInput("单位信息员不包联村组，请去掉包联地", field="covers")
    elif given.role is NetworkRole.INSPECTOR:
        townships = {one.places[0].code for one in directory.values() if one.active and one.places}
        unknown = [code for code in covers if code not in townships]
        if unknown or not 1 <= len(covers) <= rules.inspectors.townships:
            said = f"代码 {unknown[0]} 不是本县的乡镇（街道）" if unknown else f"包联了 {len(covers)} 个乡镇"
            raise InvalidInput(
                f"{said}；每个督查组包联 {rules.inspectors.townships} 个乡镇（{rules.inspectors.basis}），请核对",
                field="covers",
            )
    else:
        one = given.role in ONE_AT_A_TIME
        if not covers or (one and len(covers) > 1):
            said = "请填写一个包联的村（组）" if one else "请填写包联的村"
            raise InvalidInput(f"{said}，填区划代码，村民小组写作“村代码#组”", field="covers")
        for code in covers:
            if (given.role is NetworkRole.INFORMANT) is not (GROUP.fullmatch(code) is not None):
                raise InvalidInput(f"包联地 {code} 不对：信息员填“村代码#组”，其他人员填 12 位村代码", field="covers")
            if village_of(code) not in villages:
                raise InvalidInput(f"代码 {village_of(code)} 不是{tenant.name}的村（社区），请核对", field="covers")
    return covers


def _until(given: PostInput, rules: NetworkRules) -> date | None:
    until = given.until
    if until is not None and until < given.since:
        raise InvalidInput(f"任期截止日期 {until} 早于开始日期 {given.since}，请核对", field="until")
    if given.role is not NetworkRole.INSPECTOR:
        return until
    longest = given.since + relativedelta(months=rules.inspectors.months)
    if until is not None and until > longest:
        raise InvalidInput(
            f"督查员抽调期限为 {rules.inspectors.months} 个月（{rules.inspectors.basis}），截止日期最晚为 {longest}；"
            "期满续调的请另行登记",
            field="until",
        )
    return until or longest


def _check_age(given: PostInput, before: NetworkPost | None, rules: NetworkRules) -> None:
    if given.role is not NetworkRole.INSPECTOR:
        return
    if given.born_on is None:
        # Nobody grows older on the day of his appointment.
        if before is not None and before.since == given.since and before.name == given.name.strip():
            return
        raise InvalidInput("请填写督查员的出生日期，用于核对年龄，不予保存", field="born_on")
    age = relativedelta(given.since, given.born_on).years
    if age > rules.inspectors.max_age or given.born_on >= given.since:
        raise InvalidInput(
            f"督查员抽调时应在 {rules.inspectors.max_age} 岁以下（{rules.inspectors.basis}），请核对出生日期或另选他人",
            field="born_on",
        )


def _together(one: NetworkPost, other: NetworkPost) -> bool:
    """Whether both are the same kind of post on some day."""
    (first, last), (other_first, other_last) = one.days, other.days
    return one.role is other.role and first <= other_last and other_first <= last


def _check_others(post: NetworkPost, others: list[NetworkPost], rules: NetworkRules) -> None:
    if post.role in ONE_AT_A_TIME:
        holder = next((each for each in others if set(each.covers) & set(post.covers)), None)
        if holder is not None:
            until = f"至 {holder.until}" if holder.until else "未登记截止日期"
            raise PostTaken(
                f"{post.covers[0]} 已有{post.role.label}{holder.name}（{holder.since} 起，{until}），"
                "一处只设一人，请先登记其任期截止日期",
                field="covers",
            )
    # Only those who began earlier or later and are there on its first day count: the most at one time is on one of the
    # first days, and each post is checked on its own when it is entered.
    if post.role is NetworkRole.INSPECTOR:
        group = [each for each in others if each.group == post.group]
        if _most(post, group) > rules.inspectors.group_size:
            raise PostTaken(
                f"督查组“{post.group}”已有 {rules.inspectors.group_size} 人（{rules.inspectors.basis}），请编入其他组",
                field="group",
            )
    if post.role is NetworkRole.OFFICER and _most(post, others) > rules.officers.most:
        raise PostTaken(
            f"每个单位设信息员 1 至 {rules.officers.most} 名（{rules.officers.basis}），请先登记离任人员的截止日期",
            field="role",
        )


def _most(post: NetworkPost, others: list[NetworkPost]) -> int:
    """How many there are at once with this one, at most: somebody's first day is such a day."""
    days = {max(each.since, post.since) for each in [post, *others]}
    return max(sum(each.serves(day) for each in [post, *others]) for day in days)


Key = tuple[str, NetworkRole, str, tuple[str, ...], date]


def _key(post: NetworkPost | PostInput) -> Key:
    return post.tenant, post.role, post.name.strip(), tuple(sorted(post.covers)), post.since


def imported(
    *,
    lines: Iterable[PostLine],
    stored: Iterable[NetworkPost],
    actor: Actor,
    directory: Directory,
    today: date,
    rules: NetworkRules = RULES,
) -> tuple[list[NetworkPost], NetworkReport]:
    """The posts that are new or different, each line tried beside the posts and the lines before it, and the report."""
    posts = {each.id: each for each in stored}
    known = {_key(each): each.id for each in posts.values()}
    of_tenant: dict[str, set[str]] = {}
    for each in posts.values():
        of_tenant.setdefault(each.tenant, set()).add(each.id)
    changed: dict[str, NetworkPost] = {}
    mistakes: list[LineMistake] = []
    seen: dict[str, int] = {}
    added = unchanged = 0
    for line in lines:
        given = line.post
        before = posts.get(known.get(_key(given), ""))
        try:
            if before is not None and before.id in seen:
                raise InvalidInput(f"与第 {seen[before.id]} 行重复")
            others = [posts[one] for one in of_tenant.get(given.tenant, ())]
            post = post_of(
                given=given, before=before, others=others, actor=actor, directory=directory, today=today, rules=rules
            )
        except Refusal as refusal:
            mistakes.append(LineMistake(line=line.line, message=refusal.message))
            continue
        seen[post.id] = line.line
        if post == before:
            unchanged += 1
            continue
        added += before is None
        posts[post.id] = changed[post.id] = post
        known[_key(post)] = post.id
        of_tenant.setdefault(post.tenant, set()).add(post.id)
    report = NetworkReport(added=added, changed=len(changed) - added, unchanged=unchanged, mistakes=mistakes)
    return ([] if mistakes else list(changed.values())), report
