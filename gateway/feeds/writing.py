"""Entries as an iCalendar file (RFC 5545), and by what a reader knows that nothing has changed. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from gateway.feeds.entries import CalendarEntry

PRODUCT = "-//Xinqiao//Duty roster//ZH"


def written(entries: Iterable[CalendarEntry], *, name: str, refresh: timedelta, now: datetime) -> bytes:
    """``now`` stamps the entries of which is not known when they changed."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", refresh, parameters={"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, now))
    calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def _event(entry: CalendarEntry, now: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", (entry.changed_at or now).astimezone(UTC))
    if entry.changed_at is not None:
        event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("description", entry.description)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def entity_tag(entries: Sequence[CalendarEntry], *, name: str) -> str:
    """Of what is said, not of when it was written down."""
    said = "\n".join([name, *map(repr, entries)])
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'
