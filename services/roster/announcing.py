"""When the public is told of a reception at the latest, and what of a published table may still change. Pure."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec

from services.common.errors import Refusal
from services.contracts.announcements import AnnouncedTurn, Announcement


class NoticePeriods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, and the regulations that ask for them."""

    publish_days: int
    publish_basis: str
    change_days: int
    change_basis: str


PERIODS = msgspec.convert(tomllib.loads((Path(__file__).parent / "announcing.toml").read_text("utf-8")), NoticePeriods)


class AnnouncedTooLate(Refusal):
    code = "ANNOUNCED_TOO_LATE"
    default = "公示太晚，请调整接访日期，或从可以公示的日期起安排"


class ChangedTooLate(Refusal):
    code = "CHANGED_TOO_LATE"
    default = "已公示的接访安排不能在临近时变更，请安排替班人员，或另行通知已预约的群众"


def check_publication(*, turns: Sequence[AnnouncedTurn], today: date, periods: NoticePeriods = PERIODS) -> None:
    """Raises ``AnnouncedTooLate``: each turn is published so many days before it (RO-24)."""
    first = min((turn.day for turn in turns), default=None)
    earliest = today + timedelta(days=periods.publish_days)
    if first is not None and first < earliest:
        raise AnnouncedTooLate(
            f"{first} 的接访须提前 {periods.publish_days} 天公示（{periods.publish_basis}），今天公示的最早可以安排在 {earliest}",
            field="first",
        )


def changes(*, before: Sequence[AnnouncedTurn], after: Sequence[AnnouncedTurn]) -> list[tuple[date, str]]:
    """What is different, a day and words each, in the order of days."""
    old, new = ({turn.shift: turn for turn in turns} for turns in (before, after))
    found: list[tuple[date, str]] = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was is None and now is not None:
            found.append((now.day, f"{now.day} 增加 {now.leader}"))
        elif now is None and was is not None:
            found.append((was.day, f"{was.day} 取消 {was.leader}"))
        elif was is not None and now is not None and was != now:
            found.append((min(was.day, now.day), _difference(was, now)))
    return sorted(found)


def _difference(was: AnnouncedTurn, now: AnnouncedTurn) -> str:
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


def check_change(
    *, before: Announcement, after: Sequence[AnnouncedTurn], today: date, periods: NoticePeriods = PERIODS
) -> str:
    """What changes, in words. Raises ``ChangedTooLate`` for a day that is too near, and for one that is past (RO-25)."""
    found = changes(before=before.turns, after=after)
    earliest = today + timedelta(days=periods.change_days)
    late = [words for day, words in found if day < earliest]
    if late:
        raise ChangedTooLate(
            f"公示的安排须提前 {periods.change_days} 天变更（{periods.change_basis}），今天只能变更 {earliest} 及以后的："
            + "；".join(late),
            field="turns",
        )
    return "；".join(words for _, words in found)


def public_on(versions: Sequence[Announcement], day_end: date) -> Announcement | None:
    """The version that was public at the end of a day; None: nothing was published yet. ``versions`` in any order."""
    known = [each for each in versions if each.published_at.date() <= day_end]
    return max(known, key=lambda each: each.published_at, default=None)
