"""The duty table: who sits where on which day, a function of rules, people, absences, calendar and past. Pure.

Seats are filled in this order: where people put somebody, he sits; whom the public was told of; the named substitutes
of those who are away; who is fixed; who stands in the table already; and the rest by turns (``ledgers``), the scarcest
seat of an hour first. Nobody sits in two places at once, also over midnight, and nobody on a day on which he is away.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain

import msgspec

from services.common.workdays import ONE_DAY, Calendar
from services.contracts.roster_people import Absence, Member
from services.contracts.roster_rules import Choice, Hours, Seat, SeatRole, ServiceRule
from services.roster.ledgers import Account, Ledger, Planned, Seated, Served, Slot, Span, TurnClass, span_of, turn_class
from services.roster.recurring import Occurrence, occurrences

SHIFT_IDS = uuid.UUID("7d3e0d0e-1df3-5b0e-8a52-2f3f8f1a9b64")
"""Namespace of shift ids. Never change it: planned shifts would not be found again."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands in the table already."""

    seats: tuple[Seated, ...]
    public: bool
    """The public was told of them."""


def plan(
    *,
    tenant: str,
    rules: Sequence[ServiceRule],
    members: Sequence[Member],
    absences: Sequence[Absence],
    past: Sequence[Planned],
    kept: Mapping[Slot, Kept],
    calendar: Calendar,
    first: date,
    last: date,
    now: datetime | None = None,
    without: Collection[Slot] = (),
    served: Iterable[Served] = (),
) -> list[Planned]:
    """The shifts from ``first`` to ``last``, both included, in the order of time; with ``now`` those alone that begin
    after it.

    ``past``: shifts that are not planned here and count all the same, because they were served, have begun or were
    entered by hand: the ledgers are made from them, and who sits there is busy. ``served``: turns of a longer past, for
    the ledgers alone. ``without``: what was cancelled by hand and does not take place. Raises ``OutsideCalendar``.
    """
    people = _People(members, absences)
    circles = _Circles(rules, people)
    for shift in past:
        # A shift of yesterday may go on today.
        if shift.day >= first - ONE_DAY:
            for who in shift.members:
                people.engage(who, shift.span)
    drafts = [
        _Draft(tenant, occurrence, rule, hours, turn_class(calendar, occurrence.day), kept)
        for occurrence, rule, hours in _in_order(rules, calendar, first, last)
        if Slot(rule.id, occurrence.nominal, hours.start) not in without
    ]
    drafts = [draft for draft in drafts if now is None or draft.span.begins > now]
    since = {member.id: member.since for member in members}
    had = chain(served, (turn for shift in past for turn in shift.served))
    ledger = Ledger(calendar=calendar, served=had, since=since, there=people.there, peers=circles)
    _fill([place for draft in drafts for place in draft.places], people, circles, ledger)
    return [draft.planned() for draft in drafts]


def shift_id(*, tenant: str, rule: str, day: date, start: time) -> str:
    """``day`` is the one on which it takes place: what a new calendar moves is another shift, and the old one is
    cancelled before everybody who was told of it."""
    return str(uuid.uuid5(SHIFT_IDS, f"{tenant}/{rule}/{day}/{start:%H%M}"))


def pool(seat: Seat, members: Sequence[Member]) -> list[Member]:
    """Everybody who could ever sit there, in the order in which the seat or the tenant names them."""
    if seat.members:
        by_id = {member.id: member for member in members}
        named = [by_id[each] for each in seat.members if each in by_id]
    else:
        named = sorted((each for each in members if each.rank in seat.ranks), key=lambda each: (each.order, each.id))
    return [each for each in named if seat.qualifications <= each.qualifications]


def seats_of(rule: ServiceRule, hours: Hours) -> list[Seat]:
    return hours.seats or rule.seats


class _People:
    """Who is there and who is busy."""

    def __init__(self, members: Sequence[Member], absences: Sequence[Absence]) -> None:
        self.members = members
        self._by_id = {member.id: member for member in members}
        self._absences: dict[str, list[Absence]] = defaultdict(list)
        self._away: dict[tuple[str, date], Absence | None] = {}
        self._busy: dict[tuple[str, date], list[Span]] = defaultdict(list)
        for absence in absences:
            if absence.away:
                self._absences[absence.member].append(absence)

    def there(self, who: str, day: date) -> bool:
        member = self._by_id.get(who)
        return member is not None and member.serves(day) and self._absence(who, day) is None

    def free(self, who: str, span: Span) -> bool:
        return all(
            self.there(who, day)
            and not any(span.begins < each.ends and each.begins < span.ends for each in self._busy[who, day])
            for day in span.days
        )

    def engage(self, who: str, span: Span) -> None:
        for day in span.days:
            self._busy[who, day].append(span)

    def substitute(self, who: str, span: Span) -> str | None:
        """Whom he has named for these days, if he is away."""
        away = (self._absence(who, day) for day in span.days)
        return next((each.substitute for each in away if each is not None), None)

    def _absence(self, who: str, day: date) -> Absence | None:
        if (who, day) not in self._away:
            self._away[who, day] = next((each for each in self._absences.get(who, ()) if each.covers(day)), None)
        return self._away[who, day]


class _Circles:
    """Who takes turns with whom."""

    def __init__(self, rules: Sequence[ServiceRule], people: _People) -> None:
        self._people = people
        self._ids: dict[tuple[str, SeatRole], list[str]] = defaultdict(list)
        self._pools: dict[int, list[str]] = {}
        for rule in rules:
            for seat in (seat for hours in rule.hours for seat in seats_of(rule, hours)):
                ids = self._pools[id(seat)] = [each.id for each in pool(seat, people.members)]
                self._ids[rule.id, seat.role] += ids
        self._all = [member.id for member in people.members]

    def __call__(self, rule: str, role: SeatRole, day: date) -> list[str]:
        return [each for each in self._ids.get((rule, role), self._all) if self._people.there(each, day)]

    def pool(self, seat: Seat) -> list[str]:
        return self._pools[id(seat)]


class _Place:
    """A seat that is to be filled."""

    def __init__(self, draft: "_Draft", seat: Seat, stands: Seated | None) -> None:
        self.draft = draft
        self.seat = seat
        self.stands = stands
        self.taken: Seated | None = None

    def sit(self, seated: Seated, people: _People, ledger: Ledger) -> None:
        assert seated.member is not None
        self.taken = seated
        people.engage(seated.member, self.draft.span)
        account = Account(self.draft.rule.kind, self.draft.turn, self.seat.role)
        ledger.enter(account, self.draft.day, seated.member)


class _Draft:
    """A shift while it is filled."""

    def __init__(
        self,
        tenant: str,
        occurrence: Occurrence,
        rule: ServiceRule,
        hours: Hours,
        turn: TurnClass,
        kept: Mapping[Slot, Kept],
    ) -> None:
        self.tenant, self.occurrence, self.rule, self.hours, self.turn = tenant, occurrence, rule, hours, turn
        self.day = occurrence.day
        self.span = span_of(self.day, hours.start, hours.end)
        stood = kept.get(Slot(rule.id, occurrence.nominal, hours.start))
        self.public = stood is not None and stood.public
        stands: dict[SeatRole, list[Seated]] = defaultdict(list)
        for each in stood.seats if stood else ():
            stands[each.role].append(each)
        self.places = [
            _Place(self, seat, stands[seat.role].pop(0) if stands[seat.role] else None)
            for seat in seats_of(rule, hours)
            for _ in range(seat.count)
        ]

    def planned(self) -> Planned:
        return Planned(
            id=shift_id(tenant=self.tenant, rule=self.rule.id, day=self.day, start=self.hours.start),
            rule=self.rule.id,
            kind=self.rule.kind,
            day=self.day,
            nominal=self.occurrence.nominal,
            start=self.hours.start,
            end=self.hours.end,
            turn=self.turn,
            seats=tuple(place.taken or Seated(role=place.seat.role, member=None) for place in self.places),
            because=self.occurrence.because,
        )


def _fill(places: Sequence[_Place], people: _People, circles: _Circles, ledger: Ledger) -> None:
    def stay(those: Iterable[_Place]) -> None:
        for place in those:
            stands, span = place.stands, place.draft.span
            if place.taken is not None or stands is None or stands.member is None:
                continue
            if (stands.firm or stands.member in circles.pool(place.seat)) and people.free(stands.member, span):
                place.sit(stands, people, ledger)

    def stand_in(those: Iterable[_Place]) -> None:
        for place in those:
            stands, span = place.stands, place.draft.span
            if place.taken is not None or stands is None or stands.member is None:
                continue
            instead = people.substitute(stands.member, span)
            if instead is not None and people.free(instead, span):
                seated = Seated(role=stands.role, member=instead, firm=True, instead_of=stands.member)
                place.sit(seated, people, ledger)

    def choose(those: Iterable[_Place]) -> None:
        for place in those:
            if place.taken is not None:
                continue
            free = [each for each in circles.pool(place.seat) if people.free(each, place.draft.span)]
            if free:
                who = _next(place, free, ledger)
                place.sit(Seated(role=place.seat.role, member=who), people, ledger)

    stay(place for place in places if place.stands and place.stands.firm)
    stay(place for place in places if place.draft.public)
    stand_in(place for place in places if place.draft.public or (place.stands and place.stands.firm))
    # The scarcest first, so that the only lawyer is not taken for what anybody can do.
    order = sorted(places, key=lambda place: (place.draft.span.begins, len(circles.pool(place.seat))))
    choose(place for place in order if place.seat.choice is Choice.FIXED)
    stay(place for place in places if place.seat.choice is Choice.ROTATE)
    stand_in(places)
    choose(place for place in order if place.seat.choice is Choice.ROTATE)


def _next(place: _Place, free: Sequence[str], ledger: Ledger) -> str:
    if place.seat.choice is Choice.FIXED:
        return free[0]
    draft = place.draft
    account = Account(draft.rule.kind, draft.turn, place.seat.role)

    def order(who: str) -> tuple[object, ...]:
        apart = ledger.apart(who, draft.day)
        # Who was long away has turns to make good, and does so by and by: not two days running while somebody else is
        # free. Holidays are too few for that.
        running = draft.turn is TurnClass.ORDINARY and apart <= 1
        return running, ledger.level(account, draft.rule.id, draft.day, who), -apart

    return min(free, key=order)


def _in_order(
    rules: Sequence[ServiceRule], calendar: Calendar, first: date, last: date
) -> list[tuple[Occurrence, ServiceRule, Hours]]:
    found = [
        (occurrence, rule, hours)
        for rule in rules
        for occurrence in occurrences(
            recurrence=rule.recurrence,
            since=rule.since,
            until=rule.until,
            calendar=calendar,
            first=first,
            last=last,
        )
        for hours in rule.hours
    ]
    return sorted(found, key=lambda each: (each[0].day, each[2].start, each[1].id))
