"""The sheet for the door: what is public, when it was published, and what has changed since."""

import io
from datetime import UTC, date, datetime, time
from typing import Any

import docx
import pytest

from gateway.documents import roster_blank
from gateway.documents.rendering import TEMPLATES
from gateway.documents.roster_sheet import sheet_document
from services.common.public_table import public_table
from services.contracts.actor import ActorRef
from services.contracts.announcements import AnnouncedTurn, Announcement

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 29)
BY = ActorRef(tenant="xfj", user="xfj.clerk@luonan", name="窗口演示")


def published(leader: str, on: date, **more: Any) -> Announcement:
    turn = AnnouncedTurn(
        shift="s1",
        day=date(2026, 11, 25),
        start=time(8, 30),
        end=time(11, 30),
        leader=leader,
        post="副县长",
        portfolio=["农业农村", "水利"],
        place="接待大厅 <一楼>",
        mode="定点接访",
        phone="0914-7000000",
    )
    at = datetime.combine(on, time(20), UTC)
    return Announcement(
        id=str(on), tenant="xfj", first=FIRST, last=LAST, turns=[turn], published_at=at, published_by=BY, **more
    )


def texts(known: list[Announcement]) -> str:
    rows = public_table(known, at=datetime(2026, 11, 29, tzinfo=UTC), first=FIRST, last=LAST)
    document = docx.Document(io.BytesIO(sheet_document(issuer="洛南县信访局", rows=rows, first=FIRST, last=LAST)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    footer = [each.text for each in document.sections[0].footer.paragraphs]
    return "\n".join([*(each.text for each in document.paragraphs), *cells, *footer])


def test_the_sheet_says_who_receives_when_and_where_and_when_it_was_published() -> None:
    text = texts([published("孙演示", date(2026, 11, 10))])
    for said in (
        *("洛南县信访局", "2026年11月23日至2026年11月29日", "2026年11月25日（周三）", "08:30—11:30"),
        *("孙演示", "农业农村、水利", "接待大厅 <一楼>", "0914-7000000"),
        # Published at 20:00 UTC, which is the next day in China.
        "公示日期：2026年11月11日",
    ):
        assert said in text, said
    assert "变更" not in text
    assert "{" not in text


def test_the_sheet_says_what_changed_and_that_it_was_urgent() -> None:
    changed = published("周演示", date(2026, 11, 24), changed="领导由 孙演示 改为 周演示。原因：急病", urgent=True)
    text = texts([published("孙演示", date(2026, 11, 10)), changed])
    assert "2026年11月25日紧急变更：领导由 孙演示 改为 周演示。原因：急病" in text


@pytest.mark.parametrize("name", roster_blank.TEMPLATES)
def test_the_shipped_template_has_every_mark_of_a_fresh_one(name: str) -> None:
    def marks(document: Any) -> list[str]:
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        footer = [each.text for each in document.sections[0].footer.paragraphs]
        return [text for text in [*(each.text for each in document.paragraphs), *cells, *footer] if "{" in text]

    assert marks(docx.Document(str(TEMPLATES / name))) == marks(roster_blank.TEMPLATES[name]())
