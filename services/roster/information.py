"""Information on its way up the network (RT-22): sent, forwarded, decided, registered. Pure.

It tells of matters. Who is named in a text is masked there, and no field says where anybody is (RT-23 is left out).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

import msgspec

from services.common.accused import check_actor
from services.common.clock import A_YEAR, legal_day
from services.common.errors import AccusedUnit, Forbidden, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.base import ANYBODY, BARRED, BARRED_TENANT
from services.contracts.intake import Petition
from services.contracts.network import (
    InformationItem,
    ItemLevel,
    ItemState,
    NetworkPost,
    NetworkRole,
    Step,
    place_name,
    village_of,
)
from services.contracts.network_commands import DecideInformation, ForwardInformation, LinkInformation, SendInformation
from services.contracts.network_rules import RULES, NetworkRules
from services.roster.network import COUNTY_OFFICE, Directory, manages

LEVELS = tuple(ItemLevel)
"""From below."""
AT_TOWNSHIP = frozenset({ItemLevel.VILLAGE, ItemLevel.TOWNSHIP})
"""Where the township's office acts, too."""


def sent(
    *,
    command: SendInformation,
    post: NetworkPost,
    actor: Actor,
    directory: Directory,
    now: datetime,
    redact: Callable[[str], str],
    rules: NetworkRules = RULES,
) -> InformationItem:
    """A new item. Raises ``Forbidden``, ``InvalidInput``, ``AccusedUnit``."""
    own = post.login is not None and post.login == actor.user
    if not own and not manages(actor, post.tenant):
        raise Forbidden("信息由本人报送，或由其所在乡镇（单位）、县信访局代为录入")
    today = legal_day(now)
    if not post.serves(today):
        raise InvalidInput(f"{post.name}今天不在任（{post.since} 起），请核对名册", field="post")
    if not today - A_YEAR <= command.found_on <= today:
        raise InvalidInput(f"发现日期 {command.found_on} 应在今天 {today} 以前一年之内，请核对", field="found_on")
    lowest = rules.sends[post.role]
    if LEVELS.index(command.level) < LEVELS.index(lowest):
        raise InvalidInput(f"{post.role.label}的信息应报送到“{lowest.label}”或更高一级", field="level")
    require(command.text, "text", "请写明情况：何事、涉及面、目前状况，不写个人行踪")
    accused = _accused(command, actor=actor, own=own, directory=directory)
    text = redact(command.text.strip())
    return InformationItem(
        id=new_id(),
        tenant=post.tenant,
        post=post.id,
        place=command.place,
        place_name=_place(command.place, post, directory),
        found_on=command.found_on,
        sent_at=now,
        way=command.way,
        text=text,
        accuses=accused,
        level=command.level,
        due_at=now + rules.at(command.level).limit,
        state=ItemState.SENT,
        steps=[Step(at=now, by=actor.reference, level=command.level, text="本人报送" if own else "代为录入")],
        # Like a petition that accuses: for who took it in and those who are cleared for accusations.
        restricted_to=sorted({actor.user, *(f"{BARRED_TENANT}{code}" for code in accused)}) if accused else None,
    )


def _accused(command: SendInformation, *, actor: Actor, own: bool, directory: Directory) -> list[str]:
    """Whom it accuses: of these nobody enters it, and it goes past the township to the county office (Art. 30)."""
    accused = list(dict.fromkeys(command.accuses))
    for code in accused:
        unit = directory.get(code)
        if unit is None:
            raise InvalidInput(f"单位代码 {code} 不是本县的单位，请核对", field="accuses")
        if unit.kind is TenantKind.COUNTY:
            raise AccusedUnit(
                "反映县信访局的，依照《信访工作条例》第三十条不在本系统报送，请直接向纪检监察机关反映", field="accuses"
            )
    if actor.tenant in accused and not own:
        raise AccusedUnit("本单位是被反映单位，不得代为录入，请告知其本人报送，或由县信访局录入", field="accuses")
    if accused and command.level not in (ItemLevel.COUNTY, ItemLevel.URGENT):
        raise InvalidInput(f"反映单位问题的信息只报县信访局，请选择“{ItemLevel.COUNTY.label}”", field="level")
    return accused


def _place(code: str, post: NetworkPost, directory: Directory) -> str:
    name = place_name(code=code, directory=directory)
    if name is None:
        raise InvalidInput(f"属地代码 {code} 不是本县的乡镇、村或村民小组，请核对", field="place")
    # A group's villages begin with its township's code.
    inside = any(village_of(code).startswith(village_of(each)) for each in post.covers)
    if post.role is not NetworkRole.OFFICER and not inside:
        raise InvalidInput(f"{name}不在{post.name}的包联范围内，请核对", field="place")
    return name


def acts_on(
    *, item: InformationItem, actor: Actor, posts: Iterable[NetworkPost], today: date, rules: NetworkRules = RULES
) -> bool:
    """Whether the item waits for this actor. ``posts``: those that he holds himself.

    The county office acts at every level, the township's at its own; besides whoever holds the post of the level, or
    of a higher one, for the place.
    """
    if actor.kind is TenantKind.COUNTY and actor.roles & COUNTY_OFFICE:
        return True
    if actor.tenant in item.accuses:
        return False
    if actor.tenant == item.tenant and item.level in AT_TOWNSHIP and manages(actor, item.tenant):
        return True
    above = LEVELS[LEVELS.index(item.level) :]
    roles = {rules.at(level).acts for level in above}
    return any(
        post.login == actor.user
        and post.role in roles
        and post.serves(today)
        and any(village_of(item.place).startswith(village_of(each)) for each in post.covers)
        for post in posts
    )


def check_acts(*, item: InformationItem, actor: Actor, posts: Iterable[NetworkPost], today: date) -> None:
    if not acts_on(item=item, actor=actor, posts=posts, today=today):
        raise Forbidden(f"该信息处于“{item.level.label}”，由该级承办人员或所在乡镇、县信访局办理")


def check_waits(item: InformationItem) -> None:
    if item.state is not ItemState.SENT:
        raise WrongState(f"该信息{item.state.label}，不能再办理，请刷新后查看")


def forwarded(
    *,
    item: InformationItem,
    command: ForwardInformation,
    actor: Actor,
    now: datetime,
    redact: Callable[[str], str],
    rules: NetworkRules = RULES,
) -> InformationItem:
    check_waits(item)
    if LEVELS.index(command.level) <= LEVELS.index(item.level):
        raise InvalidInput(f"只能报到比“{item.level.label}”更高的一级", field="level")
    require(command.text, "text", "请写明上报的理由和已做的工作")
    return msgspec.structs.replace(
        item,
        level=command.level,
        due_at=now + rules.at(command.level).limit,
        steps=[*item.steps, _step(command.level, command.text, actor, now, redact)],
    )


def decided(
    *,
    item: InformationItem,
    post: NetworkPost | None,
    command: DecideInformation,
    actor: Actor,
    now: datetime,
    redact: Callable[[str], str],
) -> InformationItem:
    """``post``: who sent it; he does not say himself what it is worth."""
    check_waits(item)
    if post is not None and post.login is not None and post.login == actor.user:
        raise Forbidden("本人报送的信息由上一级或主管单位决定是否采用")
    require(command.text, "text", "请写明采用后的处置，或不采用的理由")
    return msgspec.structs.replace(
        item,
        state=ItemState.TAKEN if command.take else ItemState.NOT_TAKEN,
        steps=[*item.steps, _step(item.level, command.text, actor, now, redact)],
    )


def linked(
    *, item: InformationItem, command: LinkInformation, petition: Petition | None, actor: Actor, now: datetime
) -> InformationItem:
    """To the petition, with whose people it is seen from now on, or to the conflict. Raises ``AccusedUnit``."""
    if item.state not in (ItemState.SENT, ItemState.TAKEN):
        raise WrongState(f"该信息{item.state.label}，不能再转为信访件或矛盾纠纷，请刷新后查看")
    if petition is None:
        step = Step(at=now, by=actor.reference, level=item.level, text="列入矛盾纠纷排查")
        return msgspec.structs.replace(
            item, state=ItemState.LISTED, conflict_id=command.conflict_id, steps=[*item.steps, step]
        )
    check_actor(petition=petition, actor=actor, doing="办理该信息")
    step = Step(at=now, by=actor.reference, level=item.level, text="登记为信访件")
    return msgspec.structs.replace(
        item,
        state=ItemState.REGISTERED,
        petition_id=petition.id,
        restricted_to=_seen_by(item, petition),
        steps=[*item.steps, step],
    )


def _seen_by(item: InformationItem, petition: Petition) -> list[str] | None:
    """Of a confined case its own people; otherwise an item that accuses stays with those who knew it."""
    if petition.confined and petition.named is not None:
        return sorted(petition.named)
    if not item.accuses:
        return item.restricted_to if petition.named is None else sorted(petition.named)
    barred = {each for each in petition.named or () if each.startswith(BARRED)}
    return sorted((set(item.restricted_to or ()) | barred) - {ANYBODY})


def taken_back(
    *,
    item: InformationItem,
    post: NetworkPost,
    reason: str,
    actor: Actor,
    now: datetime,
    redact: Callable[[str], str],
) -> InformationItem:
    check_waits(item)
    if post.login != actor.user and item.steps[0].by.user != actor.user and not manages(actor, item.tenant):
        raise Forbidden("信息由报送人、录入人或主管单位撤回")
    require(reason, "reason", "请写明撤回的理由")
    return msgspec.structs.replace(
        item,
        state=ItemState.TAKEN_BACK,
        steps=[*item.steps, _step(item.level, reason, actor, now, redact)],
    )


def _step(level: ItemLevel, text: str, actor: Actor, now: datetime, redact: Callable[[str], str]) -> Step:
    return Step(at=now, by=actor.reference, level=level, text=redact(text.strip()))
