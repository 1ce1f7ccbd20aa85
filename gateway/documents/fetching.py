"""Which document a download means, and who may have it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.documents.circulars import MEDIA_TYPE, attachment, draft_document, issued_document
from gateway.indicators.answering import drafted
from gateway.reading import ViewReader
from services.common.errors import InvalidInput, NotFound
from services.contracts.actor import Actor
from services.contracts.circulars import Circular, ReportingPeriod

DRAFT = "draft"


@dataclass(frozen=True)
class Download:
    body: bytes
    headers: dict[str, str]
    media_type: str = MEDIA_TYPE


async def circular_file(
    *, engine: AsyncEngine, reader: ViewReader, actor: Actor, name: str, query: Mapping[str, str]
) -> Download:
    """``name``: the id of an issued circular, or ``draft`` with ``kind``, ``year`` and ``number`` in the query.

    Raises ``NotFound`` for an unknown id, ``InvalidInput`` for a period that there is not, ``Forbidden`` for a draft
    that the actor may not make. Rendering takes its time, so it is done beside the loop.
    """
    if name == DRAFT:
        draft = await drafted(engine=engine, reader=reader, actor=actor, period=_period(query))
        return Download(await asyncio.to_thread(draft_document, draft), attachment(f"{draft.title}（草稿）"))
    circular = (await reader.shared(Circular)).get(name)
    if circular is None:
        raise NotFound("没有这份通报，请在通报列表中核对")
    return Download(await asyncio.to_thread(issued_document, circular), attachment(circular.title))


def _period(query: Mapping[str, str]) -> ReportingPeriod:
    given = {name: query[name] for name in ("kind", "year", "number") if name in query}
    try:
        return msgspec.convert(given, ReportingPeriod, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            "请在地址中写明统计时段，如 draft.docx?kind=MONTH&year=2026&number=6；"
            "kind 可为 MONTH、QUARTER、HALF_YEAR、YEAR"
        ) from error
