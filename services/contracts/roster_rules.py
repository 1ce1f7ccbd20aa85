"""Who serves when, as rules: recurrence, hours, seats, quotas. A county's own order says it; nothing here is law.

Where RFC 5545 can say it, it is said so (``Recurrence.rrule``); what it cannot, the holidays, stands beside it.
"""

from datetime import date, time
from typing import Annotated

from msgspec import Meta

from services.contracts.base import Labelled, Part

Text = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]


class HolidayPolicy(Labelled):
    """What becomes of an occurrence that falls on a day of rest."""

    KEEP = "KEEP", "照常进行"
    SKIP = "SKIP", "停止一次"
    PREVIOUS = "PREVIOUS", "提前到前一个工作日"
    NEXT = "NEXT", "顺延到后一个工作日"
    ONLY = "ONLY", "仅在休息日进行"
    """The other way round, of who watches on holidays (RO-34): on days of rest, and on no other."""


class Rest(Labelled):
    """On which days ``HolidayPolicy`` acts."""

    REST_DAYS = "REST_DAYS", "周末和节假日"
    """Every day that is not worked; a make-up working day is worked."""
    HOLIDAYS = "HOLIDAYS", "节假日（含调休）"
    """Public holidays and the days off beside them: of a rule that means a Sunday, an ordinary Sunday is no reason."""


class ServiceKind(Labelled):
    RECEPTION = "RECEPTION", "接访"
    DUTY = "DUTY", "值班"
    ON_CALL = "ON_CALL", "应急值守"


class ReceptionMode(Labelled):
    """How a leader meets petitioners (RO-23)."""

    FIXED_POINT = "FIXED_POINT", "定点接访"
    INVITED = "INVITED", "重点约访"
    WITH_CASES = "WITH_CASES", "带案下访"
    RANDOM = "RANDOM", "随机接访"
    GOING_DOWN = "GOING_DOWN", "主动下访"
    BOOKED = "BOOKED", "预约接访"


class Rank(Labelled):
    CHIEF = "CHIEF", "主要负责人"
    LEADER = "LEADER", "班子成员"
    SECTION_HEAD = "SECTION_HEAD", "科（股）室负责人"
    STAFF = "STAFF", "工作人员"


class Qualification(Labelled):
    LEGAL_ADVISER = "LEGAL_ADVISER", "法律顾问"
    MINORITY_LANGUAGE = "MINORITY_LANGUAGE", "少数民族语言"
    SIGN_LANGUAGE = "SIGN_LANGUAGE", "手语"


class SeatRole(Labelled):
    LEAD = "LEAD", "带班（接访）领导"
    ACCOMPANY = "ACCOMPANY", "陪同接访"
    STAFF = "STAFF", "值班人员"
    RECORDER = "RECORDER", "记录人"
    LEGAL = "LEGAL", "法律顾问"


class Choice(Labelled):
    """How one is chosen of those who may take a seat."""

    ROTATE = "ROTATE", "轮流"
    """Whoever has served least, so that nobody loses a turn who was away."""
    FIXED = "FIXED", "固定"
    """The first one of the list who is there; the others stand in for him in this order."""


class Recurrence(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which days. ``FREQ=DAILY`` with ``SKIP`` is every working day, make-up days among them."""

    rrule: Annotated[str, Meta(pattern=r"^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$", max_length=200)]
    """A recurrence rule of RFC 5545 by days, without ``UNTIL`` and ``COUNT``: the rule's own days bound it."""
    holiday: HolidayPolicy = HolidayPolicy.SKIP
    rest: Rest = Rest.REST_DAYS


class Seat(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who sits there: ``count`` people of the pool. The pool is the named members, or all of these ranks."""

    role: SeatRole
    count: Annotated[int, Meta(ge=1, le=20)] = 1
    members: list[str] = []
    """Ids of members; empty: everybody of ``ranks``."""
    ranks: frozenset[Rank] = frozenset()
    qualifications: frozenset[Qualification] = frozenset()
    """All of which he has."""
    choice: Choice = Choice.ROTATE


class Hours(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the day. Its own seats, where the hours differ in who sits there (RO-08)."""

    start: time
    end: time
    """Not after ``start``: on the next day, of a night's watch."""
    seats: list[Seat] = []


class ServiceRule(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One regular service of one tenant."""

    id: Code
    name: Text
    basis: Text
    """The order or regulation that asks for it."""
    kind: ServiceKind
    mode: ReceptionMode | None = None
    """Of a reception."""
    since: date
    until: date | None = None
    """The last day; of a campaign the end of its phase."""
    recurrence: Recurrence
    hours: Annotated[list[Hours], Meta(min_length=1, max_length=24)]
    seats: list[Seat] = []
    place: Text
    phone: str | None = None
    slot_minutes: Annotated[int, Meta(ge=5, le=240)] | None = None
    """How long one visitor has, in minutes; None: nobody is booked in."""


class QuotaUnit(Labelled):
    """What of receptions is counted."""

    SESSIONS = "SESSIONS", "次"
    """Receptions that he led."""
    BATCHES = "BATCHES", "批"
    """Visitors or groups that he received (RO-17)."""


class Quota(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often somebody receives in a month at least (RO-13, RO-17 to RO-19)."""

    name: Text
    basis: Text
    ranks: frozenset[Rank] = frozenset()
    members: list[str] = []
    times: Annotated[int, Meta(ge=1, le=31)]
    """A month."""
    counts: QuotaUnit = QuotaUnit.SESSIONS
    credits: frozenset[ReceptionMode] = frozenset(ReceptionMode)
    """What counts for it; sessions of the government attended are entered as such a session (RO-18)."""
