"""Lists as files over the real platform: whose rows they hold, what of them, and what is refused."""

import asyncio
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from gateway.database import connect
from gateway.exports import making
from gateway.exports.lists import LISTS
from gateway.exports.making import CONFIDENTIAL, Asked, ExportTooLarge, make
from gateway.ordering import ORDERS, PetitionOrder
from gateway.reading import ViewReader
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

CLOCKS = "query($id: UUID!) { petition(id: $id) { clocks { id } } }"
TIMELINE = "query($id: UUID!) { petition(id: $id) { timeline { act remark } } }"


class Desk(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def registers(self, **given: Any) -> str:
        return str(done(self.register(letter(**given)))["petition"]["id"])

    def exports(self, name: str, **asked: Any) -> Any:
        """The workbook."""
        if "filter" in asked:
            asked["filter"] = json.dumps(asked["filter"])
        answer = self.client.get(f"/exports/{name}.xlsx", params=asked)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-length"] == str(len(answer.content))
        assert f'filename="{name}.xlsx"' in answer.headers["content-disposition"]
        return openpyxl.load_workbook(io.BytesIO(answer.content))

    def rows(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        sheet = self.exports(name, **asked).worksheets[0]
        headings, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
        return [dict(zip(headings, row, strict=True)) for row in rows]

    def titles(self, **asked: Any) -> set[str]:
        return {row["标题"] for row in self.rows("petitions", **asked)}

    def code(self, name: str, **asked: str) -> tuple[int, str]:
        answer = self.client.get(f"/exports/{name}.xlsx", params=asked)
        (error,) = answer.json()["errors"]
        assert re.search(r"[\u4e00-\u9fff]{4}", error["message"])
        return answer.status_code, error["extensions"]["code"]


def test_each_gets_the_rows_that_he_sees_with_masked_people_and_no_formula(platform: Platform) -> None:
    office, bureau, other = Desk(platform, "xfj"), Desk(platform, "slj"), Desk(platform, "zrzy")
    mark = f"导出样件{new_id()[-8:]}"
    title = f'=HYPERLINK("http://x";"{mark}")'
    handed, kept = office.registers(title=title, confidential=True), office.registers(title=f"{mark} 留存")
    given = {"petitionId": handed, "kind": "TRANSFER", "to": [{"tenant": "slj", "role": "LEAD"}]}
    done(office.act("referPetition", "ReferPetitionInput", given))

    book = office.exports("petitions", search=mark)
    sheet, about = book.worksheets
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert [sheet.title, about.title] == ["信访件", "说明"]
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert (said["行数"], said["检索内容"], said["检举控告件"], said["注意"]) == ("2", mark, "不含", CONFIDENTIAL)
    assert said["导出人"].endswith("（xfj.clerk@luonan）")

    assert office.titles(search=mark) == {title, f"{mark} 留存"}
    assert bureau.titles(search=mark) == {title}
    assert other.titles(search=mark) == set()
    (row,) = bureau.rows("petitions", search=mark)
    assert (row["信访人（脱敏）"], row["主办单位"]) == ("（保密）", "水利局")
    (row,) = [row for row in office.rows("petitions", search=mark) if row["标题"] == title]
    assert row["信访人（脱敏）"].startswith("赵")
    assert "赵小树" not in str(row)
    assert "13800001234" not in str(row)
    assert row["收到日期"].date().isoformat() == letter()["receivedOn"]

    # The same filter as the list, in its order.
    assert office.titles(search=mark, filter={"involves": "slj"}) == {title}
    both = [row["标题"] for row in office.rows("petitions", search=mark, orderBy="OLDEST_FIRST")]
    assert both == [title, f"{mark} 留存"]
    # What belongs to cases, as far as the cases are seen.
    assert {row["标题"] for row in bureau.rows("referrals")} >= {title}
    ask = {"filter": {"petitionId": handed}}
    platform.eventually(lambda: title in {row["标题"] for row in bureau.rows("clocks", **ask)})
    assert other.rows("clocks", **ask) == bureau.rows("clocks", filter={"petitionId": kept}) == []


def test_an_accusation_is_exported_only_where_it_is_asked_for_and_that_is_noted(platform: Platform) -> None:
    cleared, clerk = Desk(platform, "xfj", "ACCUSATIONS"), Desk(platform, "xfj")
    title = f"检举样件{new_id()[-8:]}"
    petition = cleared.registers(title=title, nature="ACCUSATION")
    platform.eventually(lambda: platform.gql(cleared.client, CLOCKS, {"id": petition})["petition"]["clocks"])
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "slj", "role": "LEAD"}]}
    done(cleared.act("referPetition", "ReferPetitionInput", given))
    for desk in (cleared, clerk):
        assert title not in desk.titles()
        assert desk.rows("clocks", filter={"petitionId": petition}) == []
        assert title not in {row["标题"] for row in desk.rows("referrals")}
    assert title not in clerk.titles(accusations="true")
    assert title not in {row["标题"] for row in clerk.rows("referrals", accusations="true")}

    def noted() -> list[str]:
        entries = platform.gql(cleared.client, TIMELINE, {"id": petition})["petition"]["timeline"]
        return [one["remark"] for one in entries if one["act"] == "READ"]

    assert cleared.titles(search=title) == set()
    assert "导出检举控告件" not in noted()
    assert cleared.titles(search=title, accusations="true") == {title}
    assert cleared.rows("clocks", accusations="true", filter={"petitionId": petition})
    # Once an hour, however often.
    platform.eventually(lambda: noted().count("导出检举控告件") == 1)


def test_every_list_is_there_for_who_sees_cases_and_for_nobody_else(platform: Platform) -> None:
    office = Desk(platform, "xfj", "SUPERVISOR")
    for name, kind in LISTS.items():
        sheet, about = office.exports(name, filter={}).worksheets
        assert [cell.value for cell in next(sheet.iter_rows())] == [column.heading for column in kind.columns]
        assert (sheet.title, about.title) == (kind.title, "说明")
    for role in ("AUDITOR", "OPERATOR"):
        assert Desk(platform, "xfj", role).code("petitions") == (403, "FORBIDDEN")
    assert office.code("nonsense") == (404, "NOT_FOUND")
    assert office.code("petitions", filter="{") == (400, "INVALID_INPUT")
    assert office.code("petitions", filter='{"nature":["NOTHING"]}') == (400, "INVALID_INPUT")
    assert office.code("petitions", orderBy="BY_LUCK") == (400, "INVALID_INPUT")
    assert office.code("petitions", accusations="perhaps") == (400, "INVALID_INPUT")
    assert office.code("petitions", search="a") == (400, "SEARCH_TOO_SHORT")
    assert office.code("clocks", search="路灯") == (400, "INVALID_INPUT")


def test_too_many_rows_are_refused_before_any_is_written(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk(platform, "xfj").registers()
    actor = Actor(
        county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="u", name="n", roles=frozenset({Role.CLERK})
    )
    monkeypatch.setattr(making, "MOST_ROWS", 0)

    async def run() -> None:
        engine = connect(platform.settings.gateway_database_url)
        reader = ViewReader(engine=engine, actor=actor)
        order = ORDERS[PetitionOrder.NEWEST_FIRST]
        asked = Asked(LISTS["petitions"], [sa.true()], order, "", "", "", False)
        try:
            await make(reader, asked, tmp_path / "x.xlsx")
        finally:
            await reader.release()
            await engine.dispose()

    with pytest.raises(ExportTooLarge, match="缩小筛选条件"):
        asyncio.run(run())
    assert list(tmp_path.iterdir()) == []
