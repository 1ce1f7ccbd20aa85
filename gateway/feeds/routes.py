"""The ways of calendars: ``GET /feeds/{secret}.ics`` for whoever was given the address, and
``GET /public/{county}/receptions.ics`` for everybody. No login: calendar programs know none."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.announced import announcements
from gateway.feeds.entries import SETTINGS, CalendarEntry, VersionedShift, of_announcements, of_shifts
from gateway.feeds.writing import entity_tag, written
from gateway.model import roster_entry
from gateway.public.routes import asked_county
from gateway.reading import ViewReader
from gateway.reading_lists import FEEDS, MEMBERS, SHIFTS, Listed
from services.common.clock import legal_day
from services.common.errors import NotFound
from services.contracts.actor import system_actor
from services.contracts.announcements import Feed, FeedOf
from services.contracts.directory import Organisation
from services.contracts.feeds import county_of_secret, feed_digest
from services.contracts.public import public_actor

MEDIA_TYPE = "text/calendar; charset=utf-8"
NO_FEED = "没有这个日历订阅地址，或者已经更换、停用；请向提供地址的单位索取新的地址"
COUNTY_NAME = "领导接访公示"

VERSIONED = Listed(
    SHIFTS.table,
    (roster_entry.c.version, roster_entry.c.state),
    lambda row: VersionedShift(SHIFTS.read(row), row.version),
    SHIFTS.where,
    SHIFTS.one_day,
)


async def feed(request: Request) -> Response:
    """A member's turns, a tenant's shifts or the county's receptions. A wrong address and one that has ended are
    answered alike."""
    request.app.state.public.admit(request, writes=False)
    secret = request.path_params["secret"]
    county, engine = county_of_secret(secret), request.app.state.engine
    found = None if county is None else await _feed(engine, county, secret)
    if county is None or found is None:
        raise NotFound(NO_FEED)
    reader = _public_reader(engine, county)
    try:
        name, entries = await _calendar(reader, found)
    finally:
        await reader.release()
    return _answer(request, reader, name, entries)


async def receptions(request: Request) -> Response:
    """The county's receptions as they are public; ``?tenant=`` one office's."""
    request.app.state.public.admit(request, writes=False)
    county, name = await asked_county(request)
    reader = _public_reader(request.app.state.engine, county)
    try:
        entries = await _receptions(reader, tenant=request.query_params.get("tenant"))
    finally:
        await reader.release()
    return _answer(request, reader, f"{name}{COUNTY_NAME}", entries)


def _public_reader(engine: AsyncEngine, county: str) -> ViewReader:
    # What a calendar shows the whole county may know: whoever came by the address sees nothing else.
    return ViewReader(engine=engine, actor=public_actor(county))


async def _feed(engine: AsyncEngine, county: str, secret: str) -> Feed | None:
    reader = ViewReader(engine=engine, actor=system_actor(county, "gateway"))
    where: list[sa.ColumnElement[bool]] = [roster_entry.c.status == feed_digest(secret)]
    try:
        found = await reader.of_days(FEEDS, first=date.min, last=date.max, where=where)
    finally:
        await reader.release()
    return next((each for each in found if each.revoked_at is None), None)


async def _calendar(reader: ViewReader, found: Feed) -> tuple[str, list[CalendarEntry]]:
    if found.of is FeedOf.COUNTY:
        return COUNTY_NAME, await _receptions(reader, tenant=None)
    first, last = SETTINGS.window(legal_day(reader.now))
    rows = await reader.of_days(VERSIONED, first=first, last=last, where=[roster_entry.c.tenant == found.tenant])
    office = await reader.organisation(found.tenant)
    whose = office.short_name if office else found.tenant
    if found.member is not None:
        member = await reader.find(MEMBERS, found.member)
        whose = member.name if member else whose
    return f"{whose}值班接访", of_shifts(rows, county=reader.actor.county, member=found.member)


async def _receptions(reader: ViewReader, *, tenant: str | None) -> list[CalendarEntry]:
    first, last = SETTINGS.window(legal_day(reader.now))
    known = await announcements(reader, first=first, last=last, tenant=tenant)
    names = {code: one.name for code, one in (await reader.shared(Organisation)).items()}
    return of_announcements(known, county=reader.actor.county, names=names, first=first, last=last)


def _answer(request: Request, reader: ViewReader, name: str, entries: Sequence[CalendarEntry]) -> Response:
    refresh = timedelta(minutes=SETTINGS.refresh_minutes)
    tag = entity_tag(entries, name=name)
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={int(refresh.total_seconds())}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    if tag in (each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    body = written(entries, name=name, refresh=refresh, now=reader.now)
    return Response(body, headers={**headers, "Content-Type": MEDIA_TYPE})


FEED_ROUTES = [
    Route("/feeds/{secret}.ics", feed, methods=["GET"]),
    Route("/public/{county}/receptions.ics", receptions, methods=["GET"]),
]
