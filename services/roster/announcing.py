"""When the public is told of a reception at the latest, and what of a published table may still change. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from services.common.errors import InvalidInput, Refusal
from services.common.notices import PERIODS, NoticePeriods
from services.common.public_table import id_of, placed, public_table, standing, turn_of
from services.common.redacting import mask_text
from services.common.workdays import ONE_DAY
from services.contracts.actor import ActorRef
from services.contracts.announcements import AnnouncedTurn, Announcement
from services.contracts.roster_people import Member
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.shifts import Shift

LONGEST = timedelta(days=366)
"""Of one publication: a year's table (RO-26)."""
A_MOMENT = timedelta(microseconds=1)


class AnnouncedTooLate(Refusal):
    code = "ANNOUNCED_TOO_LATE"
    default = "公示太晚，请调整接访日期，或从可以公示的日期起安排"


class ChangedTooLate(Refusal):
    code = "CHANGED_TOO_LATE"
    default = "已公示的接访安排不能在临近时变更，请安排替班人员；确有急情的，由负责人写明原因作紧急变更"


class LeaderMissing(Refusal):
    code = "LEADER_MISSING"
    default = "有接访没有确定接访领导，请先补上人员或取消该次接访，再行公示"


class NothingToPublish(Refusal):
    code = "NOTHING_TO_PUBLISH"
    default = "与已公示的内容相同，没有需要公示的变化"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one turn."""

    was: AnnouncedTurn | None
    now: AnnouncedTurn | None

    @property
    def day(self) -> date:
        """The nearer of the days that it touches."""
        return min(turn.day for turn in (self.was, self.now) if turn is not None)

    @property
    def words(self) -> str:
        if self.was is not None and self.now is not None:
            return _words(self.was, self.now)
        return " ".join(
            f"{turn.day} {what} {turn.leader}"
            for turn, what in ((self.was, "取消"), (self.now, "增加"))
            if turn is not None
        )


def turns_of(shifts: Sequence[Shift], members: Mapping[str, Member]) -> list[AnnouncedTurn]:
    """The rows for leaders' receptions: one for each leader of a shift that takes place.

    ``members``: by id, those who lead. Raises ``LeaderMissing`` with the days on which nobody does.
    """
    held = sorted(
        (each for each in shifts if each.kind is ServiceKind.RECEPTION and each.cancelled is None),
        key=lambda each: (each.day, each.start, each.id),
    )
    empty = [each for each in held if SeatRole.LEAD in each.empty]
    if empty:
        named = "、".join(f"{each.day}“{each.name}”" for each in empty)
        raise LeaderMissing(f"以下接访没有确定接访领导：{named}。请先补上人员或取消该次接访，再行公示", field="first")
    return [
        turn_of(shift, members[seat.member])
        for shift in held
        for seat in shift.seats
        if seat.role is SeatRole.LEAD and seat.member is not None
    ]


def differences(*, before: Sequence[AnnouncedTurn], after: Sequence[AnnouncedTurn]) -> list[Difference]:
    """What is different, in the order of days. Two leaders of one shift are compared in the order of their seats."""
    old, new = placed(before), placed(after)
    found = [Difference(was=old.get(key), now=new.get(key)) for key in old.keys() | new.keys()]
    changed = [each for each in found if each.was != each.now]
    return sorted(changed, key=lambda each: (each.day, each.words))


def _words(was: AnnouncedTurn, now: AnnouncedTurn) -> str:
    named = (
        ("日期", str(was.day), str(now.day)),
        ("时间", f"{was.start:%H:%M}-{was.end:%H:%M}", f"{now.start:%H:%M}-{now.end:%H:%M}"),
        ("领导", was.leader, now.leader),
        ("职务", was.post, now.post),
        ("分管工作", "、".join(was.portfolio), "、".join(now.portfolio)),
        ("地点", was.place, now.place),
        ("形式", was.mode, now.mode),
        ("电话", was.phone or "无", now.phone or "无"),
    )
    return f"{was.day} " + "，".join(f"{name}由 {one} 改为 {other}" for name, one, other in named if one != other)


def check_span(*, first: date, last: date, today: date) -> date:
    """From which day a publication is: what is past is never changed. Raises ``InvalidInput``."""
    if last < first:
        raise InvalidInput("公示的最后一天早于第一天，请核对日期", field="last")
    if last < today:
        raise InvalidInput("这些日期已经过去，已公示的内容不再变更，请选择今天以后的日期", field="last")
    if last - first > LONGEST:
        raise InvalidInput(f"一次最多公示 {LONGEST.days} 天，请分次公示", field="last")
    return max(first, today)


def public_reason(reason: str) -> str:
    """As everybody reads it: without numbers of people."""
    return mask_text(reason.strip())


def publication(
    *,
    tenant: str,
    known: Sequence[Announcement],
    turns: Sequence[AnnouncedTurn],
    first: date,
    last: date,
    reason: str,
    urgent: bool,
    by: ActorRef,
    now: datetime,
    today: date,
    periods: NoticePeriods = PERIODS,
) -> Announcement:
    """What is published now of the days from ``first``, today at the earliest, to ``last``.

    ``known``: all that the tenant published about these days. ``urgent`` permits changes and additions that are
    late, of days that are public already, and marks them; a first publication is never late. Raises
    ``NothingToPublish``, ``AnnouncedTooLate`` (RO-24) and ``ChangedTooLate`` (RO-25).
    """
    # Publications of one tenant come after each other, however their transactions began.
    at = max(now, max((each.published_at + A_MOMENT for each in known), default=now))
    before = [row.turn for row in public_table(known, at=at, first=first, last=last)]
    found = differences(before=before, after=turns)
    if not found:
        raise NothingToPublish(f"{first} 至 {last} 的接访安排与已公示的相同，没有需要公示的变化", field="first")
    public = {day for _, day in standing(known, first=first, last=last)}
    earliest = today + periods.publish_days * ONE_DAY
    soon = [each for each in found if each.was is None and each.day < earliest]
    # A reception that is moved is dropped on one day and added on another: a change, as long as nothing is added to it.
    new = soon if len(soon) > sum(each.now is None for each in found) else []
    first_told = [each for each in new if each.day not in public]
    if new and (first_told or not urgent):
        raise _announced_too_late(new, change=not first_told, earliest=earliest, periods=periods)
    late = [each for each in found if each.day < today + periods.change_days * ONE_DAY]
    if late and not urgent:
        raise ChangedTooLate(
            f"已公示的安排须提前 {periods.change_days} 天变更（{periods.change_basis}），现在只能变更"
            f" {today + periods.change_days * ONE_DAY} 及以后的；来不及的有：{_joined(late)}。"
            "请安排替班人员；确有急情的，由负责人写明原因作紧急变更",
            field="first",
        )
    changed = [each for each in found if each.was is not None or each.day in public or each in soon]
    told = [_joined(changed)] if changed else []
    made = Announcement(
        id="",
        tenant=tenant,
        first=first,
        last=last,
        turns=list(turns),
        published_at=at,
        published_by=by,
        changed="。原因：".join([*told, reason] if reason else told) if told else None,
        urgent=bool(late or new),
    )
    return msgspec.structs.replace(made, id=id_of(made))


def _announced_too_late(
    new: Sequence[Difference], *, change: bool, earliest: date, periods: NoticePeriods
) -> AnnouncedTooLate:
    """``change``: all of these days are public already."""
    days = "、".join(map(str, sorted({each.day for each in new})))
    return AnnouncedTooLate(
        f"接访须提前 {periods.publish_days} 天公示（{periods.publish_basis}），现在公示的最早可以安排在"
        f" {earliest}；来不及的有：{days}。请调整这些接访的日期，或从 {earliest} 起公示"
        + ("；确有急情的，由负责人写明原因作紧急变更" if change else ""),
        field="first",
    )


def _joined(found: Sequence[Difference]) -> str:
    return "；".join(each.words for each in found)
