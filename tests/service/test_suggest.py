"""``./xinqiao suggest``: from a county's decided cases in routing's database to a suggestion, and the refusals."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.local.errors import LocalError
from deploy.operator import cli, suggest
from services.common.database import Database
from services.common.ids import new_id
from services.common.settings import load
from services.contracts.actor import system_actor
from services.contracts.base import builtins
from services.contracts.routing import ReferralRole, ReferralState
from services.routing import suggesting
from services.routing.precedents import Case
from tests.harness.instance import TestInstance
from tests.unit.routing.letters import letters
from tests.unit.routing.made import petition, referral

COUNTY, SLUG = "960001", "xuexi"
DAY = date(2026, 11, 2)


@pytest.fixture
def admin(instance: TestInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """An administrator's engine, with a county that has decided nothing yet, and no model anywhere."""
    for key in ("gateway_database_url", "routing_database_url"):
        monkeypatch.setenv(f"XINQIAO_{key.upper()}", getattr(instance.settings, key))
    monkeypatch.setenv("XINQIAO_CONFIG", str(tmp_path / "xinqiao.toml"))
    engine = sa.create_engine(instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO gateway.county (code, name, slug) VALUES (:code, '学习县', :slug)"),
            {"code": COUNTY, "slug": SLUG},
        )
    yield engine
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM gateway.county WHERE code = :code"), {"code": COUNTY})
        for table in ("kept_fact", "aggregate"):
            connection.execute(sa.text(f"DELETE FROM routing.{table} WHERE county_id = :code"), {"code": COUNTY})
    engine.dispose()


def decide(instance: TestInstance, admin: sa.Engine, cases: list[Case]) -> None:
    """Each case as routing knows it when its lead has answered."""
    database = Database(service="routing", url=instance.settings.routing_database_url)
    items = [petition(id=new_id(), title=case.title, body=case.body, category=case.category) for case in cases]
    with database.begin(system_actor(COUNTY, "routing"), trace="t") as tx:
        for item in items:
            tx.keep(item, version=1, fact_id=new_id())
    database.engine.dispose()
    made = [
        referral(case.tenant, ReferralRole.LEAD, ReferralState.ANSWERED, id=new_id(), petition_id=item.id)
        for case, item in zip(cases, items, strict=True)
    ]
    # Not by a command: what these cases tell is nothing to a platform in the same session.
    insert = sa.text(
        "INSERT INTO routing.aggregate (county_id, type, id, version, petition_id, visible_to, state)"
        " VALUES (:county, :type, :id, 1, :petition, '{}', CAST(:state AS jsonb))"
    ).bindparams(sa.bindparam("state", type_=sa.JSON))
    with admin.begin() as connection:
        connection.execute(
            insert,
            [
                {
                    "county": COUNTY,
                    "type": one.fact_type,
                    "id": one.id,
                    "petition": one.petition_id,
                    "state": builtins(one),
                }
                for one in made
            ],
        )


def test_a_county_learns_from_what_it_decided(
    instance: TestInstance, admin: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(instance, admin, letters(30))
    assert cli.run(["suggest", "train", SLUG]) == 1
    refusal = capsys.readouterr().err
    assert "可供学习的信访件太少：有内容分类的 30 件，有主办单位的 30 件。至少需要 50 件" in refusal
    assert suggesting.suggestion_for(COUNTY, "拖欠工资", "包工头拖欠工资") is None
    assert cli.run(["suggest", "list", SLUG]) == 0
    assert "还没有模型" in capsys.readouterr().out

    decide(instance, admin, letters(60, seed=2))
    assert cli.run(["suggest", "train", COUNTY]) == 0
    told = capsys.readouterr().out
    assert "可供学习的信访件 90 件" in told
    assert "内容分类：90 件，3 类，交叉验证 macro-F1 " in told
    assert "主办单位：90 件，3 类，交叉验证 macro-F1 " in told
    found = suggesting.suggestion_for(COUNTY, "工地拖欠工资", "项目部拖欠民工工资，请求劳动监察。")
    assert found is not None
    assert (found.category, found.body, found.unsure) == ("劳动和社会保障/工资", "rsj", False)
    file = suggesting.models_folder(COUNTY) / f"{found.model}.npz"
    assert file.stat().st_mode & 0o777 == 0o600

    (file.parent / "29991231T000000Z-abc.npz").write_bytes(b"wrong")
    assert cli.run(["suggest", "list", SLUG]) == 0
    wrong, right = capsys.readouterr().out.splitlines()
    assert wrong.startswith("29991231T000000Z-abc  不能读取")
    assert right == f"{found.model}  内容分类 90 件；主办单位 90 件  在用"


def test_a_county_that_was_not_provisioned_is_refused(admin: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["suggest", "train", "nowhere"]) == 1
    assert "没有载入过县“nowhere”" in capsys.readouterr().err


def test_the_method_is_measured_on_any_labelled_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "letters.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["题", "文", "类"])
        writer.writerows((case.title, case.body, case.category) for case in letters(120))
        writer.writerow(["题", "文", "只有一行的类"])
    columns = ["--title", "题", "--text", "文"]
    assert cli.run(["suggest", "evaluate", str(file), *columns, "--label", "类", "--repeats", "1"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("120 行，3 类（")
    assert "| 信桥" in told
    assert "| 对照" in told
    assert "训练时自选" in told
    assert cli.run(["suggest", "evaluate", str(file), *columns, "--label", "类别"]) == 1
    assert "没有列 类别；现有：题、文、类" in capsys.readouterr().err


def test_without_a_database_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINQIAO_GATEWAY_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    monkeypatch.setenv("XINQIAO_ROUTING_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    with pytest.raises(LocalError, match="连不上平台的数据库"):
        suggest.train(load(*suggest.NEEDED), COUNTY)
