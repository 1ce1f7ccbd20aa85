"""Reading a list page by page and writing it down, under the scope of whoever asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.exports.columns import Beside
from gateway.exports.lists import ExportList
from gateway.exports.sheets import Sheets
from gateway.ordering import Order, read_cursor
from gateway.reading import ViewReader
from gateway.reading_lists import Conditions, PetitionRow
from gateway.readings import note
from services.common.errors import Refusal
from services.contracts.actor import Actor
from services.contracts.base import LEGAL_ZONE
from services.contracts.directory import Organisation
from services.contracts.intake import ReadingKind

MOST_ROWS = 20_000
AT_ONCE = 200
CONFIDENTIAL = (
    "本表含信访事项内容，信访人信息已脱敏。仅限工作使用，不得泄露、散布；"
    "不得将检举、控告材料及有关情况透露或者转给被检举、控告的人员和单位（《信访工作条例》第三十条）。用后请妥善保管或者销毁。"
)


class ExportTooLarge(Refusal):
    code = "EXPORT_TOO_LARGE"
    default = f"符合条件的超过 {MOST_ROWS} 行，请缩小筛选条件（例如按收到日期分段）后分次导出"


@dataclass(frozen=True)
class Asked:
    """What is exported, and how it was asked for."""

    list: ExportList
    where: Conditions
    order: Order
    order_label: str
    filter: str
    """As it was given."""
    search: str
    accusations: bool


async def make(reader: ViewReader, asked: Asked, path: Path) -> int:
    """Writes the file; returns the number of its rows. Raises ``ExportTooLarge``."""
    now, names = reader.now, await _names(reader)
    await _check_size(reader, asked)
    sheets, after = Sheets(path, title=asked.list.title, columns=asked.list.columns), None
    try:
        while True:
            page = await reader.page(
                asked.list.listed, where=asked.where, order=asked.order, first=AT_ONCE, after=after
            )
            if asked.accusations:
                states = [row.state if isinstance(row, PetitionRow) else row for row in page.nodes]
                await note(reader, kind=ReadingKind.EXPORT, states=states)
            beside = await _beside(reader, asked.list, page.nodes, now, names)
            # Others at the same door need not wait for it.
            await asyncio.to_thread(sheets.write, page.nodes, beside)
            # What was read for this page is not needed for the next.
            reader.forget()
            if not page.has_next:
                break
            after = read_cursor(page.cursors[-1])
        sheets.explain(_about(reader.actor, asked, sheets.rows, now, names))
    finally:
        await asyncio.to_thread(sheets.close)
    return sheets.rows


async def _check_size(reader: ViewReader, asked: Asked) -> None:
    some = reader.page_query(asked.list.listed, where=asked.where, order=asked.order, first=MOST_ROWS, after=None)
    rows = await reader.rows(sa.select(sa.func.count()).select_from(some.order_by(None).subquery()))
    if rows[0][0] > MOST_ROWS:
        raise ExportTooLarge(field="filter")


async def _names(reader: ViewReader) -> dict[str, str]:
    return {one.code: one.short_name or one.name for one in (await reader.shared(Organisation)).values()}


async def _beside(
    reader: ViewReader, kind: ExportList, rows: Sequence[Any], now: datetime, names: dict[str, str]
) -> Beside:
    ids: list[str] = []
    if kind.people:
        ids = [row.state.id for row in rows]
    cases = list(dict.fromkeys(row.petition_id for row in rows)) if kind.of_case else []
    found = await asyncio.gather(*(reader.petition(one) for one in cases))
    private = await asyncio.gather(*(reader.private.load(one) for one in ids))
    parts = await asyncio.gather(*(reader.parts.load(one) for one in ids))
    return Beside(
        now=now,
        names=names,
        petitions={row.state.id: row for row in found if row is not None},
        people={one: each.petitioners for one, each in zip(ids, private, strict=True)},
        parts=dict(zip(ids, parts, strict=True)),
    )


def _about(actor: Actor, asked: Asked, rows: int, now: datetime, names: dict[str, str]) -> list[tuple[str, str]]:
    return [
        ("列表", asked.list.title),
        ("行数", str(rows)),
        ("筛选条件", asked.filter or "无"),
        ("检索内容", asked.search or "无"),
        ("排序", asked.order_label),
        ("检举控告件", "包含本人可见的" if asked.accusations else "不含"),
        ("导出单位", f"{names.get(actor.tenant, actor.tenant)}（{actor.tenant}）"),
        ("导出人", f"{actor.name}（{actor.user}）"),
        ("导出时间", f"{now.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M:%S}（北京时间）"),
        ("注意", CONFIDENTIAL),
    ]
