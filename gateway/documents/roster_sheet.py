"""The public table of one office as a sheet for its door (RO-26): a week's list or a year's, as DOCX."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.announced import public_turns
from gateway.documents.answering import answered
from gateway.documents.circulars import attachment
from gateway.documents.fetching import Download
from gateway.documents.rendering import rendered, written
from gateway.reading import ViewReader
from services.common.clock import legal_day
from services.common.errors import InvalidInput, NotFound
from services.common.public_table import PublicTurn
from services.contracts.announcements import AnnouncedTurn, Announcement

TITLE = "领导接访安排"
WEEKDAYS = "一二三四五六日"
SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


async def sheet_file(*, reader: ViewReader, tenant: str, span: str) -> Download:
    """``span``: ``2026-11-02..2026-11-08``. Raises ``InvalidInput`` for what is none, ``NotFound`` where nothing of
    these days is public."""
    first, last = _days(span)
    office = await reader.organisation(tenant)
    rows = await public_turns(reader, first=first, last=last, tenant=tenant)
    if office is None or not rows:
        raise NotFound("这些日期没有公示的接访安排，请核对单位代码和日期，或先行公示")
    body = await asyncio.to_thread(sheet_document, issuer=office.name, rows=rows, first=first, last=last)
    return Download(body, attachment(f"{office.short_name}{TITLE}（{first} 至 {last}）"))


def sheet_document(*, issuer: str, rows: Sequence[PublicTurn], first: date, last: date) -> bytes:
    publications = {row.announcement.id: row.announcement for row in rows}
    made = sorted(publications.values(), key=lambda each: each.published_at)
    values: dict[str, Any] = {
        "issuer": issuer,
        "title": TITLE,
        "span": f"{written(first)}至{written(last)}",
        "turns": [_row(row.turn) for row in rows],
        "changes": [_change(each) for each in made if each.changed is not None],
        "published": f"公示日期：{written(legal_day(made[-1].published_at))}",
    }
    return rendered("roster_sheet.docx", values)


def _row(turn: AnnouncedTurn) -> dict[str, str]:
    return {
        "day": f"{written(turn.day)}（周{WEEKDAYS[turn.day.weekday()]}）",
        "hours": f"{turn.start:%H:%M}—{turn.end:%H:%M}",
        "leader": turn.leader,
        "post": turn.post,
        "portfolio": "、".join(turn.portfolio),
        "place": turn.place,
        "mode": turn.mode,
        "phone": turn.phone or "",
    }


def _change(announcement: Announcement) -> str:
    kind = "紧急变更" if announcement.urgent else "变更"
    return f"{written(legal_day(announcement.published_at))}{kind}：{announcement.changed}"


def _days(span: str) -> tuple[date, date]:
    match = SPAN.fullmatch(span)
    try:
        if match is not None:
            return date.fromisoformat(match[1]), date.fromisoformat(match[2])
    except ValueError:
        pass
    raise InvalidInput("请在地址中写明日期，如 2026-11-02..2026-11-08.docx")


async def roster_sheet(request: Request) -> Response:
    """The public table of an office, for its door; with a bearer token."""
    path = request.path_params
    return await answered(request, lambda reader: sheet_file(reader=reader, tenant=path["tenant"], span=path["span"]))


ROSTER_ROUTES = [Route("/documents/roster/{tenant}/{span}.docx", roster_sheet, methods=["GET"])]
