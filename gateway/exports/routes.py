"""``GET /exports/{list}.xlsx``: a list of the view as a file, with a bearer token."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from urllib.parse import quote

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gateway.exports.filters import decoded
from gateway.exports.lists import LISTS, ExportList
from gateway.exports.making import Asked, ExportTooLarge, make
from gateway.identity import actor_of
from gateway.model import petition, searchable
from gateway.ordering import ClockOrder, Order, PetitionOrder
from gateway.reading import ViewReader
from gateway.reading_lists import PETITIONS, Conditions
from gateway.searching.finding import MOST, by_words
from gateway.searching.places import places_of
from gateway.searching.questions import units
from gateway.web.requests import acting
from services.common import clock, logs
from services.common.errors import Forbidden, InvalidInput, NotFound
from services.contracts.directory import Organisation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 65_536
AT_A_TIME = 2
"""Each keeps a connection and a good part of a processor."""
ACCUSATIONS = {"true": True, "false": False, "": False}

log = logs.get(__name__)


async def export(request: Request) -> Response:
    """``?filter={…}&orderBy=…&search=…&accusations=true``, each as far as the list has it."""
    actor = await actor_of(request)
    reader = ViewReader(engine=request.app.state.engine, actor=actor)
    with acting(request, actor):
        name = request.path_params["name"]
        if name not in LISTS:
            raise NotFound(f"没有可以导出的列表 {name}；可以导出的有：{'、'.join(LISTS)}")
        if not actor.reads_cases:
            raise Forbidden("您的岗位不能查看信访件，因此不能导出；请由本单位经办人或负责人导出")
        async with request.app.state.exports:
            try:
                asked = await _asked(request, reader, LISTS[name])
                with TemporaryDirectory(prefix="xinqiao-export-") as folder:
                    path = Path(folder) / "list.xlsx"
                    rows = await make(reader, asked, path)
                    size, file = path.stat().st_size, path.open("rb")
            finally:
                await reader.release()
        log.info("list_exported", list=name, user=actor.user, rows=rows, accusations=asked.accusations)
    shown = quote(f"{asked.list.title}_{clock.legal_day(clock.now()):%Y%m%d}.xlsx", safe="")
    return StreamingResponse(
        chunks_of(file),
        media_type=XLSX,
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f"attachment; filename=\"{name}.xlsx\"; filename*=UTF-8''{shown}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def _asked(request: Request, reader: ViewReader, kind: ExportList) -> Asked:
    query = request.query_params
    given, search, wanted = query.get("filter", ""), query.get("search", ""), query.get("accusations", "")
    if wanted not in ACCUSATIONS:
        raise InvalidInput("accusations 只能填写 true（包含检举控告件）或 false（不含）", field="accusations")
    order, label = _order(kind, query.get("orderBy", ""))
    where = [kind.own(reader.actor), *kind.filter(decoded(given), reader.now, request.app.state.schema)]
    if kind.open is not None and not ACCUSATIONS[wanted]:
        where.append(kind.open)
    if search:
        where.append(await _searched(reader, kind, search, where))
    return Asked(kind, where, order, label, given, search, ACCUSATIONS[wanted])


def _order(kind: ExportList, name: str) -> tuple[Order, str]:
    found = kind.orders.get(name or next(iter(kind.orders)))
    if found is None:
        raise InvalidInput(f"排序方式 orderBy 只能是 {'、'.join(kind.orders)}", field="orderBy")
    label = next((each.label for each in (*PetitionOrder, *ClockOrder) if kind.orders.get(each.value) is found), None)
    return found, label or "新的在前"


async def _searched(reader: ViewReader, kind: ExportList, text: str, where: Conditions) -> sa.ColumnElement[bool]:
    """The petitions that the search of the same text finds; by person nobody is looked for here, because an address
    stands in the logs of whatever lies between."""
    if kind.listed is not PETITIONS:
        raise InvalidInput("只有信访件（petitions）可以按检索内容导出，请去掉 search", field="search")
    county, c = reader.actor.county, petition.c
    among = searchable.c.id.in_(sa.select(c.id).where(c.county_id == county, *where))
    places = places_of((await reader.shared(Organisation)).values())
    answer = await by_words(reader, units=units(text), places=places, where=[among])
    if answer.capped:
        raise ExportTooLarge(f"检索到的超过 {MOST} 件，请增加检索词或筛选条件后导出", field="search")
    return c.id.in_([one.id for one in answer.found])


async def chunks_of(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


EXPORT_ROUTES = [Route("/exports/{name}.xlsx", export, methods=["GET"])]
